"""What may be set, what counts on a day, and the holidays of a year."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from app.clocks.counting import WEEKENDS_ONLY
from app.settings.holidays import (
    calendar_of,
    read_rows,
    shipped_calendar,
    shipped_holidays,
    year_of,
)
from app.settings.rules import (
    SETTINGS,
    SettingFact,
    as_json,
    calendar_from,
    change_problem,
    setting_id,
    shipped_settings,
    value_on,
    value_problem,
)
from app.settings.vocabulary import HolidayKind, SettingKey, SettingProblem

K, P = SettingKey, SettingProblem
DAY = date(2026, 6, 1)
OFF = {"day": "2027-01-01", "kind": "off", "note": "元旦"}


def fact(key: SettingKey, value: Any, starts_on: date = DAY) -> SettingFact:
    return SettingFact(key.value, as_json(value), starts_on, "通知")


@pytest.mark.parametrize("key", [key for key in SettingKey if key is not K.HOLIDAYS])
def test_every_default_passes_its_own_check(key: SettingKey) -> None:
    assert value_problem(key, SETTINGS[key].default) is None


def test_the_last_that_has_begun_counts_and_the_default_before() -> None:
    facts = (fact(K.CENTRE_NAME, "综治中心"), fact(K.CENTRE_NAME, "新名", DAY + timedelta(days=9)))
    assert value_on(facts, K.CENTRE_NAME, DAY - timedelta(days=1)) == "矛盾纠纷调处中心"
    assert value_on(facts, K.CENTRE_NAME, DAY) == "综治中心"
    assert value_on(facts, K.CENTRE_NAME, DAY + timedelta(days=9)) == "新名"


@pytest.mark.parametrize("value", ["{", '"x"', "0", "999", "true", "[" * 4000])
def test_what_a_newer_county_sets_otherwise_is_passed_over(value: str) -> None:
    odd = SettingFact(K.FOLLOW_UP_DAYS.value, value, DAY, "")
    assert value_on((fact(K.FOLLOW_UP_DAYS, 9, date(2026, 1, 1)), odd), K.FOLLOW_UP_DAYS, DAY) == 9


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        (K.CENTRE_NAME, "  ", P.EMPTY),
        (K.CENTRE_NAME, "名" * 31, P.TOO_LONG),
        (K.CENTRE_NAME, 3, P.WRONG_TYPE),
        (K.RETENTION, "", None),
        (K.FOLLOW_UP_DAYS, 0, P.OUT_OF_RANGE),
        (K.FOLLOW_UP_DAYS, True, P.WRONG_TYPE),
        (K.FOLLOW_UP_DAYS, 1.5, P.WRONG_TYPE),
        (K.COUNTY_DAY_UNIT, "years", P.UNKNOWN_CHOICE),
        (K.COUNTY_DAY_UNIT, "working", None),
        (K.SATISFACTION_COUNTS_ROUGHLY, 1, P.WRONG_TYPE),
        (K.VISIT_DAYS, {"high": 7}, P.WRONG_TYPE),
        (K.VISIT_DAYS, {"high": 0, "medium": 1, "low": 1, "none": 1}, P.OUT_OF_RANGE),
        (K.CASE_NUMBER_FORMAT, {"prefix": "", "digits": 7}, P.EMPTY),
        (K.CASE_NUMBER_FORMAT, {"prefix": "通", "digits": 3}, P.OUT_OF_RANGE),
        (K.CASE_NUMBER_FORMAT, "通", P.WRONG_TYPE),
    ],
)
def test_values_are_checked(key: SettingKey, value: Any, problem: SettingProblem | None) -> None:
    assert value_problem(key, value) is problem


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        ([], P.NO_DAYS),
        ([OFF, OFF], P.DAY_TWICE),
        ([{**OFF, "day": "2026-12-31"}], P.DAY_OF_OTHER_YEAR),
        ([{**OFF, "day": "2027-02-30"}], P.WRONG_DAY),
        ([{**OFF, "day": None}], P.WRONG_DAY),
        ([{**OFF, "kind": "half"}], P.WRONG_KIND),
        ([{"day": "2027-01-04", "kind": "worked"}], P.WORKED_ON_WEEKDAY),
        ([{**OFF, "note": "长" * 101}], P.TOO_LONG),
        ([3], P.WRONG_TYPE),
        ([OFF] * 61, P.TOO_MANY_DAYS),
        ([OFF], None),
    ],
)
def test_a_years_table_is_checked(days: list[Any], problem: SettingProblem | None) -> None:
    assert value_problem(K.HOLIDAYS, {"year": 2027, "days": days}) is problem


def test_a_table_of_no_year_is_refused() -> None:
    for year in (None, "2027", True, 1999):
        found = value_problem(K.HOLIDAYS, {"year": year, "days": [OFF]})
        assert found is P.WRONG_YEAR
    assert value_problem(K.HOLIDAYS, [OFF]) is P.WRONG_TYPE


def changed(**other: Any) -> SettingProblem | None:
    given = {"key": K.REMINDER_DAYS.value, "value": "5", "starts_on": DAY, "note": "县里通知"}
    return change_problem(**{**given, **other})


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({}, None),
        ({"key": "colour"}, P.UNKNOWN_KEY),
        ({"value": "{"}, P.NOT_READABLE),
        ({"value": "1" * 8001}, P.TOO_LONG),
        ({"note": " "}, P.NOTE_MISSING),
        ({"note": "长" * 1001}, P.NOTE_TOO_LONG),
        ({"starts_on": None}, P.WRONG_DAY),
        (
            {"key": "holidays", "value": json.dumps({"year": 2027, "days": [OFF]})},
            P.STARTS_ELSEWHEN,
        ),
    ],
)
def test_a_change_says_from_when_and_on_what_it_rests(
    other: dict[str, Any], problem: SettingProblem | None
) -> None:
    assert changed(**other) is problem


def test_the_same_key_and_day_is_the_same_record_everywhere() -> None:
    assert setting_id("centre_name", DAY) == setting_id("centre_name", DAY)
    assert setting_id("centre_name", DAY) != setting_id("centre_name", date(2026, 6, 2))


# --- holidays --------------------------------------------------------------------------------


def test_the_years_that_ship_name_their_notice_and_pass_the_check() -> None:
    assert [year.year for year in shipped_holidays()] == [2025, 2026]
    for year in shipped_holidays():
        assert f"国务院办公厅关于{year.year}年部分节假日安排的通知" in year.source
        assert value_problem(K.HOLIDAYS, year.as_value()) is None
        assert year_of(year.as_value(), source=year.source).as_value() == year.as_value()
    for one in shipped_settings():
        note = one.note
        assert (
            change_problem(key=one.key, value=one.value, starts_on=one.starts_on, note=note) is None
        )


@pytest.mark.parametrize(("year", "off", "worked"), [(2025, 28, 5), (2026, 33, 6)])
def test_so_many_days_as_the_notices_count(year: int, off: int, worked: int) -> None:
    """2025: 1+8+3+5+3+8; 2026: 3+9+3+5+3+3+7."""
    [table] = [one for one in shipped_holidays() if one.year == year]
    kinds = Counter(one.kind for one in table.days)
    assert (kinds[HolidayKind.OFF], kinds[HolidayKind.WORKED]) == (off, worked)


def test_a_day_of_the_year_works_as_the_notice_says() -> None:
    calendar = shipped_calendar()
    works = {day: calendar.is_working(date.fromisoformat(day)) for day in WORKS}
    assert works == WORKS


WORKS = {
    "2025-01-26": True,
    "2025-01-28": False,
    "2025-02-05": True,
    "2025-10-08": False,
    "2025-10-11": True,
    "2026-01-02": False,
    "2026-01-04": True,
    "2026-02-16": False,
    "2026-02-28": True,
    "2026-09-20": True,
    "2026-09-25": False,
    "2026-10-09": True,
    "2026-10-11": False,
}


def test_a_calendar_is_put_together_from_all_years_that_were_set() -> None:
    calendar = calendar_from(shipped_settings())
    assert calendar == shipped_calendar()
    broken = SettingFact(K.HOLIDAYS.value, '{"year": 2027}', date(2027, 1, 1), "")
    assert calendar_from((broken,)) == WEEKENDS_ONLY
    assert calendar_of(()) == WEEKENDS_ONLY


def test_a_typed_list_is_read_with_its_heading_and_in_any_usual_writing() -> None:
    rows = [
        ["日期", "类型", "说明"],
        ["2027-01-01", "放假", "元旦"],
        [],
        ["2027年1月2日", "休"],
        ["2027/1/3", "上班", "调休"],
        ["2028.1.1", "放假", ""],
    ]
    years, problems = read_rows(rows)
    assert problems == ()
    assert [(one.year, len(one.days)) for one in years] == [(2027, 3), (2028, 1)]
    assert years[0].days[2].kind is HolidayKind.WORKED


def test_a_row_that_says_nothing_is_named() -> None:
    _, problems = read_rows([["2027-01-01", "半天"], ["元旦", "放假"], ["2027-02-30", "放假"]])
    assert [(one.number, one.problem) for one in problems] == [
        (1, P.WRONG_KIND),
        (2, P.WRONG_DAY),
        (3, P.WRONG_DAY),
    ]


@pytest.mark.parametrize("key", SettingKey)
def test_no_value_breaks_who_reads_it(key: SettingKey) -> None:
    """A changed program may set anything, and every laptop reads what the county keeps."""
    for value in ([], {}, [[]], {"year": [], "days": [1]}, {"prefix": [], "digits": {}}, 10**40):
        assert value_problem(key, value) is not None, value
        assert value_on([fact(key, value)], key, DAY) == SETTINGS[key].default
    for name, wrong in (("day", []), ("kind", []), ("kind", {}), ("note", [])):
        year = {"year": 2027, "days": [{**OFF, name: wrong}]}
        assert value_problem(key, year) is not None
        assert calendar_from([fact(SettingKey.HOLIDAYS, year)]).years == frozenset()
