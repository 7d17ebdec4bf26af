"""A day and an hour in a form, always by China's clock, whatever the laptop's zone is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from PySide6.QtCore import QDate, QDateTime, QTime, QTimeZone
from PySide6.QtWidgets import QDateTimeEdit

_CHINA = timezone(timedelta(hours=8))
_NO_SUMMER_TIME = QTimeZone(QTimeZone.Initialization.UTC)
"""In the laptop's own zone an hour that summer time leaves out would be shown as another."""


def moment_edit() -> QDateTimeEdit:
    """A moment as 2026-11-23 16:30, typed or stepped with the arrows; no popup."""
    field = QDateTimeEdit()
    field.setTimeZone(_NO_SUMMER_TIME)
    field.setDisplayFormat("yyyy-MM-dd HH:mm")
    return field


def set_moment(field: QDateTimeEdit, moment: datetime) -> None:
    """Shows a moment (with its zone) by China's clock, to the minute."""
    here = moment.astimezone(_CHINA)
    day, hour = QDate(here.year, here.month, here.day), QTime(here.hour, here.minute)
    field.setDateTime(QDateTime(day, hour, _NO_SUMMER_TIME))


def moment_of(field: QDateTimeEdit) -> datetime:
    """The moment shown, with its zone."""
    day, hour = field.date(), field.time()
    return datetime(day.year(), day.month(), day.day(), hour.hour(), hour.minute(), tzinfo=_CHINA)
