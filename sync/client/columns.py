"""Lays down records that came as columns: the whole of a first sync, and most of every other.

Nothing is unpacked: the answer's arrays, laid side by side, are what the statement takes. The
values an enum column may hold are checked here, a column at a time, and not by SQLite, which would
build the set of them anew for every row and spend half of a first sync on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Enum
from sqlalchemy.sql.schema import Column

from db.outbox import wire_value
from db.tables.base import SyncedRecord
from db.tables.registry import ENTITIES

BOOK = ("id", "sync_version", "sync_seq", "sync_fields", "sync_extra")
"""What stands before the fields in ``PutColumns``."""


@dataclass(frozen=True)
class Form:
    """How the columns of one entity go into the file."""

    fields: list[str]
    statement: str
    known: dict[int, frozenset[Any]]
    """What may stand in an enum's column, by its place."""

    def takes(self, names: list[str], columns: list[list[Any]]) -> bool:
        """Whether these columns are of exactly this form, each value one that may stand."""
        width = len(BOOK) + len(self.fields)
        if names != self.fields or len(columns) != width or len(set(map(len, columns))) != 1:
            return False
        try:
            return all(known.issuperset(columns[place]) for place, known in self.known.items())
        except TypeError:  # a list or an object where a word should be
            return False


@cache
def form_of(entity: str) -> Form:
    """The form of an entity of ours."""
    model = ENTITIES[entity]
    fields = list(model.wire_fields())
    columns = (*BOOK, *fields)
    local = {name: _local_default(model, name) for name in sorted(model.local_fields)}
    names = ", ".join((*columns, *local, "sync_dirty", "sync_state"))
    marks = ", ".join(("?",) * len(columns))
    values = ", ".join((marks, *local.values(), "NULL", "'synced'"))
    updates = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    return Form(
        fields,
        f"INSERT INTO {model.__tablename__} ({names}) VALUES ({values}) "
        f"ON CONFLICT (id) DO UPDATE SET {updates}, sync_state = 'synced'",
        {
            len(BOOK) + place: known
            for place, name in enumerate(fields)
            if (known := _known_values(model, name)) is not None
        },
    )


def write_rows(connection: Connection, form: Form, rows: list[tuple[Any, ...]]) -> None:
    """Writes rows of columns that ``Form.takes``, by id, so that neighbours in the index are
    written together. Raises as the database does, at the first row it refuses.
    """
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    try:
        connection.exec_driver_sql(form.statement, sorted(rows, key=itemgetter(0)))
    finally:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


def _known_values(model: type[SyncedRecord], name: str) -> frozenset[Any] | None:
    column: Column[Any] = model.__table__.c[name]  # type: ignore[attr-defined]
    if not isinstance(column.type, Enum):
        return None
    words: set[Any] = set(column.type.enums)
    return frozenset(words | {None} if column.nullable else words)


def _local_default(model: type[SyncedRecord], name: str) -> str:
    """As SQL; a local column begins with a word, a number or nothing."""
    value = wire_value(model.model_fields[name].get_default(call_default_factory=True))
    if value is None:
        return "NULL"
    return str(int(value)) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"
