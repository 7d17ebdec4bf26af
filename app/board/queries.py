"""The board, a month of it, and what to be reminded of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.accounts.session import Actor
from app.board.rules import (
    BoardColumn,
    BoardTask,
    Reader,
    column_of,
    in_order,
    is_mine,
    last_reminded,
    merged,
)
from app.board.sources import Asked, items, limits, plans, tasks_of
from app.clocks.counting import WorkingCalendar
from app.settings.queries import setting, working_calendar
from app.settings.vocabulary import SettingKey
from app.store import Store


@dataclass(frozen=True, slots=True)
class Board:
    """The columns as of a day, each the nearest first."""

    day: date
    remind_days: int
    columns: Mapping[BoardColumn, tuple[BoardTask, ...]]


@dataclass(frozen=True, slots=True)
class Month:
    """What has its last day on each day from ``first`` to ``last``."""

    first: date
    last: date
    today: date
    days: Mapping[date, tuple[BoardTask, ...]]
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Reminders:
    """How much of what is this person's is late, and how much ends within the days before."""

    overdue: int = 0
    soon: int = 0
    days: int = 0

    @property
    def count(self) -> int:
        """Beside the page's word in the navigation."""
        return self.overdue + self.soon


def remind_days(store: Store, on: date) -> int:
    """How many days before its end a limit is reminded of; the county's setting."""
    return int(setting(store, SettingKey.REMINDER_DAYS, on))


def board(store: Store, actor: Actor, today: date) -> Board:
    """Everything that concerns this person, in its column."""
    days, reader = remind_days(store, today), reader_of(actor)
    found: dict[BoardColumn, list[BoardTask]] = {column: [] for column in BoardColumn}
    asked = Asked(store, actor, today, last=last_reminded(today, days))
    for task in merged(tasks_of(asked)):
        found[column_of(task, reader, today=today, remind_days=days)].append(task)
    return Board(today, days, {column: in_order(tasks) for column, tasks in found.items()})


def month_of(store: Store, actor: Actor, day: date, today: date) -> Month:
    """The weeks that hold the month of ``day``, Monday to Sunday."""
    first, last = weeks_of_month(day)
    days: dict[date, list[BoardTask]] = {}
    seen: set[str] = set()
    for task in tasks_of(Asked(store, actor, today, last=last, first=first)):
        if task.due_on is not None and task.key not in seen:
            seen.add(task.key)
            days.setdefault(task.due_on, []).append(task)
    return Month(
        first=first,
        last=last,
        today=today,
        days={one: in_order(tasks) for one, tasks in days.items()},
        calendar=working_calendar(store),
    )


def weeks_of_month(day: date) -> tuple[date, date]:
    """The Monday on or before the first and the Sunday on or after the last of its month."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def reminders(store: Store, actor: Actor, today: date) -> Reminders:
    """What is this person's and late, or ends soon; read at every change, so only dated tasks."""
    days, reader = remind_days(store, today), reader_of(actor)
    asked = Asked(store, actor, today, last=last_reminded(today, days))
    found = [
        task
        for task in merged(task for source in (limits, items, plans) for task in source(asked))
        if is_mine(task, reader)
    ]
    overdue = sum(task.days_late(today) > 0 for task in found)
    return Reminders(overdue, len(found) - overdue, days)


def reader_of(actor: Actor) -> Reader:
    """Who looks."""
    return Reader(actor.account_id, actor.unit_id, actor.role)
