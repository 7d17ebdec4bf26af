"""A table as an Excel file: text stays text, memory stays small, a file is whole or not there."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.errors import ErrorCode, UserFacingError
from app.exchange.sheet_out import OutSheet, write_sheet, write_workbook

COLUMNS = (("户号", 8), ("名称", 20), ("号码", 24))


def cells_of(path: Path, sheet: int = 0) -> list[list[object]]:
    rows = load_workbook(path).worksheets[sheet].iter_rows()
    return [[cell.value for cell in row] for row in rows]


def test_every_cell_is_text_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    rows = [
        ("001", "=1+1", "433031197605040119"),
        ("\x07响\ud800", "", "两\r\n行"),
        (" 前后 ", "<&>\"'", "𠅤妹"),
    ]

    write_workbook(path, [OutSheet("清单", COLUMNS, rows, "每周合并清单")])

    assert cells_of(path) == [
        ["每周合并清单", None, None],
        ["户号", "名称", "号码"],
        ["001", "=1+1", "433031197605040119"],
        ["响", None, "两\n行"],
        [" 前后 ", "<&>\"'", "𠅤妹"],
    ]
    sheet = load_workbook(path).worksheets[0]
    assert {cell.data_type for cell in sheet[3]} == {"s"}
    assert {cell.number_format for cell in sheet[3]} == {"@"}
    assert sheet.freeze_panes == "A3"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.print_options.gridLines
    assert sheet.column_dimensions["B"].width == 20


def test_sheet_names_are_made_to_fit_and_never_doubled(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    names = ["第1/2微网格:上寨", "A" * 40, "a" * 40, "'"]

    write_workbook(path, [OutSheet(name, COLUMNS, [("1",)]) for name in names])

    titles = load_workbook(path).sheetnames
    assert titles == ["第1 2微网格 上寨", "A" * 31, "a" * 26 + " (3)", "4"]
    assert cells_of(path, 2) == [["户号", "名称", "号码"], ["1", None, None]]


def test_a_column_beyond_z_keeps_its_place(tmp_path: Path) -> None:
    columns = tuple((str(place), 5) for place in range(1, 30))
    path = tmp_path / "宽.xlsx"
    write_sheet(path, title="宽", columns=columns, rows=[["x"] * 29])
    assert load_workbook(path).worksheets[0]["AC2"].value == "x"


def test_a_disk_that_does_not_let_us_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "清单.xlsx"
    with pytest.raises(UserFacingError) as raised:
        write_sheet(path, title="一", columns=COLUMNS, rows=[("三",)])
    assert raised.value.code is ErrorCode.SHEET_NOT_WRITTEN
    assert raised.value.params["file"] == "清单.xlsx"
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_stops_half_way_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    write_sheet(path, title="一", columns=COLUMNS, rows=[("旧",)])

    class StoppedError(Exception):
        pass

    def rows() -> Iterator[tuple[str]]:
        yield ("新",)
        raise StoppedError

    with pytest.raises(StoppedError):
        write_sheet(path, title="一", columns=COLUMNS, rows=rows())
    assert cells_of(path)[1][0] == "旧"
    assert list(tmp_path.iterdir()) == [path]


def test_the_memory_it_takes_does_not_grow_with_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "全县.xlsx"
    rows = ((str(place), "杨某", "433031197605040119") for place in range(20_000))
    tracemalloc.start()
    try:
        write_sheet(path, title="全县", columns=COLUMNS, rows=rows)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    with closing(load_workbook(path, read_only=True)) as book:
        last = next(book.worksheets[0].iter_rows(min_row=20_001, values_only=True))
    assert last[0] == "19999"
