"""Lays the county's answer down in the laptop's file: verdicts first, then changed records.

Everything of one answer is one transaction. A county row never overwrites a field that was edited
here and not yet judged. A row that cannot be laid down is kept as a dead letter and blocks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import orjson
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, ProgrammingError
from sqlmodel import Session

from db.clock import Clock
from db.columns import OF_LIST, utc_text
from db.outbox import dumps, loads, wire_value
from db.search_catch_up import note_behind
from db.search_index import refresh_entries
from db.tables.base import RecordKind, SyncedRecord, SyncState
from db.tables.registry import ENTITIES
from sync.client.acks import Ack, lay_acks
from sync.client.columns import form_of, write_rows
from sync.client.departing import Departures
from sync.protocol.messages import ChangeKind, Verdict, change_rows

Touched = set[tuple[str, str]]
AfterLaying = Callable[[Session, Touched], None]
"""Recomputes what is folded from events; given by the composition root."""

_BAD_ROW = (KeyError, TypeError, AttributeError, OverflowError)
"""What a row raises that is not of the form we know."""
_REFUSED = (DataError, IntegrityError, InterfaceError, ProgrammingError, OverflowError)
"""What the file raises for a value it does not take. A full disk or a broken file is none of the
row's fault, and is raised."""
_GONE = {ChangeKind.EVICT, ChangeKind.TOMBSTONE}
_STANDS = {Verdict.APPLIED, Verdict.MERGED, Verdict.CONFLICT, Verdict.NOT_APPLIED}
_ROW_STATE = {
    Verdict.CONFLICT: SyncState.CONFLICT,
    Verdict.NOT_APPLIED: SyncState.REFUSED,
    Verdict.REFUSED: SyncState.REFUSED,
    Verdict.QUARANTINED: SyncState.REFUSED,
}


def _row_state(entity: str, outcome: Verdict) -> SyncState:
    """An edit that was not applied leaves the county's values: the row is no other than theirs."""
    is_edit = ENTITIES[entity].record_kind is RecordKind.REGISTER
    if outcome is Verdict.NOT_APPLIED and is_edit:
        return SyncState.SYNCED
    return _ROW_STATE.get(outcome, SyncState.SYNCED)


_Judged = tuple[int, str, str, SyncState]
"""Operation, entity, record id, and the state its row is to show."""


def _in_order(
    judged: list[_Judged], acked: Mapping[int, tuple[str, str]]
) -> list[tuple[str, str, SyncState]]:
    """The states rows are to show, in operation order: what was acknowledged after a refusal may
    have healed its row."""
    records = {(entity, record_id) for _, entity, record_id, _ in judged}
    healing = [
        (op_no, *record, SyncState.SYNCED) for op_no, record in acked.items() if record in records
    ]
    ordered = sorted([*judged, *healing]) if healing else judged
    return [(entity, record_id, state) for _, entity, record_id, state in ordered]


