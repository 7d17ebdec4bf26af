"""Laptops in processes of their own that fetch everything there is for them.

``python -m tests.benchmarks.puller FOLDER…`` forks once for each enrolled laptop, so that many
start quickly and yet share nothing. Each opens its file and says that it is ready; at a line on
the input all run one round, and each says when, how many rows came, and the most memory it needed.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.refolding import refold
from sync.client.identity import county_address, load_device
from sync.client.round import Exchanger
from sync.client.transport import HttpsTransport
from tests.benchmarks.laptops import open_measured

_READY = "ready"


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one laptop says."""

    begun: float
    """By the machine's monotonic clock, which all processes share."""
    ended: float
    rows: int
    peak_mib: float

    @property
    def seconds(self) -> float:
        """Of its round."""
        return self.ended - self.begun


def pull(folders: Sequence[Path]) -> list[Pulled]:
    """All of them at once; in the order in which they ended."""
    command = [sys.executable, "-m", "tests.benchmarks.puller", *map(str, folders)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        for _ in folders:
            line = process.stdout.readline().strip()
            if line != _READY:
                raise RuntimeError(f"a laptop did not start: {line}")
        process.stdin.write("go\n")
        process.stdin.close()
        found = [json.loads(process.stdout.readline()) for _ in folders]
    return [Pulled(**one) for one in found]


def _main(folders: Sequence[Path]) -> None:
    waits, begins = os.pipe()
    children = []
    for folder in folders:
        child = os.fork()
        if child == 0:
            os.close(begins)
            _run(folder, waits)
            os._exit(0)
        children.append(child)
    sys.stdin.readline()
    os.close(begins)
    for child in children:
        os.waitpid(child, 0)


def _run(folder: Path, waits: int) -> None:
    laptop = open_measured(folder)
    store = laptop.store
    device = load_device(store, laptop.keys, secret_name=laptop.device_secret)
    address = county_address(store)
    assert device is not None
    assert address is not None
    transport = HttpsTransport(address, device)
    exchanger = Exchanger(store, transport, install_id=device.install_id, after_laying=refold)
    import requests  # noqa: F401 - on any laptop that has run for a minute it is loaded

    _say(_READY)
    os.read(waits, 1)
    begun = time.monotonic()
    rows = exchanger.run_round().received
    ended = time.monotonic()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say(json.dumps({"begun": begun, "ended": ended, "rows": rows, "peak_mib": peak}))
    transport.close()
    laptop.close()


def _say(line: str) -> None:
    """In one piece: many write to the same pipe."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    _main([Path(argument) for argument in sys.argv[1:]])
