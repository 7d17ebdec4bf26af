"""The grid desk's part of today: visits, services, hazards, incidents, duty, people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.duty.queries import ShiftRow, duty_now
from app.grid_work.plan import VisitDue, visits_due
from app.grid_work.queries import hazards_due, open_services
from app.grid_work.rows import HazardRow, ServiceRow
from app.grid_work.rules import week_of
from app.grid_work.vocabulary import PlanPlace
from app.households.vocabulary import RosterEventKind
from app.incidents.queries import IncidentRow, UnreportedRisk, open_incidents, unreported_risks
from app.organisations.vocabulary import UnitKind
from app.statistics.incidents import incident_report
from app.statistics.rules import SpanKind, span_at
from app.store import Store
from app.today.rows import PersonTodo, VillageTodo
from app.today.rules import (
    HOME_DAYS,
    OLD_AGE,
    TodoKind,
    month_days,
    sees_whole_village,
    turning_in,
)

_K: Final = TodoKind
MOST_ABOVE: Final = 200
"""Lines of a kind above the villages; the rest is in that page's list."""


@dataclass(frozen=True, slots=True)
class DeskParts:
    """All of it; empty where it does not concern the person or may not be seen."""

    risks: tuple[UnreportedRisk, ...] = ()
    incidents: tuple[IncidentRow, ...] = ()
    hazards: tuple[HazardRow, ...] = ()
    visits: tuple[VisitDue, ...] = ()
    services: tuple[ServiceRow, ...] = ()
    duty: tuple[ShiftRow, ...] = ()
    birthdays: tuple[PersonTodo, ...] = ()
    came_home: tuple[PersonTodo, ...] = ()
    villages: tuple[VillageTodo, ...] = field(default=())


def desk_parts(store: Store, actor: Actor, today: date, kinds: Iterable[TodoKind]) -> DeskParts:
    """What of the grid desk concerns this person today."""
    wanted = frozenset(kinds)
    in_village = _is_of_village(actor)
    works = actor.may(Permission.SEE_GRID_WORK)
    roster = in_village and actor.may(Permission.SEE_ROSTER)
    sees_incidents = actor.may(Permission.SEE_INCIDENTS)
    risks_wanted = _K.RISK in wanted and actor.may(Permission.SEE_CASES)
    return DeskParts(
        risks=unreported_risks(store, actor) if risks_wanted else (),
        incidents=open_incidents(store, actor) if _K.INCIDENT in wanted and sees_incidents else (),
        hazards=_hazards(store, actor, today, in_village=in_village)
        if _K.HAZARD in wanted and works
        else (),
        visits=_visits(store, actor, today) if _K.VISIT in wanted and works and in_village else (),
        services=open_services(store, actor, today)
        if _K.SERVICE in wanted and works and in_village
        else (),
        duty=_duty(store, actor, today) if _K.DUTY in wanted and works and in_village else (),
        birthdays=_birthdays(store, actor, today) if _K.BIRTHDAY in wanted and roster else (),
        came_home=_came_home(store, actor, today) if _K.CAME_HOME in wanted and roster else (),
        villages=_villages(store, actor, today) if _K.VILLAGE in wanted and sees_incidents else (),
    )


def _is_of_village(actor: Actor) -> bool:
    unit = actor.units.get(actor.unit_id)
    return unit is not None and unit.kind is UnitKind.VILLAGE


def _visits(store: Store, actor: Actor, today: date) -> tuple[VisitDue, ...]:
    """The own ones of the week; for the secretary, and in a village that has named no grid worker,
    everybody's. What the week has no room for waits in the plan."""
    due = [one for one in visits_due(store, actor, today) if one.place is not PlanPlace.NO_ROOM]
    own = [one for one in due if one.is_mine]
    if sees_whole_village(actor.role):
        return tuple(due)
    return tuple(own or (one for one in due if one.worker_id is None))


def _hazards(store: Store, actor: Actor, today: date, *, in_village: bool) -> tuple[HazardRow, ...]:
    """Above the villages only what is past its day."""
    if in_village:
        return hazards_due(store, actor, today)
    return hazards_due(store, actor, today, within_days=-1, most=MOST_ABOVE)


