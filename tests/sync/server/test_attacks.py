"""A laptop whose key is good and whose program was written to do harm."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from sync.protocol.messages import ProblemCode
from sync.protocol.packing import pack, unpack
from sync.server.exchange import CountyDesk, exchange
from sync.server.problems import RequestRefusedError
from sync.server.repair import repair
from tests.sync.server.laptops import FakeLaptop, household

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
