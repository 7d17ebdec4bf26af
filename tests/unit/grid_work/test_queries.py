"""What is due and open, lists and one household, on a real encrypted file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.errors import ErrorCode, UserFacingError
from app.grid_work.finding import find_households, found_household
from app.grid_work.lists import (
    WorkFilter,
    WorkState,
    hazard_page,
    recorders,
    service_page,
    visit_page,
)
from app.grid_work.plan import visits_due, week_plan
from app.grid_work.queries import (
    hazards_due,
    household_work,
    of_visit,
    one_hazard,
    one_service,
    one_visit,
    open_services,
    place_of_work,
)
from app.grid_work.rules import VisitSettings
from app.grid_work.vocabulary import DueReason, HazardLevel, PlanPlace, VisitWay
from app.households.vocabulary import (
    CareLevel,
    LeftBehindKind,
    ResidentStatus,
    RosterEventKind,
)
from app.organisations.vocabulary import UnitKind
from app.store import Store
from db.tables.grid_work import HazardMeasure
from db.tables.households import Household, RosterEvent
from db.tables.organisations import Account
from tests.helpers.grid_work import a_hazard, a_service, a_visit
from tests.helpers.stores import (
    a_household,
    a_micro_grid,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    save,
)

TODAY = date(2026, 11, 23)
ZHANG = an_actor()
VILLAGE = a_unit().id


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@dataclass(frozen=True)
class Village:
    """Six households; the first three in 张某's micro-grid, the others in 李某's."""

    store: Store
    homes: tuple[Household, ...]


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    store = a_store(tmp_path_factory.mktemp("work"))
    grids = [
        a_micro_grid(number=1, worker_id="account-of-zhang"),
        a_micro_grid(number=2, worker_id="account-of-li"),
    ]
    homes = tuple(
        a_household(number=str(place), head_name=name, micro_grid_id=grids[place > 3].id)
        for place, name in enumerate(("吴某甲", "杨某", "石某", "龙某", "粟某", "陆某"), start=1)
    )
    gone = a_household(number="99", head_name="欧某", dissolved_on=ago(400))
    people = [a_resident(home, identity_number=None) for home in (*homes, gone)]
    people[0].care_level = CareLevel.HIGH
    people[1].left_behind = LeftBehindKind.ELDER
    people[2].status = ResidentStatus.DECEASED
    people[2].care_level = CareLevel.HIGH
    hazard = a_hazard(homes[0], due_on=ago(2))
    visit = a_visit(homes[0], ago(38), met="吴某甲", note="腿脚不便")
    save(
        store,
        Account(id="account-of-zhang", unit_id=VILLAGE, name="张某", role=Role.GRID_WORKER),
        Account(id="account-of-li", unit_id=VILLAGE, name="李某", role=Role.AUXILIARY_POLICE),
        *grids,
        *homes,
        gone,
        *people,
        visit,
        a_visit(homes[1], ago(10)),
        a_visit(homes[1], ago(1), way=VisitWay.BY_PHONE),
        a_visit(homes[2], ago(88)),
        a_visit(homes[2], ago(3), way=VisitWay.NOBODY_HOME),
        a_visit(homes[3], TODAY, by_account_id="account-of-li"),
        RosterEvent(
            unit_id=VILLAGE,
            household_id=homes[4].id,
            kind=RosterEventKind.MOVED_IN,
            happened_on=ago(1),
            name="粟某",
            by_account_id="account-of-zhang",
            recorded_at=store.clock.now(),
        ),
        hazard,
        HazardMeasure(
            unit_id=VILLAGE,
            hazard_id=hazard.id,
            done_on=ago(1),
            text="先断了电",
            by_account_id="account-of-li",
            recorded_at=store.clock.now(),
        ),
        a_hazard(homes[3], level=HazardLevel.LOW, due_on=TODAY + timedelta(days=8)),
        a_hazard(homes[3], level=HazardLevel.LOW, place="桥头", due_on=TODAY + timedelta(days=7)),
        a_hazard(homes[4], place="水井", resolved_on=ago(1)),
        a_service(homes[0], visit_id=visit.id, asker_phone="13812345678"),
        a_service(homes[1], text="修水管", due_on=ago(2), by_account_id="account-of-li"),
        a_service(homes[2], text="办医保", done_on=ago(1), done_by="account-of-li"),
    )
    yield Village(store, homes)
    store.close()


# --- the plan ----------------------------------------------------------------------------------


def test_the_plan_of_the_week(village: Village) -> None:
    due = visits_due(village.store, ZHANG, TODAY)
    assert [(one.number, one.place, one.is_mine) for one in due] == [
        ("1", PlanPlace.OVERDUE, True),
        ("2", PlanPlace.THIS_WEEK, True),
        ("3", PlanPlace.THIS_WEEK, True),
        ("5", PlanPlace.THIS_WEEK, False),
        ("6", PlanPlace.THIS_WEEK, False),
    ]
    first, second, third, fifth, sixth = due
    assert (first.care, first.days_since, first.days_late) == (CareLevel.HIGH, 38, 31)
    assert (second.care, second.left_behind) == (CareLevel.MEDIUM, (LeftBehindKind.ELDER,))
    assert second.due_on == TODAY + timedelta(days=6)  # in four by the visit, put off by the call
    assert third.care is None  # the one who needed it has died
    assert (third.due_on, third.last_tried_on) == (TODAY + timedelta(days=2), ago(3))
    assert (fifth.reason, fifth.due_on) == (DueReason.CAME_LATELY, TODAY + timedelta(days=6))
    assert (sixth.reason, sixth.worker_name) == (DueReason.NEVER_VISITED, "李某")


def test_the_week_counts_what_was_done(village: Village) -> None:
    plan = week_plan(village.store, ZHANG, TODAY)
    assert (plan.done(), plan.done("account-of-li"), plan.done("account-of-zhang")) == (1, 1, 0)
    small = VisitSettings(week_capacity=1)
    due = visits_due(village.store, ZHANG, TODAY, settings=small)
    assert [one.place for one in due] == [
        PlanPlace.OVERDUE,
        *[PlanPlace.NO_ROOM] * 4,
    ]


def test_above_the_villages_a_plan_is_asked_for_by_name(village: Village) -> None:
    township = an_actor(Role.TOWNSHIP_CENTRE, a_unit("坪坦乡", kind=UnitKind.TOWNSHIP))
    assert visits_due(village.store, township, TODAY) == ()
    assert len(visits_due(village.store, township, TODAY, unit_id=VILLAGE)) == 5


# --- due and open ------------------------------------------------------------------------------


def test_hazards_that_are_due(village: Village) -> None:
    due = hazards_due(village.store, ZHANG, TODAY)
    assert [(one.place, one.days_late(TODAY)) for one in due] == [("灶房", 2), ("桥头", 0)]
    assert (due[0].measures, due[0].last_measure, due[0].is_mine) == (1, "先断了电", True)
    assert len(hazards_due(village.store, ZHANG, TODAY, within_days=8)) == 3
    assert [one.place for one in hazards_due(village.store, ZHANG, TODAY, within_days=-1)] == [
        "灶房"
    ]


def test_services_that_are_open(village: Village) -> None:
    found = open_services(village.store, ZHANG, TODAY)
    assert [(one.text, one.days_late(TODAY)) for one in found] == [("修水管", 2), ("代取养老金", 0)]
    assert found[1].asker_phone == "138****5678"


# --- lists -------------------------------------------------------------------------------------


def numbers(village: Village, **wanted: object) -> list[str]:
    page = visit_page(village.store, ZHANG, WorkFilter(VILLAGE, **wanted))  # type: ignore[arg-type]
    return [row.number for row in page.rows]


@pytest.mark.parametrize("is_common", [False, True])
def test_visits_newest_first_and_narrowed(
    village: Village, is_common: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.households.matching.fits_many", lambda *_, **__: is_common)
    assert numbers(village) == ["4", "2", "3", "2", "1", "3"]
    assert numbers(village, by="account-of-li") == ["4"]
    assert numbers(village, first_day=ago(10), last_day=ago(1)) == ["2", "3", "2"]
    assert numbers(village, typed="yang") == ["2", "2"]
    assert numbers(village, typed="wmj") == ["1"]
    assert numbers(village, typed="腿脚") == ["1"]
    assert numbers(village, typed="100%_") == []


def test_pages_follow_each_other(village: Village) -> None:
    wanted = WorkFilter(VILLAGE)
    seen: list[str] = []
    after = None
    for _page in range(4):
        page = visit_page(village.store, ZHANG, wanted, after=after, limit=2)
        seen += [row.id for row in page.rows]
        if page.is_last:
            break
        after = page.rows[-1]
    assert len(seen) == len(set(seen)) == 6


@pytest.mark.parametrize(
    ("state", "texts"),
    [
        (WorkState.OPEN, ["修水管", "代取养老金"]),
        (WorkState.DONE, ["办医保"]),
        (WorkState.ALL, ["修水管", "办医保", "代取养老金"]),
    ],
)
def test_services_open_and_done(village: Village, state: WorkState, texts: list[str]) -> None:
    page = service_page(village.store, ZHANG, WorkFilter(VILLAGE, state=state))
    found = [row.text for row in page.rows]
    assert found == texts if state is WorkState.OPEN else sorted(found) == sorted(texts)


def test_open_hazards_the_most_pressing_first_over_pages(village: Village) -> None:
    wanted = WorkFilter(VILLAGE, state=WorkState.OPEN)
    first = hazard_page(village.store, ZHANG, wanted, limit=2)
    rest = hazard_page(village.store, ZHANG, wanted, after=first.rows[-1], limit=2)
    assert [row.due_on for row in (*first.rows, *rest.rows)] == [
        ago(2),
        TODAY + timedelta(days=7),
        TODAY + timedelta(days=8),
    ]
    assert (first.is_last, rest.is_last) == (False, True)


def test_who_recorded(village: Village) -> None:
    assert {name for _, name in recorders(village.store, ZHANG, VILLAGE)} == {"张某", "李某"}


# --- one record --------------------------------------------------------------------------------


def test_one_household(village: Village) -> None:
    view = household_work(village.store, ZHANG, village.homes[2].id)
    assert [visit.visited_on for visit in view.visits] == [ago(3), ago(88)]
    assert (view.visit_count, view.services, view.hazards) == (2, (), ())
    first = household_work(village.store, ZHANG, village.homes[0].id)
    assert ([one.text for one in first.services], [one.place for one in first.hazards]) == (
        ["代取养老金"],
        ["灶房"],
    )
    with pytest.raises(UserFacingError) as caught:
        household_work(village.store, ZHANG, "nobody")
    assert caught.value.code is ErrorCode.GRID_WORK_GONE


def test_a_record_and_what_hangs_together(village: Village) -> None:
    visit = next(
        row
        for row in visit_page(village.store, ZHANG, WorkFilter(VILLAGE)).rows
        if row.number == "1"
    )
    assert (visit.services, visit.hazards) == (1, 0)
    assert one_visit(village.store, ZHANG, visit.id) == visit
    services, hazards = of_visit(village.store, ZHANG, visit.id)
    assert ([one.text for one in services], hazards) == (["代取养老金"], ())
    assert one_service(village.store, ZHANG, services[0].id) == services[0]
    hazard = hazards_due(village.store, ZHANG, TODAY)[0]
    detail = one_hazard(village.store, ZHANG, hazard.id)
    assert detail is not None
    assert [(one.text, one.by_name) for one in detail.measures] == [("先断了电", "李某")]
    measure = detail.measures[0].id
    assert place_of_work(village.store, measure) == ("hazard", hazard.id, VILLAGE)
    assert place_of_work(village.store, visit.id) == ("visit", visit.id, VILLAGE)
    assert place_of_work(village.store, "nobody") is None
    assert one_visit(village.store, ZHANG, "nobody") is None


def test_households_are_found_to_be_visited(village: Village) -> None:
    def found(typed: str) -> list[str]:
        return [one.title for one in find_households(village.store, typed, unit_id=VILLAGE)]

    assert found("wmj") == ["1 吴某甲"]
    assert found("yang") == ["2 杨某"]
    assert found("5") == ["5 粟某"]
    assert len(found("")) == 6
    assert found("欧某") == []  # dissolved
    one = found_household(village.store, village.homes[1].id)
    assert one is not None
    assert one.title == "2 杨某"
    assert found_household(village.store, "nobody") is None


# --- who may see -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_sees_the_grids_work(village: Village, role: Role) -> None:
    actor = an_actor(role)
    if may(role, Permission.SEE_GRID_WORK):
        assert visits_due(village.store, actor, TODAY)
        assert open_services(village.store, actor, TODAY)
        return
    for read in (
        lambda: visits_due(village.store, actor, TODAY),
        lambda: visit_page(village.store, actor, WorkFilter(VILLAGE)),
        lambda: household_work(village.store, actor, village.homes[0].id),
        lambda: recorders(village.store, actor, VILLAGE),
    ):
        with pytest.raises(UserFacingError) as caught:
            read()
        assert caught.value.code is ErrorCode.NOT_ALLOWED
    assert open_services(village.store, actor, TODAY) == ()
    assert hazards_due(village.store, actor, TODAY) == ()


def test_another_village_sees_nothing(village: Village) -> None:
    stranger = an_actor(unit="高步村")
    assert open_services(village.store, stranger, TODAY) == ()
    assert visits_due(village.store, stranger, TODAY) == ()
    visit = visit_page(village.store, ZHANG, WorkFilter(VILLAGE)).rows[0]
    assert one_visit(village.store, stranger, visit.id) is None


# --- many --------------------------------------------------------------------------------------


def plan_of(store: Store, statement: str) -> str:
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
    return "\n".join(row[-1] for row in rows)


def test_lists_and_plan_read_by_index(village: Village) -> None:
    """100,000 visits of a village open as fast as ten: nothing is sorted, no table is scanned."""
    listed = plan_of(
        village.store,
        f"SELECT * FROM visit v WHERE v.unit_id = '{VILLAGE}' "
        "ORDER BY v.visited_on DESC, v.id DESC LIMIT 200",
    )
    assert "ix_visit_unit_id" in listed
    assert "TEMP B-TREE" not in listed
    last = plan_of(
        village.store,
        "SELECT max(visited_on) FROM visit WHERE household_id = 'x' AND way = 'at_home'",
    )
    assert "COVERING INDEX ix_visit_household_id" in last
