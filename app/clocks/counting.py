"""Counting days: which are working days, where a period ends, what standing still does to it.

Pure; shared by laptop and county. 民事诉讼法 (2023), Art. 85: the day a period begins on is not
counted, and a period of the court that ends on a day off ends on the first day after. That the
beginning is not counted for the other limits either (petitions, mediation, the county's own) is
our reading; their texts do not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Final

from app.clocks.vocabulary import DayUnit

_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Public holidays, and the weekend days that are worked instead, of the years in ``years``.

    Of other years only weekends are known; see ``missing_years``.
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def is_working(self, day: date) -> bool:
        """Whether offices are open."""
        if day in self.worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.off


WEEKENDS_ONLY: Final = WorkingCalendar()
"""Where nobody has entered a year's holidays yet."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a clock stands still: from ``from_on`` up to, not with, ``to_on``."""

    from_on: date
    to_on: date


def add_days(
    start: date,
    n: int,
    unit: DayUnit,
    calendar: WorkingCalendar = WEEKENDS_ONLY,
    pauses: Iterable[Pause] = (),
) -> date:
    """The last day of a period of ``n`` days, or years, after ``start``.

    The day of the event itself is not counted. A day on which the clock stood still does not
    count; one that stood still after the end changes nothing any more.
    """
    still = _merged(pauses)
    if unit is DayUnit.WORKING:
        return _after_working_days(start, n, calendar, still)
    end = years_after(start, n) if unit is DayUnit.YEARS else days_after(start, n)
    for pause in still:
        first = max(pause.from_on, days_after(start, 1))
        if first <= end and first < pause.to_on:
            end = days_after(end, (pause.to_on - first).days)
    return end


def days_after(start: date, n: int) -> date:
    """``n`` days on, or the last day there is: a day mistyped as one of the year 9999 is still
    counted from, and stops no laptop from laying down what came with it."""
    return start + n * _DAY if n <= (date.max - start).days else date.max


def _after_working_days(
    start: date, n: int, calendar: WorkingCalendar, pauses: Sequence[Pause]
) -> date:
    day, left = start, n
    while left > 0 and day < date.max:
        day += _DAY
        is_still = any(pause.from_on <= day < pause.to_on for pause in pauses)
        left -= calendar.is_working(day) and not is_still
    return day


def _merged(pauses: Iterable[Pause]) -> list[Pause]:
    """In order, none overlapping another: two reasons to stand still stop a clock once."""
    merged: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: one.from_on):
        if merged and pause.from_on <= merged[-1].to_on:
            last = merged.pop()
            pause = Pause(last.from_on, max(last.to_on, pause.to_on))
        merged.append(pause)
    return merged


def years_after(start: date, n: int) -> date:
    """The same day ``n`` years on; 29 February ends on the 28th in a common year, as the last
    day of the month it falls into (民法典 2020, Art. 202; its text was not at hand, to be
    confirmed)."""
    if start.year + n > MAXYEAR:
        return date.max
    try:
        return start.replace(year=start.year + n)
    except ValueError:
        return start.replace(year=start.year + n, day=28)


def paused_days(start: date, end: date, pauses: Iterable[Pause]) -> int:
    """On how many days after ``start``, up to ``end``, the clock stood still."""
    first = days_after(start, 1)
    return sum(
        max(0, (min(pause.to_on, days_after(end, 1)) - max(pause.from_on, first)).days)
        for pause in _merged(pauses)
    )


def shift_to_working_day(day: date, calendar: WorkingCalendar) -> date:
    """The day itself, or the first working day after it: 民事诉讼法 (2023), Art. 85 (3)."""
    while not calendar.is_working(day) and day < date.max:
        day += _DAY
    return day


def missing_years(first: date, last: date, calendar: WorkingCalendar) -> tuple[int, ...]:
    """The years of a period of which no table of holidays is known: only weekends counted."""
    return tuple(year for year in range(first.year, last.year + 1) if year not in calendar.years)
