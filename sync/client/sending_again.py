"""After the county went back to a backup: what the backup has not seen is sent once more.

The county says up to which number of this laptop it has everything. What was judged after that
waits again, in its old order and under its old numbers; its verdicts come again. Until then the
county's older rows go under what was edited here, as under any unsent edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import orjson
from sqlmodel import Session, SQLModel

from db.columns import OF_LIST
from db.outbox import dumps, loads
from db.tables.base import SyncedRecord, SyncState
from db.tables.local import OpKind
from db.tables.registry import ENTITIES

_Typed = dict[str, tuple[int, Any]]
"""{field: operation number and what it wrote}"""
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
        # What the laptop held when it wrote says nothing to this county: it is to send an echo.
        "UPDATE outbox SET state = 'waiting', seen = NULL, reason = NULL, detail = NULL, "
        "judged_at = NULL WHERE op_no = ?",
        [(row.op_no,) for row in again],
    )
    typed: dict[str, dict[str, _Typed]] = {}
    for row in again:
        if row.kind == OpKind.PUT and row.entity in ENTITIES:
            of_record = typed.setdefault(row.entity, {}).setdefault(row.record_id, {})
            of_record |= {name: (row.op_no, value) for name, value in loads(row.patch).items()}
    for entity, by_record in typed.items():
        _write_again(session, entity, by_record)
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


def _write_again(session: Session, entity: str, by_record: dict[str, _Typed]) -> None:
    """The fields are unsent again and say what is sent; a later mark of the same field stays.

    What somebody else made of such a field since is left to whoever wrote it: kept here under our
    mark, it would pass for ours when the verdict comes.
    """
    connection = session.connection()
    model = ENTITIES[entity]
    known = connection.exec_driver_sql(
        f"SELECT id, sync_dirty FROM {model.__tablename__} WHERE id IN {OF_LIST}",
        (orjson.dumps(list(by_record)).decode(),),
    ).all()
    for record_id, dirty in known:
        marks = loads(dirty)
        ours = {
            name: typed
            for name, typed in by_record[record_id].items()
            if marks.get(name, 0) <= typed[0]
        }
        marks |= {name: op_no for name, (op_no, _) in ours.items()}
        values = {name: value for name, (_, value) in ours.items() if name in _settable(model)}
        columns = ", ".join(f"{name} = ?" for name in (*values, "sync_dirty", "sync_state"))
        connection.exec_driver_sql(
            f"UPDATE {model.__tablename__} SET {columns} WHERE id = ?",
            (*values.values(), dumps(marks), SyncState.PENDING.value, record_id),
        )


@cache
def _settable(model: type[SyncedRecord]) -> frozenset[str]:
    """Fields of its own: a parent may be gone from this laptop by now."""
    columns = SQLModel.metadata.tables[model.entity()].columns
    return frozenset(name for name in model.wire_fields() if not columns[name].foreign_keys)
