"""Which sheets of a workbook are rosters, and which micro-grid each stands for.

Committees keep one sheet for the village or one for each micro-grid, and beside them a cover, notes
to the clerk, a summary, a list of officials, last year's copy. Whatever is not read is named with
its reason, and a person may decide otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.errors import ErrorCode, UserFacingError
from app.exchange.column_guess import ColumnGuess
from app.exchange.micro_grid_names import (
    MicroGridName,
    micro_grid_in_text,
    micro_grid_of_sheet,
    parse_micro_grid,
    village_group_in_text,
)
from app.exchange.roster_columns import RosterColumn, guess_columns
from app.exchange.roster_lines import skipped_kind, typed_texts
from app.exchange.roster_report import SheetSkip, SkippedSheet
from app.exchange.sheet_grid import Grid
from app.exchange.workbook import MAX_ROWS
from app.households.rules import normalise_identity_number, normalise_name

FEWEST_SHARED, SHARE_OF_COPY = 3, 0.8
"""From so many people on, and so large a part of them standing elsewhere, a sheet is a copy."""

_TELLS_ROSTER = (
    RosterColumn.IDENTITY_NUMBER,
    RosterColumn.RELATION,
    RosterColumn.HOUSEHOLD_NUMBER,
    RosterColumn.HEAD_NAME,
)
"""A list of officials has names, phones and notes, but none of these."""


@dataclass(frozen=True, slots=True)
class SheetDecision:
    """What a person decided about a sheet; None leaves a question to the program.

    `columns` replaces the guess; `micro_grid` what the title says, empty for none at all.
    """

    is_read: bool | None = None
    columns: ColumnGuess | None = None
    micro_grid: str | None = None


@dataclass(frozen=True, slots=True)
class SheetToRead:
    """A sheet that is a roster; `other_micro_grid` is what its name says besides its title."""

    grid: Grid
    columns: ColumnGuess
    micro_grid: MicroGridName | None
    other_micro_grid: MicroGridName | None
    group: str
    people: frozenset[str]
    """The people of the sheet by identity number, else by name."""


@dataclass(frozen=True, slots=True)
class ChosenSheets:
    """The sheets that are read, in the workbook's order, and all others with the reason."""

    to_read: tuple[SheetToRead, ...]
    skipped: tuple[SkippedSheet, ...]


def choose_sheets(
    grids: Iterable[Grid], *, file_name: str, decisions: Mapping[str, SheetDecision]
) -> ChosenSheets:
    """Raises UserFacingError: WORKBOOK_EMPTY, WORKBOOK_NO_HEADER, WORKBOOK_NO_NAME_COLUMN,
    WORKBOOK_NO_SHEET_CHOSEN, WORKBOOK_TOO_MANY_ROWS."""
    found: list[SheetToRead] = []
    skipped: list[SkippedSheet] = []
    rows = 0
    for grid in grids:
        decision = decisions.get(grid.sheet, SheetDecision())
        columns = decision.columns or guess_columns(grid)
        if not grid.rows or columns is None or decision.is_read is False:
            skipped.append(SkippedSheet(grid.sheet, _why_not(grid, decision)))
            continue
        if columns.position(RosterColumn.NAME) is None:
            raise UserFacingError(ErrorCode.WORKBOOK_NO_NAME_COLUMN, file=file_name)
        rows += len(grid.rows)
        if rows > MAX_ROWS:
            raise UserFacingError(ErrorCode.WORKBOOK_TOO_MANY_ROWS, file=file_name, limit=MAX_ROWS)
        found.append(_sheet_to_read(grid, columns, decision))
    if not found:
        raise UserFacingError(_nothing_found({each.reason for each in skipped}), file=file_name)
    wanted = {name for name, decision in decisions.items() if decision.is_read}
    to_read, not_read = _rosters_among(found, wanted)
    return ChosenSheets(tuple(to_read), tuple([*skipped, *not_read]))


