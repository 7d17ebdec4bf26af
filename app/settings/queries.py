"""What is set, as this laptop knows it: what the county sent, else the program's defaults."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.clocks.counting import WorkingCalendar
from app.settings.holidays import HolidayYear, holidays_problem, year_of
from app.settings.rules import SETTINGS, SettingFact, calendar_from, value_of, value_on
from app.settings.vocabulary import SettingKey
from app.store import Store, SyncState
from db.tables.settings import Setting, SettingChange


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
        return tuple(_fact(one) for one in session.exec(statement))


def working_calendar(source: Session | Store) -> WorkingCalendar:
    """Holidays and worked weekends of every year the county has set."""
    return calendar_from(setting_facts(source, SettingKey.HOLIDAYS))


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A key with the value in force; ``starts_on`` is None where it is the program's default."""

    key: SettingKey
    value: Any
    starts_on: date | None
    note: str
    set_by: str


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change the county has not carried out yet, written here."""

    key: str
    value: Any
    starts_on: date
    happened_at: datetime


def settings_shown(store: Store, today: date) -> tuple[SettingRow, ...]:
    """Every key but the holidays, in the order of the table, with what counts today."""
    with store.reading() as session:
        records = _records(session)
    keys = (key for key in SETTINGS if key is not SettingKey.HOLIDAYS)
    return tuple(_shown(key, records, today) for key in keys)


def settings_to_come(store: Store, today: date) -> tuple[SettingRow, ...]:
    """What is set already and begins on a later day, the earliest first; no holidays."""
    with store.reading() as session:
        records = _records(session)
    return tuple(
        _row(SettingKey(one.key), one)
        for one in records
        if one.starts_on > today and one.key in set(SETTINGS) - {SettingKey.HOLIDAYS}
    )


def holiday_years(store: Store) -> tuple[HolidayYear, ...]:
    """The years with a table, the latest first."""
    facts = setting_facts(store, SettingKey.HOLIDAYS)
    found = ((value_of(one), one.note) for one in reversed(facts))
    return tuple(
        year_of(value, source=note) for value, note in found if holidays_problem(value) is None
    )


def waiting_changes(store: Store) -> tuple[WaitingChange, ...]:
    """What was changed on this laptop and has not reached the county."""
    with store.reading() as session:
        found = session.exec(
            select(SettingChange)
            .where(col(SettingChange.sync_seq) == 0)
            .where(col(SettingChange.sync_state) != SyncState.REFUSED)
            .order_by(col(SettingChange.happened_at))
        ).all()
    return tuple(
        WaitingChange(one.key, value_of(_fact(one)), one.starts_on, one.happened_at)
        for one in found
    )


def _records(session: Session) -> Sequence[Setting]:
    statement = select(Setting).order_by(col(Setting.starts_on), col(Setting.id))
    return session.exec(statement).all()


def _shown(key: SettingKey, records: Sequence[Setting], today: date) -> SettingRow:
    value = value_on((_fact(one) for one in records), key, today)
    for one in reversed(records):
        if one.key == key.value and one.starts_on <= today and value_of(_fact(one)) == value:
            return _row(key, one)
    return SettingRow(key, value, None, SETTINGS[key].basis, "")


def _row(key: SettingKey, one: Setting) -> SettingRow:
    return SettingRow(key, value_of(_fact(one)), one.starts_on, one.note or "", one.set_by or "")


def value_of_text(value: str) -> Any:
    """A value as it is kept; None where it cannot be read."""
    return value_of(SettingFact("", value, date.min))


def _fact(one: Setting | SettingChange) -> SettingFact:
    return SettingFact(one.key, one.value, one.starts_on, one.note or "")


def _session(source: Session | Store) -> AbstractContextManager[Session]:
    return source.reading() if isinstance(source, Store) else nullcontext(source)
