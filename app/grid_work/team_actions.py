"""Writing the village's 1+X team: a term is added, corrected, ended or taken out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.errors import ErrorCode, UserFacingError
from app.grid_work.team_rules import do_overlap, is_backwards
from app.grid_work.vocabulary import TeamPost
from app.households.rules import check_phone, normalise_name
from app.looks.actions import look_at_whole
from app.mediation.mediator_rules import skills_of, stored_skills
from app.store import Changes, Store
from db.tables.grid_work import TeamMember
from db.tables.households import Resident

LONGEST = {"name": 50, "phone": 50, "post_name": 50, "note": 500}


@dataclass(frozen=True, slots=True)
class TeamFields:
    """What a person fills in for a term; texts as typed, `ends_on` the last day or None."""

    name: str
    post: TeamPost
    starts_on: date
    ends_on: date | None = None
    phone: str = ""
    post_name: str = ""
    note: str = ""
    skills: frozenset[str] = frozenset()
    """Codes of GB/T 31000-2015, 5.5; see ``app.mediation.mediator_rules.SKILLS``."""
    resident_id: str | None = None
    """Who it is in the roster."""
    resident_name: str = ""
    """As the roster calls him, for the form alone."""


def add_team_member(store: Store, actor: Actor, *, unit_id: str, given: TeamFields) -> Changes:
    """A new term.

    Raises ``UserFacingError``: NOT_ALLOWED, PERSON_NAME_MISSING, ROSTER_TEXT_TOO_LONG,
    TEAM_TERM_BACKWARDS, TEAM_TERM_TWICE (name, starts_on).
    """
    actor.require(Permission.MANAGE_TEAM, unit_id=unit_id)
    with store.transaction(account_id=actor.account_id, action="add_team_member") as tx:
        member = TeamMember(unit_id=unit_id, name="", post=given.post, starts_on=given.starts_on)
        _fill(tx.session, member, given)
        tx.session.add(member)
    return tx.changes


def edit_team_member(store: Store, actor: Actor, *, member_id: str, given: TeamFields) -> Changes:
    """Corrects a term; raises as ``add_team_member``, and ROSTER_CHANGED_MEANWHILE."""
    with store.transaction(account_id=actor.account_id, action="edit_team_member") as tx:
        member = _held(tx.session, actor, member_id)
        _fill(tx.session, member, given)
    return tx.changes


def end_term(store: Store, actor: Actor, *, member_id: str, on: date) -> Changes:
    """The term's last day is this one; raises as ``edit_team_member``."""
    with store.transaction(account_id=actor.account_id, action="end_term") as tx:
        member = _held(tx.session, actor, member_id)
        if is_backwards(member.starts_on, on):
            raise UserFacingError(ErrorCode.TEAM_TERM_BACKWARDS)
        member.ends_on = on
    return tx.changes


def remove_team_member(store: Store, actor: Actor, *, member_id: str) -> Changes:
    """Takes out a term that was written down by mistake."""
    with store.transaction(account_id=actor.account_id, action="remove_team_member") as tx:
        tx.session.delete(_held(tx.session, actor, member_id))
    return tx.changes


def team_member_for_editing(store: Store, actor: Actor, member_id: str) -> TeamFields | None:
    """The term as it is filled in, with the whole phone number; raises NOT_ALLOWED.

    Whoever opens it has looked at it: that is written down, so this is work for the writer.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        member = tx.session.get(TeamMember, member_id)
        if member is None:
            return None
        actor.require(Permission.MANAGE_TEAM, unit_id=member.unit_id)
        if member.phone:
            look_at_whole(tx.session, actor, store.clock.now(), member)
        resident_name = _resident_name(tx.session, member.resident_id)
    return TeamFields(
        name=member.name,
        post=member.post,
        starts_on=member.starts_on,
        ends_on=member.ends_on,
        phone=member.phone or "",
        post_name=member.post_name or "",
        note=member.note or "",
        skills=skills_of(member.skills),
        resident_id=member.resident_id,
        resident_name=resident_name,
    )


def _resident_name(session: Session, resident_id: str | None) -> str:
    resident = session.get(Resident, resident_id) if resident_id else None
    return resident.name if resident else ""


def _held(session: Session, actor: Actor, member_id: str) -> TeamMember:
    member = session.get(TeamMember, member_id)
    if member is None:
        raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)
    actor.require(Permission.MANAGE_TEAM, unit_id=member.unit_id)
    return member


def _fill(session: Session, member: TeamMember, given: TeamFields) -> None:
    name = _within(normalise_name(given.name), "name")
    if not name:
        raise UserFacingError(ErrorCode.PERSON_NAME_MISSING)
    if is_backwards(given.starts_on, given.ends_on):
        raise UserFacingError(ErrorCode.TEAM_TERM_BACKWARDS)
    post_name = _within(given.post_name, "post_name") or None
    _check_once(session, member, name, post_name, given)
    member.name = name
    member.post = given.post
    member.post_name = post_name
    member.phone = _phone(given.phone)
    member.starts_on = given.starts_on
    member.ends_on = given.ends_on
    member.note = _within(given.note, "note") or None
    member.skills = stored_skills(given.skills)
    member.resident_id = given.resident_id or None


def _check_once(
    session: Session, member: TeamMember, name: str, post_name: str | None, given: TeamFields
) -> None:
    """The same person in the same post at the same time is one term, not two."""
    with session.no_autoflush:
        others = session.exec(
            select(TeamMember).where(
                col(TeamMember.unit_id) == member.unit_id,
                col(TeamMember.name) == name,
                col(TeamMember.post) == given.post,
                col(TeamMember.id) != member.id,
            )
        ).all()
    for one in others:
        is_same_post = one.post_name == post_name
        terms = (one.starts_on, one.ends_on), (given.starts_on, given.ends_on)
        if is_same_post and do_overlap(*terms):
            raise UserFacingError(ErrorCode.TEAM_TERM_TWICE, name=name, starts_on=one.starts_on)


def _phone(typed: str) -> str | None:
    """In the usual writing; what is no phone is kept as typed."""
    plain = _within(typed, "phone")
    if not plain:
        return None
    finding = check_phone(plain)
    return finding.number if not finding.others else plain


def _within(typed: str, field: str) -> str:
    plain = typed.strip()
    if len(plain) > LONGEST[field]:
        raise UserFacingError(
            ErrorCode.ROSTER_TEXT_TOO_LONG, field=field, limit=LONGEST[field], length=len(plain)
        )
    return plain
