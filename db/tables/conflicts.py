"""What collided, what was decided about it, and the names that go on after a merge."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlmodel import Field

from app.conflicts.vocabulary import ConflictKind, ConflictState, SettlementChoice
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import RecordKind, SyncedRecord


class Conflict(SyncedRecord, table=True):
    """Made by the county alone. ``state`` is folded from its settlements.

    Of the two sides ``current`` is what stands for now (of doubles: what came later), ``other``
    what lost (of doubles: what was there). Values are JSON; None where there is none to show.
    """

    __tablename__ = "conflict"
    record_kind: ClassVar[RecordKind] = RecordKind.REFERENCE
    local_fields: ClassVar[frozenset[str]] = frozenset({"state"})

    kind: ConflictKind = enum_field(ConflictKind)
    subject_entity: str = Field(max_length=40)
    subject_id: str = Field(max_length=60, index=True)
    other_id: str | None = Field(default=None, max_length=60)
    """Of doubles the record that was there before."""
    field_name: str | None = Field(default=None, max_length=60)
    base_value: str | None = None
    """What both started from; None when the county was not told."""
    current_value: str | None = None
    current_by: str = Field(max_length=36)
    current_install: str = Field(max_length=60)
    current_at: datetime = utc_field()
    other_value: str | None = None
    other_by: str = Field(max_length=36)
    other_install: str = Field(max_length=60)
    other_at: datetime = utc_field()
    detail: str | None = Field(default=None, max_length=8000)
    """JSON object: why two records may be one, which motion two ballots belong to."""
    found_at: datetime = utc_field()
    state: ConflictState = enum_field(ConflictState, default=ConflictState.OPEN)

    @classmethod
    def bucket_of(cls, wire: dict[str, Any]) -> str:
        """The county's like the law, but of the unit whose record it is about."""
        return str(wire["unit_id"])


class ConflictSettlement(SyncedRecord, table=True):
    """What a person decided; written together with the edit that carries it out."""

    __tablename__ = "conflict_settlement"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    conflict_id: str = parent_field("conflict")
    choice: SettlementChoice = enum_field(SettlementChoice)
    value: str | None = None
    """JSON: the value chosen, the ballot or household kept."""
    by_account_id: str = Field(max_length=36)
    settled_at: datetime = utc_field()


class RecordAlias(SyncedRecord, table=True):
    """A record that goes on as another; kept for ever, for laptops that come back late."""

    __tablename__ = "record_alias"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    subject_entity: str = Field(max_length=40)
    old_id: str = Field(max_length=60, index=True)
    new_id: str = Field(max_length=60)
    old_version: int = 0
    """The county's version of the old record that whoever merged had seen."""
    by_account_id: str = Field(max_length=36)
    happened_at: datetime = utc_field()
