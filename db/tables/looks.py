"""Looks at what is masked."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from app.looks.vocabulary import LookedAt
from db.columns import enum_field, utc_field
from db.tables.base import RecordKind, SyncedRecord


class Look(SyncedRecord, table=True):
    """Somebody had personal data shown in full; never changed, never removed."""

    __tablename__ = "look"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    subject_entity: str = Field(max_length=40)
    subject_id: str = Field(max_length=60, index=True)
    """The record looked at; for an export or a print the unit."""
    looked_at: LookedAt = enum_field(LookedAt)
    people: int = 1
    """Of how many people."""
    reason: str | None = Field(default=None, max_length=200)
    by_account_id: str = Field(max_length=36)
    happened_at: datetime = utc_field(is_indexed=True)
