"""Reading the chain: who has a case, what each waits for, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.cases.rules import may_follow
from app.cases.secrecy import narrowed_for, sees_confidential
from app.cases.vocabulary import (
    NOT_PLACED,
    CaseEventKind,
    CaseKind,
    CaseState,
    CaseStep,
    FlowStage,
    InHand,
)
from app.clocks.counting import WorkingCalendar
from app.flow.reach import IN_UNITS
from app.flow.rules import (
    ENDED_STATES,
    TAKEN_IN,
    Flow,
    Sending,
    case_waits_for,
    follow,
    last_day_to_return,
    send_problem,
    unit_speaking,
)
from app.flow.turns import OWES_REPORT, Turn, Turns, in_order
from app.flow.vocabulary import FlowAct, TurnPart, Wait
from app.handovers.actions import may_take_back
from app.handovers.queries import secrecy_of, unit_name
from app.handovers.rules import Giver, Hands, carry_out
from app.handovers.vocabulary import HandoverPurpose, HandoverState, Step
from app.listing import fetch_rows
from app.organisations.vocabulary import Unit
from app.refolding import case_steps, county_order, in_hand_of
from app.settings.queries import working_calendar
from app.store import Store, SyncState
from db.clock import CHINA, today_in_china
from db.tables.cases import CaseFile
from db.tables.handovers import Handover
from db.tables.organisations import Account

_P = HandoverPurpose


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
    """A hand-over that is only asked for, or was, and did not come about."""

    handover_id: str
    purpose: HandoverPurpose
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
    stages: tuple[StageRow, ...]
    path: tuple[LeadRow, ...]
    """Who led, one after the other; the last leads now, or did when it ended."""
    waits_for: Wait
    """What the case waits for beside the units it was sent to."""
    is_loop_open: bool
    acts: tuple[FlowAct, ...]
    """What the reader may do now, what is most likely first."""
    return_until: date | None = None
    """The last day on which the reader's unit may return it."""
    return_to: str = ""
    targets: Mapping[HandoverPurpose, tuple[Unit, ...]] = field(default_factory=dict)
    """Whom the reader may send it to: to lead, to help, above."""


FIVE: Final = tuple(stage for stage in FlowStage if stage is not FlowStage.ENDED)


def flow_of(store: Store, actor: Actor, case_id: str) -> FlowView | None:
    """Where the case is in its chain; None when it is not in this file."""
    today = today_in_china(store.clock)
    with store.reading() as session:
        case = session.get(CaseFile, case_id)
        if case is None or (case.is_confidential and not sees_confidential(actor)):
            return None
        in_hand = in_hand_of(session, case)
        flow = follow(in_hand, case_steps(session, case))
        asked = _asked(session, actor, case_id, flow)
        calendar = working_calendar(session)
    return _view(actor, case, flow, asked, today, calendar, _path(actor, in_hand, flow, today))


def _view(
    actor: Actor,
    case: CaseFile,
    flow: Flow,
    asked: tuple[AskedRow, ...],
    today: date,
    calendar: WorkingCalendar,
    path: tuple[LeadRow, ...],
) -> FlowView:
    turns = flow.turns
    own = turns.of_unit(actor.unit_id)
    targets = {
        purpose: possible_targets(actor, turns, purpose, today, secrecy_of(case))
        for purpose in (_P.DISPATCHED, _P.HELP_ASKED, _P.ESCALATED)
    }
    may_return = own is not None and own.purpose in OWES_REPORT
    received = own and own.received_on
    until = last_day_to_return(received, calendar) if may_return and received else None
    return FlowView(
        case_id=case.id,
        kind=case.kind,
        state=flow.state,
        stage=flow.stage,
        home_unit_id=case.unit_id,
        lead_unit_id=flow.lead_unit_id,
        lead=unit_name(actor, flow.lead_unit_id),
        lead_turn=None if turns.lead is None else _turn_row(actor, turns.lead),
        helpers=tuple(_turn_row(actor, one) for one in turns.helpers),
        past=tuple(_turn_row(actor, one) for one in turns.past),
        asked=asked,
        stages=_stages(actor, flow, today),
        path=path,
        waits_for=case_waits_for(flow, case.kind),
        is_loop_open=flow.is_loop_open,
        acts=_acts(actor, case.kind, flow, asked, today, calendar, targets),
        targets=targets,
        return_until=until,
        return_to=unit_name(actor, _returns_to(turns, own)) if own and until else "",
    )


def _turn_row(actor: Actor, turn: Turn) -> TurnRow:
    return TurnRow(
        unit_id=turn.unit_id,
        unit=unit_name(actor, turn.unit_id),
        part=turn.part,
        purpose=turn.purpose,
        since=turn.sent_on,
        due_on=turn.due_on,
        taken_on=turn.taken_on,
        reported_on=turn.reported_on,
        ended_on=turn.ended_on,
        waits_for=turn.waits_for,
        is_own=turn.unit_id == actor.unit_id,
    )


