"""Turns what a session is about to write into outbox operations, in the same transaction.

One operation per record and flush. A patch holds only fields that really changed; beside each
stands the county version it was edited on, and the value before, which is what undo needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import inspect, text
from sqlmodel import Session

from db.clock import Clock
from db.columns import utc_text
from db.local_values import read_values, write_values
from db.tables.base import SyncedRecord, SyncState
from db.tables.local import OpKind
from db.tables.registry import ENTITIES, SCHEMA_VERSION


@dataclass
class Authorship:
    """Who writes, and which action, for every operation of one transaction."""

    account_id: str
    action: str
    txn: int | None = None
    next_op: int | None = None
    """The next operation number, once the transaction has taken one."""


def wire_value(value: Any) -> Any:
    """A field's value as it travels and as SQLite stores it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def wire_form(record: SyncedRecord) -> dict[str, Any]:
    """All travelling fields of a record."""
    return {name: wire_value(getattr(record, name)) for name in record.wire_fields()}


def loads(text_: str | None) -> dict[str, Any]:
    """A JSON object column, empty when null."""
    return orjson.loads(text_) if text_ else {}


def dumps(value: dict[str, Any]) -> str:
    """A JSON object for a column."""
    return orjson.dumps(value).decode()


def record_operations(session: Session, author: Authorship, clock: Clock) -> set[tuple[str, str]]:
    """Adds the outbox rows for everything new, changed or deleted; returns what was touched.

    Runs before the flush, so that the rows go out in the same statement batch.
    """
    touched: set[tuple[str, str]] = set()
    _rouse_refused_groups(session)
    edits = [
        *((record, OpKind.PUT) for record in session.new if isinstance(record, SyncedRecord)),
        *((record, OpKind.PUT) for record in session.dirty if isinstance(record, SyncedRecord)),
        *(
            (record, OpKind.DELETE)
            for record in session.deleted
            if isinstance(record, SyncedRecord)
        ),
    ]
    if not edits:
        return touched
    if author.next_op is None:
        author.next_op = int(read_values(session, _LAST_NUMBER).get(_LAST_NUMBER, 0)) + 1
    rows: list[dict[str, Any]] = []
    for record, kind in edits:
        patch, before = _difference(record, kind)
        if kind is OpKind.PUT and _was_refused(record):
            patch = {**_refused_values(session, record), **patch}
        touched.add((record.entity(), record.id))
        if kind is OpKind.PUT and not patch:
            continue
        op_no = author.next_op
        author.next_op += 1
        author.txn = author.txn or op_no
        rows.append(_operation(record, kind, patch, before, op_no, author, clock))
        if kind is OpKind.PUT:
            _mark_dirty(record, patch, op_no)
    if rows:
        # Not through the session: a row object for each would cost more than the rest of a save.
        session.connection().execute(_INSERT_OPERATIONS, rows)
        write_values(session, {_LAST_NUMBER: str(author.next_op - 1)})
    return touched


def _operation(
    record: SyncedRecord,
    kind: OpKind,
    patch: dict[str, Any],
    before: dict[str, Any],
    op_no: int,
    author: Authorship,
    clock: Clock,
) -> dict[str, Any]:
    versions = loads(record.sync_fields)
    fields = patch if kind is OpKind.PUT else {"*": None}
    base = (
        {}
        if record.sync_version == 0
        else {
            name: record.sync_version if name == "*" else versions.get(name, 1) for name in fields
        }
    )
    return {
        "op_no": op_no,
        "txn": author.txn or op_no,
        "entity": record.entity(),
        "record_id": record.id,
        "kind": kind.value,
        "patch": dumps(patch),
        "base": dumps(base),
        "before": dumps(before),
        "seen": record.sync_version,
        "account_id": author.account_id,
        "action": author.action,
        "wall_ms": round(clock.now().timestamp() * 1000),
        "mono_ms": clock.monotonic_ms(),
        "boot_id": clock.boot_id,
        "schema_version": SCHEMA_VERSION,
    }


