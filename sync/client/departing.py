"""Lets records go that the county took off this laptop.

A record of which work still waits stays until that work was judged, and so does what it is a part
of: the county must be able to give its verdict, and a part cannot stay without its whole. Then the
row goes with all that leans on it here: search words, drafts, dead letters, and what the outbox
remembers of it. What was refused stays there as the person wrote it. What the file itself still
holds of it is wiped afterwards (`db.purging`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import orjson
from sqlalchemy import Connection
from sqlmodel import SQLModel

from db.columns import OF_LIST
from db.outbox import dumps, loads
from db.purging import PURGE_DUE
from db.tables.registry import ENTITIES

Touched = set[tuple[str, str]]


class Departures:
    """What leaves within one writing transaction."""

    def __init__(self, connection: Connection, now: str) -> None:
        self._connection = connection
        self._now = now
        self._new: dict[tuple[str, str], bool] = {}
        self._knows_some = (
            connection.exec_driver_sql("SELECT 1 FROM departure LIMIT 1").first() is not None
        )

    def note(self, entity: str, record_id: str, *, is_for_ever: bool) -> None:
        """The county evicts it, or says it was deleted for everyone."""
        self._new[entity, record_id] = is_for_ever

    def stay(self, entity: str, record_ids: Iterable[str]) -> None:
        """The county sends these again: they are this laptop's after all."""
        wanted = list(record_ids)
        if self._new:
            for record_id in wanted:
                self._new.pop((entity, record_id), None)
        if wanted and self._knows_some:
            self._connection.exec_driver_sql(
                f"DELETE FROM departure WHERE entity = ? AND record_id IN {OF_LIST}",
                (entity, _list(wanted)),
            )

    def let_go(self) -> Touched:
        """Takes away what nothing waits for any more; returns it and what it was a part of."""
        if self._new:
            self._connection.exec_driver_sql(
                "INSERT INTO departure (entity, record_id, is_for_ever) VALUES (?, ?, ?) "
                "ON CONFLICT (entity, record_id) DO UPDATE SET "
                "is_for_ever = excluded.is_for_ever, left_at = NULL",
                [(*key, is_for_ever) for key, is_for_ever in self._new.items()],
            )
            self._new.clear()
        elif not self._knows_some:
            return set()
        staying = self._needed()
        going = [
            (row[0], row[1], bool(row[2]))
            for row in self._connection.exec_driver_sql(
                "SELECT entity, record_id, is_for_ever FROM departure WHERE left_at IS NULL"
            )
            if (row[0], row[1]) not in staying
        ]
        return self._remove(going, staying) if going else set()

    def _needed(self) -> Touched:
        """Everything that work waits for, and what that is a part of."""
        found: Touched = set()
        level = {
            (row[0], row[1])
            for row in self._connection.exec_driver_sql(
                "SELECT DISTINCT entity, record_id FROM outbox WHERE state = 'waiting'"
            )
            if row[0] in ENTITIES
        }
        while level:
            found |= level
            level = self._wholes_of(level) - found
        return found

    def _wholes_of(self, parts: Touched) -> Touched:
        by_entity: dict[str, list[str]] = {}
        for entity, record_id in parts:
            by_entity.setdefault(entity, []).append(record_id)
        return {
            (parent, row[0])
            for entity, ids in by_entity.items()
            for column, parent in _parents(entity)
            for row in self._connection.exec_driver_sql(
                f"SELECT {column} FROM {_table(entity)} WHERE id IN {OF_LIST}", (_list(ids),)
            )
        }

    def _remove(self, going: list[tuple[str, str, bool]], staying: Touched) -> Touched:
        gone: Touched = set()
        for entity, record_id, _ in going:
            gone.add((entity, record_id))
        gone |= self._parts_of_nobody(gone, staying)
        wholes = self._wholes_of(gone)  # their states are folded anew without what went
        for entity in ENTITIES:
            ids = [record_id for name, record_id in gone if name == entity]
            if ids:
                self._connection.exec_driver_sql(
                    f"DELETE FROM {_table(entity)} WHERE id IN {OF_LIST}", (_list(ids),)
                )
        returned = self._return_to_their_wholes(gone)
        evicted = [record_id for _, record_id, is_for_ever in going if not is_for_ever]
        self._forget(evicted)
        self._connection.exec_driver_sql(
            "DELETE FROM departure WHERE left_at IS NULL "
            f"AND is_for_ever AND record_id IN {OF_LIST}",
            (_list([record_id for _, record_id, _ in going]),),
        )
        self._connection.exec_driver_sql(
            "UPDATE departure SET left_at = ? WHERE entity = ? AND record_id = ?",
            [(self._now, entity, record_id) for entity, record_id, _ in going],
        )
        return gone | wholes | returned

    def _return_to_their_wholes(self, gone: Touched) -> Touched:
        """Records that stay and were put into one that goes, by an edit the county did not take:
        its words stay in the outbox, the pointer goes back to what it named before."""
        returned: Touched = set()
        for whole, ids in _by_entity(gone).items():
            for entity, column in _children(whole):
                leaning = self._connection.exec_driver_sql(
                    f"SELECT id, {column}, sync_dirty FROM {_table(entity)} "
                    "WHERE sync_dirty IS NOT NULL AND sync_version > 0 "
                    f"AND {column} IN {OF_LIST}",
                    (_list(ids),),
                ).all()
                for record_id, named, dirty in leaning:
                    mark = loads(dirty).get(column)
                    if (entity, record_id) not in gone and mark is not None:
                        former = self._former(entity, record_id, mark, (whole, column, named))
                        if former is not None:
                            self._point_back(entity, record_id, column, *former)
                            returned.add((entity, record_id))
        return returned

    def _former(
        self, entity: str, record_id: str, mark: int, pointer: tuple[str, str, str]
    ) -> tuple[str, int] | None:
        """What the pointer named before the edits that led to what goes, if that is still here,
        and the version it was seen at."""
        whole, column, named = pointer
        written = self._connection.exec_driver_sql(
            "SELECT patch, base, before FROM outbox WHERE entity = ? AND record_id = ? "
            "AND op_no <= ? AND kind = 'put' ORDER BY op_no DESC",
            (entity, record_id, mark),
        ).all()
        for patch, base, before in written:
            if loads(patch).get(column) == named and column in loads(before):
                named = loads(before)[column]
                here = self._connection.exec_driver_sql(
                    f"SELECT 1 FROM {_table(whole)} WHERE id = ?", (named,)
                ).first()
                if here is not None:
                    return named, loads(base).get(column, 1)
        return None

    def _point_back(self, entity: str, record_id: str, column: str, named: str, seen: int) -> None:
        """The field is the county's again. What somebody else made of it since, the mark has kept
        out: the row is then called what it is, an older version, and the next check brings it."""
        table = _table(entity)
        (dirty, fields, version) = self._connection.exec_driver_sql(
            f"SELECT sync_dirty, sync_fields, sync_version FROM {table} WHERE id = ?", (record_id,)
        ).one()
        marks = {name: mark for name, mark in loads(dirty).items() if name != column}
        is_older = loads(fields).get(column, 1) > seen
        self._connection.exec_driver_sql(
            f"UPDATE {table} SET {column} = ?, sync_dirty = ?, sync_version = ? WHERE id = ?",
            (named, dumps(marks) if marks else None, seen if is_older else version, record_id),
        )

    def _parts_of_nobody(self, gone: Touched, staying: Touched) -> Touched:
        """Parts the county never had, of what leaves: it refused them, and their words stay in
        the outbox."""
        found: Touched = set()
        level = gone
        while level:
            level = {
                part
                for entity, ids in _by_entity(level).items()
                for child, column in _children(entity)
                for part in (
                    (child, row[0])
                    for row in self._connection.exec_driver_sql(
                        f"SELECT id FROM {_table(child)} WHERE sync_version = 0 "
                        f"AND {column} IN {OF_LIST}",
                        (_list(ids),),
                    )
                )
                if part not in found and part not in staying
            }
            found |= level
        return found

    def _forget(self, ids: list[str]) -> None:
        """What else here speaks of records that are somebody else's now."""
        if not ids:
            return
        wanted = (_list(ids),)
        for table in ("draft", "dead_letter"):
            self._connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE record_id IN {OF_LIST}", wanted
            )
        # What was written stays until the county's backup has it (`db.purging`): a county that is
        # restored from yesterday asks for it again.
        self._connection.exec_driver_sql(
            "UPDATE outbox SET before = '{}', detail = NULL "
            "WHERE state NOT IN ('waiting', 'refused', 'quarantined') "
            f"AND record_id IN {OF_LIST}",
            wanted,
        )
        self._connection.exec_driver_sql(
            "INSERT INTO local_value (name, value) VALUES (?, '1') "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (PURGE_DUE,),
        )


def _by_entity(keys: Touched) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entity, record_id in keys:
        found.setdefault(entity, []).append(record_id)
    return found


@cache
def _parents(entity: str) -> tuple[tuple[str, str], ...]:
    """Columns of an entity that must name a record, and the record's entity."""
    table = SQLModel.metadata.tables[_table(entity)]
    return tuple((key.parent.name, key.column.table.name) for key in table.foreign_keys)


@cache
def _children(entity: str) -> tuple[tuple[str, str], ...]:
    """Entities whose records must name one of this entity, and in which column."""
    return tuple(
        (other, column)
        for other in ENTITIES
        for column, parent in _parents(other)
        if parent == entity
    )


def _list(ids: Iterable[str]) -> str:
    return orjson.dumps(list(ids)).decode()


def _table(entity: str) -> str:
    return str(ENTITIES[entity].__tablename__)
