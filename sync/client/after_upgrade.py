"""What an older program could not use is used now: once after each upgrade, before the first round.

Fields that a newer county sent lie in ``sync_extra``; those this program knows become columns.
Rows that could not be laid down (an unknown entity, an unknown word) lie as dead letters; each is
tried again, in the order in which it came. And what an older program folded, or had no column for,
is folded anew by the rules of this one: in small turns, newest first, that let other writers in
between. A hundred thousand cases take a minute, and a kill costs one turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, InterfaceError, ProgrammingError
from sqlmodel import Session

from db.local_values import read_values, write_values
from db.outbox import dumps, loads
from db.session import Store
from db.tables.base import SyncedRecord
from db.tables.registry import ENTITIES, SCHEMA_VERSION
from db.upgrade import newest_revision
from sync.client.laying import AfterLaying, Layer, Touched
from sync.protocol.messages import ChangeKind

LAID_BY: Final = "laid_by"
"""The program that last looked through what was left over."""
_NOT_TAKEN: Final = (IntegrityError, InterfaceError, ProgrammingError, OverflowError)
_FEED_ROW: Final = 7
"""The parts of a feed row; other dead letters are records that were put away."""
_FOLDED: Final = ("case_file", "incident", "motion")
TO_FOLD: Final = "to_fold"
"""What is still to be folded anew, as JSON: [[entity, below which row, how many rows]]."""
_TURN: Final = 250
_BREATH_S: Final = 0.01
"""Between two turns: who waits to write is asleep, and the lock does not queue."""

_Place = tuple[str, int, int]
GoesOn = Callable[[], bool]
"""Asked after each turn; at False the rest waits for the next round."""


def use_what_was_left(store: Store, after: AfterLaying, goes_on: GoesOn = lambda: True) -> Touched:
    """Does nothing where this program has done it already; returns what was laid down."""
    touched: Touched = set()
    program = f"{newest_revision()}.{SCHEMA_VERSION}"
    if store.value(LAID_BY) != program:
        touched |= _take_all(store, after, program)
    while folded := _fold_a_turn(store, after):
        touched |= folded
        if not goes_on():
            break
        time.sleep(_BREATH_S)
    return touched


def left_to_fold(note: str | None) -> int:
    """How many records still stand as an older program folded them; ``note`` is ``TO_FOLD``."""
    return sum(count for _entity, _below, count in _read_places(note))


def _take_all(store: Store, after: AfterLaying, program: str) -> Touched:
    """Columns and rows at once; what is to be folded is noted with them."""
    with store.laying_down(checks_parents=False) as session:
        layer = Layer(session, store.clock)
        for model in ENTITIES.values():
            layer.touched |= _take_from_extra(session.connection(), model)
        rows = _take_letters(session)
        if rows or layer.touched:
            layer.lay([], rows, after)
        _write_places(session, _all_to_fold(session.connection()))
        write_values(session, {LAID_BY: program})
    return layer.touched


def _all_to_fold(connection: Connection) -> list[_Place]:
    """Everything here whose state comes from events."""
    counted = [
        connection.exec_driver_sql(
            f"SELECT coalesce(max(rowid), 0) + 1, count(*) FROM {ENTITIES[entity].__tablename__}"
        ).one()
        for entity in _FOLDED
    ]
    return [
        (entity, below, count)
        for entity, (below, count) in zip(_FOLDED, counted, strict=True)
        if count
    ]


def _fold_a_turn(store: Store, after: AfterLaying) -> Touched:
    """The newest that are still to be folded; nothing when all are."""
    if not _read_places(store.value(TO_FOLD)):
        return set()
    with store.laying_down(checks_parents=False) as session:
        places = _read_places(read_values(session, TO_FOLD).get(TO_FOLD))
        turn: Touched = set()
        while places and not turn:  # of a kind that has all left meanwhile there is nothing to fold
            (entity, below, count), *places = places
            rows = _rows_below(session.connection(), entity, below)
            turn = {(entity, record_id) for _row, record_id in rows}
            if len(rows) == _TURN:
                places = [(entity, rows[-1][0], max(1, count - _TURN)), *places]
        if turn:
            after(session, turn)
        _write_places(session, places)
    return turn


def _read_places(note: str | None) -> list[_Place]:
    return [(entity, below, count) for entity, below, count in orjson.loads(note or "[]")]


def _write_places(session: Session, places: list[_Place]) -> None:
    write_values(session, {TO_FOLD: orjson.dumps(places).decode()})


def _rows_below(connection: Connection, entity: str, row: int) -> list[tuple[int, str]]:
    found = connection.exec_driver_sql(
        f"SELECT rowid, id FROM {ENTITIES[entity].__tablename__} WHERE rowid < ? "
        "ORDER BY rowid DESC LIMIT ?",
        (row, _TURN),
    )
    return [(number, record_id) for number, record_id in found]


def _take_from_extra(connection: Connection, model: type[SyncedRecord]) -> Touched:
    """Fields kept for a newer program become columns, but not over an edit made here."""
    table, entity = model.__tablename__, model.entity()
    known = frozenset(model.wire_fields())
    touched: Touched = set()
    rows = connection.exec_driver_sql(
        f"SELECT id, sync_extra, sync_dirty FROM {table} WHERE sync_extra IS NOT NULL"
    ).all()
    for row in rows:
        extra = loads(row.sync_extra)
        ours = extra.keys() & known
        if not ours:
            continue
        fields = sorted(ours - loads(row.sync_dirty).keys())
        left = {name: value for name, value in extra.items() if name not in ours}
        sets = "".join(f"{name} = ?, " for name in fields)
        savepoint = connection.begin_nested()
        try:
            connection.exec_driver_sql(
                f"UPDATE {table} SET {sets}sync_extra = ? WHERE id = ?",
                (*(extra[name] for name in fields), dumps(left) if left else None, row.id),
            )
            savepoint.commit()
            touched.add((entity, row.id))
        except _NOT_TAKEN:
            savepoint.rollback()  # a word that is newer still: it stays where it is
    return touched


def _take_letters(session: Session) -> list[list[Any]]:
    """The feed rows among the dead letters, out of them; what still does not fit is kept anew."""
    connection = session.connection()
    letters = connection.exec_driver_sql("SELECT id, body FROM dead_letter ORDER BY id").all()
    rows: dict[tuple[str, str], list[Any]] = {}
    for letter in letters:
        row = _feed_row(letter.body)
        if row is None or row[0] not in ENTITIES:
            continue
        connection.exec_driver_sql("DELETE FROM dead_letter WHERE id = ?", (letter.id,))
        if not _is_newer_here(connection, row):
            rows[row[0], row[1]] = row
    return list(rows.values())


def _feed_row(body: str) -> list[Any] | None:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    is_row = isinstance(found, list) and len(found) == _FEED_ROW
    return found if is_row and found[2] in set(ChangeKind) else None


def _is_newer_here(connection: Connection, row: list[Any]) -> bool:
    entity, record_id, _kind, version, *_ = row
    held = connection.exec_driver_sql(
        f"SELECT sync_version FROM {ENTITIES[entity].__tablename__} WHERE id = ?", (record_id,)
    ).scalar()
    return held is not None and isinstance(version, int) and held > version
