"""Who is to be visited this week: the plan of a village, each grid worker's own part first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.grid_work.rules import (
    SEEN,
    Candidate,
    NextVisit,
    VisitSettings,
    care_needed,
    next_visit,
    plan_week,
    week_of,
)
from app.grid_work.vocabulary import DueReason, PlanPlace, VisitWay
from app.households.vocabulary import CareLevel, LeftBehindKind
from app.organisations.vocabulary import UnitKind
from app.settings.queries import setting_facts
from app.settings.rules import value_on
from app.settings.vocabulary import SettingKey
from app.store import Store
from db.search_index import search_words, words_typed


@dataclass(frozen=True, slots=True)
class VisitDue:
    """A household that is due by the end of the week, and why.

    ``care`` is what the household needs, ``left_behind`` who of it was left behind (that may be
    why); ``days_since`` counts from the last time somebody was seen, ``last_tried_on`` is the last
    time nobody was at home. ``is_mine``: it lies in a micro-grid of the person who asked.
    """

    household_id: str
    unit_id: str
    number: str
    head_name: str
    address: str
    micro_grid_id: str | None
    micro_grid_name: str
    worker_id: str | None
    worker_name: str
    care: CareLevel | None
    left_behind: tuple[LeftBehindKind, ...]
    last_seen_on: date | None
    last_phone_on: date | None
    last_tried_on: date | None
    days_since: int | None
    due_on: date
    days_late: int
    reason: DueReason
    place: PlanPlace
    is_mine: bool


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """A village's week: what is due, and how many households each worker has visited already."""

    due: tuple[VisitDue, ...] = ()
    done_by: Mapping[Hashable, int] = field(default_factory=dict)

    def done(self, worker_id: str | None = None) -> int:
        """Households visited this week in this worker's micro-grids; without one in all."""
        if worker_id is None:
            return sum(self.done_by.values())
        return self.done_by.get(worker_id, 0)


def visits_due(
    store: Store,
    actor: Actor,
    today: date,
    *,
    unit_id: str | None = None,
    settings: VisitSettings | None = None,
) -> tuple[VisitDue, ...]:
    """Who is due in the week of ``today``, the actor's own micro-grids first; see ``week_plan``."""
    return week_plan(store, actor, today, unit_id=unit_id, settings=settings).due


def week_plan(
    store: Store,
    actor: Actor,
    today: date,
    *,
    unit_id: str | None = None,
    settings: VisitSettings | None = None,
) -> WeekPlan:
    """The village's plan for the week of ``today``, the actor's own micro-grids first.

    Without ``unit_id`` it is the actor's own village; above the villages nobody has a plan of
    their own, so it is empty. Without ``settings`` the county's count. Within a worker's part in
    the order to walk it, and what the week has no room for at its end. Raises NOT_ALLOWED.
    """
    village = unit_id or actor.unit_id
    actor.require(Permission.SEE_GRID_WORK, unit_id=village)
    unit = actor.units.get(village)
    if unit is None or unit.kind is not UnitKind.VILLAGE:
        return WeekPlan()
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(_HOUSEHOLDS, (village,)).all()
        came = _came(session, village)
        settings = settings or visit_settings(session, today)
    homes = [_home(row, came.get(row.id), today, settings) for row in rows]
    monday, sunday = week_of(today)
    done_by: Counter[Hashable] = Counter(
        home.worker_id for home in homes if home.last_seen_on and home.last_seen_on >= monday
    )
    planned = plan_week(
        [_candidate(home) for home in homes if home.next.due_on <= sunday],
        today=today,
        done_by=done_by,
        capacity=settings.week_capacity,
    )
    due = [_due(one.item, one.place, actor, village, today) for one in planned]
    return WeekPlan(tuple(sorted(due, key=lambda one: not one.is_mine)), done_by)


def visit_settings(session: Session, on: date) -> VisitSettings:
    """How often the county wants people visited, and how many a week holds."""
    facts = setting_facts(session)
    days = value_on(facts, SettingKey.VISIT_DAYS, on)
    return VisitSettings(
        days_by_care={
            **{level: days[level.name.lower()] for level in CareLevel},
            None: days["none"],
        },
        days_after_coming=value_on(facts, SettingKey.GREETING_DAYS, on),
        week_capacity=value_on(facts, SettingKey.WEEK_CAPACITY, on),
    )


def due_fits(due: VisitDue, typed: str) -> bool:
    """Whether head, pinyin, initials, number or micro-grid begin like every word typed."""
    words = _words_of(due.head_name, due.number, due.micro_grid_name)
    return all(any(word.startswith(part) for word in words) for part in words_typed(typed))


