"""Unfinished forms, kept in the encrypted file a second after the last key.

A draft belongs to one form, one record (empty for a new one) and one person: several people share
a laptop, and nobody finds another's half-written page. An action that completes a form discards
its draft in its own transaction, so a power cut leaves either the draft or the record, never both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from app.store import Store
from db.tables.local import Draft


@dataclass(frozen=True)
class SavedDraft:
    """What was typed, as the form itself keeps it, and when it went to disk (UTC)."""

    body: dict[str, Any]
    saved_at: datetime


def save_draft(
    store: Store, *, form: str, record_id: str, account_id: str, body: dict[str, Any]
) -> None:
    """Keeps the form as it stands now; ``record_id`` is empty for a new record."""
    with store.local_writing() as session:
        session.merge(
            Draft(
                form=form,
                record_id=record_id,
                account_id=account_id,
                body=json.dumps(body, ensure_ascii=False),
                saved_at=store.clock.now(),
            )
        )


def load_draft(store: Store, *, form: str, record_id: str, account_id: str) -> SavedDraft | None:
    """What this person left in this form, or None."""
    with store.reading() as session:
        found = session.get(Draft, (form, record_id, account_id))
    return None if found is None else SavedDraft(json.loads(found.body), found.saved_at)


def discard_draft(store: Store, *, form: str, record_id: str, account_id: str) -> None:
    """Forgets the draft, if there is one."""
    with store.local_writing() as session:
        discard_draft_in(session, form=form, record_id=record_id, account_id=account_id)


def discard_draft_in(session: Session, *, form: str, record_id: str, account_id: str) -> None:
    """As ``discard_draft``, in a transaction that is under way."""
    session.connection().exec_driver_sql(
        "DELETE FROM draft WHERE form = ? AND record_id = ? AND account_id = ?",
        (form, record_id, account_id),
    )
