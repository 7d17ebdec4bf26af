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


def outbox_rows(store: Store, *, only_refused: bool = False) -> tuple[OutboxRow, ...]:
    """Refused ones first, then what waits, newest first; at most ``MOST_ROWS``.

    ``only_refused`` leaves out what waits, of which a week without a line leaves thousands.
    """
    with store.reading() as session:
        connection = session.connection()
        found = list(connection.exec_driver_sql(_REFUSED, (MOST_ROWS,)))
        if not only_refused:
            found += connection.exec_driver_sql(_WAITING, (MOST_ROWS - len(found),))
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


_COLUMNS = (
    "SELECT op_no, txn, entity, record_id, patch, before, action, state, reason, wall_ms "
    "FROM outbox o WHERE "
)
_WAITING = f"{_COLUMNS} state = 'waiting' ORDER BY op_no DESC LIMIT ?"
_REFUSED = (
    f"{_COLUMNS} state NOT IN ('waiting', 'applied', 'merged') AND kept_at IS NULL "
    "AND NOT EXISTS "
    "(SELECT 1 FROM outbox n WHERE n.record_id = o.record_id AND n.op_no > o.op_no) "
    "AND NOT (state = 'conflict' AND EXISTS "
    "(SELECT 1 FROM conflict c WHERE c.subject_id = o.record_id)) ORDER BY op_no DESC LIMIT ?"
)
"""By the index of what is not in order; what was applied stays in the outbox for a while."""
