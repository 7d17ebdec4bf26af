"""What happens to one row: taken, taken with a warning, or refused with the reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.exchange.roster import read_roster
from app.exchange.roster_cells import LONGEST
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_report import (
    RefusalReason,
    RefusedRow,
    RosterReport,
    RosterResident,
    WarningKind,
)
from app.exchange.sheet_grid import cell_from_value
from app.exchange.typed_dates import full_date, typed_date
from app.households.vocabulary import (
    EthnicGroup,
    IdentityKind,
    MissingIdentityReason,
    Relation,
    Sex,
)
from tests.unit.exchange.workbooks import (
    BOY,
    GIRL,
    MAN,
    TODAY,
    WOMAN,
    identity_number,
    person,
    report_of,
    save_roster,
)
from ui.wording_roster import roster_sentence


def only_resident(report: RosterReport) -> RosterResident:
    assert report.refused == ()
    (resident,) = report.residents
    return resident


def only_refusal(report: RosterReport) -> RefusedRow:
    assert report.residents == ()
    (refused,) = report.refused
    return refused


NAME = RosterColumn.NAME


def kinds(report: RosterReport) -> list[WarningKind]:
    """Warnings about residents; those about households and micro-grids are other tests'."""
    others = (WarningKind.HOUSEHOLD_NUMBER_MISSING, WarningKind.MICRO_GRID_COLUMN_MISSING)
    return [warning.kind for warning in report.warnings if warning.kind not in others]


def test_a_plain_row() -> None:
    report = report_of(person(phone="13874512345", note=" 五保 户 "))
    resident = only_resident(report)
    assert resident == RosterResident(
        row=2,
        name="陆再",
        relation=Relation.HEAD,
        relation_words="户主",
        sex=Sex.MALE,
        birth_date=date(1978, 2, 22),
        ethnic_group=None,
        identity_kind=IdentityKind.RESIDENT_IDENTITY_NUMBER,
        identity_number=MAN,
        missing_reason=None,
        phone="13874512345",
        note="五保 户",
        sheet="名册",
    )
    assert kinds(report) == []


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (MAN[:-1] + "0", RefusalReason.IDENTITY_WRONG_CHECK_DIGIT),
        (MAN[:-1], RefusalReason.IDENTITY_WRONG_LENGTH),
        ("433031780222923", RefusalReason.IDENTITY_OLD_FIFTEEN_DIGITS),
        (MAN[:-3] + "?37", RefusalReason.IDENTITY_NOT_DIGITS),
        (identity_number("19780231"), RefusalReason.IDENTITY_IMPOSSIBLE_DATE),
        (identity_number("20271231"), RefusalReason.IDENTITY_DATE_IN_FUTURE),
        (identity_number("18780222"), RefusalReason.IDENTITY_DATE_TOO_EARLY),
        (433031197802229000, RefusalReason.IDENTITY_DIGITS_LOST),
        (4.33031197802229e17, RefusalReason.IDENTITY_DIGITS_LOST),
    ],
)
def test_bad_numbers_are_refused_with_row_column_and_reason(
    number: object, reason: RefusalReason
) -> None:
    refused = only_refusal(report_of(person(number=number)))
    assert (refused.row, refused.column, refused.reason) == (
        2,
        RosterColumn.IDENTITY_NUMBER,
        reason,
    )
    assert (refused.column_letter, refused.name) == ("G", "陆再")


def test_a_number_typed_as_a_number_with_all_its_digits_is_taken() -> None:
    assert only_resident(report_of(person(number=int(MAN)))).identity_number == MAN


def test_lost_digits_are_told_even_if_the_check_digit_happens_to_fit() -> None:
    number = next(
        n for n in (identity_number(f"197802{day:02d}", 0) for day in range(1, 29)) if n[-1] == "0"
    )
    refused = only_refusal(report_of(person(number=int(number))))
    assert refused.reason is RefusalReason.IDENTITY_DIGITS_LOST


def test_a_repeated_number_refuses_the_later_row() -> None:
    report = report_of(person("甲"), person("乙", "子"), person("丙", "子", number=MAN + " "))
    assert [resident.name for resident in report.residents] == ["甲"]
    assert [(row.row, row.params["first_row"]) for row in report.refused] == [(3, 2), (4, 2)]


def test_a_number_in_a_refused_row_is_not_taken_yet() -> None:
    report = report_of(person(None), person("乙"))
    assert [resident.name for resident in report.residents] == ["乙"]
    assert [row.reason for row in report.refused] == [RefusalReason.NAME_MISSING]


