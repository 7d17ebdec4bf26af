"""After the county went back to a backup: what the backup has not seen is sent once more.

The county says up to which number of this laptop it has everything. What was judged after that
waits again, in its old order and under its old numbers; its verdicts come again. Until then the
county's older rows go under what was edited here, as under any unsent edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson
from sqlmodel import Session

from db.outbox import dumps, loads
from db.tables.base import SyncState
from db.tables.local import OpKind
from db.tables.registry import ENTITIES

BACKED_UP: Final = "backed_up_op_no"
"""Up to here every operation lies in a backup of the county."""


def send_again(session: Session, *, above: int, but: set[int]) -> None:
    """Puts every judged operation above this number back to waiting, but those just judged anew.

    Numbers given under an earlier name say nothing about this one's backup: all of them go again,
    and what the county knows is answered with the verdict it had.
    """
    connection = session.connection()
    rows = connection.exec_driver_sql(
        "SELECT op_no, entity, record_id, kind, patch, base FROM outbox "
        "WHERE state <> 'waiting' AND (op_no > ? OR origin IS NOT NULL) ORDER BY op_no",
        (above,),
    ).all()
    again = [row for row in rows if row.op_no not in but]
    if not again:
        return
    connection.exec_driver_sql(
        "UPDATE outbox SET state = 'waiting', reason = NULL, detail = NULL, judged_at = NULL "
        "WHERE op_no = ?",
        [(row.op_no,) for row in again],
    )
    marks: dict[str, dict[str, dict[str, int]]] = {}
    for row in again:
        if row.kind == OpKind.PUT and row.entity in ENTITIES:
            of_record = marks.setdefault(row.entity, {}).setdefault(row.record_id, {})
            of_record.update(dict.fromkeys(loads(row.patch), row.op_no))
    for entity, by_record in marks.items():
        _mark(session, entity, by_record)
    _doubt(session, [row for row in again if row.kind == OpKind.PUT and row.base == "{}"])


def _doubt(session: Session, made_here: Sequence[Any]) -> None:
    """What was first written here may not be at the county any more: until a row of it comes, it
    is a record that the county has not seen."""
    for row in made_here:
        if row.entity in ENTITIES:
            session.connection().exec_driver_sql(
                f"UPDATE {ENTITIES[row.entity].__tablename__} "
                "SET sync_version = 0, sync_seq = 0, sync_fields = NULL WHERE id = ?",
                (row.record_id,),
            )


def _mark(session: Session, entity: str, by_record: dict[str, dict[str, int]]) -> None:
    """The fields are unsent again; a later mark of the same field stays."""
    connection = session.connection()
    table = ENTITIES[entity].__tablename__
    known = connection.exec_driver_sql(
        f"SELECT id, sync_dirty FROM {table} WHERE id IN (SELECT value FROM json_each(?))",
        (orjson.dumps(list(by_record)).decode(),),
    ).all()
    marked = [
        (dumps(_later(loads(row.sync_dirty), by_record[row.id])), SyncState.PENDING.value, row.id)
        for row in known
    ]
    if marked:
        connection.exec_driver_sql(
            f"UPDATE {table} SET sync_dirty = ?, sync_state = ? WHERE id = ?", marked
        )


def _later(held: dict[str, int], again: dict[str, int]) -> dict[str, int]:
    return {name: max(held.get(name, 0), again.get(name, 0)) for name in {**held, **again}}
