"""Asking the county to hand something over, and asking for it back.

Nothing moves here: the record stays where it is until the county has carried the hand-over out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session, col, select

from app.accounts.rules import HELD_ONLY_ROLES
from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.cases.secrecy import is_hidden
from app.errors import ErrorCode, UserFacingError
from app.handovers.queries import secrecy_of, states_of, unit_that_has
from app.handovers.rules import MAX_NOTE, PERMISSION_NEEDED, Giver, Passage, problem_with
from app.handovers.vocabulary import (
    HandoverProblem,
    HandoverPurpose,
    HandoverState,
    HandoverSubject,
)
from app.refolding import county_order
from app.store import Changes, Store
from db.tables.base import SyncState
from db.tables.handovers import Handover
from db.tables.local import OutboxOp
from db.tables.organisations import Account
from db.tables.registry import ENTITIES


def hand_over(
    store: Store,
    actor: Actor,
    *,
    subject: HandoverSubject,
    subject_id: str,
    to_unit_id: str,
    note: str = "",
) -> Changes:
    """Asks for a hand-over.

    Raises ``UserFacingError``: HANDOVER_SUBJECT_GONE, HANDOVER_NOT_POSSIBLE (problem),
    HANDOVER_PENDING while an earlier one waits, HANDOVER_NOTE_TOO_LONG (most), NOT_ALLOWED.
    """
    told = note.strip()
    if len(told) > MAX_NOTE:
        raise UserFacingError(ErrorCode.HANDOVER_NOTE_TOO_LONG, most=MAX_NOTE)
    with store.transaction(account_id=actor.account_id, action="hand_over") as tx:
        record = _subject(tx.session, actor, subject, subject_id)
        if any(one.sync_seq == 0 and _waits(one) for one in _handovers(tx.session, subject_id)):
            raise UserFacingError(ErrorCode.HANDOVER_PENDING)
        present = unit_that_has(record)
        _require_possible(
            actor,
            Passage(subject, record.unit_id, present, to_unit_id, *secrecy_of(record)),
        )
        tx.session.add(
            Handover(
                unit_id=record.unit_id,
                subject_entity=subject,
                subject_id=subject_id,
                from_unit_id=present,
                to_unit_id=to_unit_id,
                note=told or None,
                by_account_id=actor.account_id,
                happened_at=store.clock.now(),
            )
        )
    return tx.changes


def hand_back(store: Store, actor: Actor, *, handover_id: str) -> Changes:
    """Asks for the thing to go back where this hand-over took it from, also while it waits.

    Raises ``UserFacingError``: HANDOVER_SUBJECT_GONE, HANDOVER_NOT_POSSIBLE (problem).
    """
    with store.transaction(account_id=actor.account_id, action="hand_back") as tx:
        given = tx.session.get(Handover, handover_id)
        if given is None:
            raise UserFacingError(ErrorCode.HANDOVER_SUBJECT_GONE)
        record = _subject(tx.session, actor, given.subject_entity, given.subject_id)
        state = states_of(_handovers(tx.session, given.subject_id))[given.id]
        if state not in (HandoverState.EFFECTIVE, HandoverState.REQUESTED):
            raise UserFacingError(
                ErrorCode.HANDOVER_NOT_POSSIBLE, problem=HandoverProblem.SAME_UNIT
            )
        back = opposite_of(given, actor.account_id, store.clock.now())
        _require_possible(
            actor,
            Passage(
                back.subject_entity,
                back.unit_id,
                back.from_unit_id,
                back.to_unit_id,
                *secrecy_of(record),
            ),
        )
        tx.session.add(back)
    return tx.changes


def opposite_handovers(
    session: Session, operations: Sequence[OutboxOp], account_id: str, now: datetime
) -> Iterator[Handover]:
    """What was asked to be handed over is asked back, for undo.

    Raises HANDOVER_SUBJECT_GONE; UNDO_TOO_LATE where who gave it away cannot ask for it back.
    """
    for operation in operations:
        given = session.get(Handover, operation.record_id)
        if given is None:
            raise UserFacingError(ErrorCode.HANDOVER_SUBJECT_GONE)
        account = session.get(Account, given.by_account_id)
        if not _may_call_back(given, None if account is None else account.role):
            raise UserFacingError(ErrorCode.UNDO_TOO_LATE)
        yield opposite_of(given, account_id, now)


def may_take_back(given: Handover, role: Role, all_of_it: Sequence[Handover]) -> bool:
    """Whether what is only asked for may be asked back; ``all_of_it`` are the hand-overs of the
    same record."""
    back = opposite_of(given, given.by_account_id, given.happened_at)
    waits = given.sync_seq == 0 and _waits(given)
    is_asked = any(
        one.sync_seq == 0
        and (one.purpose, one.from_unit_id, one.to_unit_id)
        == (back.purpose, back.from_unit_id, back.to_unit_id)
        and one.happened_at >= given.happened_at
        for one in all_of_it
    )
    is_answer = any(
        one.sync_seq == 0
        and one.id != given.id
        and one.from_unit_id == given.to_unit_id
        and one.to_unit_id == given.from_unit_id
        and one.happened_at <= given.happened_at
        for one in all_of_it
    )
    return waits and not is_asked and not is_answer and _may_call_back(given, role)


def _may_call_back(given: Handover, role: Role | None) -> bool:
    """A case that was returned, or passed on by a department, is another's: posts that see only
    what lies with their unit reach it no more."""
    if given.purpose is HandoverPurpose.RETURNED:
        return False
    if given.purpose is HandoverPurpose.HELP_ENDED:
        # Whoever gave its own help back asks for no help; who leads does.
        return role not in HELD_ONLY_ROLES
    is_lead = given.purpose in (HandoverPurpose.DISPATCHED, HandoverPurpose.ESCALATED)
    return not (is_lead and role in HELD_ONLY_ROLES)


_OPPOSITE_PURPOSE: Final = {
    HandoverPurpose.HELP_ASKED: HandoverPurpose.HELP_ENDED,
    HandoverPurpose.HELP_ENDED: HandoverPurpose.HELP_ASKED,
}
"""What changes the lead is called back by a plain hand-over."""


def opposite_of(given: Handover, account_id: str, now: datetime) -> Handover:
    """The hand-over that takes this one back.

    A case stays its village's; anything else is the new unit's by then.
    """
    is_case = given.subject_entity is HandoverSubject.CASE
    return Handover(
        unit_id=given.unit_id if is_case else given.to_unit_id,
        subject_entity=given.subject_entity,
        subject_id=given.subject_id,
        from_unit_id=given.to_unit_id,
        to_unit_id=given.from_unit_id,
        purpose=_OPPOSITE_PURPOSE.get(given.purpose, HandoverPurpose.HANDED_OVER),
        by_account_id=account_id,
        happened_at=now,
    )


def _require_possible(actor: Actor, passage: Passage) -> None:
    problem = problem_with(Giver(actor.role, actor.unit_id), passage, actor.units)
    if problem is not None:
        raise UserFacingError(ErrorCode.HANDOVER_NOT_POSSIBLE, problem=problem)


def _subject(session: Session, actor: Actor, subject: HandoverSubject, subject_id: str) -> Any:
    """A case that is not to be seen is not there; who holds it is told by the rules."""
    record = session.get(ENTITIES[subject.value], subject_id)
    if record is None or is_hidden(session, actor, record):
        raise UserFacingError(ErrorCode.HANDOVER_SUBJECT_GONE)
    if not actor.may(PERMISSION_NEEDED[subject]):
        raise UserFacingError(ErrorCode.NOT_ALLOWED, permission=PERMISSION_NEEDED[subject])
    return record


def _handovers(session: Session, subject_id: str) -> list[Handover]:
    found = session.exec(
        select(Handover)
        .where(col(Handover.subject_id) == subject_id)
        .order_by(*county_order(Handover))
    )
    return list(found)


def _waits(one: Handover) -> bool:
    return one.sync_state is not SyncState.REFUSED
