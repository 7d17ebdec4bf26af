"""Promises, money, instalments, follow-ups: at their edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mediation.performance_rules import (
    ItemState,
    cents_of,
    follow_up_due,
    instalments,
    item_state,
    months_later,
    performance_rate,
    yuan_text,
)
from app.mediation.vocabulary import Performance

P, S = Performance, ItemState
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("performance", "days", "state"),
    [
        (P.OPEN, 8, S.WAITING),
        (P.OPEN, 7, S.DUE_SOON),
        (P.OPEN, 0, S.DUE_SOON),
        (P.OPEN, -1, S.OVERDUE),
        (P.PARTLY, -1, S.OVERDUE),
        (P.NOT_DONE, -1, S.OVERDUE),
        (P.NOT_DONE, 8, S.NOT_DONE),
        (P.DONE, -1, S.DONE),
        (P.OPEN, None, S.WAITING),
    ],
)
def test_a_promise_is_overdue_the_day_after(
    performance: Performance, days: int | None, state: ItemState
) -> None:
    due = None if days is None else TODAY + timedelta(days=days)
    assert item_state(performance, due, today=TODAY, stands=True) is state


def test_what_is_not_in_force_is_never_overdue() -> None:
    due = TODAY - timedelta(days=40)
    assert item_state(P.OPEN, due, today=TODAY, stands=False) is S.NOT_IN_FORCE


def test_the_rate_counts_what_was_to_be_kept_by_now() -> None:
    items = [
        (P.DONE, TODAY + timedelta(days=30)),
        (P.OPEN, TODAY),
        (P.PARTLY, TODAY - timedelta(days=1)),
        (P.NOT_DONE, None),
        (P.OPEN, TODAY + timedelta(days=1)),
        (P.OPEN, None),
    ]
    rate = performance_rate(items, today=TODAY)
    assert (rate.done, rate.due, rate.per_cent) == (1, 4, 25.0)
    assert performance_rate([], today=TODAY).per_cent is None


def test_somebody_goes_to_see_once() -> None:
    assert follow_up_due(None, []) is None
    assert follow_up_due(TODAY, []) == TODAY + timedelta(days=30)
    assert follow_up_due(TODAY, [TODAY - timedelta(days=1)], days=7) == date(2026, 11, 30)
    assert follow_up_due(TODAY, [TODAY]) is None


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("", None),
        ("1200", 120000),
        ("1,200.5", 120050),
        ("1，２００．50元", 120050),
        ("¥0.01", 1),
        ("  35.2 ", 3520),
    ],
)
def test_yuan_as_people_type_them(typed: str, cents: int | None) -> None:
    assert cents_of(typed) == cents


@pytest.mark.parametrize(
    "typed", ["0", "-5", "1.234", "十块", "1.2.3", "12,34", "1e3", "0.00", "99999999999999"]
)
def test_what_is_no_amount(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\d|十"):
        cents_of(typed)


@given(st.integers(min_value=1, max_value=10**12))
def test_what_is_shown_can_be_typed(cents: int) -> None:
    assert cents_of(yuan_text(cents)) == cents


def test_instalments_keep_the_day_and_the_sum() -> None:
    parts = instalments(1_000_000, count=3, first_due_on=date(2027, 1, 31))
    assert [part.amount_cents for part in parts] == [333_300, 333_300, 333_400]
    assert [part.due_on for part in parts] == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
    ]
    assert months_later(date(2027, 12, 31), 2) == date(2028, 2, 29)


@given(
    st.integers(min_value=60, max_value=10**9),
    st.integers(min_value=1, max_value=60),
    st.integers(min_value=1, max_value=12),
)
def test_no_cent_is_lost(total: int, count: int, apart: int) -> None:
    parts = instalments(total, count=count, first_due_on=TODAY, months_apart=apart)
    assert sum(part.amount_cents for part in parts) == total
    assert min(part.amount_cents for part in parts) > 0
    days = [part.due_on for part in parts]
    assert days == sorted(set(days))


@pytest.mark.parametrize(("total", "count"), [(100, 0), (100, 61), (2, 3)])
def test_too_many_parts(total: int, count: int) -> None:
    with pytest.raises(ValueError, match=r"\d|十"):
        instalments(total, count=count, first_due_on=TODAY)
