"""Reading incidents: pages of the list, what is open, what the police must still hear.

The list is read page by page, newest first. Rows are frozen; no ORM object leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen, village_names, worst_sync_state
from app.cases.secrecy import narrowed_for
from app.cases.vocabulary import CaseState
from app.flow.reach import IN_UNITS
from app.incidents.rules import OPEN_STATES, STANDING_STATES
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentState,
)
from app.listing import fetch_rows, where_clause
from app.store import Store
from db.clock import CHINA
from db.columns import OF_LIST, utc_text
from db.search_index import HAS_WORDS, fits_many, match_expression
from db.tables.base import SyncState

PAGE_SIZE = 200
MOST_OPEN = 200
MAX_WORDS = 5
"""Words of a search beyond the fifth narrow nothing any more."""


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What of the list is wanted; days are the village's, both included. ``unit_ids`` None means
    every unit in the file. What was withdrawn is wanted only where somebody asks for it."""

    text: str = ""
    states: frozenset[IncidentState] = STANDING_STATES
    classes: frozenset[IncidentClass] = frozenset(IncidentClass)
    first_day: date | None = None
    last_day: date | None = None
    unit_ids: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One line of a list; ``people`` are the names, as they were written down."""

    incident_id: str
    number: str
    title: str
    incident_class: IncidentClass
    state: IncidentState
    place: str
    happened_at: datetime
    recorded_at: datetime
    people: tuple[str, ...]
    unit_id: str
    village: str
    sync_state: SyncState


@dataclass(frozen=True, slots=True)
class IncidentList:
    """A page of the list; ``total`` comes with the first page only, and not for words that fit a
    great part of the file. ``is_last`` when nothing follows."""

    rows: tuple[IncidentRow, ...]
    total: int | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class UnreportedRisk:
    """A dispute that may become a public-order or criminal matter, and the police do not know."""

    case_id: str
    number: str
    title: str
    parties: str
    state: CaseState
    unit_id: str
    village: str
    found_at: datetime
    is_confidential: bool = False


# --- what waits ----------------------------------------------------------------------------------


def open_incidents(store: Store, actor: Actor) -> tuple[IncidentRow, ...]:
    """Incidents in sight with something still to do, the oldest first; at most 200."""
    seen = units_seen(actor, Permission.SEE_INCIDENTS)
    with store.reading() as session:
        open_ones = IncidentFilter(states=OPEN_STATES, unit_ids=seen)
        where, values, _is_counted = _conditions(session, open_ones)
        found = _rows(session, where, {**values, "page": MOST_OPEN}, newest_first=False)
        return _made(session, found)


def unreported_risks(store: Store, actor: Actor) -> tuple[UnreportedRisk, ...]:
    """Disputes in sight of which the police must hear and have not; the oldest finding first.

    People's Mediation Law (2010), Art. 25. The last of such a case's events in county order that
    speaks of the risk says that it was found.
    """
    seen = units_seen(actor, Permission.SEE_CASES)
    values: dict[str, Any] = {}
    narrowed = narrowed_for(actor)
    if seen is not None:
        narrowed += f" AND {IN_UNITS}"
        values["units"] = sorted(seen)
    with store.reading() as session:
        found = fetch_rows(session, _UNREPORTED.format(narrowed=narrowed), values)
        villages = village_names(session, sorted({row.unit_id for row in found}))
    return tuple(
        UnreportedRisk(
            case_id=row.id,
            number=row.number,
            title=row.title,
            parties=row.parties or "",
            state=CaseState(row.state),
            unit_id=row.unit_id,
            village=villages.get(row.unit_id, ""),
            found_at=datetime.fromisoformat(row.found_at),
            is_confidential=bool(row.is_confidential),
        )
        for row in found
    )


_UNREPORTED = """
SELECT c.id, c.number, c.title, c.state, c.unit_id, c.is_confidential,
  e.happened_at AS found_at,
  (SELECT group_concat(name, ' / ') FROM
    (SELECT p.name FROM case_party p WHERE p.case_id = c.id AND p.is_main
     ORDER BY p.side, p.rowid)) AS parties
