"""What the county sets for every laptop, and the asking for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlmodel import Field

from db.columns import utc_field
from db.tables.base import RecordKind, SyncedRecord


class Setting(SyncedRecord, table=True):
    """One value from a day on; made by the county from the change it carried out."""

    __tablename__ = "setting"
    record_kind: ClassVar[RecordKind] = RecordKind.REFERENCE

    key: str = Field(max_length=80, index=True)
    value: str = Field(max_length=8000)
    """JSON."""
    starts_on: date
    note: str | None = Field(default=None, max_length=1000)
    """Where the value comes from, e.g. the notice that names the holidays."""
    set_by: str | None = Field(default=None, max_length=80)
    """The name of who set it; None for what ships and for the command line."""


class SettingChange(SyncedRecord, table=True):
    """Somebody at the county sets something; never changed, never removed."""

    __tablename__ = "setting_change"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    key: str = Field(max_length=80, index=True)
    value: str = Field(max_length=8000)
    starts_on: date
    note: str | None = Field(default=None, max_length=1000)
    by_account_id: str = Field(max_length=36)
    happened_at: datetime = utc_field()
