"""A new laptop fetches everything the county has for it, over TLS, into its encrypted file."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
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
from tests.benchmarks.laptops import TOWNSHIP, EnrolledLaptop, enrol_laptop

_ENTITIES = ("household", "resident")
_BOOK = ("id", "sync_version", "sync_seq", "sync_fields", "sync_extra")


def measure_first_sync(scene: Scene, *, rows: int, runs: int) -> Iterator[Figure]:
    """One round of a township's new laptop; and the search, which follows when the rows are there.

    Floor: the same answers, as packed as they came, decoded and their rows inserted with
    executemany, in one transaction, by a bare connection into an encrypted file with the same
    tables and indexes; no guards, nothing to find by search, nothing sent over a line.
    """
    syncs = _FirstSyncs(scene)
    answers = syncs.fetch_answers(rows)
    floor, ours = median_pairs(lambda: syncs.insert(answers), lambda: syncs.run(rows), runs)
    yield Figure(f"first sync of {rows:,} rows", ours, "s", floor, Goal(Of.RATIO, 2.5))
    yield Figure("search over these rows, entered after it", median(syncs.searches), "s", floor)


class _FirstSyncs:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
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
        path.unlink(missing_ok=True)
        connection = open_bare(path, self._key)
        for statement in self._tables:
            connection.execute(statement)
        begun = time.perf_counter()
        connection.execute("BEGIN")
        for answer in answers:
            for entity, fields, columns in orjson.loads(unpack(answer))["puts"]:
                if entity in _ENTITIES:
                    _insert(connection, entity, fields, columns)
        connection.execute("COMMIT")
        seconds = time.perf_counter() - begun
        connection.close()
        return seconds

    def _new_laptop(self) -> EnrolledLaptop:
        folder = self._scene.folder / f"first-{next(self._numbers)}"
        return enrol_laptop(self._scene, folder, TOWNSHIP)

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


def _insert(connection: Any, entity: str, fields: list[str], columns: list[Any]) -> None:
    names = ", ".join((*_BOOK, *fields, "sync_state"))
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f"INSERT INTO {entity} ({names}) VALUES ({marks}, 'synced')", zip(*columns, strict=True)
    )
