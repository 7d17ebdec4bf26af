"""A sheet as a plain grid: each cell a text and a kind, merged cells written out.

Readers of rosters work on this grid alone, so that they need to know nothing of Excel and can be
tested with a few lines of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.errors import ErrorCode, UserFacingError
from app.exchange.sheet_scan import MergedRange
from app.exchange.workbook import SafeWorkbook, told_as_damaged

MAX_COLUMNS = 60
"""Columns read; a roster has ten to thirty."""
MAX_FILLED_FROM_MERGED = 1_000_000

_LARGEST_EXACT_NUMBER = 10**15
"""Excel keeps fifteen digits of a number; an identity number typed as one loses its last three."""


class CellKind(StrEnum):
    """What a cell held."""

    EMPTY = "empty"
    TEXT = "text"
    NUMBER = "number"
    ROUNDED_NUMBER = "rounded_number"
    DATE = "date"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text as a person would type it; `is_from_merged` if it belongs to a cell above,
    `spans_rows` if it is merged with cells below."""

    text: str = ""
    kind: CellKind = CellKind.EMPTY
    is_from_merged: bool = False
    spans_rows: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return self.kind is CellKind.EMPTY


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row that holds something; `number` as Excel counts it, from 1."""

    number: int
    cells: tuple[Cell, ...]
    is_hidden: bool = False

    def cell(self, column: int) -> Cell:
        """The cell of a column counted from 1; EMPTY beyond the end."""
        return self.cells[column - 1] if 0 < column <= len(self.cells) else EMPTY


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a sheet that hold something, in order."""

    sheet: str
    rows: tuple[GridRow, ...]


def read_grids(workbook: SafeWorkbook, sheet: str | None) -> Iterator[Grid]:
    """The grid of the named sheet, or of each visible sheet in order, one at a time.

    Raises UserFacingError: WORKBOOK_SHEET_NOT_FOUND, WORKBOOK_DAMAGED.
    """
    sheets = workbook.visible_sheets()
    wanted = [each for each in sheets if sheet is None or each.title == sheet]
    if not wanted and sheet is not None:
        raise UserFacingError(
            ErrorCode.WORKBOOK_SHEET_NOT_FOUND,
            file=workbook.file_name,
            sheet=sheet,
            sheets="、".join(each.title for each in sheets),
        )
    for each in wanted:
        with told_as_damaged(workbook.file_name):
            scan = workbook.scan_of(each)
            each.reset_dimensions()
            rows = _stream(each, last_row=max(1, scan.last_filled_row))
            grid = make_grid(each.title, _cells_by_row(rows), scan.merged, scan.hidden_rows)
        yield grid


def _stream(sheet: Any, *, last_row: int) -> Iterator[Sequence[Any]]:
    """openpyxl's streamed cells; `Any` because its type stubs miss the streaming sheet's method."""
    rows: Iterator[Sequence[Any]] = sheet.iter_rows(
        min_row=1, max_row=last_row, min_col=1, max_col=MAX_COLUMNS
    )
    return rows


def make_grid(
    sheet: str,
    rows: Iterator[Iterator[Cell]],
    merged: Sequence[MergedRange] = (),
    hidden: Set[int] = frozenset(),
) -> Grid:
    """Build a grid from rows starting at row 1; drops empty rows, writes merged cells out."""
    cells_by_row: dict[int, list[Cell]] = {}
    for number, row in enumerate(rows, start=1):
        cells = list(row)
        if any(not cell.is_empty for cell in cells):
            cells_by_row[number] = cells
    _write_merged_out(cells_by_row, merged)
    return Grid(
        sheet,
        tuple(GridRow(n, _trimmed(cells), n in hidden) for n, cells in cells_by_row.items()),
    )


def _write_merged_out(rows: dict[int, list[Cell]], merged: Sequence[MergedRange]) -> None:
    """Copy a merged cell down its first column, into rows that hold something themselves.

    Not sideways: a title over nine columns is one title, not nine headings.
    """
    last = max(rows, default=0)
    budget = MAX_FILLED_FROM_MERGED
    for area in merged:
        column = area.first_column - 1
        top = rows.get(area.first_row)
        if top is None or column >= len(top) or top[column].is_empty:
            continue
        copy = replace(top[column], is_from_merged=True)
        if area.last_row > area.first_row:
            top[column] = replace(top[column], spans_rows=True)
        for number in range(area.first_row + 1, min(area.last_row, last) + 1):
            budget -= 1
            if number in rows:
                rows[number][column] = copy
        if budget < 0:
            return


def _trimmed(cells: list[Cell]) -> tuple[Cell, ...]:
    end = len(cells)
    while end and cells[end - 1].is_empty:
        end -= 1
    return tuple(cells[:end])


def _cells_by_row(rows: Iterator[Sequence[Any]]) -> Iterator[Iterator[Cell]]:
    before: Sequence[Any] = ()
    for row in rows:
        # openpyxl fills the gap before a stray cell, a million rows, with one and the same tuple.
        yield iter(()) if row is before else (_cell(cell) for cell in row)
        before = row


def _cell(cell: Any) -> Cell:
    """A streamed openpyxl cell as ours."""
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return EMPTY
    if cell.data_type == "f":
        return Cell(value if isinstance(value, str) else "=", CellKind.FORMULA)
    if cell.data_type == "e":
        return Cell(str(value), CellKind.ERROR)
    return cell_from_value(value)


def cell_from_value(value: object) -> Cell:
    """The cell for a plain Python value, numbers as a person would type them."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, datetime) and value.time() != time():
        return Cell(value.strftime("%Y-%m-%d %H:%M"), CellKind.DATE)
    if isinstance(value, date):
        return Cell(value.strftime("%Y-%m-%d"), CellKind.DATE)
    if isinstance(value, (time, timedelta)):
        return Cell(str(value), CellKind.DATE)
    if isinstance(value, int) and not isinstance(value, bool):
        lost = abs(value) >= _LARGEST_EXACT_NUMBER and value % 1000 == 0
        return Cell(str(value), CellKind.ROUNDED_NUMBER if lost else CellKind.NUMBER)
    if isinstance(value, float):
        return _cell_from_float(value)
    return Cell(str(value), CellKind.TEXT)


def _cell_from_float(value: float) -> Cell:
    # repr and not int(): above 2**53 int() would show digits that nobody typed.
    text = format(Decimal(repr(value)), "f")
    kind = CellKind.ROUNDED_NUMBER if abs(value) >= _LARGEST_EXACT_NUMBER else CellKind.NUMBER
    return Cell(text.removesuffix(".0"), kind)
