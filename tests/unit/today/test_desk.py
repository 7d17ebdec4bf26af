"""Whose day holds what; birthdays by the calendar; nothing of what is over or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.grid_work.vocabulary import VisitPurpose, VisitWay
from app.households.vocabulary import ResidentStatus, RosterEventKind
from app.store import Store
from app.today.queries import today_view
from app.today.rows import MoreVisits, PersonTodo
from app.today.rules import KINDS_OF_ROLE, NewRecord, TodoKind, month_days, new_records, turning_in
from db.tables.grid_work import Visit
from db.tables.households import Household, MicroGrid, Resident, RosterEvent
from tests.helpers.stores import a_household, a_resident, a_store, a_unit, an_actor, save
from tests.unit.today.desk_scene import LI, TODAY, a_busy_desk, a_hazard, days_ago

K = TodoKind
PLACE = {Role.TOWNSHIP_CENTRE: "坪坦乡", Role.COUNTY_CENTRE: "通道侗族自治县"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


def kinds(store: Store, role: Role = Role.GRID_WORKER, **known: str) -> list[TodoKind]:
    view = today_view(store, an_actor(role, PLACE.get(role, "坪坦村"), **known))
    return [todo.kind for todo in view.todos]


def test_what_must_be_reported_stands_first_and_news_last(store: Store) -> None:
    a_busy_desk(store)
    assert kinds(store) == [
        K.RISK, K.INCIDENT, K.DUTY, K.HAZARD, K.SERVICE, K.VISIT, K.HAZARD, K.BIRTHDAY,
        K.CAME_HOME, K.MICRO_GRID, K.MICRO_GRID,
    ]  # fmt: skip


def test_the_cards_count_what_is_late(store: Store) -> None:
    a_busy_desk(store)
    figures = today_view(store, an_actor()).figures
    assert (figures.visits, figures.visits_late) == (1, 1)
    assert (figures.hazards, figures.hazards_late) == (2, 1)
    assert (figures.services, figures.services_late) == (1, 1)
    assert (figures.incidents, figures.risks) == (1, 1)


@pytest.mark.parametrize("role", Role)
def test_each_post_sees_what_concerns_it_and_what_it_may(store: Store, role: Role) -> None:
    a_busy_desk(store)
    found = set(kinds(store, role))
    needed = {
        K.RISK: Permission.SEE_CASES,
        K.CASE: Permission.SEE_CASES,
        K.INCIDENT: Permission.SEE_INCIDENTS,
        K.HAZARD: Permission.SEE_GRID_WORK,
        K.VISIT: Permission.SEE_GRID_WORK,
        K.SERVICE: Permission.SEE_GRID_WORK,
        K.DUTY: Permission.SEE_GRID_WORK,
        K.BIRTHDAY: Permission.SEE_ROSTER,
        K.CAME_HOME: Permission.SEE_ROSTER,
        K.MICRO_GRID: Permission.EDIT_ROSTER,
    }
    assert all(may(role, needed[kind]) for kind in found)
    assert found <= KINDS_OF_ROLE.get(role, frozenset({K.RISK, K.CASE}))
    if role in (Role.GRID_WORKER, Role.VILLAGE_SECRETARY):
        assert found == set(needed) - {K.CASE}
    if role is Role.AUXILIARY_POLICE:
        assert {K.RISK, K.INCIDENT, K.DUTY, K.HAZARD} <= found
    if role in PLACE:
        assert found == {K.RISK, K.HAZARD}, "overdue only, and no village's daily round"


def test_above_the_village_a_line_says_which(store: Store) -> None:
    a_busy_desk(store)
    for todo in today_view(store, an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")).todos:
        assert todo.village == "坪坦村"
    assert {todo.village for todo in today_view(store, an_actor()).todos} == {""}


def test_own_visits_for_a_worker_all_for_the_secretary(store: Store) -> None:
    a_busy_desk(store)

    def homes(role: Role, account_id: str) -> list[str]:
        view = today_view(store, an_actor(role, account_id=account_id))
        return [todo.key for todo in view.todos if todo.kind is K.VISIT]

    assert homes(Role.GRID_WORKER, "account-of-zhang") == ["visit:home-1"]
    assert homes(Role.AUXILIARY_POLICE, LI) == ["visit:home-2"]
    assert homes(Role.VILLAGE_SECRETARY, "somebody") == ["visit:home-1", "visit:home-2"]


def test_a_roster_just_imported_does_not_flood_the_day(store: Store) -> None:
    save(store, *(a_household(number=f"{place:03d}") for place in range(1, 40)))
    view = today_view(store, an_actor())
    visits = [todo for todo in view.todos if todo.kind is K.VISIT]
    assert len(visits) == 11
    assert isinstance(visits[-1].what, MoreVisits)
    assert visits[-1].what.count == (view.figures.visits or 0) - 10


def test_the_next_village_is_not_in_it(store: Store) -> None:
    a_busy_desk(store)
    neighbour = today_view(store, an_actor(unit="高步村"))
    assert neighbour.todos == ()
    assert (neighbour.figures.hazards, neighbour.figures.incidents) == (0, 0)


def test_what_is_over_is_gone(store: Store) -> None:
    """The dead are not congratulated, who is gone did not come home, a removed hazard is none."""
    a_busy_desk(store)
    with store.transaction(account_id="account-of-zhang", action="edit") as tx:
        tx.session.get_one(Resident, "grandmother").status = ResidentStatus.DECEASED
        tx.session.get_one(Household, "home-1").dissolved_on = days_ago(1)
        for grid_id in ("grid-1", "grid-2"):
            tx.session.get_one(MicroGrid, grid_id).closed_on = days_ago(1)
        tx.session.add(
            Visit(
                unit_id=a_unit().id, household_id="home-2", visited_on=TODAY,
                purpose=VisitPurpose.CARE, way=VisitWay.AT_HOME, by_account_id=LI,
                recorded_at=store.clock.now(),
            )
        )  # fmt: skip
    found = set(kinds(store))
    assert not found & {K.BIRTHDAY, K.CAME_HOME, K.MICRO_GRID, K.VISIT}


def test_hazards_that_have_time_are_not_of_today(store: Store) -> None:
    save(store, a_hazard(store, due_on=TODAY + timedelta(days=20)))
    assert kinds(store) == []


# --- who came home -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "days", "is_news"),
    [
        (RosterEventKind.CAME_HOME, 13, True),
        (RosterEventKind.CAME_HOME, 14, False),
        (RosterEventKind.MOVED_IN, 0, True),
        (RosterEventKind.BORN, 3, True),
        (RosterEventKind.WENT_AWAY, 1, False),
        (RosterEventKind.DIED, 1, False),
        (RosterEventKind.CAME_HOME, -1, False),
    ],
)
def test_who_came_in_the_last_two_weeks(
    store: Store, kind: RosterEventKind, days: int, is_news: bool
) -> None:
    home = a_household(id="home")
    event = RosterEvent(
        unit_id=home.unit_id, household_id=home.id, kind=kind, happened_on=days_ago(days),
        name="吴某", by_account_id="account-of-zhang", recorded_at=store.clock.now(),
    )  # fmt: skip
    save(store, home, event)
    assert (K.CAME_HOME in kinds(store)) is is_news


# --- birthdays -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "first", "last", "turned"),
    [
        (date(1946, 11, 23), date(2026, 11, 23), date(2026, 11, 29), (date(2026, 11, 23), 80)),
        (date(1946, 11, 29), date(2026, 11, 23), date(2026, 11, 29), (date(2026, 11, 29), 80)),
        (date(1946, 11, 30), date(2026, 11, 23), date(2026, 11, 29), None),
        (date(1946, 11, 22), date(2026, 11, 23), date(2026, 11, 29), None),
        # 29 February: 1 March in a common year, the day itself in a leap year.
        (date(1944, 2, 29), date(2027, 3, 1), date(2027, 3, 7), (date(2027, 3, 1), 83)),
        (date(1944, 2, 29), date(2027, 2, 22), date(2027, 2, 28), None),
        (date(1944, 2, 29), date(2028, 2, 28), date(2028, 3, 5), (date(2028, 2, 29), 84)),
        # A week over the turn of the year.
        (date(1945, 1, 2), date(2026, 12, 28), date(2027, 1, 3), (date(2027, 1, 2), 82)),
        (date(1945, 12, 30), date(2026, 12, 28), date(2027, 1, 3), (date(2026, 12, 30), 81)),
        # Born this week: no birthday yet.
        (date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 29), None),
    ],
)
def test_birthdays_of_a_week(
    born: date, first: date, last: date, turned: tuple[date, int] | None
) -> None:
    found = turning_in(born, first, last)
    assert (None if found is None else (found.day, found.age)) == turned


def test_who_may_turn_older_in_a_week_is_looked_for_on_29_february_too() -> None:
    assert month_days(date(2027, 3, 1), date(2027, 3, 7)) >= {"02-29", "03-01", "03-07"}
    assert "02-29" not in month_days(date(2027, 3, 2), date(2027, 3, 8))
    assert month_days(date(2026, 12, 28), date(2027, 1, 3)) >= {"12-31", "01-01"}


def test_only_who_turns_eighty_or_more_and_the_next_day_first(store: Store) -> None:
    home = a_household(id="home")
    people = {
        "七十九": date(1947, 11, 25),
        "八十": date(1946, 11, 28),
        "九十": date(1936, 11, 24),
        "下周": date(1940, 11, 30),
        "不知": None,
    }
    save(
        store,
        home,
        *(
            a_resident(home, name=name, birth_date=born, identity_number=None)
            for name, born in people.items()
        ),
        a_resident(
            home, name="外出", birth_date=date(1940, 11, 29), identity_number=None,
            status=ResidentStatus.AWAY,
        ),
    )  # fmt: skip
    view = today_view(store, an_actor())
    turned = [
        (todo.what.name, todo.what.turning.age)
        for todo in view.todos
        if isinstance(todo.what, PersonTodo) and todo.what.turning is not None
    ]
    assert turned == [("九十", 90), ("八十", 80), ("外出", 86)]


@pytest.mark.parametrize("role", Role)
def test_what_is_begun_from_today_is_what_the_post_may_record(role: Role) -> None:
    first = {Role.GRID_WORKER: NewRecord.VISIT, Role.AUXILIARY_POLICE: NewRecord.INCIDENT}
    found = new_records(role, partial(may, role))
    assert (NewRecord.CASE in found) is may(role, Permission.RECORD_CASE)
    assert found[:1] == ((first.get(role, NewRecord.CASE),) if found else ())
