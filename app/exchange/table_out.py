"""The lists of visits, micro-services, hazards and incidents out into Excel, as they are filtered.

Read page by page and written line by line: 100,000 rows need no more memory than a page. The
columns are those of the import, so that a list can be read back; telephones stay masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.exchange.sheet_out import OutSheet, write_workbook
from app.exchange.table_forms import FORMS, TableColumn, TableKind
from app.exchange.table_words import STATES, word_of
from app.grid_work.lists import WorkFilter, hazard_page, service_page, visit_page
from app.grid_work.rows import HazardRow, ServiceRow, VisitRow
from app.incidents.queries import IncidentFilter, IncidentRow, incident_rows
from app.store import Store
from db.clock import CHINA

PAGE = 1000
_NOT_WRITTEN = (TableColumn.SEQUENCE, TableColumn.IDENTITY_NUMBER, TableColumn.CLOCK_TIME)
Cells = dict[TableColumn, str]


@dataclass(frozen=True, slots=True)
class TableOut:
    """What was written."""

    path: Path
    count: int


def export_work(
    store: Store, actor: Actor, path: Path, *, kind: TableKind, wanted: WorkFilter, title: str
) -> TableOut:
    """Writes a village's visits, micro-services or hazards, as they are filtered.

    Raises ``UserFacingError`` NOT_ALLOWED, SHEET_NOT_WRITTEN.
    """
    actor.require(Permission.SEE_GRID_WORK, unit_id=wanted.unit_id)
    rows = {
        TableKind.VISITS: _visits,
        TableKind.SERVICES: _services,
        TableKind.HAZARDS: _hazards,
    }[kind](store, actor, wanted)
    return _written(path, kind, title, rows)


def export_incidents(store: Store, path: Path, *, wanted: IncidentFilter, title: str) -> TableOut:
    """Writes the incidents of the filter, whose ``unit_ids`` say which may be seen.

    Raises ``UserFacingError`` SHEET_NOT_WRITTEN.
    """
    return _written(path, TableKind.INCIDENTS, title, _incidents(store, wanted))


def _written(path: Path, kind: TableKind, title: str, rows: Iterator[Cells]) -> TableOut:
    columns = [
        (column, form.words[0], form.width)
        for column, form in FORMS[kind].columns.items()
        if column not in _NOT_WRITTEN
    ]
    counted = _Counted(rows)
    lines = ([cells.get(column, "") for column, _, _ in columns] for cells in counted)
    sheet = OutSheet(title, [(word, width) for _, word, width in columns], lines, title)
    write_workbook(path, [sheet])
    return TableOut(path, counted.count)


class _Counted:
    """Counts what goes by."""

    def __init__(self, rows: Iterator[Cells]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Cells]:
        for cells in self._rows:
            self.count += 1
            yield cells


def _visits(store: Store, actor: Actor, wanted: WorkFilter) -> Iterator[Cells]:
    last: VisitRow | None = None
    while True:
        page = visit_page(store, actor, wanted, after=last, limit=PAGE)
        for last in page.rows:
            yield {
                TableColumn.HOUSEHOLD_NUMBER: last.number,
                TableColumn.HEAD_NAME: last.head_name,
                TableColumn.DAY: last.visited_on.isoformat(),
                TableColumn.KIND: word_of(TableKind.VISITS, TableColumn.KIND, last.purpose),
                TableColumn.WAY: word_of(TableKind.VISITS, TableColumn.WAY, last.way),
                TableColumn.MET: last.met,
                TableColumn.TEXT: last.note,
                TableColumn.BY: last.by_name,
            }
        if page.is_last or last is None:
            return


def _services(store: Store, actor: Actor, wanted: WorkFilter) -> Iterator[Cells]:
    last: ServiceRow | None = None
    while True:
        page = service_page(store, actor, wanted, after=last, limit=PAGE)
        for last in page.rows:
            yield {
                TableColumn.HOUSEHOLD_NUMBER: last.number,
                TableColumn.HEAD_NAME: last.head_name,
                TableColumn.DAY: last.asked_on.isoformat(),
                TableColumn.KIND: word_of(TableKind.SERVICES, TableColumn.KIND, last.kind),
                TableColumn.ASKER_NAME: last.asker_name,
                TableColumn.ASKER_PHONE: last.asker_phone,
                TableColumn.TEXT: last.text,
                TableColumn.DUE_ON: last.due_on.isoformat() if last.due_on else "",
                TableColumn.DONE_ON: last.done_on.isoformat() if last.done_on else "",
                TableColumn.DONE_NOTE: last.done_note,
                TableColumn.BY: last.by_name,
            }
        if page.is_last or last is None:
            return


def _hazards(store: Store, actor: Actor, wanted: WorkFilter) -> Iterator[Cells]:
    last: HazardRow | None = None
    while True:
        page = hazard_page(store, actor, wanted, after=last, limit=PAGE)
        for last in page.rows:
            yield {
                TableColumn.HOUSEHOLD_NUMBER: last.number,
                TableColumn.HEAD_NAME: last.head_name,
                TableColumn.MICRO_GRID: last.micro_grid_name,
                TableColumn.DAY: last.found_on.isoformat(),
                TableColumn.KIND: word_of(TableKind.HAZARDS, TableColumn.KIND, last.kind),
                TableColumn.LEVEL: word_of(TableKind.HAZARDS, TableColumn.LEVEL, last.level),
                TableColumn.PLACE: last.place,
                TableColumn.TEXT: last.text,
                TableColumn.DUE_ON: last.due_on.isoformat(),
                TableColumn.DONE_ON: last.resolved_on.isoformat() if last.resolved_on else "",
                TableColumn.DONE_NOTE: last.last_measure,
                TableColumn.BY: last.by_name,
            }
        if page.is_last or last is None:
            return


def _incidents(store: Store, wanted: IncidentFilter) -> Iterator[Cells]:
    last: IncidentRow | None = None
    while True:
        page = incident_rows(store, wanted, after=last, limit=PAGE)
        for last in page.rows:
            moment = last.happened_at.astimezone(CHINA)
            nature = last.incident_class
            yield {
                TableColumn.NUMBER: last.number,
                TableColumn.DAY: f"{moment:%Y-%m-%d %H:%M}",
                TableColumn.KIND: word_of(TableKind.INCIDENTS, TableColumn.KIND, nature),
                TableColumn.TITLE: last.title,
                TableColumn.PLACE: last.place,
                TableColumn.PEOPLE: "、".join(last.people),
                TableColumn.STATE: STATES[last.state],
                TableColumn.VILLAGE: last.village,
            }
        if page.is_last or last is None:
            return
