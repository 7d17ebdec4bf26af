"""Checking a roster before it travels: the report as JSON for programs, as text for people.

No window and no database. Sentences come from outside (`ui/wording_roster.py`, handed in by the
composition root), because areas know codes and not prose.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TextIO

from app.errors import UserFacingError
from app.exchange.column_guess import ColumnGuess
from app.exchange.roster import read_roster
from app.exchange.roster_report import (
    RefusedRow,
    RosterHousehold,
    RosterMicroGrid,
    RosterReport,
    RosterResident,
    RosterSheet,
    RosterTotals,
    RosterWarning,
)
from db.clock import SystemClock, today_in_china

Wording = Callable[..., str]
"""`wording(code, **params)` → sentence, for every StrEnum of a report and for ErrorCode."""

EXIT_NOTHING_REFUSED = 0
EXIT_SOME_REFUSED = 1
EXIT_UNUSABLE = 2

MOST_ROWS_NAMED = 12


class CheckLine(StrEnum):
    """The lines of the text report; params named beside each."""

    ALL_TAKEN = "all_taken"
    COUNTS = "counts"  # households, residents
    FILE = "file"  # file, sheet, header_row
    FOUND = "found"  # households, residents
    MICRO_GRID = "micro_grid"  # name, households, residents, bar, finding
    MICRO_GRIDS = "micro_grids"
    REFUSED = "refused"  # count
    REFUSED_ROW = "refused_row"  # row, sheet, letter, name, sentence
    ROWS = "rows"  # rows, sheet
    ROWS_AND_MORE = "rows_and_more"  # rows, sheet, count
    SHEET = "sheet"  # sheet, micro_grid, header_row, households, residents
    SHEETS = "sheets"  # file, count
    OF_SHEET = "of_sheet"  # sheet, sentence
    TITLE = "title"  # title
    TOTALS_AGREE = "totals_agree"  # row
    WARNING = "warning"  # sentence
    WARNING_IN_ROWS = "warning_in_rows"  # rows, sentence
    WARNINGS = "warnings"  # count


def run(
    path: Path, *, as_json: bool, wording: Wording, out: TextIO, today: date | None = None
) -> int:
    """Check a workbook and write the answer to `out`.

    Returns 0 if nothing was refused, 1 if some rows were, 2 if the file cannot be used.
    """
    try:
        report = read_roster(path, today=today or today_in_china(SystemClock()))
    except UserFacingError as error:
        if as_json:
            _write_json(_error_as_json(error, wording), out)
        else:
            _write_text(wording(error.code, **error.params) + "\n", out)
        return EXIT_UNUSABLE
    if as_json:
        _write_json(report_as_json(report, wording), out)
    else:
        _write_text(report_as_text(report, wording), out)
    return EXIT_SOME_REFUSED if report.refused else EXIT_NOTHING_REFUSED


def _write_json(content: dict[str, Any], out: TextIO) -> None:
    """Escaped where the terminal's encoding (GBK) lacks a rare character: nothing is lost."""
    try:
        out.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
    except UnicodeEncodeError:
        out.write(json.dumps(content, indent=2) + "\n")


def _write_text(text: str, out: TextIO) -> None:
    try:
        out.write(text)
    except UnicodeEncodeError as error:
        out.write(text.encode(error.encoding, "replace").decode(error.encoding))


def _error_as_json(error: UserFacingError, wording: Wording) -> dict[str, Any]:
    sentence = wording(error.code, **error.params)
    answer = {"code": error.code.value, "sentence": sentence, "params": error.params}
    return {"usable": False, "error": answer}


def report_as_json(report: RosterReport, wording: Wording) -> dict[str, Any]:
    """Everything in the report as plain JSON types; identity numbers are whole."""
    return {
        "usable": True,
        "file": report.file_name,
        "sheet": report.sheet,
        "title": report.title,
        "township": report.township_name_hint,
        "village": report.village_name_hint,
        "header_row": report.header_row,
        "columns": _columns_as_json(report.columns),
        "sheets": [_sheet_as_json(sheet) for sheet in report.sheets],
        "skipped_sheets": [
            {"sheet": one.name, "reason": one.reason.value, "sentence": wording(one.reason)}
            for one in report.skipped_sheets
        ],
        "totals": _totals_as_json(report.totals),
        "micro_grids": [_micro_grid_as_json(grid, wording) for grid in report.micro_grids],
        "households": [_household_as_json(home) for home in report.households],
        "refused": [_refused_as_json(row, wording) for row in report.refused],
        "warnings": [_warning_as_json(warning, wording) for warning in report.warnings],
        "skipped": [
            {"sheet": row.sheet, "row": row.row, "kind": row.kind.value} for row in report.skipped
        ],
    }


