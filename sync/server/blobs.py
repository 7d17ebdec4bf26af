"""The originals of attachments at the county, in pieces in PostgreSQL.

There and not in files, so that the server keeps no state of its own: any process may take the next
piece of an upload or read one for a laptop, and the county's copies of its database hold
everything. An original is named by its SHA-256; two laptops that send the same one share its
upload and go on where the other was cut off.

Who may send or read one is decided by the records: an attachment that names it must lie in the
laptop's scope, or have been written by this laptop, whose original would else be lost with a
hand-over. To know a hash is not enough, see ``vouchers``. Nothing is removed while a record names
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import Connection

from app.attachments.rules import is_sha256
from sync.protocol.messages import ProblemCode
from sync.server import vouchers
from sync.server.problems import RequestRefusedError
from sync.server.vouchers import Reach, Shown, Standing, read_standing

KEPT_UNREFERENCED: Final = timedelta(days=90)
_COUNTY: Final = "current_setting('gulou.county')"


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
    standing = _require_sending(connection, reach, sha256, now)
    if size not in _sizes(connection, sha256):
        raise RequestRefusedError(ProblemCode.BAD_REQUEST, why="size")
    connection.execute(
        f"INSERT INTO blob (county_id, sha256, size, begun_at) VALUES ({_COUNTY}, %s, %s, %s) "
        "ON CONFLICT (county_id, sha256) DO NOTHING",
        (sha256, size, now),
    )
    if standing.has_it:
        _correct_size(connection, sha256, size)
    return _held_for(connection, reach, sha256, standing)


def held(connection: Connection[Any], reach: Reach, *, sha256: str, now: datetime) -> Held:
    """How much has come; raises ``RequestRefusedError`` BLOB_OUT_OF_SCOPE or BLOB_UNKNOWN."""
    standing = _require_sending(connection, reach, sha256, now)
    return _held_for(connection, reach, sha256, standing)


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

    A laptop that only names what is here whole sends it all once more; see ``vouchers``.

    Raises ``RequestRefusedError``: BLOB_OFFSET_WRONG when it is not the next one (``held`` says
    which is), TOO_LARGE, and BLOB_HASH_WRONG when the whole is not what its name says: nothing of
    it is kept then, and it may be sent again from the start.
    """
    piece = _Piece(sha256, start, body)
    with connection.transaction():
        standing = _require_sending(connection, reach, sha256, now)
        before = _held(connection, sha256, locked=True)
        if before.is_whole and not standing.has_it:
            found = _compare(connection, reach, piece, before.size, now)
        else:
            found = _add(connection, reach, standing, piece, before, now)
    if found is None:
        raise RequestRefusedError(ProblemCode.BLOB_HASH_WRONG)
    return found


@dataclass(frozen=True, slots=True)
class _Piece:
    sha256: str
    start: int
    body: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.body)

    def require_next(self, held: int, size: int) -> None:
        """Refuses what does not go on where the one before ended."""
        if self.start != held or held == size:
            raise RequestRefusedError(ProblemCode.BLOB_OFFSET_WRONG, held=held)
        if not self.body or self.end > size:
            raise RequestRefusedError(ProblemCode.TOO_LARGE)


def _add(
    connection: Connection[Any],
    reach: Reach,
    standing: Standing,
    piece: _Piece,
    before: Held,
    now: datetime,
) -> Held | None:
    """Keeps a piece; None when the whole is not what its name says."""
    piece.require_next(before.held, before.size)
    after = Held(piece.end, before.size)
    _keep(connection, piece.sha256, piece.start, piece.body)
    if after.is_whole and not _is_sound(connection, piece.sha256):
        _empty(connection, piece.sha256)
        return None
    _note(connection, piece.sha256, after, now)
    if standing.has_it:
        return after
    own = reach.install_ids[0]
    shown = vouchers.read_shown(connection, own, piece.sha256)
    if piece.start == shown.size:  # else the beginning is somebody else's
        shown = Shown(after.held)
        vouchers.note_shown(connection, own, piece.sha256, shown)
        if after.is_whole:
            vouchers.vouch(connection, reach.install_ids, piece.sha256, now)
    return Held(shown.size, after.size) if after.is_whole else after


