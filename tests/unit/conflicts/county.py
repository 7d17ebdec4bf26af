"""What the county would have sent: conflicts laid into a store without asking anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import orjson

from app.conflicts.vocabulary import ConflictKind
from app.refolding import refold
from app.store import Store
from db.columns import new_id
from db.tables.base import SyncedRecord, SyncState
from db.tables.conflicts import Conflict
from tests.helpers.stores import a_unit

HERE, THERE = "install-here", "install-there"


def lay(store: Store, *records: SyncedRecord) -> None:
    """As a sync round would: on the county's side already, folded anew."""
    with store.laying_down() as session:
        for place, record in enumerate(records, start=1):
            record.sync_state = SyncState.SYNCED
            record.sync_version, record.sync_seq = 1, place
            session.add(record)
        session.flush()
        refold(session, {(record.entity(), record.id) for record in records})


def a_conflict(store: Store, subject: SyncedRecord | str, **fields: Any) -> Conflict:
    """One field of a record: 寨脚 at first, 寨头 by 李某 elsewhere, 寨中 by 张某 here for now."""
    now = store.clock.now()
    is_record = isinstance(subject, SyncedRecord)
    usual: dict[str, Any] = {
        "id": new_id(),
        "unit_id": a_unit().id,
        "kind": ConflictKind.FIELD,
        "subject_entity": subject.entity() if isinstance(subject, SyncedRecord) else "household",
        "subject_id": subject.id if isinstance(subject, SyncedRecord) else subject,
        "field_name": "address" if is_record else None,
        "base_value": as_json("寨脚"),
        "current_value": as_json("寨中"),
        "current_by": "account-of-zhang",
        "current_install": HERE,
        "current_at": now - timedelta(minutes=20),
        "other_value": as_json("寨头"),
        "other_by": "account-of-li",
        "other_install": THERE,
        "other_at": now - timedelta(days=2),
        "found_at": now - timedelta(minutes=10),
    }
    return Conflict(**{**usual, **fields})


def as_json(value: Any) -> str:
    """As the county keeps a value."""
    return orjson.dumps(value).decode()