def _stages(actor: Actor, flow: Flow, today: date) -> tuple[StageRow, ...]:
    rows = []
    for stage in FIVE:
        spans = [one for one in flow.spans if one.stage is stage]
        days = [found for one in spans if (found := one.days(today)) is not None]
        rows.append(
            StageRow(
                stage=stage,
                began_on=spans[-1].began_on if spans else None,
                days=sum(days) if days else None,
                unit=unit_name(actor, spans[-1].unit_id) if spans else "",
                is_now=stage is flow.stage,
            )
        )
    return tuple(rows)


def _path(actor: Actor, in_hand: InHand, flow: Flow, today: date) -> tuple[LeadRow, ...]:
    began_on = flow.spans[0].began_on if flow.spans else None
    hands = Hands(in_hand.unit_id)
    stops: list[tuple[str, HandoverPurpose | None, date | None]] = [(hands.lead, None, began_on)]
    for step in in_order(in_hand.handed, ()):
        after = carry_out(hands, step) if isinstance(step, Step) else None
        if after is not None and isinstance(step, Step):
            if after.lead != hands.lead:
                stops.append((after.lead, step.purpose, step.day))
            hands = after
    is_over = flow.stage is FlowStage.ENDED
    last = flow.spans[-1].began_on if is_over and flow.spans else today
    left = [*(came_on for _, _, came_on in stops[1:]), last]
    return tuple(
        LeadRow(
            unit=unit_name(actor, unit_id),
            how=how,
            days=None if came_on is None or until is None else max(0, (until - came_on).days),
            is_now=place == len(stops) - 1 and not is_over,
        )
        for place, ((unit_id, how, came_on), until) in enumerate(zip(stops, left, strict=True))
    )


def _asked(session: Session, actor: Actor, case_id: str, flow: Flow) -> tuple[AskedRow, ...]:
    """Unsent, refused, and those that did not fit any more."""
    found = session.exec(
        select(Handover, col(Account.name))
        .join(Account, col(Account.id) == col(Handover.by_account_id), isouter=True)
        .where(col(Handover.subject_id) == case_id)
        .order_by(*county_order(Handover))
    ).all()
    rows = []
    for one, name in found:
        state = _state_of(one, flow)
        if state is HandoverState.EFFECTIVE:
            continue
        before = flow.not_applied.get(one.id)
        rows.append(
            AskedRow(
                handover_id=one.id,
                purpose=one.purpose,
                from_unit=unit_name(actor, one.from_unit_id),
                to_unit=unit_name(actor, one.to_unit_id),
                due_on=one.due_on,
                note=one.note or "",
                by_name=name or "",
                happened_at=one.happened_at,
                state=state,
                instead=unit_name(actor, before.to_unit_id) if before else "",
                may_take_back=one.by_account_id == actor.account_id
                and may_take_back(one, actor.role, [other for other, _ in found]),
            )
        )
    return tuple(rows)


def _state_of(one: Handover, flow: Flow) -> HandoverState:
    if one.sync_seq == 0:
        is_refused = one.sync_state is SyncState.REFUSED
        return HandoverState.REFUSED if is_refused else HandoverState.REQUESTED
    return HandoverState.NOT_APPLIED if one.id in flow.not_applied else HandoverState.EFFECTIVE


# --- what may be done ----------------------------------------------------------------------------


def _acts(
    actor: Actor,
    kind: CaseKind,
    flow: Flow,
    asked: Sequence[AskedRow],
    today: date,
    calendar: WorkingCalendar,
    targets: Mapping[HandoverPurpose, tuple[Unit, ...]],
) -> tuple[FlowAct, ...]:
    may = _May(actor, kind, flow, asked, today, calendar, targets)
    found = [act for act in FlowAct if may.act(act)]
    return tuple(sorted(found, key=lambda act: (not may.is_asked_for(act), found.index(act))))


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
        if is_pending:
            return False
        if act is FlowAct.RETURN:
            return self._may_return()
        return bool(self.targets[_PURPOSE_OF[act]])

    def _event(self, act: FlowAct, kind: CaseEventKind) -> bool:
        if not may_follow(self.flow.state, kind) or not self._reaches(_NEEDED[act]):
            return False
        turns = self.flow.turns
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
        target = _returns_to(turns, own)
        sending = Sending(purpose, self.actor.unit_id, target, self.today, note="…")
        giver = Giver(self.actor.role, self.actor.unit_id)
        return send_problem(giver, sending, turns, self.actor.units, self.calendar) is None


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


def _returns_to(turns: Turns, turn: Turn) -> str:
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


# --- what waits ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A case that waits for a unit; ``since`` is the day it began to."""

    case_id: str
    number: str
    title: str
    what: Wait
    since: date | None
    due_on: date | None
    unit_id: str
    unit: str
    home_id: str
    """The unit the case is of."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the reader's own unit, and for others; the oldest first."""

    for_me: tuple[WaitingRow, ...]
    for_others: tuple[WaitingRow, ...]


