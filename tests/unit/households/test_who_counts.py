"""Who died or moved away, and a household nobody is left in, is found and counted nowhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.accounts.vocabulary import Role
from app.cases.finding import find_residents
from app.errors import ErrorCode, UserFacingError
from app.households.actions import (
    HouseholdFields,
    ResidentFields,
    add_household,
    add_micro_grid,
    add_resident,
    assign_micro_grid,
)
from app.households.queries import (
    household_rows,
    micro_grid_rows,
    next_household_number,
    one_household,
    residents_count,
    villages_with_roster,
)
from app.households.vocabulary import Past, ResidentStatus, Sex
from app.search import search
from app.statistics.queries import counts_now
from app.store import Store
from app.today.queries import today_view
from app.votes.actions import open_motion
from app.votes.queries import one_motion, opening_check
from db.tables.households import Household, MicroGrid, Resident
from tests.helpers.stores import (
    a_household,
    a_micro_grid,
    a_motion,
    a_resident,
    a_store,
    a_unit,
    acknowledge,
    an_actor,
    an_identity_number,
    save,
)
from tests.helpers.votes import lay_rule_sets

VILLAGE = a_unit().id
WORKER = an_actor()
DAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One household of two members, one dead and one moved out; one dissolved, in a closed grid."""
    made = a_store(tmp_path_factory.mktemp("who"))
    grid, closed = a_micro_grid(), a_micro_grid(number=2, closed_on=DAY)
    home = a_household(number="001", head_name="吴某甲", micro_grid_id=grid.id)
    empty = a_household(number="009", head_name="粟某九", micro_grid_id=closed.id, dissolved_on=DAY)
    loose = a_household(number="003", head_name="陆某三", micro_grid_id=closed.id)
    people = (
        (home, "吴某甲", ResidentStatus.PRESENT, None),
        (home, "吴某乙", ResidentStatus.AWAY, None),
        (home, "吴某丙", ResidentStatus.DECEASED, "13700001111"),
        (home, "吴某丁", ResidentStatus.MOVED_OUT, None),
        (empty, "粟某九", ResidentStatus.DECEASED, None),
    )
    residents = [
        a_resident(
            where,
            name=name,
            status=status,
            position=place,
            phone=phone,
            left_on=None if status.is_member else DAY,
            identity_number=an_identity_number(date(1950, 1, 1 + place), order=21),
        )
        for place, (where, name, status, phone) in enumerate(people)
    ]
    save(made, grid, closed, home, empty, loose, *residents)
    acknowledge(made)
    return made


def test_lists_and_counts_are_of_the_living(store: Store) -> None:
    totals = residents_count(store, VILLAGE)
    assert (totals.micro_grids, totals.households, totals.residents) == (1, 2, 2)
    rows = household_rows(store, VILLAGE)
    assert [(row.number, row.resident_count, row.phone) for row in rows] == [
        ("001", 2, ""),
        ("003", 0, ""),
    ]
    grids = micro_grid_rows(store, VILLAGE)
    assert [(row.number, row.household_count, row.resident_count) for row in grids] == [
        (1, 1, 2),
        (0, 1, 0),
    ], "a household of a closed micro-grid is in none"


def test_the_household_shows_members_and_beside_them_who_left(store: Store) -> None:
    detail = one_household(store, household_rows(store, VILLAGE)[0].id)
    assert detail is not None
    assert [one.name for one in detail.residents] == ["吴某甲", "吴某乙"]
    assert {one.name: one.left_on for one in detail.former} == {"吴某丙": DAY, "吴某丁": DAY}


def test_what_is_typed_finds_history_and_says_that_it_is(store: Store) -> None:
    (found,) = household_rows(store, VILLAGE, typed="粟某九")
    assert (found.number, found.is_dissolved) == ("009", True)
    hits = {(hit.entity, hit.title): hit.past for hit in search(store, "某")}
    assert hits["household", "粟某九"] is Past.DISSOLVED
    assert hits["resident", "吴某丙"] is Past.DECEASED
    assert hits["resident", "吴某丁"] is Past.MOVED_OUT
    assert hits["resident", "吴某乙"] is None


