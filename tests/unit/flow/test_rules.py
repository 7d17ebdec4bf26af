"""The fold of the chain, and who may send a case where, at the edges of each rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, CaseStep, FlowStage, InHand
from app.flow.rules import Flow, Sending, case_waits_for, follow, last_day_to_return, send_problem
from app.flow.turns import Turns, is_loop_open, turns_of
from app.flow.vocabulary import Wait
from app.handovers.rules import Giver
from app.handovers.vocabulary import HandoverProblem, HandoverPurpose, Step
from app.settings.rules import calendar_from, shipped_settings
from tests.helpers.flow import COUNTY, FORESTRY, HOUSING, TOWNSHIP, VILLAGE
from tests.helpers.stores import a_unit, units_by_id

P, K, G = HandoverPurpose, CaseEventKind, FlowStage
MONDAY = date(2026, 11, 23)
Item = tuple[P, str, str] | K | tuple[K, str]


def told(*items: Item, kind: CaseKind = CaseKind.DISPUTE, day: date = MONDAY) -> Flow:
    """The fold of these, in this order; the case was recorded first."""
    places = count(1)
    handed, events = [], [CaseStep(K.RECORDED, None, day, place=0)]
    for item in items:
        place = next(places)
        if isinstance(item, K):
            events.append(CaseStep(item, None, day, place=place))
        elif isinstance(item[0], K):
            events.append(CaseStep(item[0], f'{{"unit_id": "{item[1]}"}}', day, place=place))
        else:
            purpose, source, target = item  # type: ignore[misc]
            handed.append(Step(f"{place}", source, target, purpose, day, place=place))
    return follow(InHand(kind, VILLAGE, tuple(handed)), events)


TO_FORESTRY = (P.DISPATCHED, VILLAGE, FORESTRY)
HELP_OF_HOUSING = (P.HELP_ASKED, FORESTRY, HOUSING)


@pytest.mark.parametrize(
    ("items", "stage"),
    [
        ((), G.INTAKE),
        ((K.ACCEPTED,), G.DISPATCH),
        ((K.MEDIATION_HELD,), G.HANDLING),
        ((TO_FORESTRY,), G.DISPATCH),
        ((TO_FORESTRY, (K.TAKEN_ON, FORESTRY)), G.HANDLING),
        ((TO_FORESTRY, (K.TAKEN_ON, FORESTRY), HELP_OF_HOUSING), G.JOINT),
        ((TO_FORESTRY, HELP_OF_HOUSING, (K.TAKEN_ON, HOUSING)), G.JOINT),
        ((TO_FORESTRY, HELP_OF_HOUSING, (K.REPORTED_BACK, HOUSING)), G.DISPATCH),
        ((TO_FORESTRY, (K.REPORTED_BACK, FORESTRY)), G.FEEDBACK),
        ((TO_FORESTRY, (P.RETURNED, FORESTRY, VILLAGE)), G.DISPATCH),
        ((K.SETTLED,), G.FEEDBACK),
        ((K.REFUSED,), G.ENDED),
        ((K.REFUSED, K.REOPENED), G.INTAKE),
        ((K.SETTLED, K.CLOSED), G.ENDED),
        ((K.SETTLED, K.CLOSED, K.REOPENED), G.HANDLING),
    ],
)
def test_where_it_is_in_the_chain(items: tuple[Item, ...], stage: FlowStage) -> None:
    assert told(*items).stage is stage


@pytest.mark.parametrize(
    ("items", "state"),
    [
        # A quarrel that never left its village ends as before.
        ((K.SETTLED, K.CLOSED), CaseState.CLOSED),
        # What was sent and taken back at once never left.
        ((TO_FORESTRY, (P.HANDED_OVER, FORESTRY, VILLAGE), K.SETTLED, K.CLOSED), CaseState.CLOSED),
        ((TO_FORESTRY, K.SETTLED, K.FEEDBACK_GIVEN, K.CLOSED), CaseState.SETTLED),
        # what was told before the outcome was not how it ended
        ((TO_FORESTRY, K.FEEDBACK_GIVEN, K.SETTLED, (K.REPORTED_BACK, FORESTRY), K.CLOSED),
            CaseState.SETTLED),
        ((TO_FORESTRY, K.SETTLED, (K.REPORTED_BACK, FORESTRY), K.CLOSED), CaseState.SETTLED),
        (
            (TO_FORESTRY, K.SETTLED, (K.REPORTED_BACK, FORESTRY), K.FEEDBACK_GIVEN, K.CLOSED),
            CaseState.CLOSED,
        ),
        # A helper owes its word too, until it helps no more.
        (
            (TO_FORESTRY, HELP_OF_HOUSING, K.SETTLED, (K.REPORTED_BACK, FORESTRY),
             K.FEEDBACK_GIVEN, K.CLOSED),
            CaseState.SETTLED,
        ),
        (
            (TO_FORESTRY, HELP_OF_HOUSING, K.SETTLED, (K.REPORTED_BACK, FORESTRY),
             (P.HELP_ENDED, HOUSING, FORESTRY), K.FEEDBACK_GIVEN, K.CLOSED),
            CaseState.CLOSED,
        ),
        # Reopened, the people are told again.
        (
            ((P.ESCALATED, VILLAGE, TOWNSHIP), K.SETTLED, K.FEEDBACK_GIVEN, K.CLOSED, K.REOPENED,
             K.SETTLED, K.CLOSED),
            CaseState.SETTLED,
        ),
    ],
)  # fmt: skip
def test_it_is_closed_when_the_loop_is(items: tuple[Item, ...], state: CaseState) -> None:
    assert told(*items).state is state


@pytest.mark.parametrize("kind", [CaseKind.LAWSUIT_SOURCE, CaseKind.RECONSIDERATION])
def test_these_tell_their_people_also_at_home(kind: CaseKind) -> None:
    assert told(K.SETTLED, K.CLOSED, kind=kind).state is CaseState.SETTLED
    assert told(K.SETTLED, K.FEEDBACK_GIVEN, K.CLOSED, kind=kind).state is CaseState.CLOSED
    assert case_waits_for(told(kind=kind), kind) is Wait.ACCEPT


def test_only_who_has_it_takes_it_on_or_reports_back() -> None:
    flow = told(TO_FORESTRY, (K.TAKEN_ON, HOUSING), (K.REPORTED_BACK, HOUSING))
    assert flow.turns.lead is not None
    assert flow.turns.lead.waits_for is Wait.TAKE_ON
    assert len(flow.counted) == 1, "neither event counts"


def test_a_unit_that_gets_it_back_owes_what_it_owed_before() -> None:
    flow = told(
        (P.DISPATCHED, VILLAGE, TOWNSHIP),
        (K.TAKEN_ON, TOWNSHIP),
        (P.DISPATCHED, TOWNSHIP, FORESTRY),
        (P.RETURNED, FORESTRY, TOWNSHIP),
    )
    assert (flow.lead_unit_id, flow.is_loop_open) == (TOWNSHIP, True)
    assert flow.turns.lead is not None
    assert flow.turns.lead.waits_for is Wait.REPORT


def test_how_long_each_stage_lasted() -> None:
    days = [date(2026, 11, 2), date(2026, 11, 4), date(2026, 11, 10)]
    steps = [
        CaseStep(kind, None, day, place=place)
        for place, (kind, day) in enumerate(
            zip((K.RECORDED, K.ACCEPTED, K.MEDIATION_HELD), days, strict=True)
        )
    ]
    flow = follow(InHand(CaseKind.DISPUTE, VILLAGE), steps)
    assert [(one.stage, one.days(MONDAY)) for one in flow.spans] == [
        (G.INTAKE, 2), (G.DISPATCH, 6), (G.HANDLING, 13),
    ]  # fmt: skip


def test_a_stage_is_told_once_for_each_who_leads_in_it() -> None:
    flow = told(K.ACCEPTED, K.NOTE_ADDED, TO_FORESTRY)
    assert [(one.stage, one.unit_id) for one in flow.spans] == [
        (G.INTAKE, VILLAGE), (G.DISPATCH, VILLAGE), (G.DISPATCH, FORESTRY),
    ]  # fmt: skip


# --- any order, any laptop -----------------------------------------------------------

_UNITS = st.sampled_from([VILLAGE, TOWNSHIP, FORESTRY, HOUSING])
_ITEMS = st.one_of(
    st.tuples(st.sampled_from(list(P)), _UNITS, _UNITS),
    st.tuples(st.sampled_from([K.TAKEN_ON, K.REPORTED_BACK]), _UNITS),
    st.sampled_from([K.SETTLED, K.FEEDBACK_GIVEN, K.CLOSED, K.REOPENED, K.NOTE_ADDED]),
)


@given(st.lists(_ITEMS, max_size=14), st.randoms(use_true_random=False))
def test_one_order_one_answer(items: list[Item], random: object) -> None:
    """However the rows come out of a file, the county's places decide."""
    flow = told(*items)
    steps = [Step(str(n), *item[1:], item[0], MONDAY, place=n)  # type: ignore[misc, arg-type]
             for n, item in enumerate(items, 1)
             if not isinstance(item, K) and isinstance(item[0], P)]  # fmt: skip
    events = [CaseStep(K.RECORDED, None, MONDAY, place=0)] + [
        CaseStep(
            item if isinstance(item, K) else item[0],  # type: ignore[arg-type]
            None if isinstance(item, K) else f'{{"unit_id": "{item[1]}"}}',
            MONDAY,
            place=n,
        )
        for n, item in enumerate(items, 1)
        if isinstance(item, K) or isinstance(item[0], K)
    ]
    random.shuffle(steps)  # type: ignore[attr-defined]
    random.shuffle(events)  # type: ignore[attr-defined]
    again = follow(InHand(CaseKind.DISPUTE, VILLAGE, tuple(steps)), events)
    assert replace(again, counted=()) == replace(flow, counted=())


