"""The single way to write: a short session per action, and one writer at a time.

``Store.transaction()`` gives a session that writes rows and their outbox operations together.
Synced tables carry triggers that refuse any other write, so nobody can bypass the outbox.
``Store.reading()`` gives a session for queries. Only frozen row objects leave either of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from db.blobs import BlobStore
from db.clock import Clock, SystemClock
from db.engine import WriteGuard, disk_problems_said, open_engine
from db.local_values import read_values, write_values
from db.outbox import Authorship, record_operations
from db.search_index import left_behind, refresh_entries


@dataclass(frozen=True)
class Changes:
    """Which records an action or a sync round touched; screens reload what they show of them."""

    records: frozenset[tuple[str, str]] = frozenset()
    """Pairs of entity and record id."""
    txn: int | None = None
    """The transaction group in the outbox; what ``undo`` takes back."""

    def touches(self, *entities: str) -> bool:
        """Whether any record of these entities was touched."""
        return any(entity in entities for entity, _ in self.records)

    def __bool__(self) -> bool:
        return bool(self.records)


@dataclass
class Transaction:
    """One user intention in the making."""

    session: Session
    author: Authorship
    touched: set[tuple[str, str]] = field(default_factory=set)
    left_behind: set[tuple[str, str]] = field(default_factory=set)
    """Of what parts were removed; its words in the search are not what they were."""

    @property
    def changes(self) -> Changes:
        """What was touched; whole once the ``with`` block has ended."""
        return Changes(frozenset(self.touched), self.author.txn)


class Store:
    """The laptop's file. Threads may share a store; sessions stay in their thread."""

    def __init__(self, path: Path, key: bytes, *, clock: Clock | None = None) -> None:
        self.path = path
        self.key = key
        self.clock: Clock = clock or SystemClock()
        self._guard = WriteGuard()
        self._writer = threading.RLock()
        self.engine = open_engine(path, key, self._guard)
        self.blobs = BlobStore(path.with_suffix(".blobs"), key)
        """The originals of attachments, in a file of their own."""

    @contextmanager
    def transaction(self, *, account_id: str, action: str) -> Iterator[Transaction]:
        """Writes of one action, all or none, with their outbox operations.

        ``account_id`` is who did it, ``action`` the name that undo shows. Raises
        ``UserFacingError`` STORE_NOT_WRITTEN when the disk is full or does not let us write.
        """
        with self._writer, self._writing_session() as session:
            made = Transaction(session, Authorship(account_id, action))

            def before_flush(flushed: Session, _context: Any, _instances: Any) -> None:
                made.left_behind |= left_behind(flushed)
                made.touched |= record_operations(flushed, made.author, self.clock)
                self._guard.is_open = True

            def after_flush(_flushed: Session, _context: Any) -> None:
                self._guard.is_open = False

            event.listen(session, "before_flush", before_flush)
            event.listen(session, "after_flush", after_flush)
            try:
                yield made
                session.flush()
                refresh_entries(session, made.touched | made.left_behind)
                session.commit()
            finally:
                self._guard.is_open = False

    @contextmanager
    def local_writing(self) -> Iterator[Session]:
        """Writes to tables of this laptop alone (drafts, sign-in tries); synced tables refuse."""
        with self._writer, self._writing_session() as session:
            yield session
            session.commit()

    @contextmanager
    def laying_down(self, *, checks_parents: bool = True) -> Iterator[Session]:
        """For the sync client alone: lays the county's rows down without outbox operations.

        ``checks_parents`` is off while pages of a long catch-up are still to come.
        """
        with self._writer, self._writing_session(foreign_keys=checks_parents) as session:
            self._guard.is_open = True
            try:
                yield session
                session.commit()
            finally:
                self._guard.is_open = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def value(self, name: str) -> str | None:
        """A small fact of this laptop, e.g. ``install_id``."""
        with self.reading() as session:
            return read_values(session, name).get(name)

    def set_values(self, **values: str) -> None:
        """Keeps small facts of this laptop."""
        with self.local_writing() as session:
            write_values(session, values)

    def close(self) -> None:
        """Returns all connections; the store is not usable afterwards."""
        self.blobs.close()
        self.engine.dispose()

    @contextmanager
    def _writing_session(self, *, foreign_keys: bool = True) -> Iterator[Session]:
        engine = self.engine.execution_options(begin_mode="IMMEDIATE", foreign_keys=foreign_keys)
        with disk_problems_said(), Session(engine, expire_on_commit=False) as session:
            yield session
