"""Putting refused work aside as a note, and taking that back.

A note is this laptop's own: nothing of it travels. The record itself stays as it is and goes on
saying 未采纳; the note keeps the words even when the record leaves this laptop one day.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.errors import ErrorCode, UserFacingError
from app.pending.queries import moment_of
from app.pending.rules import may_decide_pending, permission_to_decide
from app.store import Store
from app.wire_values import title_of
from db.outbox import loads
from db.tables.local import KeptNote, OpKind, OpState, OutboxOp

_MAY_BE_KEPT = (OpState.REFUSED, OpState.QUARANTINED, OpState.NOT_APPLIED)


def keep_as_note(store: Store, actor: Actor, *, txn: int) -> int:
    """Puts aside all that the county did not take of one group; returns how many operations.

    Raises ``UserFacingError`` NOTHING_TO_KEEP when nothing of it is refused any more, NOT_ALLOWED
    for somebody else's work without the permission to write it.
    """
    now = store.clock.now()
    with store.local_writing() as session:
        found = session.exec(
            select(OutboxOp)
            .where(col(OutboxOp.txn) == txn, col(OutboxOp.state).in_(_MAY_BE_KEPT))
            .where(col(OutboxOp.kept_at).is_(None))
            .order_by(col(OutboxOp.op_no))
        ).all()
        if not found:
            raise UserFacingError(ErrorCode.NOTHING_TO_KEEP)
        for operation in found:
            _require(actor, operation.entity, operation.account_id)
            operation.kept_at = now
            session.add(_note_of(operation, store, actor))
        return len(found)


def take_note_back(store: Store, actor: Actor, *, op_no: int) -> int:
    """Puts a whole group that was put aside back into the list; returns how many operations.

    Raises ``UserFacingError`` NOTHING_TO_UNDO when it is not a note.
    """
    with store.local_writing() as session:
        notes = _notes_of_group(session, op_no)
        if not notes:
            raise UserFacingError(ErrorCode.NOTHING_TO_UNDO)
        for note in notes:
            _require(actor, note.entity, note.account_id)
            operation = session.get(OutboxOp, note.op_no)
            if operation is not None:
                operation.kept_at = None
                session.delete(note)
        return len(notes)


def _notes_of_group(session: Session, op_no: int) -> list[KeptNote]:
    """The notes of the operations that were written together with this one."""
    operation = session.get(OutboxOp, op_no)
    if operation is None:
        return []
    mates = select(OutboxOp.op_no).where(col(OutboxOp.txn) == operation.txn)
    return list(session.exec(select(KeptNote).where(col(KeptNote.op_no).in_(mates))).all())


def _require(actor: Actor, entity: str, account_id: str) -> None:
    if not may_decide_pending(actor.role, entity, is_own=account_id == actor.account_id):
        raise UserFacingError(ErrorCode.NOT_ALLOWED, permission=permission_to_decide(entity))


def _note_of(operation: OutboxOp, store: Store, actor: Actor) -> KeptNote:
    before = loads(operation.before)
    patch = before if operation.kind is OpKind.DELETE else loads(operation.patch)
    return KeptNote(
        op_no=operation.op_no,
        entity=operation.entity,
        record_id=operation.record_id,
        title=title_of({**before, **patch}),
        patch=operation.patch if operation.kind is OpKind.PUT else operation.before,
        state=operation.state.value,
        reason=operation.reason,
        account_id=operation.account_id,
        written_at=moment_of(operation.wall_ms),
        kept_at=store.clock.now(),
        kept_by=actor.account_id,
    )
