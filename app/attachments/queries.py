"""What hangs on a record, with its thumbnail and where its original is."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session

from app.accounts.session import Actor
from app.attachments.reach import may_see_subject
from app.attachments.rules import is_withdrawn
from app.attachments.vocabulary import BlobState, Subject, WithdrawalKind
from app.store import Store, SyncState
from db.blobs import BlobRow
from db.columns import OF_LIST


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """One attachment as it is shown."""

    attachment_id: str
    subject: Subject
    unit_id: str
    sha256: str
    size: int
    media_type: str
    """One of ``MediaType``, or what a newer program attached."""
    name: str
    taken_at: datetime | None
    thumbnail: bytes | None
    """JPEG."""
    by_name: str
    happened_at: datetime
    sync_state: SyncState
    is_withdrawn: bool
    original: BlobState
    moved: int
    """Bytes of the original that were sent, or have arrived."""
    problem: str | None
    """A stable code of what the county last said about the original."""

    @property
    def is_here(self) -> bool:
        """Whether the original can be opened now."""
        return self.original in (BlobState.HERE, BlobState.SENDING, BlobState.AT_COUNTY)


def attachments_of(
    store: Store, actor: Actor, *, entity: str, record_id: str
) -> tuple[AttachmentRow, ...]:
    """All that hangs on a record, oldest first, the withdrawn among them; none for whoever may not
    see the record."""
    with store.reading() as session:
        if not may_see_subject(session, actor, entity=entity, record_id=record_id):
            return ()
        found = (
            session.connection()
            .exec_driver_sql(
                f"{_SELECT} WHERE a.subject_entity = ? AND a.subject_id = ? "
                "ORDER BY a.sync_seq = 0, a.sync_seq, a.rowid",
                (entity, record_id),
            )
            .all()
        )
        gone = withdrawn_among(session, (row.id for row in found))
    blobs = store.blobs.find_all({row.sha256 for row in found})
    return tuple(_made(row, row.id in gone, blobs.get(row.sha256)) for row in found)


def withdrawn_among(session: Session, attachment_ids: Iterable[str]) -> frozenset[str]:
    """Those of these attachments that are out of sight."""
    rows = session.connection().exec_driver_sql(
        "SELECT attachment_id, kind FROM attachment_withdrawal "
        f"WHERE attachment_id IN {OF_LIST} AND (sync_seq > 0 OR sync_state <> 'refused') "
        "ORDER BY sync_seq = 0, sync_seq, rowid",
        (orjson.dumps(list(attachment_ids)).decode(),),
    )
    kinds: dict[str, list[WithdrawalKind]] = {}
    for attachment_id, kind in rows:
        kinds.setdefault(attachment_id, []).append(WithdrawalKind(kind))
    return frozenset(one for one, events in kinds.items() if is_withdrawn(events))


_SELECT = (
    "SELECT a.id, a.unit_id, a.subject_entity, a.subject_id, a.part_id, a.sha256, a.size, "
    "a.media_type, a.name, a.taken_at, a.thumbnail, a.happened_at, a.sync_state, "
    "coalesce(p.name, '') AS by_name "
    "FROM attachment a LEFT JOIN account p ON p.id = a.by_account_id"
)


def _made(row: Any, is_gone: bool, blob: BlobRow | None) -> AttachmentRow:
    return AttachmentRow(
        attachment_id=row.id,
        subject=Subject(row.subject_entity, row.subject_id, row.part_id),
        unit_id=row.unit_id,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        name=row.name,
        taken_at=None if row.taken_at is None else datetime.fromisoformat(row.taken_at),
        thumbnail=_decoded(row.thumbnail),
        by_name=row.by_name,
        happened_at=datetime.fromisoformat(row.happened_at),
        sync_state=SyncState(row.sync_state),
        is_withdrawn=is_gone,
        original=BlobState.NOT_HERE if blob is None else blob.state,
        moved=0 if blob is None else blob.moved,
        problem=None if blob is None else blob.problem,
    )


def _decoded(thumbnail: str | None) -> bytes | None:
    try:
        return None if thumbnail is None else base64.b64decode(thumbnail, validate=True)
    except (binascii.Error, ValueError):
        return None
