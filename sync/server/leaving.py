"""Takes a bucket off a laptop that is no longer its own: a village went to another township, a
laptop to another village.

A laptop names in its cursors every bucket it holds rows of. One that is not of its scope any more
is answered with an eviction for each line of that bucket, page by page, and then not named any
more. In between it is named with a mark and how far the evictions have come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

from psycopg import Connection

from db.tables.base import SIGN_IN_SUFFIX
from sync.protocol.messages import COUNTY_SCOPE, ChangeKind
from sync.server.page_rows import Line
from sync.server.scope import covers

LEAVING_MARK: Final = "!"

_STILL_HELD: Final[LiteralString] = """
    EXISTS (SELECT 1 FROM feed o WHERE o.county_id = f.county_id AND o.entity = f.entity
        AND o.record_id = f.record_id AND o.kind = 'put' AND (o.bucket = ANY (%(scope)s::text[])
            OR (%(is_all)s AND right(o.bucket, %(suffix_length)s) <> %(suffix)s)))
"""
_ONE_BUCKET: Final[LiteralString] = "f.bucket = %(bucket)s"
_ALL_BUT_SCOPE: Final[LiteralString] = (
    "NOT f.bucket = ANY (%(scope)s::text[]) AND right(f.bucket, %(suffix_length)s) <> %(suffix)s"
)


def lost_buckets(scope: Sequence[str], cursors: Mapping[str, int]) -> dict[str, int]:
    """The buckets a laptop names that are not its own, and how far each was evicted."""
    lost: dict[str, int] = {}
    for name, reached in cursors.items():
        bucket = name.removeprefix(LEAVING_MARK)
        if not covers(scope, bucket):
            lost[bucket] = reached if name != bucket else 0
    return lost


def read_evictions(
    connection: Connection[Any], scope: Sequence[str], lost: dict[str, int], *, limit: int
) -> tuple[list[Line], dict[str, int]]:
    """A page of evictions, and what is to be named for the lost buckets."""
    bucket, reached = next(iter(lost.items()))
    statement = (
        f"SELECT f.seq, f.entity, f.record_id, f.version, {_STILL_HELD} FROM feed f "
        "WHERE f.county_id = current_setting('gulou.county') AND f.seq > %(reached)s AND "
        f"{_ALL_BUT_SCOPE if bucket == COUNTY_SCOPE else _ONE_BUCKET} "
        "ORDER BY f.seq LIMIT %(limit)s"
    )
    rows = connection.execute(
        statement,
        {
            "scope": list(scope),
            "is_all": COUNTY_SCOPE in scope,
            "suffix": SIGN_IN_SUFFIX,
            "suffix_length": len(SIGN_IN_SUFFIX),
            "bucket": bucket,
            "reached": reached,
            "limit": limit + 1,
        },
    ).fetchall()
    page = rows[:limit]
    left = {LEAVING_MARK + name: place for name, place in lost.items() if name != bucket}
    if len(rows) > limit:
        left[LEAVING_MARK + bucket] = page[-1][0]
    lines = [
        Line(seq, entity, record_id, ChangeKind.EVICT.value, version, seq)
        for seq, entity, record_id, version, is_held in page
        if not is_held
    ]
    return lines, left