def test_nobody_who_died_is_offered_as_a_party(store: Store) -> None:
    found = find_residents(store, "吴某")
    assert [(one.title, one.past) for one in found] == [
        ("吴某乙", None),
        ("吴某甲", None),
        ("吴某丁", Past.MOVED_OUT),
    ]


def test_figures_of_the_county_count_the_living(store: Store) -> None:
    counts = counts_now(store, WORKER)
    assert (counts.villages, counts.micro_grids, counts.households, counts.residents) == (
        1,
        1,
        2,
        2,
    )
    todos = today_view(store, an_actor(Role.VILLAGE_SECRETARY)).todos
    (grid,) = [todo.grid for todo in todos if todo.grid is not None]
    assert grid.household_count == 1, "the dissolved one is not counted"


def test_a_village_of_which_only_history_is_left_is_no_village_with_a_roster(
    tmp_path: Path,
) -> None:
    store = a_store(tmp_path)
    save(store, a_household(dissolved_on=DAY))
    assert villages_with_roster(store) == []


def test_a_dissolved_household_has_no_vote(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    motion = a_motion(store)
    lay_rule_sets(store)
    save(store, motion, a_household(), a_household(number="002", dissolved_on=DAY))
    assert opening_check(store, motion.id).electorate_size == 1
    open_motion(store, an_actor(Role.VILLAGE_SECRETARY), motion_id=motion.id)
    assert [one.household_number for one in one_motion(store, motion.id).entries] == ["001"]


def test_a_dissolved_households_number_may_be_given_again_and_is_not_proposed(
    tmp_path: Path,
) -> None:
    store = a_store(tmp_path)
    save(store, a_household(number="007", dissolved_on=DAY), a_household(number="002"))
    assert next_household_number(store, VILLAGE) == "008"
    given = HouseholdFields(number="007", head_name="杨某")
    assert add_household(store, WORKER, unit_id=VILLAGE, given=given)


def test_a_closed_micro_grid_takes_no_household_and_frees_its_number(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    closed, home = a_micro_grid(closed_on=DAY), a_household()
    save(store, closed, home)
    with pytest.raises(UserFacingError) as raised:
        assign_micro_grid(store, WORKER, household_ids=[home.id], micro_grid_id=closed.id)
    assert raised.value.code is ErrorCode.ROSTER_CHANGED_MEANWHILE
    assert add_micro_grid(store, WORKER, unit_id=VILLAGE, number=1, name="第1微网格")


@pytest.mark.parametrize("status", [ResidentStatus.DECEASED, ResidentStatus.MOVED_OUT])
def test_the_number_of_who_left_is_refused_with_where_they_are(
    tmp_path: Path, status: ResidentStatus
) -> None:
    store = a_store(tmp_path)
    home = a_household()
    gone = a_resident(home, status=status, left_on=DAY)
    save(store, home, gone)
    given = ResidentFields(name="杨某", identity_number=str(gone.identity_number))
    with pytest.raises(UserFacingError) as raised:
        add_resident(store, WORKER, household_id=home.id, given=given)
    assert raised.value.code is ErrorCode.IDENTITY_NUMBER_TAKEN
    assert raised.value.params["status"] is status


def test_records_are_living_unless_said_otherwise() -> None:
    home = a_household()
    person = Resident(
        unit_id=VILLAGE, household_id=home.id, name="杨某", sex=Sex.MALE, identity_kind="none_yet"
    )
    assert person.status is ResidentStatus.PRESENT
    assert Household(unit_id=VILLAGE, number="1", head_name="杨某").dissolved_on is None
    assert MicroGrid(unit_id=VILLAGE, number=1, name="一").closed_on is None
