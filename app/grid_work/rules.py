"""When somebody is to be visited again, what a week holds, and what a record of the work must say.

No law sets the intervals and limits here: they are this program's own defaults, and a county may
set others (``app.settings.rules``). Shared by laptop and county.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Generic, TypeVar

from app.grid_work.vocabulary import (
    DueReason,
    HazardLevel,
    PlanPlace,
    VisitWay,
    WorkField,
    WorkProblem,
)
from app.households.vocabulary import CareLevel, LeftBehindKind
from app.settings.rules import SettingFact, value_on
from app.settings.vocabulary import SettingKey

SEEN = frozenset({VisitWay.AT_HOME, VisitWay.ELSEWHERE})
"""Somebody was seen. Nobody at home is an attempt and moves nothing."""
EARLIEST_DAY = date(2000, 1, 1)
"""What is dated before is a slip of the finger."""


@dataclass(frozen=True)
class VisitSettings:
    """How often, and how many in a week. Our own figures: no law sets any; the county's settings
    may set others, and have these as defaults (``app.settings.rules``)."""

    days_by_care: Mapping[CareLevel | None, int] = field(
        default_factory=lambda: {
            CareLevel.HIGH: 7,
            CareLevel.MEDIUM: 14,
            CareLevel.LOW: 30,
            None: 90,
        }
    )
    days_after_coming: int = 7
    """A household that has moved in or split off is greeted within so many days."""
    week_capacity: int = 20
    """Households one grid worker visits in a week: a whole micro-grid."""


OUR_SETTINGS = VisitSettings()

_CARE_ORDER = {CareLevel.HIGH: 0, CareLevel.MEDIUM: 1, CareLevel.LOW: 2, None: 3}


def care_needed(
    levels: Iterable[CareLevel | None], left_behind: Iterable[LeftBehindKind | None] = ()
) -> CareLevel | None:
    """The highest care anybody of the household needs.

    Old people and children who were left behind count as medium at least: nobody at home would
    notice in time.
    """
    found = set(levels)
    if CareLevel.HIGH in found:
        return CareLevel.HIGH
    alone = {LeftBehindKind.ELDER, LeftBehindKind.CHILD}
    if CareLevel.MEDIUM in found or not alone.isdisjoint(set(left_behind)):
        return CareLevel.MEDIUM
    return CareLevel.LOW if CareLevel.LOW in found else None


@dataclass(frozen=True, slots=True)
class NextVisit:
    """The last day for the next visit, and why."""

    due_on: date
    reason: DueReason


def next_visit(
    *,
    care: CareLevel | None,
    last_seen_on: date | None,
    last_phone_on: date | None,
    came_on: date | None,
    today: date,
    settings: VisitSettings = OUR_SETTINGS,
) -> NextVisit:
    """By when a household is to be visited.

    A visit counts for its whole interval. A call by telephone since then is worth half of one,
    rounded up, and puts the visit off to twice the interval after the last visit at most: who is
    only ever called is not seen. A household nobody has visited is due now; if it came lately,
    within ``days_after_coming`` of that day, whatever was said by telephone.
    """
    if last_seen_on is None:
        if came_on is None:
            return NextVisit(today, DueReason.NEVER_VISITED)
        return NextVisit(
            came_on + timedelta(days=settings.days_after_coming), DueReason.CAME_LATELY
        )
    days = settings.days_by_care[care]
    due_on = last_seen_on + timedelta(days=days)
    if last_phone_on is not None and last_phone_on > last_seen_on:
        put_off = last_phone_on + timedelta(days=(days + 1) // 2)
        due_on = max(due_on, min(put_off, last_seen_on + timedelta(days=2 * days)))
    return NextVisit(due_on, DueReason.INTERVAL_OVER)


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday of the week the day lies in."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def number_key(number: str) -> tuple[int, str]:
    """Household numbers in the order of the houses: 9 before 10, 8 before 8-1; letters last."""
    plain = number.strip()
    digits = re.match(r"[0-9]*", plain)
    leading = digits.group() if digits else ""
    return int(leading) if leading else 10**9, plain[len(leading) :]


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Candidate(Generic[Item]):
    """A household that is due this week, as the plan looks at it."""

    item: Item
    due_on: date
    care: CareLevel | None
    worker: Hashable
    grid_number: int
    household_number: str


@dataclass(frozen=True, slots=True)
class Planned(Generic[Item]):
    """A household and where it stands in the plan."""

    item: Item
    place: PlanPlace


def plan_week(
    candidates: Iterable[Candidate[Item]],
    *,
    today: date,
    done_by: Mapping[Hashable, int],
    capacity: int = OUR_SETTINGS.week_capacity,
) -> tuple[Planned[Item], ...]:
    """The week of each grid worker in the order to walk it, and after it what has no room.

    Overdue first, then who needs more care, then neighbours together. ``done_by`` are the
    households each has visited this week already; they take their part of ``capacity``. Nothing
    is left out: what is more than the week holds comes last and says so.
    """
    room = _Room(capacity, done_by)
    planned: list[Planned[Item]] = []
    left: list[Planned[Item]] = []
    for one in sorted(candidates, key=lambda one: _order(one, today)):
        if not room.take(one.worker):
            left.append(Planned(one.item, PlanPlace.NO_ROOM))
            continue
        is_late = one.due_on < today
        planned.append(Planned(one.item, PlanPlace.OVERDUE if is_late else PlanPlace.THIS_WEEK))
    return (*planned, *left)


class _Room:
    """How many more each worker can visit this week."""

    def __init__(self, capacity: int, done_by: Mapping[Hashable, int]) -> None:
        self._capacity = capacity
        self._used = dict(done_by)

    def take(self, worker: Hashable) -> bool:
        used = self._used.get(worker, 0)
        if used >= self._capacity:
            return False
        self._used[worker] = used + 1
        return True


def _order(one: Candidate[Item], today: date) -> tuple[bool, int, int, tuple[int, str]]:
    return (
        one.due_on >= today,
        _CARE_ORDER[one.care],
        one.grid_number,
        number_key(one.household_number),
    )


def hazard_due_on(level: HazardLevel, found_on: date, facts: Sequence[SettingFact] = ()) -> date:
    """The day by which a hazard of this level should be gone, unless somebody says another;
    ``facts`` is what the county has set, of which counts what held on the day it was found."""
    days = value_on(facts, SettingKey.HAZARD_DAYS, found_on)
    return found_on + timedelta(days=days[level.name.lower()])


# --- what is typed ---------------------------------------------------------------------------

LONGEST: Mapping[WorkField, int] = {
    WorkField.MET: 100,
    WorkField.NOTE: 2000,
    WorkField.ASKER_NAME: 80,
    WorkField.ASKER_PHONE: 50,
    WorkField.DONE_NOTE: 1000,
    WorkField.PLACE: 200,
}
"""Characters a field may hold; ``text`` has a limit for each kind of record."""
LONGEST_SERVICE_TEXT = 1000
LONGEST_HAZARD_TEXT = 2000
LONGEST_MEASURE_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and with which field; ``limit`` in characters where it is too long."""

    field: WorkField
    code: WorkProblem
    limit: int = 0


