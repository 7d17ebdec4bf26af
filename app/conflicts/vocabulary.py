"""The words of a conflict: what collided, what a person may decide about it, where it stands."""

from __future__ import annotations

from enum import StrEnum


class ConflictKind(StrEnum):
    """What collided."""

    FIELD = "field"
    """One field, edited on two laptops."""
    DELETE = "delete"
    """Deleted on one laptop, worked on elsewhere; the record is kept until somebody decides."""
    BALLOT_DOUBLE = "ballot_double"
    """Two ballots of one household."""
    HOUSEHOLD_DOUBLE = "household_double"
    """Two records that may be one household."""
    CASE_CLOSED_AND_SENT = "case_closed_and_sent"
    """Closed in the village while it was handed to another unit."""


class ConflictState(StrEnum):
    """Always folded from the settlements, in county order."""

    OPEN = "open"
    SETTLED = "settled"


class SettlementChoice(StrEnum):
    """What a person decided, or what happened that left nothing to decide."""

    KEEP_CURRENT = "keep_current"
    TAKE_OTHER = "take_other"
    ANOTHER_VALUE = "another_value"
    DELETE_RECORD = "delete_record"
    KEEP_BALLOT = "keep_ballot"
    MERGE_HOUSEHOLDS = "merge_households"
    NOT_THE_SAME = "not_the_same"
    STAYS_CLOSED = "stays_closed"
    REOPEN_CASE = "reopen_case"
    GONE = "gone"
    """The county saw that one of the two is not there any more."""
    REOPEN = "reopen"
    """The settlement itself is taken back."""
