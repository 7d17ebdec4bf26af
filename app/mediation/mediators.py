"""Who mediates a case: assigned, chosen or invited, and released; kin found in the roster."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.opening import case_to_read, case_to_write
from app.errors import ErrorCode, UserFacingError
from app.flow.reach import holders_of
from app.grid_work.team_rules import is_in_office, term_state
from app.grid_work.vocabulary import TeamPost
from app.households.vocabulary import RosterEventKind
from app.mediation.mediator_rules import (
    KinCheck,
    RosterPerson,
    kin_between,
    mediator_problem,
    skills_of,
)
from app.mediation.queries import parties_of
from app.mediation.vocabulary import ChosenBy, MediationWay
from app.organisations.rules import subtree
from app.recorded import Recorded
from app.store import Changes, Store, SyncState
from db.clock import today_in_china
from db.tables.cases import CaseFile, CaseParty
from db.tables.conflicts import RecordAlias
from db.tables.grid_work import TeamMember
from db.tables.households import Resident, RosterEvent
from db.tables.mediation import CaseMediator

MEDIATOR_FORM = "case_mediator"
"""Name under which the draft of the form is kept."""


@dataclass(frozen=True, slots=True)
class MediatorFields:
    """What a person fills in; ``member_id`` the term in the team, None for anybody else."""

    name: str
    chosen_by: ChosenBy
    way: MediationWay
    starts_on: date
    member_id: str | None = None
    chosen_note: str = ""
    kinship_note: str = ""


@dataclass(frozen=True)
class AddedMediator(Recorded):
    """What was written, and the new record."""

    mediator_id: str


@dataclass(frozen=True, slots=True)
class MediatorRow:
    """Somebody who mediates or mediated the case; ``ends_on`` None while active."""

    mediator_id: str
    member_id: str | None
    name: str
    chosen_by: ChosenBy
    chosen_note: str
    kinship_note: str
    way: MediationWay
    starts_on: date
    ends_on: date | None
    skills: frozenset[str]
    sync_state: SyncState

    @property
    def is_active(self) -> bool:
        """Whether nobody released him."""
        return self.ends_on is None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A term in office from which a mediator may be chosen."""

    member_id: str
    name: str
    post: TeamPost
    post_name: str
    unit_id: str
    skills: frozenset[str]


def add_mediator(
    store: Store, actor: Actor, *, case_id: str, given: MediatorFields
) -> AddedMediator:
    """Somebody mediates the case from a day on; kin found among the parties need a word.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, MEDIATOR_GONE (no such term),
    MEDIATOR_WRONG (problem, kin).
    """
    with store.transaction(account_id=actor.account_id, action="add_mediator") as tx:
        case = case_to_write(tx.session, actor, case_id, Permission.MEDIATE)
        kin = _kin(tx.session, case_id, name=given.name, member_id=given.member_id)
        problem = mediator_problem(
            name=given.name,
            chosen_by=given.chosen_by,
            chosen_note=given.chosen_note,
            kinship_note=given.kinship_note,
            kin=kin,
            is_active=_is_active(tx.session, case_id, given),
            starts_on=given.starts_on,
            ends_on=None,
            today=today_in_china(store.clock),
        )
        if problem is not None:
            raise UserFacingError(ErrorCode.MEDIATOR_WRONG, problem=problem, kin=kin)
        mediator = _new_mediator(tx.session, case, given)
        tx.session.add(mediator)
    return AddedMediator(tx.changes, mediator.id)


def release_mediator(store: Store, actor: Actor, *, mediator_id: str) -> Changes:
    """Mediates no more from tomorrow on; raises NOT_ALLOWED, MEDIATOR_GONE."""
    with store.transaction(account_id=actor.account_id, action="release_mediator") as tx:
        mediator = tx.session.get(CaseMediator, mediator_id)
        if mediator is None or mediator.ends_on is not None:
            raise UserFacingError(ErrorCode.MEDIATOR_GONE)
        case_to_write(
            tx.session,
            actor,
            mediator.case_id,
            Permission.MEDIATE,
            gone=ErrorCode.MEDIATOR_GONE,
        )
        mediator.ends_on = max(mediator.starts_on, today_in_china(store.clock))
    return tx.changes


def mediators_of(store: Store, actor: Actor, case_id: str) -> tuple[MediatorRow, ...]:
    """Who mediates the case, the active first, then by day; nobody where it is not to be seen."""
    with store.reading() as session:
        if case_to_read(session, actor, case_id) is None:
            return ()
        found = session.exec(
            select(CaseMediator, TeamMember.skills)
            .join(TeamMember, col(TeamMember.id) == col(CaseMediator.member_id), isouter=True)
            .where(col(CaseMediator.case_id) == case_id)
            .order_by(
                col(CaseMediator.ends_on).is_not(None),
                col(CaseMediator.starts_on),
                col(CaseMediator.id),
            )
        ).all()
    return tuple(_row(mediator, skills) for mediator, skills in found)


