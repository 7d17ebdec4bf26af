"""What there is to do today: the grid desk, open cases, votes under way, what the county refused.

Only what is true now, in one read; what presses stands first, and of two alike one's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, text

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.board.queries import remind_days
from app.board.rules import last_reminded
from app.cases.queries import units_seen
from app.cases.secrecy import hidden_records, narrowed_for
from app.cases.vocabulary import CaseState, Urgency
from app.flow.limit_rules import RowLimit
from app.flow.reach import IN_UNITS, SPONSORED
from app.flow.waiting import Shown, as_shown, sent_in_sight, shown_limits
from app.households.rules import (
    MICRO_GRID_LARGEST,
    MICRO_GRID_SMALLEST,
    micro_grid_size_finding,
)
from app.outbox_rows import OutboxRow, outbox_rows
from app.store import Store
from app.today.desk import DeskParts, desk_parts
from app.today.rows import (
    CaseTodo,
    GridTodo,
    MoreVisits,
    PersonTodo,
    TodayFigures,
    TodayView,
    Todo,
)
from app.today.rules import TodoKind, kinds_of
from app.votes.queries import motion_rows
from app.votes.views import MotionRow
from app.votes.vocabulary import MotionState
from db.clock import CHINA, today_in_china

MOST_CASES = 200
"""Of each urgency; the rest is in the list of cases."""
MOST_VISITS = 10
"""The rest is in the week's plan: a roster just imported has nobody visited yet."""


def today_view(store: Store, actor: Actor) -> TodayView:
    """What this person sees and has to do, the pressing first."""
    today = today_in_china(store.clock)
    kinds = kinds_of(actor.role)
    case_units = units_seen(actor, Permission.SEE_CASES)
    discreet = narrowed_for(actor) + _own_cases(actor)
    counts = _case_counts(store, actor, case_units, discreet)
    last = last_reminded(today, remind_days(store, today))
    with store.reading() as session:
        sent = as_shown(sent_in_sight(session, actor), actor.unit_id)
    due = _due_cases(store, actor, case_units, discreet, last=last, sent=sent)
    motions = _open_motions(store, actor)
    refused = _refused(store, actor)
    parts = desk_parts(store, actor, today, kinds)
    found = _Found(
        today=today,
        cases=_open_cases(
            store,
            actor,
            case_units,
            discreet,
            without={one.case_id for one in parts.risks},
            sent=sent,
        ),
        motions=motions or (),
        grids=_grids_outside(store, actor)
        if TodoKind.MICRO_GRID in kinds and actor.may(Permission.EDIT_ROSTER)
        else (),
        refused=refused,
        parts=parts,
    )
    in_village = TodoKind.VISIT in kinds
    todos = tuple(
        todo if in_village else _with_village(todo, actor)
        for todo in _todos(found)
        if todo.kind in kinds
    )
    figures = TodayFigures(
        open_cases=sum(counts.values()) if actor.may(Permission.SEE_CASES) else None,
        urgent_cases=counts.get(Urgency.HIGH, 0),
        late_cases=sum(count for day, count in due.items() if day < today),
        due_cases=sum(count for day, count in due.items() if day >= today),
        open_motions=motions,
        waiting=_waiting(store),
        refused=len(refused),
        visits=len(parts.visits) if in_village else None,
        visits_late=sum(one.days_late > 0 for one in parts.visits),
        hazards=len(parts.hazards) if TodoKind.HAZARD in kinds else None,
        hazards_late=sum(one.days_late(today) > 0 for one in parts.hazards),
        incidents=len(parts.incidents) if TodoKind.INCIDENT in kinds else None,
        risks=len(parts.risks),
        services=len(parts.services) if in_village else None,
        services_late=sum(one.days_late(today) > 0 for one in parts.services),
    )
    return TodayView(figures, todos, store.clock.now(), today)


