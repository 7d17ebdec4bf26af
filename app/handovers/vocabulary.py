"""The words of a hand-over: what changes hands, and how far it has got."""

from __future__ import annotations

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
    OTHER_KIND = "other_kind"
    """Households and people stay on their level: village to village, township to township."""
