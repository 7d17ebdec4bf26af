"""A village's laptop sends many edits at once, as after weeks without a line."""

from __future__ import annotations

import os
import time
from itertools import count, islice
from typing import Any

import orjson
import psutil
import psycopg
from sqlmodel import select

from app.demo.scene import Scene
from app.store import Store
from db.outbox import from_wire
from db.tables.households import Resident
from db.tables.registry import ENTITIES
from sync.client.round import waiting_count
from tests.benchmarks.figures import Figure, Goal, Of, median_pairs
from tests.benchmarks.laptops import VILLAGE, enrol_laptop
from tests.benchmarks.peaks import PeakMemory
from tests.benchmarks.people import a_population

GROUP = 25
"""Operations in one edit: five new households of five, or 25 residents corrected."""
_RATE = 20_000
"""Operations a second that are wanted."""
_FAMILIES = 5
_CORRECTED_OF_TEN = 2
"""Of ten groups, how many correct what the county already has."""


def measure_push(scene: Scene, *, operations: int, runs: int) -> tuple[Figure, ...]:
    """From the first request to the last verdict laid down; and as operations per second.

    Floor: COPY of the same operations' bodies into a table of the same PostgreSQL, one commit.
    Of the memory: what each process had before the first push; the laptop's is whoever measures.
    """
    pushes = _Pushes(scene, operations)
    before = [_resident_mib(pid) for pid in (scene.process.pid, os.getpid())]
    try:
        with (
            PeakMemory(scene.process.pid) as server,
            PeakMemory(os.getpid(), is_alone=True) as laptop,
        ):
            floor, ours = median_pairs(pushes.copy, pushes.run, runs)
    finally:
        pushes.close()
    name = f"push of {operations:,} operations"
    peaks = [("server", server.mib, before[0]), ("laptop", laptop.mib, before[1])]
    return (
        *(
            Figure(f"{name}, peak memory of the {whose}", most, "MiB", least)
            for whose, most, least in peaks
        ),
        Figure(name, ours, "s", floor, Goal(Of.VALUE, operations / _RATE)),
        Figure(f"{name}, rate", operations / ours, "operations/s", operations / floor),
    )


def _resident_mib(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 2**20


class _Pushes:
    """One laptop that writes, and sends, the same number of operations again and again."""

    def __init__(self, scene: Scene, operations: int) -> None:
        self._operations = operations
        self._author = scene.account_ids["grid_worker"]
        self._laptop = enrol_laptop(scene, scene.folder / "pushing", VILLAGE)
        self._laptop.exchanger.run_round()
        self._seeds = count(100)
        self._county = psycopg.connect(scene.county.url)
        self._county.execute("CREATE TABLE bench_copy (op_no bigint PRIMARY KEY, body text)")
        self._county.commit()

    def close(self) -> None:
        """Ends both connections."""
        self._county.close()
        self._laptop.close()

    def copy(self) -> float:
        """Writes the operations of the next run; seconds of the floor with their bodies."""
        self._write()
        bodies = _waiting_bodies(self._laptop.store)
        assert len(bodies) == self._operations, len(bodies)
        self._county.execute("TRUNCATE bench_copy")
        self._county.commit()
        begun = time.perf_counter()
        with self._county.cursor().copy("COPY bench_copy (op_no, body) FROM STDIN") as copy:
            for row in bodies:
                copy.write_row(row)
        self._county.commit()
        return time.perf_counter() - begun

    def run(self) -> float:
        """Seconds of the push."""
        begun = time.perf_counter()
        result = self._laptop.exchanger.run_round()
        seconds = time.perf_counter() - begun
        assert result.sent == self._operations, result
        assert waiting_count(self._laptop.store) == 0
        _demand_all_applied(self._laptop.store)
        return seconds

    def _write(self) -> None:
        groups = self._operations // GROUP
        corrected = groups * _CORRECTED_OF_TEN // 10
        seed = next(self._seeds)
        families = (groups - corrected) * _FAMILIES
        drafts = a_population(
            (VILLAGE,),
            households=families,
            residents=families * (GROUP // _FAMILIES - 1),
            seed=seed,
        )
        for _ in range(groups - corrected):
            with self._laptop.store.transaction(account_id=self._author, action="measured") as tx:
                for entity, record_id, body in islice(drafts, GROUP):
                    if entity == "household":  # nobody's double: that would be other work
                        body["number"] = f"{seed}-{body['number']}"
                    model = ENTITIES[entity]
                    tx.session.add(model(id=record_id, **from_wire(model, body)))
        for group in range(corrected):
            self._correct(group, seed)

    def _correct(self, group: int, seed: int) -> None:
        with self._laptop.store.transaction(account_id=self._author, action="measured") as tx:
            statement = select(Resident).where(Resident.sync_version > 0).order_by(Resident.id)
            for resident in tx.session.exec(statement.offset(group * GROUP).limit(GROUP)):
                resident.phone = f"139{seed:04d}{group:04d}"


def _waiting_bodies(store: Store) -> list[tuple[int, str]]:
    """Number and JSON of every operation that waits."""
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT op_no, txn, entity, record_id, kind, patch, base, account_id, action, "
            "wall_ms, mono_ms, boot_id, schema_version FROM outbox WHERE state = 'waiting'"
        )
        return [(row.op_no, _body(dict(row._mapping))) for row in rows]


def _body(operation: dict[str, Any]) -> str:
    embedded = {name: orjson.Fragment(operation[name]) for name in ("patch", "base")}
    return orjson.dumps(operation | embedded).decode()


def _demand_all_applied(store: Store) -> None:
    with store.reading() as session:
        row = session.connection().exec_driver_sql(
            "SELECT count(*) FROM outbox WHERE state <> 'applied'"
        )
        assert row.scalar_one() == 0
