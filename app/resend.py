"""Sending again what the county refused, once the reason is gone without an edit.

An edit of a refused record already takes its whole group along (`db.outbox`). This is for what
needs no mending here: a permission was given, a parent has arrived, the county was updated.
"""

from __future__ import annotations

from sqlmodel import col, select

from app.accounts.session import Actor
from app.errors import ErrorCode, UserFacingError
from app.store import Changes, Store, SyncState
from db.tables.local import OpKind, OpState, OutboxOp
from db.tables.registry import ENTITIES

_REFUSED = (OpState.REFUSED, OpState.QUARANTINED)


def send_again(store: Store, actor: Actor, *, txn: int) -> Changes:
    """Queues the refused records of one group anew, as they are now.

    Raises ``UserFacingError`` NOTHING_TO_SEND_AGAIN when none of them is refused any more.
    """
    with store.transaction(account_id=actor.account_id, action="send_again") as tx:
        refused = tx.session.exec(
            select(OutboxOp)
            .where(col(OutboxOp.txn) == txn, col(OutboxOp.state).in_(_REFUSED))
            .where(col(OutboxOp.kind) == OpKind.PUT)
            .order_by(col(OutboxOp.op_no))
        ).all()
        found = False
        for operation in refused:
            record = tx.session.get(ENTITIES[operation.entity], operation.record_id)
            if record is not None and record.sync_state is SyncState.REFUSED:
                record.sync_state = SyncState.PENDING
                found = True
        if not found:
            raise UserFacingError(ErrorCode.NOTHING_TO_SEND_AGAIN)
    return tx.changes
