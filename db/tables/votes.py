"""Rule sets, motions, their frozen electorate and the ballots."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from app.votes.vocabulary import (
    BallotChoice,
    BallotMethod,
    MeetingBody,
    MotionEventKind,
    MotionMatter,
    MotionState,
)
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import RecordKind, SyncedRecord


class RuleSetRecord(SyncedRecord, table=True):
    """A rule with its law, version, article and parameters; the only table of rule sets."""

    __tablename__ = "rule_set"
    record_kind: ClassVar[RecordKind] = RecordKind.REFERENCE

    key: str = Field(max_length=80, index=True)
    law: str = Field(max_length=100)
    version: date
    effective_from: date
    effective_to: date | None = None
    article: str | None = Field(default=None, max_length=40)
    citation: str = Field(max_length=200)
    params: str = Field(max_length=4000)
    """JSON object."""
    source: str = Field(max_length=500)
    is_confirmed: bool = False
    note: str | None = Field(default=None, max_length=1000)


class Motion(SyncedRecord, table=True):
    """A question put to the village. ``state`` is folded from its events."""

    __tablename__ = "motion"
    local_fields: ClassVar[frozenset[str]] = frozenset({"state"})

    number: int
    title: str = Field(max_length=100)
    text: str = Field(max_length=8000)
    matter: MotionMatter = enum_field(MotionMatter)
    body: MeetingBody = enum_field(MeetingBody)
    rule_set_id: str = Field(max_length=60)
    proposed_by: str = Field(max_length=36)
    proposed_at: datetime = utc_field()
    state: MotionState = enum_field(MotionState, default=MotionState.DRAFT)


class MotionEvent(SyncedRecord, table=True):
    """Opened, tallied or withdrawn; a tally carries the seal of the ballots it counted."""

    __tablename__ = "motion_event"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    motion_id: str = parent_field("motion")
    kind: MotionEventKind = enum_field(MotionEventKind)
    by_account_id: str = Field(max_length=36)
    happened_at: datetime = utc_field()
    detail: str | None = Field(default=None, max_length=4000)
    """JSON: for a tally the counts, the result and the seal."""


class ElectorateEntry(SyncedRecord, table=True):
    """One household as it stood when the motion was opened."""

    __tablename__ = "electorate_entry"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    motion_id: str = parent_field("motion")
    household_id: str = Field(max_length=36, index=True)
    household_number: str = Field(max_length=20)
    head_name: str = Field(max_length=80)
    micro_grid_id: str | None = Field(default=None, max_length=36)


class Ballot(SyncedRecord, table=True):
    """One household's word on a motion; never overwritten."""

    __tablename__ = "ballot"
    record_kind: ClassVar[RecordKind] = RecordKind.BALLOT

    motion_id: str = parent_field("motion")
    household_id: str = Field(max_length=36, index=True)
    choice: BallotChoice = enum_field(BallotChoice)
    method: BallotMethod = enum_field(BallotMethod)
    by_account_id: str = Field(max_length=36)
    taken_at: datetime = utc_field()


class BallotWithdrawal(SyncedRecord, table=True):
    """A ballot taken back, with the reason; the ballot itself stays."""

    __tablename__ = "ballot_withdrawal"
    record_kind: ClassVar[RecordKind] = RecordKind.BALLOT

    motion_id: str = parent_field("motion")
    ballot_id: str = parent_field("ballot")
    reason: str = Field(max_length=200)
    by_account_id: str = Field(max_length=36)
    withdrawn_at: datetime = utc_field()
