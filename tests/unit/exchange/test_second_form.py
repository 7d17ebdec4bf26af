"""The second form of roster: a sheet for each micro-grid, heads in merged cells, other columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.errors import ErrorCode, UserFacingError
from app.exchange.micro_grid_names import (
    micro_grid_in_text,
    micro_grid_of_sheet,
    village_group_in_text,
)
from app.exchange.roster import read_roster
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_report import (
    RefusalReason,
    RosterReport,
    SheetSkip,
    SkippedKind,
    WarningKind,
)
from app.exchange.roster_sheets import SheetDecision
from app.households.vocabulary import EthnicGroup, MicroGridSize, Relation
from tests.helpers.rosters import HEADER, SURNAMES, add_sheet, household_rows, save_second_form
from tests.unit.exchange.workbooks import TODAY


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> RosterReport:
    path = save_second_form(tmp_path_factory.mktemp("second") / "名册.xlsx")
    return read_roster(path, today=TODAY)


def read(
    path: Path, fill: Callable[[Workbook], object], **decisions: SheetDecision
) -> RosterReport:
    book = Workbook()
    book.remove(book.worksheets[0])
    fill(book)
    book.save(path)
    return read_roster(path, decisions=decisions, today=TODAY)


def homes_of(*sizes: int, seed: int = 0) -> list[list[list[object]]]:
    return [
        household_rows(SURNAMES[(seed + place) % 8], size, seed=seed + place)
        for place, size in enumerate(sizes)
    ]


def kinds(report: RosterReport) -> list[WarningKind]:
    return [warning.kind for warning in report.warnings]


def test_every_sheet_is_read_and_gives_its_micro_grid(report: RosterReport) -> None:
    read = [(sheet.name, sheet.micro_grid, sheet.header_row) for sheet in report.sheets]
    assert read == [("第1微网格", "第1微网格", 2), ("2网格", "第2微网格", 2)]
    sizes = [(grid.name, grid.household_count, grid.finding) for grid in report.micro_grids]
    assert sizes == [("第1微网格", 16, MicroGridSize.FITS), ("第2微网格", 17, MicroGridSize.FITS)]
    assert report.village_name_hint == "坪坦村"


def test_sheets_that_are_no_roster_are_named_with_the_reason(report: RosterReport) -> None:
    assert [(sheet.name, sheet.reason) for sheet in report.skipped_sheets] == [
        ("封面", SheetSkip.NO_HEADER),
        ("填表说明", SheetSkip.NO_HEADER),
        ("汇总", SheetSkip.NO_HEADER),
        ("旧名册", SheetSkip.HIDDEN),
    ]


def test_the_lost_digits_and_the_wrong_number_are_refused_and_the_rest_kept(
    report: RosterReport,
) -> None:
    assert [(row.sheet, row.row, row.column_letter, row.reason) for row in report.refused] == [
        ("第1微网格", 4, "D", RefusalReason.IDENTITY_DIGITS_LOST),
        ("2网格", 4, "B", RefusalReason.IDENTITY_WRONG_CHECK_DIGIT),
    ]
    totals = report.totals
    assert (totals.residents_found, totals.households_found) == (104, 33)
    assert (totals.residents_accepted, totals.households_accepted) == (102, 33)
    assert (totals.residents_stated, totals.households_stated) == (104, 33)


def test_merged_heads_hold_households_together_over_pages(report: RosterReport) -> None:
    sizes = [len(home.rows) for home in report.households]
    assert sizes == [2 + n % 4 for n in range(16)] + [1 + n % 5 for n in range(20, 37)]
    heads = [resident.relation for home in report.households for resident in home.residents[:1]]
    assert heads.count(Relation.HEAD) == 32, "one head's own row was refused"
    assert report.households[0].residents[0].ethnic_group is EthnicGroup.DONG


def test_dates_in_all_their_forms_agree_with_the_numbers(report: RosterReport) -> None:
    assert WarningKind.BIRTH_DATE_CONTRADICTS_NUMBER not in kinds(report)
    assert WarningKind.BIRTH_DATE_UNCLEAR not in kinds(report)
    assert kinds(report) == [WarningKind.RELATION_COLUMN_MISSING] * 2 + [
        WarningKind.HEAD_ROW_REFUSED
    ]


def test_lines_of_pages_totals_and_notes_are_skipped(report: RosterReport) -> None:
    lines = [row.kind for row in report.skipped if row.sheet == "第1微网格"]
    assert lines == [
        *[SkippedKind.SUBTOTAL, SkippedKind.BLANK, SkippedKind.HEADER_AGAIN] * 2,
        SkippedKind.TOTAL,
        SkippedKind.SIGNATURE,
    ]


def test_two_neighbours_of_one_name_are_two_households(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        homes = homes_of(3, 2)
        homes[1][0][1] = homes[0][0][1]
        add_sheet(book, "1", homes, title="名册")

    report = read(tmp_path / "a.xlsx", fill)
    assert [home.rows for home in report.households] == [(3, 4, 5), (6, 7)]
    assert WarningKind.HEAD_NOT_AMONG_MEMBERS in kinds(report)


def test_a_household_over_a_page_break_stays_one(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = book.create_sheet("第3网格")
        (home,) = homes_of(4)
        sheet.append(list(HEADER))
        for place, row in enumerate(home):
            if place == 2:
                sheet.append(list(HEADER))
                row[1] = home[0][1]
            sheet.append(row)
        sheet.merge_cells("B2:B3")
        sheet.merge_cells("B5:B6")

    (home,) = read(tmp_path / "a.xlsx", fill).households
    assert home.rows == (2, 3, 5, 6)


def test_a_number_on_two_sheets_is_refused_with_the_first_place(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        second = homes_of(4, 4, seed=8)
        second[1][2][3] = homes_of(3)[0][2][3]
        add_sheet(book, "第1网格", homes_of(3, 3), title="名册")
        add_sheet(book, "第2网格", second, title="名册")

    (refused,) = read(tmp_path / "a.xlsx", fill).refused
    assert (refused.sheet, refused.reason) == ("第2网格", RefusalReason.IDENTITY_REPEATED)
    assert (refused.params["first_sheet"], refused.params["first_row"]) == ("第1网格", 5)


def test_a_sheet_of_the_whole_village_beside_its_micro_grids_is_a_copy(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        one, two = homes_of(3, 3), homes_of(3, 3, seed=8)
        add_sheet(book, "全村", one + two, title="坪坦村总名册")
        add_sheet(book, "一网格", one, title="名册")
        add_sheet(book, "二网格", two, title="名册")

    report = read(tmp_path / "a.xlsx", fill)
    assert [sheet.name for sheet in report.sheets] == ["一网格", "二网格"]
    (skipped,) = report.skipped_sheets
    assert (skipped.reason, skipped.people) == (SheetSkip.ALL_ON_OTHER_SHEETS, 12)
    assert report.refused == ()


def test_a_person_may_choose_other_sheets_and_another_micro_grid(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        add_sheet(book, "第1网格", homes_of(3, 3), title="名册")
        add_sheet(book, "Sheet2", homes_of(3, 3, seed=8), title="名册")

    report = read(
        tmp_path / "a.xlsx",
        fill,
        第1网格=SheetDecision(is_read=False),
        Sheet2=SheetDecision(micro_grid="上寨网格"),
    )
    assert [sheet.reason for sheet in report.skipped_sheets] == [SheetSkip.LEFT_OUT]
    assert [grid.name for grid in report.micro_grids] == ["上寨网格"]


def test_leaving_every_sheet_out_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError) as raised:
        read(
            tmp_path / "a.xlsx",
            lambda book: add_sheet(book, "1", homes_of(2), title="名册"),
            **{"1": SheetDecision(is_read=False)},
        )
    assert raised.value.code is ErrorCode.WORKBOOK_NO_SHEET_CHOSEN


def test_a_list_of_officials_is_not_read_as_villagers(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        add_sheet(book, "第1网格", homes_of(3, 3), title="名册")
        book.create_sheet("村干部").append(["姓名", "性别", "联系电话", "备注"])
        book["村干部"].append(["粟某", "男", "13800000000", "支书"])

    report = read(tmp_path / "a.xlsx", fill)
    (skipped,) = report.skipped_sheets
    assert (skipped.name, skipped.reason) == ("村干部", SheetSkip.OTHER_LIST)
    assert report.totals.residents_found == 6


NUMBERED = ("户号", *HEADER[1:])


def numbered(sheet: Worksheet, homes: list[list[list[object]]]) -> None:
    sheet.append(list(NUMBERED))
    for number, home in enumerate(homes, start=1):
        for row in home:
            sheet.append([number, *row[1:]])


def test_numbers_that_start_again_on_each_sheet_get_the_micro_grids_before(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        numbered(book.create_sheet("第1网格"), homes_of(2, 2, 2))
        numbered(book.create_sheet("第2网格"), homes_of(2, 2, seed=8))

    report = read(tmp_path / "a.xlsx", fill)
    assert [home.number for home in report.households] == ["1-1", "1-2", "1-3", "2-1", "2-2"]
    assert kinds(report).count(WarningKind.HOUSEHOLD_NUMBERS_START_AGAIN) == 1
    assert all(home.is_number_of_sheet for home in report.households)


def test_a_single_number_used_on_two_sheets_is_a_slip(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        numbered(book.create_sheet("第1网格"), homes_of(2, 2, 2, 2))
        numbered(book.create_sheet("第2网格"), homes_of(2, 2, 2, seed=8))
        second = book["第2网格"]
        for row in range(2, 8):
            second.cell(row, 1).value = 1 if row < 4 else 10 + row // 2

    report = read(tmp_path / "a.xlsx", fill)
    assert [home.number for home in report.households] == ["1", "2", "3", "4", "", "12", "13"]
    (warning,) = [w for w in report.warnings if w.kind is WarningKind.HOUSEHOLD_NUMBER_REPEATED]
    assert (warning.sheet, warning.params["first_sheet"]) == ("第2网格", "第1网格")


def test_hidden_rows_are_not_read_and_counted(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        sheet = add_sheet(book, "第1网格", homes_of(3, 3), title="名册")
        sheet.row_dimensions[5].hidden = True

    report = read(tmp_path / "a.xlsx", fill)
    assert report.totals.residents_found == 5
    assert [row.row for row in report.skipped if row.kind is SkippedKind.HIDDEN] == [5]
    (warning,) = [w for w in report.warnings if w.kind is WarningKind.ROWS_HIDDEN]
    assert warning.params == {"count": 1}


def test_a_title_and_a_sheet_that_name_two_micro_grids_are_told(tmp_path: Path) -> None:
    def fill(book: Workbook) -> None:
        add_sheet(book, "3网格", homes_of(2), title="坪坦村第二微网格名册")

    report = read(tmp_path / "a.xlsx", fill)
    assert [grid.name for grid in report.micro_grids] == ["第2微网格"]
    assert WarningKind.SHEET_SAYS_TWO_MICRO_GRIDS in kinds(report)


def test_a_sheet_of_a_village_group_gives_the_group(tmp_path: Path) -> None:
    report = read(
        tmp_path / "a.xlsx", lambda book: add_sheet(book, "三组", homes_of(2), title="名册")
    )
    (home,) = report.households
    assert (home.details, home.micro_grid_name) == (((RosterColumn.GROUP, "第3组"),), "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("坪坦乡坪坦村第二微网格户籍花名册", "第2微网格"),
        ("坪坦村微网格户籍花名册(2026年)", None),
        ("网格编号：3", "第3微网格"),
        ("微网格12名册", "第12微网格"),
        ("网格名称：上寨 网格员：张某", "上寨"),
        ("网格员：张三", None),
        ("全村3个微网格", None),
        ("2026年网格花名册", None),
    ],
)
def test_titles(text: str, found: str | None) -> None:
    name = micro_grid_in_text(text)
    assert (name.name if name else None) == found


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        ("第1微网格", "第1微网格"),
        ("2网格(杨某)", "第2微网格"),
        ("3", "第3微网格"),
        ("四", "第4微网格"),
        ("上寨网格", "上寨网格"),
        ("Sheet1", None),
        ("坪坦村花名册", None),
        ("各微网格", None),
        ("微网格", None),
        ("2026", None),
        ("三组", None),
    ],
)
def test_names_of_sheets(sheet: str, found: str | None) -> None:
    name = micro_grid_of_sheet(sheet)
    assert (name.name if name else None) == found


@pytest.mark.parametrize(
    ("text", "group"), [("三组", "第3组"), ("坪坦村第12村民小组", "第12组"), ("花名册", "")]
)
def test_groups(text: str, group: str) -> None:
    assert village_group_in_text(text) == group


def test_the_sample_has_what_it_says(tmp_path: Path) -> None:
    """Merged cells and number cells really are in the file that is read."""
    sheet = load_workbook(save_second_form(tmp_path / "a.xlsx"))["第1微网格"]
    assert "B3:B4" in {str(area) for area in sheet.merged_cells.ranges}
    assert isinstance(sheet["D4"].value, (int, float))
