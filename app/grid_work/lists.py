"""The lists of visits, micro-services and hazards, page by page and newest first, so that 100,000
of them open as fast as ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic

from sqlalchemy import text
from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.grid_work.rows import (
    HAZARDS,
    SERVICES,
    VISITS,
    HazardRow,
    Row,
    ServiceRow,
    VisitRow,
    hazard_of,
    service_of,
    visit_of,
)
from app.households.matching import matching
from app.store import Store
from db.search_index import match_expression

PAGE_SIZE = 200


class WorkState(StrEnum):
    """What of a list is wanted."""

    ALL = "all"
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What of a list is wanted. ``by`` is the account that recorded it, None for anybody's; the
    days are those of the visit, the asking or the finding, both included."""

    unit_id: str
    typed: str = ""
    by: str | None = None
    state: WorkState = WorkState.ALL
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class WorkPage(Generic[Row]):
    """A page of a list; ``is_last`` when no more follow."""

    rows: tuple[Row, ...]
    is_last: bool


def visit_page(
    store: Store,
    actor: Actor,
    wanted: WorkFilter,
    *,
    after: VisitRow | None = None,
    limit: int = PAGE_SIZE,
) -> WorkPage[VisitRow]:
    """A page of a village's visits, newest first. Raises NOT_ALLOWED."""
    return _page(store, actor, _VISIT_LIST, wanted, after, limit)


def service_page(
    store: Store,
    actor: Actor,
    wanted: WorkFilter,
    *,
    after: ServiceRow | None = None,
    limit: int = PAGE_SIZE,
) -> WorkPage[ServiceRow]:
    """A page of a village's micro-services, newest first; of open ones the most pressing. Raises
    NOT_ALLOWED."""
    return _page(store, actor, _SERVICE_LIST, wanted, after, limit)


def hazard_page(
    store: Store,
    actor: Actor,
    wanted: WorkFilter,
    *,
    after: HazardRow | None = None,
    limit: int = PAGE_SIZE,
) -> WorkPage[HazardRow]:
    """A page of a village's hazards, newest first; of those still there the most pressing. Raises
    NOT_ALLOWED."""
    return _page(store, actor, _HAZARD_LIST, wanted, after, limit)


def recorders(store: Store, actor: Actor, unit_id: str) -> tuple[tuple[str, str], ...]:
    """Account and name of everybody of this village, and of those who visited in it before."""
    actor.require(Permission.SEE_GRID_WORK, unit_id=unit_id)
    with store.reading() as session:
        rows = session.connection().execute(text(_RECORDERS), {"unit": unit_id}).all()
    return tuple((row.id, row.name) for row in rows)


@dataclass(frozen=True, slots=True)
class _List(Generic[Row]):
    """How one of the lists is read."""

    select: str
    make: Callable[[Any, str], Row]
    alias: str
    day: str
    """The column the list is filtered by; newest first, unless only what is open is listed."""
    day_of: Callable[[Row], date]
    due: str
    """What open ones are ordered by, the earliest last day first; empty where nothing is due."""
    due_of: Callable[[Row], date]
    done: str
    """The column that is set when it is done; empty where nothing is open or done."""
    words: tuple[str, ...]
    """What typed words are looked for in, besides the household."""


def _page(
    store: Store,
    actor: Actor,
    kind: _List[Row],
    wanted: WorkFilter,
    after: Row | None,
    limit: int,
) -> WorkPage[Row]:
    actor.require(Permission.SEE_GRID_WORK, unit_id=wanted.unit_id)
    with store.reading() as session:
        rows = _found(session, kind, wanted, after, limit)
    made = tuple(kind.make(row, actor.account_id) for row in rows[:limit])
    return WorkPage(made, is_last=len(rows) <= limit)