def _nothing_found(reasons: set[SheetSkip]) -> ErrorCode:
    if SheetSkip.LEFT_OUT in reasons:
        return ErrorCode.WORKBOOK_NO_SHEET_CHOSEN
    if SheetSkip.NO_HEADER in reasons:
        return ErrorCode.WORKBOOK_NO_HEADER
    return ErrorCode.WORKBOOK_EMPTY


def _why_not(grid: Grid, decision: SheetDecision) -> SheetSkip:
    if decision.is_read is False:
        return SheetSkip.LEFT_OUT
    return SheetSkip.NO_HEADER if grid.rows else SheetSkip.EMPTY


def _sheet_to_read(grid: Grid, columns: ColumnGuess, decision: SheetDecision) -> SheetToRead:
    above = [row for row in grid.rows if row.number < columns.header_row]
    titles = [text for row in above for text in typed_texts(row)]
    by_title = next(filter(None, map(micro_grid_in_text, titles)), None)
    by_name = micro_grid_of_sheet(grid.sheet)
    group = next(filter(None, map(village_group_in_text, [*titles, grid.sheet])), "")
    if decision.micro_grid is not None:
        name = decision.micro_grid.strip()
        by_title, by_name = (parse_micro_grid(name) if name else None), None
    is_torn = by_title is not None and by_name is not None and by_title.key != by_name.key
    return SheetToRead(
        grid=grid,
        columns=columns,
        micro_grid=by_title or by_name,
        other_micro_grid=by_name if is_torn else None,
        group=group,
        people=_people_of(grid, columns),
    )


def _people_of(grid: Grid, columns: ColumnGuess) -> frozenset[str]:
    numbers: set[str] = set()
    names: set[str] = set()
    for row in grid.rows:
        if row.number <= columns.header_row or skipped_kind(row, columns) is not None:
            continue
        number = row.cell(columns.position(RosterColumn.IDENTITY_NUMBER) or 0).text
        if len(number) >= 15:
            numbers.add(normalise_identity_number(number))
        name = normalise_name(row.cell(columns.position(RosterColumn.NAME) or 0).text)
        if name:
            names.add(name)
    return frozenset(numbers or names)


def _rosters_among(
    found: Sequence[SheetToRead], wanted: set[str]
) -> tuple[list[SheetToRead], list[SkippedSheet]]:
    """Keep the rosters; of sheets with the same people, those that stand for one micro-grid.

    The only sheet with a header is read whatever it holds: a person chose the file.
    """
    if len(found) == 1:
        return list(found), []
    reasons: dict[str, SheetSkip] = {}
    kept: list[SheetToRead] = []
    known: set[str] = set()
    for sheet in sorted(found, key=lambda each: each.micro_grid is None):
        reason = None if sheet.grid.sheet in wanted else _why_no_roster(sheet, known)
        if reason is None:
            kept.append(sheet)
            known |= sheet.people
        else:
            reasons[sheet.grid.sheet] = reason
    if not kept:  # nothing but lists of another kind: read the first as a person would
        kept = [found[0]]
        reasons.pop(found[0].grid.sheet)
    names = {sheet.grid.sheet for sheet in kept}
    return (
        [sheet for sheet in found if sheet.grid.sheet in names],
        [
            SkippedSheet(sheet.grid.sheet, reasons[sheet.grid.sheet], len(sheet.people))
            for sheet in found
            if sheet.grid.sheet in reasons
        ],
    )


def _why_no_roster(sheet: SheetToRead, known: set[str]) -> SheetSkip | None:
    if not sheet.people:
        return SheetSkip.NO_PEOPLE
    if all(sheet.columns.position(column) is None for column in _TELLS_ROSTER):
        return SheetSkip.OTHER_LIST
    shared = len(sheet.people & known)
    if shared >= FEWEST_SHARED and shared >= SHARE_OF_COPY * len(sheet.people):
        return SheetSkip.ALL_ON_OTHER_SHEETS
    return None
