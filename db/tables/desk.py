"""What hangs on a case beside its events: its leader, legal aid; and what goes out to people."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from app.legal_aid.vocabulary import LegalAidGround
from app.outreach.vocabulary import FindingEnd
from app.typical.vocabulary import TypicalState
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import RecordKind, SyncedRecord


class Sponsorship(SyncedRecord, table=True):
    """The five ones (五个一): one matter, one leader, one task force, one plan, one hand."""

    __tablename__ = "sponsorship"

    case_id: str = parent_field("case_file")
    leader_id: str | None = Field(default=None, max_length=36, index=True)
    leader_name: str = Field(max_length=80)
    leader_post: str | None = Field(default=None, max_length=80)
    task_force: str | None = Field(default=None, max_length=1000)
    plan: str | None = Field(default=None, max_length=4000)
    plan_due_on: date | None = None
    handler_id: str | None = Field(default=None, max_length=36)
    handler_name: str | None = Field(default=None, max_length=80)
    """Who carries it to its end (一包到底)."""
    starts_on: date
    ended_on: date | None = None
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class LegalAid(SyncedRecord, table=True):
    """Legal aid for a party: seen, applied for, decided, a lawyer named, done."""

    __tablename__ = "legal_aid"

    case_id: str = parent_field("case_file")
    party_id: str | None = Field(default=None, max_length=36)
    need: str = Field(max_length=1000)
    ground: LegalAidGround | None = enum_field(LegalAidGround, nullable=True)
    seen_on: date
    applied_on: date | None = None
    decided_on: date | None = None
    is_granted: bool | None = None
    decision_note: str | None = Field(default=None, max_length=500)
    is_ahead: bool = False
    """Given before it was decided (先行提供), 法律援助法 (2021), Art. 44."""
    lawyer_id: str | None = Field(default=None, max_length=36)
    lawyer_name: str | None = Field(default=None, max_length=80)
    lawyer_office: str | None = Field(default=None, max_length=100)
    named_on: date | None = None
    done_on: date | None = None
    outcome: str | None = Field(default=None, max_length=2000)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class OutreachRound(SyncedRecord, table=True):
    """The 矛调冲锋队 goes to people before they come."""

    __tablename__ = "outreach_round"

    title: str = Field(max_length=100)
    held_on: date = Field(index=True)
    place: str = Field(max_length=200)
    members: str = Field(max_length=1000)
    summary: str | None = Field(default=None, max_length=4000)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class OutreachFinding(SyncedRecord, table=True):
    """Something found on a round; what it became is tied to it by a ``record_link``."""

    __tablename__ = "outreach_finding"

    round_id: str = parent_field("outreach_round")
    household_id: str | None = Field(default=None, max_length=36)
    text: str = Field(max_length=1000)
    end: FindingEnd = enum_field(FindingEnd, default=FindingEnd.OPEN)
    end_note: str | None = Field(default=None, max_length=500)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class TypicalCase(SyncedRecord, table=True):
    """The text of a typical case while it is written and checked; stays where the case is."""

    __tablename__ = "typical_case"

    case_id: str = parent_field("case_file")
    title: str = Field(max_length=100)
    story: str = Field(max_length=8000)
    law: str | None = Field(default=None, max_length=2000)
    """Which law decided it, and what it says."""
    lesson: str | None = Field(default=None, max_length=2000)
    state: TypicalState = enum_field(TypicalState, default=TypicalState.DRAFT)
    checked_by: str | None = Field(default=None, max_length=36)
    checked_on: date | None = None
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class PublishedCase(SyncedRecord, table=True):
    """A typical case as every laptop gets it; names neither the case nor anybody in it."""

    __tablename__ = "published_case"
    record_kind: ClassVar[RecordKind] = RecordKind.REFERENCE

    title: str = Field(max_length=100)
    story: str = Field(max_length=8000)
    law: str | None = Field(default=None, max_length=2000)
    lesson: str | None = Field(default=None, max_length=2000)
    class_code: str = Field(max_length=4)
    published_on: date
