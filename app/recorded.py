"""What recording a new record gives back: what was written, for screens and for undo."""

from __future__ import annotations

from dataclasses import dataclass

from app.store import Changes


@dataclass(frozen=True)
class Recorded:
    """What was written; an area adds what its screens need to know of the new record."""

    changes: Changes

    @property
    def records(self) -> frozenset[tuple[str, str]]:
        """As ``Changes.records``, so that screens hear of it."""
        return self.changes.records

    @property
    def txn(self) -> int | None:
        """As ``Changes.txn``."""
        return self.changes.txn

    def touches(self, *entities: str) -> bool:
        """As ``Changes.touches``."""
        return self.changes.touches(*entities)
