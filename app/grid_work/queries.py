"""What is due and open of the grid's work, one record of it, and one household."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BindParameter, bindparam, text

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.errors import ErrorCode, UserFacingError
from app.grid_work.parts import ServiceFields
from app.grid_work.plan import VisitDue, visits_due
from app.grid_work.rows import (
    HAZARDS,
    SERVICES,
    VISITS,
    HazardRow,
    MeasureRow,
    Row,
    ServiceRow,
    VisitRow,
    hazard_of,
    measure_of,
    service_of,
    visit_of,
)
from app.looks.actions import look_at_whole
from app.store import Store
from db.tables.desk import OutreachFinding, OutreachRound
from db.tables.grid_work import DutyShift, Hazard, HazardMeasure, MicroService, Patrol, Visit

__all__ = ["HazardRow", "ServiceRow", "VisitDue", "VisitRow", "visits_due"]

HAZARD_SOON_DAYS = 7
"""A hazard is called due from so many days before its last day on."""


@dataclass(frozen=True, slots=True)
class HazardDetail:
    """A hazard with everything done about it, oldest first."""

    hazard: HazardRow
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class HouseholdWorkView:
    """What the grid did for one household: the last visits, and what is still open."""

    household_id: str
    unit_id: str
    number: str
    head_name: str
    visits: tuple[VisitRow, ...]
    visit_count: int
    services: tuple[ServiceRow, ...]
    hazards: tuple[HazardRow, ...]


# --- what is due -----------------------------------------------------------------------------


def open_services(store: Store, actor: Actor, today: date) -> tuple[ServiceRow, ...]:
    """Micro-services not done yet of all units the actor sees: who waits longest past the day
    promised first, own ones before others'; ``today`` decides nothing but who is late."""
    rows = _read(store, actor, SERVICES, service_of, "s.done_on IS NULL")
    return tuple(
        sorted(rows, key=lambda one: (-one.days_late(today), not one.is_mine, one.asked_on))
    )


def hazards_due(
    store: Store,
    actor: Actor,
    today: date,
    *,
    within_days: int = HAZARD_SOON_DAYS,
    most: int | None = None,
) -> tuple[HazardRow, ...]:
    """Hazards still there whose last day is past or at most ``within_days`` ahead, the earliest
    day first and of one day the worst first, in all units the actor sees; the first ``most``."""
    rows = _read(
        store,
        actor,
        HAZARDS,
        hazard_of,
        "z.resolved_on IS NULL AND z.due_on <= :last",
        {
            "last": (today + timedelta(days=within_days)).isoformat(),
            "most": -1 if most is None else most,
        },
        "ORDER BY z.due_on, z.level, z.id LIMIT :most",
    )
    return tuple(sorted(rows, key=lambda one: (one.due_on, one.level, not one.is_mine)))


def one_visit(store: Store, actor: Actor, visit_id: str) -> VisitRow | None:
    """The visit; None when it is not here (any more)."""
    return _first(_read(store, actor, VISITS, visit_of, "v.id = :id", {"id": visit_id}))


def one_service(store: Store, actor: Actor, service_id: str) -> ServiceRow | None:
    """The micro-service; None when it is not here (any more)."""
    return _first(_read(store, actor, SERVICES, service_of, "s.id = :id", {"id": service_id}))


