"""The chain of a case, folded from its hand-overs and events; and who may send it where.

A case that goes from hand to hand is told by two kinds of records: hand-overs say who has it,
events what was done. Both are told in the county's order, so every laptop finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from app.accounts.rules import HELD_ONLY_ROLES, may
from app.accounts.vocabulary import Permission
from app.cases.rules import following_state
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, CaseStep, FlowStage, InHand
from app.clocks.counting import WEEKENDS_ONLY, WorkingCalendar, add_days
from app.clocks.vocabulary import DayUnit
from app.flow.turns import (
    Turn,
    Turns,
    after_event,
    after_handover,
    in_order,
    is_loop_open,
    no_turns,
)
from app.flow.vocabulary import Wait
from app.handovers.rules import Giver
from app.handovers.vocabulary import HandoverProblem, HandoverPurpose, Step
from app.organisations.rules import ancestors, is_within
from app.organisations.vocabulary import Unit, UnitKind
from app.petitions.confidential_rules import confidential_problem

_P = HandoverPurpose
_K = CaseEventKind
_G = FlowStage

ENDED_STATES: Final = frozenset({CaseState.CLOSED, CaseState.REFUSED, CaseState.WITHDRAWN})
RETURN_DAYS: Final = 5
"""Working days in which a wrong dispatch goes back: 信访工作条例 (2022-02-25), Art. 23 (3); for
what is no petition the county's own rule."""


@dataclass(frozen=True, slots=True)
class StageSpan:
    """A stage of the chain: the day it began and the day the next one did, None while it lasts."""

    stage: FlowStage
    began_on: date | None
    ended_on: date | None = None
    unit_id: str = ""
    """Who led when it began."""

    def days(self, today: date) -> int | None:
        """How many days it dwelt here; None where nobody knows when it began."""
        if self.began_on is None:
            return None
        return max(0, ((self.ended_on or today) - self.began_on).days)


@dataclass(frozen=True, slots=True)
class Flow:
    """Where a case is in its chain, after everything the county knows and what was written here."""

    turns: Turns
    state: CaseState = CaseState.NOT_RECORDED
    stage: FlowStage = FlowStage.INTAKE
    spans: tuple[StageSpan, ...] = ()
    not_applied: Mapping[str, Step | None] = field(default_factory=dict)
    """Hand-overs that did not fit any more, each with the one that changed hands before it."""
    is_loop_open: bool = False
    counted: tuple[CaseStep, ...] = ()
    """The events that were not skipped."""

    @property
    def lead_unit_id(self) -> str:
        """Who leads."""
        return self.turns.hands.lead

    @property
    def helper_unit_ids(self) -> tuple[str, ...]:
        """Who helps, as they were asked."""
        return self.turns.hands.helpers


def follow(in_hand: InHand, events: Iterable[CaseStep]) -> Flow:
    """Folds hand-overs the county has taken in and events, those not sent yet last."""
    state, stage, turns = CaseState.NOT_RECORDED, _G.INTAKE, no_turns(in_hand.unit_id)
    past: list[CaseStep] = []
    spans: list[StageSpan] = []
    lost: dict[str, Step | None] = {}
    last_change: Step | None = None
    for one in in_order(in_hand.handed, events):
        if isinstance(one, Step):
            after = after_handover(turns, one)
            if after is None:
                lost[one.handover_id] = last_change
                continue
            last_change = one if after.hands.lead != turns.hands.lead else last_change
            stage = _stage_after_handover(stage, one, turns, after)
            turns = after
        else:
            step = one if one.in_hand is in_hand else replace(one, in_hand=in_hand)
            following = following_state(state, step, past)
            if following is None:
                continue
            past.append(step)
            state, turns = following, after_event(turns, step)
            stage = _stage_after_event(stage, step, state, turns)
        _note_stage(spans, stage, one.day, turns.hands.lead)
    is_open = is_loop_open(in_hand.kind, turns)
    return Flow(turns, state, stage, tuple(spans), lost, is_open, tuple(past))


def _note_stage(spans: list[StageSpan], stage: FlowStage, day: date | None, lead: str) -> None:
    if spans and spans[-1].stage is stage and spans[-1].unit_id == lead:
        return
    if spans:
        spans[-1] = replace(spans[-1], ended_on=day)
    spans.append(StageSpan(stage, day, unit_id=lead))


