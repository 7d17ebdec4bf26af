"""What every synced record carries besides its own fields.

A synced record belongs to one unit (its bucket of the county's feed) and is of one kind, which
says how edits of two laptops merge. The ``sync_`` columns are the laptop's own book-keeping and
never travel.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

from sqlmodel import Field, SQLModel

from db.columns import enum_field, new_id


class RecordKind(StrEnum):
    """How edits merge."""

    REGISTER = "register"
    """Field patches; different fields merge, the same field is a conflict."""
    EVENT = "event"
    """Append-only; a state is folded from events in county order."""
    BALLOT = "ballot"
    """Append-only; two for one household are put up for a person to judge."""
    REFERENCE = "reference"
    """County to laptop only."""


class SyncState(StrEnum):
    """What the row's small word says: 待上传 / 已上报 / 未采纳 / 有冲突."""

    PENDING = "pending"
    SYNCED = "synced"
    REFUSED = "refused"
    CONFLICT = "conflict"


REFERENCE_BUCKET = "reference"
SIGN_IN_SUFFIX = ":sign-in"


class LocalRow(SQLModel):
    """A table of this laptop alone."""

    model_config = {"validate_assignment": True}


class SyncedRecord(SQLModel):
    """Base of every synced table; the table's name is the entity's name on the wire."""

    model_config = {"validate_assignment": True}
    record_kind: ClassVar[RecordKind] = RecordKind.REGISTER
    local_fields: ClassVar[frozenset[str]] = frozenset()
    """Columns computed on this side; they never travel."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=60)
    unit_id: str = Field(max_length=36, index=True)
    """The unit whose record this is: village, township, department or county."""
    sync_version: int = Field(default=0)
    """The county's version of this record; 0 while the county has not seen it."""
    sync_seq: int = Field(default=0)
    """Its place in the county's order; 0 while unsent. Events are folded in this order."""
    sync_fields: str | None = Field(default=None)
    """JSON {field: county version at which it last changed}; a field not named: version 1."""
    sync_dirty: str | None = Field(default=None)
    """JSON {field: operation number} of edits the county has not acknowledged."""
    sync_extra: str | None = Field(default=None)
    """JSON of fields a newer county sent and this program does not know; never erased."""
    sync_state: SyncState = enum_field(SyncState, default=SyncState.PENDING)

    @classmethod
    def entity(cls) -> str:
        """The entity's name on the wire."""
        return str(cls.__tablename__)

    @classmethod
    def wire_fields(cls) -> tuple[str, ...]:
        """The fields that travel, in table order, without ``id``."""
        own = cls.local_fields
        return tuple(
            name
            for name in cls.model_fields
            if name != "id" and not name.startswith("sync_") and name not in own
        )

    @classmethod
    def bucket_of(cls, wire: dict[str, Any]) -> str:
        """The feed bucket this record lives in, from its wire form."""
        if cls.record_kind is RecordKind.REFERENCE:
            return REFERENCE_BUCKET
        return str(wire["unit_id"])
