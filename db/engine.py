"""Opens the one encrypted SQLite file of a laptop.

SQLCipher with a random 32-byte key, write-ahead log, foreign keys, ``synchronous=FULL`` because a
village loses power without warning. The file and its neighbours are readable by their owner alone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from app.errors import ErrorCode, UserFacingError

CACHE_KIB = 32 * 1024
_NOT_OURS = (
    "attempt to write a readonly database",
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
)
"""How SQLite says that the disk, or another program, does not let us write."""


class WriteGuard(threading.local):
    """Open only on the thread that is inside ``transaction()`` and only while it flushes."""

    is_open = False


def open_engine(path: Path, key: bytes, guard: WriteGuard) -> Engine:
    """An engine on the file at ``path``; the file is made, mode 0600, if there is none.

    Raises ``sqlcipher3.dbapi2.DatabaseError`` at the first statement if the key does not fit.
    """
    if len(key) != 32:
        raise ValueError("the database key is 32 bytes")
    _make_private(path)
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=4,
        pool_use_lifo=True,  # each has its own pages decrypted: the one used last has the most
        connect_args={"check_same_thread": False, "timeout": 30.0},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, see _begin
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_function("gulou_may_write", 0, lambda: int(guard.is_open))

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        options = connection.get_execution_options()
        mode = options.get("begin_mode", "DEFERRED")
        checks = "ON" if options.get("foreign_keys", True) else "OFF"
        connection.exec_driver_sql(f"PRAGMA foreign_keys = {checks}")
        connection.exec_driver_sql(f"BEGIN {mode}")

    @event.listens_for(engine, "checkin")
    def _leave_nothing_open(connection: Any, _record: Any) -> None:
        # A commit that fails on a deferred foreign key leaves SQLite inside the transaction.
        if connection is not None and connection.in_transaction:
            connection.rollback()

    return engine


@contextmanager
def disk_problems_said() -> Iterator[None]:
    """What the disk refuses becomes ``UserFacingError`` STORE_NOT_WRITTEN."""
    try:
        yield
    except OperationalError as problem:
        why = str(problem.orig)
        if not why.startswith(_NOT_OURS):
            raise
        raise UserFacingError(ErrorCode.STORE_NOT_WRITTEN, problem=why) from problem


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