class Layer:
    """Lays down answers within one writing session."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._connection = session.connection()
        self._session = session
        self._clock = clock
        self._departures = Departures(self._connection, utc_text(clock.now()))
        self.touched: Touched = set()

    def lay(
        self,
        verdicts: list[dict[str, Any]],
        changes: Iterable[list[Any]],
        after: AfterLaying,
        *,
        puts: Iterable[list[Any]] = (),
        acks: Sequence[Ack] = (),
        search_follows: bool = False,
    ) -> Touched:
        """Applies one answer; ``changes`` are rows in ``ChangeRow`` order, ``puts`` columns.

        With ``search_follows`` the words of new records are left to ``db.search_catch_up``.
        """
        judged = self._lay_verdicts(verdicts)
        acked = lay_acks(self._connection, acks, judged_at=utc_text(self._clock.now()))
        acked_records = set(acked.values())
        by_entity: dict[str, list[list[Any]]] = {}
        for change in changes:
            by_entity.setdefault(change[0], []).append(change)
        for entity, rows in by_entity.items():
            self._lay_entity(entity, rows)
        for block in puts:
            self._lay_columns(block)
        self._set_states(_in_order(judged, acked))
        gone = self._departures.let_go()
        self.touched |= gone
        after(self._session, self.touched | acked_records)
        if search_follows:
            self._leave_search(by_entity, puts, gone)
        else:
            refresh_entries(self._session, self.touched)
        self.touched |= acked_records  # their words are in the search since they were written
        return self.touched

    def put_aside(self, rows: Iterable[list[Any]]) -> None:
        """Keeps rows of which something cannot be read; what is here of them stays as it is."""
        for row in rows:
            self._forget_letters(row[0], row[1])
            self._keep_dead_letter(row, "a day or a moment that is none")

    def _leave_search(
        self, by_entity: dict[str, list[list[Any]]], puts: Iterable[list[Any]], gone: Touched
    ) -> None:
        """What left this laptop must leave its search too; what came is entered later."""
        rows = [row for entity_rows in by_entity.values() for row in entity_rows]
        refresh_entries(self._session, gone)
        places = [row[6] for row in rows if len(row) > 6]
        places += [place for _entity, _names, columns in puts for place in columns[2]]
        if places:
            numbers = (place for place in places if isinstance(place, int))
            note_behind(self._session, min(numbers, default=0))

    def report_orphans(self) -> None:
        """Keeps a note of every row whose parent is not here; the row itself stays."""
        orphans = self._connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        for table, rowid, parent, _key in orphans:
            found = self._connection.exec_driver_sql(
                f"SELECT id FROM {_table(table)} WHERE rowid = ?", (rowid,)
            ).scalar()
            self._keep_dead_letter([table, found or ""], f"no {parent}")

    def forget_adopted(self) -> None:
        """Notes of rows whose parent has come since say nothing any more."""
        noted = self._connection.exec_driver_sql(
            "SELECT id, entity, record_id FROM dead_letter "
            "WHERE problem LIKE 'no %' AND problem NOT LIKE 'no columns%'"
        ).all()
        for letter_id, entity, record_id in noted:
            row = self._connection.exec_driver_sql(
                f"SELECT rowid FROM {_table(entity)} WHERE id = ?", (record_id,)
            ).scalar()
            orphans = self._connection.exec_driver_sql(
                f"PRAGMA foreign_key_check({_table(entity)})"
            )
            if row not in {one[1] for one in orphans.all()}:
                self._connection.exec_driver_sql(
                    "DELETE FROM dead_letter WHERE id = ?", (letter_id,)
                )

    def _lay_verdicts(self, verdicts: list[dict[str, Any]]) -> list[_Judged]:
        """Moves operations out of WAITING; returns the states rows are to show."""
        states: list[_Judged] = []
        judged: list[tuple[Any, ...]] = []
        standing: dict[str, dict[str, dict[int, int | None]]] = {}
        waiting = self._waiting_among(verdicts)
        now = utc_text(self._clock.now())
        for verdict in verdicts:
            op_no = verdict["op_no"]
            record = waiting.pop(op_no, None)
            if record is None:
                continue  # judged before: the answer was lost and the batch sent again
            entity, record_id = record
            outcome, reason = _outcome(verdict)
            detail = dumps(verdict["detail"]) if verdict.get("detail") else None
            judged.append((outcome.value, reason, detail, now, op_no))
            if outcome in _STANDS:
                of_record = standing.setdefault(entity, {}).setdefault(record_id, {})
                of_record[op_no] = verdict.get("version")
            states.append((op_no, entity, record_id, _row_state(entity, outcome)))
            self.touched.add(record)
        self._write_all(
            "UPDATE outbox SET state = ?, reason = ?, detail = ?, judged_at = ? WHERE op_no = ?",
            judged,
        )
        for entity, operations in standing.items():
            self._clear_marks(entity, operations)
        return states

    def _waiting_among(self, verdicts: list[dict[str, Any]]) -> dict[int, tuple[str, str]]:
        """{operation: (entity, record id)} of those that have no verdict yet."""
        rows = self._connection.exec_driver_sql(
            "SELECT op_no, entity, record_id FROM outbox WHERE state = 'waiting' "
            f"AND op_no IN {OF_LIST}",
            (orjson.dumps([verdict["op_no"] for verdict in verdicts]).decode(),),
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    def _clear_marks(self, entity: str, operations: dict[str, dict[int, int | None]]) -> None:
        """Clears only the marks of these operations, given by record with the version each made:
        a newer edit stays marked, and a refused one.

        A verdict that comes again may be older than the row that was laid under the mark in the
        meantime. The mark kept the row's field out, and nobody sends it again by itself: the row
        is then called what it is, the older version, and the next check brings it.
        """
        rows = self._connection.exec_driver_sql(
            f"SELECT id, sync_dirty, sync_fields, sync_version FROM {_table(entity)} "
            f"WHERE sync_dirty IS NOT NULL AND id IN {OF_LIST}",
            (orjson.dumps(list(operations)).decode(),),
        )
        cleared: list[tuple[Any, ...]] = []
        for record_id, marks, fields, held in rows:
            done = operations[record_id]
            changed_at = loads(fields)
            left: dict[str, int] = {}
            for name, mark in loads(marks).items():
                if mark not in done:
                    left[name] = mark
                elif changed_at.get(name, 1) > (made := done[mark] or held):
                    held = min(held, made)
            cleared.append((dumps(left) if left else None, held, record_id))
        self._write_all(
            f"UPDATE {_table(entity)} SET sync_dirty = ?, sync_version = ? WHERE id = ?", cleared
        )

    def _set_states(self, states: list[tuple[str, str, SyncState]]) -> None:
        """A record that holds an unsent or refused edit is not called synced."""
        by_entity: dict[str, list[tuple[Any, ...]]] = {}
        for entity, record_id, state in states:
            by_entity.setdefault(entity, []).append((state.value, state.value, record_id))
        for entity, rows in by_entity.items():
            self._write_all(
                f"UPDATE {_table(entity)} SET sync_state = ? "
                "WHERE (? <> 'synced' OR sync_dirty IS NULL) AND id = ?",
                rows,
            )

    def _write_all(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """Once for each row, in order."""
        if rows:
            self._connection.exec_driver_sql(statement, rows)

    def _lay_columns(self, block: list[Any]) -> None:
        """A ``PutColumns``. What is not of our form, or was edited here, goes the slow way."""
        entity, names, columns = block
        if entity not in ENTITIES or not form_of(entity).takes(names, columns):
            self._lay_as_objects(block)
            return
        ids = columns[0]
        self._departures.stay(entity, ids)
        kept_here = self._marked_fields(ENTITIES[entity]).keys() | self._deleted_here(entity)
        if not kept_here.isdisjoint(ids):
            places = [place for place, record_id in enumerate(ids) if record_id in kept_here]
            self._lay_as_objects([entity, names, _picked(columns, places)])
            places = [place for place, record_id in enumerate(ids) if record_id not in kept_here]
            columns = _picked(columns, places)
        self.touched.update(zip(repeat(entity), columns[0]))
        try:
            write_rows(self._connection, form_of(entity), list(zip(*columns, strict=True)))
        except _REFUSED:
            self._lay_as_objects([entity, names, columns])

    def _lay_as_objects(self, block: list[Any]) -> None:
        try:
            rows = change_rows(block)
        except ValueError as problem:
            self._keep_dead_letter(block, f"no columns: {problem}")
        else:
            self._lay_entity(block[0], rows)

    def _lay_entity(self, entity: str, rows: list[list[Any]]) -> None:
        model = ENTITIES.get(entity)
        if model is None:
            for row in rows:
                self._keep_for_later(row, "unknown entity")
            return
        marked = self._marked_fields(model)
        deleted_here = self._deleted_here(entity)
        puts: list[list[Any]] = []
        self._departures.stay(entity, (row[1] for row in rows if row[2] == ChangeKind.PUT))
        for row in rows:
            record_id, kind = row[1], row[2]
            self.touched.add((entity, record_id))
            if kind in _GONE:
                is_for_ever = kind == ChangeKind.TOMBSTONE
                self._departures.note(entity, record_id, is_for_ever=is_for_ever)
                self._forget_letters(entity, record_id)
            elif kind != ChangeKind.PUT:
                self._keep_dead_letter(row, "unknown kind")
            elif record_id in deleted_here:
                continue
            elif record_id in marked:
                try:
                    self._lay_under(model, row, marked[record_id])
                except (*_REFUSED, *_BAD_ROW) as problem:
                    self._keep_dead_letter(row, str(problem))
            else:
                puts.append(row)
        self._lay_puts(model, puts)

    def _marked_fields(self, model: type[SyncedRecord]) -> dict[str, dict[str, int]]:
        rows = self._connection.exec_driver_sql(
            f"SELECT id, sync_dirty FROM {_table(model.entity())} WHERE sync_dirty IS NOT NULL"
        )
        return {row[0]: loads(row[1]) for row in rows}

    def _deleted_here(self, entity: str) -> set[str]:
        rows = self._connection.exec_driver_sql(
            "SELECT record_id FROM outbox WHERE state = 'waiting' AND kind = 'delete' "
            "AND entity = ?",
            (entity,),
        )
        return {row[0] for row in rows}

    def _lay_puts(self, model: type[SyncedRecord], rows: list[list[Any]]) -> None:
        statement, pack_row = put_statement(model)
        packed: list[tuple[Any, ...]] = []
        sound: list[list[Any]] = []
        for row in rows:
            try:
                packed.append(pack_row(row))
                sound.append(row)
            except _BAD_ROW as problem:
                self._keep_dead_letter(row, repr(problem))
        if not packed:
            return
        try:
            self._connection.exec_driver_sql(statement, packed)
        except _REFUSED:
            # What came before the bad row is laid down; to lay it down again changes nothing.
            self._lay_one_by_one(statement, packed, sound)

    def _lay_one_by_one(
        self, statement: str, packed: list[tuple[Any, ...]], rows: list[list[Any]]
    ) -> None:
        for values, row in zip(packed, rows, strict=True):
            try:
                self._connection.exec_driver_sql(statement, values)
            except _REFUSED as problem:
                self._keep_dead_letter(row, str(problem))

    def _lay_under(self, model: type[SyncedRecord], row: list[Any], marks: dict[str, int]) -> None:
        """Updates every field but those edited here and not yet judged."""
        _entity, record_id, _kind, version, fields, body, seq = row
        known = [name for name in model.wire_fields() if name in body and name not in marks]
        sets = ", ".join(f"{name} = ?" for name in known)
        arguments = [body[name] for name in known]
        self._connection.exec_driver_sql(
            f"UPDATE {_table(model.entity())} SET {sets}{', ' if known else ''}"
            "sync_version = ?, sync_seq = ?, sync_fields = ?, sync_extra = ? WHERE id = ?",
            (
                *arguments,
                version,
                seq,
                dumps(fields) if fields else None,
                _extra(model, body),
                record_id,
            ),
        )

    def _keep_for_later(self, row: list[Any], problem: str) -> None:
        """A row of an entity this program does not know; what left our scope leaves the disk."""
        self._forget_letters(row[0], row[1])
        if row[2] not in _GONE:
            self._keep_dead_letter(row, problem)

    def _forget_letters(self, entity: str, record_id: str) -> None:
        """Rows of this record that could not be laid down; what a repair put away stays."""
        self._connection.exec_driver_sql(
            "DELETE FROM dead_letter WHERE entity = ? AND record_id = ? AND body LIKE '[%'",
            (str(entity)[:40], str(record_id)[:36]),
        )

    def _keep_dead_letter(self, row: list[Any], problem: str) -> None:
        self._connection.exec_driver_sql(
            "INSERT INTO dead_letter (entity, record_id, body, problem, received_at) "
            "VALUES (?, ?, ?, ?, ?)",
            (
                str(row[0])[:40],
                str(row[1])[:36],
                _as_text(row),
                problem[:500],
                utc_text(self._clock.now()),
            ),
        )


def _outcome(verdict: dict[str, Any]) -> tuple[Verdict, str | None]:
    """A word of a newer county must not stop the round: the work is kept, as one refused, and the
    word is shown as it came."""
    word, reason = verdict["verdict"], verdict.get("reason")
    try:
        return Verdict(word), None if reason is None else str(reason)[:100]
    except ValueError:
        return Verdict.REFUSED, str(reason or word)[:100]


def _picked(columns: list[list[Any]], places: list[int]) -> list[list[Any]]:
    return [[column[place] for place in places] for column in columns]


def _as_text(row: list[Any]) -> str:
    try:
        return orjson.dumps(row).decode()
    except orjson.JSONEncodeError:  # nested deeper than can be written down
        return orjson.dumps(row[:4]).decode()


def put_statement(
    model: type[SyncedRecord],
) -> tuple[str, Callable[[list[Any]], tuple[Any, ...]]]:
    """The upsert for one entity and the function that makes its arguments from a feed row."""
    wire = model.wire_fields()
    required = frozenset(name for name in wire if model.model_fields[name].is_required())
    defaults = {
        name: wire_value(model.model_fields[name].default) for name in wire if name not in required
    }
    local = {
        name: wire_value(model.model_fields[name].get_default(call_default_factory=True))
        for name in sorted(model.local_fields)
    }
    columns = ("id", *wire, "sync_version", "sync_seq", "sync_fields", "sync_extra")
    names = ", ".join((*columns, *local, "sync_dirty", "sync_state"))
    marks = ", ".join("?" * (len(columns) + len(local)))
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "id")
    statement = (
        f"INSERT INTO {_table(model.entity())} ({names}) "
        f"VALUES ({marks}, NULL, 'synced') ON CONFLICT (id) DO UPDATE SET "
        f"{updates}, sync_state = 'synced'"
    )
    local_values = tuple(local.values())
    known = frozenset(wire)

    def pack_row(row: list[Any]) -> tuple[Any, ...]:
        _entity, record_id, _kind, version, fields, body, seq = row
        values = [
            body[name] if name in required else body.get(name, defaults[name]) for name in wire
        ]
        extra = None if body.keys() <= known else _extra(model, body)
        return (
            record_id,
            *values,
            version,
            seq,
            orjson.dumps(fields).decode() if fields else None,
            extra,
            *local_values,
        )

    return statement, pack_row


def _extra(model: type[SyncedRecord], body: dict[str, Any]) -> str | None:
    """Fields of a newer county, kept as they came."""
    known = frozenset(model.wire_fields())
    extra = {name: value for name, value in body.items() if name not in known}
    return dumps(extra) if extra else None


def _table(entity: str) -> str:
    """The entity's table name; only known names get into a statement."""
    return str(ENTITIES[entity].__tablename__)
