"""Visits, micro-services, hazards, duty, patrols and the village's 1+X team."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from app.grid_work.vocabulary import (
    HazardKind,
    HazardLevel,
    ServiceKind,
    TeamPost,
    VisitPurpose,
    VisitWay,
)
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import SyncedRecord


class Visit(SyncedRecord, table=True):
    """Somebody of the village's team was at a household."""

    __tablename__ = "visit"
    # The list, newest first; when a household was last visited; the list of one person, and
    # whether somebody ever visited in a village.
    __table_args__ = (
        Index("ix_visit_unit_id", "unit_id", "visited_on", "id"),
        Index("ix_visit_household_id", "household_id", "way", "visited_on"),
        Index("ix_visit_by_account_id", "by_account_id", "unit_id", "visited_on", "id"),
    )

    unit_id: str = Field(max_length=36)
    household_id: str = parent_field("household", index=False)
    visited_on: date
    purpose: VisitPurpose = enum_field(VisitPurpose)
    way: VisitWay = enum_field(VisitWay)
    met: str | None = Field(default=None, max_length=100)
    """Who was met, in words."""
    note: str | None = Field(default=None, max_length=2000)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class MicroService(SyncedRecord, table=True):
    """What somebody asked of the grid, and when it was done."""

    __tablename__ = "micro_service"

    household_id: str | None = Field(default=None, max_length=36, index=True)
    resident_id: str | None = Field(default=None, max_length=36)
    visit_id: str | None = Field(default=None, max_length=36, index=True)
    """The visit at which it was asked."""
    kind: ServiceKind = enum_field(ServiceKind)
    asker_name: str = Field(max_length=80)
    asker_phone: str | None = Field(default=None, max_length=50)
    asked_on: date
    text: str = Field(max_length=1000)
    due_on: date | None = None
    done_on: date | None = None
    done_note: str | None = Field(default=None, max_length=1000)
    done_by: str | None = Field(default=None, max_length=36)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class Hazard(SyncedRecord, table=True):
    """Something that may do harm, until somebody has removed it."""

    __tablename__ = "hazard"

    household_id: str | None = Field(default=None, max_length=36, index=True)
    micro_grid_id: str | None = Field(default=None, max_length=36)
    visit_id: str | None = Field(default=None, max_length=36, index=True)
    patrol_id: str | None = Field(default=None, max_length=36)
    """The visit or patrol at which it was found."""
    kind: HazardKind = enum_field(HazardKind)
    level: HazardLevel = enum_field(HazardLevel)
    place: str = Field(max_length=200)
    text: str = Field(max_length=2000)
    found_on: date
    due_on: date
    resolved_on: date | None = None
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class HazardMeasure(SyncedRecord, table=True):
    """One thing that was done about a hazard."""

    __tablename__ = "hazard_measure"

    hazard_id: str = parent_field("hazard")
    done_on: date
    text: str = Field(max_length=1000)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()


class TeamMember(SyncedRecord, table=True):
    """A term of somebody in the village's 1+X team."""

    __tablename__ = "team_member"

    account_id: str | None = Field(default=None, max_length=36)
    name: str = Field(max_length=80)
    phone: str | None = Field(default=None, max_length=50)
    post: TeamPost = enum_field(TeamPost)
    post_name: str | None = Field(default=None, max_length=50)
    """The post in the village's own words, where they say more."""
    starts_on: date
    ends_on: date | None = None
    """The last day of the term; None while no end is set."""
    resident_id: str | None = Field(default=None, max_length=36)
    """Who it is in the roster, so that kin among the parties of a case can be found."""
    skills: str | None = Field(default=None, max_length=100)
    """Codes of GB/T 31000-2015, 5.5, apart by commas: 15 law, 16 psychology, 21 languages."""
    note: str | None = Field(default=None, max_length=500)


class DutyShift(SyncedRecord, table=True):
    """Who is on duty, on which day and from when to when."""

    __tablename__ = "duty_shift"

    on_date: date = Field(index=True)
    starts_at: str = Field(max_length=5)
    ends_at: str = Field(max_length=5)
    """HH:MM in China; an end that is not after the start lies in the next morning."""
    account_id: str | None = Field(default=None, max_length=36)
    name: str = Field(max_length=80)
    phone: str | None = Field(default=None, max_length=50)
    note: str | None = Field(default=None, max_length=500)


class Patrol(SyncedRecord, table=True):
    """A round through the village and what was found on it."""

    __tablename__ = "patrol"

    on_date: date = Field(index=True)
    starts_at: str = Field(max_length=5)
    ends_at: str | None = Field(default=None, max_length=5)
    route: str = Field(max_length=300)
    members: str = Field(max_length=300)
    found: str | None = Field(default=None, max_length=2000)
    by_account_id: str = Field(max_length=36)
    recorded_at: datetime = utc_field()
