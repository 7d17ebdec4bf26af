"""Looks on their way: only from who looked, never changed, to nobody beside the line upwards."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.rules import HELD_ONLY_ROLES, may
from app.accounts.vocabulary import Role
from app.looks.rules import SUBJECT_PERMISSIONS
from tests.sync.server.conftest import (
    COUNTY,
    FORESTRY,
    TOWNSHIP,
    VILLAGE,
    People,
    other_village,
)
from tests.sync.server.laptops import FakeLaptop, case_event, case_file, household, made_up_id
from tests.sync.server.test_scope_moves import handover

PROTOCOL = 2
HOMES = {
    Role.TOWNSHIP_CENTRE: TOWNSHIP,
    Role.COUNTY_CENTRE: COUNTY,
    Role.SPONSOR_LEADER: COUNTY,
    **dict.fromkeys(HELD_ONLY_ROLES, FORESTRY),
}


def a_look(account_id: str, **other: Any) -> dict[str, Any]:
    """Somebody had an identity number shown."""
    return {
        "subject_entity": "resident",
        "subject_id": "resident-1",
        "looked_at": "identity_number",
        "people": 1,
        "by_account_id": account_id,
        "happened_at": "2026-11-23T08:30:00.000Z",
        **other,
    }


def test_a_look_is_taken_from_who_looked_alone(people: People, laptop: FakeLaptop) -> None:
    own = laptop.put("look", a_look(laptop.account_id))
    assert laptop.verdict_of(own)["verdict"] == "applied"
    colleague = people.account(VILLAGE, Role.MEDIATOR)
    blamed = laptop.verdict_of(laptop.put("look", a_look(colleague)))
    assert (blamed["verdict"], blamed["detail"]) == ("refused", {"why": "by_another_account"})


def test_what_was_looked_at_may_be_gone_and_unknown(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())
    laptop.sync()
    looked = a_look(laptop.account_id, subject_entity="household", subject_id=home["record_id"])
    assert laptop.verdict_of(laptop.put("look", looked))["verdict"] == "applied"
    gone = laptop.delete("household", home["record_id"], version=1)
    assert laptop.verdict_of(gone)["verdict"] == "applied", "a look keeps no household alive"
    late = laptop.put("look", {**looked, "happened_at": "2026-11-23T09:30:00.000Z"})
    assert laptop.verdict_of(late)["verdict"] == "applied"


def test_a_look_is_never_changed_and_never_removed(people: People, laptop: FakeLaptop) -> None:
    made = laptop.put("look", a_look(laptop.account_id))
    laptop.sync()
    record_id = made["record_id"]
    other = laptop.put("look", {"looked_at": "phone"}, record_id=record_id, base={"looked_at": 1})
    assert laptop.verdict_of(other)["reason"] == "cannot_change_event"
    assert laptop.verdict_of(laptop.delete("look", record_id))["reason"] == "cannot_change_event"
    chief = people.laptop(VILLAGE, Role.VILLAGE_SECRETARY)
    assert chief.verdict_of(chief.delete("look", record_id))["reason"] == "cannot_change_event"
    chief.assert_equal()
    assert chief.rows["look", record_id]["looked_at"] == "identity_number"


@pytest.mark.parametrize("role", Role)
def test_per_post(people: People, role: Role) -> None:
    """Filed at the record's unit, or for who sees only what is handed over in the own unit."""
    laptop = people.laptop(HOMES.get(role, VILLAGE), role)
    unit_id = laptop.unit_id if role in HELD_ONLY_ROLES else VILLAGE
    made = laptop.put("look", a_look(laptop.account_id, unit_id=unit_id))
    verdict = laptop.verdict_of(made)
    is_taken = any(may(role, each) for each in SUBJECT_PERMISSIONS)
    assert verdict["verdict"] == ("applied" if is_taken else "refused"), verdict


def test_nobody_files_a_look_where_he_has_no_business(people: People) -> None:
    village = people.laptop()
    neighbour = village.put(
        "look", a_look(village.account_id, unit_id=other_village(people.county))
    )
    assert village.verdict_of(neighbour)["reason"] == "out_of_scope"
    forestry = people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER)
    elsewhere = forestry.put("look", a_look(forestry.account_id, unit_id=VILLAGE))
    assert forestry.verdict_of(elsewhere)["verdict"] == "refused"


def test_looks_travel_up_and_not_aside(people: People, laptop: FakeLaptop) -> None:
    """Also not with a case that is handed to a department, which is sent all else of it."""
    case = laptop.put("case_file", case_file(laptop.account_id))
    recorded = case_event(case["record_id"], "recorded", laptop.account_id)
    laptop.put("case_event", recorded, txn=case["op_no"])
    look = laptop.put(
        "look",
        a_look(laptop.account_id, subject_entity="case_file", subject_id=case["record_id"]),
    )
    laptop.sync()
    handed = handover(laptop, "case_file", str(case["record_id"]), target=FORESTRY)
    assert laptop.verdict_of(handed)["verdict"] == "applied"
    for unit_id, role in ((TOWNSHIP, Role.TOWNSHIP_CENTRE), (COUNTY, Role.COUNTY_CENTRE)):
        above = people.laptop(unit_id, role)
        above.assert_equal()
        assert look["record_id"] in above.ids("look")
    for unit_id, role in (
        (FORESTRY, Role.DEPARTMENT_HANDLER),
        (other_village(people.county), Role.VILLAGE_SECRETARY),
    ):
        beside = people.laptop(unit_id, role)
        beside.assert_equal()
        assert beside.ids("look") == set()
    forestry = people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER)
    forestry.sync_all()
    assert str(case["record_id"]) in forestry.ids("case_file")


def test_a_look_sent_twice_is_one(laptop: FakeLaptop) -> None:
    record_id = made_up_id()
    looked = {"unit_id": VILLAGE, **a_look(laptop.account_id)}
    laptop.put("look", looked, record_id=record_id)
    laptop.sync()
    again = laptop.put("look", looked, record_id=record_id)
    assert laptop.verdict_of(again)["verdict"] == "applied"
    laptop.assert_equal()
    assert laptop.ids("look") == {record_id}
