"""The originals of attachments at the county, in pieces in PostgreSQL.

There and not in files, so that the server keeps no state of its own: any process may take the next
piece of an upload or read one for a laptop, and the county's copies of its database hold
everything. An original is named by its SHA-256; two laptops that send the same one share its
upload and go on where the other was cut off.

Who may send or read one is decided by the records: an attachment that names it must lie in the
laptop's scope, or have been written by this laptop, whose original would else be lost with a
hand-over. Nothing is removed while a record names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import Connection

from sync.protocol.messages import COUNTY_SCOPE, ProblemCode
from sync.server.problems import RequestRefusedError

KEPT_UNREFERENCED: Final = timedelta(days=90)
_COUNTY: Final = "current_setting('gulou.county')"


@dataclass(frozen=True, slots=True)
class Reach:
    """Who asks: the laptop under every name it had, and the buckets it is sent."""

    install_ids: Sequence[str]
    scope: Sequence[str]


@dataclass(frozen=True, slots=True)
class Held:
    """How much of an original has come, in bytes."""

    held: int
    size: int

    @property
    def is_whole(self) -> bool:
        """Whether all of it has, and is as its name says."""
        return self.held == self.size


def begin(
    connection: Connection[Any], reach: Reach, *, sha256: str, size: int, now: datetime
) -> Held:
    """Makes room for an original that a judged attachment names; again gives what has come.

    Raises ``RequestRefusedError``: BLOB_OUT_OF_SCOPE, BAD_REQUEST for another size than the
    record's.
    """
    _require(connection, reach, sha256, is_sending=True)
    if size not in _sizes(connection, sha256):
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="size")
    connection.execute(
        f"INSERT INTO blob (county_id, sha256, size, begun_at) VALUES ({_COUNTY}, %s, %s, %s) "
        "ON CONFLICT (county_id, sha256) DO NOTHING",
        (sha256, size, now),
    )
    return _held(connection, sha256)


def held(connection: Connection[Any], reach: Reach, *, sha256: str) -> Held:
    """How much has come; raises ``RequestRefusedError`` BLOB_OUT_OF_SCOPE or BLOB_UNKNOWN."""
    _require(connection, reach, sha256, is_sending=True)
    return _held(connection, sha256)


def append(
    connection: Connection[Any],
    reach: Reach,
    *,
    sha256: str,
    start: int,
    body: bytes,
    now: datetime,
) -> Held:
    """Keeps the next piece and commits; with the last one the whole is compared with its name.

    Raises ``RequestRefusedError``: BLOB_OFFSET_WRONG when it is not the next one (``held`` says
    which is), TOO_LARGE, and BLOB_HASH_WRONG when the whole is not what its name says: nothing of
    it is kept then, and it may be sent again from the start.
    """
    with connection.transaction():
        _require(connection, reach, sha256, is_sending=True)
        before = _held(connection, sha256, locked=True)
        if start != before.held or before.is_whole:
            raise RequestRefusedError(ProblemCode.BLOB_OFFSET_WRONG, held=before.held)
        if not body or start + len(body) > before.size:
            raise RequestRefusedError(ProblemCode.TOO_LARGE)
        after = Held(start + len(body), before.size)
        _keep(connection, sha256, start, body)
        is_sound = not after.is_whole or _is_sound(connection, sha256)
        if is_sound:
            _note(connection, sha256, after, now)
        else:
            _empty(connection, sha256)
    if not is_sound:
        raise RequestRefusedError(ProblemCode.BLOB_HASH_WRONG)
    return after


def read(
    connection: Connection[Any], reach: Reach, *, sha256: str, start: int, end: int | None
) -> tuple[bytes, Held]:
    """Bytes from ``start`` up to, not with, ``end`` of a whole original.

    Raises ``RequestRefusedError``: BLOB_OUT_OF_SCOPE, BLOB_UNKNOWN while it is not here whole,
    BLOB_RANGE_WRONG.
    """
    _require(connection, reach, sha256, is_sending=False)
    found = _held(connection, sha256)
    if not found.is_whole:
        raise RequestRefusedError(ProblemCode.BLOB_UNKNOWN)
    end = found.size if end is None else min(end, found.size)
    if not 0 <= start < end:
        raise RequestRefusedError(ProblemCode.BLOB_RANGE_WRONG)
    pieces = connection.execute(
        f"SELECT at, body FROM blob_piece WHERE county_id = {_COUNTY} AND sha256 = %s "
        "AND at < %s AND at + length(body) > %s ORDER BY at",
        (sha256, end, start),
    ).fetchall()
    return b"".join(bytes(body[max(0, start - at) : end - at]) for at, body in pieces), found


def collect(connection: Connection[Any], now: datetime) -> int:
    """Removes what no record has named for ninety days; returns how many.

    The first look only notes the day, so that what a record is just about to name is safe.
    """
    named = (
        "EXISTS (SELECT 1 FROM record r WHERE r.county_id = b.county_id "
        "AND r.entity = 'attachment' AND r.body ->> 'sha256' = b.sha256 AND NOT r.is_deleted)"
    )
    with connection.transaction():
        connection.execute(
            "UPDATE blob b SET unreferenced_since = CASE WHEN "
            f"{named} THEN NULL ELSE coalesce(unreferenced_since, %s) END "
            f"WHERE county_id = {_COUNTY} AND ({named}) = (unreferenced_since IS NOT NULL)",
            (now,),
        )
        gone = connection.execute(
            f"DELETE FROM blob WHERE county_id = {_COUNTY} AND unreferenced_since < %s",
            (now - KEPT_UNREFERENCED,),
        )
    return gone.rowcount


@dataclass(frozen=True, slots=True)
class Count:
    """Originals at the county; ``size`` in bytes of what has come."""

    whole: int
    unfinished: int
    size: int


def count(connection: Connection[Any]) -> Count:
    """How many there are."""
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE held = size), count(*) FILTER (WHERE held < size), "
        f"coalesce(sum(held), 0)::bigint FROM blob WHERE county_id = {_COUNTY}"
    ).fetchone()
    return Count(*row) if row is not None else Count(0, 0, 0)


def _require(connection: Connection[Any], reach: Reach, sha256: str, *, is_sending: bool) -> None:
    """A record in the laptop's scope names it; a laptop may also send for a record of its own."""
    row = connection.execute(
        f"SELECT 1 FROM record r WHERE r.county_id = {_COUNTY} AND r.entity = 'attachment' "
        "AND r.body ->> 'sha256' = %s "
        "AND NOT r.is_deleted AND ((%s AND r.created_install = ANY (%s)) OR EXISTS ("
        "SELECT 1 FROM feed f WHERE f.county_id = r.county_id AND f.entity = r.entity "
        "AND f.record_id = r.id "
        "AND f.kind = 'put' AND (%s OR f.bucket = ANY (%s)))) LIMIT 1",
        (
            sha256,
            is_sending,
            list(reach.install_ids),
            COUNTY_SCOPE in reach.scope,
            list(reach.scope),
        ),
    ).fetchone()
    if row is None:
        raise RequestRefusedError(ProblemCode.BLOB_OUT_OF_SCOPE)


