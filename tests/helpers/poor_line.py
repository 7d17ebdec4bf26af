"""A village's line: slow, far away, and cut again and again; a TCP proxy before the real county.

It is slow as a line is: bytes of one direction share its rate over all connections, each arrives
half a round trip later, and what was on its way when the line was cut is gone. TLS goes through
untouched. ``BreakingLine`` is the other kind: full speed, and cut where a test says.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

_CHUNK: Final = 1_400
"""Bytes of one packet."""
_BUFFER: Final = 16 * 1024
"""What the machine may keep for a connection before the sender has to wait."""
_RESET: Final = struct.pack("ii", 1, 0)
"""Ends a connection as a cut does: no goodbye."""


@dataclass
class _Way:
    """One direction: when it is free again, and what has arrived at its end."""

    free_at: float = 0.0
    carried: int = 0


class PoorLine:
    """Passes bytes on at ``bits_per_s`` each way, and cuts every connection after each
    ``cut_every`` bytes that arrived, both ways together; None never cuts.

    Use as a context manager, or ``close()`` it. Laptops connect to ``port``.
    """

    def __init__(
        self,
        county_port: int,
        *,
        bits_per_s: float = 256_000,
        round_trip_s: float = 0.6,
        cut_every: int | None = 200_000,
    ) -> None:
        self._county_port = county_port
        self._bytes_per_s = bits_per_s / 8
        self._delay_s = round_trip_s / 2
        self.cut_every = cut_every
        self.cuts = 0
        self._since_cut = 0
        self._up, self._down = _Way(), _Way()
        self._open: set[asyncio.Task[None]] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="poor-line", daemon=True)
        self._thread.start()

    @property
    def carried_up(self) -> int:
        """Bytes that reached the county, TLS and all."""
        return self._up.carried

    @property
    def carried_down(self) -> int:
        """Bytes that reached a laptop."""
        return self._down.carried

    @property
    def carried(self) -> int:
        """Bytes that arrived, both ways."""
        return self._up.carried + self._down.carried

    def close(self) -> None:
        """Cuts what is open and ends."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def __enter__(self) -> PoorLine:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _value: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        accepting = self._loop.create_task(self._accept())
        self._loop.run_forever()
        for task in (accepting, *self._open):
            task.cancel()
        self._loop.run_until_complete(
            asyncio.gather(accepting, *self._open, return_exceptions=True)
        )
        self._listener.close()
        self._loop.close()

    async def _accept(self) -> None:
        while True:
            laptop, _address = await self._loop.sock_accept(self._listener)
            task = self._loop.create_task(self._carry(laptop))
            self._open.add(task)
            task.add_done_callback(self._open.discard)

    async def _carry(self, laptop: socket.socket) -> None:
        """One connection; to open it costs a round trip, as its handshake would."""
        county = socket.socket()
        try:
            for end in (laptop, county):
                end.setblocking(False)
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            await asyncio.sleep(2 * self._delay_s)
            await self._loop.sock_connect(county, ("127.0.0.1", self._county_port))
            await self._until_one_ends(
                self._pass_on(laptop, county, self._up), self._pass_on(county, laptop, self._down)
            )
        except OSError:
            pass  # the county is not there
        finally:
            laptop.close()
            county.close()

    async def _until_one_ends(self, *ways: Coroutine[Any, Any, None]) -> None:
        tasks = [self._loop.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pass_on(self, sender: socket.socket, receiver: socket.socket, way: _Way) -> None:
        """One direction of a connection, until it ends."""
        flying: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        landing = self._loop.create_task(self._land(flying, receiver, way))
        try:
            while not landing.done():
                data = await self._loop.sock_recv(sender, _CHUNK)
                begins = max(self._loop.time(), way.free_at)
                way.free_at = begins + len(data) / self._bytes_per_s
                flying.put_nowait((way.free_at + self._delay_s, data))
                if not data:
                    await landing
                    return
                await self._until(way.free_at)
        finally:
            landing.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await landing

    async def _land(
        self, flying: asyncio.Queue[tuple[float, bytes]], receiver: socket.socket, way: _Way
    ) -> None:
        alive_since = self.cuts
        while True:
            due, data = await flying.get()
            await self._until(due)
            if not data or self.cuts != alive_since:
                return
            part = data if self.cut_every is None else data[: self.cut_every - self._since_cut]
            way.carried += len(part)
            self._since_cut += len(part)
            is_cut = self._since_cut == self.cut_every
            if is_cut:
                self.cuts += 1
                self._since_cut = 0
            await self._loop.sock_sendall(receiver, part)
            if is_cut:
                for task in self._open:
                    task.cancel()
                return

    async def _until(self, moment: float) -> None:
        wait = moment - self._loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
