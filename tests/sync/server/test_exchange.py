"""One request: kept before it is judged, answered once and for all, paged from one snapshot."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import Connection

from sync.protocol.messages import ProblemCode
from sync.server import exchange as exchange_module
from sync.server.county import County
from sync.server.exchange import CountyDesk
from sync.server.problems import RequestRefusedError
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import TOWNSHIP, VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, household, resident


def count(sql: Connection[Any], table: str, where: str = "true") -> int:
    row = sql.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    return int(row[0])


def test_operations_are_kept_before_they_are_judged(
    laptop: FakeLaptop, sql: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The county dies between keeping and judging: what was typed is in the intake."""
    laptop.put("household", household())

    def power_cut(*_: object) -> None:
        raise SystemError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(exchange_module, "judge_all", power_cut)
        with pytest.raises(SystemError):
            laptop.send()
    assert count(sql, "op_intake", "verdict IS NULL") == 1
    assert count(sql, "household") == 0

    answer = laptop.sync()
    assert [row["verdict"] for row in answer["verdicts"].values()] == ["applied"]
    assert count(sql, "household") == 1


def test_a_lost_answer_costs_nothing(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    home = laptop.put("household", household())
    laptop.put("resident", resident(home["record_id"]))
    laptop.put("household", {"unit_id": "nowhere"}, record_id=home["record_id"], base={"number": 1})
    first = laptop.send()
    again = laptop.send()
    assert [row["verdict"] for row in first["verdicts"]] == ["applied", "applied", "refused"]
    assert again["verdicts"] == first["verdicts"]
    assert again["changes"] == first["changes"]
    assert (count(sql, "household"), count(sql, "resident")) == (1, 1)
    assert count(sql, "record", "version <> 1") == 0
    assert count(sql, "op_intake") == 3


def test_new_operations_beside_known_ones(laptop: FakeLaptop) -> None:
    laptop.put("household", household())
    laptop.send()
    laptop.put("household", household(number="2"))
    assert [row["op_no"] for row in laptop.send()["verdicts"]] == [1, 2]


def test_a_number_used_twice_applies_nothing(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    """A copied disk: two laptops count under one name."""
    known = laptop.put("household", household())
    laptop.sync()
    forged = {**known, "patch": {**known["patch"], "head_name": "另一个人"}}
    fresh = laptop.put("household", household(number="2"))
    with pytest.raises(RequestRefusedError) as refusal:
        laptop.send([forged, fresh])
    assert refusal.value.code is ProblemCode.IDENTITY_REUSED
    assert refusal.value.status == 409
    assert refusal.value.params == {"op_no": known["op_no"]}
    assert count(sql, "household") == 1
    assert count(sql, "op_intake") == 1


def test_a_number_twice_in_one_request(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    operation = laptop.put("household", household())
    with pytest.raises(RequestRefusedError) as refusal:
        laptop.send([operation, {**operation, "patch": {}}])
    assert refusal.value.code is ProblemCode.IDENTITY_REUSED
    assert len(laptop.send([operation, operation])["verdicts"]) == 1
    assert count(sql, "household") == 1


def test_a_newer_program_may_add_fields_around_an_operation(laptop: FakeLaptop) -> None:
    """Sent again after an upgrade, with a field the first sending did not have."""
    operation = laptop.put("household", household())
    laptop.send()
    again = laptop.send([{**operation, "device_mood": "fine"}])
    assert again["verdicts"][0]["verdict"] == "applied"


def test_a_laptop_reads_its_own_writes(laptop: FakeLaptop) -> None:
    laptop.sync()
    home = laptop.put("household", household(note="门前有桥"))
    answer = laptop.sync()
    changes = [tuple(change[:4]) for change in answer["changes"]]
    assert changes == [("household", home["record_id"], "put", 1)]
    assert laptop.rows["household", home["record_id"]]["note"] == "门前有桥"


def test_a_quiet_second_sync_moves_nothing(laptop: FakeLaptop) -> None:
    laptop.put("household", household())
    laptop.sync()
    answer = laptop.sync()
    assert (answer["changes"], answer["verdicts"], answer["more"]) == ([], {}, False)


def test_pages_hold_everything_once(laptop: FakeLaptop) -> None:
    for number in range(23):
        laptop.put("household", household(number=str(number)))
    laptop.sync()
    fresh = dict(laptop.rows)
    laptop.rows, laptop.cursors = {}, {}
    sizes = laptop.sync_all(page_rows=7)
    assert set(sizes[:-1]) == {7}
    assert sum(sizes) == len(fresh)
    assert laptop.rows == fresh


def test_a_record_edited_between_two_pages_is_not_lost(people: People) -> None:
    writer, reader = people.laptop(), people.laptop()
    homes = [writer.put("household", household(number=str(number))) for number in range(9)]
    writer.sync()
    seen = 0
    while True:
        answer = reader.sync(page_rows=50)
        seen += 1
        if not answer["more"]:
            break
        record_id = homes[seen % len(homes)]["record_id"]
        writer.edit("household", record_id, note=f"第{seen}页之后")
        writer.sync()
    writer.sync_all()
    reader.sync_all()
    assert seen > 3
    assert reader.rows == writer.rows


def test_a_cut_page_never_moves_a_cursor_back(county: County, laptop: FakeLaptop) -> None:
    """One bucket is read far, another was gained and starts at 0."""
    for number in range(5):
        laptop.put("household", household(number=str(number)))
    laptop.sync()
    far = laptop.cursors[VILLAGE]
    laptop.cursors = {VILLAGE: far}
    answer = laptop.sync(page_rows=3)
    assert answer["more"]
    assert answer["cursors"][VILLAGE] == far
    assert answer["cursors"]["reference"] < far


def test_a_bucket_gained_later_starts_at_its_beginning(people: People) -> None:
    """A township is given another village: it must be sent what was there before."""
    village = people.laptop()
    home = village.put("household", household())
    village.sync()
    county = people.county
    elsewhere = next(unit.id for unit in county.units().by_id.values() if unit.name == "双江镇")
    body = dict(village.rows["unit", VILLAGE])
    county.put([("unit", VILLAGE, {**body, "parent_id": elsewhere})])
    township = people.laptop(TOWNSHIP)
    township.sync_all()
    assert home["record_id"] not in township.ids("household")
    assert VILLAGE not in township.cursors

    people.county.put([("unit", VILLAGE, {**body, "parent_id": TOWNSHIP})])
    township.sync_all()
    assert home["record_id"] in township.ids("household")
    assert VILLAGE in township.cursors


def test_cursors_of_another_epoch_say_nothing(laptop: FakeLaptop) -> None:
    laptop.put("household", household())
    laptop.sync()
    held = dict(laptop.rows)
    laptop.rows = {}
    answer = laptop.sync(epoch="an older county")
    assert laptop.rows == held
    assert answer["epoch"] != "an older county"


def test_a_cursor_beyond_the_feed_starts_again(laptop: FakeLaptop) -> None:
    """The county was restored from a copy that is older than what the laptop has seen."""
    laptop.sync()
    held = dict(laptop.rows)
    laptop.rows = {}
    laptop.cursors = dict.fromkeys(laptop.cursors, 10**12)
    laptop.sync()
    assert laptop.rows == held


@pytest.mark.parametrize(
    "wrong",
    [
        {"operations": "none"},
        {"cursors": {"reference": "far"}},
        {"page_rows": 0},
        {"wall_ms": "noon"},
        {"install_id": "somebody-else"},
        {"operations": [{"op_no": "first"}]},
        {"operations": [{"op_no": 0}]},
        {"operations": [{"op_no": 2**63}]},
        {"operations": ["household"]},
    ],
)
def test_a_request_that_is_none(
    laptop: FakeLaptop, sql: Connection[Any], wrong: dict[str, Any]
) -> None:
    with pytest.raises(RequestRefusedError) as refusal:
        laptop.send(**({"operations": []} | wrong))
    assert refusal.value.code is ProblemCode.BAD_REQUEST
    assert count(sql, "op_intake") == 0


def test_another_protocol(laptop: FakeLaptop) -> None:
    with pytest.raises(RequestRefusedError) as refusal:
        laptop.send(protocol=0)
    assert refusal.value.code is ProblemCode.PROTOCOL_TOO_OLD


def test_a_revoked_laptop(county: County, laptop: FakeLaptop, sql: Connection[Any]) -> None:
    laptop.put("household", household())
    county.revoke_install(laptop.install_id)
    with pytest.raises(RequestRefusedError) as refusal:
        laptop.send()
    assert refusal.value.code is ProblemCode.INSTALL_REVOKED
    assert count(sql, "op_intake") == 0


def test_the_countys_time_of_an_operation(
    laptop: FakeLaptop, clock: FakeClock, desk: CountyDesk, sql: Connection[Any]
) -> None:
    """A laptop whose clock says 2099: its offset is learnt, its work is not refused."""
    far = 2_300_000_000_000
    operation = laptop.put("household", household(), wall_ms=far - 60_000)
    laptop.put("household", household(number="2"), wall_ms=0)
    laptop.send(wall_ms=far)
    rows = sql.execute("SELECT effective_at FROM op_intake ORDER BY op_no").fetchall()
    enrolled = sql.execute("SELECT enrolled_at, clock_offset_ms FROM install").fetchone()
    now = round(clock.now().timestamp() * 1000)
    assert enrolled[1] == now - far
    # A minute ago there was no laptop yet; and the second does not lie before the first.
    assert [row[0] for row in rows] == [enrolled[0], enrolled[0]]
    assert operation["op_no"] == 1
