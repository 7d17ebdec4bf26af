"""The dry run of a table: which rows would be written, which are there already, which are refused.

Nothing that is stored is changed by such an import: a row is new, or it is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.exchange.column_guess import ColumnGuess
from app.exchange.micro_grid_names import parse_micro_grid
from app.exchange.table_forms import FORMS, TableColumn, TableKind
from app.exchange.table_homes import FoundHome, HomeFinder
from app.exchange.table_read import read_table
from app.exchange.table_report import (
    DoubleKind,
    RefusedTableRow,
    TableNote,
    TableParam,
    TableRefusal,
    TableReport,
    TableRow,
    TableWarning,
)
from app.exchange.table_words import is_closed, is_withdrawn, says_more
from app.households.rules import normalise_name
from app.incidents.vocabulary import IncidentState
from app.store import Store
from db.clock import CHINA
from db.tables.base import SyncedRecord
from db.tables.grid_work import Hazard, MicroService, Visit
from db.tables.households import MicroGrid
from db.tables.incidents import Incident
from db.tables.organisations import Account

DoubleKey = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row that would be written, with what it names found."""

    source: TableRow
    household_id: str | None
    household: str
    micro_grid_id: str | None
    by_account_id: str | None
    """The account of whoever did it; None where nobody is named or the name is no account."""
    worker: str
    """The name typed for it, where it is no account."""
    closes: bool = False


@dataclass(frozen=True, slots=True)
class DoubleRow:
    """A row that is passed over, because it is there already."""

    source: TableRow
    household: str
    kind: DoubleKind
    params: Mapping[str, TableParam]


@dataclass(frozen=True, slots=True)
class TablePlan:
    """Everything an import would do."""

    unit_id: str
    report: TableReport
    rows: tuple[PlannedRow, ...]
    doubles: tuple[DoubleRow, ...]
    refused: tuple[RefusedTableRow, ...]
    warnings: tuple[TableWarning, ...]

    @property
    def kind(self) -> TableKind:
        """What the table holds."""
        return self.report.kind

    @property
    def has_work(self) -> bool:
        """Whether importing would write anything."""
        return bool(self.rows)


def read_and_plan_table(
    store: Store,
    actor: Actor,
    path: Path,
    *,
    kind: TableKind,
    unit_id: str,
    columns: Mapping[str, ColumnGuess] | None = None,
) -> TablePlan:
    """The dry run of a workbook; `columns` by sheet replace the guesses.

    Raises ``UserFacingError``: NOT_ALLOWED, TABLE_NO_HEADER, the WORKBOOK_ codes.
    """
    actor.require(FORMS[kind].permission, unit_id=unit_id)
    report = read_table(path, FORMS[kind], columns=columns, now=store.clock.now())
    return plan_table(store, actor, report, unit_id=unit_id)


def plan_table(store: Store, actor: Actor, report: TableReport, *, unit_id: str) -> TablePlan:
    """The dry run for a village; writes nothing. Raises ``UserFacingError`` NOT_ALLOWED."""
    actor.require(FORMS[report.kind].permission, unit_id=unit_id)
    with store.reading() as session:
        return plan_in_session(session, actor, report, unit_id=unit_id)


def plan_in_session(
    session: Session, actor: Actor, report: TableReport, *, unit_id: str
) -> TablePlan:
    """The dry run inside a transaction that is under way."""
    planner = _Planner(session, actor, report, unit_id)
    for row in report.rows:
        planner.plan(row)
    return TablePlan(
        unit_id=unit_id,
        report=report,
        rows=tuple(planner.rows),
        doubles=tuple(planner.doubles),
        refused=tuple(sorted((*report.refused, *planner.refused), key=_place_in(report))),
        warnings=(*report.warnings, *planner.warnings),
    )


def _place_in(report: TableReport) -> Callable[[RefusedTableRow], tuple[int, int]]:
    order = {sheet.name: place for place, sheet in enumerate(report.sheets)}

    def place(row: RefusedTableRow) -> tuple[int, int]:
        return order[row.sheet], row.row

    return place


