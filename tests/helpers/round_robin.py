"""One address before several servers: each new connection goes to the next that is alive."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from collections import Counter
from collections.abc import Sequence


class RoundRobin:
    """A TCP proxy as a county would put before its hosts; TLS goes through untouched."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = list(ports)
        self.served: Counter[int] = Counter()
        """Connections by the port they went to."""
        self._next = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The one address."""
        return f"https://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Takes no more connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                laptop, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(laptop,), daemon=True).start()

    def _carry(self, laptop: socket.socket) -> None:
        with laptop:
            server = self._connect()
            if server is not None:
                with server:
                    _pass_bytes(laptop, server)

    def _connect(self) -> socket.socket | None:
        with self._lock:
            start, self._next = self._next, self._next + 1
        for step in range(len(self.ports)):
            port = self.ports[(start + step) % len(self.ports)]
            try:
                server = socket.create_connection(("127.0.0.1", port))
            except OSError:
                continue
            self.served[port] += 1
            return server
        return None


def _pass_bytes(laptop: socket.socket, server: socket.socket) -> None:
    while True:
        readable, _, _ = select.select([laptop, server], [], [], 60)
        if not readable:
            return
        for end in readable:
            try:
                data = end.recv(65536)
                (server if end is laptop else laptop).sendall(data)
            except OSError:
                return
            if not data:
                return
