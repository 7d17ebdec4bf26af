"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

A_MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class FakeClock:
    """Both clocks of one boot. ``set_wall`` is a person who sets the clock wrong."""

    def __init__(self, now: datetime = A_MONDAY, *, boot_id: str = "boot-1") -> None:
        self._now = now
        self._monotonic_ms = 3_600_000
        self.boot_id = boot_id

    def now(self) -> datetime:
        return self._now

    def monotonic_ms(self) -> int:
        return self._monotonic_ms

    def advance(self, passed: timedelta) -> None:
        """Time passes, on both clocks."""
        self._now += passed
        self._monotonic_ms += round(passed.total_seconds() * 1000)

    def set_wall(self, now: datetime) -> None:
        """The wall clock jumps; the monotonic clock does not."""
        self._now = now

    def restart(self, boot_id: str = "boot-2") -> None:
        """The machine starts anew: the monotonic clock begins at zero."""
        self.boot_id = boot_id
        self._monotonic_ms = 0
