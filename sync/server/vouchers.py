"""Whose records open an original: those of laptops that have it, not of any that know its hash.

A hash is no secret: whoever once saw a record can name it in a record of their own. So a record
opens its original only if its laptop was the first to name it, which nobody can without having it;
or had it within reach when it named it or later; or has sent all of its bytes once more. They are
compared with what is here and not kept, and nothing is said before the last of them: an answer to
each piece would let somebody guess an original byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString

from psycopg import Connection, Cursor

from sync.protocol.messages import COUNTY_SCOPE, ChangeKind
from sync.server.rows import FeedRow

_COUNTY: Final[LiteralString] = "current_setting('gulou.county')"
_ENTITY: Final = "attachment"


@dataclass(frozen=True, slots=True)
class Reach:
    """Who asks: the laptop under every name it had, and the buckets it is sent."""

    install_ids: Sequence[str]
    scope: Sequence[str]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the records say of a laptop and an original."""

    may_fetch: bool
    """A record that opens it lies in the laptop's scope."""
    opens: bool
    """A record of its own opens it."""
    names: bool
    """A record of its own names it and does not open it yet."""

    @property
    def has_it(self) -> bool:
        """Whether nothing has to be shown."""
        return self.may_fetch or self.opens

    @property
    def may_send(self) -> bool:
        """Whether a record asks for it."""
        return self.has_it or self.names


_STANDING: Final[LiteralString] = f"""
WITH named AS MATERIALIZED (
    SELECT r.id, r.is_deleted, r.created_install, f.place, f.is_inside
    FROM record r LEFT JOIN LATERAL (
        SELECT min(place) AS place, bool_or(
            kind = 'put' AND (%(is_all)s OR bucket = ANY (%(scope)s::text[]))) AS is_inside
        FROM feed WHERE county_id = r.county_id AND entity = r.entity AND record_id = r.id
    ) f ON true
    WHERE r.county_id = {_COUNTY} AND r.entity = 'attachment'
    AND r.body ->> 'sha256' = %(sha256)s
), judged AS (
    SELECT coalesce(n.is_inside, false) AS is_inside,
        n.created_install = ANY (%(names)s::text[]) AS is_own,
        n.created_install = (
            SELECT created_install FROM named WHERE place IS NOT NULL ORDER BY place, id LIMIT 1
        ) OR EXISTS (
            SELECT 1 FROM blob_voucher v WHERE v.county_id = {_COUNTY}
            AND v.sha256 = %(sha256)s AND v.install_id = n.created_install
            AND v.vouched_at IS NOT NULL
        ) AS opens
    FROM named n WHERE NOT n.is_deleted
)
SELECT coalesce(bool_or(is_inside AND opens), false), coalesce(bool_or(is_own AND opens), false),
    coalesce(bool_or(is_own AND opens IS NOT TRUE), false)
FROM judged
"""


def read_standing(
    connection: Connection[Any] | Cursor[Any], reach: Reach, sha256: str, now: datetime
) -> Standing:
    """What this laptop may do; one that has it vouches for its records from now on."""
    row = connection.execute(
        _STANDING,
        {
            "sha256": sha256,
            "names": list(reach.install_ids),
            "is_all": COUNTY_SCOPE in reach.scope,
            "scope": list(reach.scope),
        },
    ).fetchone()
    found = Standing(False, False, False) if row is None else Standing(*row)
    if found.has_it and found.names:
        vouch(connection, reach.install_ids, sha256, now)
    return found


def vouch(
    connection: Connection[Any] | Cursor[Any], names: Sequence[str], sha256: str, now: datetime
) -> None:
    """This laptop has the original: the records it made under any of its names open it."""
    connection.execute(
        "INSERT INTO blob_voucher (sha256, install_id, vouched_at) "
        "SELECT %s, name, %s FROM unnest(%s::text[]) AS n(name) "
        "ON CONFLICT (county_id, sha256, install_id) DO UPDATE SET vouched_at = "
        "coalesce(blob_voucher.vouched_at, excluded.vouched_at)",
        (sha256, now, list(names)),
    )


def vouch_for_new(
    cursor: Cursor[Any], reach: Reach, feed: Iterable[FeedRow], now: datetime
) -> None:
    """For attachments that were just judged: who names what is within reach may lose the reach
    later, and will not send what it knows to be here. Before the feed is written, so that nobody
    waits for its lock meanwhile: a new record has no place yet, and is not the first by itself."""
    ids = [row.record_id for row in feed if row.entity == _ENTITY and row.kind == ChangeKind.PUT]
    if not ids:
        return
    cursor.execute(
        f"SELECT DISTINCT body ->> 'sha256' FROM record WHERE county_id = {_COUNTY} "
        "AND entity = 'attachment' AND id = ANY (%s::text[])",
        (ids,),
    )
    for (sha256,) in cursor.fetchall():
        read_standing(cursor, reach, sha256, now)


# --- showing it ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """How much a laptop has sent from the start on, and whether it was the same until now."""

    size: int = 0
    is_same: bool = True


def read_shown(connection: Connection[Any], install_id: str, sha256: str) -> Shown:
    """Of a laptop that names what it has not shown yet."""
    row = connection.execute(
        f"SELECT shown, is_same FROM blob_voucher WHERE county_id = {_COUNTY} "
        "AND sha256 = %s AND install_id = %s",
        (sha256, install_id),
    ).fetchone()
    return Shown() if row is None else Shown(*row)


def note_shown(connection: Connection[Any], install_id: str, sha256: str, shown: Shown) -> None:
    """Keeps how far it has come."""
    connection.execute(
        "INSERT INTO blob_voucher (sha256, install_id, shown, is_same) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (county_id, sha256, install_id) "
        "DO UPDATE SET shown = excluded.shown, is_same = excluded.is_same",
        (sha256, install_id, shown.size, shown.is_same),
    )


def forget_shown(connection: Connection[Any], sha256: str) -> None:
    """What was sent was not the original: everybody begins again."""
    connection.execute(
        f"DELETE FROM blob_voucher WHERE county_id = {_COUNTY} AND sha256 = %s "
        "AND vouched_at IS NULL",
        (sha256,),
    )
