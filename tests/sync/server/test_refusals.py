"""What the county refuses, why, and that it costs nobody else anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import COUNTY, FORESTRY, TOWNSHIP, VILLAGE, People, other_village
from tests.sync.server.laptops import (
    FakeLaptop,
    case_event,
    case_file,
    household,
    made_up_id,
    resident,
    without_number,
)


def refusal(reason: str, **detail: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"verdict": "refused", "reason": reason}
    return found | ({"detail": detail} if detail else {})


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patch", "fields"),
    [
        ({"sex": "3"}, {"sex": "enum"}),
        ({"name": "某" * 81}, {"name": "string_too_long"}),
        ({"name": None}, {"name": "string_type"}),
        ({"birth_date": "1980-02-30"}, {"birth_date": "date_from_datetime_parsing"}),
        ({"position": "first"}, {"position": "int_parsing"}),
        ({"note": "a\0b"}, {"*": "not_an_operation"}),
        ({"identity_kind": "resident_identity_number", "identity_number": "431230198001010014"},
         {"identity_number": "wrong_check_digit"}),
        ({"identity_kind": "resident_identity_number", "identity_number": "431230198002300011"},
         {"identity_number": "impossible_date"}),
    ],
)  # fmt: skip
def test_a_bad_value(laptop: FakeLaptop, patch: dict[str, Any], fields: dict[str, str]) -> None:
    home = laptop.put("household", household())
    child = laptop.put("resident", resident(home["record_id"], **patch))
    verdicts = laptop.sync()["verdicts"]
    assert without_number(verdicts[child["op_no"]]) == refusal("bad_value", fields=fields)
    assert verdicts[home["op_no"]]["verdict"] == "applied"
    assert laptop.ids("resident") == set()


def test_a_good_identity_number(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    home = laptop.put("household", household())
    child = resident(
        home["record_id"],
        identity_kind="resident_identity_number",
        identity_number="11010519491231002X",
        missing_identity=None,
    )
    assert laptop.verdict_of(laptop.put("resident", child))["verdict"] == "applied"


def test_a_field_that_is_missing(laptop: FakeLaptop) -> None:
    patch = household()
    del patch["head_name"]
    made = laptop.put("household", patch)
    assert laptop.verdict_of(made) == refusal("bad_value", fields={"head_name": "missing"})


def test_an_edit_of_a_record_the_county_never_had(laptop: FakeLaptop) -> None:
    edit = laptop.put("household", {"note": "x"}, record_id=made_up_id(), base={"note": 3})
    assert laptop.verdict_of(edit) == refusal("record_gone")


def test_values_are_stored_in_one_form(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())
    child = laptop.put("resident", resident(home["record_id"], position="2"))
    case = case_file(laptop.account_id, recorded_at="2026-11-23T16:30:00+08:00")
    made = laptop.put("case_file", case)
    laptop.sync()
    assert laptop.rows["resident", child["record_id"]]["position"] == 2
    stored = laptop.rows["case_file", made["record_id"]]
    assert stored["recorded_at"] == "2026-11-23T08:30:00.000Z"


def test_a_moment_without_a_zone(laptop: FakeLaptop) -> None:
    case = laptop.put("case_file", case_file(laptop.account_id, recorded_at="2026-11-23T16:30:00"))
    assert laptop.verdict_of(case)["reason"] == "bad_value"


def test_what_a_record_does_not_name_is_filled_in(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())
    laptop.sync()
    assert laptop.rows["household", home["record_id"]] == {
        "unit_id": VILLAGE,
        "micro_grid_id": None,
        "number": "1",
        "head_name": "石某某",
        "address": None,
        "phone": None,
        "note": None,
        "group_name": None,
        "dissolved_on": None,
    }


@pytest.mark.parametrize(
    "broken",
    [
        {"op_no": 1},
        {"op_no": 1, "txn": "x", "patch": []},
        {"op_no": 1, "entity": "house\0hold"},
        {"op_no": 1, "record_id": "x" * 61},
        {"op_no": 1, "patch": {"note": "x" * 300_000}},
        {"op_no": 1, "kind": "merge"},
        {"op_no": 1, "patch": {"unit_id": None}},
        {"op_no": 1, "patch": {"unit_id": 5}},
        {"op_no": 1, "base": {"unit_id": "x"}},
    ],
)
def test_a_malformed_operation_does_not_block_the_others(
    laptop: FakeLaptop, broken: dict[str, Any], sql: Connection[Any]
) -> None:
    template = laptop.put("household", household())
    good = laptop.put("household", household(number="2"))
    bad = broken if len(broken) == 1 else {**template, **broken}
    verdicts = {row["op_no"]: row for row in laptop.send([bad, good])["verdicts"]}
    assert verdicts[1]["verdict"] == "refused"
    assert verdicts[1]["reason"] == "bad_value"
    assert verdicts[2]["verdict"] == "applied"
    assert sql.execute("SELECT count(*) FROM op_intake").fetchone() == (2,)


def test_an_entity_nobody_knows(laptop: FakeLaptop) -> None:
    thing = laptop.put("spaceship", {"name": "x"})
    assert laptop.verdict_of(thing) == refusal("unknown_entity", entity="spaceship")


# --- groups and parents --------------------------------------------------------------------------


def test_one_refusal_refuses_its_group_and_no_other(
    laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    home = laptop.put("household", household())
    txn = home["op_no"]
    bad = laptop.put("resident", resident(home["record_id"], sex="x"), txn=txn)
    good = laptop.put("resident", resident(home["record_id"]), txn=txn)
    other = laptop.put("household", household(number="2"))
    verdicts = laptop.sync()["verdicts"]
    assert without_number(verdicts[home["op_no"]]) == refusal("group_refused")
    assert verdicts[bad["op_no"]]["reason"] == "bad_value"
    assert without_number(verdicts[good["op_no"]]) == refusal("group_refused")
    assert verdicts[other["op_no"]]["verdict"] == "applied"
    assert laptop.ids("household") == {other["record_id"]}
    assert sql.execute("SELECT count(*) FROM resident").fetchone() == (0,)


def test_a_childs_parent_may_come_later_in_the_same_group(laptop: FakeLaptop) -> None:
    home_id = made_up_id()
    child = laptop.put("resident", resident(home_id))
    laptop.put(
        "household", {"unit_id": VILLAGE, **household()}, record_id=home_id, txn=child["op_no"]
    )
    assert laptop.verdict_of(child)["verdict"] == "applied"


def test_a_parent_that_was_refused_takes_its_children_along(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household(head_name=None))
    child = laptop.put("resident", resident(home["record_id"]))
    verdicts = laptop.sync()["verdicts"]
    assert verdicts[home["op_no"]]["reason"] == "bad_value"
    assert without_number(verdicts[child["op_no"]]) == refusal(
        "parent_missing", field="household_id"
    )


def test_a_deleted_parent_is_no_parent(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())["record_id"]
    laptop.sync()
    laptop.delete("household", home, version=1)
    child = laptop.put("resident", resident(home))
    assert laptop.verdict_of(child)["reason"] == "parent_missing"


def test_a_child_of_another_units_parent(people: People) -> None:
    """Nobody may hold a resident without the household."""
    township = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    case = township.put("case_file", case_file(township.account_id))
    event = case_event(case["record_id"], "recorded", township.account_id, unit_id=VILLAGE)
    made = township.put("case_event", event)
    assert township.verdict_of(made) == refusal("bad_value", fields={"unit_id": "not_the_parents"})


# --- who ----------------------------------------------------------------------------------------


def test_an_account_nobody_knows(laptop: FakeLaptop) -> None:
    made = laptop.put("household", household(), account_id=made_up_id())
    assert laptop.verdict_of(made) == refusal("unknown_account")


def test_an_account_of_another_unit(people: People) -> None:
    """It has no PIN on this laptop, so whoever claims it did not sign in."""
    laptop = people.laptop()
    chief = people.account(COUNTY, Role.COUNTY_CENTRE)
    made = laptop.put("case_file", case_file(chief), account_id=chief)
    assert laptop.verdict_of(made) == refusal("not_permitted", why="account_of_another_unit")


@pytest.mark.parametrize(
    ("role", "is_allowed"),
    [
        (Role.GRID_WORKER, True),
        (Role.VILLAGE_SECRETARY, True),
        (Role.AUXILIARY_POLICE, False),
        (Role.MEDIATOR, False),
        (Role.ADMINISTRATOR, False),
    ],
)
def test_who_may_change_the_roster(people: People, role: Role, is_allowed: bool) -> None:
    laptop = people.laptop(role=role)
    verdict = laptop.verdict_of(laptop.put("household", household()))
    expected = (
        {"verdict": "applied", "version": 1}
        if is_allowed
        else refusal("not_permitted", role=role.value)
    )
    assert verdict == expected


def test_an_auxiliary_policeman_records_and_settles_nothing(people: People) -> None:
    laptop = people.laptop(role=Role.AUXILIARY_POLICE)
    case = laptop.put("case_file", case_file(laptop.account_id))
    laptop.put("case_event", case_event(case["record_id"], "recorded", laptop.account_id))
    settled = laptop.put("case_event", case_event(case["record_id"], "settled", laptop.account_id))
    verdicts = laptop.sync()["verdicts"]
    assert [row["verdict"] for row in verdicts.values()] == ["applied", "applied", "refused"]
    assert verdicts[settled["op_no"]]["reason"] == "not_permitted"


def test_a_closed_account_keeps_what_it_did_before(
    people: People, laptop: FakeLaptop, clock: FakeClock
) -> None:
    before = laptop.put("household", household())
    clock.advance(timedelta(hours=1))
    people.county.put([("account", laptop.account_id, {"is_active": False})])
    clock.advance(timedelta(hours=1))
    after = laptop.put("household", household(number="2"))
    verdicts = laptop.sync()["verdicts"]
    assert verdicts[before["op_no"]]["verdict"] == "applied"
    assert without_number(verdicts[after["op_no"]]) == refusal(
        "not_permitted", why="account_closed"
    )


def test_an_account_after_its_last_day(
    people: People, laptop: FakeLaptop, clock: FakeClock
) -> None:
    people.county.put([("account", laptop.account_id, {"valid_until": "2026-11-23"})])
    on_the_day = laptop.put("household", household())
    clock.advance(timedelta(days=1))
    later = laptop.put("household", household(number="2"))
    verdicts = laptop.sync()["verdicts"]
    assert verdicts[on_the_day["op_no"]]["verdict"] == "applied"
    assert verdicts[later["op_no"]]["reason"] == "not_permitted"


# --- where ---------------------------------------------------------------------------------------


def test_a_village_writes_nobody_elses_records(people: People, laptop: FakeLaptop) -> None:
    for unit_id in (other_village(people.county), TOWNSHIP, COUNTY, FORESTRY, "nowhere"):
        made = laptop.put("household", household(unit_id=unit_id))
        assert laptop.verdict_of(made) == refusal("out_of_scope"), unit_id


def test_a_record_cannot_be_pushed_into_another_village(people: People, laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())["record_id"]
    laptop.sync()
    moved = laptop.edit("household", home, unit_id=other_village(people.county))
    assert laptop.verdict_of(moved) == refusal("out_of_scope")


def test_edits_of_a_record_that_left_the_village(people: People, laptop: FakeLaptop) -> None:
    """The household was moved while the laptop was offline with five edits."""
    home = laptop.put("household", household())["record_id"]
    laptop.sync()
    edits = [laptop.edit("household", home, note=f"第{n}次") for n in range(5)]
    people.county.put([("household", home, {"unit_id": other_village(people.county)})])
    verdicts = laptop.sync()["verdicts"]
    assert [without_number(verdicts[op["op_no"]]) for op in edits] == [refusal("out_of_scope")] * 5
    assert home not in laptop.ids("household"), "it leaves the disk"


def test_units_and_laws_are_the_countys(laptop: FakeLaptop) -> None:
    laptop.sync()
    unit = laptop.edit("unit", VILLAGE, name="我们村")
    law_id = min(laptop.ids("rule_set"))
    law = laptop.edit("rule_set", law_id, params="{}")
    gone = laptop.delete("rule_set", law_id, version=1)
    verdicts = laptop.sync()["verdicts"]
    for operation in (unit, law, gone):
        assert without_number(verdicts[operation["op_no"]]) == refusal("reference_is_countys")


# --- accounts and PINs ---------------------------------------------------------------------------


def own_credential(laptop: FakeLaptop) -> str:
    laptop.sync()
    return next(
        record_id
        for (entity, record_id), body in laptop.rows.items()
        if entity == "credential" and body["account_id"] == laptop.account_id
    )


def test_a_person_changes_their_own_pin(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    mine = own_credential(laptop)
    changed = laptop.edit("credential", mine, pin_hash="new", must_change=False)
    assert laptop.verdict_of(changed)["verdict"] == "applied"
    found = sql.execute("SELECT pin_hash, must_change FROM credential").fetchall()
    assert found == [("new", False)]


def test_nobody_changes_another_persons_pin_or_account(people: People, laptop: FakeLaptop) -> None:
    mine = own_credential(laptop)
    colleague = people.account(VILLAGE, Role.VILLAGE_SECRETARY)
    theirs = laptop.account_id
    laptop.sync()
    laptop.account_id = colleague
    laptop.edit("credential", mine, pin_hash="stolen")
    laptop.edit("account", theirs, role="administrator")
    laptop.edit("account", colleague, role="administrator")
    laptop.put("account", {"name": "某", "role": "administrator"})
    verdicts = laptop.sync()["verdicts"]
    assert [row.get("reason") for row in verdicts.values()] == ["not_permitted"] * 4


def test_a_person_does_not_delete_their_pin(laptop: FakeLaptop) -> None:
    gone = laptop.delete("credential", own_credential(laptop), version=1)
    assert laptop.verdict_of(gone)["reason"] == "not_permitted"


def test_a_person_does_not_hand_their_pin_to_another_account(laptop: FakeLaptop) -> None:
    mine = own_credential(laptop)
    moved = laptop.edit("credential", mine, pin_hash="new", account_id=laptop.account_id)
    assert laptop.verdict_of(moved)["reason"] == "not_permitted"


def test_an_administrator_makes_accounts_everywhere(people: People, laptop: FakeLaptop) -> None:
    office = people.laptop(COUNTY, Role.ADMINISTRATOR)
    account = office.put("account", {"unit_id": VILLAGE, "name": "某", "role": "mediator"})
    pin = {"unit_id": VILLAGE, "account_id": account["record_id"], "pin_hash": "x"}
    credential = office.put("credential", pin, txn=account["op_no"])
    assert office.verdict_of(credential)["verdict"] == "applied"
    laptop.sync()
    assert account["record_id"] in laptop.ids("account")
    assert credential["record_id"] in laptop.ids("credential")
    assert credential["record_id"] not in office.ids("credential")
