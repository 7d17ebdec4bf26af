"""The roster of 坪坦村 as its committee keeps it; every expected row was worked out by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from app.exchange.roster import read_roster
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_report import (
    RefusalReason,
    RosterReport,
    RosterResident,
    SkippedKind,
    WarningKind,
)
from app.households.vocabulary import (
    IdentityKind,
    MicroGridSize,
    MissingIdentityReason,
    Relation,
    Sex,
)
from tests.unit.exchange.workbooks import PINGTAN, TODAY

HUSBANDS_LISTED_AS_WIVES = [33, 53, 60, 64, 94, 99, 116, 123, 145, 158, 179]


@pytest.fixture(scope="module")
def report() -> RosterReport:
    return read_roster(PINGTAN, today=TODAY)


def in_row(report: RosterReport, row: int) -> RosterResident:
    return next(resident for resident in report.residents if resident.row == row)


def rows_of(report: RosterReport, kind: WarningKind) -> list[int | None]:
    return [warning.row for warning in report.warnings if warning.kind is kind]


def test_title_place_and_header(report: RosterReport) -> None:
    assert report.file_name == "roster_pingtan.xlsx"
    assert report.sheet == "坪坦村花名册"
    assert report.title == "坪坦乡坪坦村微网格户籍花名册(2026年)"
    assert (report.township_name_hint, report.village_name_hint) == ("坪坦乡", "坪坦村")
    assert report.header_row == 3


def test_columns_are_guessed(report: RosterReport) -> None:
    letters = {kind: report.columns.letter(kind) for kind, _ in report.columns.chosen}
    assert letters == {
        RosterColumn.SEQUENCE: "A",
        RosterColumn.HOUSEHOLD_NUMBER: "B",
        RosterColumn.MICRO_GRID: "C",
        RosterColumn.NAME: "D",
        RosterColumn.RELATION: "E",
        RosterColumn.SEX: "F",
        RosterColumn.IDENTITY_NUMBER: "G",
        RosterColumn.PHONE: "H",
        RosterColumn.NOTE: "I",
    }


def test_counts_and_the_total_line(report: RosterReport) -> None:
    totals = report.totals
    assert (totals.residents_found, totals.households_found) == (179, 46)
    assert (totals.residents_stated, totals.households_stated) == (179, 46)
    assert (totals.residents_accepted, totals.households_accepted) == (177, 46)
    assert totals.stated_in_row == 184
    assert len(report.residents) == 177


def test_only_the_wrong_check_digit_and_the_repeated_number_are_refused(
    report: RosterReport,
) -> None:
    assert [(row.row, row.reason, row.name, row.column_letter) for row in report.refused] == [
        (12, RefusalReason.IDENTITY_WRONG_CHECK_DIGIT, "林秀月", "G"),
        (24, RefusalReason.IDENTITY_REPEATED, "黄光", "G"),
    ]
    repeated = report.refused[1].params
    assert (repeated["first_row"], repeated["first_name"]) == (23, "吴仁")
    assert "43303119950513111X" not in str(report.refused)


def test_every_other_row_of_a_person_is_taken(report: RosterReport) -> None:
    expected = [row for row in range(4, 184) if row not in (12, 24, 82)]
    assert sorted(resident.row for resident in report.residents) == expected


def test_a_household_whose_head_is_refused_is_kept(report: RosterReport) -> None:
    home = report.households[5]
    assert (home.number, home.head_name) == ("006", "黄光")
    assert home.rows == (24, 25, 26, 27, 28)
    assert [resident.name for resident in home.residents] == ["陆爱", "黄银桃", "黄莲桃", "黄培月"]
    assert rows_of(report, WarningKind.HEAD_ROW_REFUSED) == [24]


def test_full_width_digits(report: RosterReport) -> None:
    resident = in_row(report, 7)
    assert resident.identity_number == "431230201004219925"
    assert resident.birth_date == date(2010, 4, 21)
    assert resident.sex is Sex.FEMALE


def test_newborn_without_a_number(report: RosterReport) -> None:
    resident = in_row(report, 15)
    assert resident.name == "胡香娥"
    assert resident.identity_kind is IdentityKind.NONE_YET
    assert resident.identity_number is None
    assert resident.missing_reason is MissingIdentityReason.NEWBORN_NOT_REGISTERED
    assert (resident.birth_date, resident.sex) == (None, Sex.FEMALE)
    assert resident.note == "新生儿未上户"
    assert rows_of(report, WarningKind.IDENTITY_NUMBER_MISSING) == []


def test_spaces_inside_a_name_and_a_phone_typed_as_a_number(report: RosterReport) -> None:
    assert in_row(report, 18).name == "黄兰娥"
    assert in_row(report, 30).phone == "13874512345"
    assert rows_of(report, WarningKind.PHONE_UNCLEAR) == []


def test_husbands_listed_as_wives(report: RosterReport) -> None:
    assert rows_of(report, WarningKind.RELATION_FITTED_TO_SEX) == HUSBANDS_LISTED_AS_WIVES
    for row in HUSBANDS_LISTED_AS_WIVES:
        resident = in_row(report, row)
        assert (resident.relation, resident.sex) == (Relation.HUSBAND, Sex.MALE)
        assert resident.relation_words == "妻"


def test_two_of_one_name_in_one_household(report: RosterReport) -> None:
    assert rows_of(report, WarningKind.SAME_NAME_IN_HOUSEHOLD) == [73]


def test_nothing_else_is_warned_of(report: RosterReport) -> None:
    assert Counter(warning.kind for warning in report.warnings) == {
        WarningKind.MICRO_GRID_TOO_SMALL: 1,
        WarningKind.HEAD_ROW_REFUSED: 1,
        WarningKind.RELATION_FITTED_TO_SEX: 11,
        WarningKind.SAME_NAME_IN_HOUSEHOLD: 1,
    }


def test_micro_grids_and_their_sizes(report: RosterReport) -> None:
    sizes = [
        (grid.name, grid.number, grid.household_count, grid.resident_count, grid.finding)
        for grid in report.micro_grids
    ]
    assert sizes == [
        ("第1微网格", 1, 17, 63, MicroGridSize.FITS),
        ("第2微网格", 2, 17, 71, MicroGridSize.FITS),
        ("第3微网格", 3, 12, 43, MicroGridSize.TOO_SMALL),
    ]


def test_households_keep_the_committees_numbers_and_order(report: RosterReport) -> None:
    assert [home.number for home in report.households] == [f"{n:03d}" for n in range(1, 47)]
    first = report.households[0]
    assert (first.head_name, first.micro_grid_name, first.rows) == (
        "陆再",
        "第1微网格",
        (4, 5, 6, 7),
    )
    assert [resident.relation for resident in first.residents] == [
        Relation.HEAD,
        Relation.WIFE,
        Relation.SON,
        Relation.DAUGHTER,
    ]


def test_a_household_goes_on_after_an_empty_row(report: RosterReport) -> None:
    assert report.households[19].rows == (78, 79, 80, 81)
    assert report.households[20].rows == (83, 84, 85, 86)


def test_rows_without_residents(report: RosterReport) -> None:
    assert [(row.row, row.kind) for row in report.skipped] == [
        (82, SkippedKind.BLANK),
        (184, SkippedKind.TOTAL),
        (185, SkippedKind.SIGNATURE),
    ]
