"""What there is to do, and what can be counted, read from a real file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseState, Urgency
from app.statistics.queries import counts_now
from app.today.queries import today_view
from app.today.rules import TodoKind
from app.votes.vocabulary import MotionState
from db.tables.desk import Sponsorship
from db.tables.local import OpState, OutboxOp
from tests.helpers.stores import a_case, a_household, a_store, a_unit, acknowledge, an_actor, save
from tests.helpers.votes import a_village, an_open_motion, give, lay_rule_sets


@pytest.fixture
def store(tmp_path):
    made = a_store(tmp_path)
    lay_rule_sets(made)
    yield made
    made.close()


def refuse_everything(store, *, state=OpState.REFUSED):
    """As the county's verdicts leave it."""
    with store.local_writing() as session:
        for operation in session.exec(select(OutboxOp)).all():
            operation.state = state
            operation.reason = "bad_value"


def kinds(store, actor=None):
    """Without the visits: every household of a new roster is due."""
    found = [todo.kind for todo in today_view(store, actor or an_actor()).todos]
    return [kind for kind in found if kind is not TodoKind.VISIT]


def test_an_empty_file_has_nothing_to_do(store):
    view = today_view(store, an_actor())

    assert view.todos == ()
    assert view.figures.open_cases == 0
    assert view.figures.open_motions == ()
    assert view.figures.waiting == 0
    assert view.as_of == store.clock.now()


def test_closed_cases_are_not_to_do(store):
    save(store, a_case(store, state=CaseState.CLOSED), a_case(store, state=CaseState.RECORDED))

    assert kinds(store) == [TodoKind.CASE]


def test_days_are_counted_as_on_paper(store):
    late_in_the_evening = store.clock.now().replace(hour=15, minute=50)  # 23:50 in the village
    save(store, a_case(store, recorded_at=late_in_the_evening - timedelta(days=1)))

    (todo,) = today_view(store, an_actor()).todos

    assert todo.case.days_open == 1


def test_urgent_ones_stand_before_a_vote_and_a_vote_before_the_rest(store):
    a_village(store, households=15, per_grid=15)
    save(store, a_case(store, urgency=Urgency.LOW), a_case(store, urgency=Urgency.HIGH))
    an_open_motion(store)

    assert kinds(store) == [TodoKind.CASE, TodoKind.MOTION, TodoKind.CASE]


def test_micro_grids_of_15_to_20_are_in_order(store):
    a_village(store, households=36, per_grid=18)

    assert kinds(store) == []


def test_what_the_county_refused_stands_first(store):
    save(store, a_household(micro_grid_id=None))
    refuse_everything(store)
    save(store, a_case(store, urgency=Urgency.HIGH))

    view = today_view(store, an_actor())

    assert kinds(store) == [TodoKind.RECORD, TodoKind.CASE]
    assert view.todos[0].record.title == "001 吴某甲"
    assert view.figures.refused == 1
    assert view.figures.waiting == 1


def test_what_was_edited_since_is_not_called_refused_any_more(store):
    household = a_household()
    save(store, household)
    refuse_everything(store)
    with store.transaction(account_id="account-of-zhang", action="edit") as tx:
        tx.session.get(type(household), household.id).head_name = "吴某乙"

    assert TodoKind.RECORD not in kinds(store)


def test_what_is_late_is_counted_and_stands_first_however_new_it_is(store, monkeypatch):
    monkeypatch.setattr("app.today.queries.MOST_CASES", 1)
    today = today_view(store, an_actor()).day
    days = {"older": None, "late": -1, "today": 0, "soon": 3, "later": 4, "followed": -9}
    cases = [a_case(store, id=name, number=name, state=CaseState.UNDER_WAY) for name in days]
    for one, left in zip(cases, days.values(), strict=True):
        one.due_on = None if left is None else today + timedelta(days=left)
    cases[-1].state = CaseState.CLOSED
    save(store, *cases)

    view = today_view(store, an_actor())

    assert (view.figures.late_cases, view.figures.due_cases) == (2, 2)
    assert view.todos[0].case.case_id == "followed", "a visit after the end is late as well"


def test_a_leader_has_the_cases_he_answers_for(store):
    mine = a_case(store, id="mine", due_on=date(2026, 11, 1))
    save(store, mine, a_case(store, id="other", number="TD-2", due_on=date(2026, 11, 1)))
    save(
        store,
        Sponsorship(
            unit_id=mine.unit_id,
            case_id="mine",
            leader_id="leader",
            leader_name="石某",
            handler_name="张某",
            starts_on=date(2026, 11, 1),
            by_account_id="account-of-zhang",
            recorded_at=store.clock.now(),
        ),
    )
    county = a_unit("通道侗族自治县")
    view = today_view(store, an_actor(Role.SPONSOR_LEADER, county, account_id="leader"))

    assert [todo.case.case_id for todo in view.todos] == ["mine"]
    assert (view.figures.open_cases, view.figures.late_cases) == (1, 1)


def test_nobody_sees_what_lies_outside_their_unit(store):
    save(store, a_case(store), a_case(store, unit_id=a_unit("高步村").id))

    assert kinds(store) == [TodoKind.CASE]
    assert today_view(store, an_actor()).figures.open_cases == 1


def test_who_may_not_see_has_no_number_rather_than_a_nought(store):
    figures = today_view(store, an_actor(Role.ADMINISTRATOR, "通道侗族自治县")).figures

    assert (figures.open_cases, figures.open_motions, figures.visits) == (None, None, None)


def test_the_vote_with_most_to_do_comes_first(store):
    households = a_village(store, households=15, per_grid=15)
    nearly_done, fresh = an_open_motion(store), an_open_motion(store)
    for household in households[:14]:
        give(store, nearly_done, household)

    rows = today_view(store, an_actor()).figures.open_motions

    assert [row.motion_id for row in rows] == [fresh, nearly_done]
    assert (rows[1].missing, rows[1].present_needed) == (1, 10)


def test_what_the_county_has_not_yet_is_in_no_count(store):
    a_village(store, households=15, per_grid=15)
    acknowledge(store)
    save(store, a_household(number="9999"), a_case(store, state=CaseState.RECORDED))
    counts = counts_now(store, an_actor())
    assert (counts.households, counts.cases) == (15, {})


def test_counts_are_of_what_is_in_the_file(store):
    a_village(store, households=15, per_grid=15)
    save(store, a_case(store, state=CaseState.RECORDED), a_case(store, state=CaseState.CLOSED))
    an_open_motion(store)
    acknowledge(store)

    counts = counts_now(store, an_actor())

    assert (counts.villages, counts.micro_grids, counts.households) == (1, 1, 15)
    assert counts.residents == 0
    assert counts.cases == {CaseState.RECORDED: 1, CaseState.CLOSED: 1}
    assert counts.motions == {MotionState.OPEN: 1}


def test_counts_stay_within_what_a_person_may_see(store):
    a_village(store, households=2)
    save(store, a_household(unit_id=a_unit("高步村").id, number="0001"))
    acknowledge(store)

    assert counts_now(store, an_actor()).households == 2
    assert counts_now(store, an_actor(Role.COUNTY_CENTRE, "通道侗族自治县")).households == 3
    assert counts_now(store, an_actor(Role.LEGAL_AID_LAWYER)).households is None
