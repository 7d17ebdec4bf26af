"""Blocks of lasting numbers at the county: none twice, none lost, none taken by somebody else."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from app.cases.number_rules import CaseNumber, NumberFormat, number_text
from app.cases.vocabulary import CaseKind
from sync.server.county import County
from sync.server.number_blocks import GAP
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import COUNTY, TOWNSHIP, People, other_village
from tests.sync.server.laptops import FakeLaptop, case_file

PROTOCOL = 2
YEAR = 2026


def text(count: int, *, year: int = YEAR) -> str:
    return number_text(CaseKind.DISPUTE, CaseNumber(year, count), NumberFormat())


def asked(laptop: FakeLaptop, *held: list[Any]) -> list[list[Any]]:
    """The blocks of the answer to a request that names these."""
    return list(laptop.sync(numbers=list(held)).get("number_blocks", []))


def held(block: list[Any], *, left: int | None = None) -> list[Any]:
    size = block[3] - block[2] + 1
    return [*block, size if left is None else left]


def put_case(laptop: FakeLaptop, number: str) -> dict[str, Any]:
    return laptop.put("case_file", case_file(laptop.account_id, number=number))


def test_each_laptop_gets_a_block_of_its_own(people: People) -> None:
    one, two = people.laptop(), people.laptop()
    assert asked(one) == [["case", YEAR, 1, 50]]
    assert asked(two) == [["case", YEAR, 51, 100]]


def test_what_an_answer_that_was_cut_off_carried_is_answered_again(laptop: FakeLaptop) -> None:
    assert laptop.send(numbers=[])["number_blocks"] == [["case", YEAR, 1, 50]]
    assert asked(laptop) == [["case", YEAR, 1, 50]]
    assert asked(laptop, held(["case", YEAR, 1, 50])) == []


def test_the_next_block_comes_before_the_last_is_used_up_and_is_larger(laptop: FakeLaptop) -> None:
    first = asked(laptop)[0]
    assert asked(laptop, held(first, left=25)) == []
    assert asked(laptop, held(first, left=24)) == [["case", YEAR, 51, 150]]


def test_a_program_that_knows_of_no_numbers_is_given_none(
    laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    answer = laptop.sync()
    assert "number_blocks" not in answer
    assert sql.execute("SELECT count(*) FROM number_block").fetchone() == (0,)


def test_in_december_the_next_year_begins(laptop: FakeLaptop, clock: FakeClock) -> None:
    clock.advance(timedelta(days=9))  # 2026-12-02
    assert asked(laptop) == [["case", 2026, 1, 50], ["case", 2027, 1, 50]]


def test_blocks_are_given_once_to_laptops_that_ask_at_the_same_moment(people: People) -> None:
    laptops = [people.laptop() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(asked, laptops))
    assert sorted(answer[0][2] for answer in answers) == [1, 51, 101, 151]


def test_a_number_of_ones_own_block_is_taken(laptop: FakeLaptop, sql: Connection[Any]) -> None:
    asked(laptop)
    case = put_case(laptop, text(7))
    assert laptop.verdict_of(case)["verdict"] == "applied"
    assert sql.execute("SELECT count, record_id FROM used_number").fetchall() == [
        (7, case["record_id"])
    ]


@pytest.mark.parametrize("number", ["通纠〔2026〕0000007-0", "TD-2026-0007", ""])
def test_what_is_no_number_is_refused(laptop: FakeLaptop, number: str) -> None:
    verdict = laptop.verdict_of(put_case(laptop, number))
    assert (verdict["verdict"], verdict["reason"]) == ("refused", "bad_value")


def test_anothers_number_is_refused_until_it_is_changed(people: People) -> None:
    one, two = people.laptop(), people.laptop()
    asked(one)
    verdict = two.verdict_of(put_case(two, text(7)))
    assert (verdict["verdict"], verdict["reason"]) == ("refused", "number_not_given")
    assert verdict["detail"] == {"number": text(7)}


def test_a_laptop_that_works_for_another_unit_keeps_its_numbers(
    people: People, county: County
) -> None:
    """What it numbered in the old unit is taken, and so is the next one in the new."""
    new_unit = other_village(county)
    laptop, there = people.laptop(), people.laptop(new_unit, Role.GRID_WORKER)
    [block] = asked(laptop)
    before = put_case(laptop, text(7))
    county.move_install(laptop.install_id, new_unit)
    answer = laptop.sync(numbers=[held(block)])
    assert answer["verdicts"][before["op_no"]]["verdict"] == "applied"
    assert not {"number_blocks", "lost_blocks"} & answer.keys()
    case = case_file(there.account_id, number=text(8), unit_id=new_unit)
    after = laptop.put("case_file", case, account_id=there.account_id)
    assert laptop.verdict_of(after)["verdict"] == "applied"
    assert asked(there) == [["case", YEAR, 51, 100]]


def test_a_number_is_had_once(laptop: FakeLaptop) -> None:
    """Also within one request, and also when the first has been removed since."""
    asked(laptop)
    first, second = put_case(laptop, text(7)), put_case(laptop, text(7))
    verdicts = laptop.sync()["verdicts"]
    assert verdicts[first["op_no"]]["verdict"] == "applied"
    assert verdicts[second["op_no"]]["reason"] == "number_taken"
    laptop.delete("case_file", first["record_id"], version=1)
    third = put_case(laptop, text(7))
    assert laptop.verdict_of(third)["reason"] == "number_taken"


def test_a_number_of_a_refused_group_is_free(laptop: FakeLaptop) -> None:
    asked(laptop)
    first = put_case(laptop, text(7))
    laptop.put("case_file", case_file(laptop.account_id, class_code=7), txn=first["txn"])
    second = put_case(laptop, text(7))
    verdicts = laptop.sync()["verdicts"]
    assert verdicts[first["op_no"]]["reason"] == "group_refused"
    assert verdicts[second["op_no"]]["verdict"] == "applied"


def test_a_lasting_number_stays_whatever_is_sent_later(people: People) -> None:
    """Two copies of one disk settle the same case: the first number counts, both hold it then."""
    one, two = people.laptop(), people.laptop()
    case = put_case(one, "临2026-216200-K3-001")
    one.sync()
    two.sync()
    asked(one), asked(two)
    record_id = case["record_id"]
    one.edit("case_file", record_id, number=text(1), former_number="临2026-216200-K3-001")
    assert one.sync()["verdicts"][2]["verdict"] == "applied"
    late = two.edit("case_file", record_id, number=text(51), former_number="临2026-216200-K3-001")
    assert two.sync()["verdicts"][late["op_no"]]["verdict"] == "applied"
    two.sync()
    assert two.rows["case_file", record_id]["number"] == text(1)
    back = one.edit("case_file", record_id, number="临2026-216200-K3-001", former_number=None)
    assert one.sync()["verdicts"][back["op_no"]]["verdict"] == "applied"
    assert one.rows["case_file", record_id]["number"] == text(1)
    two.assert_equal()
    one.assert_equal()


def test_a_county_put_back_gives_no_number_again(
    people: People, county: County, tmp_path: Path
) -> None:
    """A laptop took a block and used it since the backup; another asks before it calls."""
    one, two = people.laptop(), people.laptop()
    one.sync(), two.sync()
    file = tmp_path / "county.zip"
    county.back_up(file)
    block = asked(one)[0]
    case = put_case(one, text(7))
    one.sync()
    county.restore(file)

    assert asked(two) == [["case", YEAR, GAP + 1, GAP + 50]]
    one.outbox.append(case)
    answer = one.sync(numbers=[held(block, left=43)])
    assert answer["verdicts"][case["op_no"]]["verdict"] == "applied"
    assert "lost_blocks" not in answer
    three = people.laptop()
    assert asked(three) == [["case", YEAR, GAP + 51, GAP + 100]]


def test_a_block_that_was_given_to_another_meanwhile_is_lost(
    people: People, sql: Connection[Any]
) -> None:
    """A county whose database was put back by hand says nothing of it."""
    one, two = people.laptop(), people.laptop()
    block = asked(one)[0]
    sql.execute("DELETE FROM number_block")
    assert asked(two) == [block]
    answer = one.sync(numbers=[held(block)])
    assert answer["lost_blocks"] == [["case", YEAR, 1]]
    assert answer["number_blocks"] == [["case", YEAR, 51, 100]]


def test_nobody_claims_numbers_far_from_what_was_given(
    laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    far = ["case", YEAR, 900_000_000, 900_000_049, 50]
    wide = ["case", YEAR, 1, 50_000, 50_000]
    answer = laptop.sync(numbers=[far, wide])
    assert answer["number_blocks"] == [["case", YEAR, 1, 50]]
    assert {one[2] for one in answer["lost_blocks"]} == {900_000_000, 1}
    assert sql.execute("SELECT count(*) FROM number_block").fetchone() == (1,)


@pytest.mark.parametrize("unit_id", [TOWNSHIP, COUNTY])
def test_many_laptops_hold_no_number_in_common(people: People, unit_id: str) -> None:
    laptops = [people.laptop(unit_id) for _ in range(3)]
    taken: Counter[int] = Counter()
    blocks: dict[int, list[list[Any]]] = {n: [] for n in range(len(laptops))}
    for _ in range(5):
        for n, one in enumerate(laptops):
            new = asked(one, *(held(block, left=0) for block in blocks[n]))
            blocks[n] += new
            taken.update(count for block in new for count in range(block[2], block[3] + 1))
    assert max(taken.values()) == 1
    assert [block[3] - block[2] + 1 for block in blocks[0]] == [50, 100, 200, 400, 400]
