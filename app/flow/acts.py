"""What somebody may do with a case in its chain now, and to whom they may send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.rules import may_follow
from app.cases.vocabulary import CaseEventKind, CaseKind
from app.clocks.counting import WorkingCalendar
from app.flow.rows import AskedRow
from app.flow.rules import (
    ENDED_STATES,
    Flow,
    Sending,
    case_waits_for,
    send_problem,
    unit_speaking,
)
from app.flow.turns import Turn, Turns
from app.flow.vocabulary import FlowAct, TurnPart, Wait
from app.handovers.rules import Giver
from app.handovers.vocabulary import HandoverPurpose, HandoverState
from app.organisations.vocabulary import Unit

_P = HandoverPurpose


def acts_now(
    actor: Actor,
    kind: CaseKind,
    flow: Flow,
    asked: Sequence[AskedRow],
    today: date,
    calendar: WorkingCalendar,
    targets: Mapping[HandoverPurpose, tuple[Unit, ...]],
) -> tuple[tuple[FlowAct, ...], FlowAct | None]:
    """What this person may do, what is waited for first; and which one that is, if any."""
    may = _May(actor, kind, flow, asked, today, calendar, targets)
    found = [act for act in FlowAct if may.act(act)]
    wanted = [act for act in found if may.is_asked_for(act)]
    rest = [act for act in found if act not in wanted]
    return (*wanted, *rest), next(iter(wanted), None)


@dataclass(frozen=True, slots=True)
class _May:
    actor: Actor
    kind: CaseKind
    flow: Flow
    asked: Sequence[AskedRow]
    today: date
    calendar: WorkingCalendar
    targets: Mapping[HandoverPurpose, tuple[Unit, ...]]

    @property
    def own(self) -> Turn | None:
        turns = self.flow.turns
        return turns.of_unit(unit_speaking(self.actor.unit_id, turns, self.actor.units))

    @property
    def is_going_back(self) -> bool:
        """Whether the own unit has asked to give it back: who does not want it neither signs for
        it nor reports on it until the county has answered, or the asking was taken back."""
        return any(
            one.state is HandoverState.REQUESTED
            and one.purpose in _GIVES_BACK
            and self.own is not None
            and one.from_unit_id == self.own.unit_id
            for one in self.asked
        )

    def is_asked_for(self, act: FlowAct) -> bool:
        """Whether this is what is waited for."""
        if act in (FlowAct.ACCEPT, FlowAct.REFUSE):
            return case_waits_for(self.flow, self.kind) is Wait.ACCEPT
        if act is FlowAct.FEEDBACK:
            return case_waits_for(self.flow, self.kind) is Wait.FEEDBACK
        waits = None if self.own is None else self.own.waits_for
        return (act, waits) in (
            (FlowAct.TAKE_ON, Wait.TAKE_ON),
            (FlowAct.RETURN, Wait.TAKE_ON),
            (FlowAct.REPORT_BACK, Wait.REPORT),
        )

    def act(self, act: FlowAct) -> bool:
        """Whether this person may do it now."""
        kind = _EVENT_OF.get(act)
        if kind is not None:
            return self._event(act, kind)
        if self.flow.state in ENDED_STATES:
            return False
        is_pending = any(
            one.state is HandoverState.REQUESTED and one.purpose in CHANGES_LEAD
            for one in self.asked
        )
        if act is FlowAct.ASK_HELP:
            return bool(self.targets[_P.HELP_ASKED])
        if act is FlowAct.END_HELP:
            may_name = bool(self.targets[_P.HELP_ASKED] or self.targets[_P.DISPATCHED])
            return may_name and bool(self.flow.helper_unit_ids)
        if is_pending or (act is FlowAct.RETURN and self.is_going_back):
            return False
        if act is FlowAct.RETURN:
            return self._may_return()
        return bool(self.targets[_PURPOSE_OF[act]])

    def _event(self, act: FlowAct, kind: CaseEventKind) -> bool:
        if not may_follow(self.flow.state, kind) or not self._reaches(_NEEDED[act]):
            return False
        turns = self.flow.turns
        if act in _SPEAKS_FOR_UNIT and self.is_going_back:
            return False
        if act is FlowAct.TAKE_ON:
            return self.own is not None and self.own.taken_on is None and not self.own.reported_on
        if act is FlowAct.REPORT_BACK:
            return self.own is not None and self.own.owes_report
        if act is FlowAct.URGE:
            return any(one.unit_id != self.actor.unit_id for one in urgeable(turns))
        if act is FlowAct.FEEDBACK:
            return not turns.is_told
        return True

    def _reaches(self, permission: Permission) -> bool:
        turns = self.flow.turns
        return self.actor.reaches(
            permission,
            unit_id=turns.home_unit_id,
            holder_unit_ids=(turns.hands.lead, *turns.hands.helpers),
        )

    def _may_return(self) -> bool:
        turns = self.flow.turns
        own = turns.of_unit(self.actor.unit_id)
        if own is None:
            return False
        purpose = _P.HELP_ENDED if own.part is TurnPart.HELPER else _P.RETURNED
        target = returns_to(turns, own)
        sending = Sending(purpose, self.actor.unit_id, target, self.today, note="…")
        giver = Giver(self.actor.role, self.actor.unit_id)
        return send_problem(giver, sending, turns, self.actor.units, self.calendar) is None


_GIVES_BACK: Final = frozenset({_P.RETURNED, _P.HELP_ENDED})
_SPEAKS_FOR_UNIT: Final = frozenset({FlowAct.TAKE_ON, FlowAct.REPORT_BACK})
CHANGES_LEAD: Final = frozenset({_P.HANDED_OVER, _P.DISPATCHED, _P.RETURNED, _P.ESCALATED})
_EVENT_OF: Final = {
    FlowAct.ACCEPT: CaseEventKind.ACCEPTED,
    FlowAct.REFUSE: CaseEventKind.REFUSED,
    FlowAct.TAKE_ON: CaseEventKind.TAKEN_ON,
    FlowAct.REPORT_BACK: CaseEventKind.REPORTED_BACK,
    FlowAct.URGE: CaseEventKind.URGED,
    FlowAct.FEEDBACK: CaseEventKind.FEEDBACK_GIVEN,
    FlowAct.REOPEN: CaseEventKind.REOPENED,
}
_NEEDED: Final = {
    FlowAct.ACCEPT: Permission.ACCEPT_CASE,
    FlowAct.REFUSE: Permission.ACCEPT_CASE,
    FlowAct.TAKE_ON: Permission.ACCEPT_CASE,
    FlowAct.REPORT_BACK: Permission.ANSWER_CASE,
    FlowAct.URGE: Permission.HAND_OVER_CASE,
    FlowAct.FEEDBACK: Permission.ANSWER_CASE,
    FlowAct.REOPEN: Permission.CLOSE_CASE,
}
_PURPOSE_OF: Final = {
    FlowAct.DISPATCH: _P.DISPATCHED,
    FlowAct.ESCALATE: _P.ESCALATED,
}


def urgeable(turns: Turns) -> tuple[Turn, ...]:
    """The turns somebody may be reminded of."""
    return tuple(one for one in turns.present if one.waits_for is not Wait.NOTHING)


def returns_to(turns: Turns, turn: Turn) -> str:
    """The unit that has the case again when this turn goes back."""
    return turns.hands.lead if turn.part is TurnPart.HELPER else turn.from_unit_id


def possible_targets(
    actor: Actor,
    turns: Turns,
    purpose: HandoverPurpose,
    today: date,
    secrecy: tuple[bool, str | None] = (False, None),
) -> tuple[Unit, ...]:
    """The units a case may be sent to by this person, in the order of the units."""
    giver = Giver(actor.role, actor.unit_id)
    lead = turns.hands.lead
    return tuple(
        unit
        for unit in actor.units.values()
        if send_problem(
            giver, Sending(purpose, lead, unit.id, today, "…", *secrecy), turns, actor.units
        )
        is None
    )
