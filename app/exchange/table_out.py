"""The lists of visits, micro-services, hazards and incidents out into Excel, as they are filtered.

Read page by page and written line by line: 100,000 rows need no more memory than a page. The
columns are those of the import, so that a list can be read back; telephones stay masked. What
happened to an incident is told in one more column, which the import names as not read: who was
told and who signed has its own form and is not made up from words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_in_sight
from app.exchange.sheet_out import OutSheet, write_workbook
from app.exchange.table_forms import FORMS, TableColumn, TableKind
from app.exchange.table_words import EVENTS, STATES, word_of
from app.grid_work.lists import WorkFilter, hazard_page, service_page, visit_page
from app.grid_work.rows import HazardRow, ServiceRow, VisitRow
from app.incidents.queries import IncidentFilter, IncidentRow, incident_rows
from app.incidents.sheet import IncidentSheet, ToldEvent, incident_sheets
from app.incidents.vocabulary import IncidentEventKind, PoliceMediation, PoliceReport
from app.looks.actions import record_look
from app.looks.vocabulary import LookedAt
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
    """Writes a village's visits, micro-services or hazards, as they are filtered; that they left
    the program is written down first.

    Raises ``UserFacingError`` NOT_ALLOWED, SHEET_NOT_WRITTEN, STORE_NOT_WRITTEN.
    """
    actor.require(Permission.SEE_GRID_WORK, unit_id=wanted.unit_id)
    rows = {
        TableKind.VISITS: _visits,
        TableKind.SERVICES: _services,
        TableKind.HAZARDS: _hazards,
    }[kind]
    read = partial(rows, store, actor, wanted)
    _write_down(store, actor, unit_id=wanted.unit_id, title=title, read=read)
    return _written(path, kind, title, read())


def export_incidents(
    store: Store, actor: Actor, path: Path, *, wanted: IncidentFilter, title: str
) -> TableOut:
    """Writes the incidents of the filter, as far as this person may see them; that they left the
    program is written down first.

    Raises ``UserFacingError`` NOT_ALLOWED, SHEET_NOT_WRITTEN, STORE_NOT_WRITTEN.
    """
    needed = Permission.SEE_INCIDENTS
    actor.require(needed, unit_id=actor.unit_id, holder_unit_id=actor.unit_id)
    wanted = replace(wanted, unit_ids=units_in_sight(actor, wanted.unit_ids, needed))
    read = partial(_incidents, store, wanted)
    _write_down(store, actor, unit_id=actor.unit_id, title=title, read=read)
    return _written(path, TableKind.INCIDENTS, title, read())


def _write_down(
    store: Store, actor: Actor, *, unit_id: str, title: str, read: Callable[[], Iterator[Cells]]
) -> None:
    """Telephones stay masked; names, homes and stories leave with it."""
    record_look(
        store,
        actor,
        subject_entity="unit",
        subject_id=unit_id,
        unit_id=unit_id,
        looked_at=LookedAt.EXPORT,
        people=sum(1 for _ in read()),
        reason=title,
    )


def _written(path: Path, kind: TableKind, title: str, rows: Iterator[Cells]) -> TableOut:
    columns = [
        (column, form.words[0], form.width)
        for column, form in FORMS[kind].columns.items()
        if column not in _NOT_WRITTEN
    ]
    if kind is TableKind.INCIDENTS:
        columns.append((TableColumn.EVENTS, "处置过程", 60))  # told, and not read back
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
        sheets = incident_sheets(store, [row.incident_id for row in page.rows])
        for last in page.rows:
            yield _incident(last, sheets[last.incident_id])
        if page.is_last or last is None:
            return


def _incident(row: IncidentRow, told: IncidentSheet) -> Cells:
    kind = TableKind.INCIDENTS
    return {
        TableColumn.NUMBER: row.number,
        TableColumn.DAY: _moment(row.happened_at),
        TableColumn.KIND: word_of(kind, TableColumn.KIND, row.incident_class),
        TableColumn.TITLE: row.title,
        TableColumn.PLACE: told.place,
        TableColumn.MICRO_GRID: told.micro_grid,
        TableColumn.PEOPLE: "、".join(
            f"{name}（{phone}）" if phone else name for name, phone in told.people
        ),
        TableColumn.SOURCE: word_of(kind, TableColumn.SOURCE, told.source),
        TableColumn.TEXT: told.story,
        TableColumn.DONE_NOTE: told.notes_of(IncidentEventKind.GRID_ACTED),
        TableColumn.POLICE_RESULT: told.notes_of(IncidentEventKind.POLICE_RESULT),
        TableColumn.STATE: STATES[row.state],
        TableColumn.VILLAGE: row.village,
        TableColumn.EVENTS: "\n".join(map(_event, told.events)),
    }


def _event(event: ToldEvent) -> str:
    """One line: when, what, and what it carries besides."""
    said = [_moment(event.at), EVENTS[event.kind]]
    if event.kind is IncidentEventKind.REPORTED_TO_POLICE:
        report = PoliceReport.of_detail(event.detail)
        said += [report.station, report.officer, report.receipt] if report else []
    elif event.kind is IncidentEventKind.POLICE_MEDIATED:
        paper = PoliceMediation.of_detail(event.detail)
        signers = "、".join(one.name for one in paper.signers) if paper else ""
        said += [signers, paper.paper_number] if paper else []
    return " ".join(each for each in (*said, event.note.replace("\n", " ")) if each)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
