"""Reading a village's household roster: the one entry point, `read_roster`.

Steps, each its own module: opening safely (`workbook`), the grid of cells (`sheet_grid`), which
sheets are rosters and whose (`roster_sheets`), the columns (`roster_columns`), rows to residents
and households (`roster_rows`, `roster_households`), the report (`roster_report`). One sheet for the
village and one sheet for each micro-grid are the same to all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from app.exchange.column_guess import ColumnGuess
from app.exchange.micro_grid_names import name_in_title
from app.exchange.roster_columns import RosterColumn
from app.exchange.roster_households import (
    HouseholdDraft,
    HouseholdGatherer,
    assign_micro_grids,
    check_household,
    finish_household,
    gather_micro_grids,
    number_within_micro_grid,
    size_warnings,
)
from app.exchange.roster_lines import (
    StatedTotals,
    TitleHints,
    line_text,
    skipped_kind,
    stated_totals,
    title_hints,
)
from app.exchange.roster_report import (
    Place,
    RefusalReason,
    RefusedRow,
    RosterMicroGrid,
    RosterReport,
    RosterSheet,
    RosterTotals,
    RosterWarning,
    SheetSkip,
    SkippedKind,
    SkippedRow,
    SkippedSheet,
    WarningKind,
)
from app.exchange.roster_rows import RowRead, read_row
from app.exchange.roster_sheets import SheetDecision, SheetToRead, choose_sheets
from app.exchange.sheet_grid import GridRow, read_grids
from app.exchange.workbook import open_workbook
from app.households.rules import mask_identity_number

MOST_BLANK_ROWS_LISTED = 200
_BREAKS = (SkippedKind.BLANK, SkippedKind.HEADER_AGAIN, SkippedKind.SUBTOTAL, SkippedKind.TOTAL)
"""Lines at which a printed page ends."""


def read_roster(
    path: Path,
    *,
    decisions: Mapping[str, SheetDecision] | None = None,
    sheet: str | None = None,
    today: date,
) -> RosterReport:
    """Read a roster without storing anything.

    `decisions` by the sheets' names replace what the program would guess; `sheet` is the only one
    to read. `today` bounds dates of birth. Raises UserFacingError with a WORKBOOK_ code if nothing
    can be read; a bad row is no error but a refusal in the report.
    """
    with open_workbook(path) as workbook:
        chosen = choose_sheets(
            read_grids(workbook, sheet), file_name=path.name, decisions=decisions or {}
        )
        hidden = () if sheet else workbook.hidden_sheets()
    skipped = (*chosen.skipped, *(SkippedSheet(name, SheetSkip.HIDDEN) for name in hidden))
    return report_on_sheets(chosen.to_read, skipped, file_name=path.name, today=today)


@dataclass(slots=True)
class _Reading:
    """What the rows below a sheet's header held."""

    sheet: SheetToRead
    gatherer: HouseholdGatherer
    taken: dict[str, tuple[Place, str]]
    """Where each identity number was first, in the whole workbook."""
    reads: list[RowRead] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    stated: StatedTotals | None = None

    @property
    def name(self) -> str:
        return self.sheet.grid.sheet

    @property
    def columns(self) -> ColumnGuess:
        return self.sheet.columns

    def kept(self) -> list[HouseholdDraft]:
        """The households of which somebody was taken."""
        return [draft for draft in self.gatherer.drafts if draft.residents()]


def report_on_sheets(
    sheets: Sequence[SheetToRead],
    skipped: tuple[SkippedSheet, ...],
    *,
    file_name: str,
    today: date,
) -> RosterReport:
    """Judge the rows of all sheets, as one roster."""
    taken: dict[str, tuple[Place, str]] = {}
    readings = [_read_sheet(sheet, taken, today) for sheet in sheets]
    drafts = [draft for reading in readings for draft in reading.gatherer.drafts]
    starts_again = number_within_micro_grid(drafts)
    for reading in readings:
        _check_households(reading)
    kept = [draft for reading in readings for draft in reading.kept()]
    micro_grids = gather_micro_grids(kept)
    hints = [_hints(reading) for reading in readings]
    return RosterReport(
        file_name=file_name,
        sheets=tuple(_sheet_row(reading) for reading in readings),
        skipped_sheets=skipped,
        township_name_hint=next((hint.township for hint in hints if hint.township), None),
        village_name_hint=next((hint.village for hint in hints if hint.village), None),
        households=tuple(finish_household(draft) for draft in kept),
        micro_grids=micro_grids,
        refused=tuple(
            read.refused for reading in readings for read in reading.reads if read.refused
        ),
        warnings=tuple(_all_warnings(readings, micro_grids, starts_again=starts_again)),
        skipped=tuple(row for reading in readings for row in _in_order(reading.skipped)),
        totals=_totals_of_all([_totals(reading) for reading in readings]),
    )


