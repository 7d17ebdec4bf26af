"""From a keystroke to results."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator
from typing import Any

from pypinyin import Style, lazy_pinyin

from app.search import search
from app.store import Store
from db.search_index import match_expression
from tests.benchmarks.bare import open_bare
from tests.benchmarks.figures import Figure, Goal, Of, median_pairs, percentile

_LONGEST = 3
_SHARE = 0.95


def measure_search(store: Store, *, people: int, runs: int, of: str = "") -> Figure:
    """The 95th percentile over all keystrokes of people looked for in four ways.

    Floor: for the same keystrokes, the first match of the full-text table and its one entry, by a
    bare connection to the same file.
    """
    keystrokes = list(typed_beginnings(store, people))
    missing = [typed for typed in keystrokes if not search(store, typed)]
    assert not missing, f"nobody is found by {missing}"
    connection = open_bare(store.path, store.key)
    try:
        floor, ours = median_pairs(
            lambda: _p95(lambda typed: look_up(connection, typed), keystrokes),
            lambda: _p95(lambda typed: search(store, typed), keystrokes),
            runs,
        )
    finally:
        connection.close()
    name = f"{of}search, keystroke to results (p95)"
    return Figure(name, ours, "ms", floor, Goal(Of.VALUE, 50))


def typed_beginnings(store: Store, people: int) -> Iterator[str]:
    """What stands in the box after each of the first three keys: a name in Chinese, its initials,
    a phone, a household number; of people spread over the whole register."""
    chance = random.Random(7)
    for name, initials, phone, number in chance.sample(_known(store), people):
        for whole in (name, initials, phone, number):
            yield from (whole[:length] for length in range(1, min(_LONGEST, len(whole)) + 1))


def _known(store: Store) -> list[tuple[str, str, str, str]]:
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT head_name, phone, number FROM household ORDER BY number"
        )
        return [
            (name, "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)), phone, number)
            for name, phone, number in rows
        ]


def _p95(look: Any, keystrokes: Iterable[str]) -> float:
    """In milliseconds of processor."""
    taken = []
    for typed in keystrokes:
        begun = time.thread_time()
        look(typed)
        taken.append((time.thread_time() - begun) * 1000)
    return percentile(taken, _SHARE)


def look_up(connection: Any, typed: str) -> Any:
    """The floor of a keystroke."""
    found = connection.execute(
        "SELECT rowid FROM search_words WHERE search_words MATCH ? LIMIT 1",
        (match_expression(typed),),
    ).fetchone()
    return connection.execute(
        "SELECT entity, record_id, title, subtitle FROM search_entry WHERE rowid_ = ?", found
    ).fetchone()
