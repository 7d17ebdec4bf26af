"""A table out into an Excel workbook, every cell as text: numbers of papers keep their digits."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from app.errors import ErrorCode, UserFacingError

_ILLEGAL = dict.fromkeys([*range(0x00, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF])
"""What the format cannot hold."""
_MAX_CELL = 32_000


def write_sheet(
    path: Path,
    *,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[str]],
) -> None:
    """One sheet with a head line; ``columns`` are titles and widths in characters.

    The file is whole or not there. Raises ``UserFacingError`` SHEET_NOT_WRITTEN.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, (_title, width) in enumerate(columns):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    head = [_cell(sheet, words, is_head=True) for words, _width in columns]
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, words) for words in row])
    made = BytesIO()
    book.save(made)  # first in memory: a workbook that is cut off in the middle is no workbook
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_bytes(made.getvalue())
        unfinished.replace(path)
    except OSError as problem:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise UserFacingError(
            ErrorCode.SHEET_NOT_WRITTEN, file=path.name, problem=problem.strerror or ""
        ) from problem


def _cell(sheet: Any, words: str, *, is_head: bool = False) -> Any:
    """Text always: what begins with = or looks like a number must stay what was typed."""
    cell = WriteOnlyCell(sheet, value=words.translate(_ILLEGAL)[:_MAX_CELL])
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font = Font(bold=True)
    return cell
