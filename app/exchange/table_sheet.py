"""A plain table as an Excel file: every cell is text, so that numbers keep their zeros and nothing
that was typed becomes a formula."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from app.errors import ErrorCode, UserFacingError

_WIDEST = 60
_TITLE_LIMIT = 31
"""Excel's own limit of a sheet's name."""


def write_table(
    path: Path, *, title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Writes the table, its title above it; an older file of that name is replaced whole.

    Raises ``UserFacingError`` TABLE_NOT_WRITTEN (file, problem) when the disk does not let us.
    """
    book = Workbook()
    for empty in list(book.worksheets):
        book.remove(empty)
    sheet: Any = book.create_sheet(title[:_TITLE_LIMIT])
    for place, line in enumerate(([title], headers, *rows), start=1):
        for column, text in enumerate(line, start=1):
            _write_cell(sheet.cell(place, column), text, is_bold=place <= 2, wraps=place > 1)
    for column, header in enumerate(headers, start=1):
        longest = max((len(row[column - 1]) for row in rows), default=0)
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = min(_WIDEST, 2 * max(len(header), longest) + 2)
    sheet.freeze_panes = "A3"
    _save(book, path)


def _write_cell(cell: Any, text: str, *, is_bold: bool, wraps: bool) -> None:
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=wraps, vertical="top")
    cell.font = Font(bold=is_bold)


def _save(book: Workbook, path: Path) -> None:
    """Beside it first: a full disk or an open Excel leaves the older file as it was."""
    part = path.with_name(f".{path.name}.part")
    try:
        book.save(part)
        part.replace(path)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise UserFacingError(
            ErrorCode.TABLE_NOT_WRITTEN, file=path.name, problem=problem.strerror or str(problem)
        ) from problem
