"""The roster: micro-grids, households and residents."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field

from app.households.vocabulary import (
    EthnicGroup,
    IdentityKind,
    MissingIdentityReason,
    Relation,
    Sex,
)
from db.columns import enum_field, parent_field
from db.tables.base import SyncedRecord


class MicroGrid(SyncedRecord, table=True):
    """15 to 20 households with one grid worker."""

    __tablename__ = "micro_grid"

    number: int
    name: str = Field(max_length=50)
    worker_id: str | None = Field(default=None, max_length=36)


class Household(SyncedRecord, table=True):
    """A household as the village numbers it; the head may be missing from the residents."""

    __tablename__ = "household"

    micro_grid_id: str | None = Field(default=None, max_length=36, index=True)
    number: str = Field(max_length=20)
    head_name: str = Field(max_length=80)
    address: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=50)
    note: str | None = Field(default=None, max_length=1000)


class Resident(SyncedRecord, table=True):
    """A member of a household."""

    __tablename__ = "resident"

    household_id: str = parent_field("household")
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
