"""The words of a hand-over: what changes hands, and how far it has got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class HandoverSubject(StrEnum):
    """What is handed over, by the name of its entity."""

    HOUSEHOLD = "household"
    """Moves with its residents: another village keeps it from then on."""
    ACCOUNT = "account"
    """A person moves with what signs them in; nobody else's records go along."""
    CASE = "case_file"
    """Stays the village's; the unit that holds it is sent the whole file as well."""


class HandoverPurpose(StrEnum):
    """Why a case changes hands; anything but a case is only handed over."""

    HANDED_OVER = "handed_over"
    DISPATCHED = "dispatched"
    """分流交办: the unit it goes to leads (牵头) from then on."""
    RETURNED = "returned"
    """A wrong dispatch goes back, with its reason and in time."""
    ESCALATED = "escalated"
    """上报: the unit above takes it."""
    HELP_ASKED = "help_asked"
    """协办: another unit holds it as well; who leads does not change."""
    HELP_ENDED = "help_ended"


class HandoverState(StrEnum):
    """Offline a hand-over is only asked for; the county carries it out."""

    REQUESTED = "requested"
    EFFECTIVE = "effective"
    NOT_APPLIED = "not_applied"
    """Somebody else's hand-over of the same thing came first."""
    REFUSED = "refused"


class HandoverProblem(StrEnum):
    """Why something may not be handed over like this."""

    SAME_UNIT = "same_unit"
    UNIT_UNKNOWN = "unit_unknown"
    """Also a unit that no official works for."""
    NOT_HELD_HERE = "not_held_here"
    """Neither holds the person's unit the case, nor is the unit above it."""
    OUT_OF_REACH = "out_of_reach"
    """The other unit is not below the person's own, nor one a case may be handed to."""
    CONFIDENTIAL = "confidential"
    """A village, the accused unit or one below it: 信访工作条例 (2022), Art. 30 and 46 (5)."""
    OTHER_KIND = "other_kind"
    """Households and people stay on their level: village to village, township to township."""
    NOT_LEADING = "not_leading"
    """Only who leads sends a case on, or the unit above."""
    NOT_ABOVE = "not_above"
    """One asks upwards, to a unit above one's own."""
    NOT_SENT_HERE = "not_sent_here"
    """Only what was dispatched to a unit can be returned by it, to where it came from."""
    RETURNED_TOO_LATE = "returned_too_late"
    """信访工作条例 (2022-02-25), Art. 23 (3)."""
    REASON_MISSING = "reason_missing"
    HELPS_ALREADY = "helps_already"
    DOES_NOT_HELP = "does_not_help"
    DUE_IN_THE_PAST = "due_in_the_past"
    ENDED = "ended"
    """The case is closed, was not accepted or was withdrawn."""


@dataclass(frozen=True, slots=True)
class Step:
    """One hand-over the county has taken in; ``place`` is where it stands in the county's order."""

    handover_id: str
    from_unit_id: str
    to_unit_id: str
    purpose: HandoverPurpose = HandoverPurpose.HANDED_OVER
    day: date | None = None
    """The day in the village on which it was asked for."""
    due_on: date | None = None
    place: int = 0