def _sizes(connection: Connection[Any], sha256: str) -> set[int]:
    """What the records say of its size; one of them may be wrong."""
    rows = connection.execute(
        f"SELECT DISTINCT (body ->> 'size')::bigint FROM record WHERE county_id = {_COUNTY} "
        "AND entity = 'attachment' AND body ->> 'sha256' = %s",
        (sha256,),
    ).fetchall()
    return {row[0] for row in rows}


def _held(connection: Connection[Any], sha256: str, *, locked: bool = False) -> Held:
    row = connection.execute(
        f"SELECT held, size FROM blob WHERE county_id = {_COUNTY} AND sha256 = %s"
        + (" FOR UPDATE" if locked else ""),
        (sha256,),
    ).fetchone()
    if row is None:
        raise RequestRefusedError(ProblemCode.BLOB_UNKNOWN)
    return Held(*row)


def _keep(connection: Connection[Any], sha256: str, start: int, body: bytes) -> None:
    connection.execute(
        f"INSERT INTO blob_piece (county_id, sha256, at, body) VALUES ({_COUNTY}, %s, %s, %b)",
        (sha256, start, body),
    )


def _is_sound(connection: Connection[Any], sha256: str) -> bool:
    row = connection.execute(
        "SELECT encode(sha256(string_agg(body, '' ORDER BY at)), 'hex') FROM blob_piece "
        f"WHERE county_id = {_COUNTY} AND sha256 = %s",
        (sha256,),
    ).fetchone()
    return row is not None and row[0] == sha256


def _note(connection: Connection[Any], sha256: str, after: Held, now: datetime) -> None:
    connection.execute(
        f"UPDATE blob SET held = %s, whole_at = %s WHERE county_id = {_COUNTY} AND sha256 = %s",
        (after.held, now if after.is_whole else None, sha256),
    )


def _empty(connection: Connection[Any], sha256: str) -> None:
    connection.execute(
        f"DELETE FROM blob_piece WHERE county_id = {_COUNTY} AND sha256 = %s", (sha256,)
    )
    connection.execute(
        f"UPDATE blob SET held = 0 WHERE county_id = {_COUNTY} AND sha256 = %s", (sha256,)
    )
