"""What the chain of a case looks like on its page: units by their names, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.cases.vocabulary import CaseKind, CaseState, FlowStage
from app.flow.vocabulary import FlowAct, TurnPart, Wait
from app.handovers.vocabulary import HandoverPurpose, HandoverState
from app.organisations.vocabulary import Unit


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One unit that has, or had, the case; ``since`` is the day it was asked."""

    unit_id: str
    unit: str
    part: TurnPart
    purpose: HandoverPurpose
    since: date | None
    due_on: date | None
    taken_on: date | None
    reported_on: date | None
    ended_on: date | None
    waits_for: Wait
    is_own: bool
    """Whether it is the reader's own unit."""


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A hand-over with its words: asked for, carried out, or not come about."""

    handover_id: str
    purpose: HandoverPurpose
    from_unit_id: str
    from_unit: str
    to_unit: str
    due_on: date | None
    note: str
    by_name: str
    happened_at: datetime
    state: HandoverState
    instead: str = ""
    """The unit that got it first, where that is why it did not come about."""
    may_take_back: bool = False


@dataclass(frozen=True, slots=True)
class StageRow:
    """One of the five stages; ``began_on`` and ``days`` are None where it was not reached."""

    stage: FlowStage
    began_on: date | None
    days: int | None
    unit: str
    """Who led when it was last entered."""
    is_now: bool


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One unit on the way of the case; ``how`` it came there is None where the case began, ``days``
    None where a day is not known."""

    unit: str
    how: HandoverPurpose | None
    days: int | None
    is_now: bool


@dataclass(frozen=True, slots=True)
class FlowView:
    """The chain of one case as its page shows it; units by their names."""

    case_id: str
    kind: CaseKind
    state: CaseState
    stage: FlowStage
    home_unit_id: str
    lead_unit_id: str
    lead: str
    lead_turn: TurnRow | None
    """None while its own unit has it and nobody sent it there."""
    helpers: tuple[TurnRow, ...]
    past: tuple[TurnRow, ...]
    asked: tuple[AskedRow, ...]
    """What waits for the county, or did not come about; in county order."""
    said: tuple[AskedRow, ...]
    """What was carried out with words of who asked for it, the newest first."""
    stages: tuple[StageRow, ...]
    path: tuple[LeadRow, ...]
    """Who led, one after the other; the last leads now, or did when it ended."""
    waits_for: Wait
    """What the case waits for beside the units it was sent to."""
    is_loop_open: bool
    acts: tuple[FlowAct, ...]
    """What the reader may do now, what is waited for first."""
    asked_for: FlowAct | None = None
    """The one of them that is waited for of this reader."""
    return_until: date | None = None
    """The last day on which the reader's unit may return it."""
    return_to: str = ""
    decides: str = ""
    """Who decides where that unit does not accept it either; empty for none in common."""
    targets: Mapping[HandoverPurpose, tuple[Unit, ...]] = field(default_factory=dict)
    """Whom the reader may send it to: to lead, to help, above."""
