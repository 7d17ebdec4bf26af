"""Moments as they are read in the village: China's clock, short."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

_CHINA = timezone(timedelta(hours=8))


def short_moment(moment: datetime) -> str:
    """Month, day and time: 11-21 19:02."""
    return f"{moment.astimezone(_CHINA):%m-%d %H:%M}"


def long_moment(moment: datetime) -> str:
    """With the year: 2026-11-21 19:02."""
    return f"{moment.astimezone(_CHINA):%Y-%m-%d %H:%M}"


def clock_time(moment: datetime) -> str:
    """The clock in the village: 19:02."""
    return f"{moment.astimezone(_CHINA):%H:%M}"


def village_day(moment: datetime) -> date:
    """The date on paper in the village."""
    return moment.astimezone(_CHINA).date()
