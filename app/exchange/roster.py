"""Reading a village's household roster: the one entry point, `read_roster`.

Five steps, each its own module, so that another form of roster (a sheet per micro-grid, other
orders of columns) replaces one of them only: opening safely (`workbook`), the grid of cells
(`sheet_grid`), the columns (`roster_columns`), rows to residents and households (`roster_rows`,
`roster_households`), the report (`roster_report`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from app.errors import ErrorCode, UserFacingError
from app.exchange.micro_grid_names import name_in_title
from app.exchange.roster_columns import ColumnGuess, RosterColumn, guess_columns
from app.exchange.roster_households import (
    HouseholdDraft,
    HouseholdGatherer,
    assign_micro_grids,
    check_household,
    finish_household,
    gather_micro_grids,
    size_warnings,
)
from app.exchange.roster_lines import (
    StatedTotals,
    line_text,
    skipped_kind,
    stated_totals,
    title_hints,
)
from app.exchange.roster_report import (
    RefusalReason,
    RefusedRow,
    RosterMicroGrid,
    RosterReport,
    RosterTotals,
    RosterWarning,
    SkippedKind,
    SkippedRow,
    WarningKind,
)
from app.exchange.roster_rows import RowRead, read_row
from app.exchange.sheet_grid import Grid, GridRow, read_grids
from app.exchange.workbook import open_workbook
from app.households.rules import mask_identity_number

MOST_BLANK_ROWS_LISTED = 200


def read_roster(
    path: Path,
    *,
    columns: ColumnGuess | None = None,
    sheet: str | None = None,
    today: date,
) -> RosterReport:
    """Read a roster without storing anything.

    `columns` replaces the guess; `sheet` the choice of the first visible sheet that has a header.
    `today` bounds dates of birth. Raises UserFacingError with a WORKBOOK_ code if nothing can be
    read; a bad row is no error but a refusal in the report.
    """
    with open_workbook(path) as workbook:
        grid, guess = _choose_sheet(read_grids(workbook, sheet), path.name, columns)
    if guess.position(RosterColumn.NAME) is None:
        raise UserFacingError(ErrorCode.WORKBOOK_NO_NAME_COLUMN, file=path.name)
    return report_on_grid(grid, guess, file_name=path.name, today=today)


def _choose_sheet(
    grids: Iterable[Grid], file_name: str, columns: ColumnGuess | None
) -> tuple[Grid, ColumnGuess]:
    is_empty = True
    for grid in grids:
        if not grid.rows:
            continue
        is_empty = False
        guess = columns or guess_columns(grid)
        if guess is not None:
            return grid, guess
    code = ErrorCode.WORKBOOK_EMPTY if is_empty else ErrorCode.WORKBOOK_NO_HEADER
    raise UserFacingError(code, file=file_name)


@dataclass(slots=True)
class _Reading:
    """What the rows below the header held."""

    gatherer: HouseholdGatherer
    reads: list[RowRead] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    stated: StatedTotals | None = None
    first_rows: dict[str, tuple[int, str]] = field(default_factory=dict)


def report_on_grid(
    grid: Grid, columns: ColumnGuess, *, file_name: str, today: date
) -> RosterReport:
    """Judge the rows of a grid; pure, so that tests need no workbook."""
    reading = _read_rows(grid, columns, today)
    drafts = reading.gatherer.drafts
    _check_households(drafts, columns)
    kept = [draft for draft in drafts if draft.residents()]
    micro_grids = gather_micro_grids(kept)
    totals = _totals(reading, kept)
    hints = title_hints((row for row in grid.rows if row.number < columns.header_row), grid.sheet)
    return RosterReport(
        file_name=file_name,
        sheet=grid.sheet,
        title=hints.title,
        header_row=columns.header_row,
        columns=columns,
        township_name_hint=hints.township,
        village_name_hint=hints.village,
        households=tuple(finish_household(draft) for draft in kept),
        micro_grids=micro_grids,
        refused=tuple(read.refused for read in reading.reads if read.refused is not None),
        warnings=tuple(_all_warnings(reading, columns, micro_grids, totals)),
        skipped=tuple(sorted(reading.skipped, key=lambda row: row.row)),
        totals=totals,
    )


def _read_rows(grid: Grid, columns: ColumnGuess, today: date) -> _Reading:
    reading = _Reading(HouseholdGatherer(is_one_row_each=_is_register_of_heads(columns)))
    expected = columns.header_row + 1
    for row in grid.rows:
        if row.number <= columns.header_row:
            continue
        _note_empty_rows(reading, expected, row.number)
        expected = row.number + 1
        kind = skipped_kind(row, columns)
        if kind is None:
            read = _refuse_repeated(read_row(row, columns, today), reading, columns)
            reading.reads.append(read)
            reading.gatherer.add(read)
        else:
            _skip(reading, row, kind, columns)
    return reading


def _is_register_of_heads(columns: ColumnGuess) -> bool:
    """A sheet whose only name column is 户主姓名: each row is a household."""
    position = columns.position(RosterColumn.NAME) or 0
    heading = columns.headings[position - 1] if position <= len(columns.headings) else ""
    return "户主" in heading and columns.position(RosterColumn.RELATION) is None


def _note_empty_rows(reading: _Reading, first: int, end: int) -> None:
    for number in range(first, min(end, first + MOST_BLANK_ROWS_LISTED)):
        reading.skipped.append(SkippedRow(number, SkippedKind.BLANK))


def _skip(reading: _Reading, row: GridRow, kind: SkippedKind, columns: ColumnGuess) -> None:
    reading.skipped.append(SkippedRow(row.number, kind))
    if kind is SkippedKind.TOTAL:
        reading.stated = stated_totals(row, columns)
    elif kind is SkippedKind.MICRO_GRID_TITLE:
        reading.gatherer.begin_micro_grid(name_in_title(line_text(row)))


def _refuse_repeated(read: RowRead, reading: _Reading, columns: ColumnGuess) -> RowRead:
    """A number taken once is refused in every later row, with the row where it was first."""
    resident = read.resident
    if resident is None or resident.identity_number is None:
        return read
    number = resident.identity_number
    first_row, first_name = reading.first_rows.setdefault(number, (read.row, resident.name))
    if first_row == read.row:
        return read
    refused = RefusedRow(
        row=read.row,
        column=RosterColumn.IDENTITY_NUMBER,
        column_letter=columns.letter(RosterColumn.IDENTITY_NUMBER),
        reason=RefusalReason.IDENTITY_REPEATED,
        name=resident.name,
        params={
            "masked": mask_identity_number(number),
            "first_row": first_row,
            "first_name": first_name,
        },
    )
    return replace(read, resident=None, refused=refused, warnings=())


def _check_households(drafts: list[HouseholdDraft], columns: ColumnGuess) -> None:
    assign_micro_grids(drafts)
    has_numbers = columns.position(RosterColumn.HOUSEHOLD_NUMBER) is not None
    has_micro_grids = any(draft.micro_grid is not None for draft in drafts)
    for draft in drafts:
        check_household(draft, has_household_numbers=has_numbers, has_micro_grids=has_micro_grids)


def _totals(reading: _Reading, kept: list[HouseholdDraft]) -> RosterTotals:
    stated = reading.stated
    return RosterTotals(
        residents_found=len(reading.reads),
        households_found=len(reading.gatherer.drafts),
        residents_accepted=sum(read.resident is not None for read in reading.reads),
        households_accepted=len(kept),
        residents_stated=stated.residents if stated else None,
        households_stated=stated.households if stated else None,
        stated_in_row=stated.row if stated else None,
    )


def _all_warnings(
    reading: _Reading,
    columns: ColumnGuess,
    micro_grids: tuple[RosterMicroGrid, ...],
    totals: RosterTotals,
) -> list[RosterWarning]:
    """Warnings of the sheet first, then row by row."""
    by_row = [warning for read in reading.reads for warning in read.warnings]
    by_row += reading.gatherer.warnings
    by_row += [warning for draft in reading.gatherer.drafts for warning in draft.warnings]
    by_row.sort(key=lambda warning: warning.row or 0)
    sheet = [
        RosterWarning(columns.header_row, None, WarningKind.COLUMN_NOT_USED, {"heading": heading})
        for _, heading in columns.unused()
    ]
    if reading.reads and not micro_grids:
        sheet.append(
            RosterWarning(None, RosterColumn.MICRO_GRID, WarningKind.MICRO_GRID_COLUMN_MISSING, {})
        )
    return sheet + _total_warnings(totals) + size_warnings(micro_grids) + by_row


def _total_warnings(totals: RosterTotals) -> list[RosterWarning]:
    pairs = (
        (WarningKind.TOTAL_RESIDENTS_DIFFER, totals.residents_stated, totals.residents_found),
        (WarningKind.TOTAL_HOUSEHOLDS_DIFFER, totals.households_stated, totals.households_found),
    )
    return [
        RosterWarning(totals.stated_in_row, None, kind, {"stated": stated, "found": found})
        for kind, stated, found in pairs
        if stated is not None and stated != found
    ]
