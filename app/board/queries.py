"""The board, a month of it, and what to be reminded of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from app.accounts.session import Actor
from app.board.rules import (
    BoardColumn,
    BoardTask,
    Reader,
    column_of,
    in_order,
    last_reminded,
    merged,
)
from app.board.sources import BY_DAY, MOST, MOST_OF_MONTH, Asked, own_due, tasks_of
from app.clocks.counting import WorkingCalendar
from app.settings.queries import setting, working_calendar
from app.settings.vocabulary import SettingKey
from app.store import Store


@dataclass(frozen=True, slots=True)
class Board:
    """The columns as of a day, each the nearest first; of those in ``cut`` there are more."""

    day: date
    remind_days: int
    columns: Mapping[BoardColumn, tuple[BoardTask, ...]]
    cut: frozenset[BoardColumn] = frozenset()


@dataclass(frozen=True, slots=True)
class Month:
    """What has its last day on each day from ``first`` to ``last``; ``whole_until`` is the day up
    to which that is everything, None where it all is."""

    first: date
    last: date
    today: date
    days: Mapping[date, tuple[BoardTask, ...]]
    calendar: WorkingCalendar
    whole_until: date | None = None


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


def board(store: Store, actor: Actor, today: date, *, most: int = MOST) -> Board:
    """Everything that concerns this person, in its column; of one kind at most ``most``."""
    days, reader = remind_days(store, today), reader_of(actor)
    found: dict[BoardColumn, list[BoardTask]] = {column: [] for column in BoardColumn}
    place = partial(column_of, reader=reader, today=today, remind_days=days)
    asked = Asked(store, actor, today, last=last_reminded(today, days), most=most)
    given = tasks_of(asked)
    tasks, cut = given.tasks, frozenset(map(place, given.last_of_cut))
    if BoardColumn.OVERDUE in cut:  # read by its day: so much that is late hides what is due
        soon = tasks_of(replace(asked, first=today), BY_DAY)
        tasks, cut = tasks + soon.tasks, cut | frozenset(map(place, soon.last_of_cut))
    for task in merged(tasks, actor.unit_id):
        found[place(task)].append(task)
    return Board(
        day=today,
        remind_days=days,
        columns={column: in_order(tasks) for column, tasks in found.items()},
        cut=cut,
    )


def month_of(store: Store, actor: Actor, day: date, today: date) -> Month:
    """The weeks that hold the month of ``day``, Monday to Sunday."""
    first, last = weeks_of_month(day)
    days: dict[date, list[BoardTask]] = {}
    seen: set[str] = set()
    given = tasks_of(Asked(store, actor, today, last=last, first=first, most=MOST_OF_MONTH))
    for task in given.tasks:
        if task.due_on is not None and task.key not in seen:
            seen.add(task.key)
            days.setdefault(task.due_on, []).append(task)
    return Month(
        first=first,
        last=last,
        today=today,
        days={one: in_order(tasks) for one, tasks in days.items()},
        calendar=working_calendar(store),
        whole_until=min((one.due_on for one in given.last_of_cut if one.due_on), default=None),
    )


def weeks_of_month(day: date) -> tuple[date, date]:
    """The Monday on or before the first and the Sunday on or after the last of its month."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def reminders(store: Store, actor: Actor, today: date) -> Reminders:
    """How many cases of this person are late, or end soon: all of them, counted in the file. Read
    at every change, so only what has a day."""
    days = remind_days(store, today)
    last = last_reminded(today, days)
    overdue, soon = own_due(store, actor, today, last)
    return Reminders(overdue, soon, days)


def reader_of(actor: Actor) -> Reader:
    """Who looks."""
    return Reader(actor.account_id, actor.unit_id, actor.role)
