"""Reads one page of what an install has not seen, everything from one snapshot.

Numbers are given under a lock that is held until commit, so whoever sees a number sees all lower
ones: the highest number of the snapshot is a safe place to continue from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

from psycopg import Connection

from db.tables.base import SIGN_IN_SUFFIX
from sync.protocol.messages import COUNTY_SCOPE

MAX_PAGE_BYTES: Final = 16 * 1024 * 1024
_LARGEST: Final = 2**62

_ROW: Final[LiteralString] = """
    p.seq, convert_to(CASE WHEN p.kind = 'put' THEN (
        SELECT json_build_array(p.entity, p.record_id, p.kind, r.version, nullif(r.fields, '{}'),
            r.body, p.seq)
        FROM record r
        WHERE r.county_id = current_setting('gulou.county')
        AND r.entity = p.entity AND r.id = p.record_id
    ) ELSE json_build_array(p.entity, p.record_id, p.kind, p.version, NULL, NULL, p.seq)
    END::text, 'UTF8')
FROM page p ORDER BY p.seq
"""
"""The record is looked up row by row: a join invites the planner to read the whole table."""

_UNIT_PAGE: Final[LiteralString] = (
    """
WITH page AS (
    SELECT f.* FROM unnest(%(buckets)s::text[], %(cursors)s::bigint[]) AS s(bucket, seen)
    CROSS JOIN LATERAL (
        SELECT seq, entity, record_id, kind, version FROM feed
        WHERE county_id = current_setting('gulou.county')
        AND bucket = s.bucket AND seq > s.seen ORDER BY seq LIMIT %(limit)s
    ) f
    ORDER BY f.seq LIMIT %(limit)s
)
SELECT p.kind = 'evict' AND EXISTS (
    SELECT 1 FROM feed o WHERE o.county_id = current_setting('gulou.county')
    AND o.entity = p.entity AND o.record_id = p.record_id
    AND o.kind = 'put' AND o.bucket = ANY (%(buckets)s::text[])),
"""
    + _ROW
)

_COUNTY_PAGE: Final[LiteralString] = (
    """
WITH page AS (
    SELECT seq, entity, record_id, kind, version FROM feed
    WHERE county_id = current_setting('gulou.county') AND seq > %(least)s AND CASE
        WHEN bucket = %(sign_in)s THEN seq > %(sign_in_seen)s
        ELSE seq > %(seen)s AND right(bucket, %(suffix_length)s) <> %(suffix)s END
    ORDER BY seq LIMIT %(limit)s
)
SELECT p.kind = 'evict' AND EXISTS (
    SELECT 1 FROM feed o WHERE o.county_id = current_setting('gulou.county')
    AND o.entity = p.entity AND o.record_id = p.record_id
    AND o.kind = 'put' AND (o.bucket = %(sign_in)s
        OR right(o.bucket, %(suffix_length)s) <> %(suffix)s)),
"""
    + _ROW
)


@dataclass(frozen=True, slots=True)
class Page:
    """Changes as one JSON array, how far each bucket is read, and whether more is there."""

    changes: bytes
    cursors: dict[str, int]
    more: bool


def read_page(
    connection: Connection[Any], scope: Sequence[str], cursors: Mapping[str, int], *, limit: int
) -> Page:
    """The next rows of a scope; the transaction must be REPEATABLE READ.

    A bucket without a cursor starts at 0, and so does one whose cursor lies beyond the feed: the
    county was restored from an older copy.
    """
    row = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM feed WHERE county_id = current_setting('gulou.county')"
    ).fetchone()
    head = int(row[0]) if row else 0
    seen = {bucket: _start(cursors.get(bucket, 0), head) for bucket in scope}
    statement, parameters = _query(scope, seen)
    cursor = connection.cursor(binary=True)
    # The number of rows is part of the plan, and a plan for any number is a bad one.
    cursor.execute(statement, {**parameters, "limit": limit + 1}, prepare=False)
    rows = cursor.fetchall()
    kept, last = _cut(rows, limit)
    more = last is not None
    reached = head if last is None else last
    return Page(
        changes=b"[" + b",".join(kept) + b"]",
        cursors={bucket: max(value, reached) for bucket, value in seen.items()},
        more=more,
    )


def _start(cursor: int, head: int) -> int:
    return cursor if 0 <= cursor <= head else 0


def _query(scope: Sequence[str], seen: Mapping[str, int]) -> tuple[LiteralString, dict[str, Any]]:
    if COUNTY_SCOPE not in scope:
        return _UNIT_PAGE, {"buckets": list(scope), "cursors": [seen[name] for name in scope]}
    sign_in = next(name for name in scope if name != COUNTY_SCOPE)
    return _COUNTY_PAGE, {
        "least": min(seen.values()),
        "seen": seen[COUNTY_SCOPE],
        "sign_in": sign_in,
        "sign_in_seen": seen[sign_in],
        "suffix": SIGN_IN_SUFFIX,
        "suffix_length": len(SIGN_IN_SUFFIX),
    }


def _cut(
    rows: Sequence[tuple[bool, int, bytes | None]], limit: int
) -> tuple[list[bytes], int | None]:
    """The changes of a page and, if it was cut, the number of its last row.

    A line of the feed whose record is missing is a fault of ours; it must not stop a laptop.
    """
    kept: list[bytes] = []
    size = 0
    last = 0
    for place, (is_elsewhere, seq, change) in enumerate(rows):
        if place == limit or (size > MAX_PAGE_BYTES and kept):
            return kept, last
        last = seq
        if change is not None and not is_elsewhere:
            kept.append(change)
            size += len(change)
    return kept, None