@pytest.mark.parametrize(
    ("number", "note", "reason", "kept_note"),
    [
        (None, "新生儿未上户", MissingIdentityReason.NEWBORN_NOT_REGISTERED, "新生儿未上户"),
        ("未上户", None, MissingIdentityReason.NEWBORN_NOT_REGISTERED, "未上户"),
        ("无", "身份证遗失,补办中", MissingIdentityReason.PENDING, "身份证遗失,补办中"),
        ("待补", "五保户", MissingIdentityReason.PENDING, "五保户"),
        ("补办中", "五保户", MissingIdentityReason.PENDING, "五保户；补办中"),
        ("—", "无证", MissingIdentityReason.OTHER, "无证"),
    ],
)
def test_no_number_but_a_reason(
    number: str | None, note: str | None, reason: MissingIdentityReason, kept_note: str
) -> None:
    report = report_of(person(number=number, note=note))
    resident = only_resident(report)
    assert resident.identity_kind is IdentityKind.NONE_YET
    assert resident.identity_number is None
    assert (resident.missing_reason, resident.note) == (reason, kept_note)
    assert kinds(report) == []


def test_no_number_and_no_reason_is_taken_as_pending_with_a_warning() -> None:
    report = report_of(person(number=None, note="党员"))
    assert only_resident(report).missing_reason is MissingIdentityReason.PENDING
    assert kinds(report) == [WarningKind.IDENTITY_NUMBER_MISSING]


def test_the_numbers_sex_wins() -> None:
    report = report_of(person(sex="女"))
    assert only_resident(report).sex is Sex.MALE
    assert kinds(report) == [WarningKind.SEX_CONTRADICTS_NUMBER]


def test_sex_without_a_number_comes_from_the_cell_then_from_the_relation() -> None:
    report = report_of(
        person("甲", "户主", "女", None, note="待补"),
        person("乙", "母亲", None, None, note="待补"),
        person("丙", "配偶", None, None, note="待补"),
    )
    assert [resident.sex for resident in report.residents] == [Sex.FEMALE, Sex.FEMALE, Sex.UNKNOWN]
    assert kinds(report) == [WarningKind.SEX_MISSING]


def test_husband_listed_as_wife() -> None:
    report = report_of(person("甲", "户主", "女", WOMAN), person("乙", "妻", "男", MAN))
    assert report.residents[1].relation is Relation.HUSBAND
    assert kinds(report) == [WarningKind.RELATION_FITTED_TO_SEX]


def test_a_relation_that_contradicts_the_sex_is_kept_and_told() -> None:
    report = report_of(person(), person("乙", "子", "女", GIRL))
    assert report.residents[1].relation is Relation.SON
    assert kinds(report) == [WarningKind.RELATION_CONTRADICTS_SEX]


def test_unknown_and_missing_relations_are_left_empty() -> None:
    report = report_of(person(), person("乙", "亲家", "男", BOY), person("丙", None, "女", GIRL))
    assert [resident.relation for resident in report.residents] == [Relation.HEAD, None, None]
    assert report.residents[1].relation_words == "亲家"
    assert kinds(report) == [WarningKind.RELATION_UNKNOWN, WarningKind.RELATION_MISSING]


def test_names() -> None:
    report = report_of(
        person(" 黄\u3000兰 娥"),
        person("𠅤妹", "妻", "女", WOMAN),
        person("阿依•古丽", "儿媳", "女", GIRL),
        person("陆□", "子", "男", BOY),
    )
    assert [resident.name for resident in report.residents] == [
        "黄兰娥",
        "𠅤妹",
        "阿依·古丽",
        "陆□",
    ]
    assert kinds(report) == [WarningKind.NAME_UNUSUAL]


def test_a_row_without_a_name() -> None:
    refused = only_refusal(report_of(person("\u3000", phone="13874512345")))
    assert (refused.reason, refused.column_letter) == (RefusalReason.NAME_MISSING, "D")


@pytest.mark.parametrize("typed", [MAN, f"陆再{MAN}", "７", 12])
def test_a_number_is_no_name(typed: object) -> None:
    """Columns that were swapped: an identity number would be shown wherever a name is."""
    refused = only_refusal(report_of(person(typed, number=None)))
    assert (refused.reason, refused.column_letter) == (RefusalReason.NAME_IS_A_NUMBER, "D")
    assert MAN not in repr(refused)


