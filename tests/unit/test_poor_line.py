"""The poor line is what it says: slow, far away, cut at exactly the byte."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.helpers.poor_line import PoorLine


@pytest.fixture
def echo_port() -> Iterator[int]:
    """A county that says what it hears."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                end, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=(end,), daemon=True).start()

    def echo(end: socket.socket) -> None:
        with end:
            try:
                while data := end.recv(4096):
                    end.sendall(data)
            except OSError:
                return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def exchange(port: int, data: bytes) -> bytes:
    """Sends all, reads until as much came back or the line was cut."""
    heard = b""
    with socket.create_connection(("127.0.0.1", port)) as end:
        sender = threading.Thread(target=_send, args=(end, data))
        sender.start()
        try:
            while len(heard) < len(data) and (part := end.recv(65536)):
                heard += part
        except ConnectionResetError:
            pass
        sender.join()
    return heard


def _send(end: socket.socket, data: bytes) -> None:
    try:
        end.sendall(data)
    except OSError:
        return


def test_bytes_arrive_whole_and_no_faster_than_the_line(echo_port: int) -> None:
    data = bytes(range(256)) * 80
    with PoorLine(echo_port, bits_per_s=800_000, round_trip_s=0.1, cut_every=None) as line:
        begun = time.monotonic()
        assert exchange(line.port, data) == data
        seconds = time.monotonic() - begun
        assert seconds >= len(data) / 100_000 + 0.2  # one round trip to open, one to be heard
        assert (line.carried_up, line.carried_down, line.cuts) == (len(data), len(data), 0)


def test_the_line_is_cut_after_so_many_bytes_and_comes_back(echo_port: int) -> None:
    data = b"x" * 9_000
    with PoorLine(echo_port, bits_per_s=8_000_000, round_trip_s=0.01, cut_every=10_000) as line:
        first = exchange(line.port, data)
        assert len(first) < len(data)
        assert (line.cuts, line.carried) == (1, 10_000)
        line.cut_every = None
        assert exchange(line.port, data) == data


def test_nobody_behind_the_line_is_an_end_and_no_waiting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    with PoorLine(nobody, round_trip_s=0.0) as line:
        assert exchange(line.port, b"hello") == b""