def candidates(
    store: Store, actor: Actor, case_id: str, *, skill: str = ""
) -> tuple[Candidate, ...]:
    """Terms in office of the case's village and of the units above it, mediators first.

    ``skill`` a code of GB/T 31000-2015, 5.5, e.g. "21" for who speaks the languages of here; empty
    for everybody.
    """
    with store.reading() as session:
        case = case_to_read(session, actor, case_id)
        if case is None:
            return ()
        units = _around(actor, case)
        found = session.exec(
            select(TeamMember).where(col(TeamMember.unit_id).in_(sorted(units)))
        ).all()
        today = today_in_china(store.clock)
        rows = [
            Candidate(
                one.id,
                one.name,
                one.post,
                one.post_name or "",
                one.unit_id,
                skills_of(one.skills),
            )
            for one in found
            if is_in_office(term_state(one.starts_on, one.ends_on, today))
        ]
    fitting = [one for one in rows if not skill or skill in one.skills]
    own = case.unit_id
    return tuple(
        sorted(
            fitting,
            key=lambda one: (
                one.unit_id != own,
                one.post is not TeamPost.MEDIATOR,
                one.name,
                one.member_id,
            ),
        )
    )


def kin_of(
    store: Store, actor: Actor, *, case_id: str, name: str, member_id: str | None
) -> KinCheck:
    """What the roster tells of this person and the parties of the case, before he is taken.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, MEDIATOR_GONE (no such term).
    """
    with store.reading() as session:
        case_to_write(session, actor, case_id, Permission.MEDIATE)
        return _kin(session, case_id, name=name, member_id=member_id)


def _around(actor: Actor, case: CaseFile) -> set[str]:
    """The case's village, what it lies in, and the whole township: mediators help out there."""
    found = {case.unit_id, *holders_of(case)}
    township = actor.units.get(case.unit_id)
    parent = township.parent_id if township else None
    if parent is not None:
        found |= set(subtree(parent, actor.units.values()))
    return found


def _is_active(session: Session, case_id: str, given: MediatorFields) -> bool:
    active = session.exec(
        select(CaseMediator).where(
            col(CaseMediator.case_id) == case_id, col(CaseMediator.ends_on).is_(None)
        )
    ).all()
    return any(
        one.member_id == given.member_id
        if one.member_id and given.member_id
        else one.name == given.name.strip()
        for one in active
    )


def _new_mediator(session: Session, case: CaseFile, given: MediatorFields) -> CaseMediator:
    member = session.get(TeamMember, given.member_id) if given.member_id else None
    return CaseMediator(
        unit_id=case.unit_id,
        case_id=case.id,
        member_id=given.member_id,
        account_id=member.account_id if member else None,
        name=given.name.strip(),
        chosen_by=given.chosen_by,
        chosen_note=given.chosen_note.strip() or None,
        kinship_note=given.kinship_note.strip() or None,
        way=given.way,
        starts_on=given.starts_on,
    )


def _row(mediator: CaseMediator, skills: str | None) -> MediatorRow:
    return MediatorRow(
        mediator_id=mediator.id,
        member_id=mediator.member_id,
        name=mediator.name,
        chosen_by=mediator.chosen_by,
        chosen_note=mediator.chosen_note or "",
        kinship_note=mediator.kinship_note or "",
        way=mediator.way,
        starts_on=mediator.starts_on,
        ends_on=mediator.ends_on,
        skills=skills_of(skills),
        sync_state=mediator.sync_state,
    )


# --- what the roster tells ------------------------------------------------------------------------


def _kin(session: Session, case_id: str, *, name: str, member_id: str | None) -> KinCheck:
    member = session.get(TeamMember, member_id) if member_id else None
    if member_id and member is None:
        raise UserFacingError(ErrorCode.MEDIATOR_GONE)
    parties = parties_of(session, case_id)
    wanted = [each.resident_id for each in parties]
    resident_id = member.resident_id if member else None
    people = _people(session, [*wanted, resident_id])
    mediator = people.get(resident_id or "", RosterPerson(name.strip()))
    return kin_between(mediator, [_of_party(party, people) for party in parties])


def _of_party(party: CaseParty, people: dict[str, RosterPerson]) -> RosterPerson:
    return people.get(party.resident_id or "", RosterPerson(party.name))


def _people(session: Session, ids: Iterable[str | None]) -> dict[str, RosterPerson]:
    """Also under the ids by which those are named who were recognised as somebody else here, and
    whom the county has not yet led over."""
    wanted = {each for each in ids if each}
    aliases = select(RecordAlias.old_id, RecordAlias.new_id).where(
        col(RecordAlias.old_id).in_(sorted(wanted))
    )
    now_called = {old: new for old, new in session.exec(aliases)}
    wanted |= set(now_called.values())
    residents = session.exec(select(Resident).where(col(Resident.id).in_(sorted(wanted)))).all()
    before = _households_before(session, {one.household_id for one in residents})
    found = {
        one.id: RosterPerson(
            name=one.name,
            resident_id=one.id,
            household_id=one.household_id,
            relation=one.relation,
            identity_number=one.identity_number,
            households_before=before.get(one.household_id, frozenset()),
        )
        for one in residents
    }
    return {old: found[new] for old, new in now_called.items() if new in found} | found


def _households_before(session: Session, ids: set[str]) -> dict[str, frozenset[str]]:
    """Per household those it was split from, or merged with; from either side."""
    split = (RosterEventKind.HOUSEHOLD_SPLIT, RosterEventKind.HOUSEHOLD_MERGED)
    events = session.exec(
        select(RosterEvent.household_id, RosterEvent.other_household_id).where(
            col(RosterEvent.kind).in_(split),
            or_(
                col(RosterEvent.household_id).in_(sorted(ids)),
                col(RosterEvent.other_household_id).in_(sorted(ids)),
            ),
        )
    ).all()
    found: dict[str, set[str]] = {}
    for one, other in events:
        if other is not None:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {home: frozenset(others) for home, others in found.items()}
