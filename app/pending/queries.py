"""What waits, what was refused and why, what could not be laid down, and what was put aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from app.accounts.session import Actor
from app.cases.secrecy import hidden_records, sees_confidential
from app.households.rules import mask_identity_number
from app.pending.rules import (
    MASKED_FIELDS,
    SECRET_FIELDS,
    may_decide_pending,
    may_read_pending,
    may_see_whole_number,
)
from app.pending.vocabulary import PendingKind
from app.store import Store
from app.wire_values import title_of, typed_value
from db.columns import OF_LIST
from db.outbox import loads
from db.tables.local import STRAY, OpKind
from db.tables.registry import ENTITIES

MOST_ROWS: Final = 500
_ORDER: Final = {kind: place for place, kind in enumerate(PendingKind)}
_NOT_WRITTEN: Final = frozenset(
    {"id", "unit_id", "position", "identity_kind", "thumbnail", "sha256"}
)
"""What nobody types, and what follows from what is typed."""


@dataclass(frozen=True)
class PendingField:
    """One field of what was written."""

    name: str
    value: Any
    """Typed where it is sound, as it was sent where it is not; an id by its record's name."""
    before: Any = None
    """What the edit changed; None also for a new record."""


@dataclass(frozen=True)
class PendingRow:
    """One operation, dead letter or note."""

    key: str
    """Stable: ``op-12``, ``dead-3``, ``note-4``."""
    kind: PendingKind
    op_no: int
    txn: int
    entity: str
    record_id: str
    title: str
    reason: str | None
    detail: Mapping[str, Any]
    """What the verdict carried: for a bad value ``{"fields": {field: problem}}``."""
    written_at: datetime
    written_by: str
    """The account's name."""
    fields: tuple[PendingField, ...]
    """Empty when ``is_readable`` is false."""
    is_readable: bool
    is_here: bool
    """Whether the record is in this file; one that left the scope is not."""
    is_delete: bool
    may_decide: bool
    problem: str = ""
    """For a dead letter: what the file said."""

    @property
    def may_be_sent_again(self) -> bool:
        """Whether the county took nothing of it and the record is still here to be sent."""
        is_refused = self.kind in (PendingKind.REFUSED, PendingKind.QUARANTINED)
        return is_refused and self.is_here and self.may_decide and not self.is_delete

    @property
    def may_be_put_aside(self) -> bool:
        """Whether it can be kept as a note."""
        kinds = (PendingKind.REFUSED, PendingKind.QUARANTINED, PendingKind.NOT_APPLIED)
        return self.kind in kinds and self.may_decide

    @property
    def is_stray(self) -> bool:
        """Whether it was taken out of its table here because the county does not know it."""
        return self.kind is PendingKind.NOT_LAID and self.problem == STRAY

    @property
    def wrong_field(self) -> str:
        """The first field the county objected to; empty where it named none."""
        named = self.detail.get("fields")
        first = next(iter(named), "") if isinstance(named, dict) else self.detail.get("field", "")
        return str(first)


@dataclass(frozen=True)
class PendingList:
    """The rows shown, and how many of each kind there are in all."""

    rows: tuple[PendingRow, ...]
    counts: Mapping[PendingKind, int]


def pending_list(
    store: Store, actor: Actor, *, kind: PendingKind | None = None, words: str = ""
) -> PendingList:
    """The most pressing first, each kind newest first; at most ``MOST_ROWS``.

    ``kind`` None means all but notes. ``words`` must occur in the title or a field.
    """
    with store.reading() as session:
        connection = session.connection()
        hidden = hidden_records(session, actor)
        rows = [
            *_operations(connection, actor, hidden),
            *_dead_letters(connection, actor, hidden),
            *_notes(connection, actor, hidden),
        ]
        counts = Counter(row.kind for row in rows)
        wanted = [row for row in rows if _is_wanted(row, kind, words.strip())]
        wanted.sort(key=lambda row: _ORDER[row.kind])
        shown = _with_names(connection, wanted[:MOST_ROWS])
    return PendingList(tuple(shown), counts)


def _is_secret(actor: Actor, record_id: str, wire: Mapping[str, Any], hidden: Set[str]) -> bool:
    """Whether this is of a confidential case somebody may not see; also of one that is not here."""
    if sees_confidential(actor):
        return False
    named = {record_id, *(wire.get(name) for name in ("case_id", "subject_id", "to_id"))}
    return bool(wire.get("is_confidential")) or not hidden.isdisjoint(named)


