"""What a laptop could still believe when it wrote: where things lay before they were moved.

Work is judged by the authority its author knew of, so that nobody's five offline edits are refused
for a move they could not have heard of. Whether they had is never a matter of clocks. A laptop
that still asks for a bucket from before the move has not been told; and what it had numbered by
its previous contact was written before this one told it anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import Cursor

from db.tables.base import SIGN_IN_SUFFIX
from sync.server.rows import Key


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a record lay until it was moved; as holder: who had a case in hand."""

    unit_id: str
    bucket: str
    is_holder: bool
    left_seq: int | None
    """The feed's number of the line that told the laptops of this bucket."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a request says of how much its laptop has heard."""

    cursors: Mapping[str, int] = field(default_factory=dict)
    numbered_before: int = 0
    """The last operation number this install had given out at its previous contact."""
    names: tuple[str, ...] = ()
    """Every name this laptop ever had; it may have been moved under an earlier one."""

    def may_believe(self, placement: Placement, op_no: int) -> bool:
        """Whether the author of this operation need not have heard of the move."""
        if op_no <= self.numbered_before:
            return True
        cursor = self.cursors.get(placement.bucket)
        return cursor is not None and (placement.left_seq is None or cursor < placement.left_seq)

    def may_believe_unit(self, bucket: str, op_no: int) -> bool:
        """As ``may_believe``, where a whole bucket was lost: it is named until it is evicted."""
        return op_no <= self.numbered_before or bucket in self.cursors

    def may_believe_home(self, unit_id: str, op_no: int) -> bool:
        """Whether a laptop that was moved still takes this unit for its own."""
        return self.may_believe_unit(unit_id + SIGN_IN_SUFFIX, op_no)


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class NewPlacement:
    """A line to be written: this record lay there until now."""

    key: Key
    unit_id: str
    bucket: str
    is_holder: bool


def read(cursor: Cursor[Any], keys: list[Key]) -> dict[Key, list[Placement]]:
    """Where these records lay before."""
    if not keys:
        return {}
    cursor.execute(
        "SELECT p.entity, p.id, p.unit_id, p.bucket, p.is_holder, f.seq FROM placement p "
        "JOIN unnest(%b::text[], %b::text[]) AS k(entity, id) USING (entity, id) "
        "LEFT JOIN feed f ON f.county_id = p.county_id AND f.entity = p.entity "
        "AND f.record_id = p.id AND f.bucket = p.bucket AND f.kind <> 'put' "
        "WHERE p.county_id = current_setting('gulou.county')",
        ([key.entity for key in keys], [key.record_id for key in keys]),
    )
    found: dict[Key, list[Placement]] = {key: [] for key in keys}
    for entity, record_id, *rest in cursor.fetchall():
        found[Key(entity, record_id)].append(Placement(*rest))
    return found


def write(cursor: Cursor[Any], placements: list[NewPlacement]) -> None:
    """Notes where records lay until now."""
    lines = {(*line.key, line.unit_id, line.is_holder): line for line in placements}
    if not lines:
        return
    cursor.execute(
        "INSERT INTO placement (county_id, entity, id, unit_id, bucket, is_holder, until) "
        "SELECT current_setting('gulou.county'), n.*, now() "
        "FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::bool[]) "
        "AS n(entity, id, unit_id, bucket, is_holder) "
        "ON CONFLICT (county_id, entity, id, unit_id, is_holder) "
        "DO UPDATE SET until = excluded.until, bucket = excluded.bucket",
        (
            [line.key.entity for line in lines.values()],
            [line.key.record_id for line in lines.values()],
            [line.unit_id for line in lines.values()],
            [line.bucket for line in lines.values()],
            [line.is_holder for line in lines.values()],
        ),
    )
