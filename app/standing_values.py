"""What the county has where it did not take what was typed here.

That stays on the record as it was typed, until somebody mends it or puts it aside. What is folded
for everybody, as when something is due, must not follow it: a promise that nobody else has seen
ended is still due here, and one that nobody else has is not.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import orjson
from sqlmodel import Session

from db.columns import OF_LIST
from db.outbox import from_wire, loads
from db.tables.base import SyncedRecord, SyncState
from db.tables.local import OpState

_NOT_TAKEN: Final = frozenset({OpState.REFUSED.value, OpState.QUARANTINED.value})


def standing_values(
    session: Session, model: type[SyncedRecord], record_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """{record: {field: value}} where it is not the value shown; empty in the usual case.

    A value is the one there was before the edit; one that somebody else gave it since is not here.
    """
    rows = session.connection().exec_driver_sql(
        f"SELECT id, sync_dirty FROM {model.__tablename__} WHERE sync_dirty IS NOT NULL "
        f"AND sync_version > 0 AND id IN {OF_LIST}",
        (orjson.dumps(list(record_ids)).decode(),),
    )
    found = {
        record_id: from_wire(model, _before(session, model, record_id, loads(marks)))
        for record_id, marks in rows.all()
    }
    return {record_id: values for record_id, values in found.items() if values}


def refused_records(
    session: Session, model: type[SyncedRecord], record_ids: Collection[str]
) -> frozenset[str]:
    """Those of these records that the county refused when they were new."""
    rows = session.connection().exec_driver_sql(
        f"SELECT id FROM {model.__tablename__} WHERE sync_version = 0 AND sync_state = ? "
        f"AND id IN {OF_LIST}",
        (SyncState.REFUSED.value, orjson.dumps(list(record_ids)).decode()),
    )
    return frozenset(record_id for (record_id,) in rows)


def _before(
    session: Session, model: type[SyncedRecord], record_id: str, marks: dict[str, int]
) -> dict[str, Any]:
    """Wire values before the edits that were not taken, back to one that was or still waits."""
    found: dict[str, Any] = {}
    open_fields = set(marks)
    written = session.connection().exec_driver_sql(
        "SELECT state, patch, before FROM outbox WHERE entity = ? AND record_id = ? "
        "AND kind = 'put' AND op_no <= ? ORDER BY op_no DESC",
        (model.entity(), record_id, max(marks.values())),
    )
    for state, patch, before in written:
        touched = open_fields & loads(patch).keys()
        if state in _NOT_TAKEN:
            known = loads(before)
            found |= {name: known[name] for name in touched if name in known}
        else:
            open_fields -= touched
    return found
