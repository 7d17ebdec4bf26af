"""The county and the life of households: what is history is nobody's double."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from app.households.vocabulary import ResidentStatus
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import People, other_village
from tests.sync.server.laptops import FakeLaptop, household, resident
from tests.sync.server.test_conflicts import state_of
from tests.sync.server.test_doubles import doubled, two, with_number  # noqa: F401

DAY = "2026-11-01"


def test_a_dissolved_household_is_nobodys_double(two: tuple[FakeLaptop, FakeLaptop]) -> None:  # noqa: F811
    first, second = two
    first.put("household", household(number="7", dissolved_on=DAY))
    first.sync()
    second.put("household", household(number="7"))
    second.sync()
    assert second.ids("conflict") == set()


@pytest.mark.parametrize("status", [ResidentStatus.DECEASED, ResidentStatus.MOVED_OUT])
def test_who_left_one_household_is_no_double_in_another(
    two: tuple[FakeLaptop, FakeLaptop],  # noqa: F811
    status: ResidentStatus,
) -> None:
    first, second = two
    old = first.put("household", household(number="7"))["record_id"]
    first.put("resident", with_number(old, status=status.value, left_on=DAY))
    first.sync()
    new = second.put("household", household(number="8"))["record_id"]
    second.put("resident", with_number(new, status="present"))
    second.sync()
    assert second.ids("conflict") == set()


def test_who_comes_back_while_another_laptop_added_them_is_found(
    two: tuple[FakeLaptop, FakeLaptop],  # noqa: F811
    clock: FakeClock,
) -> None:
    first, second = two
    old = first.put("household", household(number="7"))["record_id"]
    one = first.put("resident", with_number(old, status="moved_out", left_on=DAY))["record_id"]
    first.sync()
    new = second.put("household", household(number="8"))["record_id"]
    second.put("resident", with_number(new, status="present"))
    second.sync()
    first.sync()
    clock.advance(timedelta(hours=1))
    first.edit("resident", one, status="present", left_on=None)
    first.sync()
    assert len(first.ids("conflict")) == 1


def test_dissolving_one_of_two_leaves_nothing_to_decide(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str],  # noqa: F811
    sql: Connection[Any],
) -> None:
    first, second, old, _, conflict = doubled
    assert state_of(sql, conflict) == "open"
    first.edit("household", old, dissolved_on=DAY)
    first.sync()
    second.sync()
    assert state_of(sql, conflict) == "settled"


def test_other_conflicts_of_a_dissolved_household_stay_open(
    two: tuple[FakeLaptop, FakeLaptop],  # noqa: F811
    sql: Connection[Any],
) -> None:
    first, second = two
    home = first.put("household", household(number="7", address="寨脚"))["record_id"]
    first.put("resident", resident(home))
    first.sync()
    second.sync()
    first.edit("household", home, address="寨头")
    second.edit("household", home, address="寨中")
    first.sync()
    second.sync()
    (conflict,) = second.ids("conflict")
    first.sync()
    first.edit("household", home, dissolved_on=DAY)
    first.sync()
    assert state_of(sql, conflict) == "open"


# --- what the county takes -----------------------------------------------------------------------


def an_event(home: str, laptop: FakeLaptop, **other: Any) -> dict[str, Any]:
    return {
        "household_id": home,
        "kind": "died",
        "happened_on": "2026-11-23",
        "name": "石某某",
        "by_account_id": laptop.account_id,
        "recorded_at": "2026-11-23T08:00:00.000Z",
        **other,
    }


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, None),
        ({"happened_on": "2026-11-24"}, None),
        ({"happened_on": "2026-11-25"}, {"happened_on": "in_future"}),
        ({"happened_on": "1899-12-31"}, {"happened_on": "too_early"}),
        ({"kind": "household_split"}, {"other_household_id": "missing"}),
        ({"kind": "household_merged", "other_household_id": "gone-since"}, None),
    ],
)
def test_the_county_judges_the_day_and_the_other_side(
    two: tuple[FakeLaptop, FakeLaptop],  # noqa: F811
    fields: dict[str, Any],
    wrong: dict[str, str] | None,
) -> None:
    first, _ = two
    home = first.put("household", household())["record_id"]
    first.sync()
    op_no = first.put("roster_event", an_event(home, first, **fields))["op_no"]
    verdict = first.sync()["verdicts"][op_no]
    assert verdict["verdict"] == ("applied" if wrong is None else "refused")
    if wrong is not None:
        assert verdict["detail"]["fields"] == wrong


def test_nobody_leaves_before_birth(
    two: tuple[FakeLaptop, FakeLaptop],  # noqa: F811
) -> None:
    first, _ = two
    home = first.put("household", household())["record_id"]
    given = with_number(home, status="deceased", left_on="1976-05-03")
    op_no = first.put("resident", given)["op_no"]
    verdict = first.sync()["verdicts"][op_no]
    assert verdict["detail"]["fields"] == {"left_on": "before_birth"}


def test_a_resident_stays_in_one_village(
    people: People,
    two: tuple[FakeLaptop, FakeLaptop],  # noqa: F811
) -> None:
    first, _ = two
    neighbours = people.laptop(other_village(people.county))
    elsewhere = neighbours.put("household", household())["record_id"]
    neighbours.sync()
    home = first.put("household", household())["record_id"]
    one = first.put("resident", resident(home))["record_id"]
    first.sync()
    op_no = first.edit("resident", one, household_id=elsewhere)["op_no"]
    assert first.sync()["verdicts"][op_no]["verdict"] == "refused"
