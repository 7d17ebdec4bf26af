"""What is set, as this laptop knows it: what the county sent, else the program's defaults."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from app.clocks.counting import WorkingCalendar
from app.settings.rules import SettingFact, calendar_from, value_on
from app.settings.vocabulary import SettingKey
from app.store import Store
from db.tables.settings import Setting


def setting(source: Session | Store, key: SettingKey, on: date) -> Any:
    """The value in force on a day, as JSON gives it: the last that starts on or before it."""
    return value_on(setting_facts(source, key), key, on)


def setting_facts(
    source: Session | Store, key: SettingKey | None = None
) -> tuple[SettingFact, ...]:
    """Everything that was set, or all of one key, the earliest first."""
    statement = select(Setting).order_by(col(Setting.starts_on), col(Setting.id))
    if key is not None:
        statement = statement.where(col(Setting.key) == key.value)
    with _session(source) as session:
        return tuple(
            SettingFact(one.key, one.value, one.starts_on, one.note or "")
            for one in session.exec(statement)
        )


def working_calendar(source: Session | Store) -> WorkingCalendar:
    """Holidays and worked weekends of every year the county has set."""
    return calendar_from(setting_facts(source, SettingKey.HOLIDAYS))


def _session(source: Session | Store) -> AbstractContextManager[Session]:
    return source.reading() if isinstance(source, Store) else nullcontext(source)
