"""Puts a population into the county at once, past the judging, as if it had long been there."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
import psycopg

from sync.server.relations import parent_id_of
from sync.server.scope import buckets_of
from tests.benchmarks.people import Draft

_RECORD = (
    "COPY record (entity, id, unit_id, bucket, parent_id, body, version, created_by, "
    "created_install, created_at, updated_by, updated_install, updated_at) FROM STDIN"
)
_FEED = "COPY feed (bucket, entity, record_id, kind, version) FROM STDIN"
_MADE = ("county", "county", "2026-01-05T08:00:00Z")


def load_population(url: str, drafts: Iterable[Draft]) -> int:
    """Copies records and their feed rows in one transaction; returns how many records.

    The feed's own trigger numbers its rows, as for everybody.
    """
    kept: list[tuple[str, str, str]] = []
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        with cursor.copy(_RECORD) as copy:
            for entity, record_id, body in drafts:
                (bucket,) = buckets_of(entity, body, None)
                kept.append((bucket, entity, record_id))
                parent_id = parent_id_of(entity, body)
                text = orjson.dumps(body).decode()
                copy.write_row(
                    (entity, record_id, body["unit_id"], bucket, parent_id, text, 1, *_MADE, *_MADE)
                )
        with cursor.copy(_FEED) as copy:
            for bucket, entity, record_id in kept:
                copy.write_row((bucket, entity, record_id, "put", 1))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE record, feed")
    return len(kept)
