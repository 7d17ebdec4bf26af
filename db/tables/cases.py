"""Cases: the file, its parties and its events."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from app.cases.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseState,
    PartySide,
    PartySource,
    Urgency,
)
from app.households.vocabulary import Sex
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import RecordKind, SyncedRecord


class CaseFile(SyncedRecord, table=True):
    """One matter, one number. ``state`` and ``holder_unit_id`` are folded on either side."""

    __tablename__ = "case_file"
    local_fields: ClassVar[frozenset[str]] = frozenset({"state", "holder_unit_id"})

    number: str = Field(max_length=40, index=True)
    kind: CaseKind = enum_field(CaseKind)
    title: str = Field(max_length=100)
    class_code: str = Field(max_length=4)
    happened_on: date
    place: str = Field(max_length=100)
    story: str = Field(max_length=4000)
    urgency: Urgency = enum_field(Urgency)
    recorded_by: str = Field(max_length=36)
    recorded_at: datetime = utc_field()
    state: CaseState = enum_field(CaseState, default=CaseState.NOT_RECORDED)
    holder_unit_id: str | None = Field(default=None, max_length=36, index=True)
    """The unit it was handed to, folded from the hand-overs; None while it is the village's."""


class CaseParty(SyncedRecord, table=True):
    """A person on one side of a case, from the roster or from anywhere."""

    __tablename__ = "case_party"

    case_id: str = parent_field("case_file")
    side: PartySide = enum_field(PartySide)
    is_main: bool = False
    source: PartySource = enum_field(PartySource)
    resident_id: str | None = Field(default=None, max_length=36, index=True)
    name: str = Field(max_length=80)
    sex: Sex = enum_field(Sex, default=Sex.UNKNOWN)
    identity_number: str | None = Field(default=None, max_length=50)
    phone: str | None = Field(default=None, max_length=50)
    address: str | None = Field(default=None, max_length=200)


class CaseEvent(SyncedRecord, table=True):
    """Something that happened to a case; never changed, never removed."""

    __tablename__ = "case_event"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    case_id: str = parent_field("case_file")
    kind: CaseEventKind = enum_field(CaseEventKind)
    note: str | None = Field(default=None, max_length=4000)
    detail: str | None = Field(default=None, max_length=8000)
    """JSON of what this kind of event carries besides its note."""
    by_account_id: str = Field(max_length=36)
    happened_at: datetime = utc_field()
