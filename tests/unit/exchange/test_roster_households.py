"""Putting rows into households and micro-grids, however the committee wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import ErrorCode, UserFacingError
from app.exchange.column_guess import ColumnGuess
from app.exchange.micro_grid_names import parse_micro_grid
from app.exchange.roster import read_roster
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_report import RosterReport, SkippedKind, WarningKind
from app.exchange.roster_sheets import SheetDecision
from app.exchange.sheet_scan import MergedRange
from app.households.vocabulary import MicroGridSize, Relation
from tests.unit.exchange.workbooks import (
    BOY,
    GIRL,
    HEADER,
    MAN,
    TODAY,
    WOMAN,
    identity_number,
    person,
    report_of,
    save_roster,
)


def numbers() -> Iterator[str]:
    """Different right numbers, all of men."""
    for days in range(20_000):
        born = TODAY - timedelta(days=10_000 + days)
        yield identity_number(born.strftime("%Y%m%d"), 111)


def shape(report: RosterReport) -> list[tuple[str, str, str, list[str]]]:
    return [
        (home.number, home.micro_grid_name, home.head_name, [r.name for r in home.residents])
        for home in report.households
    ]


def kinds(report: RosterReport) -> list[WarningKind]:
    small = WarningKind.MICRO_GRID_TOO_SMALL
    return [warning.kind for warning in report.warnings if warning.kind is not small]


def test_number_and_micro_grid_written_once_at_the_head() -> None:
    report = report_of(
        person("甲", household="001", micro_grid="第1微网格"),
        person("乙", "妻", "女", WOMAN),
        person("丙", "户主", "男", BOY, household="002", micro_grid="第1微网格"),
    )
    assert shape(report) == [
        ("001", "第1微网格", "甲", ["甲", "乙"]),
        ("002", "第1微网格", "丙", ["丙"]),
    ]
    assert kinds(report) == []


def test_number_and_micro_grid_repeated_in_every_row() -> None:
    report = report_of(
        person("甲", household="001", micro_grid="1"),
        person("乙", "妻", "女", WOMAN, household="1", micro_grid="第一网格"),
        person("丙", "户主", "男", BOY, household=2, micro_grid=1),
    )
    assert shape(report) == [
        ("001", "第1微网格", "甲", ["甲", "乙"]),
        ("2", "第1微网格", "丙", ["丙"]),
    ]
    assert kinds(report) == []


def test_vertically_merged_number_and_micro_grid() -> None:
    report = report_of(
        person("甲", household="001", micro_grid="第1微网格"),
        person("乙", "妻", "女", WOMAN),
        person("丙", "户主", "男", BOY, household="002"),
        person("丁", "女", "女", GIRL),
        merged=[
            MergedRange(2, 2, 3, 2),
            MergedRange(4, 2, 5, 2),
            MergedRange(2, 3, 5, 3),
        ],
    )
    assert shape(report) == [
        ("001", "第1微网格", "甲", ["甲", "乙"]),
        ("002", "第1微网格", "丙", ["丙", "丁"]),
    ]
    assert kinds(report) == []


def test_vertically_merged_head_names_without_numbers() -> None:
    header = ("户主姓名", "姓名", "性别", "身份证号码")
    report = report_of(
        ("甲", "甲", "男", MAN),
        (None, "乙", "女", WOMAN),
        ("丙", "丙", "男", BOY),
        header=header,
        merged=[MergedRange(2, 1, 3, 1)],
    )
    assert [(home.head_name, home.rows) for home in report.households] == [
        ("甲", (2, 3)),
        ("丙", (4,)),
    ]
    assert [r.relation for r in report.residents] == [Relation.HEAD, None, Relation.HEAD]


def test_without_numbers_each_head_begins_a_household() -> None:
    report = report_of(
        ("甲", "户主", MAN), ("乙", "妻", WOMAN), ("丙", "户主", BOY),
        header=("姓名", "关系", "身份证"),
    )  # fmt: skip
    assert [(home.number, home.rows) for home in report.households] == [("", (2, 3)), ("", (4,))]
    assert kinds(report) == [WarningKind.MICRO_GRID_COLUMN_MISSING]


def test_a_register_of_heads() -> None:
    report = report_of(
        ("甲", MAN, "第1微网格"), ("乙", WOMAN, "第1微网格"),
        header=("户主姓名", "身份证", "微网格"),
    )  # fmt: skip
    assert [home.head_name for home in report.households] == ["甲", "乙"]


def test_a_micro_grid_written_once_for_many_households_is_carried_down_quietly() -> None:
    report = report_of(
        person("甲", household="1", micro_grid="第1微网格"),
        person("乙", number=WOMAN, household="2"),
        person("丙", number=BOY, household="3", micro_grid="第2微网格"),
        person("丁", number=GIRL, household="4"),
    )
    assert [home.micro_grid_number for home in report.households] == [1, 1, 2, 2]
    assert WarningKind.MICRO_GRID_CARRIED_DOWN not in kinds(report)


def test_a_forgotten_micro_grid_is_carried_down_and_told() -> None:
    report = report_of(
        person("甲", household="1", micro_grid="第1微网格"),
        person("乙", number=WOMAN, sex="女", household="2", micro_grid="第1微网格"),
        person("丙", number=BOY, household="3"),
    )
    assert [home.micro_grid_number for home in report.households] == [1, 1, 1]
    assert kinds(report) == [WarningKind.MICRO_GRID_CARRIED_DOWN]


def test_the_first_households_micro_grid_is_missing() -> None:
    report = report_of(
        person("甲", household="1"),
        person("乙", number=BOY, household="2", micro_grid="第1微网格"),
    )
    assert [home.micro_grid_name for home in report.households] == ["", "第1微网格"]
    assert kinds(report) == [WarningKind.MICRO_GRID_MISSING]
    assert [grid.household_count for grid in report.micro_grids] == [1]


def test_one_household_in_two_micro_grids() -> None:
    report = report_of(
        person("甲", household="1", micro_grid="第1微网格"),
        person("乙", "子", number=BOY, micro_grid="第2微网格"),
    )
    assert report.households[0].micro_grid_name == "第1微网格"
    assert kinds(report) == [WarningKind.HOUSEHOLD_IN_TWO_MICRO_GRIDS]


def test_micro_grids_named_in_lines_of_their_own() -> None:
    report = report_of(
        ("第1微网格（网格员：甲某）",),
        ("甲", "户主", MAN),
        ("第二微网格",),
        ("乙", "户主", BOY),
        header=("姓名", "关系", "身份证"),
    )
    assert [home.micro_grid_name for home in report.households] == ["第1微网格", "第二微网格"]
    assert [row.kind for row in report.skipped] == [SkippedKind.MICRO_GRID_TITLE] * 2


def test_a_repeated_household_number_with_a_head_of_its_own() -> None:
    report = report_of(
        person("甲", household="001", micro_grid="1"),
        person("乙", number=BOY, household="002", micro_grid="1"),
        person("丙", number=GIRL, sex="女", household="001", micro_grid="1"),
        person("丁", "夫", number=identity_number("19700101", 111)),
    )
    assert [(home.number, home.rows) for home in report.households] == [
        ("001", (2,)),
        ("002", (3,)),
        ("", (4, 5)),
    ]
    (warning,) = [w for w in report.warnings if w.kind is WarningKind.HOUSEHOLD_NUMBER_REPEATED]
    assert (warning.row, warning.params["first_row"]) == (4, 2)


def test_a_member_listed_far_below_joins_the_household() -> None:
    report = report_of(
        person("甲", household="001", micro_grid="1"),
        person("乙", number=BOY, household="002", micro_grid="1"),
        person("丙", "女", "女", GIRL, household="001", micro_grid="1"),
    )
    assert [home.rows for home in report.households] == [(2, 4), (3,)]
    assert kinds(report) == [WarningKind.HOUSEHOLD_SCATTERED]


def test_a_head_without_a_number_begins_a_household() -> None:
    report = report_of(
        person("甲", household="001", micro_grid="1"),
        person("乙", number=BOY, micro_grid="1"),
    )
    assert [(home.number, home.rows) for home in report.households] == [("001", (2,)), ("", (3,))]
    assert kinds(report) == [WarningKind.HOUSEHOLD_NUMBER_MISSING]


def test_two_heads_and_no_head() -> None:
    report = report_of(
        person("甲", household="001", micro_grid="1"),
        person("乙", number=BOY, household="001", micro_grid="1"),
        person("丙", "女", "女", GIRL, household="002", micro_grid="1"),
    )
    assert [home.head_name for home in report.households] == ["甲", "丙"]
    assert kinds(report) == [
        WarningKind.HOUSEHOLD_WITH_TWO_HEADS,
        WarningKind.HOUSEHOLD_WITHOUT_HEAD,
    ]


def test_a_household_of_which_every_row_is_refused() -> None:
    report = report_of(
        person("甲", number="1", household="001", micro_grid="1"),
        person("乙", number=BOY, household="002", micro_grid="1"),
    )
    assert [home.number for home in report.households] == ["002"]
    assert kinds(report) == [WarningKind.HOUSEHOLD_ALL_REFUSED]
    assert (report.totals.households_found, report.totals.households_accepted) == (2, 1)
    assert report.micro_grids[0].household_count == 1


def test_a_refused_row_does_not_tear_its_household_apart() -> None:
    report = report_of(
        person("甲", number="1", household="001", micro_grid="1"),
        person("乙", "妻", "女", WOMAN),
    )
    home = report.households[0]
    assert (home.number, home.head_name, home.rows) == ("001", "甲", (2, 3))
    assert kinds(report) == [WarningKind.HEAD_ROW_REFUSED]


@pytest.mark.parametrize(
    ("households", "finding", "warned"),
    [
        (14, MicroGridSize.TOO_SMALL, [WarningKind.MICRO_GRID_TOO_SMALL]),
        (15, MicroGridSize.FITS, []),
        (20, MicroGridSize.FITS, []),
        (21, MicroGridSize.TOO_LARGE, [WarningKind.MICRO_GRID_TOO_LARGE]),
    ],
)
def test_sizes_are_warned_of_and_never_refused(
    households: int, finding: MicroGridSize, warned: list[WarningKind]
) -> None:
    number = numbers()
    rows = [
        person("甲", number=next(number), household=n, micro_grid="第1微网格")
        for n in range(1, households + 1)
    ]
    report = report_of(*rows)
    (grid,) = report.micro_grids
    assert (grid.household_count, grid.finding) == (households, finding)
    assert [warning.kind for warning in report.warnings] == warned
    assert report.refused == ()


@pytest.mark.parametrize(
    ("typed", "key", "number"),
    [
        ("第1微网格", "#1", 1),
        ("第一微网格", "#1", 1),
        ("第 １ 网格", "#1", 1),
        ("1", "#1", 1),
        ("1号微网格", "#1", 1),
        ("3组", "#3", 3),
        ("第十二微网格", "#12", 12),
        ("第二十微网格", "#20", 20),
        ("坪坦村第2微网格", "坪坦村#2", 2),
        ("鼓楼边", "鼓楼边", None),
    ],
)
def test_spellings_of_a_micro_grid(typed: str, key: str, number: int | None) -> None:
    name = parse_micro_grid(typed)
    assert (name.key, name.number) == (key, number)


def test_a_bare_number_gets_a_readable_name() -> None:
    assert parse_micro_grid("３").name == "第3微网格"


TOTAL = ("合计", None, None, "3人", None, None, None, None, "1户")


def test_totals_that_differ_are_told_and_refuse_nothing() -> None:
    report = report_of(person("甲", household="1", micro_grid="1"), TOTAL)
    totals = report.totals
    assert (totals.residents_stated, totals.households_stated, totals.stated_in_row) == (3, 1, 3)
    (warning,) = [w for w in report.warnings if w.kind is WarningKind.TOTAL_RESIDENTS_DIFFER]
    assert warning.params == {"stated": 3, "found": 1}
    assert len(report.residents) == 1


@pytest.mark.parametrize(
    ("line", "residents", "households"),
    [
        (("合 计:２人，1户",), 2, 1),
        (("总计", None, None, 2), 2, None),
        (("共计", None, None, "男1人女1人,2人", None, None, None, None, "1户"), 2, 1),
        (("合计", None, None, None), None, None),
    ],
)
def test_wordings_of_the_total_line(
    line: tuple[object, ...], residents: int | None, households: int | None
) -> None:
    report = report_of(
        person("甲", household="1", micro_grid="1"), person("乙", "子", number=BOY), line
    )
    assert report.refused == ()
    assert report.totals.residents_stated == residents
    assert report.totals.households_stated == households
    assert kinds(report) == []


def test_lines_that_hold_no_resident() -> None:
    report = report_of(
        person("甲", household="1", micro_grid="1"),
        (2,),
        HEADER,
        ("第1微网格小计", None, None, "1人"),
        ("小计", None, None, "1人"),
        ("填表人:", None, None, None, "审核人:"),
        ("注：本表一式三份",),
    )
    assert [(row.row, row.kind) for row in report.skipped] == [
        (3, SkippedKind.BLANK),
        (4, SkippedKind.HEADER_AGAIN),
        (5, SkippedKind.SUBTOTAL),
        (6, SkippedKind.SUBTOTAL),
        (7, SkippedKind.SIGNATURE),
        (8, SkippedKind.SIGNATURE),
    ]
    assert report.refused == ()
    assert report.totals.residents_stated is None


def test_a_villager_whose_row_looks_like_another_line_is_read() -> None:
    report = report_of(person("合计", "户主", "男", MAN, household="1", micro_grid="1"))
    assert [resident.name for resident in report.residents] == ["合计"]


def test_a_numbered_household_without_people_is_told() -> None:
    report = report_of(
        person("甲", household="1", micro_grid="1"),
        person(None, None, None, None, household="2", micro_grid="1"),
    )
    assert [row.row for row in report.refused] == [3]


def test_columns_not_used_are_told() -> None:
    report = report_of(
        (*person(micro_grid="1", household="1"), "四组"), header=(*HEADER, "帮联干部")
    )
    (warning,) = [w for w in report.warnings if w.kind is WarningKind.COLUMN_NOT_USED]
    assert warning.params == {"heading": "帮联干部"}


def decided(columns: ColumnGuess) -> dict[str, SheetDecision]:
    return {"Sheet": SheetDecision(columns=columns)}


def test_a_corrected_column_is_read(tmp_path: Path) -> None:
    row = (*person(phone="0745-8622222"), "13874512345")
    path = save_roster(tmp_path / "a.xlsx", row)
    guess = read_roster(path, today=TODAY).columns
    corrected = guess.corrected(RosterColumn.PHONE, 10)
    report = read_roster(path, decisions=decided(corrected), today=TODAY)
    assert report.residents[0].phone == "13874512345"


def test_columns_without_a_name_are_refused(tmp_path: Path) -> None:
    path = save_roster(tmp_path / "a.xlsx", person())
    guess = read_roster(path, today=TODAY).columns.corrected(RosterColumn.NAME, None)
    with pytest.raises(UserFacingError) as caught:
        read_roster(path, decisions=decided(guess), today=TODAY)
    assert caught.value.code is ErrorCode.WORKBOOK_NO_NAME_COLUMN


def test_a_header_alone() -> None:
    report = report_of()
    assert (report.households, report.refused, report.warnings) == ((), (), ())
