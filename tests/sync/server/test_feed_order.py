"""The sequence hole: rows that commit late must not lie behind a reader's cursor.

The safeguard is a lock that is held until commit and a number that is taken after it. Each half is
switched off here, and the reader must then lose rows: otherwise these tests would prove nothing.
"""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import orjson
import psycopg
import pytest
from psycopg import Connection, IsolationLevel

from sync.server import record_table
from sync.server.county import County
from sync.server.feed_page import read_page
from sync.server.rows import FeedRow
from tests.sync.server.conftest import VILLAGE

WRITERS = 8
ROWS_EACH = 60

WITHOUT_LOCK = """
CREATE OR REPLACE FUNCTION feed_take_seq() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.seq := nextval('feed_seq'); RETURN NEW; END $$
"""
NUMBER_BEFORE_LOCK = """
ALTER TABLE feed ALTER COLUMN seq SET DEFAULT nextval('feed_seq');
CREATE OR REPLACE FUNCTION feed_take_seq() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock(424230, hashtext('431230')); RETURN NEW; END $$
"""


def write(connection: Connection[Any], record_id: str) -> None:
    """One record with its feed row, not yet committed."""
    connection.execute(
        "INSERT INTO record (entity, id, unit_id, bucket, body, version, created_by, "
        "created_install, created_at, updated_by, updated_install, updated_at) "
        "VALUES ('household', %(id)s, %(unit)s, %(unit)s, '{}', 1, 'x', 'x', now(), 'x', 'x', "
        "now()) ON CONFLICT DO NOTHING",
        {"id": record_id, "unit": VILLAGE},
    )
    with connection.cursor() as cursor:
        record_table.insert_feed(cursor, [FeedRow(VILLAGE, "household", record_id, "put", 1)])


class Reader:
    """A laptop that polls its bucket."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url)
        self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
        self._cursors: dict[str, int] = {}
        self.seen: list[str] = []

    def poll(self) -> None:
        """One page."""
        with self._connection.transaction():
            page = read_page(self._connection, (VILLAGE,), self._cursors, limit=50)
        self._cursors = page.cursors
        self.seen += [change[1] for change in orjson.loads(page.rows.changes)]

    def close(self) -> None:
        """Hangs up."""
        self._connection.close()


@pytest.fixture
def reader(county: County) -> Any:
    made = Reader(county.url)
    yield made
    made.close()


def late_commit(county: County, reader: Reader) -> None:
    """One writer takes its place and dawdles; another commits; a reader reads in between."""
    with psycopg.connect(county.url) as slow, psycopg.connect(county.url) as quick:
        write(slow, "slow")
        quick.execute("SET LOCAL lock_timeout = '200ms'")
        write(quick, "quick")
        quick.commit()
        reader.poll()
        slow.commit()
    reader.poll()


def test_nobody_gets_in_before_a_late_commit(county: County, reader: Reader) -> None:
    with pytest.raises(psycopg.errors.LockNotAvailable):
        late_commit(county, reader)


def test_without_the_lock_the_late_row_is_lost(
    county: County, reader: Reader, sql: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sql.execute(WITHOUT_LOCK)
    monkeypatch.setattr(record_table, "take_feed_lock", lambda _cursor: None)
    late_commit(county, reader)
    reader.poll()
    assert reader.seen == ["quick"]
    assert sql.execute("SELECT count(*) FROM feed WHERE bucket = %s", (VILLAGE,)).fetchone() == (2,)


def test_a_number_from_a_column_default_is_taken_before_the_lock(
    county: County, sql: Connection[Any]
) -> None:
    """So the order of numbers is the order of asking, not of committing."""
    sql.execute(NUMBER_BEFORE_LOCK)
    with psycopg.connect(county.url) as holder, psycopg.connect(county.url) as waiting:
        holder.execute("SELECT pg_advisory_xact_lock(424230, hashtext('431230'))")
        thread = threading.Thread(target=lambda: (write_plain(waiting), waiting.commit()))
        thread.start()
        wait_for_lock(sql)
        numbered = sql.execute("SELECT last_value FROM feed_seq").fetchone()
        write_plain(holder, "second")
        holder.commit()
        thread.join()
    rows = sql.execute(
        "SELECT record_id, seq FROM feed WHERE bucket = %s ORDER BY seq", (VILLAGE,)
    ).fetchall()
    # The first committed second and has the lower number: a reader in between would miss it.
    assert rows == [("first", numbered[0]), ("second", numbered[0] + 1)]


def write_plain(connection: Connection[Any], record_id: str = "first") -> None:
    connection.execute(
        "INSERT INTO feed (bucket, entity, record_id, kind, version) "
        "VALUES (%s, 'household', %s, 'put', 1)",
        (VILLAGE, record_id),
    )


def wait_for_lock(sql: Connection[Any]) -> None:
    """Until somebody waits for the feed's lock."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        row = sql.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
            "WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()"
        ).fetchone()
        if row[0]:
            return
    raise AssertionError("nobody waits")


def run_writers(url: str) -> list[threading.Thread]:
    """Writers that commit after a while of their own, each row in its own transaction."""

    def work(number: int) -> None:
        dice = random.Random(number)
        with psycopg.connect(url) as connection:
            for row in range(ROWS_EACH):
                write(connection, f"{number}-{row}")
                connection.execute("SELECT pg_sleep(%s)", (dice.random() * 0.002,))
                connection.commit()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    return threads


def read_while_writing(county: County, reader: Reader) -> None:
    threads = run_writers(county.url)
    while any(thread.is_alive() for thread in threads):
        reader.poll()
    for thread in threads:
        thread.join()
    for _ in range(WRITERS * ROWS_EACH // 50 + 2):
        reader.poll()


def test_concurrent_writers_lose_nothing(county: County, reader: Reader) -> None:
    read_while_writing(county, reader)
    assert len(reader.seen) == WRITERS * ROWS_EACH
    assert set(reader.seen) == {f"{n}-{row}" for n in range(WRITERS) for row in range(ROWS_EACH)}


def test_concurrent_writers_without_the_lock_lose_rows(
    county: County, reader: Reader, sql: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sql.execute(WITHOUT_LOCK)
    monkeypatch.setattr(record_table, "take_feed_lock", lambda _cursor: None)
    read_while_writing(county, reader)
    assert len(set(reader.seen)) < WRITERS * ROWS_EACH


def test_an_update_moves_a_record_to_the_end(county: County, sql: Connection[Any]) -> None:
    with psycopg.connect(county.url) as connection:
        for record_id in ("a", "b", "a"):
            write(connection, record_id)
            connection.commit()
    rows = sql.execute(
        "SELECT record_id FROM feed WHERE bucket = %s ORDER BY seq", (VILLAGE,)
    ).fetchall()
    assert rows == [("b",), ("a",)]
    numbers = sql.execute("SELECT count(*), count(DISTINCT seq) FROM feed").fetchone()
    assert numbers[0] == numbers[1]


def test_the_lock_is_taken_last(
    county: County, sql: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a batch is judged and written, nobody waits for it."""
    held: list[int] = []
    original = record_table.insert

    def watched(cursor: Any, rows: Any) -> None:
        original(cursor, rows)
        row = sql.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 424230"
        ).fetchone()
        held.append(row[0])

    monkeypatch.setattr(record_table, "insert", watched)
    unit = {"number": 1, "name": "第一微网格", "unit_id": VILLAGE}
    county.put([("micro_grid", "grid", unit)])
    assert held == [0]
    assert sql.execute("SELECT name FROM micro_grid").fetchall() == [("第一微网格",)]