def _compare(
    connection: Connection[Any], reach: Reach, piece: _Piece, size: int, now: datetime
) -> Held | None:
    """Compares a piece of what is here whole; None at the end when any was another."""
    own = reach.install_ids[0]
    shown = vouchers.read_shown(connection, own, piece.sha256)
    piece.require_next(shown.size, size)
    here = _part(connection, piece.sha256, piece.start, piece.end)
    is_same = shown.is_same and here == piece.body
    if piece.end < size:
        vouchers.note_shown(connection, own, piece.sha256, Shown(piece.end, is_same))
    elif is_same:
        vouchers.vouch(connection, reach.install_ids, piece.sha256, now)
    else:
        vouchers.note_shown(connection, own, piece.sha256, Shown())
        return None
    return Held(piece.end, size)


def read(
    connection: Connection[Any],
    reach: Reach,
    *,
    sha256: str,
    start: int,
    end: int | None,
    now: datetime,
) -> tuple[bytes, Held]:
    """Bytes from ``start`` up to, not with, ``end`` of a whole original.

    Raises ``RequestRefusedError``: BLOB_OUT_OF_SCOPE, BLOB_UNKNOWN while it is not here whole,
    BLOB_RANGE_WRONG.
    """
    if not (is_sha256(sha256) and read_standing(connection, reach, sha256, now).may_fetch):
        raise RequestRefusedError(ProblemCode.BLOB_OUT_OF_SCOPE)
    found = _held(connection, sha256)
    if not found.is_whole:
        raise RequestRefusedError(ProblemCode.BLOB_UNKNOWN)
    end = found.size if end is None else min(end, found.size)
    if not 0 <= start < end:
        raise RequestRefusedError(ProblemCode.BLOB_RANGE_WRONG)
    return _part(connection, sha256, start, end), found


def _part(connection: Connection[Any], sha256: str, start: int, end: int) -> bytes:
    pieces = connection.execute(
        f"SELECT at, body FROM blob_piece WHERE county_id = {_COUNTY} AND sha256 = %s "
        "AND at < %s AND at + length(body) > %s ORDER BY at",
        (sha256, end, start),
    ).fetchall()
    return b"".join(bytes(body[max(0, start - at) : end - at]) for at, body in pieces)


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


def _require_sending(
    connection: Connection[Any], reach: Reach, sha256: str, now: datetime
) -> Standing:
    """A record that opens it lies in the laptop's scope, or one of the laptop's own names it."""
    if is_sha256(sha256):
        standing = read_standing(connection, reach, sha256, now)
        if standing.may_send:
            return standing
    raise RequestRefusedError(ProblemCode.BLOB_OUT_OF_SCOPE)


def _held_for(connection: Connection[Any], reach: Reach, sha256: str, standing: Standing) -> Held:
    """What has come; for a laptop that has to show it, what it has shown of a whole one."""
    found = _held(connection, sha256)
    if standing.has_it or not found.is_whole:
        return found
    return Held(vouchers.read_shown(connection, reach.install_ids[0], sha256).size, found.size)


def _correct_size(connection: Connection[Any], sha256: str, size: int) -> None:
    """Somebody who has not got it began it with another size, and would stop it for ever."""
    wrong = connection.execute(
        f"UPDATE blob SET size = %s WHERE county_id = {_COUNTY} AND sha256 = %s "
        "AND size <> %s AND whole_at IS NULL",
        (size, sha256, size),
    )
    if wrong.rowcount:
        _empty(connection, sha256)


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
    vouchers.forget_shown(connection, sha256)
    connection.execute(
        f"DELETE FROM blob_piece WHERE county_id = {_COUNTY} AND sha256 = %s", (sha256,)
    )
    connection.execute(
        f"UPDATE blob SET held = 0 WHERE county_id = {_COUNTY} AND sha256 = %s", (sha256,)
    )
