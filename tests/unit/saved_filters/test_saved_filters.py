"""Filters under names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import ErrorCode, UserFacingError
from app.saved_filters.actions import (
    LONGEST_NAME,
    MOST,
    move_filter,
    remove_filter,
    rename_filter,
    restore_filter,
    save_filter,
    set_default_filter,
)
from app.saved_filters.queries import saved_filters
from app.store import Store
from tests.helpers.stores import a_store, an_actor

ZHANG = an_actor()
PAGE = "cases"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


def keep(store: Store, *names: str) -> list[str]:
    return [save_filter(store, ZHANG, page=PAGE, name=one, body={"due": "late"}) for one in names]


def names(store: Store) -> list[str]:
    return [one.name for one in saved_filters(store, ZHANG, PAGE)]


def test_a_filter_belongs_to_one_person_and_one_page(store: Store) -> None:
    keep(store, "超期的")
    other = replace(ZHANG, account_id="account-of-li")

    assert [(one.name, one.body) for one in saved_filters(store, ZHANG, PAGE)] == [
        ("超期的", {"due": "late"})
    ]
    assert saved_filters(store, other, PAGE) == ()
    assert saved_filters(store, ZHANG, "incidents") == ()


def test_the_same_name_again_takes_its_place(store: Store) -> None:
    keep(store, "甲", "乙")
    save_filter(store, ZHANG, page=PAGE, name=" 甲 ", body={"kind": "petition"})

    assert [(one.name, dict(one.body)) for one in saved_filters(store, ZHANG, PAGE)] == [
        ("甲", {"kind": "petition"}),
        ("乙", {"due": "late"}),
    ]


def test_another_name_is_that_of_no_other(store: Store) -> None:
    first, second = keep(store, "甲", "乙")
    rename_filter(store, ZHANG, page=PAGE, filter_id=first, name=" 丙 ")
    rename_filter(store, ZHANG, page=PAGE, filter_id=second, name="乙")

    assert names(store) == ["丙", "乙"]
    for name, problem in (("乙", "taken"), (" ", "missing"), ("长" * 61, "too_long")):
        with pytest.raises(UserFacingError) as caught:
            rename_filter(store, ZHANG, page=PAGE, filter_id=first, name=name)
        assert caught.value.params["problem"] == problem
    assert names(store) == ["丙", "乙"]


def test_one_is_the_default_at_most(store: Store) -> None:
    first, second = keep(store, "甲", "乙")
    for filter_id in (first, second):
        set_default_filter(store, ZHANG, page=PAGE, filter_id=filter_id)

    assert [one.is_default for one in saved_filters(store, ZHANG, PAGE)] == [False, True]


def test_what_is_removed_comes_back_where_it_was(store: Store) -> None:
    _first, second, _third = keep(store, "甲", "乙", "丙")
    removed = remove_filter(store, ZHANG, page=PAGE, filter_id=second)
    assert (names(store), removed is None) == (["甲", "丙"], False)

    assert removed is not None
    restore_filter(store, ZHANG, removed=removed)

    assert names(store) == ["甲", "乙", "丙"]
    assert remove_filter(store, ZHANG, page=PAGE, filter_id="nobody's") is None


@pytest.mark.parametrize(
    ("by", "order"), [(-1, "乙甲丙"), (1, "甲丙乙"), (9, "甲丙乙"), (-9, "乙甲丙")]
)
def test_they_are_moved(store: Store, by: int, order: str) -> None:
    second = keep(store, "甲", "乙", "丙")[1]

    move_filter(store, ZHANG, page=PAGE, filter_id=second, by=by)

    assert names(store) == list(order)


@pytest.mark.parametrize(
    ("name", "problem"), [(" ", "missing"), ("长" * (LONGEST_NAME + 1), "too_long")]
)
def test_a_bad_name_is_refused(store: Store, name: str, problem: str) -> None:
    with pytest.raises(UserFacingError) as caught:
        keep(store, name)

    assert (caught.value.code, caught.value.params) == (
        ErrorCode.FILTER_NOT_SAVED,
        {"problem": problem},
    )


def test_there_are_fifty_at_most(store: Store) -> None:
    keep(store, *(str(place) for place in range(MOST)))

    with pytest.raises(UserFacingError):
        keep(store, "又一个")
    keep(store, "7")  # one that is there is still changed
    assert len(names(store)) == MOST
