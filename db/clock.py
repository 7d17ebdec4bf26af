"""Time as a thing that can be passed in, so that tests and wrong laptop clocks are ordinary.

The wall clock of a village laptop may say 1970 or 2099. It is recorded beside the monotonic clock
and the boot it belongs to; the county decides what to make of it (see sync/protocol).
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """What the program asks of a clock."""

    boot_id: str

    def now(self) -> datetime:
        """The wall clock, in UTC, with its zone."""

    def monotonic_ms(self) -> int:
        """Milliseconds since some moment of this boot; never runs backwards."""


class SystemClock:
    """The machine's own clocks."""

    def __init__(self) -> None:
        self.boot_id = _boot_id()

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        """Milliseconds of the monotonic clock."""
        return time.monotonic_ns() // 1_000_000


def today_in_china(clock: Clock) -> date:
    """The date a person in the village would write on paper."""
    return day_in_china(clock.now())


def day_in_china(moment: datetime) -> date:
    """The date on paper in the village at that moment."""
    return moment.astimezone(CHINA).date()


def _boot_id() -> str:
    kernel_boot = Path("/proc/sys/kernel/random/boot_id")
    if kernel_boot.exists():
        return kernel_boot.read_text(encoding="ascii").strip()
    return str(uuid.uuid4())
