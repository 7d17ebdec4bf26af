"""Incidents (网格警事): the record, its people and its events."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from app.cases.vocabulary import PartySource
from app.households.vocabulary import Sex
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentRole,
    IncidentSource,
    IncidentState,
)
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import RecordKind, SyncedRecord


class Incident(SyncedRecord, table=True):
    """Something that disturbed the peace; ``state`` is folded from its events."""

    __tablename__ = "incident"
    __table_args__ = (
        # All that statistics ask of an incident, so that they read the index alone.
        Index(
            "ix_incident_counted",
            *("unit_id", "incident_class", "happened_at", "sync_version", "state"),
        ),
    )
    local_fields: ClassVar[frozenset[str]] = frozenset({"state"})

    number: str = Field(max_length=40, index=True)
    incident_class: IncidentClass = enum_field(IncidentClass)
    source: IncidentSource = enum_field(IncidentSource)
    title: str = Field(max_length=100)
    story: str = Field(max_length=4000)
    place: str = Field(max_length=200)
    micro_grid_id: str | None = Field(default=None, max_length=36)
    patrol_id: str | None = Field(default=None, max_length=36)
    happened_at: datetime = utc_field()
    """When it took place, as far as is known; not when it was written down."""
    recorded_by: str = Field(max_length=36)
    recorded_at: datetime = utc_field()
    state: IncidentState = enum_field(IncidentState, default=IncidentState.NOT_RECORDED)


class IncidentPerson(SyncedRecord, table=True):
    """Somebody who had to do with an incident, from the roster or from anywhere."""

    __tablename__ = "incident_person"

    incident_id: str = parent_field("incident")
    role: IncidentRole = enum_field(IncidentRole)
    source: PartySource = enum_field(PartySource)
    resident_id: str | None = Field(default=None, max_length=36, index=True)
    name: str = Field(max_length=80)
    sex: Sex = enum_field(Sex, default=Sex.UNKNOWN)
    identity_number: str | None = Field(default=None, max_length=50)
    phone: str | None = Field(default=None, max_length=50)
    address: str | None = Field(default=None, max_length=200)


class IncidentEvent(SyncedRecord, table=True):
    """Something that happened to an incident; never changed, never removed."""

    __tablename__ = "incident_event"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    incident_id: str = parent_field("incident")
    kind: IncidentEventKind = enum_field(IncidentEventKind)
    note: str | None = Field(default=None, max_length=4000)
    detail: str | None = Field(default=None, max_length=8000)
    """JSON of what this kind of event carries besides: the policeman told, who signed."""
    done_at: datetime | None = utc_field(nullable=True)
    """When it was done, where that is not when it was written."""
    by_account_id: str = Field(max_length=36)
    happened_at: datetime = utc_field()
