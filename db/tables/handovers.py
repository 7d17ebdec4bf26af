"""Hand-overs: asked for by a person, carried out by the county."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from app.handovers.vocabulary import HandoverPurpose, HandoverSubject
from db.columns import enum_field, utc_field
from db.tables.base import RecordKind, SyncedRecord


class Handover(SyncedRecord, table=True):
    """A household, a person or a case goes to another unit; ``unit_id`` is the subject's own."""

    __tablename__ = "handover"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    subject_entity: HandoverSubject = enum_field(HandoverSubject)
    subject_id: str = Field(max_length=36, index=True)
    from_unit_id: str = Field(max_length=36)
    """The unit that has it now; for a case the holder, which need not be the case's own unit."""
    to_unit_id: str = Field(max_length=36)
    note: str | None = Field(default=None, max_length=1000)
    purpose: HandoverPurpose = enum_field(HandoverPurpose, default=HandoverPurpose.HANDED_OVER)
    due_on: date | None = None
    """By when the unit it goes to is to report back."""
    by_account_id: str = Field(max_length=36)
    happened_at: datetime = utc_field()
