"""Protocol 2: operations as columns, acknowledgements instead of echoes; protocol 1 as ever."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from psycopg import Connection

from sync.client.acks import read_acks
from sync.protocol.messages import ProblemCode
from sync.protocol.packing import pack, unpack
from sync.server.exchange import CountyDesk, exchange
from sync.server.problems import RequestRefusedError
from sync.server.validation import shape_of
from tests.sync.server import laptops
from tests.sync.server.conftest import People
from tests.sync.server.laptops import FakeLaptop

PROTOCOL = 2


def household(**other: Any) -> dict[str, Any]:
    """With every field, as a laptop writes it."""
    return {**whole("household"), **laptops.household(**other)}


def resident(household_id: str, **other: Any) -> dict[str, Any]:
    """With every field, as a laptop writes it."""
    return {**whole("resident"), **laptops.resident(household_id, **other)}


def whole(entity: str) -> dict[str, Any]:
    shape = shape_of(entity)
    assert shape is not None
    return shape.defaults


def own_rows(answer: dict[str, Any], *entities: str) -> list[list[Any]]:
    return [row for row in answer["changes"] if row[0] in entities]


def test_echo_of_ones_own_edits_is_an_acknowledgement(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())
    person = laptop.put("resident", resident(home["record_id"]))
    answer = laptop.sync()
    acks = read_acks(answer)
    assert [(ack.op_no, ack.version) for ack in acks] == [(1, 1), (2, 1)]
    assert own_rows(answer, "household", "resident") == []
    again = laptop.sync()
    assert own_rows(again, "household", "resident") == [], "nor later"
    laptop.edit("resident", person["record_id"], note="后来")
    answer = laptop.sync()
    assert [(ack.op_no, ack.version) for ack in read_acks(answer)] == [(3, 2)]
    assert own_rows(answer, "resident") == []


def test_what_is_acknowledged_has_its_place_in_the_countys_order(
    laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    keys = [("household", laptop.put("household", household())["record_id"]) for _ in range(3)]
    laptop.sync()
    rows = sql.execute("SELECT entity, record_id, seq FROM feed WHERE entity = 'household'")
    assert {(row[0], row[1]): row[2] for row in rows} == {key: laptop.places[key] for key in keys}


def test_others_are_sent_what_is_only_acknowledged_to_its_author(people: People) -> None:
    author, reader = people.laptop(), people.laptop()
    home = author.put("household", household())["record_id"]
    author.sync()
    reader.sync()
    assert reader.rows["household", home] == author.rows["household", home]
    assert (
        reader.record_versions["household", home] == author.record_versions["household", home] == 1
    )


def test_several_edits_of_one_record_are_acknowledged_each(laptop: FakeLaptop) -> None:
    """All written before the first came up: what lies between is the laptop's own work."""
    home = laptop.put("household", household())["record_id"]
    laptop.put("household", {"note": "一"}, record_id=home)
    laptop.put("household", {"note": "二", "phone": "13800000000"}, record_id=home)
    answer = laptop.sync()
    assert [ack.version for ack in read_acks(answer)] == [1, 2, 3]
    assert laptop.versions["household", home] == {"note": 3, "phone": 3}


def test_an_edit_written_before_the_acknowledgement_came(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())["record_id"]
    late = laptop.put("household", {"note": "后写的"}, record_id=home)
    laptop.outbox.remove(late)
    laptop.sync()
    laptop.outbox.append(late)  # it has seen version 0, and all since is its own
    answer = laptop.sync()
    assert [ack.version for ack in read_acks(answer)] == [2]
    assert own_rows(answer, "household") == []


def test_somebody_elses_edit_in_between_is_echoed(people: People) -> None:
    first, second = people.laptop(), people.laptop()
    home = first.put("household", household())["record_id"]
    first.sync()
    second.sync()
    second.edit("household", home, phone="13800000000")
    second.sync()
    first.edit("household", home, note="不知道那边改了电话")
    answer = first.sync()
    assert read_acks(answer) == []
    assert first.rows["household", home]["phone"] == "13800000000"
    assert first.rows["household", home]["note"] == "不知道那边改了电话"


def test_a_value_the_county_writes_in_another_form_is_echoed(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())["record_id"]
    person = laptop.put("resident", resident(home, birth_date=0))
    answer = laptop.sync()
    assert [ack.op_no for ack in read_acks(answer)] == [1]
    assert laptop.rows["resident", person["record_id"]]["birth_date"] == "1970-01-01"


