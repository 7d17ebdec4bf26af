"""Fifty new laptops fetch their villages at the same moment, each a process of its own."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from statistics import median
from typing import Final

from app.demo.scene import Scene
from tests.benchmarks.figures import Figure, Goal, Of, median_pairs
from tests.benchmarks.first_sync import FirstSyncs, insert_columns
from tests.benchmarks.laptops import VILLAGES, enrol_laptop
from tests.benchmarks.processors import county_seconds
from tests.benchmarks.puller import pull

_GOAL_S: Final = 1.5
_PROCESSORS: Final = os.cpu_count() or 1


def measure_crowd(scene: Scene, *, laptops: int, rows: int, runs: int) -> Iterator[Figure]:
    """From the first request of any to the last row of all; ``rows`` are one village's.

    Each laptop signs in, fetches over TLS and lays down in its own encrypted file; they share the
    processors with the county, which no real laptop does. So it is also said how long the
    processors worked, for the laptops and for the county, divided by their number: what the clock
    would show if nothing else ran and nobody ever waited.

    Floor: the same answers decoded and inserted into as many encrypted files by bare connections,
    one after another, divided by the processors: no county, no line, no guards.
    """
    crowd = _Crowd(scene, laptops, rows)
    floor, ours = median_pairs(crowd.insert, crowd.run, runs)
    name = f"{laptops} new laptops at once, {rows:,} rows each"
    yield Figure(name, ours, "s", floor, Goal(Of.VALUE, _GOAL_S))
    yield Figure(f"{name}, processors busy", median(crowd.busy), "s", floor)
    yield Figure(f"{name}, processors busy for the county", median(crowd.busy_county), "s", floor)


class _Crowd:
    def __init__(self, scene: Scene, laptops: int, rows: int) -> None:
        self._scene = scene
        self._laptops = laptops
        self._rows = rows
        self._syncs = FirstSyncs(scene, VILLAGES[0])
        self._answers = self._syncs.fetch_answers(rows)
        self.busy: list[float] = []
        """Seconds of each rush, laptops and county, divided by the number of processors."""
        self.busy_county: list[float] = []

    def run(self) -> float:
        """Seconds of one rush."""
        folders = [self._scene.folder / f"crowd-{n}" for n in range(self._laptops)]
        for n, folder in enumerate(folders):
            enrol_laptop(self._scene, folder, VILLAGES[n % len(VILLAGES)]).close()
        before = county_seconds(self._scene)
        done = pull(folders)
        county = county_seconds(self._scene) - before
        for folder in folders:
            shutil.rmtree(folder)
        assert all(one.rows >= self._rows for one in done), done
        self.busy_county.append(county / _PROCESSORS)
        self.busy.append((county + sum(one.processor_s for one in done)) / _PROCESSORS)
        return max(one.ended for one in done) - min(one.begun for one in done)

    def insert(self) -> float:
        """Seconds of the floor."""
        paths = [self._scene.folder / f"floor-{n}.db" for n in range(self._laptops)]
        opened = [self._syncs.open_floor(path) for path in paths]
        begun = time.perf_counter()
        for connection in opened:
            insert_columns(connection, self._answers)
        seconds = time.perf_counter() - begun
        for connection, path in zip(opened, paths, strict=True):
            connection.close()
            path.unlink()
        return seconds / _PROCESSORS
