"""In what ways a piece of work can need a person."""

from __future__ import annotations

from enum import StrEnum


class PendingKind(StrEnum):
    """What the list of pending work is sorted and filtered by; the most pressing first."""

    REFUSED = "refused"
    QUARANTINED = "quarantined"
    """The county's program could not judge it; its people look at it."""
    NOT_APPLIED = "not_applied"
    """Kept in the record, without effect."""
    NOT_LAID = "not_laid"
    """The other way round: a row of the county this file could not hold."""
    WAITING = "waiting"
    NOTE = "note"
    """Put aside by a person; the words stay."""
