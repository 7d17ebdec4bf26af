"""A new laptop fetches everything the county has for it, over TLS, into its encrypted file."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from app.demo.scene import Scene
from db.search_catch_up import catch_up_search
from sync.protocol.packing import pack, unpack
from tests.benchmarks.bare import open_bare
from tests.benchmarks.figures import Figure, Goal, Of, median_pairs
from tests.benchmarks.laptops import TOWNSHIP, VILLAGES, EnrolledLaptop, enrol_laptop
from tests.benchmarks.peaks import PeakMemory
from tests.benchmarks.puller import pull

_ENTITIES = ("household", "resident")
_FLAT = Goal(Of.RATIO, 1.5)
_BOOK = ("id", "sync_version", "sync_seq", "sync_fields", "sync_extra")


def measure_first_sync(scene: Scene, *, rows: int, runs: int) -> Iterator[Figure]:
    """One round of a township's new laptop; and the search, which follows when the rows are there.

    Floor: the same answers, as packed as they came, decoded and their rows inserted with
    executemany, in one transaction, by a bare connection into an encrypted file with the same
    tables and indexes; no guards, nothing to find by search, nothing sent over a line.
    """
    syncs = FirstSyncs(scene, TOWNSHIP)
    answers = syncs.fetch_answers(rows)
    floor, ours = median_pairs(lambda: syncs.insert(answers), lambda: syncs.run(rows), runs)
    name = f"first sync of {rows:,} rows, search not yet"
    yield Figure(name, ours, "s", floor, Goal(Of.RATIO, 1.5))
    yield _per_row(name, ours, floor, rows)
    yield Figure("search over these rows, entered after it", median(syncs.searches), "s", floor)


def measure_first_million(scene: Scene, *, rows: int) -> Iterator[Figure]:
    """The same once with a laptop and a county whose memory is watched.

    Floor of the time: as above. Floor of the memory: the same laptop and county with one village's
    share of the rows; it may grow with what is kept in the cache, and not with the rows.
    """
    syncs = FirstSyncs(scene, TOWNSHIP)
    small = FirstSyncs(scene, VILLAGES[0]).run_watched(rows // len(VILLAGES))
    large = syncs.run_watched(rows)
    floor = syncs.insert(syncs.fetch_answers(rows))
    name = f"first sync of {rows:,} rows, search not yet"
    yield Figure(name, large.seconds, "s", floor, Goal(Of.RATIO, 1.5))
    yield _per_row(name, large.seconds, floor, rows)
    for whose, most, least in (
        ("laptop", large.laptop_mib, small.laptop_mib),
        ("county's server", large.server_mib, small.server_mib),
    ):
        yield Figure(f"{name}, peak memory of the {whose}", most, "MiB", least, _FLAT)


def _per_row(name: str, ours: float, floor: float, rows: int) -> Figure:
    """The goal: 50,000 rows a second."""
    each = 1_000_000 / rows
    return Figure(f"{name}, each", ours * each, "µs", floor * each, Goal(Of.VALUE, 20))


@dataclass(frozen=True, slots=True)
class Watched:
    """One first sync, and the most memory of both sides."""

    seconds: float
    laptop_mib: float
    server_mib: float


class FirstSyncs:
    """New laptops of one unit, one after another."""

    def __init__(self, scene: Scene, unit_id: str) -> None:
        self._scene = scene
        self._unit_id = unit_id
        self._numbers = count(1)
        self.searches: list[float] = []
        """Seconds until Ctrl+K found everything, after each first sync."""

    def run(self, rows: int) -> float:
        """Seconds of one first sync."""
        laptop = self._new_laptop()
        try:
            begun = time.perf_counter()
            result = laptop.exchanger.run_round()
            seconds = time.perf_counter() - begun
            assert result.received >= rows, result
            begun = time.perf_counter()
            assert catch_up_search(laptop.store) > 0
            self.searches.append(time.perf_counter() - begun)
        finally:
            self._end(laptop)
        return seconds

    def run_watched(self, rows: int) -> Watched:
        """One first sync by a process of its own."""
        laptop = self._new_laptop()
        folder = laptop.store.path.parent
        laptop.close()
        with PeakMemory(self._scene.process.pid) as server:
            (done,) = pull([folder])
        shutil.rmtree(folder)
        assert done.rows >= rows, done
        return Watched(done.seconds, done.peak_mib, server.mib)

    def fetch_answers(self, rows: int) -> list[bytes]:
        """The county's answers to one first sync, packed as they travel; also a warm-up."""
        laptop, answers = self._new_laptop(), []
        exchange = laptop.transport.exchange

        def kept(body: bytes) -> bytes:
            raw = exchange(body)
            answers.append(pack(raw))
            return raw

        laptop.transport.exchange = kept  # type: ignore[method-assign]
        try:
            assert laptop.exchanger.run_round().received >= rows
            self._tables = _tables_of(laptop)
            self._key = laptop.store.key
        finally:
            self._end(laptop)
        return answers

    def insert(self, answers: list[bytes]) -> float:
        """Seconds of the floor."""
        path = self._scene.folder / "floor.db"
        connection = self.open_floor(path)
        begun = time.perf_counter()
        insert_columns(connection, answers)
        seconds = time.perf_counter() - begun
        connection.close()
        path.unlink()
        return seconds

    def open_floor(self, path: Path) -> Any:
        """An empty file with the tables and indexes of a laptop's, once answers were fetched."""
        connection = open_bare(path, self._key)
        for statement in self._tables:
            connection.execute(statement)
        return connection

    def _new_laptop(self) -> EnrolledLaptop:
        folder = self._scene.folder / f"first-{self._unit_id}-{next(self._numbers)}"
        return enrol_laptop(self._scene, folder, self._unit_id)

    def _end(self, laptop: EnrolledLaptop) -> None:
        folder: Path = laptop.store.path.parent
        laptop.close()
        shutil.rmtree(folder)


def _tables_of(laptop: EnrolledLaptop) -> list[str]:
    """The statements that make the two tables and their indexes."""
    with laptop.store.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE tbl_name IN (?, ?) AND sql IS NOT NULL "
            "AND type IN ('table', 'index') ORDER BY type DESC",
            _ENTITIES,
        )
        return [str(row[0]) for row in rows]


def insert_columns(connection: Any, answers: Iterable[bytes]) -> None:
    """Decodes packed answers and inserts their rows, in one transaction."""
    connection.execute("BEGIN")
    for answer in answers:
        for entity, fields, columns in orjson.loads(unpack(answer))["puts"]:
            if entity in _ENTITIES:
                _insert(connection, entity, fields, columns)
    connection.execute("COMMIT")


def _insert(connection: Any, entity: str, fields: list[str], columns: list[Any]) -> None:
    names = ", ".join((*_BOOK, *fields, "sync_state"))
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f"INSERT INTO {entity} ({names}) VALUES ({marks}, 'synced')", zip(*columns, strict=True)
    )
