"""Units, people and what signs them in."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from sqlmodel import Field

from app.accounts.vocabulary import Role
from app.organisations.vocabulary import UnitKind
from db.columns import enum_field
from db.tables.base import SIGN_IN_SUFFIX, RecordKind, SyncedRecord


class UnitRecord(SyncedRecord, table=True):
    """A county, township, village or department; everyone holds all of them."""

    __tablename__ = "unit"
    record_kind: ClassVar[RecordKind] = RecordKind.REFERENCE

    kind: UnitKind = enum_field(UnitKind)
    code: str = Field(max_length=20, index=True)
    code_system: str = Field(max_length=10)
    name: str = Field(max_length=100)
    parent_id: str | None = Field(default=None, max_length=36, index=True)
    is_statistical: bool = False
    is_virtual: bool = False


class Account(SyncedRecord, table=True):
    """A person who works with the program; visible to everyone in the unit's scope."""

    __tablename__ = "account"

    name: str = Field(max_length=80)
    role: Role = enum_field(Role)
    phone: str | None = Field(default=None, max_length=50)
    valid_until: date | None = None
    is_active: bool = True


class Credential(SyncedRecord, table=True):
    """What verifies a PIN; held only by laptops of the account's own unit."""

    __tablename__ = "credential"

    account_id: str = Field(max_length=36, index=True)
    pin_hash: str = Field(max_length=300)
    must_change: bool = False

    @classmethod
    def bucket_of(cls, wire: dict[str, Any]) -> str:
        """A bucket of its own beside the unit's, so that no other unit can guess PINs."""
        return str(wire["unit_id"]) + SIGN_IN_SUFFIX
