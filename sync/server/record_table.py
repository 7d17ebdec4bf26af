"""The SQL of ``record`` and ``feed``: one statement for many rows each.

Rows travel to PostgreSQL as arrays and are unfolded there, which is several times faster than a
statement per row. The arrays are binary (%b): as text, every JSON body would be escaped by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson
from psycopg import Cursor
from psycopg.errors import UniqueViolation

from sync.server.copying import copied_json, copied_text, copy_lines
from sync.server.meters import take_feed_lock
from sync.server.rows import FeedRow, Key, Row

_COLUMNS: Final = (
    "r.entity, r.id, r.body::text, r.fields::text, r.edits::text, r.version, r.is_deleted, "
    "r.parent_id, r.state, r.not_applied_reason, r.created_by, r.created_install, r.created_at, "
    "r.updated_by, r.updated_install, r.updated_at, r.shared, r.unheld"
)


def read(cursor: Cursor[Any], keys: Sequence[Key], *, locked: bool) -> Iterator[Row]:
    """The records of these keys that exist; ``keys`` sorted, and locked in that order."""
    if not keys:
        return
    # Key by key: a join invites the planner to read the whole table for a handful of rows. The
    # OFFSET keeps it from making a join of this; the keys come, and are locked, in their order.
    cursor.execute(
        f"SELECT r.* FROM unnest(%b::text[], %b::text[]) AS k(entity, id) CROSS JOIN LATERAL ("
        f"SELECT {_COLUMNS} FROM record r WHERE r.county_id = current_setting('gulou.county') "
        f"AND r.entity = k.entity AND r.id = k.id {'FOR UPDATE' if locked else ''} OFFSET 0) r",
        ([key.entity for key in keys], [key.record_id for key in keys]),
    )
    for columns in cursor.fetchall():
        yield _row(columns)


def read_children(
    cursor: Cursor[Any], parents: Sequence[tuple[str, str]], *, locked: bool
) -> Iterator[Row]:
    """Living records by pairs of entity and parent id, in county order."""
    if not parents:
        return
    # Parent by parent, for the reason given above; and the place looked up for each child, since
    # a join invites the planner to read the whole feed for every parent.
    cursor.execute(
        "SELECT r.* FROM unnest(%b::text[], %b::text[]) AS p(entity, parent_id) "
        f"CROSS JOIN LATERAL (SELECT {_COLUMNS}, (SELECT f.place FROM feed f "
        "WHERE f.county_id = r.county_id AND f.entity = r.entity AND f.record_id = r.id "
        "AND f.bucket = r.bucket) AS place FROM record r "
        "WHERE r.county_id = current_setting('gulou.county') AND r.entity = p.entity "
        f"AND r.parent_id = p.parent_id AND NOT r.is_deleted "
        f"{'FOR UPDATE OF r' if locked else ''} OFFSET 0) r ORDER BY r.place",
        ([entity for entity, _ in parents], [parent_id for _, parent_id in parents]),
    )
    for *columns, place in cursor.fetchall():
        row = _row(columns)
        row.place = place
        yield row


def _row(columns: Sequence[Any]) -> Row:
    entity, record_id, body, fields, edits, version, is_deleted, *rest, unheld = columns
    row = Row(
        Key(entity, record_id),
        orjson.loads(body),
        orjson.loads(fields),
        orjson.loads(edits),
        version,
        is_deleted,
        *rest,
    )
    row.buckets_before = row.buckets
    row.version_before = version
    row.unheld = unheld
    return row


def insert(cursor: Cursor[Any], rows: Sequence[Row]) -> None:
    """New records. A key that someone else has made meanwhile raises ``UniqueViolation``.

    By COPY, which takes a text as it comes: half the time of arrays for rows as wide as these.
    """
    if not rows:
        return
    copy_lines(cursor, "record", _COPIED, map(_copy_line, rows))


_COPIED: Final = (
    "entity, id, unit_id, bucket, parent_id, body, fields, edits, version, "
    "is_deleted, state, not_applied_reason, unheld, created_by, created_install, created_at, "
    "updated_by, updated_install, updated_at, shared"
)


def _copy_line(row: Row) -> str:
    entity, record_id = row.key
    unit_id = copied_text(row.unit_id)
    bucket = unit_id if row.bucket == row.unit_id else copied_text(row.bucket)
    made = (copied_text(row.created_by), copied_text(row.created_install), row.created_at)
    updated = (row.updated_by, row.updated_install, row.updated_at)
    is_as_made = updated == (row.created_by, row.created_install, row.created_at)
    at = f"{made[0]}\t{made[1]}\t{made[2].isoformat()}"
    again = (
        at
        if is_as_made
        else f"{copied_text(updated[0])}\t{copied_text(updated[1])}\t{updated[2].isoformat()}"
    )
    return (
        f"{entity}\t{copied_text(record_id)}\t{unit_id}\t{bucket}\t{copied_text(row.parent_id)}\t"
        f"{copied_json(row.body)}\t{copied_json(row.fields)}\t{copied_json(row.edits)}\t"
        f"{row.version}\t{row.is_deleted}\t{copied_text(row.state)}\t"
        f"{copied_text(row.not_applied_reason)}\t{row.unheld}\t{at}\t{again}\t{copied_text(row.shared)}\n"
    )


def update(cursor: Cursor[Any], rows: Sequence[Row]) -> None:
    """Records that are known and locked."""
    if not rows:
        return
    cursor.execute(
        "UPDATE record r SET unit_id = n.unit_id, bucket = n.bucket, parent_id = n.parent_id, "
        "body = n.body::jsonb, fields = n.fields::jsonb, edits = n.edits::jsonb, "
        "version = n.version, is_deleted = n.is_deleted, state = n.state, "
        "not_applied_reason = n.reason, unheld = n.unheld, "
        "updated_by = n.updated_by, updated_install = n.updated_install, "
        "updated_at = n.updated_at, shared = n.shared "
        "FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], "
        "%b::text[], %b::text[], %b::text[], %b::int[], %b::bool[], %b::text[], %b::text[], "
        "%b::int[], %b::text[], %b::text[], %b::timestamptz[], %b::text[]) "
        "AS n(entity, id, unit_id, bucket, parent_id, body, fields, edits, version, is_deleted, "
        "state, reason, unheld, updated_by, updated_install, updated_at, shared) "
        "WHERE r.county_id = current_setting('gulou.county') "
        "AND r.entity = n.entity AND r.id = n.id",
        (*_changing_columns(rows), *_updated_columns(rows)),
    )


def _changing_columns(rows: Sequence[Row]) -> tuple[list[Any], ...]:
    return (
        [row.key.entity for row in rows],
        [row.key.record_id for row in rows],
        [row.unit_id for row in rows],
        [row.bucket for row in rows],
        [row.parent_id for row in rows],
        [_json(row.body) for row in rows],
        [_json(row.fields) for row in rows],
        [_json(row.edits) for row in rows],
        [row.version for row in rows],
        [row.is_deleted for row in rows],
        [row.state for row in rows],
        [row.not_applied_reason for row in rows],
        [row.unheld for row in rows],
    )


def _updated_columns(rows: Sequence[Row]) -> tuple[list[Any], ...]:
    return (
        [row.updated_by for row in rows],
        [row.updated_install for row in rows],
        [row.updated_at for row in rows],
        [row.shared for row in rows],
    )


def insert_feed(cursor: Cursor[Any], lines: Sequence[FeedRow]) -> dict[FeedRow, tuple[int, int]]:
    """All feed rows of a transaction, as its last statements: the feed's lock is taken here.

    Returns the number of each line, and its place in the order of events.

    A record that is in the feed already moves to a new number. Of two lines for one bucket and
    record the later counts; the order of the others is kept, because events are folded in it.
    """
    newest = list({line[:3]: line for line in lines}.values())
    if not newest:
        return {}
    take_feed_lock(cursor)
    numbered = list(zip(_numbers(cursor, len(newest)), newest, strict=True))
    first = [(seq, line) for seq, line in numbered if line.is_first]
    if not first or not _copy_first(cursor, first):
        return _move(cursor, numbered)
    rest = [(seq, line) for seq, line in numbered if not line.is_first]
    return {line: (seq, seq) for seq, line in first} | _move(cursor, rest)


def _numbers(cursor: Cursor[Any], count: int) -> list[int]:
    """Asked for under the lock, so that they commit in their order. Other counties in the database
    have locks of their own and take numbers in between."""
    cursor.execute("SELECT array_agg(nextval('feed_seq')) FROM generate_series(1, %s)", (count,))
    row = cursor.fetchone()
    return [] if row is None else sorted(row[0])


def _copy_first(cursor: Cursor[Any], lines: Sequence[tuple[int, FeedRow]]) -> bool:
    """Writes lines of records that no bucket had before; whether that was so."""
    try:
        with cursor.connection.transaction():
            copy_lines(
                cursor,
                "feed",
                "seq, place, bucket, entity, record_id, kind, version, home",
                (
                    f"{seq}\t{seq}\t{copied_text(line.bucket)}\t{line.entity}\t"
                    f"{copied_text(line.record_id)}\t{line.kind}\t{line.version}\t"
                    f"{copied_text(line.home)}\n"
                    for seq, line in lines
                ),
            )
    except UniqueViolation:
        return False
    return True


def _move(
    cursor: Cursor[Any], numbered: Sequence[tuple[int, FeedRow]]
) -> dict[FeedRow, tuple[int, int]]:
    """Writes lines that may be there already, each at its new number; the trigger looks for the
    place of those that are new in their bucket."""
    if not numbered:
        return {}
    lines = [line for _, line in numbered]
    columns = list(zip(*lines, strict=True))[:6]
    places = [0 if line.is_place_known else None for line in lines]
    cursor.execute(
        "INSERT INTO feed (seq, bucket, entity, record_id, kind, version, home, place) "
        "SELECT seq, bucket, entity, record_id, kind, version, home, place FROM unnest("
        "%b::bigint[], %b::text[], %b::text[], %b::text[], %b::text[], %b::int[], %b::text[], "
        "%b::bigint[]) "
        "WITH ORDINALITY AS n(seq, bucket, entity, record_id, kind, version, home, place, nth) "
        "ORDER BY nth ON CONFLICT (county_id, entity, record_id, bucket) DO UPDATE "
        "SET seq = excluded.seq, kind = excluded.kind, version = excluded.version, "
        "home = excluded.home RETURNING seq, place",
        [[seq for seq, _ in numbered], *(list(column) for column in columns), places],
    )
    # In the order in which the lines were given: PostgreSQL writes, and returns, row by row.
    return dict(zip(lines, cursor.fetchall(), strict=True))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
