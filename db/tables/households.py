"""The roster: micro-grids, households and residents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from app.households.vocabulary import (
    CareLevel,
    Education,
    EthnicGroup,
    IdentityKind,
    LeftBehindKind,
    MaritalStatus,
    MissingIdentityReason,
    PoliticalStatus,
    Registration,
    Relation,
    ResidentStatus,
    RosterEventKind,
    Sex,
)
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import SyncedRecord


class MicroGrid(SyncedRecord, table=True):
    """15 to 20 households with one grid worker."""

    __tablename__ = "micro_grid"

    number: int
    name: str = Field(max_length=50)
    worker_id: str | None = Field(default=None, max_length=36)
    """Whose grid it is now; since when says the last ``GridAssignment``."""
    closed_on: date | None = None
    """The day its households went to other micro-grids; kept for its history."""


class Household(SyncedRecord, table=True):
    """A household as the village numbers it; the head may be missing from the residents."""

    __tablename__ = "household"
    # What counts the living of a village or a micro-grid is answered by the index alone.
    __table_args__ = (
        Index("ix_household_unit_id", "unit_id", "dissolved_on", "micro_grid_id", "sync_version"),
        Index("ix_household_micro_grid_id", "micro_grid_id", "dissolved_on"),
    )

    unit_id: str = Field(max_length=36)
    micro_grid_id: str | None = Field(default=None, max_length=36)
    number: str = Field(max_length=20)
    head_name: str = Field(max_length=80)
    address: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=50)
    note: str | None = Field(default=None, max_length=1000)
    group_name: str | None = Field(default=None, max_length=40)
    """村民小组, in the village's own words."""
    dissolved_on: date | None = None
    """The day nobody was left in it: merged into another, or all moved away or dead."""


class Resident(SyncedRecord, table=True):
    """A member of a household."""

    __tablename__ = "resident"
    __table_args__ = (
        Index("ix_resident_unit_id", "unit_id", "status", "sync_version"),
        Index("ix_resident_household_id", "household_id", "status"),
    )

    unit_id: str = Field(max_length=36)
    household_id: str = parent_field("household", index=False)
    position: int = 0
    """Order within the household, as the roster lists it."""
    name: str = Field(max_length=80)
    relation: Relation | None = enum_field(Relation, nullable=True)
    sex: Sex = enum_field(Sex)
    birth_date: date | None = None
    ethnic_group: EthnicGroup | None = enum_field(EthnicGroup, nullable=True)
    identity_kind: IdentityKind = enum_field(IdentityKind)
    identity_number: str | None = Field(default=None, max_length=50, index=True)
    missing_identity: MissingIdentityReason | None = enum_field(
        MissingIdentityReason, nullable=True
    )
    phone: str | None = Field(default=None, max_length=50)
    note: str | None = Field(default=None, max_length=1000)
    status: ResidentStatus = enum_field(ResidentStatus, default=ResidentStatus.PRESENT)
    left_on: date | None = None
    """The day of death or of moving out; None for everybody who belongs to the household."""
    away_place: str | None = Field(default=None, max_length=100)
    """Where somebody works or studies while away."""
    former_name: str | None = Field(default=None, max_length=50)
    marital: MaritalStatus | None = enum_field(MaritalStatus, nullable=True)
    political: PoliticalStatus | None = enum_field(PoliticalStatus, nullable=True)
    education: Education | None = enum_field(Education, nullable=True)
    occupation: str | None = Field(default=None, max_length=30)
    workplace: str | None = Field(default=None, max_length=100)
    registration: Registration | None = enum_field(Registration, nullable=True)
    registered_place: str | None = Field(default=None, max_length=80)
    """户籍地, where somebody is registered elsewhere."""
    left_behind: LeftBehindKind | None = enum_field(LeftBehindKind, nullable=True)
    care_level: CareLevel | None = enum_field(CareLevel, nullable=True)
    carer_name: str | None = Field(default=None, max_length=50)
    carer_relation: Relation | None = enum_field(Relation, nullable=True)
    carer_phone: str | None = Field(default=None, max_length=50)
    """The family member to call: 家庭主要成员 of GB/T 31000-2015, table 14."""
    needs: str | None = Field(default=None, max_length=1024)
    support: str | None = Field(default=None, max_length=1024)


class RosterEvent(SyncedRecord, table=True):
    """A birth, a death, a move, a split: what changed in a household, and on which day.

    A register, not an event: a step that was taken by mistake is undone with all it changed.
    """

    __tablename__ = "roster_event"

    household_id: str = parent_field("household")
    resident_id: str | None = Field(default=None, max_length=36, index=True)
    """Whom it was about. A split or merge is noted on both households, and names somebody only on
    the one where the people are afterwards."""
    other_household_id: str | None = Field(default=None, max_length=36)
    """The household on the other side of a split or merge."""
    kind: RosterEventKind = enum_field(RosterEventKind)
    happened_on: date = Field(index=True)
    name: str = Field(max_length=80)
    """Whom it was about, as the person was called then."""
    place: str | None = Field(default=None, max_length=200)
    """From where or whither."""
    note: str | None = Field(default=None, max_length=1000)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class GridAssignment(SyncedRecord, table=True):
    """From which day a micro-grid was whose; the last one before a day counts for it."""

    __tablename__ = "grid_assignment"

    micro_grid_id: str = parent_field("micro_grid")
    account_id: str | None = Field(default=None, max_length=36)
    """None while the micro-grid has nobody."""
    worker_name: str = Field(default="", max_length=80)
    from_name: str = Field(default="", max_length=80)
    """Who had it before; empty for nobody."""
    starts_on: date
    note: str | None = Field(default=None, max_length=500)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()