def visit_problems(
    *, household_id: str | None, visited_on: date | None, met: str, note: str, today: date
) -> list[Problem]:
    """What keeps a visit from being recorded."""
    return _found(
        _missing(WorkField.HOUSEHOLD, household_id),
        _day(WorkField.VISITED_ON, visited_on, today),
        _too_long(WorkField.MET, met),
        _too_long(WorkField.NOTE, note),
    )


def service_problems(
    *,
    asker_name: str,
    asker_phone: str,
    text: str,
    asked_on: date | None,
    due_on: date | None,
    today: date,
) -> list[Problem]:
    """What keeps a micro-service from being recorded."""
    return _found(
        _missing(WorkField.ASKER_NAME, asker_name),
        _too_long(WorkField.ASKER_NAME, asker_name),
        _too_long(WorkField.ASKER_PHONE, asker_phone),
        _missing(WorkField.TEXT, text),
        _too_long(WorkField.TEXT, text, LONGEST_SERVICE_TEXT),
        _day(WorkField.ASKED_ON, asked_on, today),
        _not_before(WorkField.DUE_ON, due_on, asked_on, WorkProblem.BEFORE_ASKED),
    )


def service_done_problems(
    *, asked_on: date, done_on: date | None, done_note: str, today: date
) -> list[Problem]:
    """What keeps a micro-service from being called done."""
    return _found(
        _day(WorkField.DONE_ON, done_on, today),
        _not_before(WorkField.DONE_ON, done_on, asked_on, WorkProblem.BEFORE_ASKED),
        _too_long(WorkField.DONE_NOTE, done_note),
    )


def hazard_problems(
    *, place: str, text: str, found_on: date | None, due_on: date | None, today: date
) -> list[Problem]:
    """What keeps a hazard from being recorded."""
    return _found(
        _missing(WorkField.PLACE, place),
        _too_long(WorkField.PLACE, place),
        _missing(WorkField.TEXT, text),
        _too_long(WorkField.TEXT, text, LONGEST_HAZARD_TEXT),
        _day(WorkField.FOUND_ON, found_on, today),
        _missing(WorkField.DUE_ON, due_on),
        _not_before(WorkField.DUE_ON, due_on, found_on, WorkProblem.BEFORE_FOUND),
    )


def measure_problems(
    *, text: str, found_on: date, done_on: date | None, today: date
) -> list[Problem]:
    """What keeps something done about a hazard from being recorded."""
    return _found(
        _missing(WorkField.TEXT, text),
        _too_long(WorkField.TEXT, text, LONGEST_MEASURE_TEXT),
        _day(WorkField.DONE_ON, done_on, today),
        _not_before(WorkField.DONE_ON, done_on, found_on, WorkProblem.BEFORE_FOUND),
    )


def resolved_problems(*, found_on: date, resolved_on: date | None, today: date) -> list[Problem]:
    """What keeps a hazard from being called gone."""
    return _found(
        _day(WorkField.RESOLVED_ON, resolved_on, today),
        _not_before(WorkField.RESOLVED_ON, resolved_on, found_on, WorkProblem.BEFORE_FOUND),
    )


def _found(*problems: Problem | None) -> list[Problem]:
    """One problem for each field, the first."""
    first: dict[WorkField, Problem] = {}
    for problem in problems:
        if problem is not None:
            first.setdefault(problem.field, problem)
    return list(first.values())


def _missing(name: WorkField, value: str | date | None) -> Problem | None:
    is_there = bool(value.strip()) if isinstance(value, str) else value is not None
    return None if is_there else Problem(name, WorkProblem.MISSING)


def _too_long(name: WorkField, value: str, limit: int | None = None) -> Problem | None:
    most = LONGEST[name] if limit is None else limit
    return Problem(name, WorkProblem.TOO_LONG, most) if len(value.strip()) > most else None


def _day(name: WorkField, day: date | None, today: date) -> Problem | None:
    if day is None:
        return Problem(name, WorkProblem.MISSING)
    if day > today:
        return Problem(name, WorkProblem.IN_FUTURE)
    return Problem(name, WorkProblem.TOO_EARLY) if day < EARLIEST_DAY else None


def _not_before(
    name: WorkField, day: date | None, first: date | None, code: WorkProblem
) -> Problem | None:
    is_before = day is not None and first is not None and day < first
    return Problem(name, code) if is_before else None
