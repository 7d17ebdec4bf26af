"""Where the header of a sheet is and what its columns hold: a guess that a person can correct."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from openpyxl.utils import get_column_letter

from app.exchange.sheet_grid import GridRow

SEARCHED_ROWS = 40
"""Rows in which a header is looked for; titles take a handful."""
LONGEST_HEADING = 40


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """Where the header is and what each column holds; columns are counted from 1.

    `headings` are the header's texts from column 1 on, as typed, for showing to a person.
    """

    header_row: int
    headings: tuple[str, ...]
    chosen: tuple[tuple[StrEnum, int], ...]

    def position(self, column: StrEnum) -> int | None:
        """The column number, or None if the roster has no such column."""
        return next((number for kind, number in self.chosen if kind is column), None)

    def letter(self, column: StrEnum) -> str | None:
        """The column as Excel shows it: A, B, ..."""
        number = self.position(column)
        return None if number is None else get_column_letter(number)

    def heading(self, column: StrEnum) -> str:
        """The column's own heading as typed; empty where there is none."""
        number = self.position(column) or 0
        return self.headings[number - 1] if 0 < number <= len(self.headings) else ""

    def corrected(self, column: StrEnum, position: int | None) -> ColumnGuess:
        """The guess with a column moved, or taken away with None; a position holds one column."""
        kept = [
            (kind, number)
            for kind, number in self.chosen
            if kind is not column and number != position
        ]
        if position is not None:
            kept.append((column, position))
        return replace(self, chosen=tuple(sorted(kept, key=lambda pair: pair[1])))

    def unused(self) -> tuple[tuple[int, str], ...]:
        """Columns with a heading that nothing is read from."""
        used = {number for _, number in self.chosen}
        return tuple(
            (number, heading)
            for number, heading in enumerate(self.headings, start=1)
            if heading and number not in used
        )


def guess_of(row: GridRow, found: Iterable[tuple[StrEnum, int]]) -> ColumnGuess:
    """The guess that this row is the header, with what was recognised in it."""
    headings = tuple(re.sub(r"\s+", "", cell.text)[:LONGEST_HEADING] for cell in row.cells)
    chosen = tuple(sorted(found, key=lambda pair: pair[1]))
    return ColumnGuess(row.number, headings, chosen)


def plain_heading(text: str) -> str:
    """A heading as it is compared: half-width, without spaces, brackets and signs."""
    return re.sub(r"\s+|\([^)]*\)|[*:：]", "", unicodedata.normalize("NFKC", text)).upper()
