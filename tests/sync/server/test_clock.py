"""A wrong clock costs nothing: an operation's time is corrected, bounded and in order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import Connection

from sync.server.clock import effective_times, offset_ms
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import People
from tests.sync.server.laptops import FakeLaptop, household

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


def test_a_long_backlog_keeps_its_times_over_several_exchanges(
    laptop: FakeLaptop, clock: FakeClock, sql: Connection[Any]
) -> None:
    """The second batch of a week's work was not made after the first was sent."""
    made_at = []
    for number in range(3):
        clock.advance(timedelta(days=1))
        made_at.append(clock.now())
        laptop.put("household", household(number=str(number)))
    clock.advance(timedelta(days=1))
    for operation in list(laptop.outbox):
        laptop.send([operation])
        clock.advance(timedelta(minutes=1))
    found = sql.execute("SELECT effective_at FROM op_raw ORDER BY op_no").fetchall()
    assert [row[0] for row in found] == made_at


@pytest.mark.parametrize(
    "years",
    [(1970, 1970, 1970), (2099, 2099, 2099), (2026, 2099, 1970), (1970, 2099, 2026)],
    ids=["1970", "2099", "forwards-then-back", "back-then-forwards"],
)
def test_clocks_at_1970_2099_and_jumping_between_operations(
    laptop: FakeLaptop, sql: Connection[Any], clock: FakeClock, years: tuple[int, int, int]
) -> None:
    """Nothing is refused, and the county's times run forwards, within what is possible."""
    began = clock.now()
    clock.advance(timedelta(days=2))
    walls = [ms(datetime(year, 6, 1, tzinfo=UTC)) for year in years]
    for number, wall_ms in enumerate(walls):
        laptop.put("household", household(number=str(number)), wall_ms=wall_ms)
    verdicts = laptop.sync(wall_ms=walls[-1])["verdicts"]
    assert {verdict["verdict"] for verdict in verdicts.values()} == {"applied"}
    found = [
        row[0] for row in sql.execute("SELECT effective_at FROM op_raw ORDER BY op_no").fetchall()
    ]
    assert found == sorted(found)
    assert began <= found[0]
    assert found[-1] <= clock.now()


@pytest.mark.parametrize("year", [1970, 2099])
def test_a_wrong_clock_does_not_decide_who_wins(people: People, year: int) -> None:
    """Who comes last stands for now, whatever the clocks say; the other is kept."""
    first, second = people.laptop(), people.laptop()
    record_id = first.put("household", household())["record_id"]
    first.sync()
    second.sync()
    wrong = ms(datetime(year, 1, 1, tzinfo=UTC))
    first.edit("household", record_id, head_name="wrong clock")["wall_ms"] = wrong
    second.edit("household", record_id, head_name="right clock")
    first.sync(wall_ms=wrong)
    verdicts = second.sync()["verdicts"]
    assert [verdict["verdict"] for verdict in verdicts.values()] == ["conflict"]
    first.sync(wall_ms=wrong)
    assert first.rows["household", record_id]["head_name"] == "right clock"
