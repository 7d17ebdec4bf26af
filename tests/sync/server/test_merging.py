"""Two laptops edit one record: what merges, what is a conflict, and what becomes of the loser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import People, other_village
from tests.sync.server.laptops import (
    FakeLaptop,
    case_file,
    household,
    resident,
    without_number,
)

PROTOCOL = 2


@pytest.fixture
def two(people: People, clock: FakeClock) -> tuple[FakeLaptop, FakeLaptop, str]:
    """Two laptops of one village that both hold one household, and time has passed."""
    first, second = people.laptop(), people.laptop()
    home = first.put("household", household(address="寨脚", phone="13800000001"))
    first.sync()
    second.sync()
    clock.advance(timedelta(hours=1))
    return first, second, home["record_id"]


def county_row(sql: Connection[Any], record_id: str) -> tuple[Any, ...]:
    row = sql.execute(
        "SELECT head_name, address, phone, county_version FROM household WHERE id = %s",
        (record_id,),
    ).fetchone()
    return tuple(row)


def conflicts(sql: Connection[Any]) -> list[tuple[Any, ...]]:
    return sql.execute(
        "SELECT subject_id, coalesce(field_name, '*'), other_value, other_by, current_value, "
        "current_by, current_install, state FROM conflict ORDER BY id"
    ).fetchall()


def test_an_edit_of_what_was_seen_is_applied(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    home = laptop.put("household", household())
    laptop.sync()
    edit = laptop.edit("household", home["record_id"], address="寨头")
    assert laptop.verdict_of(edit) == {"verdict": "applied", "version": 2}
    assert county_row(sql, home["record_id"])[1] == "寨头"
    assert laptop.versions["household", home["record_id"]] == {"address": 2}


def test_different_fields_merge(
    two: tuple[FakeLaptop, FakeLaptop, str], sql: Connection[Any]
) -> None:
    first, second, home = two
    first.edit("household", home, address="寨头")
    first.sync()
    edit = second.edit("household", home, phone="13900000002")
    assert second.verdict_of(edit) == {"verdict": "merged", "version": 3}
    assert county_row(sql, home) == ("石某某", "寨头", "13900000002", 3)
    assert conflicts(sql) == []
    first.sync()
    assert first.rows == second.rows


def test_what_was_seen_in_between_is_no_merge(two: tuple[FakeLaptop, FakeLaptop, str]) -> None:
    first, second, home = two
    first.edit("household", home, address="寨头")
    first.sync()
    second.sync()
    edit = second.edit("household", home, phone="13900000002")
    assert second.verdict_of(edit)["verdict"] == "applied"


def test_the_same_field_is_a_conflict_and_the_loser_is_kept(
    two: tuple[FakeLaptop, FakeLaptop, str], sql: Connection[Any], clock: FakeClock
) -> None:
    first, second, home = two
    first.edit("household", home, address="寨头", phone="13900000001")
    first.sync()
    at = "2026-11-23T09:30:00.000Z"
    clock.advance(timedelta(minutes=1))
    edit = second.edit("household", home, address="寨中", head_name="石某")
    assert second.verdict_of(edit) == {
        "verdict": "conflict",
        "version": 3,
        "detail": {"address": {"county": "寨头", "by": first.account_id, "at": at}},
    }
    assert county_row(sql, home) == ("石某", "寨中", "13900000001", 3)
    assert conflicts(sql) == [
        (
            home,
            "address",
            '"寨头"',
            first.account_id,
            '"寨中"',
            second.account_id,
            second.install_id,
            "open",
        )
    ]
    first.sync()
    assert first.rows["household", home]["address"] == "寨中"


def test_the_same_value_is_no_conflict(
    two: tuple[FakeLaptop, FakeLaptop, str], sql: Connection[Any]
) -> None:
    first, second, home = two
    first.edit("household", home, address="寨头")
    first.sync()
    edit = second.edit("household", home, address="寨头")
    assert second.verdict_of(edit) == {"verdict": "applied", "version": 2}
    assert conflicts(sql) == []


def test_ones_own_next_edit_is_no_conflict(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    """Typed twice before the first answer came: both stand on the version last confirmed."""
    home = laptop.put("household", household())["record_id"]
    laptop.put("household", {"address": "寨脚"}, record_id=home)
    laptop.put("household", {"address": "寨头"}, record_id=home)
    laptop.sync()
    laptop.edit("household", home, address="寨中")
    laptop.edit("household", home, address="寨尾")
    verdicts = laptop.sync()["verdicts"]
    assert {row["verdict"] for row in verdicts.values()} == {"applied"}
    assert county_row(sql, home) == ("石某某", "寨尾", None, 5)
    assert conflicts(sql) == []


def test_a_conflict_is_noted_once_for_a_chain_of_edits(
    two: tuple[FakeLaptop, FakeLaptop, str], sql: Connection[Any]
) -> None:
    first, second, home = two
    first.edit("household", home, address="寨头")
    first.sync()
    second.edit("household", home, address="寨")
    second.edit("household", home, address="寨中")
    verdicts = [row["verdict"] for row in second.sync()["verdicts"].values()]
    assert verdicts == ["conflict", "applied"]
    assert len(conflicts(sql)) == 1
    assert county_row(sql, home)[1] == "寨中"


def test_made_and_changed_in_one_step_it_has_the_version_the_county_says(
    two: tuple[FakeLaptop, FakeLaptop, str],
) -> None:
    """One too many would let its laptop write over the next edit of somebody else unasked."""
    first, second, _ = two
    made = first.put("household", household(number="9", head_name=""))
    home = str(made["record_id"])
    edit = {"head_name": "石某某"}
    named = first.put("household", edit, record_id=home, base={}, txn=made["op_no"])
    assert first.sync()["verdicts"][named["op_no"]]["version"] == 2
    second.sync()
    assert second.record_versions["household", home] == 2


def test_a_record_of_another_laptop_without_a_base_is_a_conflict(
    two: tuple[FakeLaptop, FakeLaptop, str], sql: Connection[Any]
) -> None:
    """A copied disk sends the same household as its own."""
    _first, second, home = two
    again = second.put(
        "household", {**second.rows["household", home], "address": "寨中"}, record_id=home
    )
    assert second.verdict_of(again)["verdict"] == "conflict"
    assert [row[1] for row in conflicts(sql)] == ["address"]


def test_a_refused_edit_leaves_no_conflict(
    two: tuple[FakeLaptop, FakeLaptop, str], sql: Connection[Any]
) -> None:
    first, second, home = two
    first.edit("household", home, address="寨头")
    first.sync()
    edit = second.edit("household", home, address="寨中")
    second.put("resident", resident("nobody"), txn=edit["op_no"])
    assert second.verdict_of(edit) == {"verdict": "refused", "reason": "group_refused"}
    assert conflicts(sql) == []
    assert county_row(sql, home)[1] == "寨头"


def test_unknown_fields_of_a_newer_program_are_kept(
    two: tuple[FakeLaptop, FakeLaptop, str],
) -> None:
    first, second, home = two
    first.put("household", {"well": {"depth_m": 12}}, record_id=home, base={"well": 1})
    first.sync()
    edit = second.edit("household", home, address="寨中")
    assert second.verdict_of(edit)["verdict"] == "merged"
    first.sync()
    assert first.rows["household", home]["well"] == {"depth_m": 12}
    assert second.rows["household", home]["well"] == {"depth_m": 12}


def test_book_keeping_and_folded_state_are_not_believed(
    laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    case = laptop.put(
        "case_file", case_file(laptop.account_id, state="closed", sync_version=9, id="other")
    )
    laptop.sync()
    body = laptop.rows["case_file", case["record_id"]]
    assert {"state", "sync_version", "id"}.isdisjoint(body)
    assert sql.execute("SELECT id, state FROM case_file").fetchall() == [
        (case["record_id"], "not_recorded")
    ]


# --- deletes -------------------------------------------------------------------------------------


def test_a_delete_is_a_tombstone_for_everyone(
    two: tuple[FakeLaptop, FakeLaptop, str], sql: Connection[Any]
) -> None:
    first, second, home = two
    gone = first.delete("household", home, version=1)
    assert first.verdict_of(gone) == {"verdict": "applied", "version": 2}
    second.sync()
    assert second.ids("household") == set()
    assert sql.execute("SELECT count(*) FROM household").fetchone() == (0,)
    kept = sql.execute("SELECT body ->> 'head_name' FROM record WHERE id = %s", (home,)).fetchone()
    assert kept == ("石某某",)


def test_a_fresh_laptop_hears_of_no_dead_rows_it_never_had(
    people: People, two: tuple[FakeLaptop, FakeLaptop, str]
) -> None:
    first, _second, home = two
    first.delete("household", home, version=1)
    first.sync()
    fresh = people.laptop()
    fresh.sync_all()
    assert fresh.ids("household") == set()


def test_a_delete_of_what_somebody_else_worked_on_is_not_carried_out(
    two: tuple[FakeLaptop, FakeLaptop, str], sql: Connection[Any]
) -> None:
    first, second, home = two
    first.edit("household", home, address="寨头")
    first.sync()
    gone = second.delete("household", home, version=1)
    del second.rows["household", home]
    verdict = second.verdict_of(gone)
    assert verdict == {
        "verdict": "conflict",
        "version": 2,
        "detail": {"*": {"county": "kept", "by": first.account_id}},
    }
    assert [row[1] for row in conflicts(sql)] == ["*"]
    assert second.rows["household", home]["address"] == "寨头", "it comes back to the laptop"


def test_a_delete_after_ones_own_unconfirmed_edit(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())["record_id"]
    laptop.sync()
    laptop.edit("household", home, address="寨头")
    gone = laptop.delete("household", home, version=1)
    assert laptop.verdict_of(gone)["verdict"] == "applied"


def test_a_household_with_somebody_in_it_is_not_deleted(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())["record_id"]
    child = laptop.put("resident", resident(home))["record_id"]
    laptop.sync()
    gone = laptop.delete("household", home, version=1)
    assert laptop.verdict_of(gone)["verdict"] == "conflict"
    assert home in laptop.ids("household")
    both = laptop.delete("household", home, version=1)
    laptop.delete("resident", child, version=1, txn=both["op_no"])
    assert laptop.verdict_of(both)["verdict"] == "applied"
    assert (laptop.ids("household"), laptop.ids("resident")) == (set(), set())


def test_a_deleted_record_that_comes_whole_is_there_again(
    two: tuple[FakeLaptop, FakeLaptop, str], sql: Connection[Any]
) -> None:
    """Undo of a delete that the county had already carried out."""
    first, second, home = two
    first.delete("household", home, version=1)
    first.sync()
    second.sync()
    assert second.ids("household") == set()

    whole = {"unit_id": first.unit_id, **household(address="寨中")}
    back = first.put("household", whole, record_id=home)
    child = first.put("resident", resident(home), txn=back["txn"])

    verdicts = first.sync()["verdicts"]
    assert without_number(verdicts[back["op_no"]]) == {"verdict": "applied", "version": 3}
    assert verdicts[child["op_no"]]["verdict"] == "applied"
    assert county_row(sql, home) == ("石某某", "寨中", None, 3)
    second.sync()
    assert second.rows == first.rows
    edit = second.edit("household", home, phone="13900000002")
    assert second.verdict_of(edit)["version"] == 4
    assert conflicts(sql) == []


def test_what_was_put_back_can_be_deleted_again(two: tuple[FakeLaptop, FakeLaptop, str]) -> None:
    first, second, home = two
    first.delete("household", home, version=1)
    first.put("household", {"unit_id": first.unit_id, **household()}, record_id=home)
    first.delete("household", home)
    verdicts = first.sync()["verdicts"]
    assert [row["verdict"] for row in verdicts.values()] == ["applied"] * 3
    second.sync()
    assert second.ids("household") == set()


def test_only_who_may_edit_puts_a_record_back(
    people: People, two: tuple[FakeLaptop, FakeLaptop, str]
) -> None:
    first, second, home = two
    first.delete("household", home, version=1)
    first.sync()
    second.account_id = people.account(second.unit_id, Role.MEDIATOR)
    back = second.put("household", {"unit_id": second.unit_id, **household()}, record_id=home)
    assert second.verdict_of(back)["reason"] == "not_permitted"
    assert home not in second.ids("household")
    neighbours = people.laptop(other_village(people.county))
    whole = {"unit_id": neighbours.unit_id, **household()}
    theirs = neighbours.put("household", whole, record_id=home)
    assert neighbours.verdict_of(theirs)["reason"] == "out_of_scope"


def test_an_edit_of_what_is_gone(two: tuple[FakeLaptop, FakeLaptop, str]) -> None:
    first, second, home = two
    first.delete("household", home, version=1)
    first.sync()
    edit = second.edit("household", home, address="寨中")
    assert second.verdict_of(edit) == {"verdict": "refused", "reason": "record_gone"}
    again = first.delete("household", home, version=1)
    assert first.verdict_of(again)["verdict"] == "applied"
    nobody = first.delete("household", "never-was", version=1)
    assert first.verdict_of(nobody)["verdict"] == "applied"


def test_a_refused_delete_brings_the_row_back(
    people: People, two: tuple[FakeLaptop, FakeLaptop, str]
) -> None:
    _first, second, home = two
    second.account_id = people.account(second.unit_id, Role.MEDIATOR)
    gone = second.delete("household", home, version=1)
    del second.rows["household", home]
    assert second.verdict_of(gone)["reason"] == "not_permitted"
    assert home in second.ids("household")


# --- a household that has become history ---------------------------------------------------------


def a_home(laptop: FakeLaptop) -> tuple[str, str]:
    """A household and the one who lives there, both at the county."""
    home = laptop.put("household", household())["record_id"]
    person = laptop.put("resident", resident(home))["record_id"]
    laptop.sync()
    return home, person


def removed(laptop: FakeLaptop, home: str, person: str) -> str:
    """What the county says of the household, when both are deleted in one step."""
    gone = laptop.delete("household", home, version=1)
    laptop.delete("resident", person, version=1, txn=gone["op_no"])
    for key in (("household", home), ("resident", person)):
        laptop.rows.pop(key)
    return str(laptop.verdict_of(gone)["verdict"])


def a_trace(laptop: FakeLaptop, kind: str, home: str, person: str) -> tuple[str, str]:
    """Something done for the household or with its people."""
    by = {"by_account_id": laptop.account_id, "recorded_at": "2026-11-23T08:30:00.000Z"}
    if kind == "case_party":
        case_id = laptop.put("case_file", case_file(laptop.account_id))["record_id"]
        fields = {"case_id": case_id, "side": "a", "source": "roster", "name": "吴某某"}
        return kind, laptop.put(kind, {**fields, "resident_id": person})["record_id"]
    bodies = {
        "visit": {"visited_on": "2026-11-20", "purpose": "routine", "way": "at_home"},
        "micro_service": {
            "kind": "errand",
            "asker_name": "吴某某",
            "asked_on": "2026-11-20",
            "text": "代取药",
        },
    }
    return kind, laptop.put(kind, {"household_id": home, **bodies[kind], **by})["record_id"]


@pytest.mark.parametrize("kind", ["visit", "micro_service", "case_party"])
def test_a_household_something_hangs_on_stays_with_its_people(
    people: People, sql: Connection[Any], kind: str
) -> None:
    """Two laptops of one village: one enters something, the other removes the household."""
    first, second = people.laptop(), people.laptop()
    home, person = a_home(first)
    second.sync_all()
    entity, trace = a_trace(first, kind, home, person)
    first.sync()

    assert removed(second, home, person) == "conflict"
    assert {("household", home), ("resident", person), (entity, trace)} <= second.rows.keys()
    assert [row[1] for row in conflicts(sql)] == ["*"]


def test_what_hung_on_a_household_goes_first_and_then_the_household(laptop: FakeLaptop) -> None:
    home, person = a_home(laptop)
    entity, trace = a_trace(laptop, "micro_service", home, person)
    laptop.sync()
    laptop.delete(entity, trace, version=1)
    laptop.rows.pop((entity, trace))
    assert removed(laptop, home, person) == "applied"