def _in_order(rows: list[SkippedRow]) -> list[SkippedRow]:
    return sorted(rows, key=lambda row: row.row)


def _hints(reading: _Reading) -> TitleHints:
    above = (row for row in reading.sheet.grid.rows if row.number < reading.columns.header_row)
    return title_hints(above, reading.name)


def _sheet_row(reading: _Reading) -> RosterSheet:
    grid = reading.sheet.micro_grid
    return RosterSheet(
        name=reading.name,
        title=_hints(reading).title,
        header_row=reading.columns.header_row,
        columns=reading.columns,
        micro_grid=grid.name if grid else "",
        group=reading.sheet.group,
        totals=_totals(reading),
    )


def _read_sheet(sheet: SheetToRead, taken: dict[str, tuple[Place, str]], today: date) -> _Reading:
    columns, name = sheet.columns, sheet.grid.sheet
    gatherer = HouseholdGatherer(sheet=name, is_one_row_each=_is_register_of_heads(columns))
    reading = _Reading(sheet, gatherer, taken)
    expected = columns.header_row + 1
    for row in sheet.grid.rows:
        if row.number <= columns.header_row:
            continue
        _note_empty_rows(reading, expected, row.number)
        expected = row.number + 1
        kind = skipped_kind(row, columns)
        if kind is None:
            read = _refuse_repeated(read_row(row, columns, today, name), reading)
            reading.reads.append(read)
            reading.gatherer.add(read)
        else:
            _skip(reading, row, kind)
    for draft in gatherer.drafts:
        draft.group = sheet.group
    assign_micro_grids(gatherer.drafts, of_sheet=sheet.micro_grid)
    return reading


def _is_register_of_heads(columns: ColumnGuess) -> bool:
    """A sheet whose only name column is 户主姓名: each row is a household."""
    heading = columns.heading(RosterColumn.NAME)
    return "户主" in heading and columns.position(RosterColumn.RELATION) is None


def _note_empty_rows(reading: _Reading, first: int, end: int) -> None:
    for number in range(first, min(end, first + MOST_BLANK_ROWS_LISTED)):
        reading.skipped.append(SkippedRow(number, SkippedKind.BLANK, reading.name))


def _skip(reading: _Reading, row: GridRow, kind: SkippedKind) -> None:
    reading.skipped.append(SkippedRow(row.number, kind, reading.name))
    if kind in _BREAKS:
        reading.gatherer.note_break()
    if kind is SkippedKind.TOTAL:
        reading.stated = stated_totals(row, reading.columns)
    elif kind is SkippedKind.MICRO_GRID_TITLE:
        reading.gatherer.begin_micro_grid(name_in_title(line_text(row)))


def _refuse_repeated(read: RowRead, reading: _Reading) -> RowRead:
    """A number taken once is refused in every later row, with the row where it was first."""
    resident = read.resident
    if resident is None or resident.identity_number is None:
        return read
    number = resident.identity_number
    place, first_name = reading.taken.setdefault(number, (resident.place, resident.name))
    if place == resident.place:
        return read
    refused = RefusedRow(
        row=read.row,
        column=RosterColumn.IDENTITY_NUMBER,
        column_letter=reading.columns.letter(RosterColumn.IDENTITY_NUMBER),
        reason=RefusalReason.IDENTITY_REPEATED,
        name=resident.name,
        params={
            "masked": mask_identity_number(number),
            "first_row": place[1],
            "first_name": first_name,
            "first_sheet": "" if place[0] == reading.name else place[0],
        },
        sheet=reading.name,
    )
    return replace(read, resident=None, refused=refused, warnings=())


def _check_households(reading: _Reading) -> None:
    drafts = reading.gatherer.drafts
    has_numbers = reading.columns.position(RosterColumn.HOUSEHOLD_NUMBER) is not None
    has_micro_grids = any(draft.micro_grid is not None for draft in drafts)
    for draft in drafts:
        check_household(draft, has_household_numbers=has_numbers, has_micro_grids=has_micro_grids)