def service_for_editing(store: Store, actor: Actor, service_id: str) -> ServiceFields | None:
    """The micro-service as it was filled in, with the whole phone number; raises NOT_ALLOWED.

    Whoever opens it has looked at it: that is written down, so this is work for the writer.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        found = tx.session.get(MicroService, service_id)
        if found is None:
            return None
        actor.require(Permission.RECORD_GRID_WORK, unit_id=found.unit_id)
        if found.asker_phone:
            look_at_whole(tx.session, actor, store.clock.now(), found)
    return ServiceFields(
        asker_name=found.asker_name,
        text=found.text,
        asked_on=found.asked_on,
        kind=found.kind,
        asker_phone=found.asker_phone or "",
        due_on=found.due_on,
        household_id=found.household_id,
        resident_id=found.resident_id,
    )


def one_hazard(store: Store, actor: Actor, hazard_id: str) -> HazardDetail | None:
    """The hazard with its measures; None when it is not here (any more)."""
    found = _first(_read(store, actor, HAZARDS, hazard_of, "z.id = :id", {"id": hazard_id}))
    if found is None:
        return None
    with store.reading() as session:
        rows = session.connection().execute(text(_MEASURES), {"id": hazard_id}).all()
    return HazardDetail(found, tuple(measure_of(row) for row in rows))


def place_of_work(store: Store, record_id: str) -> tuple[str, str, str] | None:
    """Entity, id and unit of the visit, micro-service, hazard, shift, patrol or round that is shown
    for this record; of a measure its hazard, of a finding its round; None when it is not here."""
    with store.reading() as session:
        measure = session.get(HazardMeasure, record_id)
        finding = session.get(OutreachFinding, record_id)
        wanted = measure.hazard_id if measure else finding.round_id if finding else record_id
        for model in (Visit, MicroService, Hazard, DutyShift, Patrol, OutreachRound):
            found = session.get(model, wanted)
            if found is not None:
                return model.entity(), found.id, found.unit_id
    return None


def of_visit(
    store: Store, actor: Actor, visit_id: str
) -> tuple[tuple[ServiceRow, ...], tuple[HazardRow, ...]]:
    """The micro-services and hazards that came of a visit."""
    services = _read(store, actor, SERVICES, service_of, "s.visit_id = :id", {"id": visit_id})
    hazards = _read(store, actor, HAZARDS, hazard_of, "z.visit_id = :id", {"id": visit_id})
    return tuple(services), tuple(hazards)


def household_work(
    store: Store, actor: Actor, household_id: str, *, last: int = 5
) -> HouseholdWorkView:
    """One household's last visits, and its open micro-services and hazards.

    Raises ``UserFacingError``: NOT_ALLOWED, GRID_WORK_GONE when the household is not here.
    """
    with store.reading() as session:
        home = session.connection().execute(text(_HOUSEHOLD), {"id": household_id}).first()
    if home is None:
        raise UserFacingError(ErrorCode.GRID_WORK_GONE)
    actor.require(Permission.SEE_GRID_WORK, unit_id=home.unit_id)
    mine = {"home": household_id, "most": last}
    order = "ORDER BY v.visited_on DESC, v.recorded_at DESC, v.id LIMIT :most"
    visits = _read(store, actor, VISITS, visit_of, "v.household_id = :home", mine, order)
    services = _read(
        store, actor, SERVICES, service_of, "s.household_id = :home AND s.done_on IS NULL", mine
    )
    hazards = _read(
        store, actor, HAZARDS, hazard_of, "z.household_id = :home AND z.resolved_on IS NULL", mine
    )
    return HouseholdWorkView(
        household_id=household_id,
        unit_id=home.unit_id,
        number=home.number,
        head_name=home.head_name,
        visits=tuple(visits),
        visit_count=home.visits,
        services=tuple(sorted(services, key=lambda one: one.asked_on)),
        hazards=tuple(sorted(hazards, key=lambda one: (one.due_on, one.level))),
    )


# --- reading ---------------------------------------------------------------------------------


def _read(
    store: Store,
    actor: Actor,
    select: str,
    make: Callable[[Any, str], Row],
    where: str,
    values: Mapping[str, Any] | None = None,
    order: str = "",
) -> list[Row]:
    """Everything that fits in the units the actor sees."""
    units = units_seen(actor, Permission.SEE_GRID_WORK)
    alias = where[0]
    lists: Sequence[BindParameter[Any]] = ()
    given = dict(values or {})
    limit = ""
    if units is not None:
        limit = f" AND {alias}.unit_id IN :units"
        lists = [bindparam("units", expanding=True)]
        given["units"] = sorted(units)
    statement = text(f"{select} WHERE {where}{limit} {order}").bindparams(*lists)
    given = {name: value for name, value in given.items() if f":{name}" in statement.text}
    with store.reading() as session:
        rows = session.connection().execute(statement, given).all()
    return [make(row, actor.account_id) for row in rows]


def _first(rows: Iterable[Row]) -> Row | None:
    return next(iter(rows), None)


_MEASURES = (
    "SELECT m.id, m.done_on, m.text, p.name AS by_name, m.sync_state FROM hazard_measure m "
    "LEFT JOIN account p ON p.id = m.by_account_id WHERE m.hazard_id = :id "
    "ORDER BY m.done_on, m.recorded_at, m.id"
)
_HOUSEHOLD = (
    "SELECT h.unit_id, h.number, h.head_name, "
    "(SELECT count(*) FROM visit v WHERE v.household_id = h.id) AS visits "
    "FROM household h WHERE h.id = :id"
)
