"""What was typed where, so that afterwards each piece of it can be looked for.

A mark is a short text that occurs in one edit only. It must be found at the county or on the
laptop it was typed on, unless its only disk was put back to an older day before it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from sync.server.county import County

if TYPE_CHECKING:
    from tests.sync.machine.laptops import MachineLaptop


@dataclass
class Memory:
    """Marks by the laptop they were typed on."""

    county: County
    typed: dict[str, str] = field(default_factory=dict)
    """Mark to the laptop's name."""
    _count: int = 0

    def next_mark(self) -> str:
        """A text nobody else types."""
        self._count += 1
        return f"m{self._count:06d}"

    def note(self, laptop: MachineLaptop, mark: str) -> None:
        """An edit was committed on this laptop; not every edit has text of its own."""
        if mark and mark in self.texts_on(laptop):
            self.typed[mark] = laptop.name

    def forget_destroyed(self, laptop: MachineLaptop, before: str) -> None:
        """A copy of an older day was put back: what only the lost file held is gone with it."""
        kept = self.texts_on(laptop) + self.texts_at_county()
        for mark in [mark for mark in self.typed if mark in before and mark not in kept]:
            del self.typed[mark]

    def forget_what_only_the_county_had(
        self, laptops: list[MachineLaptop], backup_text: str
    ) -> None:
        """The county goes back: what neither the backup nor any laptop still holds is gone, as
        what was typed on a file that was put back, too, and had been sent before."""
        kept = backup_text + "".join(map(self.texts_on, laptops))
        for mark in [mark for mark in self.typed if mark not in kept]:
            del self.typed[mark]

    def lost(self, laptops: list[MachineLaptop]) -> list[str]:
        """Marks that are nowhere."""
        everywhere = self.texts_at_county() + "".join(map(self.texts_on, laptops))
        return [mark for mark in self.typed if mark not in everywhere]

    def texts_at_county(self) -> str:
        """All raw operations in one text."""
        with psycopg.connect(self.county.url) as connection:
            rows = connection.execute("SELECT body FROM op_raw").fetchall()
        return "\n".join(body for (body,) in rows)

    def texts_on(self, laptop: MachineLaptop) -> str:
        """All patches of the laptop's outbox in one text."""
        return _patches(laptop)


def _patches(laptop: MachineLaptop) -> str:
    with laptop.store.reading() as session:
        rows: list[Any] = list(
            session.connection().exec_driver_sql("SELECT patch FROM outbox").all()
        )
    return "\n".join(row[0] for row in rows)
