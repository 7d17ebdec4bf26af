"""Laptops in processes of their own that fetch everything there is for them.

``python -m tests.benchmarks.puller FOLDER…`` forks once for each enrolled laptop, so that many
start quickly and yet share nothing. Each opens its file and says that it is ready; at a line on
the input all run one round, and each says when, how many rows came, and what it needed.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

import requests.adapters  # noqa: F401 - see _settle
from sqlalchemy.orm import configure_mappers

from app.refolding import refold
from sync.client.identity import county_address, load_device
from sync.client.round import Exchanger
from sync.client.transport import CountyBusyError, HttpsTransport
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
    processor_s: float
    """Of the laptop's own process, in its round."""
    refusals: int
    """How often the county gave it a later time."""

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
            if _line(process.stdout) != _READY:
                raise RuntimeError("a laptop did not start")
        process.stdin.write("go\n")
        process.stdin.close()
        found = [json.loads(_line(process.stdout)) for _ in folders]
    return [Pulled(**one) for one in found]


def _line(pipe: TextIO) -> str:
    line = pipe.readline().strip()
    if not line:
        raise RuntimeError("a laptop ended before its time")
    return line


def _main(folders: Sequence[Path]) -> None:
    _settle()
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


def _settle() -> None:
    """What any laptop has behind it that has run for a minute: everything is loaded, the tables'
    classes are put together. And what is here before the fork stays one copy for all."""
    configure_mappers()
    gc.collect()
    gc.freeze()


def _run(folder: Path, waits: int) -> None:
    laptop = open_measured(folder)
    store = laptop.store
    device = load_device(store, laptop.keys, secret_name=laptop.device_secret)
    address = county_address(store)
    assert device is not None
    assert address is not None
    transport = HttpsTransport(address, device)
    exchanger = Exchanger(store, transport, install_id=device.install_id, after_laying=refold)
    _say(_READY)
    os.read(waits, 1)
    _say(json.dumps(asdict(_pulled(exchanger))))
    transport.close()
    laptop.close()


def _pulled(exchanger: Exchanger) -> Pulled:
    """One round; again at the county's time when it has one."""
    begun, busy, rows, refusals = time.monotonic(), time.process_time(), 0, 0
    while True:
        try:
            rows += exchanger.run_round().received
            break
        except CountyBusyError as problem:
            rows += exchanger.so_far.received
            refusals += 1
            time.sleep(problem.retry_after_s)
    return Pulled(
        begun=begun,
        ended=time.monotonic(),
        rows=rows,
        peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        processor_s=time.process_time() - busy,
        refusals=refusals,
    )


def _say(line: str) -> None:
    """In one piece: many write to the same pipe."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    _main([Path(argument) for argument in sys.argv[1:]])
