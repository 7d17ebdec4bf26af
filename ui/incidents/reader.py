"""Reads the list and single incidents in the background; an answer to an older question is
dropped."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.errors import ErrorCode, UserFacingError
from app.incidents.detail import IncidentDetail, one_incident
from app.incidents.queries import (
    PAGE_SIZE,
    IncidentFilter,
    IncidentList,
    IncidentRow,
    incident_rows,
)
from app.store import Store
from ui.work.runner import Runner


class IncidentReader(QObject):
    """`list_read(IncidentList)`, `more_read(IncidentList)` for its next page,
    `incident_read(IncidentDetail)`, `incident_missed(UserFacingError)`."""

    list_read = Signal(object)
    more_read = Signal(object)
    incident_read = Signal(object)
    incident_missed = Signal(object)

    def __init__(
        self, store: Store, runner: Runner, *, unit_ids: frozenset[str] | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._runner = runner
        self._unit_ids = unit_ids
        self._asked = 0
        self.last_asked = ""
        """The incident that was asked for last: what a reload while it is under way must read."""

    def read_list(self, wanted: IncidentFilter, *, limit: int = PAGE_SIZE) -> None:
        """A list from its top; pages still under way for another list come to nothing."""
        self._asked += 1
        work = partial(_page, self._store, wanted, None, limit, self._asked)
        self._runner.read(work, on_done=self._on_list_read)

    def read_more(self, wanted: IncidentFilter, after: IncidentRow) -> None:
        """The page that follows this row."""
        work = partial(_page, self._store, wanted, after, PAGE_SIZE, self._asked)
        self._runner.read(work, on_done=self._on_more_read)

    def read_incident(self, record_id: str) -> None:
        """One incident, by its id or that of somebody in it."""
        self.last_asked = record_id
        work = partial(_incident, self._store, record_id, self._unit_ids)
        self._runner.read(work, on_done=self._on_incident_read, on_failed=self._on_failed)

    def _on_list_read(self, answer: tuple[int, IncidentList]) -> None:
        asked, found = answer
        if asked == self._asked:
            self.list_read.emit(found)

    def _on_more_read(self, answer: tuple[int, IncidentList]) -> None:
        asked, found = answer
        if asked == self._asked:
            self.more_read.emit(found)

    def _on_incident_read(self, incident: IncidentDetail) -> None:
        self.incident_read.emit(incident)

    def _on_failed(self, error: UserFacingError) -> None:
        self.last_asked = ""
        self.incident_missed.emit(error)


def _page(
    store: Store, wanted: IncidentFilter, after: IncidentRow | None, limit: int, asked: int
) -> tuple[int, IncidentList]:
    return asked, incident_rows(store, wanted, after=after, limit=limit)


def _incident(store: Store, record_id: str, units: frozenset[str] | None) -> IncidentDetail:
    found = one_incident(store, record_id, unit_ids=units)
    if found is None:
        raise UserFacingError(ErrorCode.INCIDENT_NOT_FOUND)
    return found