def _with_village(todo: Todo, actor: Actor) -> Todo:
    unit = actor.units.get(getattr(todo.what, "unit_id", ""))
    if unit is None or unit.id == actor.unit_id:
        return todo
    return replace(todo, village=unit.name)


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything that was read, before it is put in order."""

    today: date
    cases: Sequence[CaseTodo]
    motions: Sequence[MotionRow]
    grids: Sequence[GridTodo]
    refused: Sequence[OutboxRow]
    parts: DeskParts


def _todos(found: _Found) -> Iterator[Todo]:
    """In the order in which it presses: what must be reported at once, what came back, what is
    late, then the day's work, then the news."""
    parts, today = found.parts, found.today
    kind = TodoKind
    late_first: dict[bool, list[Todo]] = {True: [], False: []}
    late = sorted(
        (case for case in found.cases if case.days_late(today)), key=lambda one: one.due_on or today
    )
    in_time = [case for case in found.cases if not case.days_late(today)]
    for todo in _dated(parts, today):
        late_first[todo.days_late > 0].append(todo)
    yield from (Todo(kind.RISK, f"risk:{one.case_id}", one) for one in parts.risks)
    yield from (Todo(kind.RECORD, f"record:{row.op_no}", row) for row in found.refused)
    yield from (Todo(kind.INCIDENT, one.incident_id, one) for one in parts.incidents)
    yield from (Todo(kind.CASE, one.case_id, one, one.days_late(today)) for one in late)
    yield from _case_todos(in_time, Urgency.HIGH)
    yield from (Todo(kind.DUTY, one.shift_id, one) for one in parts.duty)
    yield from late_first[True]
    yield from (Todo(kind.MOTION, row.motion_id, row) for row in found.motions)
    yield from _case_todos(in_time, Urgency.MEDIUM)
    yield from late_first[False]
    yield from _case_todos(in_time, Urgency.LOW)
    yield from (Todo(kind.VILLAGE, one.unit_id, one) for one in parts.villages)
    yield from _people(kind.BIRTHDAY, parts.birthdays)
    yield from _people(kind.CAME_HOME, parts.came_home)
    yield from (Todo(kind.MICRO_GRID, one.micro_grid_id, one) for one in found.grids)


def _dated(parts: DeskParts, today: date) -> Iterator[Todo]:
    """What has a day by which it is to be done: hazards before services before visits."""
    kind = TodoKind
    for hazard in parts.hazards:
        yield Todo(kind.HAZARD, hazard.id, hazard, hazard.days_late(today))
    for service in parts.services:
        yield Todo(kind.SERVICE, service.id, service, service.days_late(today))
    for visit in parts.visits[:MOST_VISITS]:
        yield Todo(kind.VISIT, f"visit:{visit.household_id}", visit, visit.days_late)
    left = len(parts.visits) - MOST_VISITS
    if left > 0:
        yield Todo(kind.VISIT, "visits", MoreVisits(left))


def _people(kind: TodoKind, people: Sequence[PersonTodo]) -> Iterator[Todo]:
    for place, one in enumerate(people):
        yield Todo(kind, f"{kind}:{one.household_id}:{one.day}:{one.name}:{place}", one)


def _case_todos(cases: Sequence[CaseTodo], urgency: Urgency) -> Iterator[Todo]:
    for case in cases:
        if case.urgency is urgency:
            yield Todo(TodoKind.CASE, case.case_id, case)


# --- cases -------------------------------------------------------------------------------------

_CASES = """
SELECT c.id, c.title, c.urgency, c.state, c.recorded_at, c.unit_id, c.due_on, c.due_limit,
  c.is_confidential,
  (SELECT group_concat(name, ' / ') FROM
    (SELECT p.name FROM case_party p WHERE p.case_id = c.id AND p.is_main
     ORDER BY p.side, p.rowid)) AS parties,
  EXISTS (SELECT 1 FROM handover t WHERE t.subject_id = c.id AND t.sync_seq = 0
    AND t.sync_state <> 'refused') AS is_asked_for
FROM case_file c WHERE """
_OPEN_CASES = (
    _CASES + "c.state <> 'closed' AND c.urgency = :urgency {case_units}{discreet} "
    "ORDER BY c.recorded_at LIMIT :most"
)
_LATE_CASES = (
    _CASES + "c.due_on < :today {case_units}{discreet} ORDER BY c.due_on, c.recorded_at LIMIT :most"
)
_SENT_CASES = _CASES + "c.id IN (SELECT value FROM json_each(:ids)) {case_units}{discreet}"


def _own_cases(actor: Actor) -> str:
    """A leader has the cases he answers for to do, whatever else he may read."""
    return f" AND {SPONSORED}" if actor.role is Role.SPONSOR_LEADER else ""


def _open_cases(
    store: Store,
    actor: Actor,
    unit_ids: frozenset[str] | None,
    discreet: str,
    *,
    without: Set[str],
    sent: Shown,
) -> list[CaseTodo]:
    """What is late, the longest first, whatever else the case is; then the open ones by urgency,
    the oldest first. Those ``without`` stand in the list already."""
    today = today_in_china(store.clock)
    late_first = sorted((limits[0].due_on, case_id) for case_id, limits in sent.items())
    sent_late = [case_id for due_on, case_id in late_first[:MOST_CASES] if due_on < today]
    given = {"account": actor.account_id, "most": MOST_CASES}
    late = _LATE_CASES.replace("{discreet}", discreet)
    rows = list(_select(store, late, unit_ids, today=today.isoformat(), **given))
    if sent_late:
        asked = _SENT_CASES.replace("{discreet}", discreet)
        ids = orjson.dumps(sent_late).decode()
        rows += _select(store, asked, unit_ids, ids=ids, account=actor.account_id)
    for urgency in Urgency:
        statement = _OPEN_CASES.replace("{discreet}", discreet)
        rows += _select(store, statement, unit_ids, urgency=urgency.value, **given)
    shown = {row.id: row for row in rows if row.id not in without}
    return [_case_todo(row, today, shown_limits(row, sent)) for row in shown.values()]