@pytest.mark.parametrize(
    ("typed", "phone", "note", "found"),
    [
        (13874512345, "13874512345", None, []),
        ("１３８ ７４５１ ２３４５", "13874512345", None, []),
        ("13874512345/0745-8622222", "13874512345", "0745-8622222", []),
        ("无", None, None, []),
        ("1387451234", "1387451234", None, [WarningKind.PHONE_UNCLEAR]),
    ],
)
def test_phones(
    typed: object, phone: str | None, note: str | None, found: list[WarningKind]
) -> None:
    report = report_of(person(phone=typed))
    resident = only_resident(report)
    assert (resident.phone, resident.note) == (phone, note)
    assert kinds(report) == found


def test_a_5000_character_cell_refuses_its_row_only() -> None:
    report = report_of(person("字" * 5000), person("乙", "子", "男", BOY))
    assert [resident.name for resident in report.residents] == ["乙"]
    (refused,) = report.refused
    assert (refused.reason, refused.column_letter) == (RefusalReason.TEXT_TOO_LONG, "D")
    assert refused.params == {"cell": "D2", "length": 5000, "limit": LONGEST[RosterColumn.NAME]}
    assert len(refused.name) == LONGEST[RosterColumn.NAME]


def test_no_column_takes_5000_characters() -> None:
    header = ["姓名", *(roster_sentence(column) for column in LONGEST if column is not NAME)]
    columns = [NAME, *(column for column in LONGEST if column is not NAME)]
    rows = []
    for place in range(len(columns)):
        row: list[object] = ["甲", *[None] * (len(columns) - 1)]
        row[place] = "1" * 5000
        rows.append(row)
    report = report_of(*rows, header=header)
    assert [report.columns.position(column) for column in columns] == list(range(1, len(rows) + 1))
    assert [refused.column for refused in report.refused] == columns
    assert {refused.reason for refused in report.refused} == {RefusalReason.TEXT_TOO_LONG}


def test_formulas_and_errors_refuse_their_rows_and_name_the_cell(tmp_path: Path) -> None:
    path = save_roster(
        tmp_path / "a.xlsx",
        person("甲"),
        person('=HYPERLINK("http://x","乙")', "子", "男", BOY),
        person("丙", "女", "女", "#REF!"),
        person("丁", "女", "女", GIRL),
    )
    report = read_roster(path, today=TODAY)
    assert [resident.name for resident in report.residents] == ["甲", "丁"]
    assert [(row.row, row.reason, row.params["cell"], row.name) for row in report.refused] == [
        (3, RefusalReason.CELL_HAS_FORMULA, "D3", ""),
        (4, RefusalReason.CELL_HAS_ERROR, "G4", "丙"),
    ]


def test_a_formula_for_the_running_number_refuses_nothing(tmp_path: Path) -> None:
    row = ("=ROW()-1", *person()[1:])
    assert len(read_roster(save_roster(tmp_path / "a.xlsx", row), today=TODAY).residents) == 1


MORE = ("姓名", "与户主关系", "性别", "身份证号码", "出生日期", "民族", "备注")


def test_ethnic_groups() -> None:
    report = report_of(
        ("甲", "户主", "男", MAN, None, "侗", None),
        ("乙", "妻", "女", WOMAN, None, "苗族", None),
        ("丙", "子", "男", BOY, None, "侗家", None),
        header=MORE,
    )
    groups = [resident.ethnic_group for resident in report.residents]
    assert groups == [EthnicGroup.DONG, EthnicGroup.MIAO, None]
    assert kinds(report) == [WarningKind.ETHNIC_GROUP_UNKNOWN]