def _totals(reading: _Reading) -> RosterTotals:
    stated = reading.stated
    return RosterTotals(
        residents_found=len(reading.reads),
        households_found=len(reading.gatherer.drafts),
        residents_accepted=sum(read.resident is not None for read in reading.reads),
        households_accepted=len(reading.kept()),
        residents_stated=stated.residents if stated else None,
        households_stated=stated.households if stated else None,
        stated_in_row=stated.row if stated else None,
    )


def _totals_of_all(totals: Sequence[RosterTotals]) -> RosterTotals:
    """Summed up; a total is stated for the workbook only where every sheet states its own."""
    if len(totals) == 1:
        return totals[0]
    residents = [each.residents_stated for each in totals]
    households = [each.households_stated for each in totals]
    return RosterTotals(
        residents_found=sum(each.residents_found for each in totals),
        households_found=sum(each.households_found for each in totals),
        residents_accepted=sum(each.residents_accepted for each in totals),
        households_accepted=sum(each.households_accepted for each in totals),
        residents_stated=_sum_if_all(residents),
        households_stated=_sum_if_all(households),
    )


def _sum_if_all(figures: Sequence[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else None


def _all_warnings(
    readings: Sequence[_Reading], micro_grids: tuple[RosterMicroGrid, ...], *, starts_again: bool
) -> list[RosterWarning]:
    """Warnings of the workbook first, then sheet by sheet and row by row."""
    book = size_warnings(micro_grids)
    if any(reading.reads for reading in readings) and not micro_grids:
        kind = WarningKind.MICRO_GRID_COLUMN_MISSING
        book.append(RosterWarning(None, RosterColumn.MICRO_GRID, kind, {}))
    if starts_again:
        kind = WarningKind.HOUSEHOLD_NUMBERS_START_AGAIN
        book.append(RosterWarning(None, RosterColumn.HOUSEHOLD_NUMBER, kind, {}))
    return [
        *book,
        *(warning for reading in readings for warning in _sheet_warnings(reading)),
        *(warning for reading in readings for warning in _row_warnings(reading)),
    ]


def _row_warnings(reading: _Reading) -> list[RosterWarning]:
    found = [warning for read in reading.reads for warning in read.warnings]
    found += reading.gatherer.warnings
    found += [warning for draft in reading.gatherer.drafts for warning in draft.warnings]
    return sorted(found, key=lambda warning: warning.row or 0)


def _sheet_warnings(reading: _Reading) -> list[RosterWarning]:
    columns, sheet = reading.columns, reading.sheet
    found = [
        RosterWarning(
            columns.header_row,
            None,
            WarningKind.COLUMN_NOT_USED,
            {"heading": heading},
            reading.name,
        )
        for _, heading in columns.unused()
    ]
    hidden = Counter(row.kind for row in reading.skipped)[SkippedKind.HIDDEN]
    if hidden:
        kind = WarningKind.ROWS_HIDDEN
        found.append(RosterWarning(None, None, kind, {"count": hidden}, reading.name))
    if sheet.micro_grid is not None and sheet.other_micro_grid is not None:
        params = {"micro_grid": sheet.micro_grid.name, "other": sheet.other_micro_grid.name}
        kind = WarningKind.SHEET_SAYS_TWO_MICRO_GRIDS
        found.append(RosterWarning(None, RosterColumn.MICRO_GRID, kind, params, reading.name))
    if columns.position(RosterColumn.RELATION) is None and len(reading.reads) > len(
        reading.gatherer.drafts
    ):
        kind = WarningKind.RELATION_COLUMN_MISSING
        found.append(RosterWarning(None, RosterColumn.RELATION, kind, {}, reading.name))
    return found + _total_warnings(_totals(reading), reading.name)


def _total_warnings(totals: RosterTotals, sheet: str) -> list[RosterWarning]:
    pairs = (
        (WarningKind.TOTAL_RESIDENTS_DIFFER, totals.residents_stated, totals.residents_found),
        (WarningKind.TOTAL_HOUSEHOLDS_DIFFER, totals.households_stated, totals.households_found),
    )
    return [
        RosterWarning(totals.stated_in_row, None, kind, {"stated": stated, "found": found}, sheet)
        for kind, stated, found in pairs
        if stated is not None and stated != found
    ]
