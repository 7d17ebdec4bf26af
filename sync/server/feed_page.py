"""Reads one page of what an install has not seen, everything from one snapshot.

Numbers are given under a lock that is held until commit, so whoever sees a number sees all lower
ones: the highest number of the snapshot is a safe place to continue from. The feed says which
records, ``page_rows`` then reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, LiteralString

from psycopg import Connection

from db.tables.base import SIGN_IN_SUFFIX
from sync.protocol.messages import COUNTY_SCOPE
from sync.server.leaving import lost_buckets, read_evictions
from sync.server.page_rows import Line, Rows, read_rows

_NEAR: Final = 2_000
"""Numbers; a laptop that is no further behind is served without a plan of its own."""

_LINE: Final[LiteralString] = "f.seq, f.entity, f.record_id, f.kind, f.version, f.place"
_ELSEWHERE: Final[LiteralString] = (
    "f.kind = 'evict' AND EXISTS (SELECT 1 FROM feed o "
    "WHERE o.county_id = current_setting('gulou.county') AND o.entity = f.entity "
    "AND o.record_id = f.record_id AND o.kind = 'put' AND "
)
"""What left one bucket of this scope for another stays."""
_OWN_BUCKET: Final[LiteralString] = "o.bucket = ANY (%(buckets)s::text[]))"

_NEAR_PAGE: Final[LiteralString] = (
    f"SELECT {_LINE}, {_ELSEWHERE}{_OWN_BUCKET} "
    "FROM unnest(%(buckets)s::text[], %(cursors)s::bigint[]) AS s(bucket, seen) "
    "CROSS JOIN LATERAL ("
    "SELECT * FROM feed WHERE county_id = current_setting('gulou.county') "
    "AND bucket = s.bucket AND seq > s.seen ORDER BY seq LIMIT %(limit)s"
    ") f ORDER BY f.seq LIMIT %(limit)s"
)
"""Reads every bucket to its end before the first row is known, which is little when all is near."""

_COUNTY_PAGE: Final[LiteralString] = (
    f"SELECT {_LINE}, {_ELSEWHERE}"
    "(o.bucket = %(sign_in)s OR right(o.bucket, %(suffix_length)s) <> %(suffix)s)) "
    "FROM feed f WHERE f.county_id = current_setting('gulou.county') "
    "AND f.seq > %(least)s AND CASE "
    "WHEN f.bucket = %(sign_in)s THEN f.seq > %(sign_in_seen)s "
    "ELSE f.seq > %(seen)s AND right(f.bucket, %(suffix_length)s) <> %(suffix)s END "
    "ORDER BY f.seq LIMIT %(limit)s"
)


@dataclass(frozen=True, slots=True)
class Page:
    """Changes as they travel, how far each bucket is read, and whether more is there."""

    rows: Rows
    cursors: dict[str, int]
    more: bool

    def with_changes(self, others: Sequence[bytes]) -> Page:
        """With these rows of the wire before its own."""
        if not others:
            return self
        own = self.rows.changes[1:-1]
        changes = b"[" + b",".join([*others, own] if own else others) + b"]"
        return replace(self, rows=replace(self.rows, changes=changes))


def read_page(
    connection: Connection[Any],
    scope: Sequence[str],
    cursors: Mapping[str, int],
    *,
    limit: int,
    in_columns: bool = False,
    most_packed: int | None = None,
    held: Collection[int] = (),
) -> Page:
    """The next rows of a scope; the transaction must be REPEATABLE READ.

    ``held`` are places of the feed that are left out: the laptop's own work of this request. A
    row that somebody changed since has moved to another place and is not among them.

    A bucket without a cursor starts at 0, and so does one whose cursor lies beyond the feed: the
    county was restored from an older copy. Before anything new a laptop is told to let go of the
    buckets it has lost.
    """
    row = connection.execute(
        "SELECT coalesce(max(seq), 0) FROM feed WHERE county_id = current_setting('gulou.county')"
    ).fetchone()
    head = int(row[0]) if row else 0
    seen = {bucket: _start(cursors.get(bucket, 0), head) for bucket in scope}
    lost = lost_buckets(scope, {name: _start(at, head) for name, at in cursors.items()})
    if lost:
        lines, left = read_evictions(connection, scope, lost, limit=limit)
        evicted = read_rows(connection, lines, in_columns=in_columns)
        return Page(evicted, {**seen, **left}, more=True)
    found = _read_lines(connection, seen, head, limit + 1 + len(held))
    found = [line for line in found if line[0] not in held][: limit + 1] if held else found
    lines = [Line(*columns) for *columns, is_elsewhere in found[:limit] if not is_elsewhere]
    rows = read_rows(connection, lines, in_columns=in_columns, most_packed=most_packed)
    reached = head if len(found) <= limit else int(found[limit - 1][0])
    if rows.cut_at is not None:
        reached = rows.cut_at
    return Page(
        rows=rows,
        cursors={bucket: max(value, reached) for bucket, value in seen.items()},
        more=rows.cut_at is not None or len(found) > limit,
    )


def _start(cursor: int, head: int) -> int:
    return cursor if 0 <= cursor <= head else 0


def _read_lines(
    connection: Connection[Any], seen: Mapping[str, int], head: int, limit: int
) -> list[Any]:
    statement, parameters = _query(seen, head, limit)
    cursor = connection.cursor(binary=True)
    # The number of rows is part of the plan, and a plan for any number is a bad one.
    cursor.execute(statement, {**parameters, "limit": limit}, prepare=False)
    return cursor.fetchall()


def _query(seen: Mapping[str, int], head: int, limit: int) -> tuple[LiteralString, dict[str, Any]]:
    if COUNTY_SCOPE in seen:
        sign_in = next(name for name in seen if name != COUNTY_SCOPE)
        return _COUNTY_PAGE, {
            "least": min(seen.values()),
            "seen": seen[COUNTY_SCOPE],
            "sign_in": sign_in,
            "sign_in_seen": seen[sign_in],
            "suffix": SIGN_IN_SUFFIX,
            "suffix_length": len(SIGN_IN_SUFFIX),
        }
    buckets = {"buckets": list(seen), "cursors": list(seen.values())}
    if head - min(seen.values()) <= _NEAR:
        return _NEAR_PAGE, buckets
    behind = {bucket: value for bucket, value in seen.items() if value < head}
    places: dict[str, Any] = {}
    for place, (bucket, value) in enumerate(behind.items()):
        places |= {f"bucket{place}": bucket, f"seen{place}": value}
    return _far_page(len(behind), limit), buckets | places


def _far_page(buckets: int, limit: int) -> LiteralString:
    """Merges the buckets' own order, so that no more rows are read than are wanted.

    The limit stands in the text: only so does the planner know that a merge is worth it.
    """
    each = " UNION ALL ".join(
        "(SELECT * FROM feed WHERE county_id = current_setting('gulou.county') "
        f"AND bucket = %(bucket{place})s AND seq > %(seen{place})s ORDER BY seq LIMIT {limit:d})"
        for place in range(buckets)
    )
    return (
        f"SELECT {_LINE}, {_ELSEWHERE}{_OWN_BUCKET} FROM ({each}) f ORDER BY f.seq LIMIT %(limit)s"
    )
