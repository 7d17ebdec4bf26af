"""Which column a heading names, however a village words it."""

from __future__ import annotations

import pytest

from app.exchange.column_guess import ColumnGuess
from app.exchange.roster_columns import (
    RosterColumn,
    column_from_heading,
    guess_columns,
)
from app.exchange.sheet_scan import MergedRange
from tests.unit.exchange.workbooks import HEADER, grid_of, person
from ui.wording_roster import roster_sentence


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("序号", RosterColumn.SEQUENCE),
        ("户 编 号", RosterColumn.HOUSEHOLD_NUMBER),
        ("所属网格", RosterColumn.MICRO_GRID),
        ("微网格名称", RosterColumn.MICRO_GRID),
        ("户主姓名", RosterColumn.HEAD_NAME),
        ("姓　名", RosterColumn.NAME),
        ("家庭成员姓名", RosterColumn.NAME),
        ("与户主\n关系", RosterColumn.RELATION),
        ("与户主的关系", RosterColumn.RELATION),
        ("性别（必填）", RosterColumn.SEX),
        ("出生年月", RosterColumn.BIRTH_DATE),
        ("身份证号码(18位)", RosterColumn.IDENTITY_NUMBER),
        ("公民身份号码", RosterColumn.IDENTITY_NUMBER),
        ("本人身份证", RosterColumn.IDENTITY_NUMBER),
        ("*民族", RosterColumn.ETHNIC_GROUP),
        ("手机号码", RosterColumn.PHONE),
        ("本人联系电话", RosterColumn.PHONE),
        ("备注：", RosterColumn.NOTE),
    ],
)
def test_wordings(heading: str, column: RosterColumn) -> None:
    assert column_from_heading(heading) is column


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "帮联干部",
        "网格员",
        "网格长姓名",
        "户主身份证号码",
        "户主电话",
        "网格员电话",
        "曾用名姓名",
        "父亲姓名",
        "陆再",
        "坪坦乡坪坦村微网格户籍花名册(2026年)",
        "身份证" * 40,
    ],
)
def test_headings_that_name_no_column_of_ours(heading: str) -> None:
    assert column_from_heading(heading) is None


def guess(*rows: tuple[object, ...], merged: tuple[MergedRange, ...] = ()) -> ColumnGuess:
    found = guess_columns(grid_of(rows, merged))
    assert found is not None
    return found


def test_a_header_under_title_rows_in_another_order() -> None:
    columns = guess(
        ("坪坦村花名册",),
        (),
        ("填报单位:坪坦村村民委员会", None, "填报日期:2026.10.8"),
        ("姓名", "公民身份号码", "手机", "户主姓名", "民族"),
        ("陆再", None, None, "陆再", "侗"),
    )
    assert columns.header_row == 4
    assert columns.chosen == (
        (RosterColumn.NAME, 1),
        (RosterColumn.IDENTITY_NUMBER, 2),
        (RosterColumn.PHONE, 3),
        (RosterColumn.HEAD_NAME, 4),
        (RosterColumn.ETHNIC_GROUP, 5),
    )
    assert columns.letter(RosterColumn.HEAD_NAME) == "D"
    assert columns.letter(RosterColumn.SEX) is None


def test_a_header_in_two_rows() -> None:
    columns = guess(
        ("序号", "姓名", "证件", None),
        (None, None, "身份证号码", "联系电话"),
        merged=(MergedRange(1, 1, 2, 1), MergedRange(1, 2, 2, 2), MergedRange(1, 3, 1, 4)),
    )
    assert columns.header_row == 2
    assert columns.position(RosterColumn.NAME) == 2
    assert columns.position(RosterColumn.PHONE) == 4


def test_a_register_of_heads_reads_their_names() -> None:
    columns = guess(("序号", "户主姓名", "身份证号"))
    assert columns.position(RosterColumn.NAME) == 2
    assert columns.position(RosterColumn.HEAD_NAME) is None


def test_the_first_of_two_equal_headings_wins_and_the_other_is_told() -> None:
    columns = guess(("姓名", "性别", "电话", "手机", "帮联干部"))
    assert columns.position(RosterColumn.PHONE) == 3
    assert columns.unused() == ((4, "手机"), (5, "帮联干部"))


def test_no_header() -> None:
    assert guess_columns(grid_of([person(), person()])) is None
    assert guess_columns(grid_of([])) is None
    assert guess_columns(grid_of([("序号", "性别", "电话")])) is None


def test_a_corrected_guess() -> None:
    columns = guess(HEADER)
    moved = columns.corrected(RosterColumn.PHONE, 9)
    assert moved.position(RosterColumn.PHONE) == 9
    assert moved.position(RosterColumn.NOTE) is None
    taken_away = moved.corrected(RosterColumn.PHONE, None)
    assert taken_away.position(RosterColumn.PHONE) is None
    assert columns.position(RosterColumn.PHONE) == 8


@pytest.mark.parametrize("column", RosterColumn)
def test_what_the_program_calls_a_column_is_read_as_that_column(column: RosterColumn) -> None:
    """So that a roster that was exported can be read back."""
    assert column_from_heading(roster_sentence(column)) is column
