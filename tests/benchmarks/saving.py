"""A dispute from the button to the disk."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from app.accounts.session import Actor
from app.cases.actions import record_case
from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.vocabulary import PartySide, Urgency
from app.store import Store
from db.clock import today_in_china
from tests.benchmarks.bare import open_bare
from tests.benchmarks.figures import Figure, Goal, Of, median_pairs
from tests.benchmarks.laptops import VILLAGE
from tests.helpers.stores import NO_RISK

_STORY = (
    "双方因责任山界址发生争执。一方称以老杉树为界,另一方称以水沟为界,"
    "村里两次上门劝解,均未谈拢。现请求到现场指界,并查对林权证附图。"
)


def measure_saving(store: Store, actor: Actor, *, saves: int, runs: int) -> Figure:
    """One `record_case` with two parties of the register, until it is on the disk.

    Floor: one insert of as many bytes as its rows and their operations hold, by a bare connection
    to a file of its own with the same settings, each synced to the disk.
    """
    disputes = _disputes(store)
    first = record_case(store, actor, next(disputes))
    size = _bytes_written(store, first.changes.txn)
    with _bare_file(store) as bare:
        floor, ours = median_pairs(
            lambda: _middle_ms(saves, lambda: _insert(bare, size)),
            lambda: _middle_ms(saves, lambda: record_case(store, actor, next(disputes))),
            runs,
        )
    return Figure("saving a dispute durably", ours, "ms", floor, Goal(Of.RATIO, 10))


def _disputes(store: Store) -> Iterator[CaseDraft]:
    """One after the other, each with two residents of the village."""
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT id, name FROM resident WHERE unit_id = ? LIMIT 2", (VILLAGE,)
        )
        people = rows.all()
    parties = tuple(
        PartyEntry(name=name, side=side, resident_id=resident_id)
        for (resident_id, name), side in zip(people, (PartySide.A, PartySide.B), strict=True)
    )
    yesterday = today_in_china(store.clock) - timedelta(days=1)
    for number in itertools.count(1):
        yield CaseDraft(
            title=f"山林界址争议之{number}",
            class_code="0202",
            happened_on=yesterday,
            place="后山老杉树旁",
            story=_STORY,
            urgency=Urgency.MEDIUM,
            parties=parties,
            unit_id=VILLAGE,
            risk=NO_RISK,
        )


def _bytes_written(store: Store, txn: int | None) -> int:
    """What a save holds: its values once in rows and once in operations."""
    with store.reading() as session:
        row = session.connection().exec_driver_sql(
            "SELECT sum(length(CAST(patch AS BLOB))) FROM outbox WHERE txn = ?", (txn,)
        )
        return 2 * int(row.scalar_one())


@contextmanager
def _bare_file(store: Store) -> Iterator[Any]:
    path = store.path.with_name("floor.db")
    connection = open_bare(path, store.key)
    try:
        connection.execute("CREATE TABLE saved (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        yield connection
    finally:
        connection.close()
        path.unlink()


def _insert(connection: Any, size: int) -> None:
    connection.execute("INSERT INTO saved (body) VALUES (randomblob(?))", (size,))


def _middle_ms(saves: int, save: Callable[[], object]) -> float:
    taken = []
    for _ in range(saves):
        begun = time.perf_counter()
        save()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)
