"""What there is to do today: open cases, votes under way, micro-grids, what the county refused.

Only what is true now. Time limits and visits come with later work and are not guessed at here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, text

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.cases.vocabulary import CaseState, Urgency
from app.households.rules import (
    MICRO_GRID_LARGEST,
    MICRO_GRID_SMALLEST,
    micro_grid_size_finding,
)
from app.households.vocabulary import MicroGridSize
from app.outbox_rows import OutboxRow, outbox_rows
from app.store import Store
from app.votes.queries import motion_rows
from app.votes.views import MotionRow
from app.votes.vocabulary import MotionState
from db.clock import CHINA, today_in_china

MOST_CASES = 200
"""Of each urgency; the rest is in the list of cases."""


class TodoKind(StrEnum):
    """What a line of the list is about."""

    RECORD = "record"
    CASE = "case"
    MOTION = "motion"
    MICRO_GRID = "micro_grid"


@dataclass(frozen=True, slots=True)
class CaseTodo:
    """An open case: its parties as one text, its age in days."""

    case_id: str
    title: str
    parties: str
    urgency: Urgency
    state: CaseState
    recorded_at: datetime
    days_open: int
    unit_id: str
    is_asked_for: bool = False
    """Whether it was asked to be handed over and the county has not answered."""


@dataclass(frozen=True, slots=True)
class GridTodo:
    """A micro-grid outside 15 to 20 households."""

    micro_grid_id: str
    name: str
    household_count: int
    finding: MicroGridSize
    unit_id: str


@dataclass(frozen=True, slots=True)
class Todo:
    """One line; exactly one of the four is set, as `kind` says."""

    kind: TodoKind
    key: str
    case: CaseTodo | None = None
    motion: MotionRow | None = None
    grid: GridTodo | None = None
    record: OutboxRow | None = None


@dataclass(frozen=True, slots=True)
class TodayFigures:
    """The numbers of the cards. A number is None where the person may not see what it counts."""

    open_cases: int | None
    urgent_cases: int
    open_motions: tuple[MotionRow, ...] | None
    grids: int | None
    grids_outside: int
    households_without_grid: int
    waiting: int
    """Records with unsent edits."""
    refused: int


@dataclass(frozen=True, slots=True)
class TodayView:
    """The page, as of a moment."""

    figures: TodayFigures
    todos: tuple[Todo, ...]
    as_of: datetime


def today_view(store: Store, actor: Actor) -> TodayView:
    """What this person sees and has to do, the pressing first."""
    case_units = units_seen(actor, Permission.SEE_CASES)
    cases = _open_cases(store, case_units)
    motions = _open_motions(store, actor)
    grids = _grids(store, actor)
    refused = _refused(store)
    todos = [
        *(_todo(TodoKind.RECORD, f"record:{row.op_no}", record=row) for row in refused),
        *_case_todos(cases, Urgency.HIGH),
        *(_todo(TodoKind.MOTION, row.motion_id, motion=row) for row in motions or ()),
        *_case_todos(cases, Urgency.MEDIUM),
        *_case_todos(cases, Urgency.LOW),
        *(
            _todo(TodoKind.MICRO_GRID, grid.micro_grid_id, grid=grid)
            for grid in (grids.outside if actor.may(Permission.EDIT_ROSTER) else ())
        ),
    ]
    sees_cases = actor.may(Permission.SEE_CASES)
    counts = _case_counts(store, case_units)
    figures = TodayFigures(
        open_cases=sum(counts.values()) if sees_cases else None,
        urgent_cases=counts.get(Urgency.HIGH, 0),
        open_motions=motions,
        grids=grids.total if actor.may(Permission.SEE_ROSTER) else None,
        grids_outside=len(grids.outside),
        households_without_grid=grids.without_grid,
        waiting=_waiting(store),
        refused=len(refused),
    )
    return TodayView(figures, tuple(todos), store.clock.now())


def _todo(kind: TodoKind, key: str, **what: Any) -> Todo:
    return Todo(kind=kind, key=key, **what)


def _case_todos(cases: Sequence[CaseTodo], urgency: Urgency) -> list[Todo]:
    return [
        _todo(TodoKind.CASE, case.case_id, case=case) for case in cases if case.urgency is urgency
    ]


# --- cases -------------------------------------------------------------------------------------

_OPEN_CASES = """
SELECT c.id, c.title, c.urgency, c.state, c.recorded_at, c.unit_id,
  (SELECT group_concat(name, ' / ') FROM
    (SELECT p.name FROM case_party p WHERE p.case_id = c.id AND p.is_main
     ORDER BY p.side, p.rowid)) AS parties,
  EXISTS (SELECT 1 FROM handover t WHERE t.subject_id = c.id AND t.sync_seq = 0
    AND t.sync_state <> 'refused') AS is_asked_for
