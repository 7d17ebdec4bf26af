"""Reading a table from Excel by its form: the same steps as a roster, without households."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path

from app.errors import ErrorCode, UserFacingError
from app.exchange.column_guess import (
    LONGEST_HEADING,
    SEARCHED_ROWS,
    ColumnGuess,
    guess_of,
    plain_heading,
)
from app.exchange.roster_cells import tidy_lines
from app.exchange.roster_report import SheetSkip, SkippedSheet
from app.exchange.sheet_grid import Cell, CellKind, Grid, GridRow, read_grids
from app.exchange.table_forms import TableColumn, TableForm, TableKind
from app.exchange.table_report import (
    CellValue,
    RefusedTableRow,
    TableNote,
    TableParam,
    TableRefusal,
    TableReport,
    TableRow,
    TableSheet,
    TableWarning,
)
from app.exchange.table_words import WORDS, code_of, known_words
from app.exchange.typed_dates import typed_date
from app.exchange.workbook import open_workbook
from db.clock import CHINA

FEWEST_COLUMNS = 2
EARLIEST = date(2000, 1, 1)
_DAYS = (TableColumn.DAY, TableColumn.DUE_ON, TableColumn.DONE_ON)
_CLOCK = re.compile(
    r"(上午|下午|晚上|早上|中午|凌晨)?([0-9]{1,2})[:时点]([0-9]{1,2})?(:[0-9]{2})?分?"
)
_AFTERNOON = ("下午", "晚上")
_TOTAL = re.compile(r".{0,4}(合计|总计|小计|共计)|(填表|制表|审核|说明|备注|注)[^:]{0,6}:")


class _RowRefusedError(Exception):
    def __init__(self, reason: TableRefusal, column: TableColumn, **params: TableParam) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.column = column
        self.params = params


def read_table(
    path: Path,
    form: TableForm,
    *,
    columns: Mapping[str, ColumnGuess] | None = None,
    now: datetime,
) -> TableReport:
    """Read a table without storing anything; `columns` by sheet replace the guesses.

    Every visible sheet with a fitting header is read: a year is often a sheet for each month.
    Raises UserFacingError: the WORKBOOK_ codes, and TABLE_NO_HEADER (needed) where no sheet fits.
    """
    with open_workbook(path) as workbook:
        grids = list(read_grids(workbook, None))
        hidden = [SkippedSheet(name, SheetSkip.HIDDEN) for name in workbook.hidden_sheets()]
    readings: list[_SheetReading] = []
    skipped: list[SkippedSheet] = []
    for grid in grids:
        guess = (columns or {}).get(grid.sheet) or guess_table(grid, form)
        if guess is None:
            reason = SheetSkip.NO_HEADER if grid.rows else SheetSkip.EMPTY
            skipped.append(SkippedSheet(grid.sheet, reason))
        else:
            readings.append(_SheetReading(grid, guess, form, now))
    if not readings:
        code = (
            ErrorCode.TABLE_NO_HEADER
            if any(grid.rows for grid in grids)
            else ErrorCode.WORKBOOK_EMPTY
        )
        raise UserFacingError(code, file=path.name, kind=form.kind)
    return TableReport(
        file_name=path.name,
        kind=form.kind,
        sheets=tuple(each.as_sheet() for each in readings),
        skipped_sheets=(*skipped, *hidden),
        rows=tuple(row for each in readings for row in each.rows),
        refused=tuple(row for each in readings for row in each.refused),
        warnings=tuple(one for each in readings for one in each.warnings()),
    )


def guess_table(grid: Grid, form: TableForm) -> ColumnGuess | None:
    """The best header among the first rows, or None where the needed columns are in none."""
    guesses = [_guess_from_row(row, form) for row in grid.rows[:SEARCHED_ROWS]]
    fitting = [guess for guess in guesses if _is_header(guess, form)]
    return max(fitting, key=lambda guess: len(guess.chosen), default=None)


def _is_header(guess: ColumnGuess, form: TableForm) -> bool:
    has_needed = all(guess.position(column) is not None for column in form.needed)
    return has_needed and len(guess.chosen) > FEWEST_COLUMNS


def _guess_from_row(row: GridRow, form: TableForm) -> ColumnGuess:
    found: dict[TableColumn, int] = {}
    for number, cell in enumerate(row.cells, start=1):
        if not cell.text or len(cell.text) > LONGEST_HEADING:
            continue
        column = form.column_of(plain_heading(cell.text))
        is_second_day = column is TableColumn.DAY and column in found
        if is_second_day and TableColumn.CLOCK_TIME in form.columns:
            column = TableColumn.CLOCK_TIME
        if column is not None:
            found.setdefault(column, number)
    return guess_of(row, found.items())


class _SheetReading:
    """One sheet, row by row."""

    def __init__(self, grid: Grid, columns: ColumnGuess, form: TableForm, now: datetime) -> None:
        self.name = grid.sheet
        self.columns = columns
        self.form = form
        self.now = now
        self.rows: list[TableRow] = []
        self.refused: list[RefusedTableRow] = []
        self._hidden = 0
        self._hour_unknown: list[int] = []
        for row in grid.rows:
            if row.number > columns.header_row:
                self._read(row)

    def as_sheet(self) -> TableSheet:
        return TableSheet(self.name, self.columns, len(self.rows) + len(self.refused))

    def warnings(self) -> Iterator[TableWarning]:
        for _, heading in self.columns.unused():
            yield TableWarning(
                self.name,
                self.columns.header_row,
                TableNote.COLUMN_NOT_USED,
                {"heading": heading},
            )
        if self._hidden:
            yield TableWarning(self.name, None, TableNote.ROWS_HIDDEN, {"count": self._hidden})
        for row in self._hour_unknown:
            yield TableWarning(self.name, row, TableNote.HOUR_UNKNOWN)

    def _read(self, row: GridRow) -> None:
        if row.is_hidden:
            self._hidden += 1
            return
        if self._holds_nothing(row):
            return
        try:
            self.rows.append(TableRow(self.name, row.number, self._values(row)))
        except _RowRefusedError as refusal:
            self.refused.append(
                RefusedTableRow(
                    sheet=self.name,
                    row=row.number,
                    column=refusal.column,
                    column_letter=self.columns.letter(refusal.column) or "",
                    reason=refusal.reason,
                    params=refusal.params,
                )
            )

    def _holds_nothing(self, row: GridRow) -> bool:
        """Blank lines, totals, signatures and the header written again."""
        typed = [cell.text for cell in row.cells if not cell.is_empty and not cell.is_from_merged]
        chosen = [
            (column, row.cell(number))
            for column, number in self.columns.chosen
            if column is not TableColumn.SEQUENCE
        ]
        if not any(not cell.is_empty and not cell.is_from_merged for _, cell in chosen):
            return True
        if _TOTAL.match(_plain(typed[0])):
            return True
        same = sum(
            cell.text == self.columns.heading(column) and bool(cell.text) for column, cell in chosen
        )
        return same > FEWEST_COLUMNS

    def _values(self, row: GridRow) -> dict[TableColumn, CellValue]:
        values: dict[TableColumn, CellValue] = {}
        for column, form in self.form.columns.items():
            position = self.columns.position(column)
            if position is None or column is TableColumn.SEQUENCE:
                continue
            cell = row.cell(position)
            self._refuse_unreadable(row, column, cell, form.longest)
            text = tidy_lines(cell.text)
            if column is TableColumn.ASKER_PHONE and "**" in text:
                continue  # masked when it went out: no telephone is better than a wrong one
            if text:
                values[column] = self._value(row, column, cell, text)
            elif form.is_needed:
                raise _RowRefusedError(TableRefusal.CELL_MISSING, column)
        self._fit_days(row, values)
        return values

    def _refuse_unreadable(
        self, row: GridRow, column: TableColumn, cell: Cell, longest: int
    ) -> None:
        place = f"{self.columns.letter(column) or ''}{row.number}"
        if cell.kind is CellKind.FORMULA:
            raise _RowRefusedError(TableRefusal.CELL_HAS_FORMULA, column, cell=place)
        if cell.kind is CellKind.ERROR:
            raise _RowRefusedError(TableRefusal.CELL_HAS_ERROR, column, cell=place)
        if len(cell.text) > longest:
            raise _RowRefusedError(
                TableRefusal.TEXT_TOO_LONG,
                column,
                cell=place,
                length=len(cell.text),
                limit=longest,
            )

    def _value(self, row: GridRow, column: TableColumn, cell: Cell, text: str) -> CellValue:
        if column in _DAYS:
            return self._day(column, cell, text)
        if (self.form.kind, column) not in WORDS:
            return text
        code = code_of(self.form.kind, column, text)
        if code is None:
            known = "、".join(known_words(self.form.kind, column))
            raise _RowRefusedError(TableRefusal.WORD_UNKNOWN, column, typed=text[:50], known=known)
        return code

    def _day(self, column: TableColumn, cell: Cell, text: str) -> date:
        typed = typed_date(cell, _plain_date(text))
        if typed.day is None:
            raise _RowRefusedError(TableRefusal.DATE_UNCLEAR, column, typed=text[:50])
        if typed.day < EARLIEST:
            raise _RowRefusedError(TableRefusal.DATE_TOO_EARLY, column, typed=text[:50])
        is_past = column is not TableColumn.DUE_ON
        if is_past and typed.day > self.now.astimezone(CHINA).date():
            raise _RowRefusedError(TableRefusal.DATE_IN_FUTURE, column, typed=text[:50])
        if column is TableColumn.DAY and self.form.kind is TableKind.INCIDENTS:
            return datetime.combine(typed.day, clock_of(text) or time(), CHINA)
        return typed.day

    def _fit_days(self, row: GridRow, values: dict[TableColumn, CellValue]) -> None:
        """Days in their order; the hour of an incident out of its own column."""
        began = values.get(TableColumn.DAY)
        for column in (TableColumn.DUE_ON, TableColumn.DONE_ON):
            day = values.get(column)
            if isinstance(day, date) and isinstance(began, date) and day < began:
                raise _RowRefusedError(
                    TableRefusal.DATE_BEFORE,
                    column,
                    typed=day.isoformat(),
                    other=began.isoformat(),
                )
        if not isinstance(began, datetime):
            return
        typed = values.pop(TableColumn.CLOCK_TIME, "")
        position = self.columns.position(TableColumn.DAY) or 0
        has_hour = clock_of(row.cell(position).text) is not None
        if isinstance(typed, str) and typed:
            hour = clock_of(typed)
            if hour is None:
                column = TableColumn.CLOCK_TIME
                raise _RowRefusedError(TableRefusal.TIME_UNCLEAR, column, typed=typed[:20])
            values[TableColumn.DAY] = began = datetime.combine(began.date(), hour, CHINA)
            has_hour = True
        if not has_hour:
            self._hour_unknown.append(row.number)
        if began > self.now:
            raise _RowRefusedError(
                TableRefusal.DATE_IN_FUTURE, TableColumn.DAY, typed=began.isoformat(" ", "minutes")
            )


def clock_of(text: str) -> time | None:
    """The time of day in a text such as 下午3点20分 or 2026-11-23 15:20; None where none stands."""
    plain = _plain(text)
    without_day = re.sub(r"[0-9]{4}[-./年][0-9]{1,2}[-./月][0-9]{1,2}[日号]?T?", "", plain)
    match = _CLOCK.fullmatch(without_day)
    if match is None:
        return None
    half, hour, minute = match.group(1) or "", int(match.group(2)), int(match.group(3) or 0)
    hour += 12 if half in _AFTERNOON and hour < 12 else 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text[:500]))


def _plain_date(text: str) -> str:
    """Without the time of day, so that only the day is judged."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
    match = re.match(r"([0-9]{4}[-./年][0-9]{1,2}[-./月][0-9]{1,2}[日号]?)(?![0-9])", plain)
    return match.group(1) if match else plain
