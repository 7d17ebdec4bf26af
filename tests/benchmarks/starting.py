"""How long the program takes to be usable, and how much memory it holds after some work."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.figures import Figure, Goal, Of, median_pairs

_FLOOR = ("tests.benchmarks.program_floor",)
_LAPTOP = "tests.benchmarks.program_laptop"
_MB = 1024 * 1024
_PATIENCE_S = 120.0


@dataclass(frozen=True)
class Started:
    """A program that has said its word."""

    seconds: float
    """From its start to the word."""
    memory_mb: float
    """What it then held in memory (resident set)."""


def start_until(
    word: str,
    command: tuple[str, ...],
    folder: Path,
    *,
    hear: Callable[[str], object] = str,
    patience_s: float = _PATIENCE_S,
) -> Started:
    """Starts a program offscreen, waits for a line that begins with the word, and ends it.

    ``hear`` is told what stands on the line after the word.
    """
    begun = time.perf_counter()
    with _running(command, folder, patience_s) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(word):
                seconds = time.perf_counter() - begun
                hear(line.removeprefix(word).strip())
                memory = psutil.Process(process.pid).memory_info().rss / _MB
                return Started(seconds, memory)
    raise RuntimeError(f"{command[0]} ended without saying {word}: {(folder / 'log').read_text()}")


@contextmanager
def _running(
    command: tuple[str, ...], folder: Path, patience_s: float
) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_STATE_HOME": str(folder)}
    with (
        (folder / "log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-m", *command],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        watchdog = threading.Timer(patience_s, process.kill)
        watchdog.start()
        try:
            yield process
        finally:
            watchdog.cancel()
            process.kill()


def measure_start(folder: Path, *, runs: int) -> Figure:
    """From the start of the process to the painted sign-in page with its people."""
    laptop = (_LAPTOP, str(folder))
    start_until("usable", laptop, folder)  # compiled modules and the file in the disk's cache
    floor, ours = median_pairs(
        lambda: start_until("usable", _FLOOR, folder).seconds,
        lambda: start_until("usable", laptop, folder).seconds,
        runs,
    )
    return Figure("cold start to a usable window", ours, "s", floor, Goal(Of.RATIO, 2))


def measure_memory(folder: Path, *, runs: int) -> Figure:
    """After signing in, a search, opening what was found and the list of cases."""
    laptop = (_LAPTOP, str(folder), "work")
    floor, ours = median_pairs(
        lambda: start_until("usable", _FLOOR, folder).memory_mb,
        lambda: start_until("worked", laptop, folder).memory_mb,
        runs,
    )
    return Figure("memory of the laptop program at work", ours, "MB", floor)
