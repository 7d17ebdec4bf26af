"""The originals of attachments on this laptop, in an encrypted file of their own.

Apart from the records, because a hundred photographs would make every daily copy, check and
upgrade of the records a hundred times as long; and they need no copy: what was sent lies at the
county, and a copy on the same disk would not outlive it. The key is that of the records.

An original is named by the SHA-256 of its bytes and kept in pieces. What this laptop alone has is
never removed; what the county has may be, and comes back when somebody wants to see it.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlcipher3 import dbapi2 as sqlcipher

from app.attachments.vocabulary import BlobState as BlobState
from db.columns import OF_LIST
from db.engine import WriteGuard, disk_problems_said, open_engine

log = logging.getLogger(__name__)

PIECE_BYTES: Final = 128 * 1024
DAILY_BUDGET: Final = "attachment_daily_mib"
"""The laptop's setting: MiB that may be sent in a day while the line is poor."""
USUAL_DAILY_MIB: Final = 20
_VERSION: Final = 1
_WHOLE: Final = (BlobState.HERE, BlobState.SENDING, BlobState.AT_COUNTY)

_TABLES: Final = (
    """
    CREATE TABLE blob (
        place INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('here', 'sending', 'at_county', 'wanted', 'arriving')),
        moved INTEGER NOT NULL DEFAULT 0,
        problem TEXT
    )
    """,
    """
    CREATE TABLE piece (
        sha256 TEXT NOT NULL REFERENCES blob (sha256) ON DELETE CASCADE,
        start INTEGER NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (sha256, start)
    )
    """,
    "CREATE INDEX blob_by_state ON blob (state, place)",
    f"PRAGMA user_version = {_VERSION}",
)


class BlobDamagedError(Exception):
    """What lies here is not what its name says, and the county does not have it."""


@dataclass(frozen=True, slots=True)
class BlobRow:
    """An original as this laptop knows it. ``moved``: bytes sent or arrived so far."""

    sha256: str
    size: int
    state: BlobState
    moved: int
    problem: str | None = None
    """A stable code of what the county last said against it."""


