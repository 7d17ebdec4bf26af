"""Taking back one's last step: the inverse of a whole transaction, as an ordinary edit.

The outbox knows of every operation what the fields were before. Undo puts those back where the
field still holds what that step wrote; a field that was changed since stays as it is. Events and
ballots are never taken back this way: they have their own counter-events.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from app.errors import ErrorCode, UserFacingError
from app.store import Changes, Store, Transaction
from db.outbox import from_wire, loads, wire_value
from db.tables.base import RecordKind
from db.tables.local import OpKind, OutboxOp
from db.tables.registry import ENTITIES


@dataclass(frozen=True)
class UndoOutcome:
    """What was taken back, and how many records were left because they changed since."""

    changes: Changes
    left: int


def undo(store: Store, *, account_id: str, txn: int) -> UndoOutcome:
    """Takes back the transaction ``txn``; raises NOTHING_TO_UNDO when it is not here any more."""
    with store.reading() as session:
        operations = session.exec(
            select(OutboxOp).where(col(OutboxOp.txn) == txn).order_by(col(OutboxOp.op_no).desc())
        ).all()
    if not operations:
        raise UserFacingError(ErrorCode.NOTHING_TO_UNDO)
    if any(ENTITIES[one.entity].record_kind is not RecordKind.REGISTER for one in operations):
        raise UserFacingError(ErrorCode.UNDO_TOO_LATE)
    action = "undo_" + operations[0].action.removeprefix("undo_")
    left = 0
    with store.transaction(account_id=account_id, action=action[:60]) as tx:
        for operation in operations:
            left += not _take_back(tx, operation)
    return UndoOutcome(tx.changes, left)


def _take_back(tx: Transaction, operation: OutboxOp) -> bool:
    model = ENTITIES[operation.entity]
    record = tx.session.get(model, operation.record_id)
    before, patch = loads(operation.before), loads(operation.patch)
    if operation.kind is OpKind.DELETE:
        if record is None:
            tx.session.add(model(id=operation.record_id, **from_wire(model, before)))
        return record is None
    if record is None:
        return False
    unchanged = {
        name: value for name, value in patch.items() if wire_value(getattr(record, name)) == value
    }
    if not before:
        if len(unchanged) < len(patch):
            return False
        tx.session.delete(record)
        return True
    for name, value in from_wire(model, before).items():
        if name in unchanged:
            setattr(record, name, value)
    return len(unchanged) == len(patch)