def _sheet_as_json(sheet: RosterSheet) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "title": sheet.title,
        "header_row": sheet.header_row,
        "micro_grid": sheet.micro_grid,
        "group": sheet.group,
        "columns": _columns_as_json(sheet.columns),
        "totals": _totals_as_json(sheet.totals),
    }


def _columns_as_json(columns: ColumnGuess) -> list[dict[str, Any]]:
    return [
        {
            "column": kind.value,
            "letter": columns.letter(kind),
            "heading": columns.heading(kind),
        }
        for kind, _ in columns.chosen
    ]


def _totals_as_json(totals: RosterTotals) -> dict[str, int | None]:
    return {
        "residents_found": totals.residents_found,
        "residents_accepted": totals.residents_accepted,
        "residents_stated": totals.residents_stated,
        "households_found": totals.households_found,
        "households_accepted": totals.households_accepted,
        "households_stated": totals.households_stated,
        "stated_in_row": totals.stated_in_row,
    }


def _micro_grid_as_json(grid: RosterMicroGrid, wording: Wording) -> dict[str, Any]:
    return {
        "name": grid.name,
        "number": grid.number,
        "households": grid.household_count,
        "residents": grid.resident_count,
        "finding": grid.finding.value,
        "sentence": wording(grid.finding),
    }


def _household_as_json(home: RosterHousehold) -> dict[str, Any]:
    return {
        "sheet": home.sheet,
        "number": home.number,
        "micro_grid": home.micro_grid_name,
        "micro_grid_number": home.micro_grid_number,
        "head_name": home.head_name,
        "rows": list(home.rows),
        "details": {column.value: value for column, value in home.details},
        "residents": [_resident_as_json(resident) for resident in home.residents],
    }


def _resident_as_json(resident: RosterResident) -> dict[str, Any]:
    group, relation = resident.ethnic_group, resident.relation
    born, missing = resident.birth_date, resident.missing_reason
    return {
        "row": resident.row,
        "name": resident.name,
        "relation": relation.value if relation else None,
        "relation_name": relation.chinese_name if relation else None,
        "relation_words": resident.relation_words,
        "sex": resident.sex.value,
        "sex_name": resident.sex.chinese_name,
        "birth_date": born.isoformat() if born else None,
        "ethnic_group": group.value if group else None,
        "ethnic_group_name": group.chinese_name if group else None,
        "identity_kind": resident.identity_kind.value,
        "identity_number": resident.identity_number,
        "missing_reason": missing.value if missing else None,
        "phone": resident.phone,
        "note": resident.note,
        "details": {column.value: value for column, value in resident.details},
    }


def _refused_as_json(row: RefusedRow, wording: Wording) -> dict[str, Any]:
    return {
        "sheet": row.sheet,
        "row": row.row,
        "column": row.column.value if row.column else None,
        "column_letter": row.column_letter,
        "name": row.name,
        "reason": row.reason.value,
        "params": dict(row.params),
        "sentence": wording(row.reason, **row.params),
    }


def _warning_as_json(warning: RosterWarning, wording: Wording) -> dict[str, Any]:
    return {
        "sheet": warning.sheet,
        "row": warning.row,
        "column": warning.column.value if warning.column else None,
        "kind": warning.kind.value,
        "params": dict(warning.params),
        "sentence": wording(warning.kind, **warning.params),
    }


def report_as_text(report: RosterReport, wording: Wording) -> str:
    """The report for a person at a terminal: counts, sizes, refusals, warnings; numbers masked."""
    return "\n".join(_text_lines(report, wording)) + "\n"


