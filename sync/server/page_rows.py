"""Reads the records that the lines of a page name, in the form in which they travel.

The database writes the JSON itself. A laptop that asks for columns gets, for each entity, one array
of values per field: two thirds of the bytes when packed, half the time to read, and what goes into
its file as it is. Other laptops get an object per record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, NamedTuple

import orjson
import psycopg
from psycopg import Connection, sql

from db.tables.registry import ENTITIES
from sync.protocol.messages import ChangeKind
from sync.protocol.packing import pack

MAX_PAGE_BYTES: Final = 16 * 1024 * 1024
_NEVER_TOO_MANY: Final = 2_000
"""Records; of the largest that are taken, these are half of what the database makes one value."""

_FROM: Final = """
FROM unnest(%b::text[], %b::bigint[]) AS n(id, seq) CROSS JOIN LATERAL (
    SELECT id, version, fields, body FROM record
    WHERE county_id = current_setting('gulou.county') AND entity = {entity} AND id = n.id
    OFFSET 0
) r
"""
"""Looked up row by row (OFFSET 0): a join invites the planner to read the whole table."""


_BOOK: Final = ("r.id", "r.version", "n.seq", "nullif(r.fields, '{}')::text")
_EXTRA: Final = "nullif(r.body - {}::text[], '{{}}')::text"
"""What a newer program wrote and this one does not know."""


class Line(NamedTuple):
    """One line of the feed."""

    seq: int
    entity: str
    record_id: str
    kind: str
    version: int
    place: int
    """Where the record first stood; what a laptop keeps as its place in the county's order."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a page as JSON."""

    changes: bytes
    """An array of ``ChangeRow``."""
    puts: bytes
    """An array of ``PutColumns``; empty for a laptop that did not ask for it."""
    cut_at: int | None = None
    """The number of the last line, where the page became too large for all of them."""


def read_rows(
    connection: Connection[Any],
    lines: Sequence[Line],
    *,
    in_columns: bool,
    most_packed: int | None = None,
) -> Rows:
    """The rows of these lines, which come in the order of their numbers.

    With ``most_packed``, what a laptop's line is known to carry, no more than are about that many
    bytes when packed, but at least one. A line whose record is missing is a fault of ours; it must
    not stop a laptop.
    """
    rows = _read_some(connection, lines, in_columns=in_columns)
    cut_at = None
    while rows is None or (len(lines) > 1 and not _fit(rows, most_packed)):
        lines = lines[: len(lines) // 2]
        cut_at = lines[-1].seq
        rows = _read_some(connection, lines, in_columns=in_columns)
    return replace(rows, cut_at=cut_at)


def _read_some(
    connection: Connection[Any], lines: Sequence[Line], *, in_columns: bool
) -> Rows | None:
    """None where the database itself says that it is too much: more than a gigabyte of records
    made as large as may be must not shut a village out for ever."""
    if len(lines) <= _NEVER_TOO_MANY:
        return _read_rows(connection, lines, in_columns=in_columns)
    try:
        with connection.transaction():
            return _read_rows(connection, lines, in_columns=in_columns)
    except psycopg.errors.ProgramLimitExceeded:
        return None


def _fit(rows: Rows, most_packed: int | None) -> bool:
    if len(rows.changes) + len(rows.puts) > MAX_PAGE_BYTES:
        return False
    return most_packed is None or len(pack(rows.changes + rows.puts)) <= most_packed


def _read_rows(connection: Connection[Any], lines: Sequence[Line], *, in_columns: bool) -> Rows:
    changes = [_gone(line) for line in lines if line.kind != ChangeKind.PUT]
    puts: list[bytes] = []
    wanted: dict[str, dict[str, int]] = {}
    for line in lines:
        if line.kind == ChangeKind.PUT:
            # In two buckets of one scope it is one record.
            wanted.setdefault(line.entity, {})[line.record_id] = line.place
    for entity, places in wanted.items():
        if in_columns and entity in ENTITIES:
            puts += _read(connection, _columns_statement(entity), places)
        else:
            changes += _read(connection, _objects_statement(entity), places)
    return Rows(b"[" + b",".join(changes) + b"]", b"[" + b",".join(puts) + b"]")


def _gone(line: Line) -> bytes:
    row = (line.entity, line.record_id, line.kind, line.version, None, None, line.place)
    return orjson.dumps(row)


def _read(
    connection: Connection[Any], statement: sql.Composed, places: Mapping[str, int]
) -> list[bytes]:
    """In the feed's order: what was written together packs well together."""
    cursor = connection.cursor(binary=True)
    cursor.execute(statement, (list(places), list(places.values())), prepare=True)
    return [json for (json,) in cursor.fetchall()]


@cache
def _columns_statement(entity: str) -> sql.Composed:
    """One row, a ``PutColumns``; none if no record is there."""
    model = ENTITIES[entity]
    fields = model.wire_fields()
    values = [_value(name, model.model_fields[name].default) for name in fields]
    columns = [*map(sql.SQL, _BOOK), sql.SQL(_EXTRA).format(sql.Literal(list(fields))), *values]
    return sql.SQL(
        "SELECT convert_to(json_build_array({entity}::text, to_json({fields}::text[]), "
        "json_build_array({columns}))::text, 'UTF8')" + _FROM + "HAVING count(*) > 0"
    ).format(
        entity=sql.Literal(entity),
        fields=sql.Literal(list(fields)),
        columns=sql.SQL(", ").join(sql.SQL("json_agg({})").format(column) for column in columns),
    )


def _value(name: str, default: Any) -> sql.Composable:
    """A record made before there was this field has what a new one would have."""
    found = sql.SQL("r.body -> {name}").format(name=sql.Literal(name))
    if not isinstance(default, str | int):
        return found
    text = orjson.dumps(default).decode()
    return sql.SQL("coalesce({found}, {usual}::jsonb)").format(found=found, usual=sql.Literal(text))


def _objects_statement(entity: str) -> sql.Composed:
    """A ``ChangeRow`` per record."""
    return sql.SQL(
        "SELECT convert_to(json_build_array({entity}::text, r.id, 'put', r.version, "
        "nullif(r.fields, '{{}}'), r.body, n.seq)::text, 'UTF8')" + _FROM
    ).format(entity=sql.Literal(entity))
