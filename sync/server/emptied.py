"""Who is still a member of a household that is dissolved: two laptops that did not know of each
other, one of which merged it away while the other noted a birth in it.

Neither is undone. The day of dissolving is put before a person, who may let it go: somebody who is
counted in the village and lives in no household would otherwise be seen by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from psycopg import Cursor

from app.conflicts.vocabulary import ConflictKind
from app.households.vocabulary import MEMBER_STATUSES, ResidentStatus
from sync.protocol.messages import ChangeKind
from sync.server import conflicts
from sync.server.ledger import Ledger
from sync.server.rows import FeedRow, Key, Row

FIELD: Final = "dissolved_on"


def note_left_behind(
    cursor: Cursor[Any], ledger: Ledger, feed: Sequence[FeedRow], now: datetime
) -> None:
    """Notes every household just written, or written into, that ended with somebody in it."""
    keys = _homes_of(ledger, feed)
    ledger.load(cursor, keys, locked=False)
    ended = [home for key in keys if (home := ledger.get(key)) is not None and _is_ended(home)]
    if not ended:
        return
    ledger.load_children(cursor, [("resident", home.key.record_id) for home in ended])
    ids = {
        home.key: conflicts.conflict_id("left-behind", home.key.record_id, home.fields.get(FIELD))
        for home in ended
    }
    ledger.load(cursor, [Key("conflict", one) for one in ids.values()], locked=False)
    for home in ended:
        members = [one for one in ledger.children("resident", home.key.record_id) if _is_in(one)]
        if members and ledger.get(Key("conflict", ids[home.key])) is None:
            _note(ledger, ids[home.key], home, members[-1], now)


def living_again(ledger: Ledger, feed: Sequence[FeedRow]) -> list[str]:
    """The ids of the households just written that are not dissolved (any more)."""
    rows = (ledger.rows.get(Key(line.entity, line.record_id)) for line in feed)
    return [
        row.key.record_id
        for row in rows
        if row and row.key.entity == "household" and FIELD in row.fields and not _is_ended(row)
    ]


def _homes_of(ledger: Ledger, feed: Sequence[FeedRow]) -> list[Key]:
    keys: dict[Key, None] = {}
    for line in feed:
        row = ledger.rows.get(Key(line.entity, line.record_id))
        if row is None or row.is_deleted or line.kind != ChangeKind.PUT:
            continue
        if line.entity == "household" and row.body.get(FIELD) is not None:
            keys[row.key] = None
        elif line.entity == "resident" and _is_in(row) and _came(row):
            keys[Key("household", str(row.parent_id))] = None
    return list(keys)


def _came(resident: Row) -> bool:
    """Whether this change of a resident may have brought somebody into a household."""
    names = ("household_id", "status")
    return resident.version == 1 or any(
        resident.fields.get(name) == resident.version for name in names
    )


def _is_ended(home: Row) -> bool:
    return not home.is_deleted and home.body.get(FIELD) is not None


def _is_in(resident: Row) -> bool:
    return resident.body.get("status", ResidentStatus.PRESENT) in MEMBER_STATUSES


def _note(ledger: Ledger, record_id: str, home: Row, member: Row, now: datetime) -> None:
    other = conflicts.Side(
        conflicts.as_json(None), member.updated_by, member.updated_install, member.updated_at
    )
    finding = conflicts.Finding(
        kind=ConflictKind.FIELD,
        subject=home.key,
        unit_id=home.unit_id,
        field_name=FIELD,
        current=conflicts.field_side(home, FIELD),
        other=other,
        shared=home.shared,
    )
    ledger.add(conflicts.conflict_record(record_id, finding, now))
