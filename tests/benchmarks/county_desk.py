"""The whole county in one laptop's file: what a person at the county's centre waits for."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from app.cases.listing import case_rows
from app.search import search
from app.store import Store
from db.search_index import match_expression
from tests.benchmarks.bare import open_bare
from tests.benchmarks.desk_lists import CASES, LISTS, OF_THE_CASE_DESK, READ
from tests.benchmarks.desk_records import ALL_VILLAGES
from tests.benchmarks.figures import Figure, Goal, Of, percentile
from tests.benchmarks.laptops import open_measured
from tests.benchmarks.program_desk import REPAINTS
from tests.benchmarks.searching import look_up, measure_search, typed_beginnings
from tests.benchmarks.starting import start_until
from ui.work.memory import settle_memory

_MB: Final = 1024 * 1024
_P95: Final = 0.95
_PATIENCE_S: Final = 600.0
_LOOKS: Final = 20
_AGAIN: Final = 8
_KEYSTROKE: Final = Goal(Of.VALUE, 50)
_AT_ONCE: Final = Goal(Of.VALUE, 100)
_FRAME: Final = Goal(Of.VALUE, 16)
_SLOWEST: Final = Goal(Of.VALUE, 50)
_NO_GROWTH: Final = Goal(Of.RATIO, 1.03)
_TYPED: Final = ("w", "y", "j", "s", "l", "wy", "吴", "杨", "吴文", "sj", "责任", "")
_PROGRAM: Final = "tests.benchmarks.program_desk"


def measure_desk(folder: Path, *, people: int, runs: int) -> Iterator[Figure]:
    """Search by itself, then the real window; each figure says what its floor is."""
    yield from _searches(folder, people=people, runs=runs)
    yield from _lists(folder)
    yield from _cases(folder)
    yield from _windows(folder)
    yield from _sizes(folder)


def _searches(folder: Path, *, people: int, runs: int) -> Iterator[Figure]:
    """Warm: the program has looked before. Cold: nothing of the file is decrypted yet.

    Floor: as for a township's search; cold by a bare connection that was just opened.
    """
    laptop = open_measured(folder)
    try:
        yield measure_search(laptop.store, people=people, runs=runs, of="county: ")
        typed = list(typed_beginnings(laptop.store, max(1, people // 5)))
        path, key = laptop.store.path, laptop.store.key
    finally:
        laptop.close()
    ours = [_cold_search(folder, one) for one in typed]
    floor = [_cold_look(path, key, one) for one in typed]
    yield Figure(
        "county: search, first keystroke after opening (p95)",
        percentile(ours, _P95),
        "ms",
        percentile(floor, _P95),
        _KEYSTROKE,
    )


def _lists(folder: Path) -> Iterator[Figure]:
    """A keystroke over the long lists: what is typed in turn.

    Floor: one look into the full-text table for the same words, by a bare connection.
    """
    laptop = open_measured(folder)
    path, key = laptop.store.path, laptop.store.key
    try:
        took = {
            name: [_best(partial(read, laptop.store, typed)) for typed in _TYPED]
            for name, read in LISTS.items()
        }
    finally:
        laptop.close()
    bare = open_bare(path, key)
    try:
        floor = [_best(partial(look_up, bare, typed)) for typed in _TYPED if typed]
    finally:
        bare.close()
    for name, times in took.items():
        yield Figure(
            f"county: a keystroke over the {name} (p95)",
            percentile(times, _P95),
            "ms",
            percentile(floor, _P95),
            _KEYSTROKE,
        )


def _cases(folder: Path) -> Iterator[Figure]:
    """What the list of cases is asked, and what the pages beside it read: in processor time, over
    several looks at each; the first look with nothing of the file decrypted yet.

    Floor: the list's index read once from end to end by a bare connection, likewise.
    """
    settle_memory()  # as the program does: a full search for cycles would be in one look of ten
    laptop = open_measured(folder)
    store = laptop.store
    try:
        lists = {
            name: [_looks(store, partial(case_rows, store, one)) for one in asked.values()]
            for name, asked in CASES.items()
        }
        pages = {name: [_looks(store, partial(ask, store))] for name, ask in READ.items()}
        path, key = store.path, store.key
    finally:
        laptop.close()
    first_floor, floor = _reading_the_index(path, key)
    for name, looks in {**lists, **pages}.items():
        first, later = [one[0] for one in looks], [each for one in looks for each in one[1:]]
        is_watched = name in lists or name in OF_THE_CASE_DESK
        goal = _KEYSTROKE if is_watched else _AT_ONCE
        median = statistics.median(later)
        yield Figure(f"county: {name}, read (median)", median, "ms", floor, goal)
        yield Figure(f"county: {name}, read (p95)", percentile(later, _P95), "ms", floor, goal)
        firsts = percentile(first, _P95)
        yield Figure(f"county: {name}, first read (p95)", firsts, "ms", first_floor, _AT_ONCE)


def _looks(store: Store, work: Callable[[], object]) -> list[float]:
    """Milliseconds of processor: of a connection that was just opened, then of one that knows."""
    work()
    store.engine.dispose()
    with store.reading() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM local_value")
    return [_processor_milliseconds(work) for _ in range(1 + _AGAIN)]


def _reading_the_index(path: Path, key: bytes) -> tuple[float, float]:
    """The first look and the median of the later ones."""
    bare = open_bare(path, key)
    try:
        bare.execute("SELECT count(*) FROM local_value").fetchone()
        statement = "SELECT max(due_on) FROM case_file INDEXED BY ix_case_file_newest"
        read = partial(_fetch, bare, statement, ())
        first, *later = [_processor_milliseconds(read) for _ in range(1 + _AGAIN)]
    finally:
        bare.close()
    return first, statistics.median(later)


def _best(work: Callable[[], object]) -> float:
    """The best of three in processor time: other people's work on the machine is no part of it."""
    return min(_processor_milliseconds(work) for _ in range(3))


