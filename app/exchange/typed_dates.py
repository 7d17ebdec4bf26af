"""Dates as people type them into cells: whole days, months without a day, Excel's day numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.exchange.sheet_grid import Cell, CellKind

_DAY = re.compile(
    r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})[日号]?([T ]?[0-9]{1,2}:[0-9:]+)?|([0-9]{8})"
)
_MONTH = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})月?份?|([0-9]{4})([0-9]{2})")
_YEAR = re.compile(r"([0-9]{4})年?")
_EXCEL_BEGINS = date(1899, 12, 30)
_FIRST_DAY_NUMBER, _LAST_DAY_NUMBER = 3_654, 73_050
"""1910 to 2099: a smaller number is a year or a mistake."""


@dataclass(frozen=True, slots=True)
class TypedDate:
    """What a cell says of a day; at most one of `day`, `months` and `year` is set.

    `months` are (year, month): two of them where a sheet cannot tell January from October, because
    1976.1 and 1976.10 are one number.
    """

    day: date | None = None
    months: tuple[tuple[int, int], ...] = ()
    year: int | None = None
    is_day_number: bool = False
    """Whether it stood there as Excel's count of days, without being shown as a date."""

    @property
    def is_clear(self) -> bool:
        """Whether anything was understood."""
        return self.day is not None or bool(self.months) or self.year is not None

    def may_be(self, day: date) -> bool:
        """Whether the day agrees with all that was typed."""
        if self.day is not None:
            return self.day == day
        if self.months:
            return (day.year, day.month) in self.months
        return self.year is None or self.year == day.year


def typed_date(cell: Cell, text: str) -> TypedDate:
    """Read a cell; `text` is its half-width text. Nothing is made up: no day where none stands."""
    plain = text.replace(" ", "") if _DAY.fullmatch(text) is None else text
    day = full_date(plain)
    if day is not None:
        return TypedDate(day=day)
    if cell.kind is CellKind.NUMBER and re.fullmatch(r"[0-9]{4,5}", plain):
        number = int(plain)
        if _FIRST_DAY_NUMBER <= number <= _LAST_DAY_NUMBER:
            return TypedDate(day=_EXCEL_BEGINS + timedelta(days=number), is_day_number=True)
    month = _typed_months(plain, is_number=cell.kind is CellKind.NUMBER)
    if month:
        return TypedDate(months=month)
    year = _YEAR.fullmatch(plain)
    return TypedDate(year=int(year.group(1))) if year else TypedDate()


def _typed_months(text: str, *, is_number: bool) -> tuple[tuple[int, int], ...]:
    match = _MONTH.fullmatch(text)
    if match is None:
        return ()
    year = int(match.group(1) or match.group(3))
    month = int(match.group(2) or match.group(4))
    if not 1 <= month <= 12:
        return ()
    if is_number and re.fullmatch(r"[0-9]{4}\.1", text):
        return ((year, 1), (year, 10))
    return ((year, month),)


def full_date(text: str) -> date | None:
    """A date with year, month and day in any usual writing; None for 1976.5 or an unreal date."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day, _time, run = match.groups()
    if run:
        year, month, day = run[:4], run[4:6], run[6:]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
