"""A year's public holidays as one setting: read, checked, and put together into one calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from app.clocks.counting import WorkingCalendar
from app.reference import read_json
from app.settings.vocabulary import HolidayKind, SettingProblem

MAX_NOTE = 100
MAX_DAYS = 60
"""More holidays than this in one year is another table."""
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off, or a weekend day that is worked instead."""

    day: date
    kind: HolidayKind
    note: str = ""


@dataclass(frozen=True, slots=True)
class HolidayYear:
    """One year's table, and the notice it comes from."""

    year: int
    days: tuple[Holiday, ...]
    source: str = ""

    def as_value(self) -> dict[str, Any]:
        """As the setting keeps it."""
        days = sorted(self.days, key=lambda one: one.day)
        return {
            "year": self.year,
            "days": [
                {"day": one.day.isoformat(), "kind": one.kind.value, "note": one.note}
                for one in days
            ],
        }


@cache
def shipped_holidays() -> tuple[HolidayYear, ...]:
    """The years whose notice was out when this program was made."""
    return tuple(
        year_of(row, source=row["source"]) for row in read_json("settings", "holidays.json")
    )


@cache
def shipped_calendar() -> WorkingCalendar:
    """The calendar of the years that ship."""
    return calendar_of(shipped_holidays())


def calendar_of(years: Iterable[HolidayYear]) -> WorkingCalendar:
    """All years in one; of a year that is not among them only weekends count."""
    known = list(years)
    days = [one for year in known for one in year.days]
    return WorkingCalendar(
        off=frozenset(one.day for one in days if one.kind is HolidayKind.OFF),
        worked=frozenset(one.day for one in days if one.kind is HolidayKind.WORKED),
        years=frozenset(year.year for year in known),
    )


def year_of(value: Mapping[str, Any], *, source: str = "") -> HolidayYear:
    """A table from the value of a setting that was checked."""
    days = (
        Holiday(date.fromisoformat(one["day"]), HolidayKind(one["kind"]), one.get("note", ""))
        for one in value["days"]
    )
    return HolidayYear(value["year"], tuple(days), source)


def holidays_problem(value: Any) -> SettingProblem | None:
    """What is wrong with a year's table."""
    if not isinstance(value, dict) or not isinstance(value.get("days"), list):
        return SettingProblem.WRONG_TYPE
    year, days = value.get("year"), value["days"]
    if not isinstance(year, int) or isinstance(year, bool) or not 2000 <= year <= 2100:
        return SettingProblem.WRONG_YEAR
    if not days:
        return SettingProblem.NO_DAYS
    if len(days) > MAX_DAYS:
        return SettingProblem.TOO_MANY_DAYS
    seen: set[date] = set()
    for one in days:
        problem = _day_problem(one, year, seen)
        if problem is not None:
            return problem
    return None


def _day_problem(one: Any, year: int, seen: set[date]) -> SettingProblem | None:
    if not isinstance(one, dict) or not isinstance(one.get("note", ""), str):
        return SettingProblem.WRONG_TYPE
    if str(one.get("kind")) not in set(HolidayKind):
        return SettingProblem.WRONG_KIND
    try:
        day = date.fromisoformat(one.get("day", ""))
    except (TypeError, ValueError):
        return SettingProblem.WRONG_DAY
    if day.year != year:
        return SettingProblem.DAY_OF_OTHER_YEAR
    if day in seen:
        return SettingProblem.DAY_TWICE
    if one["kind"] == HolidayKind.WORKED and day.weekday() < _SATURDAY:
        return SettingProblem.WORKED_ON_WEEKDAY
    if len(one.get("note", "")) > MAX_NOTE:
        return SettingProblem.TOO_LONG
    seen.add(day)
    return None


# --- from a list somebody typed --------------------------------------------------------------

_TYPED_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D{0,9}")
_TYPED_KINDS = {
    **dict.fromkeys(("放假", "休", "休息", "off"), HolidayKind.OFF),
    **dict.fromkeys(("上班", "班", "调休上班", "worked"), HolidayKind.WORKED),
}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row of a list that could not be read; ``number`` counts from 1."""

    number: int
    problem: SettingProblem


def read_rows(
    rows: Iterable[Sequence[str]],
) -> tuple[tuple[HolidayYear, ...], tuple[RowProblem, ...]]:
    """The tables in a list of day, kind and note, one for each year; and the rows that are wrong.

    A first row without a day is taken for the heading; empty rows are passed over.
    """
    days: list[Holiday] = []
    problems: list[RowProblem] = []
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row] + ["", "", ""]
        if not any(cells):
            continue
        day = _typed_day(cells[0])
        kind = _TYPED_KINDS.get(cells[1].lower())
        if day is not None and kind is not None:
            days.append(Holiday(day, kind, cells[2][:MAX_NOTE]))
        elif number > 1 or day is not None:
            wrong = SettingProblem.WRONG_DAY if day is None else SettingProblem.WRONG_KIND
            problems.append(RowProblem(number, wrong))
    years = sorted({one.day.year for one in days})
    tables = (HolidayYear(y, tuple(one for one in days if one.day.year == y)) for y in years)
    return tuple(tables), tuple(problems)


def _typed_day(text: str) -> date | None:
    found = _TYPED_DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
