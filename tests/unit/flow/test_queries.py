"""Reading the chain from a real file: who has it, what each waits for, what may be done."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, FlowStage
from app.flow.queries import flow_of
from app.flow.vocabulary import FlowAct, TurnPart, Wait
from app.flow.waiting import waiting
from app.handovers.vocabulary import HandoverPurpose, HandoverState
from app.statistics.queries import counts_now
from app.store import Store
from db.clock import today_in_china
from tests.helpers.clock import FakeClock
from tests.helpers.flow import FORESTRY, TOWNSHIP, VILLAGE, Chain
from tests.helpers.stores import a_store, a_unit, an_actor
from ui.wording_flow import said_line, send_hint

P = HandoverPurpose


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def test_a_quarrel_that_never_left_its_village(store: Store) -> None:
    chain = Chain(store)
    chain.event(CaseEventKind.RECORDED)
    actor = an_actor(Role.GRID_WORKER)
    view = flow_of(store, actor, chain.case_id)
    assert view is not None
    assert (view.stage, view.lead_unit_id, view.lead_turn) == (FlowStage.INTAKE, VILLAGE, None)
    assert not view.is_loop_open
    assert {FlowAct.DISPATCH, FlowAct.ASK_HELP, FlowAct.ESCALATE, FlowAct.ACCEPT} <= set(view.acts)
    assert FlowAct.RETURN not in view.acts
    assert waiting(store, actor, today_in_china(store.clock)).for_me == ()


def test_who_has_it_and_what_each_waits_for(store: Store) -> None:
    chain = Chain(store)
    chain.event(CaseEventKind.RECORDED)
    chain.hand(HandoverPurpose.DISPATCHED, VILLAGE, FORESTRY, due_on=date(2026, 12, 1))
    chain.hand(HandoverPurpose.HELP_ASKED, FORESTRY, TOWNSHIP, note="请派人勘界")
    handler = an_actor(Role.DEPARTMENT_HANDLER, "县林业局")
    view = flow_of(store, handler, chain.case_id)
    assert view is not None
    assert view.lead_turn is not None
    assert (view.stage, view.lead, view.lead_turn.waits_for, view.lead_turn.due_on) == (
        FlowStage.DISPATCH, "县林业局", Wait.TAKE_ON, date(2026, 12, 1),
    )  # fmt: skip
    assert [(one.unit, one.waits_for) for one in view.helpers] == [("坪坦乡", Wait.TAKE_ON)]
    assert view.acts[0] is FlowAct.TAKE_ON
    assert FlowAct.RETURN in view.acts
    assert [said_line(one) for one in view.said] == ["11月23日请坪坦乡协办，要求：请派人勘界"]
    assert view.asked == ()
    assert view.return_to.endswith("坪坦村")
    found = waiting(store, handler, today_in_china(store.clock))
    assert [(row.what, row.unit) for row in found.for_me] == [(Wait.TAKE_ON, "县林业局")]
    assert [(row.what, row.unit) for row in found.for_others] == [(Wait.TAKE_ON, "坪坦乡")]
    helper = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
    assert [row.what for row in waiting(store, helper, date(2026, 11, 23)).for_me] == [Wait.TAKE_ON]
    counted = [counts_now(store, one).cases for one in (handler, helper)]
    assert counted == [{CaseState.RECORDED: 1}] * 2, "a case one was handed is counted as one's own"


def test_what_is_asked_for_and_what_did_not_come_about(store: Store) -> None:
    chain = Chain(store)
    chain.event(CaseEventKind.RECORDED)
    chain.hand(HandoverPurpose.DISPATCHED, VILLAGE, FORESTRY)
    late = chain.hand(HandoverPurpose.DISPATCHED, VILLAGE, TOWNSHIP)
    waits = chain.hand(HandoverPurpose.ESCALATED, FORESTRY, TOWNSHIP, is_sent=False)
    view = flow_of(store, an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡"), chain.case_id)
    assert view is not None
    assert [(one.handover_id, one.state, one.instead) for one in view.asked] == [
        (late, HandoverState.NOT_APPLIED, "县林业局"),
        (waits, HandoverState.REQUESTED, ""),
    ]
    assert FlowAct.DISPATCH not in view.acts, "one thing is asked of the county at a time"


@pytest.mark.parametrize("part", TurnPart)
def test_who_asked_to_give_it_back_is_not_asked_to_sign_for_it(
    store: Store, part: TurnPart
) -> None:
    """Signing and giving back contradict each other; taking the asking back opens both again."""
    chain = Chain(store)
    chain.event(CaseEventKind.RECORDED)
    handler = an_actor(Role.DEPARTMENT_HANDLER, "县林业局")
    is_lead = part is TurnPart.LEAD
    given, back = (P.DISPATCHED, P.RETURNED) if is_lead else (P.HELP_ASKED, P.HELP_ENDED)
    chain.hand(given, VILLAGE, FORESTRY)
    before = flow_of(store, handler, chain.case_id)
    chain.hand(back, FORESTRY, VILLAGE, is_sent=False)
    view = flow_of(store, handler, chain.case_id)
    assert before is not None
    assert view is not None
    assert before.asked_for is FlowAct.TAKE_ON
    speaking = {FlowAct.TAKE_ON, FlowAct.REPORT_BACK, FlowAct.RETURN}
    assert speaking <= set(before.acts)
    assert not speaking & set(view.acts)
    assert view.asked_for is None


def test_a_petition_waits_to_be_accepted_and_in_the_end_for_its_people(store: Store) -> None:
    chain = Chain(store, kind=CaseKind.PETITION)
    chain.event(CaseEventKind.RECORDED)
    actor = an_actor(Role.GRID_WORKER)
    today = today_in_china(store.clock)
    assert [row.what for row in waiting(store, actor, today).for_me] == [Wait.ACCEPT]
    chain.event(CaseEventKind.ACCEPTED)
    chain.event(CaseEventKind.SETTLED)
    assert [row.what for row in waiting(store, actor, today).for_me] == [Wait.FEEDBACK]
    chain.event(CaseEventKind.FEEDBACK_GIVEN, detail='{"given_on": "2026-11-23"}')
    assert waiting(store, actor, today).for_me == ()


def test_the_way_from_unit_to_unit_with_its_days(store: Store) -> None:
    clock = store.clock
    assert isinstance(clock, FakeClock)
    chain = Chain(store)
    chain.event(CaseEventKind.RECORDED)
    clock.advance(timedelta(days=1))
    chain.hand(HandoverPurpose.ESCALATED, VILLAGE, TOWNSHIP)
    chain.hand(HandoverPurpose.HELP_ASKED, TOWNSHIP, FORESTRY)
    clock.advance(timedelta(days=3))
    chain.hand(HandoverPurpose.RETURNED, TOWNSHIP, VILLAGE)
    clock.advance(timedelta(days=2))
    view = flow_of(store, an_actor(), chain.case_id)
    assert view is not None
    assert [(row.unit, row.how, row.days, row.is_now) for row in view.path] == [
        ("坪坦乡坪坦村", None, 1, False),
        ("坪坦乡", HandoverPurpose.ESCALATED, 3, False),
        ("坪坦乡坪坦村", HandoverPurpose.RETURNED, 2, True),
    ]


def test_who_decides_where_neither_accepts_a_petition(store: Store) -> None:
    """信访工作条例 (2022-02-25), Art. 24 (1): the unit above both; said where it is returned."""
    for kind, decides in ((CaseKind.PETITION, "通道侗族自治县"), (CaseKind.DISPUTE, "")):
        chain = Chain(store, kind=kind, number=f"临2026-216200-K3AB9Z-{len(kind)}")
        chain.event(CaseEventKind.RECORDED)
        chain.hand(HandoverPurpose.DISPATCHED, VILLAGE, FORESTRY)
        reader = an_actor(Role.DEPARTMENT_HANDLER, a_unit("县林业局"))
        view = flow_of(store, reader, chain.case_id)
        assert view is not None
        assert (view.return_to, view.decides) == ("坪坦乡坪坦村", decides)
        said = send_hint(
            FlowAct.RETURN, return_to="村", until=view.return_until, decides=view.decides
        )
        assert ("由通道侗族自治县决定" in said) is bool(decides)
