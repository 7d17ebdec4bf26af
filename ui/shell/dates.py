"""The date line: the calendar of the office and the calendar of the village."""

from __future__ import annotations

from datetime import date

from i18n.text import tr


def date_line(day: date) -> str:
    """11月23日 星期一 农历十月十五."""
    return tr(
        "{month}月{day}日 {weekday} 农历{lunar}",
        month=day.month,
        day=day.day,
        weekday=weekday(day),
        lunar=lunar_day(day),
    )


def weekday(day: date) -> str:
    names = (
        tr("星期一"),
        tr("星期二"),
        tr("星期三"),
        tr("星期四"),
        tr("星期五"),
        tr("星期六"),
        tr("星期日"),
    )
    return names[day.weekday()]


def lunar_day(day: date) -> str:
    """Month and day of the lunar calendar, a leap month with 闰 before it."""
    from lunar_python import Solar  # slow to import, and the window comes first

    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return tr("{month}月{day}", month=lunar.getMonthInChinese(), day=lunar.getDayInChinese())
