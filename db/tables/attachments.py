"""What hangs on a record: a photograph, a scan, a recording, each named by its content.

The record travels like any other and carries its thumbnail; the original follows when the line
has time for it (see ``db/blobs.py``).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field

from app.attachments.vocabulary import WithdrawalKind
from db.columns import enum_field, parent_field, utc_field
from db.tables.base import RecordKind, SyncedRecord


class Attachment(SyncedRecord, table=True):
    """One original. Its unit is its subject's; it is never changed and never removed."""

    __tablename__ = "attachment"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    subject_entity: str = Field(max_length=40)
    subject_id: str = Field(max_length=60, index=True)
    """The root of what it hangs on, e.g. a case file; they are handed over together."""
    part_id: str | None = Field(default=None, max_length=60)
    """The event of the subject it belongs to, if it belongs to one."""
    sha256: str = Field(max_length=64, index=True)
    """Of the original, in small hexadecimal digits; the original's only name."""
    size: int
    """Of the original, in bytes."""
    media_type: str = Field(max_length=60)
    """Plain text, so that an older program keeps what a newer one attached."""
    name: str = Field(max_length=120)
    taken_at: datetime | None = utc_field(nullable=True)
    """When the camera says it was taken."""
    thumbnail: str | None = Field(default=None, max_length=11_000)
    """A JPEG of at most 8 KiB, base64; None for what has no picture."""
    by_account_id: str = Field(max_length=36)
    happened_at: datetime = utc_field()


class AttachmentWithdrawal(SyncedRecord, table=True):
    """An attachment taken out of sight, or put back; the attachment itself stays."""

    __tablename__ = "attachment_withdrawal"
    record_kind: ClassVar[RecordKind] = RecordKind.EVENT

    subject_entity: str = Field(max_length=40)
    subject_id: str = Field(max_length=60, index=True)
    attachment_id: str = parent_field("attachment")
    kind: WithdrawalKind = enum_field(WithdrawalKind)
    by_account_id: str = Field(max_length=36)
    happened_at: datetime = utc_field()
