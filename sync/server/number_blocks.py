"""Blocks of lasting numbers: set aside for one laptop each, under a lock, and never again.

A county that was put back to yesterday does not know what it gave since. Its first block of the
new epoch therefore begins far above all it knows of; and each laptop names the blocks it holds, so
that the county learns them before it gives another. What an answer carried that never arrived is
not among them and is answered once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, LiteralString

from psycopg import Connection

from app.cases.number_rules import CASE_SERIES, LARGEST_BLOCK, block_size, is_low
from sync.protocol.messages import HeldBlock
from sync.server.authors import china_date
from sync.server.intake import Install

GAP: Final = 100_000
"""Left free after a restore: far more than a county gives between two backups."""
MOST_BLOCKS: Final = 100
"""For one laptop and year; nobody writes forty thousand cases."""
_AHEAD_MONTH: Final = 12
"""From December on a laptop gets numbers of the next year: it may be away at its turn."""
_COUNTY: Final[LiteralString] = "county_id = current_setting('gulou.county')"
_LOCK: Final[LiteralString] = (
    "SELECT pg_advisory_xact_lock(hashtextextended("
    "'gulou.numbers.' || current_setting('gulou.county'), 0))"
)


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """What of an answer is about numbers."""

    number_blocks: Sequence[tuple[str, int, int, int]] = ()
    lost_blocks: Sequence[tuple[str, int, int]] = ()

    def as_fields(self) -> dict[str, Any]:
        """As it travels; nothing where there is nothing to say."""
        found = {"number_blocks": self.number_blocks, "lost_blocks": self.lost_blocks}
        return {name: list(value) for name, value in found.items() if value}


def learn_held(
    connection: Connection[Any], install: Install, held: Sequence[HeldBlock], now: datetime
) -> None:
    """Notes blocks a laptop holds and this county has forgotten; before its work is judged.

    Also where nobody said that the county was put back. Not those that touch another's block: the
    laptop is told that it has lost them. Nor any far from what was ever given.
    """
    known = set(_mine(connection, install.id))
    forgotten = [one for one in held if tuple(one[:4]) not in known and _is_sound(one)]
    connection.commit()
    if not forgotten or len(known) + len(forgotten) > MOST_BLOCKS:
        return
    with connection.transaction():
        connection.execute(_LOCK)
        for one in sorted(forgotten):
            if one.first <= _highest(connection, one.year)[0] + GAP:
                connection.execute(_LEARN, {**one._asdict(), "install": install.id, "now": now})


_LEARN: Final[LiteralString] = (
    "INSERT INTO number_block (series, year, first, last, install_id, epoch, given_at) "
    "SELECT %(series)s, %(year)s, %(first)s, %(last)s, %(install)s, '', %(now)s "
    f"WHERE NOT EXISTS (SELECT 1 FROM number_block WHERE {_COUNTY} "
    "AND series = %(series)s AND year = %(year)s "
    "AND first <= %(last)s AND last >= %(first)s)"
)
"""Of no epoch: the first block that this one gives still begins above the gap."""


def blocks_for(
    connection: Connection[Any], install: Install, held: Sequence[HeldBlock], now: datetime
) -> NumberAnswer:
    """What this laptop shall have besides what it has, and what of that is not its own."""
    years = _years(china_date(now))
    mine = set(_mine(connection, install.id))
    named = {tuple(one[:4]) for one in held}
    unheard = sorted(one for one in mine - named if one[1] >= years[0])
    lost = [(one.series, one.year, one.first) for one in held if tuple(one[:4]) not in mine]
    wanting = [year for year in years if _is_wanting(year, held, unheard, mine)]
    connection.commit()
    if not wanting:
        return NumberAnswer(unheard, lost)
    with connection.transaction():
        connection.execute(_LOCK)
        given = [_give(connection, install.id, year, now) for year in wanting]
    return NumberAnswer([*unheard, *given], lost)


def _years(today: date) -> tuple[int, ...]:
    is_near = today.month >= _AHEAD_MONTH
    return (today.year, today.year + 1) if is_near else (today.year,)


def _is_wanting(
    year: int,
    held: Iterable[HeldBlock],
    unheard: Iterable[tuple[str, int, int, int]],
    mine: Iterable[tuple[str, int, int, int]],
) -> bool:
    own = [one for one in mine if one[:2] == (CASE_SERIES, year)]
    left = sum(one.left for one in held if one[:2] == (CASE_SERIES, year) and tuple(one[:4]) in own)
    left += sum(last - first + 1 for series, of, first, last in unheard if of == year)
    size = max((last - first + 1 for _series, _of, first, last in own), default=0)
    return len(own) < MOST_BLOCKS and (not own or is_low(left=left, size=size))


def _give(
    connection: Connection[Any], install_id: str, year: int, now: datetime
) -> tuple[str, int, int, int]:
    first = _next_free(connection, year)
    last = first - 1 + _size(connection, install_id, year)
    connection.execute(
        "INSERT INTO number_block (series, year, first, last, install_id, epoch, given_at) "
        f"SELECT %s, %s, %s, %s, %s, value, %s FROM county_state WHERE {_COUNTY} "
        "AND name = 'epoch'",
        (CASE_SERIES, year, first, last, install_id, now),
    )
    return CASE_SERIES, year, first, last


def _size(connection: Connection[Any], install_id: str, year: int) -> int:
    row = connection.execute(
        "SELECT count(*) FILTER (WHERE year = %(year)s), "
        "coalesce(max(last - first + 1) FILTER (WHERE year = %(year)s - 1), 0) "
        f"FROM number_block WHERE {_COUNTY} AND install_id = %(install)s "
        "AND series = %(series)s",
        {"year": year, "install": install_id, "series": CASE_SERIES},
    ).fetchone()
    given, largest = row or (0, 0)
    return block_size(given=int(given), largest_last_year=int(largest))


def _next_free(connection: Connection[Any], year: int) -> int:
    """Above every number this county knows to be given or used; in a new epoch far above."""
    highest, is_of_epoch = _highest(connection, year)
    return highest + 1 + (0 if is_of_epoch else _gap(connection, year))


def _highest(connection: Connection[Any], year: int) -> tuple[int, bool]:
    """The highest number given or used in a year, and whether this epoch has given any."""
    row = connection.execute(
        "SELECT max(b.last), bool_or(b.epoch = e.value), "
        f"(SELECT max(u.count) FROM used_number u WHERE u.{_COUNTY} "
        "AND u.series = %(series)s AND u.year = %(year)s) "
        "FROM county_state e LEFT JOIN number_block b ON b.county_id = e.county_id "
        "AND b.series = %(series)s AND b.year = %(year)s "
        f"WHERE e.{_COUNTY} AND e.name = 'epoch'",
        {"series": CASE_SERIES, "year": year},
    ).fetchone()
    given, is_of_epoch, used = row or (None, None, None)
    return max(int(given or 0), int(used or 0)), bool(is_of_epoch)


def _gap(connection: Connection[Any], year: int) -> int:
    """Nothing where no number of this year could be given before the county was put back."""
    restored = _restored_on(connection)
    is_possible = restored is not None and restored >= date(year - 1, _AHEAD_MONTH, 1)
    return GAP if is_possible else 0


def _restored_on(connection: Connection[Any]) -> date | None:
    row = connection.execute(
        f"SELECT value FROM county_state WHERE {_COUNTY} AND name = 'restored_at'"
    ).fetchone()
    return None if row is None else china_date(datetime.fromisoformat(row[0]))


def _is_sound(block: HeldBlock) -> bool:
    return block.series == CASE_SERIES and 0 <= block.last - block.first < LARGEST_BLOCK


def _mine(connection: Connection[Any], install_id: str) -> list[tuple[str, int, int, int]]:
    rows = connection.execute(
        f"SELECT series, year, first, last FROM number_block WHERE {_COUNTY} AND install_id = %s",
        (install_id,),
    )
    return [(str(row[0]), int(row[1]), int(row[2]), int(row[3])) for row in rows]
