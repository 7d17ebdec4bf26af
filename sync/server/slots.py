"""How many laptops one process serves at once, and when the others are to come again.

After an outage thousands return within a minute. A few are served at a time, a short queue waits,
and everybody else is told a time of their own, one after the other as fast as work is done, so
that they do not all return together once more. Only estimates are kept here: another process, or
the same after a restart, begins again without harm.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from sync.protocol.messages import ProblemCode
from sync.server.problems import RequestRefusedError

AT_ONCE: Final = 4
"""Requests worked on at the same time; the pool has connections left for signing in."""
LONGEST_WAIT_S: Final = 8.0
"""Whoever would wait longer is given a slot instead."""
LATEST_SLOT_S: Final = 900.0
_FIRST_GUESS_S: Final = 0.05
_BUSY_S: Final = 2.0
_QUIET_INTERVAL_S: Final = 60.0


@dataclass
class _Turn:
    """The requests of one install that are here: one at a time."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Slots:
    """For one event loop."""

    def __init__(
        self,
        *,
        at_once: int = AT_ONCE,
        longest_wait_s: float = LONGEST_WAIT_S,
        monotonic: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        self._at_once = at_once
        self._longest_wait_s = longest_wait_s
        self._monotonic = monotonic
        self._rng = rng or random.Random()  # noqa: S311 - spreads load, guards nothing
        self._free = asyncio.Semaphore(at_once)
        self._turns: dict[str, _Turn] = {}
        self._here = 0
        self._usual_s = _FIRST_GUESS_S
        self._booked_until = 0.0

    @property
    def here(self) -> int:
        """Requests that were let in and are not answered yet."""
        return self._here

    def expected_wait_s(self) -> float:
        """How long one more request would wait for its turn."""
        return max(0, self._here + 1 - self._at_once) * self._usual_s / self._at_once

    def advice_s(self) -> int | None:
        """For an answered laptop: stay away a little longer than usual while there is a queue."""
        if self.expected_wait_s() < _BUSY_S:
            return None
        return round(_QUIET_INTERVAL_S * self._rng.uniform(1.0, 5.0))

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Around a whole request, its body included.

        Raises ``RequestRefusedError`` TRY_LATER with ``retry_after_s`` before anything is read:
        whoever was let in is served, because a slow line has paid for what it sent.
        """
        if self.expected_wait_s() > self._longest_wait_s:
            raise RequestRefusedError(ProblemCode.TRY_LATER, retry_after_s=self._book())
        self._here += 1
        try:
            yield
        finally:
            self._here -= 1

    @asynccontextmanager
    async def turn(self, install_id: str) -> AsyncIterator[None]:
        """Around the work itself: one request of an install at a time, a few at once in all.

        A request that is sent again while the first is still worked on waits for it here, without
        holding a thread or a connection.
        """
        turn = self._turns.setdefault(install_id, _Turn())
        turn.users += 1
        try:
            async with turn.lock, self._free:
                begun = self._monotonic()
                try:
                    yield
                finally:
                    self._learn(self._monotonic() - begun)
        finally:
            turn.users -= 1
            if turn.users == 0:
                del self._turns[install_id]

    def _learn(self, seconds: float) -> None:
        self._usual_s += (seconds - self._usual_s) / 10

    def _book(self) -> int:
        """The next free time after the queue and after everybody who was sent away before."""
        now = self._monotonic()
        earliest = now + self.expected_wait_s()
        self._booked_until = max(self._booked_until, earliest) + self._usual_s / self._at_once
        wait = self._booked_until - now
        if wait > LATEST_SLOT_S:  # better some of them early than nobody heard of for hours
            wait = LATEST_SLOT_S * self._rng.uniform(0.5, 1.0)
        return max(1, round(wait * self._rng.uniform(1.0, 1.25)))
