"""What to make of a laptop's clock: its time is corrected and bounded, never refused.

The wall clock of an operation plus the offset seen at this contact, clamped to what is possible:
not before the install's previous contact, not after now, and never running backwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

_FARTHEST_MS: Final = 10**15
"""More than thirty thousand years; a clock beyond it says nothing at all."""


def offset_ms(*, now: datetime, wall_ms: int) -> int:
    """How far the laptop's clock is behind, in milliseconds."""
    return _bounded(round(now.timestamp() * 1000) - wall_ms)


def effective_times(
    wall_times_ms: Iterable[int], *, offset: int, earliest: datetime, now: datetime
) -> list[datetime]:
    """When each operation counts as made, in operation order."""
    floor = min(earliest, now)
    times: list[datetime] = []
    for wall_ms in wall_times_ms:
        floor = max(floor, min(moment_of(_bounded(wall_ms) + offset), now))
        times.append(floor)
    return times


def moment_of(milliseconds: int) -> datetime:
    """Milliseconds since 1970 as a moment; what no calendar holds becomes its first or last."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        far = datetime.max if milliseconds > 0 else datetime.min
        return far.replace(tzinfo=UTC)


def _bounded(milliseconds: int) -> int:
    return max(-_FARTHEST_MS, min(milliseconds, _FARTHEST_MS))