class BlobStore:
    """The file of originals; made when the first one comes. Threads may share it."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key
        self._opening = threading.Lock()
        self._engine: Engine | None = None

    # --- what is here --------------------------------------------------------------------------

    def put(self, data: bytes) -> str:
        """Keeps an original and returns its SHA-256; the same again changes nothing.

        Raises ``UserFacingError`` STORE_NOT_WRITTEN when the disk is full.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        with self._writing() as connection:
            known = _row(connection, sha256)
            if known is not None and known.state in _WHOLE:
                return sha256
            _drop(connection, [sha256])
            _add(connection, sha256, len(data), BlobState.HERE)
            starts = range(0, len(data), PIECE_BYTES)
            connection.exec_driver_sql(
                "INSERT INTO piece (sha256, start, body) VALUES (?, ?, ?)",
                [(sha256, start, data[start : start + PIECE_BYTES]) for start in starts],
            )
        return sha256

    def read(self, sha256: str) -> bytes | None:
        """The whole original; None while it is not here.

        Raises ``BlobDamagedError``. One that the county has is fetched again instead.
        """
        row = self.find(sha256)
        if row is None or row.state not in _WHOLE:
            return None
        data = self.part(sha256, 0, row.size)
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
        if row.state is not BlobState.AT_COUNTY:
            raise BlobDamagedError(sha256)
        with self._writing() as connection:
            _drop(connection, [sha256])
            _add(connection, sha256, row.size, BlobState.WANTED)
        return None

    def part(self, sha256: str, start: int, length: int) -> bytes:
        """At most so many bytes of what is here, from ``start``."""
        end = start + length
        with self._reading() as connection:
            pieces = connection.exec_driver_sql(
                "SELECT start, body FROM piece WHERE sha256 = ? AND start < ? "
                "AND start + length(body) > ? ORDER BY start",
                (sha256, end, start),
            ).all()
        return b"".join(body[max(0, start - at) : end - at] for at, body in pieces)

    def find(self, sha256: str) -> BlobRow | None:
        """What is known of one original."""
        return self.find_all([sha256]).get(sha256)

    def find_all(self, names: Iterable[str]) -> dict[str, BlobRow]:
        """What is known of these originals, by SHA-256."""
        wanted = list(names)
        if not wanted or not self.path.exists():
            return {}
        rows = self._rows(f"sha256 IN {OF_LIST}", orjson.dumps(wanted).decode())
        return {row.sha256: row for row in rows}

    # --- what is to move -----------------------------------------------------------------------

    def to_send(self) -> list[BlobRow]:
        """What the county does not have, the oldest first."""
        return self._rows("state IN ('sending', 'here')")

    def wanted(self) -> list[BlobRow]:
        """What somebody wants to see and is not here, first come first."""
        return self._rows("state IN ('arriving', 'wanted')")

    def kept(self) -> list[BlobRow]:
        """What is here and at the county, and could be fetched again."""
        return self._rows("state IN ('at_county', 'wanted', 'arriving')")

    def want(self, sha256: str, size: int) -> bool:
        """Notes that somebody wants to see it; False when it is here already."""
        with self._writing() as connection:
            known = _row(connection, sha256)
            if known is None:
                _add(connection, sha256, size, BlobState.WANTED)
            else:
                _set(connection, sha256, problem=None)
            return known is None or known.state not in _WHOLE

    def note_sent(self, sha256: str, moved: int) -> None:
        """The county holds so many bytes of it."""
        with self._writing() as connection:
            state = BlobState.SENDING if moved else BlobState.HERE
            _set(connection, sha256, state=state.value, moved=moved, problem=None)

    def note_at_county(self, sha256: str) -> None:
        """The county holds it whole."""
        with self._writing() as connection:
            connection.exec_driver_sql(
                "UPDATE blob SET state = 'at_county', moved = size, problem = NULL "
                "WHERE sha256 = ?",
                (sha256,),
            )

    def offer_again(self) -> None:
        """The county may have lost what it had: all that is here is offered anew, and costs one
        question each where it has it still."""
        if self.path.exists():
            with self._writing() as connection:
                connection.exec_driver_sql(
                    "UPDATE blob SET state = 'here', moved = 0 "
                    "WHERE state IN ('at_county', 'sending')"
                )

    def note_problem(self, sha256: str, problem: str) -> None:
        """The county said no, for now."""
        with self._writing() as connection:
            _set(connection, sha256, problem=problem)

    def add_arrived(self, sha256: str, start: int, body: bytes) -> BlobState:
        """Keeps the next piece; AT_COUNTY when it was the last and all is as its name says.

        WANTED when the whole is not what its name says: then nothing of it is kept.
        """
        with self._writing() as connection:
            row = _row(connection, sha256)
            if row is None or row.state in _WHOLE:
                return BlobState.NOT_HERE if row is None else row.state
            if start != row.moved:
                raise ValueError("pieces arrive in order")
            connection.exec_driver_sql(
                "INSERT INTO piece (sha256, start, body) VALUES (?, ?, ?)", (sha256, start, body)
            )
            moved = start + len(body)
            state = BlobState.ARRIVING
            if moved >= row.size:
                state = BlobState.AT_COUNTY if _is_sound(connection, sha256) else BlobState.WANTED
            if state is BlobState.WANTED:
                connection.exec_driver_sql("DELETE FROM piece WHERE sha256 = ?", (sha256,))
                moved = 0
            _set(connection, sha256, state=state.value, moved=moved, problem=None)
            return state

    def forget(self, names: Iterable[str]) -> None:
        """Removes these from the disk, whatever their state; the freed space is overwritten."""
        gone = list(names)
        if not gone or not self.path.exists():
            return
        with self._writing() as connection:
            _drop(connection, gone)
        raw: Any = self._opened().raw_connection()
        try:  # a script steps through it to the end; a statement would free one page
            raw.driver_connection.executescript("PRAGMA incremental_vacuum")
            # The log of writes still holds the pages as they were.
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()

    def close(self) -> None:
        """Returns all connections."""
        with self._opening:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    # --- the file ------------------------------------------------------------------------------

    def _rows(self, condition: str, *values: Any) -> list[BlobRow]:
        if not self.path.exists():
            return []
        with self._reading() as connection:
            found = connection.exec_driver_sql(
                f"{_SELECT} WHERE {condition} ORDER BY place", values
            )
            return [_made(row) for row in found]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._opened().connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with disk_problems_said():
            engine = self._opened().execution_options(begin_mode="IMMEDIATE")
            with engine.connect() as connection:
                yield connection
                connection.commit()

    def _opened(self) -> Engine:
        with self._opening:
            if self._engine is None:
                try:
                    self._engine = _open(self.path, self._key)
                except (OperationalError, sqlcipher.OperationalError):
                    raise
                except (DatabaseError, sqlcipher.DatabaseError):
                    _set_aside(self.path)
                    self._engine = _open(self.path, self._key)
            return self._engine


