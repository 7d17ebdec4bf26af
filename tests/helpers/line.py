"""A real line that breaks where a test says: a TCP proxy in front of the county's real server."""

from __future__ import annotations

import contextlib
import select
import socket
import threading


class BreakingLine:
    """Passes bytes to the county until its allowance is used up, then cuts both ends.

    ``up`` and ``down`` are bytes still allowed in each direction over all connections; None is no
    limit. TLS goes through untouched.
    """

    def __init__(self, county_port: int) -> None:
        self._county_port = county_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.up: int | None = None
        self.down: int | None = None
        self.cuts = 0
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def mend(self) -> None:
        """No limits any more."""
        self.up = self.down = None

    def _accept(self) -> None:
        while True:
            try:
                laptop, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(laptop,), daemon=True).start()

    def _carry(self, laptop: socket.socket) -> None:
        with laptop:
            try:
                county = socket.create_connection(("127.0.0.1", self._county_port))
            except OSError:
                return
            with county:
                self._pass_bytes(laptop, county)

    def _pass_bytes(self, laptop: socket.socket, county: socket.socket) -> None:
        while True:
            readable, _, _ = select.select([laptop, county], [], [], 30)
            for end in readable:
                try:
                    data = end.recv(4096)
                except OSError:
                    return
                other, way = (county, "up") if end is laptop else (laptop, "down")
                if not data or not self._send(other, data, way):
                    return
            if not readable:
                return

    def _send(self, other: socket.socket, data: bytes, way: str) -> bool:
        allowed = getattr(self, way)
        part = data if allowed is None else data[:allowed]
        with contextlib.suppress(OSError):
            other.sendall(part)
        if allowed is None:
            return True
        setattr(self, way, allowed - len(part))
        if len(part) == len(data):
            return True
        self.cuts += 1
        return False
