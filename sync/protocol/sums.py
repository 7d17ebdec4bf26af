"""The sum of a set of records: how many, and the XOR of a 64-bit hash of each.

Laptop and county compute it each from their own tables. Equal sums mean equal records in equal
versions; a sum does not depend on the order, so neither side has to sort anything. The hash is
made of MD5 because PostgreSQL and Python both have it; it finds accidents and guards no secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

RANGES: Final = 256
"""How many parts a bucket is cut into to find what differs."""


class Sum(NamedTuple):
    """How many records, and their hashes XORed together."""

    rows: int = 0
    mix: int = 0

    def wire(self) -> tuple[int, str]:
        """As it travels."""
        return self.rows, f"{self.mix:016x}"

    @classmethod
    def read(cls, wire: Iterable[object]) -> Sum:
        """From its wire form; raises ``ValueError`` or ``TypeError`` for anything else."""
        count, mix = wire
        return cls(int(str(count)), int(str(mix), 16))

    def minus(self, other: Sum) -> Sum:
        """What is in one of the two alone; ``Sum()`` when they are equal."""
        return Sum(self.rows - other.rows, self.mix ^ other.mix)


def row_hash(entity: str, record_id: str, version: int) -> int:
    """The hash of one version of one record, 64 bits without a sign."""
    text = f"{entity}|{record_id}|{version}".encode()
    return int.from_bytes(hashlib.md5(text, usedforsecurity=False).digest()[:8])


def range_of(record_id: str) -> int:
    """The range a record falls into, whatever its id looks like."""
    return hashlib.md5(record_id.encode(), usedforsecurity=False).digest()[0]