@lru_cache(maxsize=4096)
def _words_of(head_name: str, number: str, micro_grid_name: str) -> tuple[str, ...]:
    found = search_words(head_name, None, None, number).split()
    return (*found, *search_words(micro_grid_name, None, None, None).split())


@dataclass(frozen=True, slots=True)
class _Home:
    """A household with what its next visit hangs on."""

    row: Any
    worker_id: str | None
    care: CareLevel | None
    left_behind: tuple[LeftBehindKind, ...]
    last_seen_on: date | None
    last_phone_on: date | None
    last_tried_on: date | None
    next: NextVisit


def _home(row: Any, came_on: date | None, today: date, settings: VisitSettings) -> _Home:
    pairs = [pair.split("/") for pair in (row.people or "").split(",") if pair]
    left_behind = tuple(sorted({LeftBehindKind(kind) for _, kind in pairs if kind}))
    care = care_needed([CareLevel(level) for level, _ in pairs if level], left_behind)
    seen, phoned = _day(row.seen), _day(row.phoned)
    following = next_visit(
        care=care,
        last_seen_on=seen,
        last_phone_on=phoned,
        came_on=came_on,
        today=today,
        settings=settings,
    )
    return _Home(row, row.worker_id, care, left_behind, seen, phoned, _day(row.tried), following)


def _candidate(home: _Home) -> Candidate[_Home]:
    return Candidate(
        item=home,
        due_on=home.next.due_on,
        care=home.care,
        worker=home.worker_id,
        grid_number=home.row.grid_number or 0,
        household_number=home.row.number,
    )


def _due(home: _Home, place: PlanPlace, actor: Actor, unit_id: str, today: date) -> VisitDue:
    row = home.row
    since = None if home.last_seen_on is None else (today - home.last_seen_on).days
    return VisitDue(
        household_id=row.id,
        unit_id=unit_id,
        number=row.number,
        head_name=row.head_name,
        address=row.address or "",
        micro_grid_id=row.grid_id,
        micro_grid_name=row.grid_name or "",
        worker_id=home.worker_id,
        worker_name=row.worker_name or "",
        care=home.care,
        left_behind=home.left_behind,
        last_seen_on=home.last_seen_on,
        last_phone_on=home.last_phone_on,
        last_tried_on=home.last_tried_on,
        days_since=since,
        due_on=home.next.due_on,
        days_late=max(0, (today - home.next.due_on).days),
        reason=home.next.reason,
        place=place,
        is_mine=home.worker_id == actor.account_id,
    )


def _came(session: Session, unit_id: str) -> Mapping[str, date]:
    """The last day each household was joined or made by a move or a split."""
    found: dict[str, date] = {}
    for household_id, other_id, day in session.connection().exec_driver_sql(_CAME, (unit_id,)):
        for each in filter(None, (household_id, other_id)):
            found[each] = date.fromisoformat(day)
    return found


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


_SEEN = ", ".join(f"'{way.value}'" for way in sorted(SEEN))
_HOUSEHOLDS = f"""
SELECT h.id, h.number, h.head_name, h.address, g.id AS grid_id, g.number AS grid_number,
       g.name AS grid_name, g.worker_id, a.name AS worker_name,
       (SELECT group_concat(coalesce(r.care_level, '') || '/' || coalesce(r.left_behind, ''))
          FROM resident r
         WHERE r.household_id = h.id AND r.status IN ('present', 'away')) AS people,
       (SELECT max(v.visited_on) FROM visit v
         WHERE v.household_id = h.id AND v.way IN ({_SEEN})) AS seen,
       (SELECT max(v.visited_on) FROM visit v
         WHERE v.household_id = h.id AND v.way = '{VisitWay.BY_PHONE}') AS phoned,
       (SELECT max(v.visited_on) FROM visit v
         WHERE v.household_id = h.id AND v.way = '{VisitWay.NOBODY_HOME}') AS tried
  FROM household h
  LEFT JOIN micro_grid g ON g.id = h.micro_grid_id AND g.closed_on IS NULL
  LEFT JOIN account a ON a.id = g.worker_id
 WHERE h.unit_id = ? AND h.dissolved_on IS NULL
"""
_CAME = (
    "SELECT household_id, other_household_id, happened_on FROM roster_event WHERE unit_id = ? "
    "AND kind IN ('moved_in', 'household_split') ORDER BY happened_on"
)
