"""The county and the grid's work: days that can be, villages that fit, and what goes along."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.vocabulary import Role
from sync.server.county import County
from tests.sync.server.conftest import COUNTY, TOWNSHIP, VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, household, made_up_id
from tests.sync.server.test_blobs import attach
from tests.sync.server.test_scope_moves import handover

PROTOCOL = 2
"""Today's laptops; the county's clock stands at 2026-11-23 08:30 UTC."""
MOMENT = "2026-11-23T08:30:00.000Z"


def visit(home: str, account_id: str, **other: Any) -> dict[str, Any]:
    usual = {"household_id": home, "visited_on": "2026-11-20", "purpose": "routine"}
    return {**usual, "way": "at_home", "by_account_id": account_id, "recorded_at": MOMENT, **other}


def service(account_id: str, **other: Any) -> dict[str, Any]:
    usual = {"kind": "errand", "asker_name": "吴某某", "asked_on": "2026-11-20", "text": "代取药"}
    return {**usual, "by_account_id": account_id, "recorded_at": MOMENT, **other}


def hazard(account_id: str, **other: Any) -> dict[str, Any]:
    usual = {"kind": "wiring", "level": "01", "place": "灶房", "text": "电线老化"}
    usual |= {"found_on": "2026-11-20", "due_on": "2026-11-23"}
    return {**usual, "by_account_id": account_id, "recorded_at": MOMENT, **other}


def measure(hazard_id: str, account_id: str, **other: Any) -> dict[str, Any]:
    usual = {"hazard_id": hazard_id, "done_on": "2026-11-21", "text": "换了插座"}
    return {**usual, "by_account_id": account_id, "recorded_at": MOMENT, **other}


def fields_of(verdict: dict[str, Any]) -> Any:
    assert verdict["verdict"] == "refused", verdict
    assert verdict["reason"] == "bad_value"
    return verdict["detail"]["fields"]


def test_sound_work_is_taken(laptop: FakeLaptop) -> None:
    """All of it in one group, the services before the visit they came of."""
    home = laptop.put("household", household())["record_id"]
    visit_id, hazard_id = made_up_id(), made_up_id()
    me, txn = laptop.account_id, 100
    made = [
        laptop.put("micro_service", service(me, household_id=home, visit_id=visit_id), txn=txn),
        laptop.put(
            "hazard",
            {"unit_id": VILLAGE, **hazard(me, household_id=home, visit_id=visit_id)},
            record_id=hazard_id,
            txn=txn,
        ),
        laptop.put("visit", {"unit_id": VILLAGE, **visit(home, me)}, record_id=visit_id, txn=txn),
        laptop.put("hazard_measure", measure(hazard_id, me)),
    ]
    verdicts = laptop.sync()["verdicts"]
    assert [verdicts[one["op_no"]]["verdict"] for one in made] == ["applied"] * 4


@pytest.mark.parametrize(
    ("entity", "patch", "fields"),
    [
        ("visit", {"visited_on": "2026-11-25"}, {"visited_on": "in_future"}),
        ("visit", {"visited_on": "1999-12-31"}, {"visited_on": "too_early"}),
        ("micro_service", {"asked_on": "2026-11-25"}, {"asked_on": "in_future"}),
        ("micro_service", {"text": " "}, {"text": "missing"}),
        ("micro_service", {"due_on": "2026-11-19"}, {"due_on": "before_asked"}),
        ("micro_service", {"done_on": "2026-11-19"}, {"done_on": "before_asked"}),
        ("micro_service", {"done_on": "2026-11-25"}, {"done_on": "in_future"}),
        ("hazard", {"place": ""}, {"place": "missing"}),
        ("hazard", {"due_on": "2026-11-19"}, {"due_on": "before_found"}),
        ("hazard", {"resolved_on": "2026-11-19"}, {"resolved_on": "before_found"}),
        ("hazard", {"resolved_on": "2026-11-25"}, {"resolved_on": "in_future"}),
    ],
)
def test_what_cannot_be(
    laptop: FakeLaptop, entity: str, patch: dict[str, Any], fields: dict[str, str]
) -> None:
    home = laptop.put("household", household())["record_id"]
    usual = {
        "visit": visit(home, laptop.account_id),
        "micro_service": service(laptop.account_id),
        "hazard": hazard(laptop.account_id),
    }[entity]
    assert fields_of(laptop.verdict_of(laptop.put(entity, {**usual, **patch}))) == fields
    assert laptop.ids(entity) == set()


def test_a_clock_a_day_ahead_is_forgiven(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())["record_id"]
    made = laptop.put("visit", visit(home, laptop.account_id, visited_on="2026-11-24"))
    assert laptop.verdict_of(made)["verdict"] == "applied"


def test_a_measure_of_the_future(laptop: FakeLaptop) -> None:
    danger = laptop.put("hazard", hazard(laptop.account_id))["record_id"]
    laptop.sync()
    made = laptop.put("hazard_measure", measure(danger, laptop.account_id, done_on="2026-12-01"))
    assert fields_of(laptop.verdict_of(made)) == {"done_on": "in_future"}


def test_only_what_is_written_is_judged(people: People) -> None:
    """One laptop says it was asked later, another that it was done: both were right."""
    first, second = people.laptop(), people.laptop()
    asked = first.put("micro_service", service(first.account_id))["record_id"]
    first.sync()
    second.sync_all()
    first.edit("micro_service", asked, asked_on="2026-11-22")
    first.sync()
    note = second.edit("micro_service", asked, text="代取药和化验单")
    assert second.verdict_of(note)["verdict"] == "applied"
    early = second.edit("micro_service", asked, done_on="2026-11-21")
    assert fields_of(second.verdict_of(early)) == {"done_on": "before_asked"}


@pytest.mark.parametrize(
    ("entity", "field"),
    [("micro_service", "household_id"), ("hazard", "household_id"), ("hazard", "micro_grid_id")],
)
def test_nothing_of_another_village_is_named(
    people: People, county: County, entity: str, field: str
) -> None:
    neighbour = people.laptop(other_village(county))
    body = household() if field == "household_id" else {"number": 1, "name": "第1微网格"}
    theirs = neighbour.put(field.removesuffix("_id"), body)["record_id"]
    neighbour.sync()
    laptop = people.laptop()
    usual = {"micro_service": service, "hazard": hazard}[entity](laptop.account_id)
    made = laptop.put(entity, {**usual, field: theirs})
    assert fields_of(laptop.verdict_of(made)) == {field: "of_another_village"}


def test_visits_go_where_their_household_goes(people: People, county: County) -> None:
    """And what was written of it here meanwhile stays here, with nothing lost."""
    target = other_village(county)
    village, neighbour = people.laptop(), people.laptop(target)
    township = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    home = village.put("household", household())["record_id"]
    seen = village.put("visit", visit(home, village.account_id))["record_id"]
    attach(village, b"made up", seen, subject_entity="visit")
    township.sync_all()
    handover(township, "household", home, target=target)
    township.sync()
    late = village.put("visit", visit(home, village.account_id, visited_on="2026-11-22"))
    asked = village.put("micro_service", service(village.account_id, household_id=home))
    verdicts = village.sync()["verdicts"]
    assert verdicts[late["op_no"]]["verdict"] == "applied"
    assert verdicts[asked["op_no"]]["verdict"] == "applied"
    for laptop in (village, neighbour, township):
        laptop.sync_all()
    assert neighbour.ids("visit") == {seen, late["record_id"]}
    assert village.ids("visit") == village.ids("attachment") == set()
    assert len(neighbour.ids("attachment")) == 1
    assert village.ids("micro_service") == {asked["record_id"]}
    for laptop in (village, neighbour, township):
        laptop.assert_equal()
    assert county.check() == []


@pytest.mark.parametrize("entity", ["visit", "hazard"])
def test_what_a_photograph_hangs_on_is_not_removed(laptop: FakeLaptop, entity: str) -> None:
    home = laptop.put("household", household())["record_id"]
    me = laptop.account_id
    body = visit(home, me) if entity == "visit" else hazard(me)
    made = laptop.put(entity, body)["record_id"]
    attach(laptop, b"made up", made, subject_entity=entity)
    assert laptop.last_verdict["verdict"] == "applied"  # type: ignore[attr-defined]
    version = laptop.record_versions[entity, made]
    verdict = laptop.verdict_of(laptop.delete(entity, made, version=version))
    assert verdict["verdict"] == "conflict"  # for a person to decide
    laptop.sync_all()
    assert laptop.ids(entity) == {made}


@pytest.mark.parametrize(
    ("unit", "role", "is_taken"),
    [
        (VILLAGE, Role.GRID_WORKER, True),
        (VILLAGE, Role.AUXILIARY_POLICE, True),
        (VILLAGE, Role.MEDIATOR, True),
        (VILLAGE, Role.VILLAGE_SECRETARY, True),
        (TOWNSHIP, Role.TOWNSHIP_CENTRE, False),
        (COUNTY, Role.COUNTY_CENTRE, False),
        (COUNTY, Role.ADMINISTRATOR, False),
    ],
)
def test_who_may(people: People, unit: str, role: Role, is_taken: bool) -> None:
    laptop = people.laptop(unit, role)
    verdict = laptop.verdict_of(
        laptop.put("hazard", {"unit_id": VILLAGE, **hazard(laptop.account_id)})
    )
    assert (verdict["verdict"] == "applied") is is_taken
    if not is_taken:
        assert verdict["reason"] == "not_permitted"
