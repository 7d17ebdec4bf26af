"""Lays down acknowledgements: work of this laptop that the county took as it was written.

Its rows are not sent back. The laptop notes itself what an echo would have told it: the record's
version and place in the county's order, the versions of the edited fields, and which marks fall.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection

from db.columns import OF_LIST
from db.outbox import dumps, loads
from db.tables.base import SyncState
from db.tables.registry import ENTITIES
from sync.protocol.op_columns import unpack_runs, unpack_steps


class Ack(NamedTuple):
    """One operation that was simply applied."""

    op_no: int
    version: int
    """The record's version after it."""
    seq: int
    """The record's place in the county's order."""


def read_acks(answer: Mapping[str, Any]) -> list[Ack]:
    """The acknowledgements of an answer, in operation order; raises ``ValueError``, ``KeyError``
    or ``TypeError`` for what are none."""
    found = answer.get("acks")
    if not found or not found["count"]:
        return []
    count = found["count"]
    columns = (
        unpack_steps(found["op_no"], count),
        unpack_runs(found["version"], count),
        unpack_steps(found["seq"], count),
    )
    return list(map(Ack, *columns))


def acked_numbers(answer: Mapping[str, Any]) -> list[int]:
    """The operations an answer acknowledges."""
    found = answer.get("acks")
    return unpack_steps(found["op_no"], found["count"]) if found else []


def lay_acks(
    connection: Connection, acks: Sequence[Ack], *, judged_at: str
) -> dict[int, tuple[str, str]]:
    """Notes them in outbox and records; returns {operation: its record}.

    Those judged before change nothing. Must come before the changes of the same answer: a row of
    somebody else must not go under marks that fall here. One that was overtaken, because a stick
    was read late and the record is newer here, is left to wait: sent again, it brings an echo.
    """
    waiting = _waiting(connection, acks)
    overtaken = _overtaken(connection, acks, waiting)
    waiting = {op_no: found for op_no, found in waiting.items() if op_no not in overtaken}
    if not waiting:
        return {}
    by_entity: dict[str, dict[str, list[_Acked]]] = {}
    for ack in acks:
        found = waiting.get(ack.op_no)
        if found is not None:
            records = by_entity.setdefault(found.entity, {})
            records.setdefault(found.record_id, []).append(_Acked(ack, found))
    connection.exec_driver_sql(
        f"UPDATE outbox SET state = 'applied', judged_at = ? WHERE op_no IN {OF_LIST}",
        (judged_at, orjson.dumps(list(waiting)).decode()),
    )
    for entity, acked in by_entity.items():
        _note(connection, str(ENTITIES[entity].__tablename__), acked)
    return {op_no: (found.entity, found.record_id) for op_no, found in waiting.items()}


class _Waiting(NamedTuple):
    """What is needed of an operation without a verdict."""

    entity: str
    record_id: str
    is_delete: bool
    patch: str | None
    """JSON of an edit; None for what made the record, whose fields need no versions."""


class _Acked(NamedTuple):
    ack: Ack
    operation: _Waiting


def _waiting(connection: Connection, acks: Sequence[Ack]) -> dict[int, _Waiting]:
    """Those of the acknowledged operations that wait, by number."""
    if not acks:
        return {}
    rows = connection.exec_driver_sql(
        "SELECT op_no, entity, record_id, kind = 'delete', "
        f"CASE WHEN op_no IN {OF_LIST} THEN patch END "
        f"FROM outbox WHERE state = 'waiting' AND op_no IN {OF_LIST}",
        (
            orjson.dumps([ack.op_no for ack in acks if ack.version > 1]).decode(),
            orjson.dumps([ack.op_no for ack in acks]).decode(),
        ),
    )
    return {row[0]: _Waiting(*row[1:]) for row in rows}


def _overtaken(
    connection: Connection, acks: Sequence[Ack], waiting: Mapping[int, _Waiting]
) -> set[int]:
    """Acknowledgements older than the record as it lies here."""
    edits = [ack for ack in acks if ack.version > 0 and ack.op_no in waiting]
    here: dict[tuple[str, str], int] = {}
    for entity in {waiting[ack.op_no].entity for ack in edits}:
        ids = [found.record_id for found in waiting.values() if found.entity == entity]
        rows = connection.exec_driver_sql(
            f"SELECT id, sync_version FROM {ENTITIES[entity].__tablename__} "
            f"WHERE sync_version > 0 AND id IN {OF_LIST}",
            (orjson.dumps(ids).decode(),),
        )
        here |= {(entity, record_id): version for record_id, version in rows}
    return {
        ack.op_no
        for ack in edits
        if here.get((waiting[ack.op_no].entity, waiting[ack.op_no].record_id), 0) > ack.version
    }


def _note(connection: Connection, table: str, acked: Mapping[str, Sequence[_Acked]]) -> None:
    rows = connection.exec_driver_sql(
        "SELECT id, sync_version, sync_seq, sync_fields, sync_dirty, sync_state "
        f"FROM {table} WHERE id IN {OF_LIST}",
        (orjson.dumps(list(acked)).decode(),),
    ).all()
    if rows:  # none of what was deleted
        connection.exec_driver_sql(
            f"UPDATE {table} SET sync_version = ?, sync_seq = ?, sync_fields = ?, "
            "sync_dirty = ?, sync_state = ? WHERE id = ?",
            [(*_noted(tuple(row[1:]), acked[row[0]]), row[0]) for row in rows],
        )


def _noted(before: tuple[Any, ...], acked: Iterable[_Acked]) -> tuple[Any, ...]:
    """Version, place, field versions, marks and state after these acknowledgements, which come in
    operation order."""
    version, seq, fields, marks, state = before
    versions = loads(fields)
    done: set[int] = set()
    for ack, operation in acked:
        done.add(ack.op_no)
        if operation.is_delete:
            continue  # what is here now was put back since
        version, seq = ack.version, ack.seq
        if operation.patch is not None:
            versions.update(dict.fromkeys(orjson.loads(operation.patch), version))
    left = {name: mark for name, mark in loads(marks).items() if mark not in done}
    return (
        version,
        seq,
        dumps(versions) if versions else None,
        dumps(left) if left else None,
        state if left else SyncState.SYNCED.value,
    )
