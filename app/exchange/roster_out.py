"""A village's roster out into Excel, in the form `read_roster` reads: what goes out comes back.

Numbers of papers and telephones are masked unless somebody who may see them asks for them whole;
that is written down before the first one leaves the file. Only the living of today go out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.exchange.micro_grid_names import NO_MICRO_GRID_WORD
from app.exchange.roster_columns import HOUSEHOLD_DETAILS, RESIDENT_DETAILS, RosterColumn
from app.exchange.roster_plan import HOUSEHOLD_FIELDS
from app.exchange.sheet_out import OutSheet, write_workbook
from app.households.rules import mask_identity_number, mask_phone
from app.households.vocabulary import ResidentStatus, Sex
from app.looks.actions import record_look
from app.looks.vocabulary import LookedAt
from app.organisations.rules import display_name
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.households import Household, MicroGrid, Resident

_MEMBERS = (ResidentStatus.PRESENT, ResidentStatus.AWAY)
_PHONES = (RosterColumn.PHONE, RosterColumn.HOUSEHOLD_PHONE, RosterColumn.CARER_PHONE)

OUT_COLUMNS: tuple[tuple[RosterColumn, int], ...] = (
    (RosterColumn.HOUSEHOLD_NUMBER, 9),
    (RosterColumn.MICRO_GRID, 13),
    (RosterColumn.GROUP, 10),
    (RosterColumn.HEAD_NAME, 10),
    (RosterColumn.NAME, 10),
    (RosterColumn.RELATION, 12),
    (RosterColumn.SEX, 6),
    (RosterColumn.IDENTITY_NUMBER, 21),
    (RosterColumn.BIRTH_DATE, 12),
    (RosterColumn.ETHNIC_GROUP, 8),
    (RosterColumn.PHONE, 14),
    (RosterColumn.NOTE, 24),
    (RosterColumn.ADDRESS, 20),
    (RosterColumn.HOUSEHOLD_PHONE, 14),
    (RosterColumn.HOUSEHOLD_NOTE, 20),
    *((column, 14) for column in RESIDENT_DETAILS),
)
"""What goes out, with widths in characters."""


@dataclass(frozen=True, slots=True)
class OutWords:
    """The words of the sheet, from whoever shows it: a heading, a stored value, the title of the
    village's roster on a day (ISO)."""

    heading: Callable[[RosterColumn], str]
    value: Callable[[RosterColumn, str], str]
    title: Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class RosterOut:
    """What was written; households without members have no row and stay in the program."""

    path: Path
    households: int
    residents: int
    households_without_members: int
    changes: Changes | None = None


def export_roster(
    store: Store,
    actor: Actor,
    path: Path,
    *,
    unit_id: str,
    words: OutWords,
    micro_grid_ids: Set[str] | None = None,
    is_whole: bool = False,
    reason: str = "",
) -> RosterOut:
    """Writes the village's roster, or that of some of its micro-grids.

    ``is_whole`` shows numbers and telephones in full, which ``reason`` may explain. Raises
    ``UserFacingError`` NOT_ALLOWED, SHEET_NOT_WRITTEN.
    """
    actor.require(Permission.SEE_ROSTER, unit_id=unit_id)
    if is_whole:
        actor.require(Permission.SEE_IDENTITY_NUMBERS, unit_id=unit_id)
    with store.reading() as session:
        grids = _grid_names(session, unit_id)
        homes = _households(session, unit_id, micro_grid_ids)
        members = _members(session, unit_id, {home.id for home in homes})
    lived_in = [home for home in homes if members[home.id]]
    people = sum(len(members[home.id]) for home in lived_in)
    changes = _write_down(store, actor, unit_id, people, reason) if is_whole and people else None
    village = display_name(actor.units[unit_id], actor.units)
    title = words.title(village, today_in_china(store.clock).isoformat())
    columns = [(words.heading(column), width) for column, width in OUT_COLUMNS]
    rows = _rows(lived_in, members, grids, words, is_whole=is_whole)
    write_workbook(path, [OutSheet(village, columns, rows, title)])
    return RosterOut(path, len(lived_in), people, len(homes) - len(lived_in), changes)


