"""A laptop that means harm, or is broken: nothing it sends stops the county or its neighbours."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from sync.protocol.messages import ProblemCode
from sync.protocol.packing import pack, unpack
from sync.server.exchange import CountyDesk, exchange
from sync.server.problems import RequestRefusedError
from tests.sync.server.conftest import TOWNSHIP, People, other_village
from tests.sync.server.laptops import (
    FakeLaptop,
    case_event,
    case_file,
    household,
    made_up_id,
    resident,
    without_number,
)

PROTOCOL = 2


def send_text(desk: CountyDesk, laptop: FakeLaptop, *, old: str, new: str) -> list[dict[str, Any]]:
    """The outbox with a piece of its JSON text exchanged, which no JSON library would write."""
    text = json.dumps(laptop.request(laptop.outbox))
    assert old in text
    answer = exchange(desk, laptop.install_id, pack(text.replace(old, new).encode()))
    verdicts = orjson.loads(unpack(answer))["verdicts"]
    return [without_number(row) for row in verdicts]


def refused_fields(**fields: str) -> dict[str, Any]:
    return {"verdict": "refused", "reason": "bad_value", "detail": {"fields": fields}}


@pytest.mark.parametrize("depth", [40, 240, 252])
def test_a_value_nested_deeper_than_anybody_reads(
    desk: CountyDesk, laptop: FakeLaptop, depth: int
) -> None:
    """A laptop that cannot write it down again would never get past it."""
    laptop.put("household", household(later="x"))
    verdicts = send_text(desk, laptop, old='"x"', new="[" * depth + "]" * depth)
    assert verdicts == [refused_fields(later="too_deep")]


@pytest.mark.parametrize("depth", [260, 1000, 100_000])
def test_a_request_nested_deeper_than_can_be_kept(
    desk: CountyDesk, laptop: FakeLaptop, depth: int
) -> None:
    laptop.put("household", household(later="x"))
    with pytest.raises(RequestRefusedError) as refused:
        send_text(desk, laptop, old='"x"', new="[" * depth + "]" * depth)
    assert refused.value.code is ProblemCode.BAD_REQUEST


@pytest.mark.parametrize("number", [2**63, 2**64 - 1])
def test_a_number_no_database_takes(laptop: FakeLaptop, sql: Connection[Any], number: int) -> None:
    """The county would keep it as JSON, its views and every laptop would fail on it."""
    made = laptop.put("micro_grid", {"number": number, "name": "第一微网格"})
    assert laptop.verdict_of(made)["reason"] == "bad_value"
    assert sql.execute("SELECT number FROM micro_grid").fetchall() == []


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_outside_of_time(laptop: FakeLaptop, moment: str) -> None:
    made = laptop.put("case_file", case_file(laptop.account_id, recorded_at=moment))
    assert laptop.verdict_of(made)["reason"] == "bad_value"


def test_a_record_without_a_name(laptop: FakeLaptop) -> None:
    made = laptop.put("household", {"unit_id": laptop.unit_id, **household()}, record_id=" ")
    made["record_id"] = ""
    assert laptop.verdict_of(made) == refused_fields(**{"*": "not_an_operation"})


def test_the_letters_of_an_escape_are_no_nul(laptop: FakeLaptop) -> None:
    made = laptop.put("household", household(note=r"写成 \u0000 的"))
    assert laptop.verdict_of(made)["verdict"] == "applied"
    nul = laptop.put("household", household(note="\0"))
    assert laptop.verdict_of(nul)["verdict"] == "refused"


# --- belonging -----------------------------------------------------------------------------------


def test_a_case_is_not_torn_from_its_events(people: People, laptop: FakeLaptop) -> None:
    """The township reaches both villages; the events would stay behind in the first."""
    township = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    case = laptop.put("case_file", case_file(laptop.account_id))["record_id"]
    laptop.put("case_event", case_event(case, "recorded", laptop.account_id))
    laptop.sync()
    township.sync()
    moved = township.edit("case_file", case, unit_id=other_village(people.county))
    assert township.verdict_of(moved) == refused_fields(unit_id="not_to_be_changed")


def test_a_resident_who_moved_keeps_the_new_household(laptop: FakeLaptop) -> None:
    old = laptop.put("household", household())["record_id"]
    new = laptop.put("household", household(number="2"))["record_id"]
    person = laptop.put("resident", resident(old))["record_id"]
    laptop.sync()
    laptop.edit("resident", person, household_id=new)
    laptop.sync()
    kept = laptop.delete("household", new, version=1)
    gone = laptop.delete("household", old, version=1)
    verdicts = laptop.sync()["verdicts"]
    assert verdicts[kept["op_no"]]["verdict"] == "conflict"
    assert verdicts[gone["op_no"]]["verdict"] == "applied"
    assert laptop.ids("household") == {new}


def test_moving_out_and_tearing_down_in_one_step(laptop: FakeLaptop) -> None:
    old = laptop.put("household", household())["record_id"]
    new = laptop.put("household", household(number="2"))["record_id"]
    person = laptop.put("resident", resident(old))["record_id"]
    laptop.sync()
    move = laptop.edit("resident", person, household_id=new)
    gone = laptop.delete("household", old, version=1, txn=move["txn"])
    assert laptop.verdict_of(gone)["verdict"] == "applied"
    assert laptop.ids("household") == {new}


def test_moving_in_and_tearing_down_in_one_step(laptop: FakeLaptop) -> None:
    old = laptop.put("household", household())["record_id"]
    new = laptop.put("household", household(number="2"))["record_id"]
    person = laptop.put("resident", resident(old))["record_id"]
    laptop.sync()
    move = laptop.edit("resident", person, household_id=new)
    gone = laptop.delete("household", new, version=1, txn=move["txn"])
    assert laptop.verdict_of(gone)["verdict"] == "conflict"
    assert laptop.ids("household") == {old, new}


# --- who did it ----------------------------------------------------------------------------------


def test_nobody_signs_an_event_with_another_name(people: People, laptop: FakeLaptop) -> None:
    """An event is for ever: who it names must be who sent it."""
    colleague = people.account(laptop.unit_id, Role.VILLAGE_SECRETARY)
    case = laptop.put("case_file", case_file(laptop.account_id))["record_id"]
    for name in (colleague, made_up_id()):
        event = laptop.put("case_event", case_event(case, "recorded", name))
        assert laptop.verdict_of(event) == {
            "verdict": "refused",
            "reason": "not_permitted",
            "detail": {"why": "by_another_account"},
        }
