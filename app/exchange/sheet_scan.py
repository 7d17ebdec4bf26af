"""One quick pass over a sheet's XML: how many rows hold something, and which cells are merged.

openpyxl either streams a sheet and forgets its merged cells, or loads all of it into memory. This
pass costs a fraction of either, keeps nothing but counters, and stops early in an endless sheet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

MAX_MERGED_RANGES = 50_000
MAX_ROW_NUMBER = 1_048_576
MAX_HIDDEN_ROWS = 200_000

_TRUE = ("1", "true")
_CHUNK_BYTES = 1 << 16
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged rectangle, rows and columns counted from 1, ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class SheetScan:
    """What the pass found. `filled_rows` is not counted on beyond the limit given.

    Nothing below `last_filled_row` needs reading: sheets are often formatted to the last row there
    is, a million empty cells a column.
    """

    filled_rows: int = 0
    last_filled_row: int = 0
    cells: int = 0
    """Empty ones too; not counted on beyond the limit given."""
    merged: tuple[MergedRange, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    """Rows nobody sees: hidden by hand or by a filter."""


class _Scanner:
    def __init__(self, stop_after: int, most_cells: int) -> None:
        self.stop_after = stop_after
        self.most_cells = most_cells
        self.cells = 0
        self.filled_rows = 0
        self.last_filled_row = 0
        self.merged: list[MergedRange] = []
        self.hidden_rows: set[int] = set()
        self._row = 0

    @property
    def is_done(self) -> bool:
        return self.filled_rows > self.stop_after or self.cells > self.most_cells

    def on_start(self, tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "c":
            self.cells += 1
        elif kind == "row":
            self._begin_row(int(attributes.get("r", self._row + 1)))
            if attributes.get("hidden") in _TRUE and len(self.hidden_rows) < MAX_HIDDEN_ROWS:
                self.hidden_rows.add(self._row)
        elif kind in ("v", "is", "f"):
            if self.last_filled_row != self._row:
                self.last_filled_row = self._row
                self.filled_rows += 1
        elif kind == "mergeCell" and len(self.merged) < MAX_MERGED_RANGES:
            merged = _parse_range(attributes.get("ref", ""))
            if merged is not None:
                self.merged.append(merged)

    def _begin_row(self, number: int) -> None:
        """Rows out of order would be passed over in silence, and far ones waited for in vain."""
        if not self._row < number <= MAX_ROW_NUMBER:
            raise ValueError(f"row {number} after row {self._row}")
        self._row = number


def scan_sheet(content: IO[bytes], *, stop_after: int, most_cells: int = 10**7) -> SheetScan:
    """Scan a sheet's XML; stops once more than `stop_after` rows hold something, or at more than
    `most_cells` cells.

    Raises ValueError for XML that is not well formed, and for rows out of order.
    """
    scanner = _Scanner(stop_after, most_cells)
    parser = expat.ParserCreate()
    parser.StartElementHandler = scanner.on_start
    try:
        while not scanner.is_done and (chunk := content.read(_CHUNK_BYTES)):
            parser.Parse(chunk, False)
        if not scanner.is_done:
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return SheetScan(
        scanner.filled_rows,
        scanner.last_filled_row,
        scanner.cells,
        tuple(scanner.merged),
        frozenset(scanner.hidden_rows),
    )


def _parse_range(text: str) -> MergedRange | None:
    match = _RANGE.fullmatch(text.upper())
    if match is None:
        return None
    left, top, right, bottom = match.groups()
    first_row, last_row = sorted((int(top), min(int(bottom), MAX_ROW_NUMBER)))
    first_column, last_column = sorted((_column_number(left), _column_number(right)))
    return MergedRange(first_row, first_column, last_row, last_column)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
