"""Column types that store exactly what travels on the wire.

Enums are stored by value behind a CHECK, dates and times as ISO text. So a row from the county
goes into SQLite without conversion, and a bad value is refused by the database itself rather than
making the whole table unreadable later.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Dialect, ForeignKey, String
from sqlalchemy import Enum as SaEnum
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

OF_LIST: Final = "(SELECT value FROM json_each(?))"
"""One bound argument, a JSON array, for a list of any length: the statement stays the same."""


def new_id() -> str:
    """A record id: UUID4, because a time-ordered id would trust the laptop's clock."""
    return str(uuid.uuid4())


def enum_field(kind: type[StrEnum], *, default: Any = ..., nullable: bool = False) -> Any:
    """A field stored by the enum's value, with a CHECK that knows all values."""
    column_type = SaEnum(
        kind,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        name=f"{kind.__name__.lower()}_known",
        length=40,
    )
    if nullable and default is ...:
        default = None
    return Field(default=default, sa_type=column_type, nullable=nullable)


def parent_field(table: str, *, index: bool = True) -> Any:
    """A reference within one aggregate, checked when the transaction commits.

    Deferred, because the county sends rows in the order they last changed, not parents first.
    Without ``index`` the table has a wider one that begins with this column.
    """
    key = ForeignKey(f"{table}.id", deferrable=True, initially="DEFERRED")
    return Field(max_length=36, index=index, sa_column_args=[key])


class UtcText(TypeDecorator[datetime]):
    """A moment as ISO text in UTC with milliseconds, e.g. ``2026-11-23T08:30:00.000Z``."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Store as text; a moment without a zone is a bug."""
        return None if value is None else utc_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read back with its zone."""
        return None if value is None else datetime.fromisoformat(value)


def utc_text(moment: datetime) -> str:
    """ISO text in UTC with milliseconds."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def utc_field(*, nullable: bool = False, is_indexed: bool = False) -> Any:
    """A moment in UTC."""
    if nullable:
        return Field(default=None, sa_type=UtcText, nullable=True)
    return Field(sa_type=UtcText, index=is_indexed)
