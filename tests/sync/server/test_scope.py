"""Nobody holds what is not theirs, and what leaves a scope leaves the disk."""

from __future__ import annotations

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from sync.server.county import County
from tests.sync.server.conftest import COUNTY, FORESTRY, TOWNSHIP, VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, case_file, household

PROTOCOL = 2


@pytest.fixture
def everywhere(people: People) -> dict[str, FakeLaptop]:
    """A laptop at each kind of unit, with somebody at it."""
    neighbours = other_village(people.county)
    return {
        "village": people.laptop(VILLAGE, Role.VILLAGE_SECRETARY),
        "neighbours": people.laptop(neighbours, Role.GRID_WORKER),
        "township": people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE),
        "county": people.laptop(COUNTY, Role.COUNTY_CENTRE),
        "forestry": people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER),
    }


def test_a_scope_is_a_unit_with_everything_below_it(county: County) -> None:
    tree = county.units()
    neighbours = other_village(county)
    assert tree.scope_of(VILLAGE) == ("reference", VILLAGE, f"{VILLAGE}:sign-in")
    township = tree.scope_of(TOWNSHIP)
    assert (township[0], township[-1]) == ("reference", f"{TOWNSHIP}:sign-in")
    assert {TOWNSHIP, VILLAGE, neighbours} <= set(township)
    assert COUNTY not in township
    assert tree.scope_of(FORESTRY) == ("reference", FORESTRY, f"{FORESTRY}:sign-in")
    assert tree.scope_of(COUNTY) == ("*", f"{COUNTY}:sign-in")
    assert tree.scope_of("nowhere") == ("reference", "nowhere", "nowhere:sign-in")


def test_records_reach_the_units_above_and_nobody_beside(
    everywhere: dict[str, FakeLaptop],
) -> None:
    village = everywhere["village"]
    home = village.put("household", household())["record_id"]
    case = village.put("case_file", case_file(village.account_id))["record_id"]
    village.sync()
    for name, laptop in everywhere.items():
        laptop.sync_all()
        is_above = name in ("village", "township", "county")
        assert (home in laptop.ids("household")) is is_above, name
        assert (case in laptop.ids("case_file")) is is_above, name


def test_everybody_holds_units_and_laws(everywhere: dict[str, FakeLaptop], county: County) -> None:
    units = set(county.units().by_id)
    for name, laptop in everywhere.items():
        laptop.sync_all()
        assert laptop.ids("unit") == units, name
        assert laptop.ids("rule_set"), name


def test_accounts_are_seen_above_and_pins_nowhere_else(
    everywhere: dict[str, FakeLaptop],
) -> None:
    for laptop in everywhere.values():
        laptop.sync_all()
    for name, laptop in everywhere.items():
        pins = [body for (kind, _), body in laptop.rows.items() if kind == "credential"]
        held = {pin["account_id"] for pin in pins}
        assert held == {laptop.account_id}, name
    secretary = everywhere["village"].account_id
    holders = {name for name, laptop in everywhere.items() if secretary in laptop.ids("account")}
    assert holders == {"village", "township", "county"}


def test_a_record_that_moves_leaves_one_disk_and_reaches_another(
    everywhere: dict[str, FakeLaptop], county: County, sql: Connection[tuple[object, ...]]
) -> None:
    village = everywhere["village"]
    home = village.put("household", household())["record_id"]
    village.sync()
    for laptop in everywhere.values():
        laptop.sync_all()
    neighbours = everywhere["neighbours"]

    county.put([("household", home, {"unit_id": neighbours.unit_id})])
    answers = {name: laptop.sync() for name, laptop in everywhere.items()}
    assert [change[:3] for change in answers["village"]["changes"]] == [
        ["household", home, "evict"]
    ]
    assert home in neighbours.ids("household")
    for name in ("township", "county"):
        # Its own bucket says evict, another of its buckets says put: it stays.
        assert [change[2] for change in answers[name]["changes"]] == ["put"], name
        assert everywhere[name].rows["household", home]["unit_id"] == neighbours.unit_id
    assert answers["forestry"]["changes"] == []

    county.put([("household", home, {"unit_id": VILLAGE})])
    for laptop in everywhere.values():
        laptop.sync()
    assert home in village.ids("household")
    assert home not in neighbours.ids("household")
    kinds = sql.execute("SELECT bucket, kind FROM feed WHERE record_id = %s", (home,)).fetchall()
    assert set(kinds) == {(VILLAGE, "put"), (neighbours.unit_id, "evict")}


def test_an_eviction_alone_on_the_last_page_still_moves_the_cursor(
    everywhere: dict[str, FakeLaptop], county: County
) -> None:
    village, township = everywhere["village"], everywhere["township"]
    home = village.put("household", household())["record_id"]
    village.sync()
    township.sync_all()
    county.put([("household", home, {"unit_id": everywhere["neighbours"].unit_id})])
    sizes = township.sync_all(page_rows=1)
    assert sum(sizes) == 1
    assert township.sync()["changes"] == []
    assert home in township.ids("household")


def test_small_pages_give_every_scope_the_same_rows(everywhere: dict[str, FakeLaptop]) -> None:
    village = everywhere["village"]
    for number in range(12):
        village.put("household", household(number=str(number)))
    village.sync()
    for name, laptop in everywhere.items():
        laptop.sync_all()
        whole = dict(laptop.rows)
        laptop.rows, laptop.cursors = {}, {}
        laptop.sync_all(page_rows=5)
        assert laptop.rows == whole, name
