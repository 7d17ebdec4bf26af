"""Tables out into an Excel workbook: the one writer for every list, paper and roster.

Every cell is text, so that numbers of papers keep their digits and nothing that was typed becomes
a formula. Lines go straight into the packed file: 100,000 of them need no more memory than ten, and
nothing is left readable in a folder for temporary files. The file is whole or not there.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from app.errors import ErrorCode, UserFacingError

MAX_LINES = 1_000_000
"""Lines of one sheet; the format ends at 1,048,576."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What the format cannot hold."""
_MAX_CELL = 32_000
_MAX_SHEET_NAME = 31
_MAX_WIDTH = 120
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_CHUNK_LINES = 500

_PLAIN, _BOLD, _TITLE = 0, 1, 2
"""Places in the style table below."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="3">'
    '<font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="14"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0"/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="49" fontId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="49" fontId="2" applyNumberFormat="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)


@dataclass(frozen=True, slots=True)
class OutSheet:
    """One sheet: a title line where there is one, the head line, the rows.

    ``columns`` are titles and widths in characters.
    """

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[str]]
    title: str = ""


def write_sheet(
    path: Path,
    *,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
) -> None:
    """A workbook of one sheet without a title line; raises as ``write_workbook``."""
    write_workbook(path, [OutSheet(title, columns, rows)])


def write_workbook(path: Path, sheets: Sequence[OutSheet]) -> None:
    """Writes the sheets; an older file of that name is replaced whole, or stays as it was.

    Raises ``UserFacingError`` SHEET_NOT_WRITTEN (file, problem), and whatever ``rows`` raise.
    """
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.touch(mode=0o600)  # names and numbers: for its owner only
        with unfinished.open("wb") as file:
            _write_archive(file, sheets)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as problem:
        raise UserFacingError(
            ErrorCode.SHEET_NOT_WRITTEN, file=path.name, problem=problem.strerror or str(problem)
        ) from problem
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _write_archive(file: IO[bytes], sheets: Sequence[OutSheet]) -> None:
    names = _sheet_names(sheets)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for part, content in _frame(names, [_head_line(one) for one in sheets]).items():
            archive.writestr(part, content)
        for place, sheet in enumerate(sheets, start=1):
            with archive.open(f"xl/worksheets/sheet{place}.xml", "w", force_zip64=True) as out:
                _write_lines(out, sheet)


def _sheet_names(sheets: Sequence[OutSheet]) -> list[str]:
    """Names the format takes: short, without its own signs, each once whatever its case."""
    names: list[str] = []
    for place, sheet in enumerate(sheets, start=1):
        plain = _NOT_IN_SHEET_NAME.sub(" ", _clean(sheet.name)).strip(" '")[:_MAX_SHEET_NAME]
        name = plain or f"{place}"
        if name.lower() in (each.lower() for each in names):
            name = f"{name[: _MAX_SHEET_NAME - 5]} ({place})"
        names.append(name)
    return names


def _head_line(sheet: OutSheet) -> int:
    """Below the title, where there is one."""
    return 2 if sheet.title else 1


def _frame(names: Sequence[str], head_lines: Sequence[int]) -> dict[str, str]:
    """Every part but the sheets themselves; on paper each page begins with the head line."""
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">'
        f"{escape(_quoted(name))}!$1:${line}</definedName>"
        for place, (name, line) in enumerate(zip(names, head_lines, strict=True))
    )
    places = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{place}" r:id="rId{place}"/>'
        for place, name in zip(places, names, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{place}" Type="{_OFFICE}/worksheet" '
        f'Target="worksheets/sheet{place}.xml"/>'
        for place in places
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" '
        f'ContentType="{_MIME}.worksheet+xml"/>'
        for place in places
    )
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MIME}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_MIME}.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets><definedNames>{titles}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f"{links}"
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": _STYLES,
    }


def _quoted(sheet_name: str) -> str:
    return "'" + sheet_name.replace("'", "''") + "'"


def _write_lines(out: IO[bytes], sheet: OutSheet) -> None:
    out.write(_beginning(sheet, _head_line(sheet)).encode())
    number = 0
    if sheet.title:
        number = 1
        out.write(_line(number, [sheet.title], _TITLE).encode())
    number += 1
    out.write(_line(number, [title for title, _width in sheet.columns], _BOLD).encode())
    waiting: list[str] = []
    for row in sheet.rows:
        number += 1
        if number > MAX_LINES:
            raise ValueError(f"more than {MAX_LINES} lines in one sheet")
        waiting.append(_line(number, row, _PLAIN))
        if len(waiting) == _CHUNK_LINES:
            out.write("".join(waiting).encode())
            waiting.clear()
    out.write("".join(waiting).encode())
    out.write(_END.encode())


_END = (
    '</sheetData><printOptions gridLines="1"/>'
    '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;L&amp;A&amp;R第 &amp;P 页，共 &amp;N 页</oddFooter>"
    "</headerFooter></worksheet>"
)
"""On paper: lines between the cells, the sheet's name and the page below."""


def _beginning(sheet: OutSheet, head_line: int) -> str:
    """The head line stays in sight; on paper the sheet is as wide as the page."""
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{min(width, _MAX_WIDTH)}" customWidth="1"/>'
        for place, (_title, width) in enumerate(sheet.columns, start=1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{head_line}" '
        f'topLeftCell="A{head_line + 1}" activePane="bottomLeft" state="frozen"/></sheetView>'
        f"</sheetViews>{f'<cols>{widths}</cols>' if widths else ''}<sheetData>"
    )


def _line(number: int, texts: Sequence[str], style: int) -> str:
    cells = "".join(
        f'<c r="{_letters(place)}{number}" s="{style}" t="inlineStr">'
        f'<is><t xml:space="preserve">{escape(_clean(text)[:_MAX_CELL])}</t></is></c>'
        for place, text in enumerate(texts, start=1)
        if text
    )
    return f'<row r="{number}">{cells}</row>'


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def _letters(column: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
