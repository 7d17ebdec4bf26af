"""What a person decides about a conflict: one transaction with the edit that carries it out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlmodel import Session

from app.accounts.session import Actor
from app.cases.rules import may_follow as case_may_follow
from app.cases.vocabulary import CaseEventKind
from app.conflicts.settling import add_settlement, ballot_conflicts, open_conflicts_in
from app.conflicts.typed import checked_text
from app.conflicts.vocabulary import SettlementChoice
from app.errors import ErrorCode, UserFacingError
from app.households.traces import parts_to_remove
from app.refolding import refold_case
from app.store import Changes, Store
from app.votes.actions import add_withdrawal
from app.votes.standing import STANDING, read_vote
from app.votes.vocabulary import MotionState
from db.outbox import from_wire, loads, wire_value
from db.tables.base import SyncedRecord
from db.tables.cases import CaseEvent, CaseFile
from db.tables.conflicts import Conflict
from db.tables.households import Household
from db.tables.registry import ENTITIES
from db.tables.votes import Ballot, Motion


def choose_values(
    store: Store, actor: Actor, *, conflict_ids: Collection[str], values: Mapping[str, Any]
) -> Changes:
    """Settles a field (or an identity with all it decides) by one of the values there are.

    ``values`` is {field: wire value}. Raises CONFLICT_SETTLED_BEFORE, NOT_ALLOWED,
    CONFLICT_RECORD_GONE, MOTION_NOT_A_DRAFT.
    """
    with store.transaction(account_id=actor.account_id, action="settle_conflict") as tx:
        found = open_conflicts_in(tx.session, actor, conflict_ids)
        record = _subject(tx.session, found[0])
        choices = {one.id: _choice(record, one, values) for one in found}
        _write(record, values)
        for conflict in found:
            value = values.get(conflict.field_name or "")
            add_settlement(
                tx.session, actor, store.clock.now(), conflict, choices[conflict.id], value
            )
    return tx.changes


def type_value(
    store: Store, actor: Actor, *, conflict_ids: Collection[str], field: str, typed: str
) -> Changes:
    """Settles a field by what is typed now; judged as the record's own form would.

    Raises as ``choose_values``, and what the record's form raises for a wrong text.
    """
    with store.transaction(account_id=actor.account_id, action="settle_conflict") as tx:
        found = open_conflicts_in(tx.session, actor, conflict_ids)
        record = _subject(tx.session, found[0])
        value = checked_text(tx.session, record, field, typed)
        choices = {one.id: _choice(record, one, {field: value}) for one in found}
        _write(record, {field: value})
        for conflict in found:
            add_settlement(
                tx.session, actor, store.clock.now(), conflict, choices[conflict.id], value
            )
    return tx.changes


def settle_delete(
    store: Store, actor: Actor, *, conflict_ids: Collection[str], is_deleted: bool
) -> Changes:
    """Keeps a record that somebody deleted elsewhere, or deletes it after all, with its people.

    Raises CONFLICT_SETTLED_BEFORE, NOT_ALLOWED, HOUSEHOLD_HAS_HISTORY (head, traces).
    """
    choice = SettlementChoice.DELETE_RECORD if is_deleted else SettlementChoice.KEEP_CURRENT
    with store.transaction(account_id=actor.account_id, action="settle_conflict") as tx:
        found = open_conflicts_in(tx.session, actor, conflict_ids)
        for conflict in found:
            add_settlement(tx.session, actor, store.clock.now(), conflict, choice)
        record = tx.session.get(ENTITIES[found[0].subject_entity], found[0].subject_id)
        if is_deleted and record is not None:
            if isinstance(record, Household):
                for part in parts_to_remove(tx.session, record):
                    tx.session.delete(part)
            tx.session.delete(record)
    return tx.changes


def keep_ballot(
    store: Store, actor: Actor, *, conflict_ids: Collection[str], ballot_id: str, reason: str
) -> Changes:
    """Lets one ballot of a household stand and withdraws the others, with this reason.

    Raises CONFLICT_SETTLED_BEFORE, NOT_ALLOWED, BALLOT_REASON_MISSING, BALLOT_GONE when the one to
    keep does not stand, MOTION_NOT_OPEN.
    """
    if not reason.strip():
        raise UserFacingError(ErrorCode.BALLOT_REASON_MISSING)
    now = store.clock.now()
    with store.transaction(account_id=actor.account_id, action="settle_ballots") as tx:
        found = open_conflicts_in(tx.session, actor, conflict_ids)
        kept = tx.session.get(Ballot, ballot_id)
        motion = None if kept is None else tx.session.get(Motion, kept.motion_id)
        if kept is None or motion is None:
            raise UserFacingError(ErrorCode.BALLOT_GONE)
        if motion.state is not MotionState.OPEN:
            raise UserFacingError(ErrorCode.MOTION_NOT_OPEN)
        vote = read_vote(tx.session, motion)
        standing = [
            ballot
            for ballot in vote.ballots
            if ballot.household_id == kept.household_id
            and vote.standings.get(ballot.id) in STANDING
        ]
        if kept not in standing:
            raise UserFacingError(ErrorCode.BALLOT_GONE)
        known = {one.id: one for one in found}
        known |= {one.id: one for one in ballot_conflicts(tx.session, motion.id, kept.household_id)}
        for conflict in known.values():
            choice = SettlementChoice.KEEP_BALLOT
            add_settlement(tx.session, actor, now, conflict, choice, ballot_id)
        for ballot in standing:
            if ballot.id != ballot_id:
                add_withdrawal(tx.session, actor, now, ballot, reason)
    return tx.changes


def _subject(session: Session, conflict: Conflict) -> SyncedRecord:
    record = session.get(ENTITIES[conflict.subject_entity], conflict.subject_id)
    if record is None:
        raise UserFacingError(ErrorCode.CONFLICT_RECORD_GONE)
    if isinstance(record, Motion) and record.state is not MotionState.DRAFT:
        raise UserFacingError(ErrorCode.MOTION_NOT_A_DRAFT)
    return record


def _choice(
    record: SyncedRecord, conflict: Conflict, values: Mapping[str, Any]
) -> SettlementChoice:
    """How this decision is called, seen from what the record holds now."""
    name = conflict.field_name or ""
    if name not in values or wire_value(getattr(record, name)) == values[name]:
        return SettlementChoice.KEEP_CURRENT
    lost = {} if conflict.other_value is None else loads(f'{{"it": {conflict.other_value}}}')
    if lost and lost["it"] == values[name]:
        return SettlementChoice.TAKE_OTHER
    return SettlementChoice.ANOTHER_VALUE


def _write(record: SyncedRecord, values: Mapping[str, Any]) -> None:
    for name, value in from_wire(type(record), dict(values)).items():
        if getattr(record, name) != value:
            setattr(record, name, value)


def settle_case(
    store: Store, actor: Actor, *, conflict_ids: Collection[str], is_closed: bool, note: str
) -> Changes:
    """Leaves a case closed that was handed on meanwhile, or opens it again for the unit that has
    it now.

    Raises CONFLICT_SETTLED_BEFORE, NOT_ALLOWED, CONFLICT_RECORD_GONE.
    """
    choice = SettlementChoice.STAYS_CLOSED if is_closed else SettlementChoice.REOPEN_CASE
    with store.transaction(account_id=actor.account_id, action="settle_conflict") as tx:
        found = open_conflicts_in(tx.session, actor, conflict_ids)
        for conflict in found:
            add_settlement(tx.session, actor, store.clock.now(), conflict, choice)
        case = tx.session.get(CaseFile, found[0].subject_id)
        if case is None:
            raise UserFacingError(ErrorCode.CONFLICT_RECORD_GONE)
        if not is_closed and case_may_follow(case.state, CaseEventKind.REOPENED):
            tx.session.add(
                CaseEvent(
                    unit_id=case.unit_id,
                    case_id=case.id,
                    kind=CaseEventKind.REOPENED,
                    note=note,
                    by_account_id=actor.account_id,
                    happened_at=store.clock.now(),
                )
            )
            tx.session.flush()
            refold_case(tx.session, case.id)
    return tx.changes
