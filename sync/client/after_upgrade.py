"""What an older program could not use is used now: once after each upgrade, before the first round.

Fields that a newer county sent lie in ``sync_extra``; those this program knows become columns.
Rows that could not be laid down (an unknown entity, an unknown word) lie as dead letters; each is
tried again, in the order in which it came. And what an older program folded, or had no column for,
is folded anew by the rules of this one.
"""

from __future__ import annotations

from typing import Any, Final

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, InterfaceError, ProgrammingError
from sqlmodel import Session

from db.local_values import write_values
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


def use_what_was_left(store: Store, after: AfterLaying) -> Touched:
    """Does nothing where this program has done it already; returns what was laid down."""
    program = f"{newest_revision()}.{SCHEMA_VERSION}"
    if store.value(LAID_BY) == program:
        return set()
    with store.laying_down(checks_parents=False) as session:
        layer = Layer(session, store.clock)
        for model in ENTITIES.values():
            layer.touched |= _take_from_extra(session.connection(), model)
        rows = _take_letters(session)
        if rows or layer.touched:
            layer.lay([], rows, after)
        folded = _all_folded(session.connection())
        if folded:
            after(session, folded)
        write_values(session, {LAID_BY: program})
    return layer.touched | folded


def _all_folded(connection: Connection) -> Touched:
    """Everything here whose state comes from events."""
    return {
        (entity, record_id)
        for entity in _FOLDED
        for (record_id,) in connection.exec_driver_sql(
            f"SELECT id FROM {ENTITIES[entity].__tablename__}"
        )
    }


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
