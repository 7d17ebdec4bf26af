"""Cases: the file, its parties and its events."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from app.cases.vocabulary import (
    AgentKind,
    CaseEventKind,
    CaseKind,
    CaseState,
    FlowStage,
    PartySide,
    PartySource,
    SpokenLanguage,
    Urgency,
)
from app.households.vocabulary import Sex
from app.mediation.vocabulary import MediationWay
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import RecordKind, SyncedRecord


class CaseFile(SyncedRecord, table=True):
    """One matter, one number. What is local is folded from its events and hand-overs."""

    __tablename__ = "case_file"
    local_fields: ClassVar[frozenset[str]] = frozenset(
        {"state", "holder_unit_id", "helper_unit_ids", "stage", "way", "due_on", "due_limit"}
    )

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
    received_on: date | None = None
    """When people first came or wrote; the county's clocks of a petition begin here."""
    wanted: str | None = Field(default=None, max_length=2000)
    """What they ask for (诉求)."""
    head_count: int | None = None
    """How many people it concerns; None where nobody counted."""
    place_region: str | None = Field(default=None, max_length=6)
    """GB/T 2260 code of the county it happened in, where that is another."""
    is_confidential: bool = False
    accused_unit_id: str | None = Field(default=None, max_length=36)
    """Whom an accusation concerns; it never reaches that unit."""
    petition_purpose: PetitionPurpose | None = enum_field(PetitionPurpose, nullable=True)
    petition_form: PetitionForm | None = enum_field(PetitionForm, nullable=True)
    first_contact_id: str | None = Field(default=None, max_length=36)
    """The account whom people met first and who answers for the case (首访首问首办)."""
    former_number: str | None = Field(default=None, max_length=40, index=True)
    """What it was called before it got its lasting number; papers may still say so."""
    helper_unit_ids: str | None = Field(default=None, max_length=2000)
    """JSON list of the units that help, folded from the hand-overs; None for none."""
    stage: FlowStage = enum_field(FlowStage, default=FlowStage.INTAKE)
    way: MediationWay | None = enum_field(MediationWay, nullable=True)
    due_on: date | None = None
    """The day the nearest of its running limits ends; None where none runs."""
    due_limit: str | None = Field(default=None, max_length=80)
    """Which limit that is, by its key."""


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
    is_organisation: bool = False
    is_representative: bool = False
    """Speaks for the others of a mass case."""
    ethnicity: str | None = Field(default=None, max_length=2)
    """GB/T 3304."""
    category: str | None = Field(default=None, max_length=4)
    """GB/T 31000-2015, 5.57."""
    birth_date: date | None = None
    language: SpokenLanguage | None = enum_field(SpokenLanguage, nullable=True)
    region: str | None = Field(default=None, max_length=6)
    """GB/T 2260 code of the county somebody from outside lives in."""
    agent_kind: AgentKind | None = enum_field(AgentKind, nullable=True)
    agent_name: str | None = Field(default=None, max_length=80)
    agent_phone: str | None = Field(default=None, max_length=50)


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