class _Planner:
    """Finds what the rows name, and what of them is there already."""

    def __init__(self, session: Session, actor: Actor, report: TableReport, unit_id: str) -> None:
        self._kind = report.kind
        self._form = FORMS[report.kind]
        self._homes = HomeFinder(session, unit_id)
        self._grids = _micro_grids(session, unit_id)
        self._workers = _workers(session, unit_id)
        self._stored = set(_stored_keys(session, report.kind, unit_id))
        self._may_close = actor.reaches(Permission.CLOSE_INCIDENT, unit_id=unit_id)
        self._own_id = actor.account_id
        self._first: dict[DoubleKey, TableRow] = {}
        self._columns = {sheet.name: sheet.columns for sheet in report.sheets}
        self.rows: list[PlannedRow] = []
        self.doubles: list[DoubleRow] = []
        self.refused: list[RefusedTableRow] = []
        self.warnings: list[TableWarning] = []

    def plan(self, row: TableRow) -> None:
        home = self._homes.find(row)
        if self._is_refused(row, home):
            return
        by, worker = self._worker(row)
        planned = PlannedRow(
            source=row,
            household_id=home.household_id,
            household=home.head_name,
            micro_grid_id=self._grids.get(_grid_key(row)),
            by_account_id=by,
            worker=worker,
            closes=self._closes(row),
        )
        if self._is_too_long(planned):
            return
        key = _key_of_row(self._kind, planned, self._own_id)
        first = self._first.setdefault(key, row)
        if key in self._stored:
            self.doubles.append(DoubleRow(row, home.head_name, DoubleKind.IN_STORE, {}))
        elif first is not row:
            params: dict[str, TableParam] = {
                "first_row": first.row,
                "first_sheet": "" if first.sheet == row.sheet else first.sheet,
            }
            self.doubles.append(DoubleRow(row, home.head_name, DoubleKind.IN_FILE, params))
        else:
            self.rows.append(planned)

    def _is_refused(self, row: TableRow, home: FoundHome) -> bool:
        if home.refusal is not None:
            self._refuse(row, home.refusal, home.column, home.params or {})
            return True
        if self._kind is TableKind.VISITS and home.household_id is None:
            self._refuse(row, TableRefusal.HOUSEHOLD_MISSING, TableColumn.HEAD_NAME, {})
            return True
        grid = _grid_key(row)
        if grid and grid not in self._grids:
            typed = row.text(TableColumn.MICRO_GRID)
            reason = TableRefusal.MICRO_GRID_UNKNOWN
            self._refuse(row, reason, TableColumn.MICRO_GRID, {"typed": typed})
            return True
        if is_withdrawn(row.text(TableColumn.STATE)):
            self._refuse(row, TableRefusal.WITHDRAWN_THERE, TableColumn.STATE, {})
            return True
        has_place = grid or row.text(TableColumn.PLACE)
        if self._kind is TableKind.INCIDENTS and not has_place:
            self._refuse(row, TableRefusal.PLACE_MISSING, TableColumn.PLACE, {})
            return True
        return False

    def _is_too_long(self, planned: PlannedRow) -> bool:
        """With the name of a worker who has no account behind it."""
        length, row = len(noted_text(planned)), planned.source
        form = self._form.columns[TableColumn.TEXT]
        if length <= form.longest:
            return False
        letter = self._columns[row.sheet].letter(TableColumn.TEXT) or ""
        params: dict[str, TableParam] = {
            "cell": f"{letter}{row.row}",
            "length": length,
            "limit": form.longest,
        }
        self._refuse(row, TableRefusal.TEXT_TOO_LONG, TableColumn.TEXT, params)
        return True

    def _refuse(
        self,
        row: TableRow,
        reason: TableRefusal,
        column: TableColumn,
        params: Mapping[str, TableParam],
    ) -> None:
        letter = self._columns[row.sheet].letter(column) or ""
        self.refused.append(RefusedTableRow(row.sheet, row.row, column, letter, reason, params))

    def _worker(self, row: TableRow) -> tuple[str | None, str]:
        name = normalise_name(row.text(TableColumn.BY))
        if not name:
            return None, ""
        account_id = self._workers.get(name)
        if account_id is not None:
            return account_id, ""
        self.warnings.append(
            TableWarning(row.sheet, row.row, TableNote.WORKER_UNKNOWN, {"typed": name})
        )
        return None, name

    def _closes(self, row: TableRow) -> bool:
        state = row.text(TableColumn.STATE)
        closed = is_closed(state)
        if closed is None:
            note = TableNote.STATE_UNKNOWN
            self.warnings.append(TableWarning(row.sheet, row.row, note, {"typed": state}))
        elif closed and not self._may_close:
            self.warnings.append(TableWarning(row.sheet, row.row, TableNote.MAY_NOT_CLOSE))
        elif not closed and says_more(state, has_result=bool(row.text(TableColumn.POLICE_RESULT))):
            note = TableNote.STATE_NOT_READ
            self.warnings.append(TableWarning(row.sheet, row.row, note, {"typed": state}))
        return bool(closed) and self._may_close


