"""``make bench``: measures everything, writes build/bench.json, prints the table.

``--quick`` is for working on a figure: fewer rows, fewer runs, no report. ``--only start,sync``
measures some of them and writes no report either.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from app.accounts.actions import sign_in
from app.demo.scene import Scene, build_scene
from app.store import Store
from tests.benchmarks.county_desk import measure_desk
from tests.benchmarks.county_load import load_population
from tests.benchmarks.crowd import measure_crowd
from tests.benchmarks.desk import build_desk
from tests.benchmarks.desk_records import DeskAmounts
from tests.benchmarks.edit_bytes import measure_edit_bytes
from tests.benchmarks.figures import Figure, report, table
from tests.benchmarks.first_sync import measure_first_million, measure_first_sync
from tests.benchmarks.known import PIN
from tests.benchmarks.laptops import (
    TOWNSHIP_CLERK,
    VILLAGES,
    build_full_laptop,
    open_measured,
)
from tests.benchmarks.machine import machine_line
from tests.benchmarks.outage import measure_outage
from tests.benchmarks.people import a_population
from tests.benchmarks.photos import measure_photos
from tests.benchmarks.poor_line import measure_poor_line
from tests.benchmarks.pushing import measure_push
from tests.benchmarks.saving import measure_saving
from tests.benchmarks.searching import measure_search
from tests.benchmarks.starting import measure_memory, measure_start

NAMES = (
    "start",
    "search",
    "save",
    "sync",
    "crowd",
    "push",
    "outage",
    "poor-line",
    "photos",
    "memory",
    "county-desk",
)
LONG = ("first-million",)
"""Measured only when named: they take minutes."""


@dataclass(frozen=True)
class Amounts:
    """How much is measured."""

    residents: int = 100_000
    rows: int = 100_000
    """Of a first sync; a quarter are households."""
    operations: int = 10_000
    people: int = 25
    """Looked for, in four ways and three keystrokes each."""
    saves: int = 25
    runs: int = 5
    crowd: int = 50
    village_rows: int = 2_000
    """Of each laptop of the crowd."""
    million: int = 1_000_000
    returning: int = 350
    """Laptops back after an outage; the county's 3,500 with ``--laptops``."""
    edits: int = 500
    """Of a day, over a poor line."""
    photo_bytes: int = 2**20
    desk: DeskAmounts = field(default_factory=DeskAmounts)
    """The county in one file."""


QUICK = Amounts(
    residents=10_000,
    rows=10_000,
    operations=1_000,
    people=5,
    saves=10,
    runs=1,
    crowd=10,
    village_rows=500,
    million=50_000,
    returning=40,
    edits=100,
    photo_bytes=2**18,
    desk=DeskAmounts(
        households=6_000,
        residents=24_000,
        visits=12_000,
        incidents=2_000,
        cases=2_000,
        services=1_200,
        hazards=600,
    ),
)