def _duty(store: Store, actor: Actor, today: date) -> tuple[ShiftRow, ...]:
    """Who is on now, and who comes next if that is today."""
    now = duty_now(store, actor, unit_id=actor.unit_id)
    coming = (now.following,) if now.following is not None else ()
    return (*now.on, *(one for one in coming if one.on_date == today))


_PEOPLE: Final = """
SELECT h.id, h.number, h.head_name, g.name AS grid, g.worker_id, {columns}
FROM {source} JOIN household h ON h.id = {household}
LEFT JOIN micro_grid g ON g.id = h.micro_grid_id AND g.closed_on IS NULL
WHERE {where}
"""
_OLD: Final = _PEOPLE.format(
    columns="r.name, r.birth_date",
    source="resident r",
    household="r.household_id",
    where="r.unit_id = ? AND r.status IN ('present', 'away') AND r.birth_date < ? "
    "AND substr(r.birth_date, 6) IN (SELECT value FROM json_each(?))",
)
_HOME: Final = _PEOPLE.format(
    columns="e.name, e.kind, e.happened_on, e.place",
    source="roster_event e",
    household="e.household_id",
    where="+e.unit_id = ? AND e.happened_on > ? AND e.happened_on <= ? "
    "AND e.kind IN ('came_home', 'moved_in', 'born') AND h.dissolved_on IS NULL",
)


def _birthdays(store: Store, actor: Actor, today: date) -> tuple[PersonTodo, ...]:
    """Who turns 80 or more in the week of today, the next day first."""
    monday, sunday = week_of(today)
    days = '["' + '","'.join(sorted(month_days(monday, sunday))) + '"]'
    born_before = date(sunday.year - OLD_AGE + 1, 1, 1).isoformat()
    found = []
    for row in _rows(store, _OLD, (actor.unit_id, born_before, days)):
        turning = turning_in(date.fromisoformat(row.birth_date), monday, sunday)
        if turning is not None and turning.age >= OLD_AGE:
            found.append(_person(row, actor, turning.day, turning=turning))
    return _own_first(found, actor, lambda one: one.day)


def _came_home(store: Store, actor: Actor, today: date) -> tuple[PersonTodo, ...]:
    """Who came home, moved in or was born in the last two weeks, the latest first."""
    since = today - timedelta(days=HOME_DAYS)
    found = [
        _person(
            row,
            actor,
            date.fromisoformat(row.happened_on),
            event=RosterEventKind(row.kind),
            place=row.place or "",
        )
        for row in _rows(store, _HOME, (actor.unit_id, since.isoformat(), today.isoformat()))
    ]
    return _own_first(found, actor, lambda one: -one.day.toordinal())


def _person(row: Any, actor: Actor, day: date, **more: Any) -> PersonTodo:
    return PersonTodo(
        household_id=row.id,
        number=row.number,
        head_name=row.head_name,
        micro_grid_name=row.grid or "",
        name=row.name,
        day=day,
        is_mine=row.worker_id == actor.account_id,
        **more,
    )


def _own_first(found: Sequence[PersonTodo], actor: Actor, order: Any) -> tuple[PersonTodo, ...]:
    return tuple(sorted(found, key=lambda one: (not one.is_mine, order(one), one.number)))


def _villages(store: Store, actor: Actor, today: date) -> tuple[VillageTodo, ...]:
    """Villages that stand out this month, the most incidents first."""
    report = incident_report(store, actor, span_at(SpanKind.MONTH, today, today=today))
    if report is None:
        return ()
    found = [
        VillageTodo(
            unit_id=row.key,
            name=actor.units[row.key].name if row.key in actor.units else "",
            now=row.now,
            year_before=row.year_before,
            mean=row.judgement.mean,
        )
        for row in report.of_units()
        if row.stands_out
    ]
    return tuple(sorted(found, key=lambda one: -one.now))


def _rows(store: Store, statement: str, values: tuple[Any, ...]) -> Sequence[Any]:
    with store.reading() as session:
        return session.connection().exec_driver_sql(statement, values).all()
