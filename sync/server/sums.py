"""What a scope should hold, as sums per home bucket and, closer, per range of ids.

Computed from the records themselves and not from the feed: the feed is what brought the rows to
the laptop, so a sum of the feed could not find a line that the feed lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, LiteralString

from psycopg import Connection

from db.tables.base import SIGN_IN_SUFFIX
from db.tables.registry import ENTITIES
from sync.protocol.messages import COUNTY_SCOPE
from sync.protocol.sums import Sum

_COLUMNS: Final[LiteralString] = "r.bucket AS home, r.entity, r.id, r.version, r.fields, r.body"

_UNIT_HELD: Final[LiteralString] = f"""
    SELECT {_COLUMNS} FROM record r
    WHERE r.county_id = current_setting('gulou.county')
    AND r.bucket = ANY (%(buckets)s::text[]) AND NOT r.is_deleted
    UNION ALL
    SELECT {_COLUMNS} FROM (
        SELECT DISTINCT entity, record_id FROM feed
        WHERE county_id = current_setting('gulou.county') AND bucket = ANY (%(buckets)s::text[])
        AND home IS NOT NULL AND kind = 'put'
    ) f JOIN record r ON r.county_id = current_setting('gulou.county')
        AND r.entity = f.entity AND r.id = f.record_id
    WHERE NOT r.is_deleted AND NOT r.bucket = ANY (%(buckets)s::text[])
"""
"""Records of the scope's own buckets, and the few it holds although they live elsewhere."""

_COUNTY_HELD: Final[LiteralString] = f"""
    SELECT {_COLUMNS} FROM record r
    WHERE r.county_id = current_setting('gulou.county') AND NOT r.is_deleted
    AND (r.bucket = %(sign_in)s OR right(r.bucket, %(suffix_length)s) <> %(suffix)s)
"""

_KNOWN: Final[LiteralString] = (
    "(%(entities)s::text[] IS NULL OR entity = ANY (%(entities)s::text[]))"
)
_MIX: Final[LiteralString] = (
    "lpad(to_hex(bit_xor(('x' || left(md5(entity || '|' || id || '|' || version), 16))"
    "::bit(64)::bigint)), 16, '0')"
)
_RANGE: Final[LiteralString] = "('x' || left(md5(id), 2))::bit(8)::int"


def held(scope: Sequence[str]) -> tuple[LiteralString, dict[str, Any]]:
    """A query of what a scope should hold (home, entity, id, version, fields, body), and its
    parameters."""
    if COUNTY_SCOPE not in scope:
        return _UNIT_HELD, {"buckets": list(scope)}
    sign_in = next(name for name in scope if name != COUNTY_SCOPE)
    parameters = {"sign_in": sign_in, "suffix": SIGN_IN_SUFFIX}
    return _COUNTY_HELD, {**parameters, "suffix_length": len(SIGN_IN_SUFFIX)}


def _those_we_have(entities: Sequence[str] | None) -> list[str] | None:
    """Of the entities a laptop names, those there are; None for all."""
    return None if entities is None else [name for name in entities if name in ENTITIES]


def read_sums(
    connection: Connection[Any], scope: Sequence[str], entities: Sequence[str] | None
) -> dict[str, Sum]:
    """{home bucket: sum} of what a laptop of this scope should hold."""
    query, parameters = held(scope)
    rows = connection.execute(
        f"SELECT home, count(*), {_MIX} FROM ({query}) h WHERE {_KNOWN} GROUP BY home",
        {**parameters, "entities": _those_we_have(entities)},
        prepare=False,
    )
    return {home: Sum.read((count, mix)) for home, count, mix in rows}


def read_range_sums(
    connection: Connection[Any],
    scope: Sequence[str],
    entities: Sequence[str] | None,
    buckets: Sequence[str],
) -> dict[tuple[str, int], Sum]:
    """{(home bucket, range): sum} of these buckets; a range without records is left out."""
    query, parameters = held(scope)
    rows = connection.execute(
        f"SELECT home, {_RANGE} AS part, count(*), {_MIX} FROM ({query}) h "
        f"WHERE {_KNOWN} AND home = ANY (%(asked)s::text[]) GROUP BY home, part",
        {
            **parameters,
            "entities": _those_we_have(entities),
            "asked": list(buckets),
        },
        prepare=False,
    )
    return {(home, part): Sum.read((count, mix)) for home, part, count, mix in rows}


def read_ranges(
    connection: Connection[Any],
    scope: Sequence[str],
    entities: Sequence[str] | None,
    ranges: Sequence[tuple[str, int]],
) -> list[bytes]:
    """Every record of these (home bucket, range) as a row of the wire, in the feed's order."""
    query, parameters = held(scope)
    cursor = connection.cursor(binary=True)
    cursor.execute(
        "SELECT convert_to(json_build_array(h.entity, h.id, 'put', h.version, "
        "nullif(h.fields, '{}'), h.body, s.place)::text, 'UTF8') "
        f"FROM (SELECT h.*, {_RANGE} AS part FROM ({query}) h WHERE {_KNOWN}) h "
        "JOIN unnest(%(homes)s::text[], %(parts)s::int[]) AS n(home, part) USING (home, part) "
        "CROSS JOIN LATERAL (SELECT coalesce(min(f.place), 0) AS place FROM feed f "
        "WHERE f.county_id = current_setting('gulou.county') AND f.entity = h.entity "
        "AND f.record_id = h.id AND f.kind = 'put') s ORDER BY s.place",
        {
            **parameters,
            "entities": _those_we_have(entities),
            "homes": [home for home, _ in ranges],
            "parts": [part for _, part in ranges],
        },
        prepare=False,
    )
    return [bytes(row[0]) for row in cursor.fetchall()]


def read_strays(
    connection: Connection[Any], scope: Sequence[str], strays: Sequence[tuple[str, str]]
) -> list[bytes]:
    """Those of these records that the county knows, as rows of the wire.

    A TOMBSTONE where it was deleted, an EVICT where it is not meant for this scope; the row itself
    where it is there after all, because it came between two questions.
    """
    query, parameters = held(scope)
    cursor = connection.cursor(binary=True)
    cursor.execute(
        "SELECT convert_to(CASE WHEN h.id IS NULL THEN json_build_array(r.entity, r.id, "
        "CASE WHEN r.is_deleted THEN 'tombstone' ELSE 'evict' END, r.version, NULL, NULL, 0) "
        "ELSE json_build_array(r.entity, r.id, 'put', r.version, nullif(r.fields, '{}'), "
        "r.body, (SELECT coalesce(min(f.place), 0) FROM feed f WHERE f.county_id = r.county_id "
        "AND f.entity = r.entity AND f.record_id = r.id)) END::text, 'UTF8') FROM record r "
        "JOIN unnest(%(kinds)s::text[], %(ids)s::text[]) AS k(entity, id) USING (entity, id) "
        f"LEFT JOIN ({query}) h ON h.entity = r.entity AND h.id = r.id "
        "WHERE r.county_id = current_setting('gulou.county')",
        {**parameters, "kinds": [kind for kind, _ in strays], "ids": [name for _, name in strays]},
        prepare=False,
    )
    return [bytes(row[0]) for row in cursor.fetchall()]
