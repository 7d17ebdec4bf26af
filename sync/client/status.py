"""The quiet place at the bottom of the navigation: what it knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from db.session import Store
from sync.client.after_upgrade import TO_FOLD, left_to_fold

CLOCK_WARNING_MS = 10 * 60 * 1000


class LineState(StrEnum):
    """Whether the county can be reached."""

    NOT_ENROLLED = "not_enrolled"
    UNKNOWN = "unknown"
    ONLINE = "online"
    SYNCING = "syncing"
    OFFLINE = "offline"
    BUSY = "busy"
    """The county is there and has too much to do: it has said when to come again."""
    NOT_THE_COUNTY = "not_the_county"
    REFUSED = "refused"
    DESTROYED = "destroyed"
    """The county has this laptop down as stolen: its keys are gone, nothing can be read again."""


@dataclass(frozen=True)
class SyncStatus:
    """One look at the sync: never a question, never a dialog."""

    line: LineState = LineState.UNKNOWN
    waiting: int = 0
    """Records with unsent edits."""
    refused: int = 0
    conflicts: int = 0
    last_contact: datetime | None = None
    clock_offset_ms: int = 0
    problem: str | None = None
    """A stable code of what the county refused, for the details page."""

    originals_waiting: int = 0
    """Attachments whose original the county does not have."""
    original_bytes_waiting: int = 0
    left_to_fold: int = 0
    """Cases and incidents that still stand as the program before this one folded them."""

    @property
    def is_clock_off(self) -> bool:
        """More than ten minutes: worth a banner, nothing else."""
        return abs(self.clock_offset_ms) > CLOCK_WARNING_MS


OPEN_CONFLICTS = """
SELECT (SELECT count(*) FROM (SELECT DISTINCT subject_entity, subject_id, field_name FROM conflict
        WHERE state = 'open'))
     + (SELECT count(DISTINCT record_id) FROM outbox o WHERE state = 'conflict'
        AND NOT EXISTS (SELECT 1 FROM outbox n
            WHERE n.record_id = o.record_id AND n.op_no > o.op_no)
        AND NOT EXISTS (SELECT 1 FROM conflict c WHERE c.subject_id = o.record_id))
"""
"""What a person has to settle, once for each field; and what an older county keeps no record of."""


def read_status(store: Store, line: LineState, problem: str | None = None) -> SyncStatus:
    """The counts and times as the file has them now."""
    with store.reading() as session:
        connection = session.connection()
        counts: dict[str, int] = dict(
            connection.exec_driver_sql(
                # What was sent again since, or edited again, needs nobody any more.
                "SELECT state, count(DISTINCT record_id) FROM outbox o "
                "WHERE state = 'waiting' OR "
                "(state IN ('refused', 'quarantined', 'not_applied') AND kept_at IS NULL "
                "AND NOT EXISTS "
                "(SELECT 1 FROM outbox n WHERE n.record_id = o.record_id AND n.op_no > o.op_no)) "
                "GROUP BY state"
            ).all()
        )
        conflicts = connection.exec_driver_sql(OPEN_CONFLICTS).scalar_one()
        values: dict[str, str] = dict(
            connection.exec_driver_sql("SELECT name, value FROM local_value").all()
        )
    contact = values.get("last_contact_ms")
    originals = store.blobs.to_send()
    return SyncStatus(
        line=line,
        waiting=counts.get("waiting", 0),
        refused=sum(counts.get(state, 0) for state in ("refused", "quarantined", "not_applied")),
        conflicts=int(conflicts),
        last_contact=datetime.fromtimestamp(int(contact) / 1000, UTC) if contact else None,
        clock_offset_ms=int(values.get("clock_offset_ms", 0)),
        problem=problem,
        originals_waiting=len(originals),
        original_bytes_waiting=sum(row.size - row.moved for row in originals),
        left_to_fold=left_to_fold(values.get(TO_FOLD)),
    )
