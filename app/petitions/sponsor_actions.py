"""Naming the leader of a case, keeping its plan, and ending it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.opening import case_to_write
from app.errors import ErrorCode, UserFacingError
from app.petitions.sponsor_rules import ENDED_STATES, SponsorFields, sponsor_problem
from app.petitions.vocabulary import SponsorProblem
from app.store import Changes, Store
from db.tables.desk import Sponsorship

SPONSOR_FORM = "sponsorship"
"""Under which the form's draft is kept."""


def name_sponsor(store: Store, actor: Actor, *, case_id: str, given: SponsorFields) -> Changes:
    """Puts a leader in charge of a case, with task force, plan and handler as far as known.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, SPONSOR_WRONG (field, problem).
    """
    with store.transaction(account_id=actor.account_id, action="name_sponsor") as tx:
        case = case_to_write(tx.session, actor, case_id, Permission.NAME_SPONSOR)
        if case.state in ENDED_STATES:
            _refuse("leader_name", SponsorProblem.CASE_ENDED)
        if _active(tx.session, case_id) is not None:
            _refuse("leader_name", SponsorProblem.ANOTHER_IS_ACTIVE)
        _require_sound(given)
        row = Sponsorship(
            unit_id=case.unit_id,
            case_id=case_id,
            by_account_id=actor.account_id,
            recorded_at=store.clock.now(),
            **_columns(given),
        )
        tx.session.add(row)
    return tx.changes


def edit_sponsorship(
    store: Store, actor: Actor, *, sponsorship_id: str, given: SponsorFields
) -> Changes:
    """Task force, plan and handler as they are now; another leader is another sponsorship.

    Raises as ``name_sponsor``, and SPONSOR_GONE.
    """
    with store.transaction(account_id=actor.account_id, action="edit_sponsorship") as tx:
        row = _own(tx.session, actor, sponsorship_id)
        _require_sound(given)
        for name, value in _columns(given).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
    return tx.changes


def end_sponsorship(store: Store, actor: Actor, *, sponsorship_id: str, ended_on: date) -> Changes:
    """The leader is no longer in charge since that day. Raises as ``edit_sponsorship``."""
    with store.transaction(account_id=actor.account_id, action="end_sponsorship") as tx:
        row = _own(tx.session, actor, sponsorship_id)
        if ended_on < row.starts_on:
            _refuse("ended_on", SponsorProblem.ENDS_BEFORE_START)
        row.ended_on = ended_on
    return tx.changes


def _own(session: Session, actor: Actor, sponsorship_id: str) -> Sponsorship:
    row = session.get(Sponsorship, sponsorship_id)
    if row is None:
        raise UserFacingError(ErrorCode.SPONSOR_GONE)
    case_to_write(session, actor, row.case_id, Permission.NAME_SPONSOR, gone=ErrorCode.SPONSOR_GONE)
    return row


def _active(session: Session, case_id: str) -> Sponsorship | None:
    found = select(Sponsorship).where(
        col(Sponsorship.case_id) == case_id, col(Sponsorship.ended_on).is_(None)
    )
    return session.exec(found).first()


def _require_sound(given: SponsorFields) -> None:
    found = sponsor_problem(given)
    if found is not None:
        _refuse(*found)


def _refuse(field: str, problem: SponsorProblem) -> None:
    raise UserFacingError(ErrorCode.SPONSOR_WRONG, field=field, problem=problem)


def _columns(given: SponsorFields) -> dict[str, Any]:
    return {
        "leader_id": given.leader_id,
        "leader_name": given.leader_name.strip(),
        "leader_post": given.leader_post.strip() or None,
        "task_force": given.task_force.strip() or None,
        "plan": given.plan.strip() or None,
        "plan_due_on": given.plan_due_on,
        "handler_id": given.handler_id,
        "handler_name": given.handler_name.strip() or None,
        "starts_on": given.starts_on,
        "ended_on": given.ended_on,
    }