def _processor_milliseconds(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return (time.thread_time() - begun) * 1000


def _cold_search(folder: Path, typed: str) -> float:
    laptop = open_measured(folder)
    try:
        with laptop.store.reading() as session:
            session.connection().exec_driver_sql("SELECT count(*) FROM local_value")
        return _processor_milliseconds(lambda: search(laptop.store, typed))
    finally:
        laptop.close()


def _cold_look(path: Path, key: bytes, typed: str) -> float:
    connection = open_bare(path, key)
    try:
        connection.execute("SELECT count(*) FROM local_value").fetchone()
        assert match_expression(typed)
        return _processor_milliseconds(lambda: look_up(connection, typed))
    finally:
        connection.close()


def _windows(folder: Path) -> Iterator[Figure]:
    """From the key to the last paint that came of it, by the program started for it, in processor
    time.

    Floor of opening something: its rows by their key or index, read by a bare connection, and the
    whole window painted once without anything new. Floor of a frame: that paint alone.
    """
    found = _measured_by_program(folder)
    paint = statistics.median(found["repaint"])
    for what, name, statement, arguments in _OPENED:
        floor = paint + _bare_median(folder, statement, arguments)
        took = found[what]
        yield Figure(f"county: {name} (median)", statistics.median(took), "ms", floor, _AT_ONCE)
        yield Figure(f"county: {name} (p95)", percentile(took, _P95), "ms", floor, _AT_ONCE)
    for what, name in _LEAFED:
        took = found[what]
        yield Figure(f"county: {name}, a frame (p95)", percentile(took, _P95), "ms", paint, _FRAME)
        yield Figure(f"county: {name}, slowest frame", max(took), "ms", paint, _SLOWEST)
    floor = found["memory at first"][0]
    yield Figure("county: memory of the program at work", found["memory"][0], "MB", floor)
    listed, read, used, again = found["memory of the cases"]
    yield Figure("county: memory with the list of cases", listed, "MB", floor)
    yield Figure("county: memory with a thousand cases read on", read, "MB", listed)
    yield Figure("county: memory after as much once more", again, "MB", used, _NO_GROWTH)


_OPENED: Final = (
    (
        "today",
        "today, painted",
        "SELECT urgency, count(*) FROM case_file WHERE state <> 'closed' GROUP BY urgency",
        ((),),
    ),
    (
        "board",
        "the board, painted",
        "SELECT id, title FROM case_file WHERE state <> 'closed'",
        ((),),
    ),
    (
        "household",
        "opening a household from anywhere, painted",
        "SELECT * FROM resident WHERE household_id = (SELECT id FROM household ORDER BY id "
        "LIMIT 1 OFFSET ?)",
        tuple((place,) for place in range(_LOOKS)),
    ),
    (
        "household's page",
        "a household's own page, painted",
        "SELECT * FROM resident WHERE household_id = (SELECT id FROM household ORDER BY id "
        "LIMIT 1 OFFSET ?)",
        tuple((place,) for place in range(_LOOKS)),
    ),
    (
        "visits",
        "a village's week of visits, painted",
        "SELECT household_id, max(visited_on) FROM visit WHERE unit_id = ? GROUP BY 1",
        tuple((village,) for village in ALL_VILLAGES[:_LOOKS]),
    ),
    (
        "incidents",
        "the list of incidents, painted",
        "SELECT * FROM incident ORDER BY happened_at DESC, id DESC LIMIT 200",
        ((),),
    ),
    (
        "statistics",
        "statistics, painted",
        "SELECT state, count(*) FROM case_file GROUP BY state",
        ((),),
    ),
    (
        "village",
        "another village's micro-grids, painted",
        "SELECT micro_grid_id, count(*) FROM household WHERE unit_id = ? GROUP BY 1",
        tuple((village,) for village in ALL_VILLAGES[:_LOOKS]),
    ),
)
"""What is opened: its measurement, its name, and the floor's statement with what is bound."""

_LEAFED: Final = (
    ("frames of households", "leafing through all households"),
    ("frames of cases", "leafing through 100,000 cases"),
    ("frames of reading on", "scrolling on through the cases as they are read"),
    ("frames of narrowing", "typing and choosing above the cases"),
)


def _measured_by_program(folder: Path) -> dict[str, list[float]]:
    """What the program says of itself."""
    said: list[str] = []
    start_until(
        "measured", (_PROGRAM, str(folder)), folder, hear=said.append, patience_s=_PATIENCE_S
    )
    found: dict[str, list[float]] = json.loads(said[-1])
    assert len(found["repaint"]) == REPAINTS
    return found


def _bare_median(folder: Path, statement: str, arguments: tuple[tuple[Any, ...], ...]) -> float:
    laptop = open_measured(folder)
    path, key = laptop.store.path, laptop.store.key
    laptop.close()
    connection = open_bare(path, key)
    try:
        return statistics.median(
            _processor_milliseconds(partial(_fetch, connection, statement, bound))
            for bound in arguments
        )
    finally:
        connection.close()


def _fetch(connection: Any, statement: str, arguments: tuple[Any, ...]) -> None:
    connection.execute(statement, arguments).fetchall()


def _sizes(folder: Path) -> Iterator[Figure]:
    """Floor: what the words and numbers of its rows would take by themselves."""
    laptop = open_measured(folder)
    try:
        with laptop.store.reading() as session:
            connection = session.connection()
            tables = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%' "
                "AND name NOT LIKE 'sqlite%'"
            )
            values = sum(_bytes_of(connection, name) for (name,) in tables.all())
        size = laptop.store.path.stat().st_size
    finally:
        laptop.close()
    yield Figure("county: size of the file", size / _MB, "MB", values / _MB)


def _bytes_of(connection: Any, table: str) -> int:
    columns = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
    lengths = " + ".join(f"coalesce(length(CAST({row[1]} AS BLOB)), 0)" for row in columns)
    total = connection.exec_driver_sql(f"SELECT coalesce(sum({lengths}), 0) FROM {table}")
    return int(total.scalar_one())
