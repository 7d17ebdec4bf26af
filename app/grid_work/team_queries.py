"""Who is in a village's 1+X team, and which villages lack the 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.grid_work.team_rules import THE_ONE, TermState, is_in_office, post_order, term_state
from app.grid_work.vocabulary import TeamPost
from app.households.rules import mask_phone
from app.mediation.mediator_rules import skills_of
from app.organisations.rules import is_within
from app.organisations.vocabulary import UnitKind
from app.store import Store, SyncState
from db.clock import today_in_china
from db.tables.grid_work import TeamMember


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A term; `phone` is masked."""

    id: str
    name: str
    post: TeamPost
    post_name: str
    phone: str
    starts_on: date
    ends_on: date | None
    state: TermState
    note: str
    sync_state: SyncState
    skills: frozenset[str] = frozenset()
    """Codes of GB/T 31000-2015, 5.5."""

    @property
    def is_the_one(self) -> bool:
        """Whether this is the auxiliary policeman."""
        return self.post is THE_ONE


@dataclass(frozen=True, slots=True)
class Team:
    """A village's team: who is in office or coming, the 1 first; the terms that ended, latest
    first."""

    unit_id: str
    members: tuple[TeamRow, ...]
    former: tuple[TeamRow, ...]

    @property
    def has_the_one(self) -> bool:
        """Whether an auxiliary policeman is in office."""
        return any(one.is_the_one and is_in_office(one.state) for one in self.members)

    @property
    def ending(self) -> tuple[TeamRow, ...]:
        """Whose term ends within 60 days."""
        return tuple(one for one in self.members if one.state is TermState.ENDING)


@dataclass(frozen=True, slots=True)
class VillageTeamRow:
    """A village in the list of township and county; `leaders` are its auxiliary policemen."""

    unit_id: str
    leaders: tuple[str, ...]
    others: int
    ending: int


@dataclass(frozen=True, slots=True)
class TeamContact:
    """A term with its whole phone number, for paper and files; whoever makes them logs it."""

    row: TeamRow
    phone: str


@dataclass(frozen=True, slots=True)
class TeamPlace:
    """Where a term is shown."""

    unit_id: str
    member_id: str


def team_place_of(store: Store, record_id: str) -> TeamPlace | None:
    """Where the term of this id is shown; None when there is none."""
    with store.reading() as session:
        member = session.get(TeamMember, record_id)
    return None if member is None else TeamPlace(member.unit_id, member.id)


def village_team(store: Store, actor: Actor, unit_id: str) -> Team:
    """The team of one village; raises NOT_ALLOWED."""
    actor.require(Permission.SEE_GRID_WORK, unit_id=unit_id)
    rows = [row for _, row in _rows(store, [unit_id])]
    return Team(
        unit_id,
        tuple(sorted((one for one in rows if one.state is not TermState.ENDED), key=_order)),
        tuple(
            sorted(
                (one for one in rows if one.state is TermState.ENDED),
                key=lambda one: (one.ends_on or one.starts_on, one.id),
                reverse=True,
            )
        ),
    )


def village_team_rows(store: Store, actor: Actor) -> list[VillageTeamRow]:
    """Every village this person may see, those without an auxiliary policeman first."""
    seen = units_seen(actor, Permission.SEE_GRID_WORK)
    villages = [
        unit.id
        for unit in actor.units.values()
        if unit.kind is UnitKind.VILLAGE
        and not unit.is_virtual
        and is_within(unit.id, actor.unit_id, actor.units)
        and (seen is None or unit.id in seen)
    ]
    members: dict[str, list[TeamRow]] = {unit_id: [] for unit_id in villages}
    for unit_id, row in _rows(store, None):
        if unit_id in members and is_in_office(row.state):
            members[unit_id].append(row)
    found = [_village_row(unit_id, rows) for unit_id, rows in members.items()]
    found.sort(key=lambda one: (bool(one.leaders), actor.units[one.unit_id].code))
    return found


def team_contacts(store: Store, actor: Actor, unit_id: str) -> list[TeamContact]:
    """Who is in the team now with whole phone numbers; raises NOT_ALLOWED."""
    team = village_team(store, actor, unit_id)
    with store.reading() as session:
        found = session.exec(
            select(TeamMember.id, TeamMember.phone).where(col(TeamMember.unit_id) == unit_id)
        ).all()
    phones = {member_id: phone or "" for member_id, phone in found}
    return [TeamContact(one, phones.get(one.id, "")) for one in team.members]


def _rows(store: Store, unit_ids: Iterable[str] | None) -> list[tuple[str, TeamRow]]:
    today = today_in_china(store.clock)
    statement = select(TeamMember)
    if unit_ids is not None:
        statement = statement.where(col(TeamMember.unit_id).in_(list(unit_ids)))
    with store.reading() as session:
        return [(one.unit_id, _row(one, today)) for one in session.exec(statement).all()]


def _row(one: TeamMember, today: date) -> TeamRow:
    return TeamRow(
        id=one.id,
        name=one.name,
        post=one.post,
        post_name=one.post_name or "",
        phone=mask_phone(one.phone or ""),
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        state=term_state(one.starts_on, one.ends_on, today),
        note=one.note or "",
        sync_state=one.sync_state,
        skills=skills_of(one.skills),
    )


def _order(one: TeamRow) -> tuple[int, str, date, str]:
    return post_order(one.post), one.post_name, one.starts_on, one.id


def _village_row(unit_id: str, rows: list[TeamRow]) -> VillageTeamRow:
    leaders = tuple(one.name for one in sorted(rows, key=_order) if one.is_the_one)
    ending = sum(one.state is TermState.ENDING for one in rows)
    return VillageTeamRow(unit_id, leaders, len(rows) - len(leaders), ending)
