"""Holidays from a list in a file: CSV or a workbook with day, 放假/上班, note."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.errors import ErrorCode, UserFacingError
from app.exchange.sheet_grid import read_grids
from app.exchange.workbook import SafeWorkbook, open_workbook
from app.settings.holidays import HolidayYear, read_rows

MAX_BYTES = 1_000_000
_ENCODINGS = ("utf-8-sig", "gb18030")
"""Excel in China writes CSV in the second."""


def holidays_from_file(path: Path, *, source: str) -> tuple[HolidayYear, ...]:
    """The tables of a file, each with this source.

    Raises ``UserFacingError``: HOLIDAYS_NOT_READ (file), HOLIDAY_ROW_WRONG (row, problem),
    and for a workbook what ``open_workbook`` raises.
    """
    years, problems = read_rows(_rows(path))
    if problems:
        first = problems[0]
        raise UserFacingError(ErrorCode.HOLIDAY_ROW_WRONG, row=first.number, problem=first.problem)
    if not years:
        raise UserFacingError(ErrorCode.HOLIDAYS_NOT_READ, file=path.name)
    return tuple(HolidayYear(one.year, one.days, source) for one in years)


def _rows(path: Path) -> Sequence[Sequence[str]]:
    if path.suffix.lower() in (".csv", ".txt"):
        return csv_rows(path)
    with open_workbook(path) as workbook:
        return list(_sheet_rows(workbook))


def _sheet_rows(workbook: SafeWorkbook) -> Iterator[list[str]]:
    for grid in read_grids(workbook, None):
        for row in grid.rows:
            yield [cell.text for cell in row.cells]


def csv_rows(path: Path) -> list[list[str]]:
    """The rows of a CSV in either of the two usual encodings."""
    try:
        content = path.read_bytes()[: MAX_BYTES + 1]
    except OSError as problem:
        raise UserFacingError(ErrorCode.HOLIDAYS_NOT_READ, file=path.name) from problem
    for encoding in _ENCODINGS if len(content) <= MAX_BYTES else ():
        try:
            return list(csv.reader(io.StringIO(content.decode(encoding))))
        except (UnicodeDecodeError, csv.Error):
            continue
    raise UserFacingError(ErrorCode.HOLIDAYS_NOT_READ, file=path.name)
