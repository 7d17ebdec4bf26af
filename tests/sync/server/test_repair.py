"""What the county answers to a laptop that is not equal, and to one that only says so."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from db.tables.registry import ENTITIES
from sync.protocol.messages import ProblemCode
from sync.protocol.packing import pack, unpack
from sync.protocol.sums import RANGES, Sum, range_of
from sync.server.county import County
from sync.server.exchange import CountyDesk
from sync.server.problems import RequestRefusedError
from sync.server.repair import repair
from tests.sync.server.conftest import COUNTY, FORESTRY, VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, household

NOTHING = [Sum().wire()] * RANGES


def ask(laptop: FakeLaptop, desk: CountyDesk, **parts: Any) -> dict[str, Any]:
    """One repair request and its answer."""
    body = {"protocol": 2, "install_id": laptop.install_id, **parts}
    return dict(orjson.loads(unpack(repair(desk, laptop.install_id, pack(orjson.dumps(body))))))


@pytest.fixture
def homes(laptop: FakeLaptop) -> list[str]:
    """Twelve households in the village."""
    ids = [laptop.put("household", household(number=str(n)))["record_id"] for n in range(12)]
    laptop.sync_all()
    return ids


def test_a_laptop_that_holds_nothing_is_sent_everything(
    laptop: FakeLaptop, desk: CountyDesk, homes: list[str]
) -> None:
    answer = ask(laptop, desk, ranges={VILLAGE: NOTHING})
    sent = {row[1]: row for row in answer["changes"]}
    assert set(homes) <= sent.keys()
    assert sent[homes[0]][5] == laptop.rows["household", homes[0]]
    wanted = {range_of(record_id) for record_id in sent}
    assert set(answer["differing"][VILLAGE]) == wanted
    assert Sum.read(answer["sums"][VILLAGE]) == laptop.sums()[VILLAGE]
    assert answer["more"] is False
    seqs = [row[6] for row in answer["changes"]]
    assert seqs == sorted(seqs)
    assert min(seqs) > 0


def test_only_what_is_asked_about_is_answered(
    laptop: FakeLaptop, desk: CountyDesk, homes: list[str]
) -> None:
    part = range_of(homes[3])
    parts = [None] * RANGES
    parts[part] = Sum().wire()
    answer = ask(laptop, desk, ranges={VILLAGE: parts})
    assert answer["differing"] == {VILLAGE: [part]}
    assert homes[3] in {row[1] for row in answer["changes"]}
    assert {range_of(row[1]) for row in answer["changes"]} == {part}


def test_nobody_learns_of_another_village_by_asking_for_a_repair(
    people: People, county: County, desk: CountyDesk, laptop: FakeLaptop, homes: list[str]
) -> None:
    stranger = people.laptop(other_village(county))
    strays = [["household", homes[0]], ["household", "nobody"]]
    answer = ask(stranger, desk, ranges={VILLAGE: NOTHING, f"{VILLAGE}:sign-in": NOTHING},
                 strays=strays)  # fmt: skip
    assert answer["differing"] == {}
    assert answer["sums"] == {VILLAGE: [0, "0" * 16], f"{VILLAGE}:sign-in": [0, "0" * 16]}
    assert answer["changes"] == [["household", homes[0], "evict", 1, None, None, 0]]


def test_the_countys_laptop_gets_no_sign_ins_of_others(
    people: People, desk: CountyDesk, laptop: FakeLaptop, homes: list[str]
) -> None:
    above = people.laptop(COUNTY, Role.COUNTY_CENTRE)
    answer = ask(above, desk, ranges={f"{VILLAGE}:sign-in": NOTHING, VILLAGE: NOTHING})
    assert {row[0] for row in answer["changes"]} == {"household", "account"}


def test_what_became_of_rows_the_county_did_not_list(
    laptop: FakeLaptop, desk: CountyDesk, homes: list[str]
) -> None:
    laptop.delete("household", homes[0], version=1)
    laptop.sync_all()
    strays = [["household", homes[0]], ["household", homes[1]], ["household", "nobody"]]
    answer = ask(laptop, desk, strays=strays)
    fates = {row[1]: (row[2], row[5] is not None) for row in answer["changes"]}
    assert fates == {homes[0]: ("tombstone", False), homes[1]: ("put", True)}


def test_a_lost_line_of_a_shared_case_is_written_again(
    people: People, desk: CountyDesk, laptop: FakeLaptop, homes: list[str], sql: Connection[Any]
) -> None:
    """The department asks about the village whose case it holds; the line is in its own bucket."""
    forestry = people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER)
    sql.execute("UPDATE record SET shared = %s WHERE id = %s", (FORESTRY, homes[0]))
    assert ask(forestry, desk, ranges={VILLAGE: NOTHING})["changes"][0][1] == homes[0]
    forestry.assert_equal()
    assert forestry.ids("household") == {homes[0]}


def test_entities_a_laptop_does_not_know_are_left_out(
    laptop: FakeLaptop, desk: CountyDesk, homes: list[str]
) -> None:
    """An older program never holds them, and must not be asked to mend for ever."""
    known = [name for name in ENTITIES if name != "household"]
    sums = laptop.sync(wants_sums=True, entities=[*known, "\0", "not yet invented"])["sums"]
    assert sums[VILLAGE][0] == len(laptop.ids("account"))
    answer = ask(laptop, desk, ranges={VILLAGE: NOTHING}, entities=known)
    assert "household" not in {row[0] for row in answer["changes"]}


@pytest.mark.parametrize(
    "parts",
    [
        {"ranges": {VILLAGE: NOTHING[:-1]}},
        {"ranges": {VILLAGE: [[0, "no hex"]] * RANGES}},
        {"ranges": {VILLAGE: [[0]] * RANGES}},
        {"ranges": {"a\0b": NOTHING}},
        {"ranges": {str(number): NOTHING for number in range(65)}},
        {"strays": [["household", "\0"]]},
        {"strays": [["household"]]},
        {"ranges": "all"},
        {"install_id": "somebody-else"},
    ],
)
def test_a_malformed_repair_is_a_bad_request(
    laptop: FakeLaptop, desk: CountyDesk, parts: dict[str, Any]
) -> None:
    with pytest.raises(RequestRefusedError) as refused:
        ask(laptop, desk, **parts)
    assert refused.value.code is ProblemCode.BAD_REQUEST


def test_a_revoked_laptop_is_not_repaired(
    county: County, laptop: FakeLaptop, desk: CountyDesk
) -> None:
    county.revoke_install(laptop.install_id)
    with pytest.raises(RequestRefusedError) as refused:
        ask(laptop, desk, ranges={VILLAGE: NOTHING})
    assert refused.value.code is ProblemCode.INSTALL_REVOKED
