"""Serving: in this process, in a thread of it, or in a process of its own that can be killed."""

from __future__ import annotations

import gc
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import requests
import uvicorn

from sync.server.api import make_app, make_pool
from sync.server.county import County
from sync.server.exchange import CountyDesk

DATA_VARIABLE: Final = "GULOU_COUNTY_DATA"
LISTENING: Final = "listening "
"""What a server says on its first line, before its URL."""
_START_SECONDS: Final = 60.0
_OBJECTS_BETWEEN_COLLECTIONS: Final = 100_000


def make_desk(county: County) -> CountyDesk:
    """What requests to this county need."""
    return CountyDesk(pool=make_pool(county.url), now=county.now)


class _NothingWasCutOff(logging.Filter):
    """Ending while laptops merely hold their lines open is no error."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Drops the one line that says so."""
        return not (str(record.msg).startswith("Cancel ") and record.args == (0,))


_NOTHING_WAS_CUT_OFF: Final = _NothingWasCutOff()


def make_config(county: County, *, tls: bool = True) -> uvicorn.Config:
    """How the county is served; laptops speak TLS only."""
    logging.getLogger("uvicorn.error").addFilter(_NOTHING_WAS_CUT_OFF)
    return uvicorn.Config(make_app(make_desk(county)), **serving_options(county, tls=tls))


def settle_memory() -> None:
    """Takes what was imported out of the collector's sight; it would be searched at every batch.

    A batch's objects are no cycles and go by themselves; the collector need not look so often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


def serving_options(county: County, *, tls: bool = True) -> dict[str, Any]:
    """uvicorn's settings, the same for one process and for several."""
    files = county.certificates
    options: dict[str, Any] = {
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "timeout_keep_alive": 30,
        # A laptop that went away never answers TLS's goodbye; it would be waited for 30 s.
        "timeout_graceful_shutdown": 2,
    }
    if tls:
        options |= {"ssl_certfile": str(files.server), "ssl_keyfile": str(files.server_key)}
    return options


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((host, port))
    bound.set_inheritable(True)
    return bound


def url_of(bound: socket.socket, *, tls: bool = True) -> str:
    """Where a bound socket is reached from this machine."""
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only
    shown = f"[{shown}]" if ":" in shown else shown
    return f"{'https' if tls else 'http'}://{shown}:{port}"


@contextmanager
def serve_in_thread(county: County, *, tls: bool = True) -> Iterator[str]:
    """Serves from a thread of this process; yields the URL."""
    server = uvicorn.Server(make_config(county, tls=tls))
    bound = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        _wait_started(server, thread)
        yield url_of(bound, tls=tls)
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)
        bound.close()


def _wait_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise RuntimeError("the county's server did not start")
        time.sleep(0.01)


class CountyProcess:
    """``gulou-county serve`` as a process of its own, ready when the constructor returns."""

    def __init__(
        self,
        data: Path,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        workers: int = 1,
        database_url: str | None = None,
    ) -> None:
        environment = dict(os.environ)
        if database_url is not None:
            environment["GULOU_DATABASE_URL"] = database_url
        command = [sys.executable, "-m", "sync.server.admin_cli", "serve", "--data", str(data)]
        command += ["--host", host, "--port", str(port), "--workers", str(workers)]
        self._process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        try:
            self.url = self._read_url()
            self._wait_healthy(data)
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def port(self) -> int:
        """Where it listens; give it to the next process to come back at the same place."""
        return int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """-9: as a power cut."""
        self._process.kill()
        self._end()

    def stop(self) -> None:
        """Asks it to end, and waits."""
        self._process.terminate()
        self._end()

    def __enter__(self) -> CountyProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _end(self) -> None:
        try:
            self._process.wait(_START_SECONDS)
        finally:
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _read_url(self) -> str:
        line = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not line.startswith(LISTENING):
            raise RuntimeError(f"the county's server did not start: {line}")
        return line.removeprefix(LISTENING)

    def _wait_healthy(self, data: Path) -> None:
        authority = data / "certificates" / "ca.pem"
        end = time.monotonic() + _START_SECONDS
        with requests.Session() as session:
            session.trust_env = False
            while time.monotonic() < end and self._process.poll() is None:
                try:
                    session.get(f"{self.url}/health", verify=str(authority), timeout=5)
                except requests.ConnectionError:
                    time.sleep(0.05)
                else:
                    return
        raise RuntimeError("the county's server does not answer")
