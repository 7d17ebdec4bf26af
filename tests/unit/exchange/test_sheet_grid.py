"""Cells as a person would type them; empty rows and merged cells."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

import pytest

from app.exchange.sheet_grid import Cell, CellKind, cell_from_value, read_grids
from app.exchange.sheet_scan import MergedRange, scan_sheet
from app.exchange.workbook import open_workbook
from tests.unit.exchange.workbooks import SHEET_START, grid_of, save_workbook


@pytest.mark.parametrize(
    ("value", "text", "kind"),
    [
        (None, "", CellKind.EMPTY),
        ("", "", CellKind.EMPTY),
        ("陆再", "陆再", CellKind.TEXT),
        (True, "True", CellKind.TEXT),
        (13874512345, "13874512345", CellKind.NUMBER),
        (13874512345.0, "13874512345", CellKind.NUMBER),
        (1976.5, "1976.5", CellKind.NUMBER),
        (433031197802229237, "433031197802229237", CellKind.NUMBER),
        (433031197802229000, "433031197802229000", CellKind.ROUNDED_NUMBER),
        (4.33031197802229e17, "433031197802229000", CellKind.ROUNDED_NUMBER),
        (date(1976, 5, 3), "1976-05-03", CellKind.DATE),
        (datetime(1976, 5, 3), "1976-05-03", CellKind.DATE),
        (time(8, 30), "08:30:00", CellKind.DATE),
    ],
)
def test_values_become_what_a_person_would_type(value: object, text: str, kind: CellKind) -> None:
    cell = cell_from_value(value)
    assert (cell.text, cell.kind) == (text, kind)


def test_empty_rows_are_dropped_and_numbers_kept() -> None:
    grid = grid_of([["标题"], [], [None, None], ["甲", None, "乙", None]])
    assert [row.number for row in grid.rows] == [1, 4]
    assert len(grid.rows[1].cells) == 3
    assert grid.rows[1].cell(3).text == "乙"
    assert grid.rows[1].cell(9).is_empty
    assert grid.rows[1].cell(0).is_empty


def test_merged_cells_reach_down_but_not_sideways() -> None:
    grid = grid_of(
        [["001", "陆再"], [None, "甲"], [], [None, "乙"]], merged=[MergedRange(1, 1, 4, 2)]
    )
    assert [row.number for row in grid.rows] == [1, 2, 4]
    assert [row.cell(1) for row in grid.rows] == [
        Cell("001", CellKind.TEXT, spans_rows=True),
        Cell("001", CellKind.TEXT, is_from_merged=True),
        Cell("001", CellKind.TEXT, is_from_merged=True),
    ]
    assert [row.cell(2).text for row in grid.rows] == ["陆再", "甲", "乙"]


def test_merged_ranges_outside_the_grid_do_no_harm() -> None:
    merged = [MergedRange(5, 1, 9, 1), MergedRange(1, 40, 2, 40), MergedRange(1, 2, 1048576, 2)]
    grid = grid_of([["甲"], ["乙"]], merged=merged)
    assert [row.cell(1).text for row in grid.rows] == ["甲", "乙"]


def test_a_scan_counts_rows_and_finds_merged_cells() -> None:
    xml = (
        SHEET_START
        + '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row>'
        + '<row r="2"><c r="A2" s="1"/></row>'
        + '<row r="7"><c r="A7" t="inlineStr"><is><t>甲</t></is></c></row>'
        + '<row r="9"><c r="A9" s="1"/></row></sheetData>'
        + '<mergeCells><mergeCell ref="A1:I1"/><mergeCell ref="$b$2:B4"/><mergeCell ref="?"/>'
        + "</mergeCells></worksheet>"
    )
    scan = scan_sheet(BytesIO(xml.encode()), stop_after=100)
    assert (scan.filled_rows, scan.last_filled_row) == (2, 7)
    assert scan.merged == (MergedRange(1, 1, 1, 9), MergedRange(2, 2, 4, 2))


def test_a_scan_stops_early() -> None:
    endless = SHEET_START + "<row><c><v>1</v></c></row>" * 50_000
    assert scan_sheet(BytesIO(endless.encode()), stop_after=10).filled_rows < 50_000


def test_a_scan_of_a_prefixed_sheet() -> None:
    xml = (
        '<x:worksheet xmlns:x="urn:x"><x:sheetData><x:row r="3"><x:c><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    assert scan_sheet(BytesIO(xml.encode()), stop_after=10).last_filled_row == 3


def test_merged_cells_of_a_real_workbook(tmp_path: Path) -> None:
    rows = [["户号", "姓名"], ["001", "甲"], [None, "乙"], [None, "丙"]]
    path = save_workbook(tmp_path / "a.xlsx", rows, merged="A2:A4")
    with open_workbook(path) as workbook:
        (grid,) = read_grids(workbook, None)
    assert [row.cell(1).text for row in grid.rows] == ["户号", "001", "001", "001"]


def test_formulas_and_errors_of_a_real_workbook(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "a.xlsx", [["=1+1", "#REF!", "＝1", "  "]])
    with open_workbook(path) as workbook:
        (grid,) = read_grids(workbook, None)
    kinds = [cell.kind for cell in grid.rows[0].cells]
    assert kinds == [CellKind.FORMULA, CellKind.ERROR, CellKind.TEXT]