def waiting(store: Store, actor: Actor, today: date) -> Waiting:
    """What the cases this person may see wait for."""
    seen = units_seen(actor)
    with store.reading() as session:
        rows = [
            row
            for case, flow in _open_flows(session, seen, narrowed_for(actor))
            for row in _waits(actor, case, flow, today)
        ]
    rows.sort(key=lambda row: (row.since or date.min, row.case_id))
    return Waiting(
        for_me=tuple(row for row in rows if row.unit_id == actor.unit_id),
        for_others=tuple(row for row in rows if row.unit_id != actor.unit_id),
    )


def _waits(actor: Actor, case: Any, flow: Flow, today: date) -> Iterable[WaitingRow]:
    found: list[tuple[Wait, str, date | None, date | None]] = [
        (
            turn.waits_for,
            turn.unit_id,
            turn.sent_on if turn.waits_for is Wait.TAKE_ON else turn.taken_on,
            turn.due_on,
        )
        for turn in flow.turns.present
    ]
    since = flow.spans[-1].began_on if flow.spans else today
    found.append((case_waits_for(flow, CaseKind(case.kind)), flow.lead_unit_id, since, None))
    for what, unit_id, began_on, due_on in found:
        if what is not Wait.NOTHING:
            yield WaitingRow(
                case_id=case.id,
                number=case.number,
                title=case.title,
                what=what,
                since=began_on,
                due_on=due_on,
                unit_id=unit_id,
                unit=unit_name(actor, unit_id),
                home_id=case.unit_id,
            )


def _open_flows(
    session: Session, seen: frozenset[str] | None, narrowed: str
) -> Iterable[tuple[Any, Flow]]:
    """The chains of the open cases that may wait for somebody, in three statements; columns, for
    a county has hundreds of them and each record would be made an object first."""
    cases = _candidates(session, seen, narrowed)
    ids = {"ids": orjson.dumps([case.id for case in cases]).decode()}
    handed = _by_case(fetch_rows(session, _HANDED, ids))
    events = _by_case(fetch_rows(session, _EVENTS, ids))
    for case in cases:
        steps = tuple(_handed_row(one) for one in handed.get(case.id, ()))
        in_hand = InHand(CaseKind(case.kind), case.unit_id, steps)
        yield case, follow(in_hand, [_event_row(one, in_hand) for one in events.get(case.id, ())])


_IN_ORDER: Final = "ORDER BY t.sync_seq = 0, t.sync_seq, t.rowid"
"""As ``app.refolding.county_order``."""
_HANDED: Final = (
    "SELECT t.subject_id AS case_id, t.id, t.from_unit_id, t.to_unit_id, t.purpose, t.happened_at, "
    "t.due_on, t.sync_seq FROM handover t "
    f"WHERE t.subject_id IN (SELECT value FROM json_each(:ids)) AND t.sync_seq > 0 {_IN_ORDER}"
)
_EVENTS: Final = (
    "SELECT t.case_id, t.kind, t.detail, t.happened_at, t.note <> '' AS has_note, t.sync_seq "
    "FROM case_event t WHERE t.case_id IN (SELECT value FROM json_each(:ids)) "
    f"AND t.sync_state <> 'refused' {_IN_ORDER}"
)


def _candidates(session: Session, seen: frozenset[str] | None, narrowed: str) -> Sequence[Any]:
    """Open cases that were sent somewhere, or are of a kind that is accepted or not and wait for
    that, or for the answer. The first condition is the partial index's."""
    ended = ", ".join(f"'{state}'" for state in sorted(ENDED_STATES))
    kinds = ", ".join(f"'{kind}'" for kind in sorted(TAKEN_IN))
    return fetch_rows(
        session,
        "SELECT c.id, c.number, c.title, c.kind, c.unit_id FROM case_file c "
        f"WHERE c.state <> 'closed' AND c.state NOT IN ({ended}) "
        f"AND ((+c.kind IN ({kinds}) AND (+c.state = 'recorded' OR +c.stage = 'feedback')) "
        "OR EXISTS (SELECT 1 FROM handover h WHERE h.subject_id = c.id)) "
        f"{'' if seen is None else f'AND {IN_UNITS}'}{narrowed}",
        {} if seen is None else {"units": sorted(seen)},
    )


def _handed_row(row: Any) -> Step:
    """As ``app.refolding.handed_step``, of a row."""
    return Step(
        handover_id=row.id,
        from_unit_id=row.from_unit_id,
        to_unit_id=row.to_unit_id,
        purpose=HandoverPurpose(row.purpose),
        day=_day(row.happened_at),
        due_on=date.fromisoformat(row.due_on) if row.due_on else None,
        place=row.sync_seq,
    )


def _event_row(row: Any, in_hand: InHand) -> CaseStep:
    """As ``app.refolding.step_of``, of a row."""
    return CaseStep(
        kind=CaseEventKind(row.kind),
        detail=row.detail,
        day=_day(row.happened_at),
        has_note=bool(row.has_note),
        place=row.sync_seq or NOT_PLACED,
        in_hand=in_hand,
    )


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(CHINA).date()


def _by_case(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows by their case, in the order they came in."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found
