"""Which column of the board a task stands in, and whose turn it is.

Overdue is red for ever until it is done: nothing but the deed itself takes a task out of that
column, no reading and no passing on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from app.accounts.vocabulary import Role
from app.flow.limit_rules import RowLimit, in_shown_order
from app.flow.vocabulary import Wait


class BoardColumn(StrEnum):
    """Where a task stands, the most pressing first."""

    OVERDUE = "overdue"
    DUE = "due"
    FOR_ME = "for_me"
    FOR_OTHERS = "for_others"


class TaskKind(StrEnum):
    """Where a task comes from."""

    CASE = "case"
    ITEM = "item"
    """A promise of an agreement."""
    PLAN = "plan"
    """The plan of a case that has a leader (五个一)."""
    LEGAL_AID = "legal_aid"
    """The decision on legal aid, or the naming of who gives it."""
    COURT = "court"
    """A last day of the court's way; it runs beside what else is due of the case."""
    HAZARD = "hazard"
    SERVICE = "service"
    OUTREACH = "outreach"
    """A round of the 矛调冲锋队 of which something found is still open."""


@dataclass(frozen=True, slots=True)
class BoardTask:
    """One thing to do. ``record_id`` of ``entity`` is what Enter opens, at its ``section``.

    ``unit_id`` is the unit it waits for and ``home_id`` the one it is of, ``due_on`` its last day,
    ``limit`` what that day is of, ``wait`` what the chain waits for, ``since`` from when on.
    """

    kind: TaskKind
    entity: str
    record_id: str
    title: str
    unit_id: str
    number: str = ""
    section: str = ""
    due_on: date | None = None
    limit: str = ""
    wait: Wait = Wait.NOTHING
    since: date | None = None
    account_id: str | None = None
    """The person it waits for, where it is one person's."""
    home_id: str = ""
    is_help: bool = False
    """Whether the unit it waits for only helps."""
    beside_on: date | None = None
    """The next other last day of the same thing, and ``beside`` what that is of."""
    beside: str = ""
    is_confidential: bool = False

    @property
    def key(self) -> str:
        """Tells tasks apart over readings."""
        return f"{self.entity}:{self.record_id}:{self.limit}:{self.due_on or ''}"

    def days_late(self, today: date) -> int:
        """Whole days past the last day; 0 while there is time."""
        return max(0, (today - self.due_on).days) if self.due_on else 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the board."""

    account_id: str
    unit_id: str
    role: Role


def is_mine(task: BoardTask, reader: Reader) -> bool:
    """Whether the next step is this person's: his own, or his unit's where it is nobody's own.

    A leader has the cases he answers for (包案) and nobody's unit.
    """
    if task.account_id is not None:
        return task.account_id == reader.account_id
    return reader.role is not Role.SPONSOR_LEADER and task.unit_id == reader.unit_id


def column_of(task: BoardTask, reader: Reader, *, today: date, remind_days: int) -> BoardColumn:
    """The column, by its last day first, then by whose turn it is."""
    if task.due_on is not None:
        if task.due_on < today:
            return BoardColumn.OVERDUE
        if task.due_on <= last_reminded(today, remind_days):
            return BoardColumn.DUE
    return BoardColumn.FOR_ME if is_mine(task, reader) else BoardColumn.FOR_OTHERS


def last_reminded(today: date, remind_days: int) -> date:
    """The last day that is reminded of; with 0 days what ends today."""
    return today + timedelta(days=max(0, remind_days))


def merged(tasks: Iterable[BoardTask], reader_unit_id: str = "") -> tuple[BoardTask, ...]:
    """One line for each record: the last day its row shows, and what it waits for.

    What the court's way gives has a line of its own, unless it is that day itself.
    """
    found: dict[tuple[str, str], list[BoardTask]] = {}
    beside: dict[str, BoardTask] = {}
    for task in tasks:
        if task.kind is TaskKind.COURT:
            beside.setdefault(task.key, task)
        else:
            found.setdefault((task.entity, task.record_id), []).append(task)
    lines = [_as_one(same, reader_unit_id) for same in found.values()]
    shown = {task.key for task in lines}
    return (*lines, *(task for key, task in beside.items() if key not in shown))


def _as_one(same: Sequence[BoardTask], reader_unit_id: str) -> BoardTask:
    """The day its row shows with what it is of; the chain's word, and whom it waits for by that:
    of several who are asked the reader's own unit."""
    dated = in_shown_order(_limits_of(same), reader_unit_id)
    places = {(one.due_on, one.limit): place for place, one in enumerate(dated)}
    tasks = sorted(same, key=lambda one: places.get((one.due_on or date.max, one.limit), len(same)))
    shown = tasks[0]
    asked = [each for each in tasks if each.wait is not Wait.NOTHING]
    own = (each for each in asked if each.unit_id == reader_unit_id)
    waits = next(own, asked[0] if asked else shown)
    return replace(
        shown,
        unit_id=waits.unit_id,
        wait=waits.wait,
        since=waits.since or next((each.since for each in tasks if each.since), None),
        account_id=next((each.account_id for each in tasks if each.account_id), None),
        number=next((each.number for each in tasks if each.number), ""),
        home_id=next((each.home_id for each in tasks if each.home_id), ""),
        beside_on=dated[1].due_on if len(dated) > 1 else None,
        beside=dated[1].limit if len(dated) > 1 else "",
    )


def _limits_of(tasks: Iterable[BoardTask]) -> Iterator[RowLimit]:
    for one in tasks:
        if one.due_on is not None:
            yield RowLimit(one.due_on, one.limit, one.unit_id, one.is_help)


def in_order(tasks: Iterable[BoardTask]) -> tuple[BoardTask, ...]:
    """The nearest day first, then what has waited longest."""
    return tuple(
        sorted(
            tasks,
            key=lambda one: (one.due_on or date.max, one.since or date.max, one.number, one.key),
        )
    )
