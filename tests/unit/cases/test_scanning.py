"""A scanned code, or a whole number that was typed, leads to one case at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.accounts.vocabulary import Role
from app.cases.number_rules import scan_text
from app.search import search
from app.store import Store
from tests.helpers.stores import a_case, a_store, an_actor, save

FORMER = "临2026-216200-K3AB9Z-007"
NUMBER = "通纠〔2026〕0001234-6"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


def found(store: Store, typed: str) -> list[str]:
    return [hit.record_id for hit in search(store, typed)]


def test_a_code_finds_its_case_and_no_other(store: Store) -> None:
    case = a_case(store, number=NUMBER, former_number=FORMER)
    save(store, case, a_case(store, number="通纠〔2026〕0012346-0", title="0001234"))
    assert found(store, scan_text(NUMBER, case.id)) == [case.id]
    assert found(store, scan_text(FORMER, case.id)) == [case.id], "an older paper"
    assert found(store, "2026-0001234-6") == [case.id]


def test_a_code_of_another_case_finds_nothing(store: Store) -> None:
    case, other = a_case(store, number=NUMBER), a_case(store, number=FORMER)
    save(store, case)
    assert found(store, scan_text(NUMBER, other.id)) == []


def test_a_confidential_case_is_not_given_away_by_its_code(store: Store) -> None:
    case = a_case(store, number=NUMBER, is_confidential=True)
    save(store, case)
    reader = an_actor(Role.GRID_WORKER)
    assert search(store, scan_text(NUMBER, case.id), reader=reader) == []
    assert search(store, NUMBER, reader=reader) == []
