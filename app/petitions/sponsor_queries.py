"""Who is in charge of a case, and every leader's cases on one board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.cases.opening import case_to_read
from app.cases.queries import units_seen, village_names
from app.cases.secrecy import narrowed_for
from app.cases.vocabulary import CaseKind, CaseState
from app.flow.reach import IN_UNITS, holders_of
from app.listing import fetch_rows
from app.petitions.sponsor_rules import (
    ENDED_STATES,
    SponsorFields,
    Urgency,
    missing_of,
    pressing_first,
)
from app.petitions.vocabulary import MissingOne
from app.store import Store, SyncState
from db.clock import CHINA, today_in_china
from db.columns import utc_text
from db.tables.desk import Sponsorship
from db.tables.organisations import Account


@dataclass(frozen=True, slots=True)
class SponsorRow:
    """One sponsorship of a case; the one without an end is the one that counts."""

    sponsorship_id: str
    fields: SponsorFields
    missing: tuple[MissingOne, ...]
    sync_state: SyncState

    @property
    def is_active(self) -> bool:
        return self.fields.ended_on is None


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Somebody who may be named: a leader, or whoever carries a case to its end."""

    account_id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class SponsorView:
    """The leaders a case has had, the active one first, and whom one may name."""

    case_id: str
    rows: tuple[SponsorRow, ...]
    people: tuple[PersonChoice, ...]
    may_name: bool

    @property
    def active(self) -> SponsorRow | None:
        return next((row for row in self.rows if row.is_active), None)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A case on the leaders' board; ``due_on`` is its nearest limit, or the day of its plan."""

    sponsorship_id: str
    case_id: str
    leader_id: str | None
    leader: str
    post: str
    number: str
    title: str
    kind: CaseKind
    state: CaseState
    village: str
    handler: str
    starts_on: date
    due_on: date | None
    urgency: Urgency
    missing: tuple[MissingOne, ...]

    @property
    def is_late(self) -> bool:
        return self.urgency.days_late > 0

    @property
    def leader_key(self) -> str:
        """Tells two leaders of one name apart; one without an account is known by the name."""
        return self.leader_id or self.leader


@dataclass(frozen=True, slots=True)
class LeaderCount:
    """A leader with how many cases, and how many of them late."""

    key: str
    name: str
    cases: int
    late: int


@dataclass(frozen=True, slots=True)
class LeadersBoard:
    """Every case a leader is in charge of, the pressing first."""

    rows: tuple[BoardRow, ...]
    today: date

    @property
    def leaders(self) -> tuple[LeaderCount, ...]:
        """Who has cases here, as they come on the board."""
        found: dict[str, list[BoardRow]] = {}
        for row in self.rows:
            found.setdefault(row.leader_key, []).append(row)
        return tuple(
            LeaderCount(key, rows[0].leader, len(rows), sum(row.is_late for row in rows))
            for key, rows in found.items()
        )


def sponsors_of(store: Store, actor: Actor, case_id: str) -> SponsorView:
    """Who is and was in charge; nobody where the case is not to be seen."""
    with store.reading() as session:
        case = case_to_read(session, actor, case_id)
        if case is None:
            return SponsorView(case_id, (), (), may_name=False)
        found = session.exec(
            select(Sponsorship)
            .where(col(Sponsorship.case_id) == case_id)
            .order_by(col(Sponsorship.starts_on).desc(), col(Sponsorship.recorded_at).desc())
        )
        rows = sorted((_row(one) for one in found), key=lambda row: not row.is_active)
        people = _people(session)
        may_name = actor.reaches(
            Permission.NAME_SPONSOR, unit_id=case.unit_id, holder_unit_ids=holders_of(case)
        )
    return SponsorView(case_id, tuple(rows), people, may_name)


def leaders_board(store: Store, actor: Actor) -> LeadersBoard:
    """The open cases with a leader, in sight; raises NOT_ALLOWED for who sees no cases."""
    actor.require(Permission.SEE_CASES, unit_id=actor.unit_id, holder_unit_id=actor.unit_id)
    today = today_in_china(store.clock)
    first = datetime.combine(today.replace(day=1), time(), CHINA)
    where = narrowed_for(actor)
    values: dict[str, Any] = {"since": utc_text(first)}
    units = units_seen(actor)
    if units is not None:
        where += f" AND {IN_UNITS}"
        values |= {"units": sorted(units)}
    with store.reading() as session:
        found = fetch_rows(session, _BOARD.format(where=where), values)
        names = village_names(session, sorted({row.unit_id for row in found}))
    rows = [_board_row(row, names, today) for row in found]
    rows.sort(key=lambda row: (pressing_first(row.urgency), row.leader, row.number))
    return LeadersBoard(tuple(rows), today)


_ENDED: Final = ", ".join(f"'{state.value}'" for state in sorted(ENDED_STATES))
_BOARD: Final = f"""
SELECT s.id AS sponsorship_id, s.leader_id, s.leader_name, s.leader_post, s.task_force, s.plan,
  s.plan_due_on, s.handler_name, s.starts_on, c.id, c.number, c.title, c.kind, c.state, c.unit_id,
  c.due_on, coalesce(c.received_on, c.happened_on) AS came_on,
  (SELECT count(*) FROM case_event e WHERE e.case_id = c.id AND e.happened_at >= :since) AS moved
FROM sponsorship s JOIN case_file c ON c.id = s.case_id
WHERE s.ended_on IS NULL AND c.state NOT IN ({_ENDED}) {{where}}
"""


def _board_row(row: Any, names: dict[str, str], today: date) -> BoardRow:
    given = SponsorFields(
        leader_name=row.leader_name,
        starts_on=date.fromisoformat(row.starts_on),
        task_force=row.task_force or "",
        plan=row.plan or "",
        handler_name=row.handler_name or "",
    )
    days = [date.fromisoformat(one) for one in (row.due_on, row.plan_due_on) if one]
    due_on = min(days, default=None)
    late = 0 if due_on is None else max(0, (today - due_on).days)
    old = max(0, (today - date.fromisoformat(row.came_on)).days)
    return BoardRow(
        sponsorship_id=row.sponsorship_id,
        case_id=row.id,
        leader_id=row.leader_id,
        leader=row.leader_name,
        post=row.leader_post or "",
        number=row.number,
        title=row.title,
        kind=CaseKind(row.kind),
        state=CaseState(row.state),
        village=names.get(row.unit_id, ""),
        handler=row.handler_name or "",
        starts_on=given.starts_on,
        due_on=due_on,
        urgency=Urgency(late, old, int(row.moved)),
        missing=missing_of(given),
    )


def _row(one: Sponsorship) -> SponsorRow:
    given = SponsorFields(
        leader_name=one.leader_name,
        starts_on=one.starts_on,
        leader_id=one.leader_id,
        leader_post=one.leader_post or "",
        task_force=one.task_force or "",
        plan=one.plan or "",
        plan_due_on=one.plan_due_on,
        handler_id=one.handler_id,
        handler_name=one.handler_name or "",
        ended_on=one.ended_on,
    )
    return SponsorRow(one.id, given, missing_of(given), one.sync_state)


def _people(session: Session) -> tuple[PersonChoice, ...]:
    """Leaders first, then everybody else by name."""
    found = session.exec(select(Account).where(col(Account.is_active)))
    people = [PersonChoice(one.id, one.name, one.role) for one in found]
    people.sort(key=lambda one: (one.role is not Role.SPONSOR_LEADER, one.name))
    return tuple(people)
