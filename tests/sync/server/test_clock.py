"""A wrong clock costs nothing: an operation's time is corrected, bounded and in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.server.clock import effective_times, offset_ms

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
LAST_WEEK = NOW - timedelta(days=7)
HOUR_MS = 3_600_000


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def times(*wall: int, offset: int = 0, earliest: datetime = LAST_WEEK) -> list[datetime]:
    return effective_times(wall, offset=offset, earliest=earliest, now=NOW)


def test_a_right_clock_is_believed() -> None:
    yesterday = NOW - timedelta(days=1)
    assert times(ms(yesterday)) == [yesterday]


@pytest.mark.parametrize("year", [1970, 2001, 2099])
def test_a_clock_that_is_wrong_all_the_time_is_corrected(year: int) -> None:
    wall_now = datetime(year, 6, 1, tzinfo=UTC)
    offset = offset_ms(now=NOW, wall_ms=ms(wall_now))
    made = ms(wall_now) - 2 * HOUR_MS
    assert times(made, offset=offset) == [NOW - timedelta(hours=2)]


def test_nothing_happened_before_the_last_contact_or_after_now() -> None:
    assert times(0, ms(NOW) + HOUR_MS) == [LAST_WEEK, NOW]


def test_time_never_runs_backwards_within_a_laptop() -> None:
    first, second = NOW - timedelta(hours=1), NOW - timedelta(hours=5)
    assert times(ms(first), ms(second)) == [first, first]


def test_a_last_contact_in_the_future_counts_as_now() -> None:
    """The county's own clock was set back."""
    assert times(0, earliest=NOW + timedelta(days=1)) == [NOW]


@given(
    st.lists(st.integers(min_value=-(2**63), max_value=2**63 - 1), max_size=20),
    st.integers(min_value=-(2**63), max_value=2**63 - 1),
)
def test_any_clock_gives_times_in_order_and_in_bounds(wall: list[int], wall_now: int) -> None:
    offset = offset_ms(now=NOW, wall_ms=wall_now)
    found = effective_times(wall, offset=offset, earliest=LAST_WEEK, now=NOW)
    assert len(found) == len(wall)
    assert found == sorted(found)
    assert all(LAST_WEEK <= moment <= NOW for moment in found)
