"""A laptop whose key is good and whose program was written to do harm."""

from __future__ import annotations

from typing import Any, LiteralString

import orjson
import pytest

from app.accounts.vocabulary import Role
from sync.protocol.messages import ProblemCode
from sync.protocol.packing import pack, unpack
from sync.server import page_rows
from sync.server.exchange import CountyDesk, exchange
from sync.server.problems import RequestRefusedError
from sync.server.repair import repair
from tests.sync.server.conftest import FORESTRY, TOWNSHIP, VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, case_event, case_file, household

PROTOCOL = 2
_A_MIB = 1024 * 1024


def refusal_of(desk: CountyDesk, laptop: FakeLaptop, **changed: Any) -> ProblemCode:
    body = laptop.request(laptop.outbox) | changed
    with pytest.raises(RequestRefusedError) as refused:
        exchange(desk, laptop.install_id, pack(orjson.dumps(body)))
    return refused.value.code


# --- memory --------------------------------------------------------------------------------------


def test_a_few_bytes_of_columns_do_not_become_millions_of_values(
    desk: CountyDesk, laptop: FakeLaptop
) -> None:
    laptop.put("household", household())
    columns = laptop.request(laptop.outbox)["operations"]
    count, names = 20_000, [f"later_{number}" for number in range(1_000)]
    columns |= {
        "count": count,
        "op_no": [1, 1, count - 1],
        "txn": [1, 1, count - 1],
        "wall_ms": [0, 0, count - 1],
        "mono_ms": [0, 0, count - 1],
        **{name: [columns[name][0], count] for name in _WORDS},
        "record_id": {"all": "x"},
        "forms": [[names, [], []]],
        "form": [0, count],
        "values": [[{"all": 1}] * len(names)],
    }
    assert refusal_of(desk, laptop, operations=columns) is ProblemCode.TOO_LARGE


_WORDS = ("entity", "kind", "account_id", "action", "boot_id", "schema_version", "seen", "origin")


def test_one_long_value_said_once_is_not_kept_a_thousand_times(
    desk: CountyDesk, laptop: FakeLaptop
) -> None:
    for _ in range(150):
        laptop.put("household", household(note="x"))
    columns = laptop.request(laptop.outbox)["operations"]
    columns["action"] = ["x" * _A_MIB, 150]
    assert refusal_of(desk, laptop, operations=columns) is ProblemCode.TOO_LARGE


def test_records_larger_than_the_database_can_say_at_once_shut_nobody_out(
    laptop: FakeLaptop, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten small requests can make a gigabyte of them."""
    for _ in range(8):
        laptop.put("household", household())
    laptop.sync_all()
    monkeypatch.setattr(page_rows, "_NEVER_TOO_MANY", 1)
    read, too_much = page_rows._read_rows, "SELECT repeat('x', 1100000000)"

    def reads_four_at_most(connection: Any, lines: Any, **other: Any) -> page_rows.Rows:
        if len(lines) > 4:
            statement: LiteralString = too_much
            connection.execute(statement)
        return read(connection, lines, **other)

    monkeypatch.setattr(page_rows, "_read_rows", reads_four_at_most)
    neighbour = people.laptop()
    assert max(neighbour.sync_all(page_rows=200)) == 4
    assert neighbour.ids("household") == laptop.ids("household")


def test_a_stray_named_a_thousand_times_is_answered_once(
    desk: CountyDesk, laptop: FakeLaptop
) -> None:
    home = laptop.put("household", household())["record_id"]
    laptop.sync()
    request = {
        "protocol": 2,
        "install_id": laptop.install_id,
        "strays": [("household", home)] * 1_000,
    }
    answer = repair(desk, laptop.install_id, pack(orjson.dumps(request)))
    assert [row[1] for row in orjson.loads(unpack(answer))["changes"]] == [home]


# --- what is no request, or no operation ---------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"quarantined": [2**64 - 1]},
        {"quarantined": [-1]},
        {"cursors": {"a\0bucket": 1}},
        {"cursors": {"!*\0": 0}},
        {"cursors": {f"bucket {number}": 0 for number in range(5_000)}},
    ],
    ids=lambda changed: str(changed)[:40],
)
def test_what_no_database_takes_or_no_laptop_has_is_a_bad_request(
    desk: CountyDesk, laptop: FakeLaptop, changed: dict[str, Any]
) -> None:
    assert refusal_of(desk, laptop, **changed) is ProblemCode.BAD_REQUEST


def test_an_alias_of_nothing_that_can_be_named_costs_only_itself(laptop: FakeLaptop) -> None:
    bad = laptop.put(
        "record_alias", {"subject_entity": [], "old_id": {}, "new_id": [], "by_account_id": "x"}
    )
    good = laptop.put("household", household())
    verdicts = laptop.sync()["verdicts"]
    assert [verdicts[op["op_no"]]["verdict"] for op in (bad, good)] == ["refused", "applied"]


# --- other villages ------------------------------------------------------------------------------


@pytest.fixture
def spy(people: People, laptop: FakeLaptop) -> FakeLaptop:
    """A laptop of the neighbours; somehow it knows the ids of what is not its own."""
    return people.laptop(other_village(people.county), Role.VILLAGE_SECRETARY)


def test_nobody_guesses_what_stands_in_an_event_of_others(
    laptop: FakeLaptop, spy: FakeLaptop
) -> None:
    """A ballot has three choices: three questions, and it would be no secret any more."""
    case = laptop.put("case_file", case_file(laptop.account_id))["record_id"]
    event = laptop.put("case_event", case_event(case, "recorded", laptop.account_id))["record_id"]
    laptop.sync()
    for kind in ("recorded", "closed"):
        guess = {"unit_id": VILLAGE, "kind": kind}
        made = spy.put("case_event", guess, record_id=event)
        assert spy.verdict_of(made) == {"verdict": "refused", "reason": "out_of_scope"}


def test_a_colleague_and_the_laptop_itself_may_send_an_event_again(
    people: People, laptop: FakeLaptop
) -> None:
    case = laptop.put("case_file", case_file(laptop.account_id))["record_id"]
    event = laptop.put("case_event", case_event(case, "recorded", laptop.account_id))
    laptop.sync()
    for one in (laptop, people.laptop()):
        again = one.put("case_event", event["patch"], record_id=event["record_id"])
        again["account_id"] = laptop.account_id
        assert one.verdict_of(again)["verdict"] == "applied"


def test_a_hand_over_of_what_one_never_had_is_no_news_of_where_it_is(
    people: People, laptop: FakeLaptop, spy: FakeLaptop
) -> None:
    """Nor a letter to whoever has it."""
    centre = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    case = laptop.put("case_file", case_file(laptop.account_id))["record_id"]
    laptop.sync()
    centre.sync_all()
    fields = {
        "unit_id": VILLAGE,
        "subject_entity": "case_file",
        "subject_id": case,
        "from_unit_id": VILLAGE,
        "to_unit_id": FORESTRY,
        "happened_at": "2026-11-23T08:30:00.000Z",
    }
    given = centre.put("handover", {**fields, "by_account_id": centre.account_id})
    assert centre.verdict_of(given)["verdict"] == "applied"
    holder = people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER)
    holder.sync_all()
    before = holder.ids("handover")
    for giver in (spy.unit_id, VILLAGE):
        forged = {"unit_id": spy.unit_id, "from_unit_id": giver, "note": "……"}
        made = spy.put("handover", {**fields, **forged, "by_account_id": spy.account_id})
        assert spy.verdict_of(made)["verdict"] == "refused"
    holder.sync_all()
    assert holder.ids("handover") == before