def test_a_field_the_author_does_not_know_is_echoed(laptop: FakeLaptop) -> None:
    """A program older than the county's gets what the county put beside its own fields."""
    laptop.put("household", laptops.household())
    answer = laptop.sync()
    assert read_acks(answer) == []
    assert own_rows(answer, "household")[0][5].keys() > laptops.household().keys()


def test_what_was_not_taken_as_written_is_echoed_until_it_was_seen(laptop: FakeLaptop) -> None:
    """The answer with the echo is lost; a later edit must not hide the row from its author."""
    home = laptop.put("household", household())["record_id"]
    person = laptop.put("resident", resident(home, birth_date=0))
    laptop.send()
    laptop.outbox.clear()
    laptop.put("resident", {"note": "后来"}, record_id=person["record_id"])
    answer = laptop.sync()
    assert read_acks(answer) == []
    assert laptop.rows["resident", person["record_id"]]["birth_date"] == "1970-01-01"


def test_a_lost_answer_the_batch_sent_again_is_echoed(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())
    laptop.send()
    answer = laptop.sync()
    assert answer["verdicts"] == {1: {"op_no": 1, "verdict": "applied", "version": 1}}
    assert read_acks(answer) == []
    assert [row[1] for row in own_rows(answer, "household")] == [home["record_id"]]


def test_a_delete_is_acknowledged(laptop: FakeLaptop) -> None:
    home = laptop.put("household", household())["record_id"]
    laptop.sync()
    laptop.delete("household", home, version=1)
    answer = laptop.sync()
    assert [ack.version for ack in read_acks(answer)] == [2]
    assert own_rows(answer, "household") == []


def test_an_operation_has_one_identity_in_both_protocols(laptop: FakeLaptop) -> None:
    """Sent in one, its answer lost, sent again in the other: a laptop or county was renewed."""
    laptop.put("household", household())
    for first, second in ((1, 2), (2, 1)):
        laptop.protocol = first
        edit = laptop.put("household", household(number=str(first)))
        laptop.send()
        laptop.protocol = second
        assert laptop.verdict_of(edit) == {"verdict": "applied", "version": 1}


def test_protocol_1_is_answered_as_ever(laptop: FakeLaptop) -> None:
    laptop.protocol = 1
    home = laptop.put("household", household())
    answer = laptop.send()
    assert answer["protocol"] == 1
    assert "acks" not in answer
    assert answer["verdicts"] == [{"op_no": 1, "verdict": "applied", "version": 1}]
    assert [row[1] for row in own_rows(answer, "household")] == [home["record_id"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": -1},
        {"count": True},
        {"count": 10**9},
        {"count": 2},
        {"op_no": [1, 1, 10**12]},
        {"op_no": ["1"]},
        {"kind": ["put"]},
        {"kind": ["put", 10**9]},
        {"kind": []},
        {"form": [7, 1]},
        {"form": ["0", 1]},
        {"forms": []},
        {"forms": [[["number"], [], []]]},
        {"forms": 5},
        {"values": [[]]},
        {"values": [[{"ids": "abc"}] * 4]},
        {"values": [[5] * 4]},
        {"record_id": {"ids": 5}},
        {"record_id": {}},
    ],
)
def test_columns_that_are_none(
    desk: CountyDesk, laptop: FakeLaptop, sql: Connection[Any], wrong: dict[str, Any]
) -> None:
    laptop.put("household", household())
    request = laptop.request(laptop.outbox)
    request["operations"] |= wrong
    with pytest.raises(RequestRefusedError) as refusal:
        exchange(desk, laptop.install_id, pack(orjson.dumps(request)))
    assert refusal.value.code is ProblemCode.BAD_REQUEST
    assert sql.execute("SELECT count(*) FROM op_intake").fetchone() == (0,)


def test_one_bad_value_in_a_column_costs_only_its_own_operation(
    desk: CountyDesk, laptop: FakeLaptop
) -> None:
    laptop.put("household", household(number="1"))
    bad = laptop.put("household", household(number="2"))
    laptop.put("household", household(number="3"))
    bad["patch"]["number"] = 5
    bad_name = laptop.put("household", household(number="4"))
    bad_name["record_id"] = "x" * 100
    raw = exchange(desk, laptop.install_id, pack(orjson.dumps(laptop.request(laptop.outbox))))
    answer = orjson.loads(unpack(raw))
    assert [ack.op_no for ack in read_acks(answer)] == [1, 3]
    assert [(row["op_no"], row["verdict"]) for row in answer["verdicts"]] == [
        (2, "refused"),
        (4, "refused"),
    ]
