"""A table as an Excel file: text stays text, and an older file is never half overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.errors import ErrorCode, UserFacingError
from app.exchange.table_sheet import write_table


def test_every_cell_is_text(tmp_path: Path) -> None:
    path = tmp_path / "清单.xlsx"
    rows = [("001", "=1+1", "433031197605040119"), ("\x07响", "", "两\n行")]
    write_table(path, title="每周合并清单", headers=("户号", "名称", "号码"), rows=rows)
    sheet = load_workbook(path).worksheets[0]
    cells = [[cell for cell in line] for line in sheet.iter_rows(min_row=1)]
    assert [cell.value for cell in cells[1]] == ["户号", "名称", "号码"]
    assert [cell.value for cell in cells[2]] == ["001", "=1+1", "433031197605040119"]
    assert {cell.data_type for cell in cells[2]} == {"s"}
    assert [cell.value or "" for cell in cells[3]] == ["响", "", "两\n行"]


def test_a_disk_that_does_not_let_us_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "gone" / "清单.xlsx"
    with pytest.raises(UserFacingError) as raised:
        write_table(path, title="一", headers=("二",), rows=[("三",)])
    assert raised.value.code is ErrorCode.TABLE_NOT_WRITTEN
    assert raised.value.params["file"] == "清单.xlsx"
    assert list(tmp_path.iterdir()) == []
