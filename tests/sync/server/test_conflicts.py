"""Conflicts are records: who gets them, how they are settled, and what a late settlement does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import TOWNSHIP, People, other_village
from tests.sync.server.laptops import FakeLaptop, household, resident, without_number


@pytest.fixture
def met(people: People, clock: FakeClock) -> tuple[FakeLaptop, FakeLaptop, str, str]:
    """Two laptops that wrote another address into one household, and the conflict of it."""
    first, second = people.laptop(), people.laptop()
    home = first.put("household", household(address="寨脚"))["record_id"]
    first.sync()
    second.sync()
    clock.advance(timedelta(hours=1))
    first.edit("household", home, address="寨头")
    first.sync()
    clock.advance(timedelta(minutes=5))
    edit = second.edit("household", home, address="寨中")
    edit["before"] = {"address": "寨脚"}
    second.sync()
    first.sync()
    (conflict,) = second.ids("conflict")
    return first, second, home, conflict


def settle(
    laptop: FakeLaptop, conflict: str, choice: str, *, txn: int | None = None, **other: Any
) -> dict[str, Any]:
    body = {
        "conflict_id": conflict,
        "choice": choice,
        "value": None,
        "by_account_id": laptop.account_id,
        "settled_at": "2026-11-23T10:00:00.000Z",
        **other,
    }
    return laptop.put("conflict_settlement", body, txn=txn)


def state_of(sql: Connection[Any], conflict: str) -> str:
    row = sql.execute("SELECT state FROM conflict WHERE id = %s", (conflict,)).fetchone()
    assert row is not None
    return str(row[0])


def test_the_same_field_on_two_laptops_shows_three_values_to_both(
    met: tuple[FakeLaptop, FakeLaptop, str, str],
) -> None:
    first, second, home, conflict = met
    body = first.rows["conflict", conflict]
    assert body == second.rows["conflict", conflict]
    assert (body["kind"], body["subject_entity"], body["subject_id"]) == (
        "field",
        "household",
        home,
    )
    values = [json.loads(body[f"{side}_value"]) for side in ("base", "current", "other")]
    assert values == ["寨脚", "寨中", "寨头"]
    assert (body["current_by"], body["current_install"]) == (second.account_id, second.install_id)
    assert (body["other_by"], body["other_install"]) == (first.account_id, first.install_id)
    assert body["other_at"] < body["current_at"]


def test_a_conflict_lies_where_its_record_lies(
    people: People, met: tuple[FakeLaptop, FakeLaptop, str, str]
) -> None:
    township, neighbours = people.laptop(TOWNSHIP), people.laptop(other_village(people.county))
    for one in (township, neighbours):
        one.sync_all()
    assert township.ids("conflict") == {met[3]}
    assert neighbours.ids("conflict") == set()


def test_a_settlement_and_its_edit_reach_everybody(
    met: tuple[FakeLaptop, FakeLaptop, str, str], sql: Connection[Any]
) -> None:
    first, second, home, conflict = met
    edit = first.edit("household", home, address="寨头")
    settled = settle(first, conflict, "take_other", txn=edit["op_no"])
    verdicts = first.sync()["verdicts"]
    assert {verdicts[one["op_no"]]["verdict"] for one in (edit, settled)} == {"applied"}
    second.sync()
    assert second.rows["household", home]["address"] == "寨头"
    assert second.ids("conflict_settlement") == {settled["record_id"]}
    assert state_of(sql, conflict) == "settled"


def test_the_first_settlement_counts_and_the_second_changes_nothing(
    met: tuple[FakeLaptop, FakeLaptop, str, str], sql: Connection[Any]
) -> None:
    first, second, home, conflict = met
    edit = first.edit("household", home, address="寨头")
    settle(first, conflict, "take_other", txn=edit["op_no"])
    late = second.edit("household", home, address="寨尾")
    also = settle(second, conflict, "another_value", txn=late["op_no"], value='"寨尾"')
    child = second.put("resident", resident(home), txn=late["op_no"])
    first.sync()

    verdicts = second.sync()["verdicts"]

    wanted = {"verdict": "not_applied", "reason": "settled_before"}
    assert without_number(verdicts[late["op_no"]]) == wanted
    assert without_number(verdicts[child["op_no"]]) == wanted
    assert verdicts[also["op_no"]]["reason"] == "settled_before"
    first.sync()
    assert first.rows == second.rows, "what came with it left the laptop again"
    assert second.rows["household", home]["address"] == "寨头"
    assert second.ids("resident") == set()
    assert len(second.ids("conflict_settlement")) == 2, "the second is kept, and shown"
    assert second.ids("conflict") == {conflict}, "and makes no new conflict"
    assert state_of(sql, conflict) == "settled"


def test_what_comes_with_a_late_settlement_must_be_the_laptops_own(
    met: tuple[FakeLaptop, FakeLaptop, str, str], people: People
) -> None:
    """Else it could have the records of others sent out again, as often as it likes."""
    first, second, _home, conflict = met
    stranger = people.laptop(other_village(people.county))
    theirs = stranger.put("household", household())["record_id"]
    stranger.sync_all()
    settle(first, conflict, "keep_current")
    first.sync()
    late = second.put("household", {"address": "寨尾"}, record_id=theirs, base={"address": 1})
    settle(second, conflict, "keep_current", txn=late["op_no"])
    assert second.verdict_of(late)["verdict"] == "refused"
    assert stranger.sync()["changes"] == []


def test_a_settlement_is_taken_back_and_made_anew(
    met: tuple[FakeLaptop, FakeLaptop, str, str], sql: Connection[Any]
) -> None:
    first, second, _home, conflict = met
    for laptop, choice, state in (
        (first, "keep_current", "settled"),
        (second, "reopen", "open"),
        (second, "keep_current", "settled"),
    ):
        operation = settle(laptop, conflict, choice)
        assert laptop.verdict_of(operation)["verdict"] == "applied"
        assert state_of(sql, conflict) == state


@pytest.mark.parametrize("choice", ["merge_households", "gone", "nonsense"])
def test_only_what_can_be_chosen_settles(
    met: tuple[FakeLaptop, FakeLaptop, str, str], sql: Connection[Any], choice: str
) -> None:
    first, _second, _home, conflict = met
    assert first.verdict_of(settle(first, conflict, choice))["reason"] == "bad_value"
    assert state_of(sql, conflict) == "open"


def test_only_who_may_write_the_record_settles_its_conflict(
    people: People, met: tuple[FakeLaptop, FakeLaptop, str, str], sql: Connection[Any]
) -> None:
    first, _second, _home, conflict = met
    first.account_id = people.account(first.unit_id, Role.MEDIATOR)
    operation = settle(first, conflict, "keep_current")
    assert first.verdict_of(operation)["reason"] == "not_permitted"
    assert state_of(sql, conflict) == "open"


def test_no_laptop_makes_conflicts(met: tuple[FakeLaptop, FakeLaptop, str, str]) -> None:
    first, _second, _home, conflict = met
    body = {name: value for name, value in first.rows["conflict", conflict].items()}
    forged = first.put("conflict", body)
    assert first.verdict_of(forged)["reason"] == "reference_is_countys"
    nobody = settle(first, forged["record_id"], "keep_current")
    assert first.verdict_of(nobody)["reason"] == "parent_missing"


def test_two_pins_of_one_person_are_no_conflict_for_other_units_to_read(
    people: People, clock: FakeClock
) -> None:
    """A PIN's hash lies in its unit's own bucket; a conflict would carry it to the township."""
    first, second, township = people.laptop(), people.laptop(), people.laptop(TOWNSHIP)
    for one in (first, second):
        one.sync_all()
    (own,) = (
        record_id
        for (entity, record_id), body in second.rows.items()
        if entity == "credential" and body["account_id"] == first.account_id
    )
    first.edit("credential", own, pin_hash="first")
    first.sync()
    clock.advance(timedelta(minutes=1))
    second.account_id = first.account_id
    late = second.edit("credential", own, pin_hash="second")
    assert second.verdict_of(late)["verdict"] == "applied"
    township.sync_all()
    assert township.ids("conflict") == second.ids("conflict") == set()
