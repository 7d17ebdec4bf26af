"""Reads the list and single cases in the background; an answer to an older question is dropped."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.cases.queries import (
    PAGE_SIZE,
    CaseDetail,
    CaseFilter,
    CaseList,
    CaseRow,
    case_rows,
    one_case,
)
from app.errors import ErrorCode, UserFacingError
from app.store import Store
from ui.work.runner import Runner


class CaseReader(QObject):
    """`list_read(CaseList)`, `more_read(CaseList)` for its next page, `case_read(CaseDetail)`,
    `case_missed(UserFacingError)`."""

    list_read = Signal(object)
    more_read = Signal(object)
    case_read = Signal(object)
    case_missed = Signal(object)

    def __init__(
        self, store: Store, runner: Runner, *, unit_ids: frozenset[str] | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._runner = runner
        self._unit_ids = unit_ids
        self._asked = 0
        self.last_asked = ""
        """The case that was asked for last: what a reload while it is under way must read."""

    def read_list(self, wanted: CaseFilter, *, limit: int = PAGE_SIZE) -> None:
        """A list from its top; pages still under way for another list come to nothing."""
        self._asked += 1
        work = partial(_page, self._store, wanted, None, limit, self._asked)
        self._runner.read(work, on_done=self._on_list_read)

    def read_more(self, wanted: CaseFilter, after: CaseRow) -> None:
        """The page that follows this row."""
        work = partial(_page, self._store, wanted, after, PAGE_SIZE, self._asked)
        self._runner.read(work, on_done=self._on_more_read)

    def read_case(self, record_id: str) -> None:
        """One case, by its id or that of a party."""
        self.last_asked = record_id
        work = partial(_case, self._store, record_id, self._unit_ids)
        self._runner.read(work, on_done=self._on_case_read, on_failed=self._on_case_failed)

    def _on_list_read(self, answer: tuple[int, CaseList]) -> None:
        asked, found = answer
        if asked == self._asked:
            self.list_read.emit(found)

    def _on_more_read(self, answer: tuple[int, CaseList]) -> None:
        asked, found = answer
        if asked == self._asked:
            self.more_read.emit(found)

    def _on_case_read(self, case: CaseDetail) -> None:
        self.case_read.emit(case)

    def _on_case_failed(self, error: UserFacingError) -> None:
        self.last_asked = ""
        self.case_missed.emit(error)


def _page(
    store: Store, wanted: CaseFilter, after: CaseRow | None, limit: int, asked: int
) -> tuple[int, CaseList]:
    return asked, case_rows(store, wanted, after=after, limit=limit)


def _case(store: Store, case_id: str, units: frozenset[str] | None) -> CaseDetail:
    found = one_case(store, case_id, unit_ids=units)
    if found is None:
        raise UserFacingError(ErrorCode.CASE_NOT_FOUND)
    return found