def _found(
    session: Session, kind: _List[Row], wanted: WorkFilter, after: Row | None, limit: int
) -> Sequence[Any]:
    """One row more than the page has, if there is one."""
    where, values = _conditions(session, kind, wanted)
    is_by_due = bool(kind.due) and wanted.state is WorkState.OPEN
    by, sign, way = (kind.due, ">", "ASC") if is_by_due else (kind.day, "<", "DESC")
    if after is not None:
        where.append(f"({by}, {kind.alias}.id) {sign} (:last_day_read, :last_id)")
        last = kind.due_of(after) if is_by_due else kind.day_of(after)
        values |= {"last_day_read": last.isoformat(), "last_id": after.id}
    statement = (
        f"{kind.select} WHERE {' AND '.join(where)} "
        f"ORDER BY {by} {way}, {kind.alias}.id {way} LIMIT :page"
    )
    return session.connection().execute(text(statement), {**values, "page": limit + 1}).all()


def _conditions(
    session: Session, kind: _List[Any], wanted: WorkFilter
) -> tuple[list[str], dict[str, Any]]:
    where, values = [f"{kind.alias}.unit_id = :unit"], {"unit": wanted.unit_id}
    if wanted.by is not None:
        where.append(f"{kind.alias}.by_account_id = :by")
        values["by"] = wanted.by
    if kind.done and wanted.state is not WorkState.ALL:
        is_open = wanted.state is WorkState.OPEN
        where.append(f"{kind.done} IS {'NULL' if is_open else 'NOT NULL'}")
    for day, sign in ((wanted.first_day, ">="), (wanted.last_day, "<=")):
        if day is not None:
            name = "first_day" if sign == ">=" else "last_day"
            where.append(f"{kind.day} {sign} :{name}")
            values[name] = day.isoformat()
    typed = wanted.typed.strip()
    if typed:
        where.append(_fits_typed(session, kind, typed, values))
    return where, values


def _fits_typed(session: Session, kind: _List[Any], typed: str, values: dict[str, Any]) -> str:
    """The household or one of its people by name, pinyin, number; or words of the record."""
    escaped = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values["words"] = f"%{escaped}%"
    ways = [f"{kind.alias}.{name} LIKE :words ESCAPE '\\'" for name in kind.words]
    match = match_expression(typed)
    if match is not None:
        values["match"] = match
        ways.append(f"{kind.alias}.household_id IN ({matching(session, match)})")
    return f"({' OR '.join(ways)})"


_RECORDERS = (
    "SELECT a.id, a.name FROM account a WHERE a.unit_id = :unit "
    "OR a.id IN (SELECT worker_id FROM micro_grid WHERE unit_id = :unit AND closed_on IS NULL) "
    "OR EXISTS (SELECT 1 FROM visit v WHERE v.by_account_id = a.id AND v.unit_id = :unit) "
    "ORDER BY a.name, a.id"
)
_NO_LAST_DAY = date(9999, 12, 31)
"""Where nothing was promised: after all that was."""
_VISIT_LIST = _List(
    select=VISITS,
    make=visit_of,
    alias="v",
    day="v.visited_on",
    day_of=lambda one: one.visited_on,
    due="",
    due_of=lambda _one: _NO_LAST_DAY,
    done="",
    words=("met", "note"),
)
_SERVICE_LIST = _List(
    select=SERVICES,
    make=service_of,
    alias="s",
    day="s.asked_on",
    day_of=lambda one: one.asked_on,
    due=f"coalesce(s.due_on, '{_NO_LAST_DAY}')",
    due_of=lambda one: one.due_on or _NO_LAST_DAY,
    done="s.done_on",
    words=("asker_name", "text", "done_note"),
)
_HAZARD_LIST = _List(
    select=HAZARDS,
    make=hazard_of,
    alias="z",
    day="z.found_on",
    day_of=lambda one: one.found_on,
    due="z.due_on",
    due_of=lambda one: one.due_on,
    done="z.resolved_on",
    words=("place", "text"),
)
