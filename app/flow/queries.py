"""Reading the chain of one case: who has it, what was asked for, what may be done now."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.cases.opening import case_to_read
from app.cases.vocabulary import CaseKind, FlowStage, InHand
from app.clocks.counting import WorkingCalendar
from app.flow.acts import acts_now, possible_targets, returns_to
from app.flow.rows import AskedRow, FlowView, LeadRow, StageRow, TurnRow
from app.flow.rules import Flow, case_waits_for, follow, last_day_to_return
from app.flow.turns import OWES_REPORT, Turn, in_order
from app.handovers.actions import may_take_back
from app.handovers.queries import secrecy_of, unit_name
from app.handovers.rules import Hands, carry_out
from app.handovers.vocabulary import HandoverPurpose, HandoverState, Step
from app.petitions.rules import who_decides
from app.refolding import case_steps, county_order, in_hand_of
from app.settings.queries import working_calendar
from app.store import Store, SyncState
from db.clock import today_in_china
from db.tables.cases import CaseFile
from db.tables.handovers import Handover
from db.tables.organisations import Account

_P = HandoverPurpose

FIVE: Final = tuple(stage for stage in FlowStage if stage is not FlowStage.ENDED)


def flow_of(store: Store, actor: Actor, case_id: str) -> FlowView | None:
    """Where the case is in its chain; None when it is not in this file."""
    today = today_in_china(store.clock)
    with store.reading() as session:
        case = case_to_read(session, actor, case_id)
        if case is None:
            return None
        in_hand = in_hand_of(session, case)
        flow = follow(in_hand, case_steps(session, case))
        handed = _handed(session, actor, case_id, flow)
        calendar = working_calendar(session)
    return _view(actor, case, flow, handed, today, calendar, _path(actor, in_hand, flow, today))


def _view(
    actor: Actor,
    case: CaseFile,
    flow: Flow,
    handed: tuple[AskedRow, ...],
    today: date,
    calendar: WorkingCalendar,
    path: tuple[LeadRow, ...],
) -> FlowView:
    turns = flow.turns
    asked = tuple(one for one in handed if one.state is not HandoverState.EFFECTIVE)
    own = turns.of_unit(actor.unit_id)
    targets = {
        purpose: possible_targets(actor, turns, purpose, today, secrecy_of(case))
        for purpose in (_P.DISPATCHED, _P.HELP_ASKED, _P.ESCALATED)
    }
    may_return = own is not None and own.purpose in OWES_REPORT
    received = own and own.received_on
    until = last_day_to_return(received, calendar) if may_return and received else None
    back = returns_to(turns, own) if own and until else ""
    quarrelling = (actor.unit_id, back) if back and case.kind is CaseKind.PETITION else ()
    decides = who_decides(quarrelling, actor.units)
    acts, asked_for = acts_now(actor, case.kind, flow, asked, today, calendar, targets)
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
        said=tuple(
            one for one in reversed(handed) if one.state is HandoverState.EFFECTIVE and one.note
        ),
        stages=_stages(actor, flow, today),
        path=path,
        waits_for=case_waits_for(flow, case.kind),
        is_loop_open=flow.is_loop_open,
        acts=acts,
        asked_for=asked_for,
        targets=targets,
        return_until=until,
        return_to=unit_name(actor, back) if back else "",
        decides=unit_name(actor, decides.id) if decides is not None else "",
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


def _handed(session: Session, actor: Actor, case_id: str, flow: Flow) -> tuple[AskedRow, ...]:
    """Every hand-over of the case and how far it got, in county order."""
    found = session.exec(
        select(Handover, col(Account.name))
        .join(Account, col(Account.id) == col(Handover.by_account_id), isouter=True)
        .where(col(Handover.subject_id) == case_id)
        .order_by(*county_order(Handover))
    ).all()
    rows = []
    for one, name in found:
        before = flow.not_applied.get(one.id)
        rows.append(
            AskedRow(
                handover_id=one.id,
                purpose=one.purpose,
                from_unit_id=one.from_unit_id,
                from_unit=unit_name(actor, one.from_unit_id),
                to_unit=unit_name(actor, one.to_unit_id),
                due_on=one.due_on,
                note=one.note or "",
                by_name=name or "",
                happened_at=one.happened_at,
                state=_state_of(one, flow),
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
