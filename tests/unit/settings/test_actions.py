"""Setting something for the county, who may, and what a file of holidays may look like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.errors import ErrorCode, UserFacingError
from app.grid_work.plan import visit_settings
from app.grid_work.rules import OUR_SETTINGS
from app.households.vocabulary import CareLevel
from app.organisations.vocabulary import COUNTY_ID
from app.settings.actions import change_setting, set_holidays
from app.settings.holidays import HolidayYear
from app.settings.importing import holidays_from_file
from app.settings.queries import (
    holiday_years,
    setting,
    settings_shown,
    settings_to_come,
    waiting_changes,
    working_calendar,
)
from app.settings.rules import as_json, setting_id
from app.settings.vocabulary import SettingKey, SettingProblem
from app.store import Store
from db.tables.settings import Setting
from tests.helpers.clock import FakeClock
from tests.helpers.stores import a_store, an_actor, units_by_id
from ui.wording import error_sentence

K = SettingKey
CENTRE = an_actor(Role.COUNTY_CENTRE, units_by_id()[COUNTY_ID])
DAY = date(2026, 11, 1)
TODAY = date(2026, 11, 23)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path, clock=FakeClock())


def sent(store: Store, key: SettingKey, value: Any, starts_on: date = DAY) -> None:
    """The county has sent a setting."""
    with store.laying_down() as session:
        session.add(
            Setting(
                id=setting_id(key.value, starts_on),
                unit_id=COUNTY_ID,
                key=key.value,
                value=as_json(value),
                starts_on=starts_on,
                note="县里通知",
                set_by="吴某某",
                sync_seq=1,
                sync_version=1,
            )
        )


@pytest.mark.parametrize("role", list(Role))
def test_only_who_sets_rules_for_the_county_may(store: Store, role: Role) -> None:
    actor = an_actor(role, units_by_id()[COUNTY_ID])
    given: dict[str, Any] = {"key": K.REMINDER_DAYS, "value": 5, "starts_on": DAY, "note": "通知"}
    if may(role, Permission.MANAGE_SETTINGS):
        assert change_setting(store, actor, **given).touches("setting_change")
        return
    with pytest.raises(UserFacingError) as caught:
        change_setting(store, actor, **given)
    assert caught.value.code is ErrorCode.NOT_ALLOWED


def test_it_waits_for_the_county_and_changes_nothing_yet(store: Store) -> None:
    change_setting(store, CENTRE, key=K.REMINDER_DAYS, value=5, starts_on=DAY, note="通知")
    assert setting(store, K.REMINDER_DAYS, TODAY) == 3
    [waiting] = waiting_changes(store)
    assert (waiting.key, waiting.value, waiting.starts_on) == ("reminder_days", 5, DAY)


def test_what_is_wrong_is_said_in_a_sentence(store: Store) -> None:
    with pytest.raises(UserFacingError) as caught:
        change_setting(store, CENTRE, key=K.REMINDER_DAYS, value=99, starts_on=DAY, note="通知")
    assert caught.value.params["problem"] is SettingProblem.OUT_OF_RANGE
    assert "提前几天提醒" in error_sentence(caught.value)
    assert waiting_changes(store) == ()


def test_what_the_county_has_sent_is_shown_with_who_and_since_when(store: Store) -> None:
    sent(store, K.CENTRE_NAME, "综治中心")
    sent(store, K.CENTRE_NAME, "新中心", date(2027, 1, 1))
    [row] = [one for one in settings_shown(store, TODAY) if one.key is K.CENTRE_NAME]
    assert (row.value, row.starts_on, row.note, row.set_by) == (
        "综治中心",
        DAY,
        "县里通知",
        "吴某某",
    )
    [later] = settings_to_come(store, TODAY)
    assert later.value == "新中心"
    default = next(one for one in settings_shown(store, TODAY) if one.key is K.REMINDER_DAYS)
    assert (default.value, default.starts_on) == (3, None)


def write_csv(encoding: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / "holidays.csv"
        path.write_text("日期,类型,说明\n2027-01-01,放假,元旦\n2027-01-03,上班,调休\n", encoding)
        return path

    return write


def write_xlsx(folder: Path) -> Path:
    book = Workbook()
    assert book.active is not None
    days = ([date(2027, 1, 1), "放假", "元旦"], ["2027-01-03", "上班"])
    for row in (["日期", "类型", "说明"], *days):
        book.active.append(row)
    book.save(folder / "holidays.xlsx")
    return folder / "holidays.xlsx"


@pytest.mark.parametrize("write", [write_csv("utf-8-sig"), write_csv("gb18030"), write_xlsx])
def test_a_years_holidays_come_from_a_file(
    store: Store, tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    [year] = holidays_from_file(write(tmp_path), source="2027年的通知")
    set_holidays(store, CENTRE, year=year)
    [waiting] = waiting_changes(store)
    assert waiting.starts_on == date(2027, 1, 1)
    sent(store, K.HOLIDAYS, year.as_value(), date(2027, 1, 1))
    assert [one.year for one in holiday_years(store)] == [2027]
    calendar = working_calendar(store)
    assert not calendar.is_working(date(2027, 1, 1))
    assert calendar.is_working(date(2027, 1, 3))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ErrorCode.HOLIDAYS_NOT_READ),
        ("日期,类型\n", ErrorCode.HOLIDAYS_NOT_READ),
        ("日期,类型\n2027-01-01,半天\n", ErrorCode.HOLIDAY_ROW_WRONG),
    ],
)
def test_a_file_that_is_no_list_is_said_so(tmp_path: Path, text: str, code: ErrorCode) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(UserFacingError) as caught:
        holidays_from_file(path, source="通知")
    assert caught.value.code is code
    assert error_sentence(caught.value)


def test_a_table_without_its_notice_is_not_set(store: Store, tmp_path: Path) -> None:
    [year] = holidays_from_file(write_xlsx(tmp_path), source="")
    with pytest.raises(UserFacingError) as caught:
        set_holidays(store, CENTRE, year=HolidayYear(year.year, year.days))
    assert caught.value.params["problem"] is SettingProblem.NOTE_MISSING


def test_the_weeks_plan_asks_as_often_as_the_county_has_set(store: Store) -> None:
    with store.reading() as session:
        assert visit_settings(session, TODAY) == OUR_SETTINGS
    sent(store, K.VISIT_DAYS, {"high": 3, "medium": 10, "low": 20, "none": 60})
    sent(store, K.WEEK_CAPACITY, 12)
    with store.reading() as session:
        found = visit_settings(session, TODAY)
    assert (found.days_by_care[CareLevel.HIGH], found.days_by_care[None]) == (3, 60)
    assert (found.week_capacity, found.days_after_coming) == (12, 7)
