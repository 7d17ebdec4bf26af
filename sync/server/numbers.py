"""Whether a lasting number may be had: set aside for this laptop, and no other record's.

A number once had stays its record's for ever, also when the record is deleted. A county that was
put back takes numbers of blocks it has forgotten: nobody else can have been given those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from psycopg import Cursor

from app.cases.number_rules import CASE_SERIES, CaseNumber, is_provisional, read_number
from sync.protocol.messages import Operation, Reason
from sync.server.refusal import RefusedError
from sync.server.rows import FeedRow, Key, Row

CASE_FILE: Final = "case_file"
NAMES: Final = frozenset({"number", "former_number"})


@dataclass
class Numbers:
    """What is known of the numbers that one request names."""

    owners: dict[CaseNumber, str | None] = field(default_factory=dict)
    """For which laptop it was set aside; None where no block holds it."""
    used: dict[CaseNumber, str] = field(default_factory=dict)
    """The record that has it at the county."""
    claimed: dict[CaseNumber, str] = field(default_factory=dict)
    """The record that was given it in this request."""
    was_put_back: bool = False


def load(cursor: Cursor[Any], numbers: Numbers, operations: Iterable[Operation]) -> None:
    """Reads whose the numbers are that these operations name."""
    named = {_number_of(op.patch) for op in operations if op.entity == CASE_FILE}
    wanted = sorted(one for one in named if one is not None and one not in numbers.owners)
    if not wanted:
        return
    cursor.execute(
        "SELECT n.year, n.count, b.install_id, u.record_id "
        "FROM unnest(%b::int[], %b::bigint[]) AS n(year, count) "
        "LEFT JOIN number_block b ON b.county_id = current_setting('gulou.county') "
        "AND b.series = %b AND b.year = n.year AND n.count BETWEEN b.first AND b.last "
        "LEFT JOIN used_number u ON u.county_id = current_setting('gulou.county') "
        "AND u.series = %b AND u.year = n.year AND u.count = n.count",
        (
            [one.year for one in wanted],
            [one.count for one in wanted],
            CASE_SERIES,
            CASE_SERIES,
        ),
    )
    for year, count, install_id, record_id in cursor.fetchall():
        number = CaseNumber(year, count)
        numbers.owners[number] = install_id
        if record_id is not None:
            numbers.used[number] = record_id
    cursor.execute(
        "SELECT 1 FROM county_state WHERE county_id = current_setting('gulou.county') "
        "AND name = 'restored_at'"
    )
    numbers.was_put_back = cursor.fetchone() is not None


def check(
    numbers: Numbers, key: Key, number: str, *, names: Sequence[str], rows: dict[Key, Row]
) -> None:
    """Raises ``RefusedError`` for a number this record may not have; notes one it may.

    ``names`` are those the laptop ever had; ``rows`` what stands, for numbers that were claimed by
    a group which was refused after all.
    """
    if is_provisional(number):
        return
    read = read_number(number)
    if read is None:
        raise RefusedError(Reason.BAD_VALUE, fields={"number": "not_a_number"})
    holder = numbers.used.get(read)
    if holder is None:
        claimant = rows.get(Key(CASE_FILE, numbers.claimed.get(read, "")))
        is_claimed = claimant is not None and read_number(claimant.body["number"]) == read
        holder = numbers.claimed[read] if is_claimed else None
    if holder is not None and holder != key.record_id:
        raise RefusedError(Reason.NUMBER_TAKEN, number=number)
    owner = numbers.owners.get(read)
    is_own = owner is not None and owner in names
    if not is_own and not (owner is None and numbers.was_put_back):
        raise RefusedError(Reason.NUMBER_NOT_GIVEN, number=number)
    numbers.claimed[read] = key.record_id


def is_lasting(row: Row | None) -> bool:
    """Whether a record has a lasting number, which it then keeps whatever comes later."""
    return (
        row is not None
        and row.key.entity == CASE_FILE
        and read_number(str(row.body.get("number"))) is not None
    )


def note_used(
    cursor: Cursor[Any], numbers: Numbers, feed: Iterable[FeedRow], rows: dict[Key, Row]
) -> None:
    """Keeps the numbers that were taken; of two requests at once the later finds the first's."""
    written = {Key(line.entity, line.record_id) for line in feed if line.entity == CASE_FILE}
    new = {}
    for key in written:
        number = read_number(str(rows[key].body.get("number"))) if key in rows else None
        if number is not None and numbers.claimed.get(number) == key.record_id:
            new[number] = key.record_id
    fresh = sorted((one, of) for one, of in new.items() if one not in numbers.used)
    if fresh:
        cursor.executemany(
            "INSERT INTO used_number (series, year, count, record_id) VALUES (%s, %s, %s, %s)",
            [(CASE_SERIES, one.year, one.count, of) for one, of in fresh],
        )


def _number_of(patch: dict[str, Any]) -> CaseNumber | None:
    number = patch.get("number")
    return read_number(number) if isinstance(number, str) else None
