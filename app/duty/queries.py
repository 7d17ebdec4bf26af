"""Reading duty: a week with what is odd about it, who is on now, rounds and their routes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from app.accounts.rules import is_account_usable
from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.duty.rules import (
    A_DAY,
    A_WEEK,
    DailyGap,
    Overlap,
    Turn,
    by_hours,
    gaps,
    monday_of,
    overlaps,
    span_of,
)
from app.incidents.vocabulary import IncidentState
from app.store import Store, SyncState
from db.clock import CHINA, today_in_china
from db.tables.grid_work import DutyShift, Hazard, Patrol, TeamMember
from db.tables.incidents import Incident
from db.tables.organisations import Account

MOST_PATROLS = 500
MOST_ROUTES = 8
_ROUTES_OF = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift; ``start`` and ``end`` on China's clock, without a zone."""

    shift_id: str
    on_date: date
    starts_at: str
    ends_at: str
    start: datetime
    end: datetime
    account_id: str | None
    name: str
    phone: str
    note: str
    sync_state: SyncState

    @property
    def is_over_midnight(self) -> bool:
        return self.end.date() > self.on_date


@dataclass(frozen=True, slots=True)
class DutyWeek:
    """A week from its Monday, and what is odd about it."""

    unit_id: str
    monday: date
    shifts: tuple[ShiftRow, ...]
    overlaps: tuple[Overlap, ...]
    gaps: tuple[DailyGap, ...]
    night_before: tuple[ShiftRow, ...]
    """Of the Sunday before, what runs into the Monday."""
    has_week_before: bool
    """Whether there is something to copy from."""


@dataclass(frozen=True, slots=True)
class DutyNow:
    """Who is on at a moment, and who comes next; next is None when nobody is planned."""

    on: tuple[ShiftRow, ...]
    following: ShiftRow | None


@dataclass(frozen=True, slots=True)
class PatrolRow:
    """A round with how many hazards and incidents were recorded from it."""

    patrol_id: str
    on_date: date
    starts_at: str
    ends_at: str
    """Empty while it is under way."""
    route: str
    members: str
    found: str
    by_name: str
    hazards: int
    incidents: int
    sync_state: SyncState


@dataclass(frozen=True, slots=True)
class DutyPerson:
    """Somebody who may be put on duty: of the 1+X team or with an account of the village."""

    account_id: str | None
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class DutyPlace:
    """Where a shift or a round stands."""

    unit_id: str
    on_date: date


def place_of_duty(store: Store, actor: Actor, record_id: str) -> DutyPlace | None:
    """The village and day of a shift or a round; None when it is not here or not to be seen."""
    with store.reading() as session:
        found = session.get(DutyShift, record_id) or session.get(Patrol, record_id)
        if found is None or not _sees(actor, found.unit_id):
            return None
        return DutyPlace(found.unit_id, found.on_date)


def duty_week(store: Store, actor: Actor, *, unit_id: str, monday: date) -> DutyWeek:
    """The week of this Monday; empty for whoever may not see the village's work."""
    first = monday_of(monday)
    if not _sees(actor, unit_id):
        return DutyWeek(unit_id, first, (), (), (), (), has_week_before=False)
    with store.reading() as session:
        # One day more: a Sunday night runs into the Monday.
        found = _shifts(session, unit_id, first - A_DAY, first + A_WEEK)
        before = _shifts(session, unit_id, first - A_WEEK, first)
    turns = [Turn(row.shift_id, row.account_id or row.name, row.start, row.end) for row in found]
    shown = tuple(row for row in found if row.on_date >= first)
    of_week = {row.shift_id for row in shown}
    return DutyWeek(
        unit_id=unit_id,
        monday=first,
        shifts=shown,
        overlaps=tuple(one for one in overlaps(turns) if of_week & {one.first_id, one.second_id}),
        gaps=by_hours(gaps(turns, first)),
        night_before=tuple(row for row in found if row.on_date < first <= row.end.date()),
        has_week_before=bool(before),
    )


def duty_now(store: Store, actor: Actor, *, unit_id: str) -> DutyNow:
    """Who is on at this moment by this laptop's clock."""
    if not _sees(actor, unit_id):
        return DutyNow((), None)
    now = store.clock.now().astimezone(CHINA).replace(tzinfo=None)
    with store.reading() as session:
        rows = _shifts(session, unit_id, now.date() - A_DAY, now.date() + A_WEEK)
    on = tuple(row for row in rows if row.start <= now < row.end)
    later = (row for row in rows if row.start > now)
    return DutyNow(on, min(later, key=lambda row: row.start, default=None))


