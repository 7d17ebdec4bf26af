"""Rosters of the second form as committees send them: a sheet for each micro-grid, the head's name
in merged cells, numbers typed as numbers. Real workbooks; every person is made up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.helpers.stores import an_identity_number

HEADER = ("序号", "户主姓名", "成员姓名", "公民身份号码", "出生年月", "民族", "联系电话", "备注")
SURNAMES = "吴杨石陆粟龙黄李"


def members(surname: str, size: int, *, seed: int) -> list[tuple[str, str]]:
    """Names and right identity numbers of a household of ``size``, the head first."""
    given = "再德全妹花兰英秀"
    return [
        (
            f"{surname}{given[place % len(given)]}{chr(0x4E00 + seed * 7 + place)}",
            an_identity_number(date(1950, 1, 1) + timedelta(days=seed * 97 + place * 5200), order=
                               101 + seed % 400 * 2 + place % 2),
        )
        for place in range(size)
    ]  # fmt: skip


def household_rows(
    surname: str, size: int, *, seed: int, header: Sequence[str] = HEADER
) -> list[list[object]]:
    """The rows of a household in the order of HEADER; the head's name in the first row alone."""
    people = members(surname, size, seed=seed)
    head = people[0][0]
    rows: list[list[object]] = []
    for place, (name, number) in enumerate(people):
        born = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
        typed: object = (
            born,
            f"{born.year}.{born.month}",
            float(f"{born.year}.{born.month:02d}"),
            f"{born.year}年{born.month}月",
            (born - date(1899, 12, 30)).days,
        )[(seed + place) % 5]
        group = "侗" if place % 2 else "侗族"
        values = {
            "序号": seed + 1 if place == 0 else None,
            "户主姓名": head if place == 0 else None,
            "成员姓名": name,
            "公民身份号码": number,
            "出生年月": typed,
            "民族": group,
            "联系电话": 13800000000 + seed if place == 0 else None,
            "备注": None,
        }
        rows.append([values.get(heading) for heading in header])
    return rows


def add_sheet(
    book: Workbook,
    name: str,
    homes: Iterable[list[list[object]]],
    *,
    title: str,
    header: Sequence[str] = HEADER,
    page_of: int = 6,
) -> Worksheet:
    """A sheet of households: title over all columns, header, merged heads, the header again on
    each page, a total line and a note at the end."""
    sheet = book.create_sheet(name)
    width = len(header)
    sheet.append([title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    sheet.append(list(header))
    merged = [header.index(heading) + 1 for heading in ("序号", "户主姓名") if heading in header]
    people = 0
    homes = list(homes)
    for place, home in enumerate(homes, start=1):
        first = sheet.max_row + 1
        for row in home:
            sheet.append(row)
        people += len(home)
        if len(home) > 1:
            for column in merged:
                sheet.merge_cells(
                    start_row=first,
                    end_row=first + len(home) - 1,
                    start_column=column,
                    end_column=column,
                )
        if place % page_of == 0 and place < len(homes):
            sheet.append([None, f"本页小计 {page_of}户"])
            sheet.append([])
            sheet.append(list(header))
    sheet.append(["合计", f"{len(homes)}户", f"{people}人"])
    sheet.append(["注：本表由网格员填写，一式两份。"])
    return sheet


def save_second_form(path: Path) -> Path:
    """Two micro-grids of 16 and 17 households, a cover, notes, a summary and a hidden sheet.

    In 第1微网格 one number lost its last digits (row 4); in the second sheet, whose columns stand
    in another order, one number is wrong.
    """
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "封面"
    cover.append(["坪坦乡坪坦村户籍花名册"])
    book.create_sheet("填表说明").append(["一、本表按微网格填写，一个微网格一张表。"])
    first = [household_rows(SURNAMES[n % 8], 2 + n % 4, seed=n) for n in range(16)]
    first[0][1][3] = 433031197802220000.0
    add_sheet(book, "第1微网格", first, title="坪坦乡坪坦村第一微网格户籍花名册")
    other = ("序号", "公民身份号码", "成员姓名", "民族", "户主姓名", "联系电话", "出生年月", "备注")
    second = [
        household_rows(SURNAMES[n % 8], 1 + n % 5, seed=n, header=other) for n in range(20, 37)
    ]
    second[1][0][1] = str(second[1][0][1])[:-1] + ("1" if second[1][0][1][-1] != "1" else "2")  # type: ignore[index]
    add_sheet(book, "2网格", second, title="坪坦村户籍花名册（2026年）", header=other)
    summary = book.create_sheet("汇总")
    summary.append(["微网格", "网格员姓名", "户数", "人数", "联系电话"])
    summary.append(["第1微网格", "张某", 16, 56, 13800000000])
    hidden = book.create_sheet("旧名册")
    hidden.append(list(HEADER))
    hidden.append(household_rows("石", 1, seed=90)[0])
    hidden.sheet_state = "hidden"
    book.save(path)
    return path
