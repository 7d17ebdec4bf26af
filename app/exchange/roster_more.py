"""The columns of a roster beyond name, number and relation, read row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.exchange.roster_cells import LONGEST, RowReading, RowRefusedError, tidy_lines
from app.exchange.roster_columns import HOUSEHOLD_DETAILS, RESIDENT_DETAILS, RosterColumn
from app.exchange.roster_details import detail_value, has_left, leaving_in_note, says_nothing
from app.exchange.roster_report import RefusalReason, WarningKind
from app.exchange.sheet_grid import CellKind
from app.households.rules import check_phone
from app.households.vocabulary import ResidentStatus


def refuse_who_has_left(reading: RowReading) -> None:
    """A roster is of those who belong to the village; whoever died is not taken in anew."""
    words = reading.text(RosterColumn.STATUS)
    if words and has_left(detail_value(RosterColumn.STATUS, words)):
        raise RowRefusedError(RefusalReason.HAS_LEFT, RosterColumn.STATUS, words=words)


def warn_of_leaving(reading: RowReading, note: str) -> None:
    """A note such as 已故: the row is taken, a person decides."""
    words = leaving_in_note(note)
    if words is not None:
        reading.warn(WarningKind.NOTE_SAYS_LEFT, RosterColumn.NOTE, words=words)


def read_details(reading: RowReading) -> tuple[tuple[RosterColumn, str], ...]:
    """Everything else of the person; who is said to work somewhere else is away."""
    found = dict(_stored_details(reading, RESIDENT_DETAILS))
    is_away = RosterColumn.AWAY_PLACE in found and RosterColumn.STATUS not in found
    if is_away:
        found[RosterColumn.STATUS] = ResidentStatus.AWAY.value
    if "**" in found.get(RosterColumn.CARER_PHONE, ""):
        phone = found.pop(RosterColumn.CARER_PHONE)
        reading.warn(WarningKind.PHONE_MASKED, RosterColumn.CARER_PHONE, typed=phone)
    if RosterColumn.CARER_PHONE in found:
        found[RosterColumn.CARER_PHONE] = check_phone(found[RosterColumn.CARER_PHONE]).number
    return tuple((column, found[column]) for column in RESIDENT_DETAILS if column in found)


def read_household_details(reading: RowReading) -> tuple[tuple[RosterColumn, str], ...]:
    """What the row says of its household."""
    return tuple(
        (column, text)
        for column in HOUSEHOLD_DETAILS
        if (text := tidy_lines(reading.cell(column).text)[: LONGEST[column]])
        and reading.cell(column).kind not in (CellKind.FORMULA, CellKind.ERROR)
        and not (column is RosterColumn.HOUSEHOLD_PHONE and "**" in text)
    )


def _stored_details(
    reading: RowReading, columns: Iterable[RosterColumn]
) -> Iterator[tuple[RosterColumn, str]]:
    for column in columns:
        words = tidy_lines(reading.cell(column).text)
        if says_nothing(column, words):
            continue
        value = detail_value(column, words)
        if value is None:
            heading = reading.columns.heading(column)
            reading.warn(WarningKind.WORDS_UNKNOWN, column, heading=heading, words=words)
        else:
            yield column, value