def _stage_after_handover(stage: FlowStage, step: Step, before: Turns, after: Turns) -> FlowStage:
    if stage is _G.ENDED:
        return stage
    if after.hands.lead != before.hands.lead:
        return _G.DISPATCH
    is_joined = step.purpose is _P.HELP_ASKED and stage is _G.HANDLING
    return _G.JOINT if is_joined else stage


_WORK: Final = frozenset({_K.TAKEN_ON, _K.MET, _K.INVESTIGATED, _K.MEDIATION_HELD})
_TOGETHER: Final = frozenset({_K.WAY_CHANGED, _K.COURT_SENT, _K.HEARING_ATTENDED})
_OUTCOMES: Final = frozenset(
    {_K.SETTLED, _K.NOT_SETTLED, _K.ANSWERED, _K.FEEDBACK_GIVEN, _K.EVALUATION_SOUGHT}
)


def _stage_after_event(
    stage: FlowStage, step: CaseStep, state: CaseState, turns: Turns
) -> FlowStage:
    """`state` and `turns` are those after the event."""
    if state in ENDED_STATES:
        return _G.ENDED
    if step.kind is _K.RECORDED:
        return _G.INTAKE
    if step.kind is _K.ACCEPTED:
        return _G.DISPATCH
    if step.kind is _K.REOPENED:
        return _G.INTAKE if state is CaseState.RECORDED else _G.HANDLING
    if step.kind in _WORK:
        return _G.JOINT if turns.helpers or stage is _G.JOINT else _G.HANDLING
    if step.kind in _TOGETHER:
        return _G.JOINT
    is_answered = step.kind is _K.REPORTED_BACK and not any(
        one.owes_report for one in turns.present
    )
    return _G.FEEDBACK if is_answered or step.kind in _OUTCOMES else stage


def case_waits_for(flow: Flow, kind: CaseKind) -> Wait:
    """What a case waits for beside the units it was sent to; asked of who leads it."""
    if flow.state in ENDED_STATES or flow.state is CaseState.NOT_RECORDED:
        return Wait.NOTHING
    if any(turn.waits_for is not Wait.NOTHING for turn in flow.turns.present):
        return Wait.NOTHING
    if flow.state is CaseState.RECORDED and kind in TAKEN_IN and not flow.turns.was_sent:
        return Wait.ACCEPT
    return Wait.FEEDBACK if flow.stage is _G.FEEDBACK and flow.is_loop_open else Wait.NOTHING


TAKEN_IN: Final = frozenset({CaseKind.PETITION, CaseKind.LAWSUIT_SOURCE, CaseKind.RECONSIDERATION})
"""Kinds that are accepted or not; a quarrel on the doorstep is simply heard."""


def unit_speaking(unit_id: str, turns: Turns, units: Mapping[str, Unit]) -> str:
    """For which unit somebody of this unit takes on or reports back: their own where it has the
    case; else the one below them that has it."""
    has_it = (turns.hands.lead, *turns.hands.helpers)
    below = (one for one in has_it if is_within(one, unit_id, units))
    return unit_id if unit_id in has_it else next(below, unit_id)


# --- who may send it where -----------------------------------------------------------------------


def last_day_to_return(received_on: date, calendar: WorkingCalendar = WEEKENDS_ONLY) -> date:
    """The fifth working day after the day it was received.

    信访工作条例 (2022-02-25), Art. 23 (3): 自收到之日起5个工作日内提出异议; the day it was received
    is not counted (民事诉讼法 2023-09-01, Art. 85, taken over here). For what is no petition the
    county's own setting, likewise five.
    """
    return add_days(received_on, RETURN_DAYS, DayUnit.WORKING, calendar)


@dataclass(frozen=True, slots=True)
class Sending:
    """What somebody wants to do with a case on ``day``."""

    purpose: HandoverPurpose
    from_unit_id: str
    to_unit_id: str
    day: date
    note: str = ""
    is_confidential: bool = False
    accused_unit_id: str | None = None


