"""The county and confidential cases, who writes to them, and the leader of a case."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from tests.sync.server.conftest import COUNTY, TOWNSHIP, VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, case_event, case_file
from tests.sync.server.test_scope_moves import handover

MOMENT = "2026-11-23T08:30:00.000Z"
SECRET = {
    "kind": "petition",
    "petition_purpose": "accusation",
    "petition_form": "letter",
    "is_confidential": True,
}


def township(people: People, role: Role = Role.TOWNSHIP_CENTRE) -> FakeLaptop:
    return people.laptop(TOWNSHIP, role)


def accusation(laptop: FakeLaptop, **other: Any) -> dict[str, Any]:
    file = case_file(laptop.account_id, **{**SECRET, **other})
    return laptop.put("case_file", {"unit_id": laptop.unit_id, **file})


def why(verdict: dict[str, Any]) -> str:
    assert verdict["verdict"] == "refused", verdict
    return str(verdict["detail"])


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({}, None),
        ({"is_confidential": False}, "not_confidential"),
        ({"accused_unit_id": TOWNSHIP}, "reaches_accused"),
        ({"accused_unit_id": COUNTY}, "reaches_accused"),
        ({"accused_unit_id": VILLAGE}, None),
    ],
)
def test_where_an_accusation_may_lie(
    people: People, other: dict[str, Any], problem: str | None
) -> None:
    laptop = township(people)
    verdict = laptop.verdict_of(accusation(laptop, **other))
    if problem is None:
        assert verdict["verdict"] == "applied"
    else:
        assert problem in why(verdict)


def test_what_is_confidential_stays_so(people: People) -> None:
    laptop = township(people)
    made = accusation(laptop)
    laptop.sync()
    opened = laptop.edit("case_file", made["record_id"], is_confidential=False)
    assert "not_confidential" in why(laptop.verdict_of(opened))
    named = laptop.edit("case_file", made["record_id"], accused_unit_id=TOWNSHIP)
    assert "reaches_accused" in why(laptop.verdict_of(named))


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.GRID_WORKER, Role.TOWNSHIP_CENTRE])
def test_only_who_may_see_it_writes_to_it(people: People, role: Role) -> None:
    """All of them sign in at the township, whose bucket holds it."""
    owner = township(people)
    case_id = accusation(owner)["record_id"]
    owner.sync()
    other = township(people, role)
    told = other.put(
        "case_event", case_event(case_id, "note_added", other.account_id, unit_id=TOWNSHIP)
    )
    verdict = other.verdict_of(told)
    if may(role, Permission.SEE_CONFIDENTIAL):
        assert verdict["verdict"] != "refused"
    else:
        assert "confidential" in why(verdict)


@pytest.mark.parametrize("target", [VILLAGE, TOWNSHIP], ids=["village", "accused"])
def test_it_is_handed_neither_to_a_village_nor_to_the_accused(people: People, target: str) -> None:
    county = people.laptop(COUNTY, Role.COUNTY_CENTRE)
    made = accusation(county, accused_unit_id=TOWNSHIP)
    county.sync()
    verdict = county.verdict_of(
        handover(county, "case_file", made["record_id"], unit=COUNTY, target=target)
    )
    assert "confidential" in why(verdict)


def sponsorship(laptop: FakeLaptop, case_id: str, **other: Any) -> dict[str, Any]:
    usual = {
        "unit_id": TOWNSHIP,
        "case_id": case_id,
        "leader_name": "石某",
        "starts_on": "2026-11-23",
        "by_account_id": laptop.account_id,
        "recorded_at": MOMENT,
    }
    return laptop.put("sponsorship", {**usual, **other})


def test_one_matter_has_one_leader(people: People) -> None:
    laptop = township(people)
    file = case_file(laptop.account_id)
    case_id = laptop.put("case_file", {"unit_id": TOWNSHIP, **file})["record_id"]
    first = sponsorship(laptop, case_id)
    assert laptop.verdict_of(first)["verdict"] == "applied"
    second = laptop.verdict_of(sponsorship(laptop, case_id, leader_name="粟某"))
    assert "another_is_active" in why(second)
    laptop.edit("sponsorship", first["record_id"], ended_on="2026-11-23")
    laptop.sync()
    after = sponsorship(laptop, case_id, leader_name="粟某")
    assert laptop.verdict_of(after)["verdict"] == "applied"
