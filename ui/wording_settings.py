"""The words of what the county sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from app.clocks.vocabulary import DayUnit
from app.errors import ErrorCode
from app.settings.effects import Effect
from app.settings.history import PastSetting
from app.settings.holidays import HolidayYear
from app.settings.queries import SettingRow, WaitingChange
from app.settings.rules import SETTINGS
from app.settings.vocabulary import (
    HolidayKind,
    SettingKey,
    SettingProblem,
    SettingStand,
    SettingType,
)
from i18n.text import tr
from ui.wording_time import short_moment


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
        SettingKey.HAZARD_DAYS: tr("隐患几天内整改"),
    }


def setting_hint(key: SettingKey) -> str:
    """What the value decides, and what stays as it is."""
    return {
        SettingKey.CENTRE_NAME: tr("从那天起新印的文书用这个名称，以前印的不变。"),
        SettingKey.HOLIDAYS: tr("按工作日算的期限除去这些天。"),
        SettingKey.CASE_NUMBER_FORMAT: tr("从那天起新编的号用这个格式，已有的编号不变。"),
        SettingKey.COUNTY_DAY_UNIT: tr(
            "只算县里自己要求的天数，法定期限不受影响；已经开始算的期限不变。"
        ),
        SettingKey.FOLLOW_UP_DAYS: tr("从那天起办结的案件按这个天数回访；已经开始算的不变。"),
        SettingKey.OLD_CASE_DAYS: tr("统计里的积案按这个天数重新数，以前的月份也一样。"),
        SettingKey.REMINDER_DAYS: tr("待办里“快到期”一栏和登录时的提醒，提前这么多天。"),
        SettingKey.SATISFACTION_COUNTS_ROUGHLY: tr("统计里的群众满意率按这个重新数。"),
        SettingKey.RETENTION: tr("印在卷宗封面上；没有定的，封面上空着。"),
        SettingKey.VISIT_DAYS: tr(
            "按一户里最高的关注程度，隔几天走访一次；法律没有规定，由县里定。"
        ),
        SettingKey.GREETING_DAYS: tr("有人迁入、分户后，几天内上门认识。"),
        SettingKey.WEEK_CAPACITY: tr("一名网格员一周走访几户，多出来的排到下周。"),
        SettingKey.HAZARD_DAYS: tr(
            "按隐患等级，发现后几天内整改；登记时可以另定。已经登记的期限不变。"
        ),
    }[key]


def effect_words(key: SettingKey, effect: Effect) -> str:
    """What the typed value would count otherwise today."""
    given = {"now": effect.now, "then": effect.then}
    if key is SettingKey.OLD_CASE_DAYS:
        return tr("现有积案 {now} 件，按新值是 {then} 件。", **given)
    if key is SettingKey.REMINDER_DAYS:
        return tr("现在提醒 {now} 件快到期的，按新值是 {then} 件。", **given)
    return tr("今年收到的信访，算满意的现在 {now} 件，按新值是 {then} 件。", **given)


def _setting_stands() -> Mapping[StrEnum, str]:
    return {
        SettingStand.IN_FORCE: tr("现行"),
        SettingStand.TO_COME: tr("还没有到"),
        SettingStand.ENDED: tr("以前"),
        SettingStand.REPLACED: tr("已更正"),
        SettingStand.WAITING: tr("等县里办理"),
        SettingStand.REFUSED: tr("县里没有收"),
    }


def past_line(row: PastSetting) -> str:
    """Since when, who and when, what it rests on."""
    since = (
        tr("程序默认") if row.starts_on is None else tr("{day} 起", day=f"{row.starts_on:%Y-%m-%d}")
    )
    asked = short_moment(row.asked_at) if row.asked_at else ""
    who = " ".join(part for part in (row.set_by, asked) if part)
    return " · ".join(part for part in (since, who, row.note) if part)


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
    SettingStand: _setting_stands,
}


_COUNTED = frozenset({SettingType.NUMBER, SettingType.NUMBERS})


def setting_problem(key: SettingKey, problem: SettingProblem) -> str:
    """What is wrong with what was typed for a key."""
    spec = SETTINGS[key]
    if problem is SettingProblem.OUT_OF_RANGE and spec.type in _COUNTED:
        return tr(
            "{key}：请填 {least} 到 {most}。",
            key=_setting_keys()[key],
            least=spec.least,
            most=spec.most,
        )
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
        return tr(
            "{prefix}纠〔年份〕加 {digits} 位数", prefix=value["prefix"], digits=value["digits"]
        )
    if isinstance(value, dict):
        names = part_names()
        return tr("，").join(
            tr("{part} {n} 天", part=names[part], n=value[part]) for part in names if part in value
        )
    if key is SettingKey.WEEK_CAPACITY:
        return tr("{n} 户", n=value)
    if isinstance(value, int):
        return tr("{n} 天", n=value)
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