@given(st.lists(_ITEMS, max_size=14))
def test_one_leads_the_others_help_and_nothing_closed_owes(items: list[Item]) -> None:
    flow = told(*items)
    assert flow.lead_unit_id not in flow.helper_unit_ids
    assert len(set(flow.helper_unit_ids)) == len(flow.helper_unit_ids)
    assert {turn.unit_id for turn in flow.turns.helpers} == set(flow.helper_unit_ids)
    for place, step in enumerate(flow.counted):
        if step.kind is K.CLOSED and step.in_hand is not None:
            then = turns_of(step.in_hand, flow.counted[:place], before=step.place)
            assert not is_loop_open(CaseKind.DISPUTE, then)


# --- who may --------------------------------------------------------------------------


def asked(
    giver: Giver, purpose: P, source: str, target: str, *items: Item, note: str = "理由",
    day: date = MONDAY,
) -> HandoverProblem | None:  # fmt: skip
    turns: Turns = told(*items).turns
    return send_problem(giver, Sending(purpose, source, target, day, note), turns, units_by_id())


WORKER = Giver(Role.GRID_WORKER, VILLAGE)
CENTRE = Giver(Role.TOWNSHIP_CENTRE, TOWNSHIP)
FORESTER = Giver(Role.DEPARTMENT_HANDLER, FORESTRY)
HELPER = Giver(Role.DEPARTMENT_HANDLER, HOUSING)
_PR = HandoverProblem
FAR = a_unit("陇城镇").id


