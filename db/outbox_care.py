"""Lets go of operations that are long done: judged as written, in a backup of the county, and past
their ninety days. Until then a county that was put back to yesterday is sent them again.

What the county did not simply apply is kept for ever, and with it what was written about the same
record since: a later edit is what says that it needs nobody any more. The words of a record that
left are wiped first, from the copies as well (`db.purging`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from db.columns import utc_text
from db.local_values import read_values

if TYPE_CHECKING:
    from db.session import Store

KEPT_DAYS: Final = 90
_CLOCK_OFF_MS: Final = 10 * 60 * 1000


def forget_old_operations(store: Store) -> int:
    """How many were let go; none while the clock is known to be wrong, or nothing is backed up.

    Numbers given under an earlier name stay: the county's word is about the present one.
    """
    with store.local_writing() as session:
        known = read_values(session, "backed_up_op_no", "clock_offset_ms", "last_contact_ms")
        backed_up = int(known.get("backed_up_op_no", 0))
        is_clock_off = abs(int(known.get("clock_offset_ms", 0))) > _CLOCK_OFF_MS
        if backed_up == 0 or is_clock_off or "last_contact_ms" not in known:
            return 0
        contact = datetime.fromtimestamp(int(known["last_contact_ms"]) / 1000, UTC)
        done = session.connection().exec_driver_sql(
            "DELETE FROM outbox WHERE state IN ('applied', 'merged') AND op_no <= ? "
            "AND origin IS NULL AND judged_at < ? AND record_id NOT IN "
            "(SELECT record_id FROM outbox WHERE state NOT IN ('applied', 'merged', 'waiting')) "
            "AND record_id NOT IN (SELECT record_id FROM departure WHERE left_at IS NOT NULL)",
            (backed_up, utc_text(contact - timedelta(days=KEPT_DAYS))),
        )
        return int(done.rowcount)
