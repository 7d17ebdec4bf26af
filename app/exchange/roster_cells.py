"""The cells of one row of a roster: their texts, half-width, and what is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from app.exchange.column_guess import ColumnGuess
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_report import (
    RefusalReason,
    ReportParam,
    RosterWarning,
    WarningKind,
)
from app.exchange.sheet_grid import EMPTY, Cell, CellKind, GridRow
from app.households.rules import normalise_name

LONGEST: dict[RosterColumn, int] = {
    RosterColumn.HOUSEHOLD_NUMBER: 20,
    RosterColumn.MICRO_GRID: 50,
    RosterColumn.HEAD_NAME: 50,
    RosterColumn.NAME: 50,
    RosterColumn.RELATION: 30,
    RosterColumn.SEX: 20,
    RosterColumn.BIRTH_DATE: 40,
    RosterColumn.IDENTITY_NUMBER: 50,
    RosterColumn.ETHNIC_GROUP: 30,
    RosterColumn.PHONE: 50,
    RosterColumn.NOTE: 500,
    RosterColumn.GROUP: 40,
    RosterColumn.ADDRESS: 200,
    RosterColumn.HOUSEHOLD_PHONE: 50,
    RosterColumn.HOUSEHOLD_NOTE: 500,
    RosterColumn.STATUS: 30,
    RosterColumn.AWAY_PLACE: 100,
    RosterColumn.FORMER_NAME: 50,
    RosterColumn.MARITAL: 30,
    RosterColumn.POLITICAL: 30,
    RosterColumn.EDUCATION: 30,
    RosterColumn.OCCUPATION: 30,
    RosterColumn.WORKPLACE: 100,
    RosterColumn.REGISTRATION: 20,
    RosterColumn.REGISTERED_PLACE: 80,
    RosterColumn.LEFT_BEHIND: 30,
    RosterColumn.CARE_LEVEL: 20,
    RosterColumn.CARER_NAME: 50,
    RosterColumn.CARER_RELATION: 30,
    RosterColumn.CARER_PHONE: 50,
    RosterColumn.NEEDS: 1024,
    RosterColumn.SUPPORT: 1024,
}
"""Characters a cell may hold; names and details as in GB/T 31000-2015 tables 12 to 14."""


class RowRefusedError(Exception):
    """Among the readers of a row: stop reading it."""

    def __init__(self, reason: RefusalReason, column: RosterColumn, **params: ReportParam) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.column = column
        self.params = params


@dataclass(slots=True)
class RowReading:
    """The row being read, and the warnings so far."""

    row: GridRow
    columns: ColumnGuess
    today: date
    sheet: str
    warnings: list[RosterWarning] = field(default_factory=list)

    def cell(self, column: RosterColumn) -> Cell:
        position = self.columns.position(column)
        return EMPTY if position is None else self.row.cell(position)

    def text(self, column: RosterColumn) -> str:
        """Half-width, single-spaced text; "" for formulas and errors."""
        cell = self.cell(column)
        if cell.kind in (CellKind.FORMULA, CellKind.ERROR):
            return ""
        return tidy(unicodedata.normalize("NFKC", cell.text))

    def name_in(self, column: RosterColumn) -> str:
        cell = self.cell(column)
        is_text = cell.kind not in (CellKind.FORMULA, CellKind.ERROR)
        name = normalise_name(cell.text)[: LONGEST[column]] if is_text else ""
        return "" if is_number(name) else name

    def warn(self, kind: WarningKind, column: RosterColumn, **params: ReportParam) -> None:
        self.warnings.append(RosterWarning(self.row.number, column, kind, params, self.sheet))


def is_number(name: str) -> bool:
    """A serial number, or an identity number that a shifted column brought among the names."""
    return name.isdecimal() or sum(char.isdecimal() for char in name) >= 15


def tidy_lines(text: str) -> str:
    """Single-spaced text that keeps its lines: notes are more than one."""
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def refuse_unreadable_cells(reading: RowReading) -> None:
    """Raises RowRefusedError for a formula, an error or far too much text in a column we read."""
    for column, longest in LONGEST.items():
        cell = reading.cell(column)
        letter = reading.columns.letter(column) or ""
        place = f"{letter}{reading.row.number}"
        if cell.kind is CellKind.FORMULA:
            raise RowRefusedError(RefusalReason.CELL_HAS_FORMULA, column, cell=place)
        if cell.kind is CellKind.ERROR:
            raise RowRefusedError(
                RefusalReason.CELL_HAS_ERROR, column, cell=place, error=cell.text[:20]
            )
        if len(cell.text) > longest:
            raise RowRefusedError(
                RefusalReason.TEXT_TOO_LONG,
                column,
                cell=place,
                length=len(cell.text),
                limit=longest,
            )
