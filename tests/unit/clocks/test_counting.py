"""Days are counted as 民事诉讼法 (2023), Art. 85 counts them, over holidays, leap years, pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clocks.counting import (
    WEEKENDS_ONLY,
    Pause,
    add_days,
    days_after,
    missing_years,
    paused_days,
    shift_to_working_day,
    years_after,
)
from app.clocks.vocabulary import DayUnit
from app.settings.holidays import shipped_calendar
from db.clock import day_in_china
from sync.server.authors import china_date

DAYS, WORK, YEARS = DayUnit.CALENDAR, DayUnit.WORKING, DayUnit.YEARS
CHINA = shipped_calendar()


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 3, 1), 30, date(2026, 3, 31)),
        (date(2026, 1, 31), 30, date(2026, 3, 2)),
        (date(2028, 1, 31), 30, date(2028, 3, 1)),  # over 29 February
        (date(2026, 12, 15), 30, date(2027, 1, 14)),
        (date(2026, 5, 1), 1, date(2026, 5, 2)),
        (date(2026, 5, 1), 0, date(2026, 5, 1)),
    ],
)
def test_the_first_day_does_not_count(start: date, n: int, end: date) -> None:
    assert add_days(start, n, DAYS) == end


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 3, 2), 5, date(2026, 3, 9)),  # Monday to the Monday after
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # Friday
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # Saturday
        (date(2026, 9, 24), 5, date(2026, 10, 9)),  # Mid-Autumn, then the National Day
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # Spring Festival
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # a Sunday that is worked
    ],
)
def test_working_days_leave_out_holidays_and_take_in_worked_weekends(
    start: date, n: int, end: date
) -> None:
    assert add_days(start, n, WORK, CHINA) == end


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2024, 2, 29), 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2026, 2, 28), 2, date(2028, 2, 28)),
    ],
)
def test_years_end_on_the_same_day_or_the_last_of_its_month(start: date, n: int, end: date) -> None:
    assert add_days(start, n, YEARS) == end
    assert years_after(start, n) == end


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 10, 1), date(2026, 10, 8)),
        (date(2026, 10, 10), date(2026, 10, 10)),  # a Saturday that is worked
        (date(2026, 10, 11), date(2026, 10, 12)),
        (date(2026, 3, 4), date(2026, 3, 4)),
    ],
)
def test_a_period_of_the_court_ends_on_a_working_day(day: date, end: date) -> None:
    assert shift_to_working_day(day, CHINA) == end


def test_a_pause_moves_the_end_by_the_days_it_lasted() -> None:
    start, due = date(2026, 3, 1), date(2026, 3, 31)
    pause = Pause(date(2026, 3, 10), date(2026, 3, 15))
    assert add_days(start, 30, DAYS, pauses=[pause]) == due + timedelta(days=5)
    assert paused_days(start, due, [pause]) == 5


def test_a_pause_on_the_last_day_still_counts_and_one_day_after_does_not() -> None:
    start, due = date(2026, 3, 1), date(2026, 3, 31)
    on_last = Pause(due, due + timedelta(days=4))
    after = Pause(due + timedelta(days=1), due + timedelta(days=5))
    assert add_days(start, 30, DAYS, pauses=[on_last]) == due + timedelta(days=4)
    assert add_days(start, 30, DAYS, pauses=[after]) == due


def test_two_pauses_add_up_and_two_reasons_for_one_day_count_once() -> None:
    start = date(2026, 3, 1)
    apart = [
        Pause(date(2026, 3, 5), date(2026, 3, 8)),
        Pause(date(2026, 3, 20), date(2026, 3, 22)),
    ]
    over = [
        Pause(date(2026, 3, 5), date(2026, 3, 8)),
        Pause(date(2026, 3, 6), date(2026, 3, 10)),
    ]
    assert add_days(start, 30, DAYS, pauses=apart) == date(2026, 4, 5)
    assert add_days(start, 30, DAYS, pauses=over) == date(2026, 4, 5)


def test_the_second_pause_may_begin_only_where_the_first_has_moved_the_end() -> None:
    start = date(2026, 3, 1)
    first = Pause(date(2026, 3, 30), date(2026, 4, 4))
    second = Pause(date(2026, 4, 5), date(2026, 4, 7))
    assert add_days(start, 30, DAYS, pauses=[second]) == date(2026, 3, 31)
    assert add_days(start, 30, DAYS, pauses=[first, second]) == date(2026, 4, 7)


def test_a_pause_from_before_the_start_stops_only_what_is_left_of_it() -> None:
    pause = Pause(date(2026, 2, 20), date(2026, 3, 4))
    assert add_days(date(2026, 3, 1), 5, DAYS, pauses=[pause]) == date(2026, 3, 8)


def test_years_without_a_table_are_named() -> None:
    assert missing_years(date(2026, 12, 20), date(2027, 1, 5), CHINA) == (2027,)
    assert missing_years(date(2026, 1, 1), date(2026, 2, 1), CHINA) == ()
    assert missing_years(date(2026, 1, 1), date(2026, 2, 1), WEEKENDS_ONLY) == (2026,)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), date(2026, 11, 23)),  # 23:59 in the village
        (datetime(2026, 11, 23, 16, 1, tzinfo=UTC), date(2026, 11, 24)),  # 00:01
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 16, 1, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_day_of_a_step_is_the_villages_for_laptop_and_county(
    moment: datetime, day: date
) -> None:
    assert day_in_china(moment) == china_date(moment) == day


DAY = st.dates(date(2025, 1, 1), date(2027, 12, 31))
PAUSES = st.lists(
    st.builds(lambda day, n: Pause(day, day + timedelta(days=n)), DAY, st.integers(0, 40)),
    max_size=3,
)
UNIT = st.sampled_from([DAYS, WORK])


@given(start=DAY, n=st.integers(0, 90), unit=UNIT, pauses=PAUSES)
def test_who_begins_later_never_ends_earlier(
    start: date, n: int, unit: DayUnit, pauses: list[Pause]
) -> None:
    later = start + timedelta(days=1)
    assert add_days(start, n, unit, CHINA, pauses) <= add_days(later, n, unit, CHINA, pauses)


@given(start=DAY, n=st.integers(0, 90), unit=UNIT, pauses=PAUSES)
def test_standing_still_never_shortens(
    start: date, n: int, unit: DayUnit, pauses: list[Pause]
) -> None:
    plain = add_days(start, n, unit, CHINA)
    moved = add_days(start, n, unit, CHINA, pauses)
    assert moved >= plain
    if unit is DAYS:
        assert moved == plain + timedelta(days=paused_days(start, moved, pauses))


@given(start=DAY, n=st.integers(1, 60))
def test_working_days_end_on_a_working_day(start: date, n: int) -> None:
    end = add_days(start, n, WORK, CHINA)
    assert CHINA.is_working(end)
    between = (start + timedelta(days=i) for i in range(1, (end - start).days + 1))
    assert sum(map(CHINA.is_working, between)) == n


@pytest.mark.parametrize("unit", DayUnit)
@pytest.mark.parametrize("start", [date.min, date(9998, 12, 31), date(9999, 12, 30), date.max])
def test_a_period_ends_with_time_itself_and_nothing_raises(start: date, unit: DayUnit) -> None:
    """A day somebody mistyped, or a clock gone mad: else no laptop could lay down what it is in."""
    paused = [Pause(start, date.max)]
    for pauses in ([], paused):
        end = add_days(start, 9, unit, CHINA, pauses) if start.year > 1 else start
        assert start <= shift_to_working_day(end, CHINA) <= date.max
        assert paused_days(start, date.max, pauses) >= 0
    assert years_after(start, 9000) == min(date.max, years_after(start, 9000))
    assert days_after(date.max, 1) == date.max