@pytest.mark.parametrize(
    ("giver", "purpose", "source", "target", "items", "problem"),
    [
        (WORKER, P.DISPATCHED, VILLAGE, FORESTRY, (), None),
        (WORKER, P.DISPATCHED, VILLAGE, TOWNSHIP, (), _PR.OUT_OF_REACH),
        (WORKER, P.ESCALATED, VILLAGE, TOWNSHIP, (), None),
        (WORKER, P.ESCALATED, VILLAGE, COUNTY, (), None),
        (WORKER, P.ESCALATED, VILLAGE, FAR, (), _PR.NOT_ABOVE),
        (WORKER, P.DISPATCHED, FORESTRY, HOUSING, (TO_FORESTRY,), _PR.NOT_LEADING),
        (CENTRE, P.DISPATCHED, FORESTRY, HOUSING, (TO_FORESTRY,), None),
        (CENTRE, P.DISPATCHED, FORESTRY, FAR, (TO_FORESTRY,), _PR.OUT_OF_REACH),
        (FORESTER, P.DISPATCHED, FORESTRY, HOUSING, (TO_FORESTRY,), None),
        (HELPER, P.DISPATCHED, FORESTRY, COUNTY, (TO_FORESTRY, HELP_OF_HOUSING), _PR.NOT_LEADING),
        (FORESTER, P.HELP_ASKED, FORESTRY, COUNTY, (TO_FORESTRY,), None),
        (FORESTER, P.HELP_ASKED, FORESTRY, HOUSING, (TO_FORESTRY, HELP_OF_HOUSING),
         _PR.HELPS_ALREADY),
        (FORESTER, P.HELP_ENDED, HOUSING, FORESTRY, (TO_FORESTRY, HELP_OF_HOUSING), None),
        (HELPER, P.HELP_ENDED, HOUSING, FORESTRY, (TO_FORESTRY, HELP_OF_HOUSING), None),
        (WORKER, P.HELP_ENDED, HOUSING, FORESTRY, (TO_FORESTRY, HELP_OF_HOUSING), _PR.NOT_LEADING),
        (FORESTER, P.HELP_ENDED, HOUSING, FORESTRY, (TO_FORESTRY,), _PR.DOES_NOT_HELP),
        (FORESTER, P.RETURNED, FORESTRY, VILLAGE, (TO_FORESTRY,), None),
        (FORESTER, P.RETURNED, FORESTRY, TOWNSHIP, (TO_FORESTRY,), _PR.NOT_SENT_HERE),
        (CENTRE, P.RETURNED, FORESTRY, VILLAGE, (TO_FORESTRY,), _PR.NOT_SENT_HERE),
        (CENTRE, P.RETURNED, TOWNSHIP, VILLAGE, ((P.ESCALATED, VILLAGE, TOWNSHIP),),
         _PR.NOT_SENT_HERE),
        (WORKER, P.DISPATCHED, VILLAGE, "nowhere", (), _PR.UNIT_UNKNOWN),
        (WORKER, P.DISPATCHED, VILLAGE, VILLAGE, (), _PR.SAME_UNIT),
    ],
)  # fmt: skip
def test_who_may_send_it_where(
    giver: Giver,
    purpose: P,
    source: str,
    target: str,
    items: tuple[Item, ...],
    problem: HandoverProblem | None,
) -> None:
    assert asked(giver, purpose, source, target, *items) is problem