def duty_people(store: Store, actor: Actor, *, unit_id: str) -> tuple[DutyPerson, ...]:
    """Whom to offer for a shift or a round, by name; each person once."""
    if not _sees(actor, unit_id):
        return ()
    today = today_in_china(store.clock)
    with store.reading() as session:
        members = session.exec(
            select(TeamMember).where(
                col(TeamMember.unit_id) == unit_id,
                col(TeamMember.starts_on) <= today,
                or_(col(TeamMember.ends_on).is_(None), col(TeamMember.ends_on) >= today),
            )
        ).all()
        accounts = session.exec(select(Account).where(col(Account.unit_id) == unit_id)).all()
    usable = [
        one
        for one in accounts
        if is_account_usable(valid_until=one.valid_until, is_active=one.is_active, today=today)
    ]
    people = [DutyPerson(one.id, one.name, one.phone or "") for one in usable]
    known = {person.account_id for person in people} | {person.name for person in people}
    people += [
        DutyPerson(one.account_id, one.name, one.phone or "")
        for one in members
        if one.account_id not in known and one.name not in known
    ]
    return tuple(sorted(people, key=lambda person: person.name))


def patrol_rows(
    store: Store, actor: Actor, *, unit_id: str, limit: int = MOST_PATROLS
) -> tuple[PatrolRow, ...]:
    """The village's rounds, the newest first."""
    if not _sees(actor, unit_id):
        return ()
    with store.reading() as session:
        rounds = session.exec(
            select(Patrol, Account.name)
            .join(Account, col(Account.id) == col(Patrol.by_account_id), isouter=True)
            .where(col(Patrol.unit_id) == unit_id)
            .order_by(col(Patrol.on_date).desc(), col(Patrol.starts_at).desc())
            .limit(limit)
        ).all()
        hazards = _count_by_patrol(session, Hazard, unit_id)
        incidents = _count_by_patrol(session, Incident, unit_id)
        return tuple(
            PatrolRow(
                patrol_id=one.id,
                on_date=one.on_date,
                starts_at=one.starts_at,
                ends_at=one.ends_at or "",
                route=one.route,
                members=one.members,
                found=one.found or "",
                by_name=name or "",
                hazards=hazards.get(one.id, 0),
                incidents=incidents.get(one.id, 0),
                sync_state=one.sync_state,
            )
            for one, name in rounds
        )


def former_routes(store: Store, actor: Actor, *, unit_id: str) -> tuple[str, ...]:
    """The routes of the last year, the most walked first, to be offered again."""
    if not _sees(actor, unit_id):
        return ()
    since = today_in_china(store.clock) - _ROUTES_OF
    with store.reading() as session:
        routes = session.exec(
            select(Patrol.route)
            .where(col(Patrol.unit_id) == unit_id, col(Patrol.on_date) >= since)
            .order_by(col(Patrol.on_date).desc())
        ).all()
    return tuple(route for route, _ in Counter(routes).most_common(MOST_ROUTES))


def _sees(actor: Actor, unit_id: str) -> bool:
    units = units_seen(actor, Permission.SEE_GRID_WORK)
    return units is None or unit_id in units


def _shifts(session: Session, unit_id: str, first: date, before: date) -> list[ShiftRow]:
    found = session.exec(
        select(DutyShift)
        .where(
            col(DutyShift.unit_id) == unit_id,
            col(DutyShift.on_date) >= first,
            col(DutyShift.on_date) < before,
        )
        .order_by(col(DutyShift.on_date), col(DutyShift.starts_at), col(DutyShift.name))
    ).all()
    return [_shift_row(one) for one in found]


def _shift_row(one: DutyShift) -> ShiftRow:
    start, end = span_of(one.on_date, one.starts_at, one.ends_at)
    return ShiftRow(
        shift_id=one.id,
        on_date=one.on_date,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        start=start,
        end=end,
        account_id=one.account_id,
        name=one.name,
        phone=one.phone or "",
        note=one.note or "",
        sync_state=one.sync_state,
    )


def _count_by_patrol(
    session: Session, model: type[Hazard] | type[Incident], unit_id: str
) -> dict[str | None, int]:
    statement = (
        select(model.patrol_id, func.count())
        .where(col(model.unit_id) == unit_id, col(model.patrol_id).is_not(None))
        .group_by(col(model.patrol_id))
    )
    if model is Incident:
        statement = statement.where(col(Incident.state) != IncidentState.WITHDRAWN)
    return dict(session.exec(statement).all())
