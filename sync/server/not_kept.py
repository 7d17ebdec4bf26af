"""What a laptop wrote and may not keep: records that lie in none of its buckets.

A department hands a case back, and its own note of that is the village's from then on. The feed
says nothing of it to the department, where the record never lay; so the answer does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson
from psycopg import Connection

from sync.protocol.messages import ChangeKind
from sync.server.rows import FeedRow, Key
from sync.server.scope import covers


def outside(feed: Iterable[FeedRow], scope: Collection[str]) -> set[Key]:
    """Records that were just put into buckets of others alone."""
    inside: set[Key] = set()
    put: set[Key] = set()
    for line in feed:
        if line.kind == ChangeKind.PUT:
            key = Key(line.entity, line.record_id)
            put.add(key)
            if covers(scope, line.bucket):
                inside.add(key)
    return put - inside


def read_not_kept(
    connection: Connection[Any], scope: Sequence[str], keys: Collection[Key]
) -> list[bytes]:
    """EVICT rows of the wire for those of these records that are there and not in the scope."""
    if not keys:
        return []
    rows = connection.execute(
        "SELECT r.entity, r.id, r.version, (SELECT array_agg(f.bucket) FROM feed f "
        "WHERE f.county_id = r.county_id AND f.entity = r.entity AND f.record_id = r.id "
        "AND f.kind = 'put') FROM record r "
        "JOIN unnest(%s::text[], %s::text[]) AS k(entity, id) USING (entity, id) "
        "WHERE r.county_id = current_setting('gulou.county') AND NOT r.is_deleted",
        ([key.entity for key in keys], [key.record_id for key in keys]),
    ).fetchall()
    return [
        orjson.dumps((entity, record_id, ChangeKind.EVICT.value, version, None, None, 0))
        for entity, record_id, version, buckets in rows
        if not any(covers(scope, bucket) for bucket in buckets or ())
    ]