def _difference(record: SyncedRecord, kind: OpKind) -> tuple[dict[str, Any], dict[str, Any]]:
    """The patch and the values before it."""
    state = inspect(record)
    if kind is OpKind.DELETE:
        return {}, wire_form(record)
    if state.transient or state.pending:
        return wire_form(record), {}
    patch: dict[str, Any] = {}
    before: dict[str, Any] = {}
    for name in record.wire_fields():
        history = state.attrs[name].history
        if not history.has_changes():
            continue
        new = wire_value(history.added[0]) if history.added else None
        old = wire_value(history.deleted[0]) if history.deleted else None
        if new != old:
            patch[name], before[name] = new, old
    return patch, before


def _rouse_refused_groups(session: Session) -> None:
    """Mending one record sends again all that was refused with it: a group is judged whole."""
    for record in list(session.dirty):
        if not isinstance(record, SyncedRecord) or record.sync_state is not SyncState.REFUSED:
            continue
        if not _difference(record, OpKind.PUT)[0]:
            continue
        mates = session.connection().execute(
            text(
                "SELECT DISTINCT m.entity, m.record_id FROM outbox o JOIN outbox m USING (txn) "
                "WHERE o.record_id = :id AND o.state IN ('refused', 'quarantined') "
                "AND m.state IN ('refused', 'quarantined') AND m.kind = 'put' "
                "AND m.record_id <> :id"
            ),
            {"id": record.id},
        )
        for entity, record_id in mates.all():
            mate = session.get(ENTITIES[entity], record_id)
            if mate is not None and mate.sync_state is SyncState.REFUSED:
                mate.sync_state = SyncState.PENDING


def _was_refused(record: SyncedRecord) -> bool:
    """Whether the county refused what this record holds; also when it is about to be sent again."""
    before = inspect(record).attrs["sync_state"].history.deleted
    return record.sync_state is SyncState.REFUSED or SyncState.REFUSED in before


def _refused_values(session: Session, record: SyncedRecord) -> dict[str, Any]:
    """What the county did not take and nobody has sent since: a mended record goes up whole."""
    waiting = set(
        session.connection().scalars(
            text("SELECT op_no FROM outbox WHERE record_id = :id AND state = 'waiting'"),
            {"id": record.id},
        )
    )
    marks = loads(record.sync_dirty)
    return {
        name: wire_value(getattr(record, name))
        for name in record.wire_fields()
        if name in marks and marks[name] not in waiting
    }


def _mark_dirty(record: SyncedRecord, patch: dict[str, Any], op_no: int) -> None:
    dirty = loads(record.sync_dirty)
    dirty.update(dict.fromkeys(patch, op_no))
    record.sync_dirty = dumps(dirty)
    record.sync_state = SyncState.PENDING


_LAST_NUMBER = "last_op_no"
"""The last operation number given out. Numbers have no gaps, because a number that is taken is kept
in the transaction that takes it."""

_INSERT_OPERATIONS = text(
    'INSERT INTO outbox (op_no, txn, entity, record_id, kind, patch, base, "before", seen, '
    "account_id, action, wall_ms, mono_ms, boot_id, schema_version, state) "
    "VALUES (:op_no, :txn, :entity, "
    ":record_id, :kind, :patch, :base, :before, :seen, :account_id, :action, :wall_ms, :mono_ms, "
    ":boot_id, :schema_version, 'waiting')"
)


def from_wire(model: type[SyncedRecord], wire: dict[str, Any]) -> dict[str, Any]:
    """Wire values as the model's own: enums, dates and moments again."""
    return {
        name: _reader(model, name).validate_python(value)
        for name, value in wire.items()
        if name in model.model_fields
    }


@cache
def _reader(model: type[SyncedRecord], name: str) -> TypeAdapter[Any]:
    annotation: Any = model.model_fields[name].annotation
    return TypeAdapter(annotation)