def send_problem(
    giver: Giver,
    sending: Sending,
    turns: Turns,
    units: Mapping[str, Unit],
    calendar: WorkingCalendar = WEEKENDS_ONLY,
) -> HandoverProblem | None:
    """Why this may not be done; None when it may. A plain hand-over is judged elsewhere."""
    if sending.purpose is _P.RETURNED:
        return _return_problem(giver, sending, turns, calendar)
    if sending.purpose is _P.HELP_ENDED:
        return _end_problem(giver, sending, turns, units, calendar)
    if sending.to_unit_id == sending.from_unit_id:
        return HandoverProblem.SAME_UNIT
    target = units.get(sending.to_unit_id)
    if target is None or target.is_virtual or target.is_statistical:
        return HandoverProblem.UNIT_UNKNOWN
    if not _may_send(giver, sending.from_unit_id, turns.home_unit_id, units):
        return HandoverProblem.NOT_LEADING
    if sending.is_confidential and confidential_problem(target.id, sending.accused_unit_id, units):
        return HandoverProblem.CONFIDENTIAL
    if sending.purpose is _P.ESCALATED:
        return _escalate_problem(sending, units)
    is_known = sending.to_unit_id in (turns.hands.lead, *turns.hands.helpers)
    if sending.purpose is _P.HELP_ASKED and is_known:
        return HandoverProblem.HELPS_ALREADY
    return None if _is_in_reach(giver, sending, target, units) else HandoverProblem.OUT_OF_REACH


def _may_send(giver: Giver, lead: str, home: str, units: Mapping[str, Unit]) -> bool:
    """Who leads, or a unit above; a helper sends nothing on, nor a village what others lead."""
    if not may(giver.role, Permission.HAND_OVER_CASE):
        return False
    if giver.role in HELD_ONLY_ROLES:
        return lead == giver.unit_id
    return is_within(lead, giver.unit_id, units) or _is_above(giver.unit_id, home, units)


def _is_above(unit_id: str, below: str, units: Mapping[str, Unit]) -> bool:
    return any(one.id == unit_id for one in ancestors(below, units))


def _is_in_reach(giver: Giver, sending: Sending, target: Unit, units: Mapping[str, Unit]) -> bool:
    """A department, or a unit below; help may be asked of a unit above as well."""
    if target.kind is UnitKind.DEPARTMENT or is_within(target.id, giver.unit_id, units):
        return True
    asks_up = sending.purpose is _P.HELP_ASKED
    return asks_up and _is_above(target.id, giver.unit_id, units)


def _escalate_problem(sending: Sending, units: Mapping[str, Unit]) -> HandoverProblem | None:
    if not sending.note.strip():
        return HandoverProblem.REASON_MISSING
    is_up = _is_above(sending.to_unit_id, sending.from_unit_id, units)
    return None if is_up else HandoverProblem.NOT_ABOVE


def _return_problem(
    giver: Giver, sending: Sending, turns: Turns, calendar: WorkingCalendar
) -> HandoverProblem | None:
    """A wrong dispatch goes back only from whom it was sent to, to where it came from, with its
    reason and in time: 信访工作条例 (2022-02-25), Art. 23 (3), for petitions; the county's own
    rule for the rest."""
    turn = turns.lead
    is_own = giver.unit_id == sending.from_unit_id == turns.hands.lead
    if not is_own or turn is None or turn.purpose is not _P.DISPATCHED:
        return HandoverProblem.NOT_SENT_HERE
    if sending.to_unit_id != turn.from_unit_id or not may(giver.role, Permission.HAND_OVER_CASE):
        return HandoverProblem.NOT_SENT_HERE
    return _answer_problem(turn, sending, calendar)


def _answer_problem(
    turn: Turn, sending: Sending, calendar: WorkingCalendar
) -> HandoverProblem | None:
    """What is given back is given back with its reason, and in time."""
    if not sending.note.strip():
        return HandoverProblem.REASON_MISSING
    received = turn.received_on
    if received is not None and sending.day > last_day_to_return(received, calendar):
        return HandoverProblem.RETURNED_TOO_LATE
    return None


def _end_problem(
    giver: Giver,
    sending: Sending,
    turns: Turns,
    units: Mapping[str, Unit],
    calendar: WorkingCalendar,
) -> HandoverProblem | None:
    """Who leads, or a unit above, ends it at any time; a helper gives it back as a dispatch."""
    turn = next((one for one in turns.helpers if one.unit_id == sending.from_unit_id), None)
    if turn is None:
        return HandoverProblem.DOES_NOT_HELP
    if _may_send(giver, turns.hands.lead, turns.home_unit_id, units):
        return None
    if giver.unit_id != turn.unit_id or not may(giver.role, Permission.HAND_OVER_CASE):
        return HandoverProblem.NOT_LEADING
    return _answer_problem(turn, sending, calendar)
