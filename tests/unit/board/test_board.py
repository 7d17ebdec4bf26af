"""The board read from a real file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from app.accounts.vocabulary import Role
from app.board.queries import board, month_of, reminders, weeks_of_month
from app.board.rules import BoardColumn
from app.board.sources import Asked, tasks_of
from app.cases.vocabulary import CaseState
from db.tables.desk import Sponsorship
from tests.helpers.stores import a_case, a_store, a_unit, an_actor, save

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = a_store(tmp_path_factory.mktemp("board"))
    days = {"late": -30, "soon": 2, "later": 20, "secret": -3}
    cases = [
        a_case(
            made,
            id=name,
            number=f"TD-2026-{place:04d}",
            state=CaseState.UNDER_WAY,
            due_on=TODAY + timedelta(days=left),
            due_limit="county_met",
            is_confidential=name == "secret",
        )
        for place, (name, left) in enumerate(days.items())
    ]
    plain = a_case(
        made,
        id="plain",
        number="TD-2026-0009",
        state=CaseState.UNDER_WAY,
        recorded_at=datetime(2026, 11, 20, 17, tzinfo=UTC),
    )
    closed = a_case(made, id="closed", number="TD-2026-0010", state=CaseState.CLOSED)
    save(made, *cases, plain, closed, a_sponsorship(made))
    yield made
    made.close()


def a_sponsorship(store) -> Sponsorship:
    return Sponsorship(
        unit_id=a_unit().id,
        case_id="later",
        leader_id="leader",
        leader_name="石某",
        handler_name="张某",
        starts_on=TODAY,
        plan_due_on=TODAY + timedelta(days=1),
        by_account_id="account-of-zhang",
        recorded_at=store.clock.now(),
    )


def ids(store, actor):
    found = board(store, actor, TODAY)
    return {
        column: [task.record_id for task in tasks]
        for column, tasks in found.columns.items()
        if tasks
    }


def test_a_village_has_its_cases_by_their_days(store) -> None:
    assert ids(store, an_actor(Role.MEDIATOR)) == {
        BoardColumn.OVERDUE: ["late"],
        BoardColumn.DUE: ["later", "soon"],  # the plan of the one ends first
        BoardColumn.FOR_ME: ["plain"],
    }


def test_a_case_waits_since_its_day_in_china(store) -> None:
    (plain,) = board(store, an_actor(Role.MEDIATOR), TODAY).columns[BoardColumn.FOR_ME]

    assert plain.since == date(2026, 11, 21)  # recorded at one in the morning


def test_a_confidential_case_stands_on_the_board_of_who_may_see_it(store) -> None:
    clerk = an_actor(Role.TOWNSHIP_CENTRE)

    assert ids(store, clerk)[BoardColumn.OVERDUE] == ["late", "secret"]
    late = board(store, clerk, TODAY).columns[BoardColumn.OVERDUE]
    assert [one.is_confidential for one in late] == [False, True], "and says so"


def test_a_leader_has_the_cases_he_answers_for(store) -> None:
    leader = an_actor(Role.SPONSOR_LEADER)
    other = reminders(store, leader, TODAY)
    mine = type(leader)("leader", "石某", leader.role, leader.unit_id, leader.units)

    assert other.count == 0
    assert ids(store, mine) == {BoardColumn.DUE: ["later"]}
    assert reminders(store, mine, TODAY).soon == 1


@pytest.mark.parametrize("role", Role)
def test_nobody_is_reminded_of_what_he_may_not_see(store, role) -> None:
    found = reminders(store, an_actor(role), TODAY)
    sees = role not in (Role.ADMINISTRATOR, Role.SPONSOR_LEADER)
    may_secret = role in (
        *(Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE),
        *(Role.DEPARTMENT_HANDLER, Role.COURT_LIAISON),
    )

    assert found.overdue == (0 if not sees else 2 if may_secret else 1)


def test_a_source_that_had_more_says_where_it_stopped(store) -> None:
    """Two limits are near; the village has four cases in hand and reads no more than it asks."""
    asked = Asked(store, an_actor(), TODAY, last=TODAY + timedelta(days=3))

    whole, cut = tasks_of(asked), tasks_of(replace(asked, most=1))

    assert whole.last_of_cut == ()
    assert [(one.record_id, one.due_on is None) for one in cut.last_of_cut] == [
        ("late", False),
        ("plain", True),
        ("later", False),
    ]
    assert {one.home_id for one in whole.tasks} == {a_unit().id}


def test_much_that_is_late_does_not_hide_what_is_due(store) -> None:
    """One limit is read; the late one comes first, and what ends soon is asked for again."""
    found = board(store, an_actor(Role.MEDIATOR), TODAY, most=1)

    assert [one.record_id for one in found.columns[BoardColumn.OVERDUE]] == ["late"]
    assert "soon" in [one.record_id for one in found.columns[BoardColumn.DUE]]
    assert found.cut == {BoardColumn.OVERDUE, BoardColumn.DUE, BoardColumn.FOR_ME}


def test_the_month_has_every_last_day_on_its_day(store) -> None:
    found = month_of(store, an_actor(Role.MEDIATOR), date(2026, 11, 1), TODAY)

    assert (found.first, found.last) == (date(2026, 10, 26), date(2026, 12, 6))
    assert {day: [one.record_id for one in tasks] for day, tasks in found.days.items()} == {
        TODAY + timedelta(days=1): ["later"],
        TODAY + timedelta(days=2): ["soon"],
    }
    assert not found.calendar.is_working(date(2026, 11, 22))


@pytest.mark.parametrize(
    ("day", "weeks"),
    [(date(2027, 2, 1), 4), (date(2028, 2, 29), 5), (date(2026, 8, 31), 6)],
)
def test_a_month_is_shown_in_whole_weeks(day, weeks) -> None:
    first, last = weeks_of_month(day)

    assert (first.weekday(), last.weekday()) == (0, 6)
    assert ((last - first).days + 1) // 7 == weeks