def _is_wanted(row: PendingRow, kind: PendingKind | None, words: str) -> bool:
    if (row.kind is PendingKind.NOTE) if kind is None else (row.kind is not kind):
        return False
    texts = (row.title, *(str(field.value) for field in row.fields))
    return not words or any(words in text for text in texts)


# --- operations ----------------------------------------------------------------------------------

_OPERATIONS: Final = """
SELECT o.op_no, o.txn, o.entity, o.record_id, o.kind, o.patch, o.before, o.state, o.reason,
    o.detail, o.wall_ms, o.account_id, a.name AS account_name
FROM outbox o LEFT JOIN account a ON a.id = o.account_id
WHERE o.kept_at IS NULL AND (o.state = 'waiting' OR (
    o.state IN ('refused', 'quarantined', 'not_applied')
    AND NOT EXISTS (
        SELECT 1 FROM outbox n WHERE n.record_id = o.record_id AND n.op_no > o.op_no)))
ORDER BY o.state = 'waiting', o.txn DESC, o.reason = 'group_refused', o.op_no LIMIT 2000
"""
"""What was sent again or edited again since needs nobody any more. Within a refused group the
operation that was at fault comes first."""


def _operations(connection: Connection, actor: Actor, hidden: Set[str]) -> Iterable[PendingRow]:
    found = connection.exec_driver_sql(_OPERATIONS).all()
    here = _versions_here(connection, {(row.entity, row.record_id) for row in found})
    for row in found:
        before, patch = loads(row.before), loads(row.patch)
        is_delete = row.kind == OpKind.DELETE
        is_own = row.account_id == actor.account_id
        is_readable = may_read_pending(actor.role, row.entity, is_own=is_own)
        if not is_own and _is_secret(actor, row.record_id, {**before, **patch}, hidden):
            continue
        shown = before if is_delete else patch
        yield PendingRow(
            key=f"op-{row.op_no}",
            kind=PendingKind(row.state),
            op_no=row.op_no,
            txn=row.txn,
            entity=row.entity,
            record_id=row.record_id,
            title=title_of({**before, **patch}) if is_readable else "",
            reason=row.reason,
            detail=loads(row.detail),
            written_at=moment_of(row.wall_ms),
            written_by=row.account_name or "",
            fields=_fields(row.entity, shown, {} if is_delete else before, actor, is_own)
            if is_readable
            else (),
            is_readable=is_readable,
            is_here=(row.entity, row.record_id) in here,
            is_delete=is_delete,
            may_decide=may_decide_pending(actor.role, row.entity, is_own=is_own),
        )


def _fields(
    entity: str, wire: Mapping[str, Any], before: Mapping[str, Any], actor: Actor, is_own: bool
) -> tuple[PendingField, ...]:
    """In the order of the table, so that a record reads as in its form; unknown ones last."""
    model = ENTITIES.get(entity)
    order = model.wire_fields() if model is not None else ()
    names = [*(name for name in order if name in wire), *(n for n in wire if n not in order)]
    is_whole = may_see_whole_number(actor.role, is_own=is_own)
    return tuple(
        PendingField(
            name,
            _shown(entity, name, wire[name], is_whole=is_whole),
            _shown(entity, name, before.get(name), is_whole=is_whole),
        )
        for name in names
        if name not in SECRET_FIELDS and name not in _NOT_WRITTEN and not name.startswith("sync_")
        if before or wire[name] is not None  # what a new record does not say is not worth a line
    )


def _shown(entity: str, name: str, value: Any, *, is_whole: bool) -> Any:
    if value is None:
        return None
    if name in MASKED_FIELDS and not is_whole:
        return mask_identity_number(str(value))
    return typed_value(entity, name, value)


# --- what could not be laid down, what was put aside ---------------------------------------------


def _dead_letters(connection: Connection, actor: Actor, hidden: Set[str]) -> Iterable[PendingRow]:
    found = connection.exec_driver_sql(
        "SELECT max(id) AS id, entity, record_id, body, problem, received_at FROM dead_letter "
        "GROUP BY entity, record_id ORDER BY id DESC LIMIT 500"
    ).all()
    versions = _versions_here(connection, {(row.entity, row.record_id) for row in found})
    for row in found:
        wire, version = _body_of(row.body)
        if versions.get((row.entity, row.record_id), -1) >= version:
            continue  # it could be laid down since
        is_readable = may_read_pending(actor.role, row.entity, is_own=False)
        if _is_secret(actor, row.record_id, wire, hidden):
            continue
        yield PendingRow(
            key=f"dead-{row.id}",
            kind=PendingKind.NOT_LAID,
            op_no=0,
            txn=0,
            entity=row.entity,
            record_id=row.record_id,
            title=title_of(wire) if is_readable else "",
            reason=None,
            detail={},
            written_at=_moment(row.received_at),
            written_by="",
            fields=_fields(row.entity, wire, {}, actor, is_own=False) if is_readable else (),
            is_readable=is_readable,
            is_here=False,
            is_delete=False,
            may_decide=False,
            problem=row.problem,
        )


