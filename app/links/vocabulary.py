"""How two records belong together."""

from __future__ import annotations

from enum import StrEnum


class LinkKind(StrEnum):
    """Read from the first record to the second."""

    GREW_INTO = "grew_into"
    """An incident became a dispute, a dispute an incident."""
    RELATED = "related"
    FLARED_UP = "flared_up"
    """A quarrel that had ended came up again as a case of its own."""