_SELECT: Final = "SELECT sha256, size, state, moved, problem FROM blob"


def _open(path: Path, key: bytes) -> Engine:
    engine = open_engine(path, key, WriteGuard())
    try:
        _make_tables(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _set_aside(path: Path) -> None:
    """A file that cannot be read is kept for whoever can; records and thumbnails go on."""
    kept = path.with_name(f"{path.name}.damaged-{uuid.uuid4().hex[:8]}")
    log.error("originals cannot be read, set aside as %s", kept.name)
    path.replace(kept)
    for part in ("-wal", "-shm"):
        path.with_name(path.name + part).unlink(missing_ok=True)


def _make_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version >= _VERSION:
        return
    raw = engine.raw_connection()
    try:  # so that the file shrinks when originals leave it; it must be said before any table
        raw.cursor().execute("PRAGMA auto_vacuum = INCREMENTAL")
        raw.cursor().execute("VACUUM")
    finally:
        raw.close()
    with engine.execution_options(begin_mode="IMMEDIATE").connect() as connection:
        if connection.exec_driver_sql("PRAGMA user_version").scalar_one() < _VERSION:
            for statement in _TABLES:
                connection.exec_driver_sql(statement)
        connection.commit()


def _row(connection: Connection, sha256: str) -> BlobRow | None:
    row = connection.exec_driver_sql(f"{_SELECT} WHERE sha256 = ?", (sha256,)).first()
    return None if row is None else _made(row)


def _made(row: Any) -> BlobRow:
    return BlobRow(row[0], row[1], BlobState(row[2]), row[3], row[4])


def _add(connection: Connection, sha256: str, size: int, state: BlobState) -> None:
    connection.exec_driver_sql(
        "INSERT INTO blob (sha256, size, state) VALUES (?, ?, ?)", (sha256, size, state.value)
    )


def _set(connection: Connection, sha256: str, **values: Any) -> None:
    names = ", ".join(f"{name} = ?" for name in values)
    connection.exec_driver_sql(
        f"UPDATE blob SET {names} WHERE sha256 = ?", (*values.values(), sha256)
    )


def _drop(connection: Connection, names: list[str]) -> None:
    connection.exec_driver_sql(
        f"DELETE FROM blob WHERE sha256 IN {OF_LIST}", (orjson.dumps(names).decode(),)
    )


def _is_sound(connection: Connection, sha256: str) -> bool:
    """Whether the pieces make up what the name says."""
    digest = hashlib.sha256()
    for (body,) in connection.exec_driver_sql(
        "SELECT body FROM piece WHERE sha256 = ? ORDER BY start", (sha256,)
    ):
        digest.update(body)
    return digest.hexdigest() == sha256