FROM case_event e JOIN case_file c ON c.id = e.case_id
WHERE e.kind = 'risk_found' AND (e.sync_seq > 0 OR e.sync_state <> 'refused') {narrowed}
AND NOT EXISTS (
  SELECT 1 FROM case_event o WHERE o.case_id = e.case_id
  AND o.kind IN ('risk_found', 'reported_to_police')
  AND (o.sync_seq > 0 OR o.sync_state <> 'refused') AND o.id <> e.id
  AND (o.sync_seq = 0, o.sync_seq, o.rowid) > (e.sync_seq = 0, e.sync_seq, e.rowid))
ORDER BY e.happened_at, c.id
"""


def _begin_of(day: date) -> str:
    return utc_text(datetime.combine(day, time.min, CHINA))


# --- the list ------------------------------------------------------------------------------------


def incident_rows(
    store: Store,
    wanted: IncidentFilter,
    *,
    after: IncidentRow | None = None,
    limit: int = PAGE_SIZE,
) -> IncidentList:
    """A page of the incidents that fit, newest first; ``after`` is the last row before it."""
    with store.reading() as session:
        where, values, is_counted = _conditions(session, wanted)
        total = _count(session, where, values) if after is None and is_counted else None
        if after is not None:
            where = [*where, "(i.happened_at, i.id) < (:after_at, :after_id)"]
            values |= {"after_at": utc_text(after.happened_at), "after_id": after.incident_id}
        # As for cases: walking the file newest first beats sorting what another index finds.
        walked = [part if part.startswith("(") else f"+{part}" for part in where]
        found = _rows(session, walked, {**values, "page": limit + 1}, newest_first=True)
        rows = _made(session, found[:limit])
    return IncidentList(rows, total, is_last=len(found) <= limit)


_IS_OPEN = "(i.state IN ('open', 'with_police', 'answered'))"
"""As the partial index ix_incident_open has it: the few that are open among all that are not."""


def _conditions(session: Session, wanted: IncidentFilter) -> tuple[list[str], dict[str, Any], bool]:
    """WHERE parts over ``incident i``, what is bound in them, and whether what fits is quickly
    counted."""
    where: list[str] = []
    values: dict[str, Any] = {}
    if wanted.states == OPEN_STATES:
        where.append(_IS_OPEN)
    elif wanted.states == STANDING_STATES:
        where.append("(i.state <> 'withdrawn')")
    elif wanted.states != frozenset(IncidentState):
        where.append("i.state IN :states")
        values["states"] = [state.value for state in wanted.states]
    if wanted.classes != frozenset(IncidentClass):
        where.append("i.incident_class IN :classes")
        values["classes"] = [one.value for one in wanted.classes]
    if wanted.unit_ids is not None:
        # Among the few that are open no index of the unit is wanted: the plus keeps it out.
        is_few = wanted.states == OPEN_STATES
        where.append("(+i.unit_id IN :units)" if is_few else "i.unit_id IN :units")
        values["units"] = sorted(wanted.unit_ids)
    if wanted.first_day is not None:
        where.append("(i.happened_at >= :first_at)")
        values["first_at"] = _begin_of(wanted.first_day)
    if wanted.last_day is not None:
        where.append("(i.happened_at < :end_at)")
        values["end_at"] = _begin_of(wanted.last_day + timedelta(days=1))
    is_counted = True
    for place, typed in enumerate(wanted.text.split()[:MAX_WORDS]):
        match = match_expression(typed)
        is_common = match is not None and fits_many(session, match)
        where.append(_has_word(typed, place, values, is_common=is_common))
        is_counted = is_counted and not is_common
    return where, values, is_counted


def _has_word(typed: str, place: int, values: dict[str, Any], *, is_common: bool) -> str:
    """The condition that title, number, a person or the place has this word; binds it."""
    match = match_expression(typed)
    if match is None:
        return "(0)"
    values[f"match{place}"] = match
    values[f"place{place}"] = typed
    way = _ONE_BY_ONE if is_common else _FROM_WORDS
    return way.format(match=f":match{place}", typed=f":place{place}")


_FROM_WORDS = (
    "(i.id IN (SELECT CASE e.entity WHEN 'incident' THEN e.record_id ELSE "
    "(SELECT p.incident_id FROM incident_person p WHERE p.id = e.record_id) END "
    "FROM search_words w JOIN search_entry e ON e.rowid_ = w.rowid "
    "WHERE search_words MATCH {match} AND e.entity IN ('incident', 'incident_person') "
    "UNION ALL SELECT o.id FROM incident o WHERE instr(o.place, {typed})))"
)
_ONE_BY_ONE = (
    "(EXISTS (SELECT 1 FROM (SELECT i.id AS id UNION ALL "
    "SELECT p.id FROM incident_person p WHERE p.incident_id = i.id) part "
    f"CROSS JOIN search_entry e ON e.record_id = part.id WHERE {HAS_WORDS}) "
    "OR instr(i.place, {typed}))"
)
"""As for cases: walking the list, a page of what fits many is soon full."""


def _rows(
    session: Session, where: Sequence[str], values: dict[str, Any], *, newest_first: bool
) -> Sequence[Any]:
    turn = "DESC" if newest_first else "ASC"
    return fetch_rows(
        session,
        "SELECT i.id, i.number, i.title, i.incident_class, i.state, i.place, i.happened_at, "
        "i.recorded_at, i.unit_id, i.sync_state, g.name AS grid "
        "FROM incident i LEFT JOIN micro_grid g ON g.id = i.micro_grid_id"
        f"{where_clause(where)} ORDER BY i.happened_at {turn}, i.id {turn} LIMIT :page",
        values,
    )


def _count(session: Session, where: Sequence[str], values: dict[str, Any]) -> int:
    found = fetch_rows(session, f"SELECT count(*) FROM incident i{where_clause(where)}", values)
    return int(found[0][0])


def _made(session: Session, found: Sequence[Any]) -> tuple[IncidentRow, ...]:
    """Rows with their people, their village and the gravest sync state of all they are made of."""
    ids = [row.id for row in found]
    people, states = _names(session, ids), _event_sync_states(session, ids)
    villages = village_names(session, sorted({row.unit_id for row in found}))
    rows = []
    for row in found:
        own = people.get(row.id, [])
        sync = {row.sync_state, *states.get(row.id, ()), *(state for _, state in own)}
        rows.append(
            IncidentRow(
                incident_id=row.id,
                number=row.number,
                title=row.title,
                incident_class=IncidentClass(row.incident_class),
                state=IncidentState(row.state),
                place=_place(row.grid, row.place),
                happened_at=datetime.fromisoformat(row.happened_at),
                recorded_at=datetime.fromisoformat(row.recorded_at),
                people=tuple(name for name, _ in own),
                unit_id=row.unit_id,
                village=villages.get(row.unit_id, ""),
                sync_state=worst_sync_state(SyncState(state) for state in sync),
            )
        )
    return tuple(rows)


def _place(grid: str | None, place: str) -> str:
    return " ".join(part for part in (grid, place) if part)


def _names(session: Session, ids: list[str]) -> dict[str, list[tuple[str, str]]]:
    """Per incident: name and sync state of its people, as they were written down."""
    names: dict[str, list[tuple[str, str]]] = {}
    found = session.connection().exec_driver_sql(
        "SELECT incident_id, name, sync_state FROM incident_person "
        f"WHERE incident_id IN {OF_LIST} ORDER BY incident_id, rowid",
        (orjson.dumps(ids).decode(),),
    )
    for incident_id, name, sync_state in found:
        names.setdefault(incident_id, []).append((name, sync_state))
    return names


def _event_sync_states(session: Session, ids: list[str]) -> dict[str, list[str]]:
    """Per incident: the sync states that its events have."""
    states: dict[str, list[str]] = {}
    found = session.connection().exec_driver_sql(
        "SELECT DISTINCT incident_id, sync_state FROM incident_event "
        f"WHERE incident_id IN {OF_LIST}",
        (orjson.dumps(ids).decode(),),
    )
    for incident_id, sync_state in found:
        states.setdefault(incident_id, []).append(sync_state)
    return states
