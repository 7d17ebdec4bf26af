"""Writing a settlement inside somebody's transaction, so that it stands or falls with the edit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.cases.secrecy import hidden_records
from app.conflicts.rules import TRANSITIONS, permission_to_settle
from app.conflicts.vocabulary import ConflictKind, ConflictState, SettlementChoice
from app.errors import ErrorCode, UserFacingError
from app.refolding import refold_conflict
from db.tables.base import SyncedRecord, SyncState
from db.tables.conflicts import Conflict, ConflictSettlement
from db.tables.registry import ENTITIES


def open_conflicts_in(session: Session, actor: Actor, ids: Iterable[str]) -> list[Conflict]:
    """The conflicts of these ids, all open and the actor's to settle.

    Raises CONFLICT_SETTLED_BEFORE when one is not open any more, not here or not to be seen,
    and NOT_ALLOWED.
    """
    found, hidden = [], hidden_records(session, actor)
    for conflict_id in ids:
        conflict = session.get(Conflict, conflict_id)
        if (
            conflict is None
            or conflict.state is not ConflictState.OPEN
            or conflict.subject_id in hidden
        ):
            raise UserFacingError(ErrorCode.CONFLICT_SETTLED_BEFORE)
        permission = permission_to_settle(conflict.kind, conflict.subject_entity)
        actor.require(permission, unit_id=conflict.unit_id)
        found.append(conflict)
    return found


def add_settlement(
    session: Session,
    actor: Actor,
    now: datetime,
    conflict: Conflict,
    choice: SettlementChoice,
    value: Any = None,
) -> None:
    """One settlement, its conflict folded anew, and the word of the records it is about."""
    packed = None if value is None else orjson.dumps(value).decode()
    _write(session, actor.account_id, now, conflict, choice, packed)


def take_back_settlement(
    session: Session, settlement_id: str, account_id: str, now: datetime
) -> bool:
    """Opens the conflict again; when it was that which is taken back, settles it as before.

    False when something else has happened to it since, or the settlement never counted.
    """
    settled = session.get(ConflictSettlement, settlement_id)
    conflict = None if settled is None else session.get(Conflict, settled.conflict_id)
    if settled is None or conflict is None or settled.sync_state is SyncState.REFUSED:
        return False
    choice, value = SettlementChoice.REOPEN, None
    if settled.choice is SettlementChoice.REOPEN:
        last = session.exec(
            select(ConflictSettlement)
            .where(col(ConflictSettlement.conflict_id) == conflict.id)
            .where(col(ConflictSettlement.choice) != SettlementChoice.REOPEN)
            .order_by(col(ConflictSettlement.settled_at).desc())
        ).first()
        choice, value = (last.choice, last.value) if last else (choice, None)
    if (conflict.state, choice) not in TRANSITIONS:
        return False
    _write(session, account_id, now, conflict, choice, value)
    return True


def _write(
    session: Session,
    account_id: str,
    now: datetime,
    conflict: Conflict,
    choice: SettlementChoice,
    value: str | None,
) -> None:
    session.add(
        ConflictSettlement(
            unit_id=conflict.unit_id,
            conflict_id=conflict.id,
            choice=choice,
            value=value,
            by_account_id=account_id,
            settled_at=now,
        )
    )
    session.flush()
    refold_conflict(session, conflict.id)
    for record in _subjects(session, conflict):
        _say_again(session, record)


def _subjects(session: Session, conflict: Conflict) -> Iterable[SyncedRecord]:
    model = ENTITIES.get(conflict.subject_entity)
    ids = (conflict.subject_id, conflict.other_id)
    found = (session.get(model, one) for one in ids if model is not None and one is not None)
    return [record for record in found if record is not None]


def _say_again(session: Session, record: SyncedRecord) -> None:
    """有冲突 goes with the last open conflict, and comes back with the first."""
    has_open = session.exec(
        select(Conflict.id).where(
            col(Conflict.subject_entity) == record.entity(),
            (col(Conflict.subject_id) == record.id) | (col(Conflict.other_id) == record.id),
            col(Conflict.state) == ConflictState.OPEN,
        )
    ).first()
    if record.sync_state is SyncState.CONFLICT and has_open is None:
        record.sync_state = SyncState.SYNCED
    elif record.sync_state is SyncState.SYNCED and has_open is not None:
        record.sync_state = SyncState.CONFLICT


def ballot_conflicts(session: Session, motion_id: str, household_id: str) -> list[Conflict]:
    """The open conflicts about two ballots of this household."""
    statement = select(Conflict).where(
        col(Conflict.kind) == ConflictKind.BALLOT_DOUBLE, col(Conflict.state) == ConflictState.OPEN
    )
    wanted = {"motion_id": motion_id, "household_id": household_id}
    return [
        conflict
        for conflict in session.exec(statement)
        if orjson.loads(conflict.detail or "{}") == wanted
    ]