FROM case_file c WHERE c.state <> 'closed' AND c.urgency = :urgency {case_units}
ORDER BY c.recorded_at LIMIT :most
"""


def _open_cases(store: Store, unit_ids: frozenset[str] | None) -> list[CaseTodo]:
    """Open cases by urgency, the oldest first."""
    today = today_in_china(store.clock)
    found: list[CaseTodo] = []
    for urgency in Urgency:
        rows = _select(store, _OPEN_CASES, unit_ids, urgency=urgency.value, most=MOST_CASES)
        found.extend(_case_todo(row, today) for row in rows)
    return found


def _case_todo(row: Any, today: date) -> CaseTodo:
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
    )


def _case_counts(store: Store, unit_ids: frozenset[str] | None) -> dict[Urgency, int]:
    rows = _select(
        store,
        "SELECT c.urgency, count(*) AS n FROM case_file c WHERE c.state <> 'closed' {case_units} "
        "GROUP BY c.urgency",
        unit_ids,
    )
    return {Urgency(row.urgency): row.n for row in rows}


# --- votes -------------------------------------------------------------------------------------


def _open_motions(store: Store, actor: Actor) -> tuple[MotionRow, ...] | None:
    """Votes under way, the fewest missing last; None for whoever sees no motions."""
    if not actor.may(Permission.SEE_MOTIONS):
        return None
    rows = motion_rows(store, unit_ids=units_seen(actor, Permission.SEE_MOTIONS))
    under_way = (row for row in rows if row.state is MotionState.OPEN)
    return tuple(sorted(under_way, key=lambda row: (-row.missing, row.number)))


# --- micro-grids -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Grids:
    total: int
    outside: tuple[GridTodo, ...]
    without_grid: int


def _grids(store: Store, actor: Actor) -> _Grids:
    unit_ids = units_seen(actor, Permission.SEE_ROSTER)
    rows = _select(
        store,
        "SELECT g.id, g.name, g.unit_id, (SELECT count(*) FROM household h "
        "WHERE h.micro_grid_id = g.id AND h.dissolved_on IS NULL) AS n FROM micro_grid g "
        "WHERE g.closed_on IS NULL {grid_units} ORDER BY g.unit_id, g.number",
        unit_ids,
    )
    (loose,) = _select(
        store,
        "SELECT count(*) AS n FROM household c WHERE c.micro_grid_id IS NULL "
        "AND c.dissolved_on IS NULL {units}",
        unit_ids,
    )
    outside = [
        GridTodo(row.id, row.name, row.n, micro_grid_size_finding(row.n), row.unit_id)
        for row in rows
        if not MICRO_GRID_SMALLEST <= row.n <= MICRO_GRID_LARGEST
    ]
    return _Grids(len(rows), tuple(outside), loose.n)


# --- what travels ------------------------------------------------------------------------------


def _refused(store: Store) -> list[OutboxRow]:
    """What the county did not simply take, once per record; not what was edited since."""
    refused = [row for row in outbox_rows(store) if row.is_refused]
    newest = {
        (row.entity, row.record_id): row.op_no
        for row in _select(
            store,
            "SELECT entity, record_id, max(op_no) AS op_no FROM outbox WHERE record_id IN "
            "(SELECT record_id FROM outbox WHERE state NOT IN ('waiting', 'applied', 'merged')) "
            "GROUP BY entity, record_id",
            None,
        )
    }
    return [row for row in refused if newest.get((row.entity, row.record_id)) == row.op_no]


def _waiting(store: Store) -> int:
    (row,) = _select(
        store, "SELECT count(DISTINCT record_id) AS n FROM outbox WHERE state = 'waiting'", None
    )
    return int(row.n)


def _select(
    store: Store, statement: str, unit_ids: frozenset[str] | None, **values: Any
) -> Sequence[Any]:
    """Runs a statement, narrowed to these units where it has a place for them."""
    is_narrow = unit_ids is not None
    prepared = text(
        statement.format(
            units="AND c.unit_id IN :unit_ids" if is_narrow else "",
            case_units="AND (c.unit_id IN :unit_ids OR c.holder_unit_id IN :unit_ids)"
            if is_narrow
            else "",
            grid_units="AND g.unit_id IN :unit_ids" if is_narrow else "",
        )
    )
    if is_narrow:
        prepared = prepared.bindparams(
            bindparam("unit_ids", sorted(unit_ids or ()), expanding=True)
        )
    with store.reading() as session:
        return session.connection().execute(prepared, values).all()