@pytest.mark.parametrize("purpose", [P.RETURNED, P.ESCALATED])
def test_a_reason_is_given(purpose: P) -> None:
    target = VILLAGE if purpose is P.RETURNED else COUNTY
    found = asked(FORESTER, purpose, FORESTRY, target, TO_FORESTRY, note=" ")
    assert found is HandoverProblem.REASON_MISSING


@pytest.mark.parametrize("role", list(Role))
def test_each_post_sends_on_what_it_may(role: Role) -> None:
    unit = FORESTRY if role in (Role.DEPARTMENT_HANDLER, Role.COURT_LIAISON) else VILLAGE
    flow: tuple[Item, ...] = (TO_FORESTRY,) if unit == FORESTRY else ()
    found = asked(Giver(role, unit), P.DISPATCHED, unit, HOUSING, *flow)
    allowed = may(role, Permission.HAND_OVER_CASE)
    assert found is (None if allowed else HandoverProblem.NOT_LEADING)


# --- five working days ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (MONDAY, date(2026, 11, 30)),
        (date(2026, 11, 27), date(2026, 12, 4)),  # a Friday
        (date(2026, 11, 28), date(2026, 12, 4)),  # a Saturday
    ],
)
def test_the_fifth_working_day(received: date, last: date) -> None:
    """信访工作条例 (2022-02-25), Art. 23 (3); the day of receipt is not counted."""
    assert last_day_to_return(received) == last


def test_a_holiday_is_no_working_day() -> None:
    """信访工作条例 (2022-02-25), Art. 23 (3): National Day and the weekends worked for it."""
    calendar = calendar_from(shipped_settings())
    received = date(2025, 9, 30)
    weekdays = last_day_to_return(received)
    assert last_day_to_return(received, calendar) > weekdays


@pytest.mark.parametrize(
    ("day", "problem"),
    [(date(2026, 11, 30), None), (date(2026, 12, 1), HandoverProblem.RETURNED_TOO_LATE)],
)
def test_day_five_and_day_six(day: date, problem: HandoverProblem | None) -> None:
    """信访工作条例 (2022-02-25), Art. 23 (3), from the day it was taken on, else sent."""
    for items in ((TO_FORESTRY,), (TO_FORESTRY, (K.TAKEN_ON, FORESTRY))):
        assert asked(FORESTER, P.RETURNED, FORESTRY, VILLAGE, *items, day=day) is problem
    help_given_back = asked(
        HELPER, P.HELP_ENDED, HOUSING, FORESTRY, TO_FORESTRY, HELP_OF_HOUSING, day=day
    )
    assert help_given_back is problem
