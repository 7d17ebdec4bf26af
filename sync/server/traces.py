"""What a household leaves in the village's history without being its parent: errands, hazards,
votes, and its people in cases and incidents.

With any of it a household is not deleted (``app.households.traces`` refuses it before): whoever
deleted it could not know. Looked up only where a household is deleted, in its own village.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from psycopg import Cursor

from sync.server.ledger import Ledger
from sync.server.rows import Key

_OF_HOUSEHOLD: Final = ["ballot", "electorate_entry", "hazard", "micro_service"]
_OF_RESIDENT: Final = ["case_party", "incident_person"]
_FOUND: Final = (
    "WITH homes AS (SELECT id, bucket FROM record WHERE county_id = "
    "current_setting('gulou.county') AND entity = 'household' AND id = ANY(%b::text[])) "
    "SELECT h.id, r.entity, r.id FROM homes h JOIN record r ON r.county_id = "
    "current_setting('gulou.county') AND r.bucket = h.bucket AND NOT r.is_deleted "
    "AND r.entity = ANY(%b::text[]) AND r.body ->> 'household_id' = h.id "
    "UNION SELECT h.id, r.entity, r.id FROM homes h JOIN record r ON r.county_id = "
    "current_setting('gulou.county') AND r.bucket = h.bucket AND NOT r.is_deleted "
    "AND r.entity = ANY(%b::text[]) JOIN record p ON p.county_id = r.county_id "
    "AND p.entity = 'resident' AND p.id = r.body ->> 'resident_id' AND p.parent_id = h.id"
)


def load(cursor: Cursor[Any], ledger: Ledger, household_ids: Iterable[str]) -> None:
    """Reads what hangs on these households."""
    wanted = sorted(set(household_ids))
    if not wanted:
        return
    cursor.execute(_FOUND, (wanted, _OF_HOUSEHOLD, _OF_RESIDENT))
    found = [(household_id, Key(*key)) for household_id, *key in cursor.fetchall()]
    ledger.load(cursor, (key for _, key in found), locked=False)
    ledger.traces |= {household_id: [] for household_id in wanted}
    for household_id, key in found:
        ledger.traces[household_id].append(key)


def has_any(ledger: Ledger, household_id: str) -> bool:
    """Whether something hangs on it still, as the group under way sees it."""
    rows = (ledger.get(key) for key in ledger.traces.get(household_id, ()))
    return any(row is not None and not row.is_deleted for row in rows)
