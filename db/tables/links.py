"""Links between records of any kind."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from app.links.vocabulary import LinkKind
from db.columns import enum_field, utc_field
from db.tables.base import SyncedRecord


class RecordLink(SyncedRecord, table=True):
    """One record grew out of another, or belongs with it; ``unit_id`` is the first one's."""

    __tablename__ = "record_link"

    kind: LinkKind = enum_field(LinkKind)
    from_entity: str = Field(max_length=40)
    from_id: str = Field(max_length=60, index=True)
    to_entity: str = Field(max_length=40)
    to_id: str = Field(max_length=60, index=True)
    note: str | None = Field(default=None, max_length=500)
    by_account_id: str = Field(max_length=36)
    made_at: datetime = utc_field()
