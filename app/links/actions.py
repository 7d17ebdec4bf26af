"""Making a link between two records, in a transaction that is under way."""

from __future__ import annotations

from sqlmodel import Session

from app.accounts.session import Actor
from app.links.vocabulary import LinkKind
from app.store import Store
from db.tables.base import SyncedRecord
from db.tables.links import RecordLink


def link_in(
    session: Session,
    store: Store,
    actor: Actor,
    *,
    from_record: SyncedRecord,
    to_record: SyncedRecord,
    kind: LinkKind = LinkKind.GREW_INTO,
) -> None:
    """The second record grew out of the first; whose village the first is, the link is."""
    session.add(
        RecordLink(
            unit_id=from_record.unit_id,
            kind=kind,
            from_entity=from_record.entity(),
            from_id=from_record.id,
            to_entity=to_record.entity(),
            to_id=to_record.id,
            by_account_id=actor.account_id,
            made_at=store.clock.now(),
        )
    )
