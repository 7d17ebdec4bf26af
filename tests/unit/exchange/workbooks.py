"""Builders of small workbooks and grids. Every person is made up."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from app.exchange.roster import report_on_sheets
from app.exchange.roster_columns import guess_columns
from app.exchange.roster_report import RosterReport
from app.exchange.roster_sheets import SheetDecision, choose_sheets
from app.exchange.sheet_grid import Grid, cell_from_value, make_grid
from app.exchange.sheet_scan import MergedRange

TODAY = date(2026, 11, 23)
PINGTAN = Path(__file__).parents[3] / "app/demo/data/roster_pingtan.xlsx"
HEADER = ("序号", "户号", "微网格", "姓名", "与户主关系", "性别", "身份证号码", "联系电话", "备注")

WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]


def identity_number(born: str = "19780222", order: int = 923, area: str = "433031") -> str:
    """A made-up number with a right check digit; weights computed as powers of two."""
    body = f"{area}{born}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


MAN = identity_number()
WOMAN = identity_number("19761128", 554)
BOY = identity_number("20110715", 703, "431230")
GIRL = identity_number("20100421", 992, "431230")


def person(
    name: object = "陆再",
    relation: object = "户主",
    sex: object = "男",
    number: object = MAN,
    *,
    household: object = None,
    micro_grid: object = None,
    phone: object = None,
    note: object = None,
) -> tuple[object, ...]:
    """A row in the order of HEADER."""
    return (None, household, micro_grid, name, relation, sex, number, phone, note)


def grid_of(rows: Iterable[Sequence[object]], merged: Sequence[MergedRange] = ()) -> Grid:
    """A grid whose first row is row 1."""
    cells = (tuple(cell_from_value(value) for value in row) for row in rows)
    return make_grid("名册", (iter(row) for row in cells), merged)


def report_of(
    *rows: Sequence[object], header: Sequence[object] = HEADER, merged: Sequence[MergedRange] = ()
) -> RosterReport:
    """The report on a sheet with the header in row 1 and the given rows from row 2 on."""
    grid = grid_of([header, *rows], merged)
    columns = guess_columns(grid)
    assert columns is not None
    chosen = choose_sheets(
        [grid], file_name="名册.xlsx", decisions={grid.sheet: SheetDecision(columns=columns)}
    )
    return report_on_sheets(chosen.to_read, (), file_name="名册.xlsx", today=TODAY)


def save_workbook(path: Path, rows: Iterable[Sequence[object]], *, merged: str = "") -> Path:
    """A workbook of one sheet; `merged` is one range such as B2:B4."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if merged:
        sheet.merge_cells(merged)
    workbook.save(path)
    return path


def save_roster(path: Path, *rows: Sequence[object], merged: str = "") -> Path:
    """A workbook with the usual header in row 1."""
    return save_workbook(path, [HEADER, *rows], merged=merged)


def replace_part(path: Path, part: str, content: bytes) -> None:
    """Write a workbook's part anew, whatever it holds."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)


SHEET_START = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SHEET_END = "</sheetData></worksheet>"


def sheet_xml(rows: Iterable[Sequence[str]]) -> bytes:
    """A sheet's XML with inline texts: much quicker to write than through openpyxl."""
    lines = [
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) + "</row>"
        for row in rows
    ]
    return (SHEET_START + "".join(lines) + SHEET_END).encode()