@pytest.mark.parametrize(
    ("number", "typed", "born", "found"),
    [
        (MAN, "1978.2.22", date(1978, 2, 22), []),
        (MAN, "1978.2", date(1978, 2, 22), []),
        (MAN, "1979-02-22", date(1978, 2, 22), [WarningKind.BIRTH_DATE_CONTRADICTS_NUMBER]),
        (None, "2026年10月8日", date(2026, 10, 8), []),
        (None, date(2026, 10, 8), date(2026, 10, 8), []),
        (MAN, 1978.2, date(1978, 2, 22), []),
        (MAN, 1978.1, date(1978, 2, 22), [WarningKind.BIRTH_DATE_CONTRADICTS_NUMBER]),
        (MAN, 28543, date(1978, 2, 22), []),
        (MAN, "1978", date(1978, 2, 22), []),
        (None, "1976.5", None, [WarningKind.BIRTH_DAY_MISSING]),
        (None, 1976.5, None, [WarningKind.BIRTH_DAY_MISSING]),
        (None, "1976年5月", None, [WarningKind.BIRTH_DAY_MISSING]),
        (None, 197605, None, [WarningKind.BIRTH_DAY_MISSING]),
        (None, 1976, None, [WarningKind.BIRTH_DAY_MISSING]),
        (None, 27884, date(1976, 5, 4), [WarningKind.BIRTH_DATE_FROM_DAY_NUMBER]),
        (None, "1976.13", None, [WarningKind.BIRTH_DATE_UNCLEAR]),
        (None, "2026-12-01", None, [WarningKind.BIRTH_DATE_UNCLEAR]),
    ],
)
def test_birth_dates(
    number: str | None, typed: object, born: date | None, found: list[WarningKind]
) -> None:
    report = report_of(("甲", "户主", "男", number, typed, None, "待补"), header=MORE)
    resident = only_resident(report)
    assert resident.birth_date == born
    assert kinds(report) == found
    is_kept = resident.note == f"待补；出生日期：{typed}"
    assert is_kept == (born is None), "what a day cannot be made of stays in the note"


@pytest.mark.parametrize(
    ("typed", "months"),
    [(1976.1, ((1976, 1), (1976, 10))), ("1976.1", ((1976, 1),)), ("1976.10", ((1976, 10),))],
)
def test_a_number_cannot_tell_january_from_october(
    typed: object, months: tuple[tuple[int, int], ...]
) -> None:
    cell = cell_from_value(typed)
    assert typed_date(cell, cell.text).months == months


@pytest.mark.parametrize("typed", ["4.33031E+17", "433031197802220000", 4.33031197802229e17])
def test_numbers_that_lost_their_last_digits(typed: object) -> None:
    report = report_of(person("甲", number=typed), person("乙", "子", "男", BOY))
    assert [row.reason for row in report.refused] == [RefusalReason.IDENTITY_DIGITS_LOST]
    assert [resident.name for resident in report.residents] == ["乙"]


DETAILS = ("姓名", "户主姓名", "身份证号码", "组", "文化程度", "婚姻状况", "政治面貌", "外出地点")


def test_what_a_village_keeps_besides() -> None:
    report = report_of(
        ("甲", "甲", MAN, "三组", "初中", "已婚", "党员", "广东东莞", "否", "高", None),
        ("乙", "甲", BOY, None, "小学毕业", None, "群众", None, "留守儿童", None, "在家"),
        header=(*DETAILS, "留守类型", "关注程度", "在家情况"),
    )
    (home,) = report.households
    assert home.details == ((RosterColumn.GROUP, "三组"),)
    assert dict(home.residents[0].details) == {
        RosterColumn.STATUS: "away",
        RosterColumn.AWAY_PLACE: "广东东莞",
        RosterColumn.MARITAL: "20",
        RosterColumn.POLITICAL: "01",
        RosterColumn.EDUCATION: "70",
        RosterColumn.CARE_LEVEL: "01",
    }
    assert dict(home.residents[1].details) == {
        RosterColumn.STATUS: "present",
        RosterColumn.POLITICAL: "13",
        RosterColumn.EDUCATION: "80",
        RosterColumn.LEFT_BEHIND: "03",
    }


def test_a_detail_in_words_unknown_stays_empty_and_is_told() -> None:
    report = report_of(("甲", "户主", MAN, "秀才"), header=("姓名", "关系", "身份证", "学历"))
    assert only_resident(report).details == ()
    (warning,) = [each for each in report.warnings if each.kind is WarningKind.WORDS_UNKNOWN]
    assert warning.params == {"heading": "学历", "words": "秀才"}


def test_who_has_died_is_not_taken_in() -> None:
    report = report_of(
        ("甲", "户主", MAN, "已故", None),
        ("乙", "妻", WOMAN, "在家", "2024年已去世"),
        header=("姓名", "关系", "身份证", "人员状态", "备注"),
    )
    assert [(row.row, row.reason) for row in report.refused] == [(2, RefusalReason.HAS_LEFT)]
    assert WarningKind.NOTE_SAYS_LEFT in [warning.kind for warning in report.warnings]


@pytest.mark.parametrize("text", ["", "1976", "1976.13.1", "19760230", "76.5.3", "1976.5.3岁"])
def test_texts_that_are_no_full_date(text: str) -> None:
    assert full_date(text) is None