class Bench:
    """The full laptop and the county, each made when a figure first needs it."""

    def __init__(self, folder: Path, amounts: Amounts) -> None:
        self.folder = folder
        self.amounts = amounts

    @cached_property
    def laptop_folder(self) -> Path:
        """The laptop that holds everybody."""
        folder = self.folder / "laptop"
        residents = self.amounts.residents
        build_full_laptop(folder, households=residents // 3, residents=residents)
        return folder

    @cached_property
    def scene(self) -> Scene:
        """A county that holds as many rows as a first sync fetches."""
        return self._populated("county", self.amounts.rows)

    def _populated(self, name: str, rows: int) -> Scene:
        """A county with so many rows of households and residents in the villages."""
        scene = build_scene(self.folder / name, laptops=())
        if rows == 0:
            return scene
        people = a_population(VILLAGES, households=rows // 4, residents=rows - rows // 4)
        try:
            load_population(scene.county.url, people)
        except BaseException:
            scene.discard()
            raise
        return scene

    @contextmanager
    def _county(self, name: str, rows: int) -> Iterator[Scene]:
        """One of its own, for what the others must not feel."""
        scene = self._populated(name, rows)
        try:
            yield scene
        finally:
            scene.discard()

    def machine(self) -> str:
        """The machine with its database; an empty county tells as much as a full one."""
        if "scene" in self.__dict__:
            return machine_line(self.scene.county.url)
        with self._county("machine", 0) as scene:
            return machine_line(scene.county.url)

    def close(self) -> None:
        """Stops the county, removes what was made."""
        if "scene" in self.__dict__:
            self.scene.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def measure(self, name: str) -> Iterator[Figure]:
        """The figures of this name."""
        one = getattr(self, "_measure_" + name.replace("-", "_"))
        found: Iterator[Figure] = one(self.amounts, self.amounts.runs)
        return found

    def _measure_start(self, _amounts: Amounts, runs: int) -> Iterator[Figure]:
        yield measure_start(self.laptop_folder, runs=runs)

    def _measure_search(self, amounts: Amounts, runs: int) -> Iterator[Figure]:
        with self._store() as store:
            yield measure_search(store, people=amounts.people, runs=runs)

    def _measure_save(self, amounts: Amounts, runs: int) -> Iterator[Figure]:
        with self._store() as store:
            clerk = sign_in(store, account_id=TOWNSHIP_CLERK, pin=PIN)
            yield measure_saving(store, clerk, saves=amounts.saves, runs=runs)

    def _measure_sync(self, amounts: Amounts, runs: int) -> Iterator[Figure]:
        yield from measure_first_sync(self.scene, rows=amounts.rows, runs=runs)

    def _measure_crowd(self, amounts: Amounts, runs: int) -> Iterator[Figure]:
        each = amounts.village_rows
        with self._county("crowd", each * len(VILLAGES)) as scene:
            yield from measure_crowd(scene, laptops=amounts.crowd, rows=each, runs=min(runs, 3))

    def _measure_first_million(self, amounts: Amounts, _runs: int) -> Iterator[Figure]:
        with self._county("million", amounts.million) as scene:
            yield from measure_first_million(scene, rows=amounts.million)

    def _measure_push(self, amounts: Amounts, runs: int) -> Iterator[Figure]:
        yield from measure_push(self.scene, operations=amounts.operations, runs=runs)
        yield measure_edit_bytes(amounts.operations)

    def _measure_outage(self, amounts: Amounts, _runs: int) -> Iterator[Figure]:
        with self._county("outage", 0) as scene:
            yield from measure_outage(scene, laptops=amounts.returning)

    def _measure_poor_line(self, amounts: Amounts, _runs: int) -> Iterator[Figure]:
        yield from measure_poor_line(self.scene, edits=amounts.edits)

    def _measure_photos(self, amounts: Amounts, _runs: int) -> Iterator[Figure]:
        yield from measure_photos(self.scene, size=amounts.photo_bytes)

    def _measure_memory(self, _amounts: Amounts, runs: int) -> Iterator[Figure]:
        yield measure_memory(self.laptop_folder, runs=runs)

    def _measure_county_desk(self, amounts: Amounts, runs: int) -> Iterator[Figure]:
        folder = self.folder / "desk"
        build_desk(folder, amounts.desk)
        yield from measure_desk(folder, people=amounts.people, runs=runs)

    @contextmanager
    def _store(self) -> Iterator[Store]:
        laptop = open_measured(self.laptop_folder)
        try:
            yield laptop.store
        finally:
            laptop.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures and reports; 0 also when a goal is missed, for that is what the report says."""
    options = _options(arguments)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    folder = options.out / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    amounts = QUICK if options.quick else Amounts()
    if options.laptops:
        amounts = replace(amounts, returning=options.laptops)
    bench = Bench(folder, amounts)
    figures: list[Figure] = []
    try:
        for name in options.only:
            begun = time.perf_counter()
            figures += bench.measure(name)
            print(f"{name}: measured in {time.perf_counter() - begun:.0f} s", flush=True)
        rows = report(figures, bench.machine())
    finally:
        bench.close()
    print(table(rows))
    if not options.quick and options.only == NAMES:
        target = options.out / "bench.json"
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        target.write_text(text + "\n", encoding="utf-8")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true", help="fewer rows and runs, no report")
    parser.add_argument("--only", type=_names, default=NAMES, metavar=",".join(NAMES + LONG))
    parser.add_argument("--laptops", type=int, help="how many come back after the outage")
    parser.add_argument("--out", type=Path, default=Path("build"))
    return parser.parse_args(arguments)


def _names(given: str) -> tuple[str, ...]:
    names = tuple(given.split(","))
    if not set(names) <= {*NAMES, *LONG}:
        raise argparse.ArgumentTypeError(f"one or more of {', '.join(NAMES + LONG)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
