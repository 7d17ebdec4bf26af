"""What waits for the county, and what it did not take, as rows for a person to look at.

A conflict the county keeps a record of is not among them: it has a page of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from app.store import Store
from app.wire_values import title_of
from db.outbox import loads
from db.tables.local import OpState

__all__ = ["MOST_ROWS", "OpState", "OutboxRow", "outbox_rows"]

MOST_ROWS = 500


@dataclass(frozen=True)
class OutboxRow:
    """One operation that needs attention or waits."""

    op_no: int
    txn: int
    """Its group: refused and sent again together."""
    entity: str
    record_id: str
    title: str
    """What the record says of itself: a name, a title, a number."""
    action: str
    state: OpState
    reason: str | None
    written_at: datetime

    @property
    def is_refused(self) -> bool:
        """Whether a person has to look at it."""
        return self.state not in {OpState.WAITING, OpState.APPLIED, OpState.MERGED}

    @property
    def may_be_sent_again(self) -> bool:
        """Whether the county took nothing of it."""
        return self.state in {OpState.REFUSED, OpState.QUARANTINED}


def outbox_rows(store: Store) -> tuple[OutboxRow, ...]:
    """Refused ones first, then what waits, newest first; at most ``MOST_ROWS``."""
    with store.reading() as session:
        found = (
            session.connection()
            .exec_driver_sql(
                "SELECT op_no, txn, entity, record_id, patch, before, action, state, reason, "
                "wall_ms FROM outbox o WHERE state = 'waiting' OR "
                "(state NOT IN ('applied', 'merged') AND kept_at IS NULL AND NOT EXISTS "
                "(SELECT 1 FROM outbox n WHERE n.record_id = o.record_id AND n.op_no > o.op_no) "
                "AND NOT (state = 'conflict' AND EXISTS "
                "(SELECT 1 FROM conflict c WHERE c.subject_id = o.record_id))) "
                "ORDER BY state = 'waiting', op_no DESC LIMIT ?",
                (MOST_ROWS,),
            )
            .all()
        )
    return tuple(
        OutboxRow(
            op_no=row.op_no,
            txn=row.txn,
            entity=row.entity,
            record_id=row.record_id,
            title=title_of({**loads(row.before), **loads(row.patch)}),
            action=row.action,
            state=OpState(row.state),
            reason=row.reason,
            written_at=datetime.fromtimestamp(row.wall_ms / 1000, UTC),
        )
        for row in found
    )
