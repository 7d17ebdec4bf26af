"""What a serving process counts: requests, their times, and the wait for the feed's lock.

Counted in memory and written to the county's database every few seconds, one row for each process:
so any process, and the command line, can tell the sum of all, and a restart takes nothing away.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from psycopg import Connection, Cursor

BOUNDS_S: Final = (0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper ends of a histogram's steps, in seconds; one more step has none."""
FLUSH_SECONDS: Final = 5.0
_ENDED: Final = "ended"
_ENDED_AFTER: Final = timedelta(days=1)


@dataclass
class Histogram:
    """How many took how long."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """All that were counted."""
        return sum(self.counts)

    def add(self, seconds: float) -> None:
        """One more."""
        self.counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.seconds += seconds

    def merge(self, other: Mapping[str, Any]) -> None:
        """Adds another's ``wire``."""
        counts = other["counts"]
        if len(counts) == len(self.counts):  # else of a program with other steps
            self.counts = [mine + more for mine, more in zip(self.counts, counts, strict=True)]
            self.seconds += other["seconds"]

    def wire(self) -> dict[str, Any]:
        """As it is kept."""
        return {"counts": self.counts, "seconds": self.seconds}

    def quantile_s(self, share: float) -> float | None:
        """The step below which this share lies; None without any, the last bound if beyond."""
        wanted = share * self.total
        seen = 0
        for place, count in enumerate(self.counts):
            seen += count
            if count and seen >= wanted:
                return BOUNDS_S[min(place, len(BOUNDS_S) - 1)]
        return None


@dataclass
class Counted:
    """The counters of one process, or the sum of several."""

    times: dict[str, Histogram] = field(default_factory=dict)
    """{what: how long}: ``sync``, ``repair``, ``feed_lock``."""
    numbers: dict[str, int] = field(default_factory=dict)
    """{what: how often}: ``turned_away``, ``failed``."""

    def merge(self, wire: Mapping[str, Any]) -> None:
        """Adds another's ``wire``."""
        for name, times in wire.get("times", {}).items():
            self.times.setdefault(name, Histogram()).merge(times)
        for name, number in wire.get("numbers", {}).items():
            self.numbers[name] = self.numbers.get(name, 0) + number

    def wire(self) -> dict[str, Any]:
        """As it is kept."""
        times = {name: one.wire() for name, one in self.times.items()}
        return {"times": times, "numbers": dict(self.numbers)}


class Meters:
    """This process's counters; any thread may count."""

    def __init__(self) -> None:
        self.process: Final = f"{socket.gethostname()[:60]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._counted = Counted()
        self._lock = threading.Lock()
        self._is_new = False

    def time(self, name: str, seconds: float) -> None:
        """Something took so long."""
        with self._lock:
            self._counted.times.setdefault(name, Histogram()).add(seconds)
            self._is_new = True

    def count(self, name: str) -> None:
        """Something happened."""
        with self._lock:
            self._counted.numbers[name] = self._counted.numbers.get(name, 0) + 1
            self._is_new = True

    @contextmanager
    def timed(self, name: str) -> Any:
        """Counts what runs inside, and how long, also when it fails."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.time(name, time.perf_counter() - begun)

    def flush(self, connection: Connection[Any], now: datetime) -> None:
        """Writes this process's row, if anything is new."""
        with self._lock:
            if not self._is_new:
                return
            self._is_new = False
            counted = orjson.dumps(self._counted.wire()).decode()
        with connection.transaction():
            connection.execute(_KEEP, (self.process, counted, now))


_KEEP: Final = """
INSERT INTO process_count (process, counted, updated_at) VALUES (%s, %s::jsonb, %s)
ON CONFLICT (county_id, process)
DO UPDATE SET counted = excluded.counted, updated_at = excluded.updated_at
"""

METERS: Final = Meters()
"""Of this process."""


def take_feed_lock(cursor: Cursor[Any]) -> None:
    """The lock under which feed numbers are given, held until commit; counts the wait for it.

    Numbers are asked for after it; the feed's trigger does the same for whoever asks for none.
    """
    with METERS.timed("feed_lock"):
        cursor.execute(
            "SELECT pg_advisory_xact_lock(424230, hashtext(current_setting('gulou.county')))"
        )


def read_counted(connection: Connection[Any]) -> Counted:
    """The sum over every process that ever served this county."""
    found = Counted()
    rows = connection.execute(
        "SELECT counted FROM process_count WHERE county_id = current_setting('gulou.county')"
    )
    for (wire,) in rows:
        found.merge(wire)
    return found


def fold_ended(connection: Connection[Any], now: datetime) -> None:
    """Puts the rows of processes that ended long ago together into one."""
    with connection.transaction():
        rows: Iterable[tuple[Any]] = connection.execute(
            "DELETE FROM process_count WHERE county_id = current_setting('gulou.county') "
            "AND (process = %s OR updated_at < %s) RETURNING counted",
            (_ENDED, now - _ENDED_AFTER),
        ).fetchall()
        found = Counted()
        for (wire,) in rows:
            found.merge(wire)
        if rows:
            connection.execute(_KEEP, (_ENDED, orjson.dumps(found.wire()).decode(), now))
