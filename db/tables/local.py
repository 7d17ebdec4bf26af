"""Tables of this laptop alone: unsent operations, sync state, drafts, sign-in tries, search."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import Field

from db.columns import enum_field, utc_field
from db.tables.base import LocalRow


class OpKind(StrEnum):
    """What an operation does to its record."""

    PUT = "put"
    DELETE = "delete"


class OpState(StrEnum):
    """Where an operation stands; only a verdict moves it out of WAITING."""

    WAITING = "waiting"
    APPLIED = "applied"
    MERGED = "merged"
    CONFLICT = "conflict"
    NOT_APPLIED = "not_applied"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class OutboxOp(LocalRow, table=True):
    """One record's part of one edit, written in the transaction of that edit."""

    __tablename__ = "outbox"

    op_no: int = Field(primary_key=True)
    """Per install, from 1, without gaps."""
    txn: int = Field(index=True)
    """The first operation number of the transaction; the group travels and is judged whole."""
    entity: str = Field(max_length=40)
    record_id: str = Field(max_length=36, index=True)
    kind: OpKind = enum_field(OpKind)
    patch: str
    """JSON {field: new value}."""
    base: str
    """JSON {field: county version it was edited on}; empty for a new record."""
    before: str
    """JSON {field: value before}; what undo needs."""
    seen: int | None = None
    """The county's version of the record when it was written: 0 for a new one. None in operations
    of programs that did not note it."""
    account_id: str = Field(max_length=36)
    action: str = Field(max_length=60)
    wall_ms: int
    mono_ms: int
    boot_id: str = Field(max_length=40)
    schema_version: int
    state: OpState = enum_field(OpState, default=OpState.WAITING)
    reason: str | None = Field(default=None, max_length=100)
    detail: str | None = None
    """JSON of what the verdict carried."""
    judged_at: datetime | None = utc_field(nullable=True)
    kept_at: datetime | None = utc_field(nullable=True)
    """When a person put it aside as a note; it needs nobody's attention since."""
    origin: str | None = Field(default=None, max_length=60)
    """The install id under which the number was given, where this laptop was renewed since."""


class LocalValue(LocalRow, table=True):
    """Small facts of this laptop by name: install id, epoch, cursors, clock offset."""

    __tablename__ = "local_value"

    name: str = Field(primary_key=True, max_length=60)
    value: str


class Draft(LocalRow, table=True):
    """An unfinished form, written a second after the last key."""

    __tablename__ = "draft"

    form: str = Field(primary_key=True, max_length=60)
    record_id: str = Field(primary_key=True, max_length=36)
    """Empty for a new record."""
    account_id: str = Field(primary_key=True, max_length=36)
    body: str
    saved_at: datetime = utc_field()


class SignInTry(LocalRow, table=True):
    """Wrong PINs in a row for one account on this laptop."""

    __tablename__ = "sign_in_try"

    account_id: str = Field(primary_key=True, max_length=36)
    wrong: int = 0
    last_wrong_ms: int = 0
    """Monotonic milliseconds of ``boot_id``, so that turning the clock back does not help."""
    boot_id: str = Field(default="", max_length=40)


STRAY: Final = "not known to the county"
"""The problem of a dead letter that a check took out of its table."""


class DeadLetter(LocalRow, table=True):
    """A change from the county that could not be laid down; kept, reported, never blocking."""

    __tablename__ = "dead_letter"

    id: int | None = Field(default=None, primary_key=True)
    entity: str = Field(max_length=40)
    record_id: str = Field(max_length=36)
    body: str
    problem: str = Field(max_length=500)
    received_at: datetime = utc_field()


class SyncIncident(LocalRow, table=True):
    """A bucket that was not equal with the county's, and what its repair did."""

    __tablename__ = "sync_incident"

    no: int | None = Field(default=None, primary_key=True)
    at: datetime = utc_field()
    bucket: str = Field(max_length=80)
    laid: int
    """Rows that were missing here or of another version."""
    removed: int
    """Rows here that the county did not mean for this laptop."""
    is_mended: bool
    is_reported: bool = False


class KeptNote(LocalRow, table=True):
    """What the county did not take and nobody will send again: the words stay, for ever."""

    __tablename__ = "kept_note"

    id: int | None = Field(default=None, primary_key=True)
    op_no: int = Field(index=True)
    entity: str = Field(max_length=40)
    record_id: str = Field(max_length=36)
    title: str
    patch: str
    """JSON {field: value}, as it was written."""
    state: str = Field(max_length=40)
    reason: str | None = Field(default=None, max_length=100)
    account_id: str = Field(max_length=36)
    written_at: datetime = utc_field()
    kept_at: datetime = utc_field()
    kept_by: str = Field(max_length=36)


class Stick(LocalRow, table=True):
    """One writing onto a USB stick, and whether the county's answer to it was read."""

    __tablename__ = "stick"

    stick_id: str = Field(primary_key=True, max_length=36)
    number: int = Field(unique=True)
    install_id: str = Field(max_length=60)
    written_at: datetime = utc_field()
    operations: int
    first_op_no: int
    last_op_no: int
    files: int
    read_at: datetime | None = utc_field(nullable=True)
    """When the county's answer was read here."""
    changes: int = 0
    """Rows that came with the answer."""


class Departure(LocalRow, table=True):
    """A record that leaves this laptop, until nothing of it is left in the file."""

    __tablename__ = "departure"

    entity: str = Field(primary_key=True, max_length=40)
    record_id: str = Field(primary_key=True, max_length=60)
    is_for_ever: bool = False
    """Deleted for everyone: undo may bring it back, so its operations keep what they hold."""
    left_at: datetime | None = utc_field(nullable=True)
    """None while edits of it wait for the county's verdict."""


class SearchEntry(LocalRow, table=True):
    """What Ctrl+K finds; the words themselves lie in the full-text table ``search_words``."""

    __tablename__ = "search_entry"

    rowid_: int | None = Field(default=None, primary_key=True)
    entity: str = Field(max_length=40)
    record_id: str = Field(max_length=36, unique=True)
    title: str
    subtitle: str


class SavedFilter(LocalRow, table=True):
    """A filter somebody gave a name, on this laptop."""

    __tablename__ = "saved_filter"

    id: str = Field(primary_key=True, max_length=36)
    account_id: str = Field(max_length=36, index=True)
    page: str = Field(max_length=40)
    name: str = Field(max_length=60)
    body: str
    """JSON of the filter as its page reads it."""
    position: int = 0
    is_default: bool = False
    """What the page opens with."""
    made_at: datetime = utc_field()


class NumberBlock(LocalRow, table=True):
    """Lasting numbers the county has set aside for this laptop; see ``app.numbering``."""

    __tablename__ = "number_block"

    id: str = Field(primary_key=True, max_length=60)
    series: str = Field(max_length=40)
    year: int
    first: int
    last: int
    following: int
    """The next that was not given out; above ``last`` when the block is used up."""