def _due_cases(
    store: Store,
    actor: Actor,
    unit_ids: frozenset[str] | None,
    discreet: str,
    *,
    last: date,
    sent: Shown,
) -> dict[date, int]:
    """How many cases have the last day their row shows on each day up to ``last``."""
    rows = _select(
        store,
        "SELECT c.due_on, count(*) AS n FROM case_file c "
        "WHERE c.due_on <= :last AND c.id NOT IN (SELECT value FROM json_each(:sent)) "
        f"{{case_units}}{discreet} GROUP BY c.due_on",
        unit_ids,
        last=last.isoformat(),
        account=actor.account_id,
        sent=orjson.dumps(list(sent)).decode(),
    )
    found = Counter({date.fromisoformat(row.due_on): row.n for row in rows})
    days = [limits[0].due_on for limits in sent.values()]
    found.update(day for day in days if day <= last)
    return found


def _case_todo(row: Any, today: date, limits: tuple[RowLimit, ...]) -> CaseTodo:
    recorded_at = datetime.fromisoformat(row.recorded_at)
    return CaseTodo(
        case_id=row.id,
        title=row.title,
        parties=row.parties or "",
        urgency=Urgency(row.urgency),
        state=CaseState(row.state),
        recorded_at=recorded_at,
        days_open=max(0, (today - recorded_at.astimezone(CHINA).date()).days),
        unit_id=row.unit_id,
        is_asked_for=bool(row.is_asked_for),
        limits=limits,
        is_confidential=bool(row.is_confidential),
    )


def _case_counts(
    store: Store, actor: Actor, unit_ids: frozenset[str] | None, discreet: str
) -> dict[Urgency, int]:
    rows = _select(
        store,
        "SELECT c.urgency, count(*) AS n FROM case_file c WHERE c.state <> 'closed' {case_units}"
        f"{discreet} GROUP BY c.urgency",
        unit_ids,
        account=actor.account_id,
    )
    return {Urgency(row.urgency): row.n for row in rows}


# --- votes -------------------------------------------------------------------------------------


def _open_motions(store: Store, actor: Actor) -> tuple[MotionRow, ...] | None:
    """Votes under way, the fewest missing last; None for whoever sees no motions."""
    if not actor.may(Permission.SEE_MOTIONS):
        return None
    seen = units_seen(actor, Permission.SEE_MOTIONS)
    under_way = motion_rows(store, unit_ids=seen, state=MotionState.OPEN)
    return tuple(sorted(under_way, key=lambda row: (-row.missing, row.number)))


# --- micro-grids -------------------------------------------------------------------------------


def _grids_outside(store: Store, actor: Actor) -> list[GridTodo]:
    """Micro-grids that have not 15 to 20 households."""
    rows = _select(
        store,
        "SELECT g.id, g.name, g.unit_id, (SELECT count(*) FROM household h "
        "WHERE h.micro_grid_id = g.id AND h.dissolved_on IS NULL) AS n FROM micro_grid g "
        "WHERE g.closed_on IS NULL {grid_units} ORDER BY g.unit_id, g.number",
        units_seen(actor, Permission.SEE_ROSTER),
    )
    return [
        GridTodo(row.id, row.name, row.n, micro_grid_size_finding(row.n), row.unit_id)
        for row in rows
        if not MICRO_GRID_SMALLEST <= row.n <= MICRO_GRID_LARGEST
    ]


# --- what travels ------------------------------------------------------------------------------


def _refused(store: Store, actor: Actor) -> list[OutboxRow]:
    """What the county did not simply take, once per record; not what was edited since."""
    with store.reading() as session:
        hidden = hidden_records(session, actor)
    return [row for row in outbox_rows(store, only_refused=True) if row.record_id not in hidden]


def _waiting(store: Store) -> int:
    (row,) = _select(
        store, "SELECT count(DISTINCT +record_id) AS n FROM outbox WHERE state = 'waiting'", None
    )
    return int(row.n)


def _select(
    store: Store, statement: str, unit_ids: frozenset[str] | None, **values: Any
) -> Sequence[Any]:
    """Runs a statement, narrowed to these units where it has a place for them."""
    is_narrow = unit_ids is not None
    prepared = text(
        statement.format(
            case_units=f"AND {IN_UNITS.replace(':units', ':unit_ids')}" if is_narrow else "",
            grid_units="AND g.unit_id IN :unit_ids" if is_narrow else "",
        )
    )
    if is_narrow:
        prepared = prepared.bindparams(
            bindparam("unit_ids", sorted(unit_ids or ()), expanding=True)
        )
    bound = {name: value for name, value in values.items() if f":{name}" in statement}
    with store.reading() as session:
        return session.connection().execute(prepared, bound).all()
