"""What was found in a table from Excel, and what importing it would do; codes and no prose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.exchange.column_guess import ColumnGuess
from app.exchange.roster_report import SkippedSheet
from app.exchange.table_forms import TableColumn, TableKind

TableParam = str | int
CellValue = str | date | datetime | StrEnum


class TableRefusal(StrEnum):
    """Why a row is not taken; the rest of the table is. Params beside each."""

    CELL_HAS_ERROR = "cell_has_error"  # cell
    CELL_HAS_FORMULA = "cell_has_formula"  # cell
    CELL_MISSING = "cell_missing"
    DATE_BEFORE = "date_before"  # typed, other
    DATE_IN_FUTURE = "date_in_future"  # typed
    DATE_TOO_EARLY = "date_too_early"  # typed
    DATE_UNCLEAR = "date_unclear"  # typed
    HOUSEHOLD_AMBIGUOUS = "household_ambiguous"  # typed, numbers
    HOUSEHOLD_CONTRADICTS = "household_contradicts"  # number, head, typed
    HOUSEHOLD_MISSING = "household_missing"
    HOUSEHOLD_UNKNOWN = "household_unknown"  # typed
    MICRO_GRID_UNKNOWN = "micro_grid_unknown"  # typed
    PLACE_MISSING = "place_missing"
    TEXT_TOO_LONG = "text_too_long"  # cell, length, limit
    TIME_UNCLEAR = "time_unclear"  # typed
    WITHDRAWN_THERE = "withdrawn_there"
    WORD_UNKNOWN = "word_unknown"  # typed, known


class TableNote(StrEnum):
    """What is taken but should be looked at; params beside each."""

    COLUMN_NOT_USED = "column_not_used"  # heading
    HOUR_UNKNOWN = "hour_unknown"
    MAY_NOT_CLOSE = "may_not_close"
    ROWS_HIDDEN = "rows_hidden"  # count
    STATE_NOT_READ = "state_not_read"  # typed
    STATE_UNKNOWN = "state_unknown"  # typed
    WORKER_UNKNOWN = "worker_unknown"  # typed


class DoubleKind(StrEnum):
    """Why a row is passed over: it is there already."""

    IN_STORE = "in_store"
    IN_FILE = "in_file"  # first_row, first_sheet


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as read: values by column, days as dates and codes as their enums."""

    sheet: str
    row: int
    values: Mapping[TableColumn, CellValue]

    def text(self, column: TableColumn) -> str:
        """What was typed; empty where nothing was."""
        value = self.values.get(column, "")
        return value if isinstance(value, str) else ""

    def day(self, column: TableColumn) -> date | None:
        """The day of a column of dates."""
        value = self.values.get(column)
        return value if isinstance(value, date) else None


@dataclass(frozen=True, slots=True)
class RefusedTableRow:
    """A row that is not taken, with the first reason found."""

    sheet: str
    row: int
    column: TableColumn | None
    column_letter: str
    reason: TableRefusal
    params: Mapping[str, TableParam] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableWarning:
    """Something to look at; `row` is None for a whole sheet."""

    sheet: str
    row: int | None
    kind: TableNote
    params: Mapping[str, TableParam] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A sheet that was read."""

    name: str
    columns: ColumnGuess
    rows: int


@dataclass(frozen=True, slots=True)
class TableReport:
    """Everything found in one workbook, before the store is asked."""

    file_name: str
    kind: TableKind
    sheets: tuple[TableSheet, ...]
    skipped_sheets: tuple[SkippedSheet, ...]
    rows: tuple[TableRow, ...]
    refused: tuple[RefusedTableRow, ...]
    warnings: tuple[TableWarning, ...]
