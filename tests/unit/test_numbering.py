"""The numbers records carry until the county gives them one, and the lasting ones after that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cases.number_rules import CaseNumber, read_number
from app.cases.vocabulary import CaseKind
from app.numbering import install_mark, lasting_number, own_marks, provisional_number
from app.store import Store
from sync.client.identity import enter_name
from sync.client.number_blocks import lay_blocks
from tests.helpers.stores import a_case, a_store, save


def test_the_first_number_names_year_village_laptop_and_count() -> None:
    def number(code: str, mark: str, count: int) -> str:
        return provisional_number(
            prefix="临", year=2026, village_code=code, install_mark=mark, count=count
        )

    assert number("431230216200", "K3", 7) == "临2026-216200-K3-007"
    assert number("431230216200", "K3", 1234) == "临2026-216200-K3-1234"
    assert number("court", "K3", 1) == "临2026-court-K3-001"
    assert number("431230216200", "K3", 1) != number("431230216200", "K4", 1)


@pytest.mark.parametrize(("code", "mark", "count"), [("", "K3", 1), ("1", "", 1), ("1", "K3", 0)])
def test_a_number_without_its_parts_is_our_mistake(code: str, mark: str, count: int) -> None:
    with pytest.raises(ValueError, match=r"K3|1"):
        provisional_number(
            prefix="临", year=2026, village_code=code, install_mark=mark, count=count
        )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


def give(store: Store, *blocks: tuple[int, int, int]) -> None:
    """Year, first and last of each."""
    answer = {"number_blocks": [["case", *block] for block in blocks]}
    with store.local_writing() as session:
        lay_blocks(session, answer)


def taken(store: Store, year: int = 2026) -> str | None:
    with store.local_writing() as session:
        return lasting_number(session, kind=CaseKind.DISPUTE, year=year)


def test_blocks_are_used_in_their_order_and_by_year(store: Store) -> None:
    give(store, (2026, 9, 10), (2026, 1, 1), (2027, 1, 50))
    found = [taken(store) for _ in range(4)]
    assert [read_number(one or "") for one in found] == [
        CaseNumber(2026, 1),
        CaseNumber(2026, 9),
        CaseNumber(2026, 10),
        None,
    ]
    assert read_number(taken(store, 2027) or "") == CaseNumber(2027, 1)


def test_a_block_that_comes_twice_goes_on_where_it_was(store: Store) -> None:
    give(store, (2026, 1, 50))
    first = taken(store)
    give(store, (2026, 1, 50))
    assert taken(store) != first


def test_a_number_that_is_here_already_is_passed_over(store: Store) -> None:
    """An older file, whose block stands behind what the county has returned since."""
    give(store, (2026, 1, 50))
    first = taken(store)
    with store.local_writing() as session:
        session.connection().exec_driver_sql("UPDATE number_block SET following = 1")
    save(store, a_case(store, number=first))
    assert read_number(taken(store) or "") == CaseNumber(2026, 2)


def test_where_an_older_file_was_put_back_no_number_is_given(store: Store) -> None:
    give(store, (2026, 1, 50))
    store.set_values(must_renew="1")
    assert taken(store) is None


def test_another_name_drops_the_blocks_and_keeps_the_marks(store: Store) -> None:
    enter_name(store, "first-name")
    give(store, (2026, 1, 50))
    enter_name(store, "first-name")
    assert taken(store) is not None, "the same name again is no other"
    enter_name(store, "second-name")
    assert taken(store) is None
    with store.reading() as session:
        assert set(own_marks(session)) == {install_mark("first-name"), install_mark("second-name")}


@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    repeated=st.lists(st.integers(0, 5), max_size=6),
)
@settings(max_examples=15, deadline=None)
def test_however_blocks_come_no_number_is_given_twice(
    sizes: list[int], repeated: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = a_store(tmp_path_factory.mktemp("store"))
    starts = [sum(sizes[:n]) + 1 for n in range(len(sizes))]
    blocks = [(2026, first, first - 1 + size) for first, size in zip(starts, sizes, strict=True)]
    seen: list[str] = []
    for n, block in enumerate(blocks):
        give(store, block, *(blocks[m] for m in repeated if m <= n))
        seen += [number for _ in range(2) if (number := taken(store))]
    while number := taken(store):
        seen.append(number)
    store.close()
    counts = [found.count for one in seen if (found := read_number(one))]
    assert sorted(counts) == list(range(1, sum(sizes) + 1))
