"""What the pages of the register read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.accounts.vocabulary import Role
from app.errors import ErrorCode, UserFacingError
from app.households.queries import (
    NO_MICRO_GRID,
    RosterPlace,
    age_on,
    household_for_editing,
    household_rows,
    micro_grid_rows,
    next_household_number,
    one_household,
    place_of,
    possible_grid_workers,
    resident_for_editing,
    residents_count,
    villages_with_roster,
)
from app.households.vocabulary import EthnicGroup, MicroGridSize, Relation, Sex
from app.store import Store, SyncState
from db.tables.organisations import Account
from tests.helpers.stores import (
    a_household,
    a_micro_grid,
    a_resident,
    a_store,
    a_unit,
    an_actor,
    an_identity_number,
    save,
)

VILLAGE = a_unit().id
OTHER = a_unit("横岭村").id


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def test_micro_grids_with_their_sizes_workers_and_those_in_none(store):
    worker = Account(unit_id=VILLAGE, name="张某", role=Role.GRID_WORKER)
    large = a_micro_grid(number=2, worker_id=worker.id)
    small = a_micro_grid(number=1)
    elsewhere = a_micro_grid(unit_id=OTHER)
    homes = [a_household(number=f"{n:03}", micro_grid_id=large.id) for n in range(21)]
    homes += [a_household(number="101", micro_grid_id=small.id), a_household(number="201")]
    save(
        store, worker, large, small, elsewhere, *homes, a_resident(homes[0]), a_resident(homes[-1])
    )

    rows = micro_grid_rows(store, VILLAGE)

    assert [(row.id, row.household_count, row.resident_count, row.finding) for row in rows] == [
        (small.id, 1, 0, MicroGridSize.TOO_SMALL),
        (large.id, 21, 1, MicroGridSize.TOO_LARGE),
        (NO_MICRO_GRID, 1, 1, MicroGridSize.FITS),
    ]
    assert [row.worker_name for row in rows] == ["", "张某", ""]
    assert rows[0].sync_state is SyncState.PENDING


def test_households_by_number_of_one_micro_grid_or_of_none(store):
    grid = a_micro_grid()
    first = a_household(number="002", micro_grid_id=grid.id, phone="13800004751")
    second = a_household(number="001", micro_grid_id=grid.id)
    nowhere = a_household(number="", head_name="石某")
    lost = a_household(number="009", micro_grid_id="a-grid-not-here-yet")
    elsewhere = a_household(unit_id=OTHER)
    save(store, grid, first, second, nowhere, lost, elsewhere)
    save(
        store,
        a_resident(second, phone=None),
        a_resident(second, phone="13911112222", position=1, identity_number=None),
    )

    everyone = household_rows(store, VILLAGE)
    in_grid = household_rows(store, VILLAGE, micro_grid_id=grid.id)
    in_none = household_rows(store, VILLAGE, micro_grid_id=NO_MICRO_GRID)

    assert [row.id for row in everyone] == [second.id, first.id, lost.id, nowhere.id]
    assert [(row.number, row.phone, row.resident_count) for row in in_grid] == [
        ("001", "139****2222", 2),
        ("002", "138****4751", 0),
    ]
    assert [row.id for row in in_none] == [lost.id, nowhere.id]
    assert in_grid[0].micro_grid_name == "第1微网格"


@pytest.mark.parametrize("typed", ["吴文永", "文永", "wwy", "wuwen", "007", "4751", "龙美", "lm"])
def test_typing_finds_a_household_by_head_member_pinyin_number_or_phone(store, typed):
    home = a_household(number="007", head_name="吴文永", phone="13800004751")
    other = a_household(number="012", head_name="石某")
    elsewhere = a_household(number="007", head_name="吴文永", unit_id=OTHER)
    save(store, home, other, elsewhere, a_resident(home, name="龙美", identity_number=None))

    assert [row.id for row in household_rows(store, VILLAGE, typed=typed)] == [home.id]


def test_one_household_shows_members_in_order_with_ages_and_masked_numbers(store):
    grid = a_micro_grid()
    home = a_household(micro_grid_id=grid.id, phone="13800004751")
    born = date(1980, 11, 24)
    wife = a_resident(
        home, name="龙某", relation=Relation.WIFE, sex=Sex.FEMALE, position=1, birth_date=born,
        identity_number=an_identity_number(born, order=12), phone="13911112222",
    )  # fmt: skip
    child = a_resident(
        home, name="吴某宝", relation=None, position=2, birth_date=None, identity_number=None,
        ethnic_group=None,
    )  # fmt: skip
    save(store, grid, home, child, wife, a_resident(home))

    detail = one_household(store, home.id)

    assert detail is not None
    assert (detail.number, detail.micro_grid_name, detail.phone) == (
        "001",
        "第1微网格",
        "138****4751",
    )
    assert [one.name for one in detail.residents] == ["吴某甲", "龙某", "吴某宝"]
    assert [one.relation_name for one in detail.residents] == ["户主", "妻", ""]
    assert [one.age for one in detail.residents] == [50, 45, None]
    assert (
        detail.residents[1].masked_number
        == wife.identity_number[:6] + "*" * 10 + (wife.identity_number[-2:])
    )
    assert detail.residents[1].masked_phone == "139****2222"
    assert detail.residents[1].ethnic_group is EthnicGroup.DONG


def test_a_household_that_is_gone_is_none(store):
    assert one_household(store, "gone") is None
    assert household_for_editing(store, an_actor(), "gone") is None
    assert resident_for_editing(store, an_actor(), "gone") is None


def test_counts_of_one_village_alone(store):
    home = a_household()
    save(store, a_micro_grid(), home, a_resident(home), a_household(unit_id=OTHER))

    totals = residents_count(store, VILLAGE)

    assert (totals.micro_grids, totals.households, totals.residents) == (1, 1, 1)
    assert set(villages_with_roster(store)) == {VILLAGE, OTHER}


def test_whole_numbers_are_read_for_editing_only_by_who_may_edit(store):
    home = a_household(phone="13800004751")
    resident = a_resident(home)
    save(store, home, resident)

    assert household_for_editing(store, an_actor(), home.id).phone == "13800004751"
    filled = resident_for_editing(store, an_actor(), resident.id)
    assert filled.identity_number == resident.identity_number
    for read, record_id in (
        (household_for_editing, home.id),
        (resident_for_editing, resident.id),
    ):
        with pytest.raises(UserFacingError) as raised:
            read(store, an_actor(Role.MEDIATOR), record_id)
        assert raised.value.code is ErrorCode.NOT_ALLOWED


def test_the_next_number_follows_the_villages_own_padding(store):
    assert next_household_number(store, VILLAGE) == "001"
    save(store, a_household(number="099"), a_household(number="甲8"), a_household(number=""))

    assert next_household_number(store, VILLAGE) == "100"


def test_who_may_be_named_grid_worker(store):
    there = {
        role: Account(unit_id=VILLAGE, name=f"{role}", role=role)
        for role in (Role.GRID_WORKER, Role.MEDIATOR, Role.ADMINISTRATOR)
    }
    gone = Account(unit_id=VILLAGE, name="旧", role=Role.GRID_WORKER, is_active=False)
    elsewhere = Account(unit_id=OTHER, name="外", role=Role.GRID_WORKER)
    save(store, *there.values(), gone, elsewhere)

    names = [name for _, name in possible_grid_workers(store, VILLAGE)]

    assert names == ["grid_worker", "mediator"]


def test_where_a_record_is_shown(store):
    grid = a_micro_grid()
    home = a_household(micro_grid_id=grid.id)
    resident = a_resident(home)
    save(store, grid, home, resident)

    place = RosterPlace(VILLAGE, grid.id, home.id)
    assert place_of(store, resident.id) == place
    assert place_of(store, home.id) == place
    assert place_of(store, grid.id) == RosterPlace(VILLAGE, grid.id, None)
    assert place_of(store, "gone") is None


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(2008, 11, 23), 18),
        (date(2008, 11, 24), 17),
        (date(2026, 11, 24), None),
        (None, None),
        (date(2004, 2, 29), 22),
    ],
)
def test_whole_years(born, age):
    assert age_on(date(2026, 11, 23), born) == age