def _text_lines(report: RosterReport, wording: Wording) -> Iterator[str]:
    yield wording(CheckLine.TITLE, title=report.title)
    yield from _sheet_lines(report, wording)
    yield from _count_lines(report.totals, wording)
    yield from _micro_grid_lines(report, wording)
    yield from _refused_lines(report, wording)
    yield from _warning_lines(report, wording)


def _sheet_lines(report: RosterReport, wording: Wording) -> Iterator[str]:
    if report.has_many_sheets:
        yield wording(CheckLine.SHEETS, file=report.file_name, count=len(report.sheets))
        for sheet in report.sheets:
            yield wording(
                CheckLine.SHEET,
                sheet=sheet.name,
                micro_grid=sheet.micro_grid,
                header_row=sheet.header_row,
                households=sheet.totals.households_found,
                residents=sheet.totals.residents_found,
            )
    else:
        yield wording(
            CheckLine.FILE, file=report.file_name, sheet=report.sheet, header_row=report.header_row
        )
    for one in report.skipped_sheets:
        yield wording(CheckLine.OF_SHEET, sheet=one.name, sentence=wording(one.reason))


def _count_lines(totals: RosterTotals, wording: Wording) -> Iterator[str]:
    yield wording(
        CheckLine.FOUND, households=totals.households_found, residents=totals.residents_found
    )
    if totals.stated_in_row is not None and _totals_agree(totals):
        yield wording(CheckLine.TOTALS_AGREE, row=totals.stated_in_row)
    yield wording(
        CheckLine.COUNTS,
        households=totals.households_accepted,
        residents=totals.residents_accepted,
    )


def _totals_agree(totals: RosterTotals) -> bool:
    stated = (totals.residents_stated, totals.households_stated)
    found = (totals.residents_found, totals.households_found)
    pairs = [(said, seen) for said, seen in zip(stated, found, strict=True) if said is not None]
    return bool(pairs) and all(said == seen for said, seen in pairs)


def _micro_grid_lines(report: RosterReport, wording: Wording) -> Iterator[str]:
    if not report.micro_grids:
        return
    yield ""
    yield wording(CheckLine.MICRO_GRIDS)
    for grid in report.micro_grids:
        yield wording(
            CheckLine.MICRO_GRID,
            name=grid.name,
            households=grid.household_count,
            residents=grid.resident_count,
            bar="■" * min(grid.household_count, 60),
            finding=wording(grid.finding),
        )


def _refused_lines(report: RosterReport, wording: Wording) -> Iterator[str]:
    yield ""
    if not report.refused:
        yield wording(CheckLine.ALL_TAKEN)
        return
    yield wording(CheckLine.REFUSED, count=len(report.refused))
    for row in report.refused:
        yield wording(
            CheckLine.REFUSED_ROW,
            row=row.row,
            sheet=row.sheet if report.has_many_sheets else "",
            letter=row.column_letter or "",
            name=row.name,
            sentence=wording(row.reason, **row.params),
        )


def _warning_lines(report: RosterReport, wording: Wording) -> Iterator[str]:
    """Equal sentences share a line, so that one habit of the committee is told once."""
    if not report.warnings:
        return
    found: dict[tuple[str, str], list[int]] = {}
    for warning in report.warnings:
        sheet = warning.sheet if report.has_many_sheets else ""
        rows = found.setdefault((sheet, wording(warning.kind, **warning.params)), [])
        if warning.row is not None:
            rows.append(warning.row)
    yield ""
    yield wording(CheckLine.WARNINGS, count=len(report.warnings))
    for (sheet, sentence), rows in found.items():
        if rows:
            named = _rows_named(rows, sheet, wording)
            yield wording(CheckLine.WARNING_IN_ROWS, rows=named, sentence=sentence)
        elif sheet:
            yield wording(CheckLine.OF_SHEET, sheet=sheet, sentence=sentence)
        else:
            yield wording(CheckLine.WARNING, sentence=sentence)


def _rows_named(rows: list[int], sheet: str, wording: Wording) -> str:
    named = "、".join(str(row) for row in rows[:MOST_ROWS_NAMED])
    if len(rows) <= MOST_ROWS_NAMED:
        return wording(CheckLine.ROWS, rows=named, sheet=sheet)
    return wording(CheckLine.ROWS_AND_MORE, rows=named, sheet=sheet, count=len(rows))