def _write_down(store: Store, actor: Actor, unit_id: str, people: int, reason: str) -> Changes:
    return record_look(
        store,
        actor,
        subject_entity="unit",
        subject_id=unit_id,
        unit_id=unit_id,
        looked_at=LookedAt.EXPORT,
        people=people,
        reason=reason,
    )


def _grid_names(session: Session, unit_id: str) -> dict[str, str]:
    statement = select(MicroGrid.id, MicroGrid.name).where(col(MicroGrid.unit_id) == unit_id)
    return {grid_id: name for grid_id, name in session.exec(statement)}


def _households(
    session: Session, unit_id: str, micro_grid_ids: Set[str] | None
) -> Sequence[Household]:
    statement = select(Household).where(
        col(Household.unit_id) == unit_id, col(Household.dissolved_on).is_(None)
    )
    if micro_grid_ids is not None:
        statement = statement.where(col(Household.micro_grid_id).in_(micro_grid_ids))
    return session.exec(statement.order_by(col(Household.number), col(Household.id))).all()


def _members(
    session: Session, unit_id: str, household_ids: Set[str]
) -> defaultdict[str, list[Resident]]:
    statement = select(Resident).where(
        col(Resident.unit_id) == unit_id, col(Resident.status).in_(_MEMBERS)
    )
    members: defaultdict[str, list[Resident]] = defaultdict(list)
    for resident in session.exec(statement.order_by(col(Resident.position), col(Resident.id))):
        if resident.household_id in household_ids:
            members[resident.household_id].append(resident)
    return members


def _rows(
    homes: Sequence[Household],
    members: dict[str, list[Resident]],
    grids: dict[str, str],
    words: OutWords,
    *,
    is_whole: bool,
) -> Iterator[list[str]]:
    for home in homes:
        shared = _household_cells(home, grids.get(home.micro_grid_id or "", NO_MICRO_GRID_WORD))
        for resident in members[home.id]:
            cells = shared | _resident_cells(resident, words)
            if not is_whole:
                _mask(cells)
            yield [cells.get(column, "") for column, _width in OUT_COLUMNS]


def _household_cells(home: Household, grid_name: str) -> dict[RosterColumn, str]:
    details = {
        column: getattr(home, HOUSEHOLD_FIELDS[column]) or "" for column in HOUSEHOLD_DETAILS
    }
    return {
        RosterColumn.HOUSEHOLD_NUMBER: home.number,
        RosterColumn.MICRO_GRID: grid_name,
        RosterColumn.HEAD_NAME: home.head_name,
        **details,
    }


def _resident_cells(resident: Resident, words: OutWords) -> dict[RosterColumn, str]:
    missing = resident.missing_identity
    number = resident.identity_number or (
        words.value(RosterColumn.IDENTITY_NUMBER, missing.value) if missing else ""
    )
    group, relation = resident.ethnic_group, resident.relation
    return {
        RosterColumn.NAME: resident.name,
        RosterColumn.RELATION: relation.chinese_name if relation else "",
        RosterColumn.SEX: "" if resident.sex is Sex.UNKNOWN else resident.sex.chinese_name,
        RosterColumn.IDENTITY_NUMBER: number,
        RosterColumn.BIRTH_DATE: resident.birth_date.isoformat() if resident.birth_date else "",
        RosterColumn.ETHNIC_GROUP: group.chinese_name if group else "",
        RosterColumn.PHONE: resident.phone or "",
        RosterColumn.NOTE: resident.note or "",
        **{
            column: words.value(column, value)
            for column in RESIDENT_DETAILS
            if (value := getattr(resident, column.value))
        },
    }


def _mask(cells: dict[RosterColumn, str]) -> None:
    number = cells[RosterColumn.IDENTITY_NUMBER]
    if any(char.isdigit() for char in number):
        cells[RosterColumn.IDENTITY_NUMBER] = mask_identity_number(number)
    for column in _PHONES:
        if cells.get(column):
            cells[column] = mask_phone(cells[column])
