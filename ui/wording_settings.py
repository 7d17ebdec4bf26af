"""The words of what the county sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from app.clocks.vocabulary import DayUnit
from app.errors import ErrorCode
from app.settings.holidays import HolidayYear
from app.settings.queries import SettingRow, WaitingChange
from app.settings.vocabulary import HolidayKind, SettingKey, SettingProblem
from i18n.text import tr


def _setting_keys() -> Mapping[StrEnum, str]:
    return {
        SettingKey.CENTRE_NAME: tr("中心名称"),
        SettingKey.HOLIDAYS: tr("法定节假日"),
        SettingKey.CASE_NUMBER_FORMAT: tr("案件编号格式"),
        SettingKey.COUNTY_DAY_UNIT: tr("县里要求的天数怎么算"),
        SettingKey.FOLLOW_UP_DAYS: tr("办结后几天回访"),
        SettingKey.OLD_CASE_DAYS: tr("多少天算积案"),
        SettingKey.REMINDER_DAYS: tr("提前几天提醒"),
        SettingKey.SATISFACTION_COUNTS_ROUGHLY: tr("基本满意算不算满意"),
        SettingKey.RETENTION: tr("保管期限"),
        SettingKey.VISIT_DAYS: tr("几天走访一次"),
        SettingKey.GREETING_DAYS: tr("新住户几天内走访"),
        SettingKey.WEEK_CAPACITY: tr("一周走访几户"),
    }


def _holiday_kinds() -> Mapping[StrEnum, str]:
    return {HolidayKind.OFF: tr("放假"), HolidayKind.WORKED: tr("上班")}


def _setting_problems() -> Mapping[StrEnum, str]:
    return {
        SettingProblem.UNKNOWN_KEY: tr("没有这一项设定"),
        SettingProblem.NOT_READABLE: tr("读不出来，请检查写法"),
        SettingProblem.WRONG_TYPE: tr("填的不是这一项要的内容"),
        SettingProblem.EMPTY: tr("还没有填"),
        SettingProblem.TOO_LONG: tr("写得太长"),
        SettingProblem.OUT_OF_RANGE: tr("数字太大或太小"),
        SettingProblem.UNKNOWN_CHOICE: tr("没有这个选项"),
        SettingProblem.WRONG_YEAR: tr("年份不对，请填 2000 到 2100 年"),
        SettingProblem.NO_DAYS: tr("表里一天也没有"),
        SettingProblem.TOO_MANY_DAYS: tr("一年的放假和上班日太多，请核对"),
        SettingProblem.WRONG_DAY: tr("日期读不出来，请写成 2026-10-01"),
        SettingProblem.WRONG_KIND: tr("只能是“放假”或“上班”"),
        SettingProblem.DAY_OF_OTHER_YEAR: tr("有日期不在这一年"),
        SettingProblem.DAY_TWICE: tr("有一天写了两次"),
        SettingProblem.WORKED_ON_WEEKDAY: tr("调休上班的只能是星期六或星期日"),
        SettingProblem.STARTS_ELSEWHEN: tr("节假日表从那一年的 1 月 1 日起"),
        SettingProblem.NOTE_MISSING: tr("请写明依据，比如哪个通知"),
        SettingProblem.NOTE_TOO_LONG: tr("依据写得太长"),
    }


SETTING_NAMES: Mapping[type[StrEnum], Callable[[], Mapping[StrEnum, str]]] = {
    SettingKey: _setting_keys,
    HolidayKind: _holiday_kinds,
    SettingProblem: _setting_problems,
}


def setting_problem(key: SettingKey, problem: SettingProblem) -> str:
    """What is wrong with what was typed for a key."""
    return tr("{key}：{problem}。", key=_setting_keys()[key], problem=_setting_problems()[problem])


SETTING_ERROR_SENTENCES: Mapping[ErrorCode, Callable[..., str]] = {
    ErrorCode.SETTING_WRONG: lambda *, key, problem: tr(
        "还没有保存，填好的都在。{why}", why=setting_problem(key, problem)
    ),
    ErrorCode.HOLIDAYS_NOT_READ: lambda *, file: tr(
        "从 {file} 里没有读到节假日，没有改动。"
        "表里每行写日期、放假或上班、说明三列，存成 xlsx 或 CSV 再选一次。",
        file=file,
    ),
    ErrorCode.HOLIDAY_ROW_WRONG: lambda *, row, problem: tr(
        "第 {row} 行有错，没有改动：{problem}。请改好这一行再选一次。",
        row=row,
        problem=_setting_problems()[problem],
    ),
}


# --- values ----------------------------------------------------------------------------------


def part_names() -> Mapping[str, str]:
    """The parts of a value of several numbers."""
    return {"high": tr("高"), "medium": tr("中"), "low": tr("低"), "none": tr("其他")}


def choice_names(key: SettingKey) -> Mapping[str, str]:
    """What may be chosen for a key."""
    if key is SettingKey.COUNTY_DAY_UNIT:
        return {DayUnit.CALENDAR.value: tr("自然日"), DayUnit.WORKING.value: tr("工作日")}
    return {"true": tr("算"), "false": tr("不算")}


def value_words(key: SettingKey, value: Any) -> str:
    """A value as the list shows it."""
    if isinstance(value, bool):
        return choice_names(key)["true" if value else "false"]
    if key is SettingKey.COUNTY_DAY_UNIT:
        return choice_names(key).get(value, str(value))
    if key is SettingKey.CASE_NUMBER_FORMAT and isinstance(value, dict):
        return tr("{prefix}…，{digits} 位数", prefix=value["prefix"], digits=value["digits"])
    if isinstance(value, dict):
        names = part_names()
        return tr("，").join(
            tr("{part} {n} 日", part=names[part], n=value[part]) for part in names if part in value
        )
    if key is SettingKey.WEEK_CAPACITY:
        return tr("{n} 户", n=value)
    if isinstance(value, int):
        return tr("{n} 日", n=value)
    return str(value) or tr("未定")


def since_words(row: SettingRow) -> str:
    """Since when a value holds; a default has no day."""
    return tr("默认") if row.starts_on is None else f"{row.starts_on:%Y-%m-%d}"


def waiting_line(waiting: Sequence[WaitingChange]) -> str:
    """What was changed here and the county does not know yet."""
    names = _setting_keys()
    found = [names[SettingKey(one.key)] for one in waiting if one.key in set(SettingKey)]
    keys = tr("、").join(dict.fromkeys(found))
    return tr("{keys}已改，等县里办理；下次联系后生效。", keys=keys) if keys else ""


def coming_line(rows: Sequence[SettingRow]) -> str:
    """What is set already and begins later."""
    names = _setting_keys()
    lines = (
        tr(
            "{key}从 {day} 起：{value}",
            key=names[one.key],
            day=f"{one.starts_on:%Y-%m-%d}",
            value=value_words(one.key, one.value),
        )
        for one in rows
    )
    return tr("；").join(lines)


def setting_draft_found(moment: str) -> str:
    """What was typed and not saved."""
    return tr("{moment} 有没改完的内容。", moment=moment)


def holidays_line(year: HolidayYear) -> str:
    """How many days, and which notice."""
    off = sum(1 for one in year.days if one.kind is HolidayKind.OFF)
    worked = len(year.days) - off
    words = tr("放假 {off} 天，调休上班 {worked} 天。", off=off, worked=worked)
    return tr("{words}依据：{notice}", words=words, notice=year.source) if year.source else words
