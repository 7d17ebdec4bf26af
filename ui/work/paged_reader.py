"""Reads a paged list and single records of it in the background; an answer to an older question
is dropped."""

from __future__ import annotations

from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from app.errors import ErrorCode, UserFacingError
from app.store import Store
from ui.work.runner import Runner


class ReadList(Protocol):
    """A paged query: the page that follows ``after``, or the first one."""

    def __call__(self, store: Store, wanted: Any, /, *, after: Any = None, limit: int) -> Any: ...


class ReadOne(Protocol):
    """A query for one record, by its id or that of a part of it; None where it is not seen."""

    def __call__(
        self, store: Store, record_id: str, /, *, unit_ids: frozenset[str] | None
    ) -> Any | None: ...


class PagedReader(QObject):
    """`list_read(page)`, `more_read(page)` for its next page, `one_read(record)`,
    `one_missed(UserFacingError)` with the code ``missed``."""

    list_read = Signal(object)
    more_read = Signal(object)
    one_read = Signal(object)
    one_missed = Signal(object)

    def __init__(
        self,
        store: Store,
        runner: Runner,
        *,
        read_list: ReadList,
        read_one: ReadOne,
        missed: ErrorCode,
        page_size: int,
        unit_ids: frozenset[str] | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._page = partial(_page, read_list, store)
        self._one = partial(_one, read_one, store, unit_ids, missed)
        self._page_size = page_size
        self._asked = 0
        self.last_asked = ""
        """The record that was asked for last: what a reload while it is under way must read."""

    def read_list(self, wanted: Any, *, limit: int = 0) -> None:
        """A list from its top, at least a page of it; pages still under way for another list come
        to nothing."""
        self._asked += 1
        work = partial(self._page, wanted, None, max(limit, self._page_size), self._asked)
        self._runner.read(work, on_done=self._on_list_read)

    def read_more(self, wanted: Any, after: Any) -> None:
        """The page that follows this row."""
        work = partial(self._page, wanted, after, self._page_size, self._asked)
        self._runner.read(work, on_done=self._on_more_read)

    def read_one(self, record_id: str) -> None:
        """One record, by its id or that of a part of it."""
        self.last_asked = record_id
        work = partial(self._one, record_id)
        self._runner.read(work, on_done=self._on_one_read, on_failed=self._on_failed)

    def _on_list_read(self, answer: tuple[int, Any]) -> None:
        asked, page = answer
        if asked == self._asked:
            self.list_read.emit(page)

    def _on_more_read(self, answer: tuple[int, Any]) -> None:
        asked, page = answer
        if asked == self._asked:
            self.more_read.emit(page)

    def _on_one_read(self, record: Any) -> None:
        self.one_read.emit(record)

    def _on_failed(self, error: UserFacingError) -> None:
        self.last_asked = ""
        self.one_missed.emit(error)


def _page(
    read_list: ReadList, store: Store, wanted: Any, after: Any | None, limit: int, asked: int
) -> tuple[int, Any]:
    return asked, read_list(store, wanted, after=after, limit=limit)


def _one(
    read_one: ReadOne,
    store: Store,
    unit_ids: frozenset[str] | None,
    missed: ErrorCode,
    record_id: str,
) -> Any:
    found = read_one(store, record_id, unit_ids=unit_ids)
    if found is None:
        raise UserFacingError(missed)
    return found
