"""Compares the feed with the records it is about, and mends it.

Both are written in one transaction, so a difference is a fault: of a program, a disk or a hand. A
line that is missing would keep a record from every laptop that has not got it yet.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, LiteralString

from psycopg import Connection, Cursor

from sync.protocol.messages import ChangeKind
from sync.server import record_table
from sync.server.rows import FeedRow

LOG: Final = logging.getLogger("gulou.county")
_OURSELVES: Final = "county"
"""Stands for the install in the list of repairs."""


class FeedFault(StrEnum):
    """How a line of the feed and its record can disagree."""

    MISSING = "missing"
    """A living record without a line in a bucket it lies in."""
    BEHIND = "behind"
    """The line is of another version than the record, or names another home."""
    LEFT_OVER = "left_over"
    """The line says a record is there that is gone or lives elsewhere."""


@dataclass(frozen=True, slots=True)
class FeedFinding:
    """One disagreement."""

    fault: FeedFault
    bucket: str
    entity: str
    record_id: str
    feed_version: int | None
    record_version: int | None
    is_gone: bool
    """Whether the record is deleted or was never there."""
    home: str | None = None

    def line(self) -> FeedRow:
        """The line that puts it right."""
        kind = ChangeKind.PUT
        if self.fault is FeedFault.LEFT_OVER:
            kind = ChangeKind.TOMBSTONE if self.is_gone else ChangeKind.EVICT
        version = self.record_version or self.feed_version or 0
        return FeedRow(
            self.bucket, self.entity, self.record_id, kind.value, version, home=self.home
        )


_FAULTS: Final[LiteralString] = """
WITH expected AS (
    SELECT r.bucket, r.entity, r.id, r.version, NULL::text AS home, r.created_at
    FROM record r
    WHERE r.county_id = current_setting('gulou.county') AND NOT r.is_deleted
    AND (%(buckets)s::text[] IS NULL OR r.bucket = ANY (%(buckets)s::text[]))
    UNION
    SELECT b.bucket, r.entity, r.id, r.version, r.bucket, r.created_at
    FROM record r CROSS JOIN LATERAL unnest(string_to_array(r.shared, ' ')) AS b(bucket)
    WHERE r.county_id = current_setting('gulou.county') AND NOT r.is_deleted
    AND r.shared IS NOT NULL AND b.bucket NOT IN ('', r.bucket)
    AND (%(buckets)s::text[] IS NULL OR b.bucket = ANY (%(buckets)s::text[]))
), lines AS (
    SELECT bucket, entity, record_id AS id, version, home FROM feed
    WHERE county_id = current_setting('gulou.county') AND kind = 'put'
    AND (%(buckets)s::text[] IS NULL OR bucket = ANY (%(buckets)s::text[]))
)
SELECT CASE WHEN f.version IS NULL THEN 'missing' WHEN e.version IS NULL THEN 'left_over'
        ELSE 'behind' END,
    bucket, entity, id, f.version, e.version,
    e.version IS NULL AND NOT EXISTS (
        SELECT 1 FROM record r WHERE r.county_id = current_setting('gulou.county')
        AND r.entity = f.entity AND r.id = f.id AND NOT r.is_deleted),
    e.home
FROM expected e FULL JOIN lines f USING (bucket, entity, id)
WHERE (e.version IS DISTINCT FROM f.version OR e.home IS DISTINCT FROM f.home)
AND (%(ids)s::text[] IS NULL OR id = ANY (%(ids)s::text[]))
ORDER BY e.created_at, e.version, id
"""
"""What the records ask for beside what the feed says; a whole county takes some seconds."""


def find_faults(
    connection: Connection[Any] | Cursor[Any],
    buckets: Sequence[str] | None = None,
    *,
    ids: Sequence[str] | None = None,
) -> list[FeedFinding]:
    """Every disagreement, in these buckets or in all, oldest record first."""
    rows = connection.execute(
        _FAULTS,
        {
            "buckets": None if buckets is None else list(buckets),
            "ids": None if ids is None else list(ids),
        },
        prepare=False,
    ).fetchall()
    return [FeedFinding(FeedFault(row[0]), *row[1:]) for row in rows]


def mend_lines(
    connection: Connection[Any], buckets: Sequence[str] | None = None, *, now: datetime
) -> list[FeedFinding]:
    """Writes the lines that put the feed right; returns what was found.

    The records are locked and looked at once more, so that nobody's change is undone.
    """
    suspects = find_faults(connection, buckets)
    connection.commit()
    if not suspects:
        return []
    ids = sorted({found.record_id for found in suspects})
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM record WHERE county_id = current_setting('gulou.county') "
            "AND id = ANY (%s::text[]) ORDER BY entity, id FOR UPDATE",
            (ids,),
        )
        faults = find_faults(cursor, buckets, ids=ids)
        if faults:
            LOG.error("the feed disagreed with %s records and was mended", len(faults))
            _note(cursor, faults, now)
            record_table.insert_feed(cursor, [found.line() for found in faults])
    return faults


def _note(cursor: Cursor[Any], faults: Sequence[FeedFinding], now: datetime) -> None:
    """The county's own repairs stand in the same list as the laptops'."""
    for bucket in sorted({found.bucket for found in faults}):
        here = [found for found in faults if found.bucket == bucket]
        removed = sum(found.fault is FeedFault.LEFT_OVER for found in here)
        cursor.execute(
            "INSERT INTO repair (install_id, no, reported_at, at, bucket, laid, removed, "
            "is_mended) SELECT %s, coalesce(max(no), 0) + 1, %s, %s, %s, %s, %s, true "
            "FROM repair WHERE county_id = current_setting('gulou.county') AND install_id = %s",
            (_OURSELVES, now, now, bucket, len(here) - removed, removed, _OURSELVES),
        )