def _body_of(kept: str) -> tuple[Mapping[str, Any], int]:
    """The fields of a feed row that was kept as it came, and its version; whatever it was."""
    try:
        row = orjson.loads(kept)
    except orjson.JSONDecodeError:
        return {}, 0
    if not isinstance(row, list) or len(row) <= 5:
        return (row if isinstance(row, dict) else {}), 0
    version = row[3] if isinstance(row[3], int) else 0
    return (row[5] if isinstance(row[5], dict) else {}), version


def _versions_here(
    connection: Connection, wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    versions: dict[tuple[str, str], int] = {}
    for entity in {entity for entity, _ in wanted} & ENTITIES.keys():
        ids = orjson.dumps([record_id for kind, record_id in wanted if kind == entity]).decode()
        found = connection.exec_driver_sql(
            f"SELECT id, sync_version FROM {ENTITIES[entity].__tablename__} WHERE id IN {OF_LIST}",
            (ids,),
        )
        versions |= {(entity, row[0]): row[1] for row in found}
    return versions


def _notes(connection: Connection, actor: Actor, hidden: Set[str]) -> Iterable[PendingRow]:
    found = connection.exec_driver_sql(
        "SELECT n.id, n.op_no, n.entity, n.record_id, n.title, n.patch, n.state, n.reason, "
        "n.written_at, n.account_id, a.name AS account_name FROM kept_note n "
        "LEFT JOIN account a ON a.id = n.account_id ORDER BY n.id DESC"
    )
    for row in found.all():
        is_own = row.account_id == actor.account_id
        is_readable = may_read_pending(actor.role, row.entity, is_own=is_own)
        if not is_own and _is_secret(actor, row.record_id, loads(row.patch), hidden):
            continue
        yield PendingRow(
            key=f"note-{row.id}",
            kind=PendingKind.NOTE,
            op_no=row.op_no,
            txn=0,
            entity=row.entity,
            record_id=row.record_id,
            title=row.title if is_readable else "",
            reason=row.reason,
            detail={},
            written_at=_moment(row.written_at),
            written_by=row.account_name or "",
            fields=_fields(row.entity, loads(row.patch), {}, actor, is_own) if is_readable else (),
            is_readable=is_readable,
            is_here=False,
            is_delete=False,
            may_decide=may_decide_pending(actor.role, row.entity, is_own=is_own),
        )


def moment_of(wall_ms: int) -> datetime:
    """A laptop's own clock as a moment; one that tells nonsense as the beginning of time."""
    try:
        return datetime.fromtimestamp(wall_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _moment(kept: str) -> datetime:
    return datetime.fromisoformat(kept)


# --- ids by name ---------------------------------------------------------------------------------

_NAMES: Final = (
    ("account", "name"),
    ("household", "number || ' ' || head_name"),
    ("resident", "name"),
    ("micro_grid", "name"),
    ("case_file", "title"),
    ("motion", "title"),
    ("unit", "name"),
)


def _with_names(connection: Connection, rows: list[PendingRow]) -> Iterable[PendingRow]:
    """A person knows a household by its number and head, not by its id."""
    ids = {
        value
        for row in rows
        for field in row.fields
        for value in (field.value, field.before)
        if _is_id_field(field.name) and isinstance(value, str)
    }
    if not ids:
        return rows
    names: dict[str, str] = {}
    listed = orjson.dumps(sorted(ids)).decode()
    for table, name in _NAMES:
        found = connection.exec_driver_sql(
            f"SELECT id, {name} FROM {table} WHERE id IN {OF_LIST}",
            (listed,),
        )
        names.update((row[0], str(row[1])) for row in found)
    return [_named(row, names) for row in rows]


def _is_id_field(name: str) -> bool:
    return name.endswith("_id") or name in ("recorded_by", "proposed_by")


def _named(row: PendingRow, names: Mapping[str, str]) -> PendingRow:
    fields = tuple(
        PendingField(
            field.name,
            names.get(str(field.value), field.value),
            names.get(str(field.before), field.before),
        )
        if _is_id_field(field.name)
        else field
        for field in row.fields
    )
    return PendingRow(**{**row.__dict__, "fields": fields})