def _grid_key(row: TableRow) -> str:
    typed = row.text(TableColumn.MICRO_GRID)
    return parse_micro_grid(typed).key if typed else ""


def _micro_grids(session: Session, unit_id: str) -> dict[str, str]:
    statement = select(MicroGrid.name, MicroGrid.id).where(
        col(MicroGrid.unit_id) == unit_id, col(MicroGrid.closed_on).is_(None)
    )
    return {parse_micro_grid(name).key: grid_id for name, grid_id in session.exec(statement)}


def _workers(session: Session, unit_id: str) -> dict[str, str]:
    """Accounts of the village by name; a name that two of them share names neither."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    statement = select(Account.name, Account.id).where(col(Account.unit_id) == unit_id)
    for name, account_id in session.exec(statement):
        if name in found:
            shared.add(name)
        found[name] = account_id
    return {name: account_id for name, account_id in found.items() if name not in shared}


# --- the same thing twice ------------------------------------------------------------------------


def _key_of_row(kind: TableKind, row: PlannedRow, own_id: str) -> DoubleKey:
    source = row.source
    day, text = source.values[TableColumn.DAY], _squeezed(noted_text(row))
    if kind is TableKind.VISITS:
        return (row.household_id or "", day, row.by_account_id or own_id, text)
    if kind is TableKind.SERVICES:
        return (_squeezed(source.text(TableColumn.ASKER_NAME)), day, text)
    if kind is TableKind.HAZARDS:
        return (_squeezed(source.text(TableColumn.PLACE)), day, text)
    return (_minute(day), _squeezed(source.text(TableColumn.TITLE)))  # a moment to the minute


def noted_text(row: PlannedRow) -> str:
    """The words of a row; a worker who has no account is named in them, so that nothing is lost."""
    text = row.source.text(TableColumn.TEXT)
    if not row.worker:
        return text
    said = f"（{row.worker}）"
    return f"{text}{said}" if text else said


_STORED_FIELDS: Mapping[TableKind, tuple[type[SyncedRecord], tuple[str, ...]]] = {
    TableKind.VISITS: (Visit, ("household_id", "visited_on", "by_account_id", "note")),
    TableKind.SERVICES: (MicroService, ("asker_name", "asked_on", "text")),
    TableKind.HAZARDS: (Hazard, ("place", "found_on", "text")),
    TableKind.INCIDENTS: (Incident, ("happened_at", "title")),
}
"""What tells two records of a kind apart, in the order of ``_key_of_row``."""


def _stored_keys(session: Session, kind: TableKind, unit_id: str) -> Iterator[DoubleKey]:
    model, names = _STORED_FIELDS[kind]
    columns = [getattr(model, name) for name in names]
    statement = select(*columns).where(col(model.unit_id) == unit_id)
    if model is Incident:
        # What was recorded by mistake may come again, as it should have been.
        statement = statement.where(col(Incident.state) != IncidentState.WITHDRAWN)
    for row in session.exec(statement):
        yield tuple(_squeezed(each) if isinstance(each, str) else _minute(each) for each in row)


def _minute(moment: object) -> object:
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(CHINA).replace(second=0, microsecond=0, tzinfo=None)


def _squeezed(text: str) -> str:
    return "".join(text.split())
