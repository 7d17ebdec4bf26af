"""What the pages of the register show: frozen rows, read with one statement each.

Only living households, their members and the micro-grids that stand are listed and counted; who
died or moved away, and the household nobody is left in, are history and shown as such.
Lists carry no identity number and a phone only in its masked form; the whole number is read for
editing alone, by someone who may see it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.accounts.queries import account_names
from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.handovers.queries import requested_units
from app.households.filling import (
    HouseholdFields,
    ResidentFields,
    household_fields,
    resident_fields,
)
from app.households.matching import matching
from app.households.rules import (
    IdentityFinding,
    check_identity_number,
    mask_identity_number,
    mask_phone,
    micro_grid_size_finding,
)
from app.households.vocabulary import (
    CareLevel,
    EthnicGroup,
    LeftBehindKind,
    MicroGridSize,
    Relation,
    ResidentStatus,
    Sex,
)
from app.looks.actions import look_at_whole
from app.store import Store
from db.clock import today_in_china
from db.search_index import match_expression
from db.tables.base import SyncState
from db.tables.households import Household, MicroGrid, Resident
from db.tables.organisations import Account

NO_MICRO_GRID = ""
"""Stands for the households that are in no micro-grid."""


@dataclass(frozen=True, slots=True)
class MicroGridRow:
    """A micro-grid and how its size compares with 15 to 20 households.

    The households in no micro-grid stand last as a row with the id NO_MICRO_GRID and number 0.
    """

    id: str
    number: int
    name: str
    worker_id: str | None
    worker_name: str
    household_count: int
    resident_count: int
    finding: MicroGridSize
    sync_state: SyncState
    is_number_twice: bool = False
    """Two laptops drew at once, and another micro-grid has the same number."""
    left_over: int = 0
    """Of the households in none those whose micro-grid was closed while they were in it."""


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A household in a list; `phone` is masked."""

    id: str
    number: str
    head_name: str
    micro_grid_id: str | None
    micro_grid_name: str
    resident_count: int
    phone: str
    sync_state: SyncState
    is_asked_for: bool = False
    """Whether it was asked to be handed to another village and the county has not answered."""
    is_dissolved: bool = False
    """Nobody is left in it; only a search finds it."""
    closed_grid_name: str = ""
    """The micro-grid it is still noted in, which was closed; it counts as in none."""


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """A member of a household; number and phone are masked, `age` in whole years."""

    id: str
    name: str
    relation: Relation | None
    sex: Sex
    birth_date: date | None
    age: int | None
    ethnic_group: EthnicGroup | None
    masked_number: str
    masked_phone: str
    note: str
    sync_state: SyncState
    status: ResidentStatus = ResidentStatus.PRESENT
    left_on: date | None = None
    away_place: str = ""
    left_behind: LeftBehindKind | None = None
    care_level: CareLevel | None = None

    @property
    def relation_name(self) -> str:
        """The standard's name of the relation; empty where none is known."""
        return self.relation.chinese_name if self.relation else ""


@dataclass(frozen=True, slots=True)
class HouseholdDetail:
    """A household with its members in the roster's order; `phone` is masked.

    `former` are those who died or moved away, the last one first.
    """

    id: str
    unit_id: str
    number: str
    head_name: str
    micro_grid_id: str | None
    micro_grid_name: str
    worker_name: str
    address: str
    phone: str
    note: str
    sync_state: SyncState
    residents: tuple[ResidentRow, ...]
    former: tuple[ResidentRow, ...] = ()
    group_name: str = ""
    dissolved_on: date | None = None
    closed_grid_name: str = ""
    """As in ``HouseholdRow``."""


@dataclass(frozen=True, slots=True)
class RosterTotalsRow:
    """How many a village has."""

    micro_grids: int
    households: int
    residents: int


@dataclass(frozen=True, slots=True)
class RosterPlace:
    """Where a record of the register is shown."""

    unit_id: str
    micro_grid_id: str | None
    household_id: str | None


def micro_grid_rows(store: Store, unit_id: str) -> list[MicroGridRow]:
    """The village's micro-grids by number, and last its households in none, if there are any."""
    with store.reading() as session:
        households = _count_per_grid(session, _HOUSEHOLDS_PER_GRID, unit_id)
        residents = _count_per_grid(session, _RESIDENTS_PER_GRID, unit_id)
        grids = session.exec(
            select(MicroGrid)
            .where(col(MicroGrid.unit_id) == unit_id, col(MicroGrid.closed_on).is_(None))
            .order_by(col(MicroGrid.number), col(MicroGrid.name))
        ).all()
    names = account_names(store)
    given = Counter(grid.number for grid in grids)
    rows = [
        replace(
            _micro_grid_row(grid, names, households.get(grid.id, 0), residents.get(grid.id, 0)),
            is_number_twice=given[grid.number] > 1,
        )
        for grid in grids
    ]
    known = {grid.id for grid in grids}
    lost = sum(count for grid_id, count in households.items() if grid_id not in known)
    if lost:
        people = sum(count for grid_id, count in residents.items() if grid_id not in known)
        left = sum(count for key, count in households.items() if key and key not in known)
        rows.append(replace(_without_grid(lost, people), left_over=left))
    return rows


def household_rows(
    store: Store, unit_id: str, *, micro_grid_id: str | None = None, typed: str = ""
) -> list[HouseholdRow]:
    """The village's households by number; `typed` finds head, resident, pinyin, phone, number.

    `micro_grid_id` None gives all, NO_MICRO_GRID those in none. What is typed also finds a
    household by who once lived in it, and one that is dissolved.
    """
    statement, parameters = _HOUSEHOLD_ROWS, {"unit": unit_id}
    if micro_grid_id == NO_MICRO_GRID:
        statement += " AND g.id IS NULL"
    elif micro_grid_id is not None:
        statement += " AND h.micro_grid_id = :grid"
        parameters["grid"] = micro_grid_id
    match = match_expression(typed)
    with store.reading() as session:
        if match is None:
            statement += " AND h.dissolved_on IS NULL"
        else:
            statement += f" AND h.id IN ({matching(session, match)})"
            parameters["match"] = match
        ordered = text(f"{statement} ORDER BY {_BY_NUMBER}")
        rows = session.connection().execute(ordered, parameters).all()
        asked = requested_units(session, (row[0] for row in rows))
        return [_household_row(row, is_asked_for=row[0] in asked) for row in rows]


def one_household(store: Store, household_id: str) -> HouseholdDetail | None:
    """The household with its members; None when it is not here (any more)."""
    today = today_in_china(store.clock)
    with store.reading() as session:
        household = session.get(Household, household_id)
        if household is None:
            return None
        residents = session.exec(
            select(Resident)
            .where(col(Resident.household_id) == household_id)
            .order_by(col(Resident.position), col(Resident.name), col(Resident.id))
        ).all()
        grid = session.get(MicroGrid, household.micro_grid_id or "")
        closed, grid = (None, grid) if grid is None or grid.closed_on is None else (grid, None)
        worker = session.get(Account, grid.worker_id) if grid and grid.worker_id else None
    rows = [_resident_row(one, today) for one in residents]
    former = [row for row in rows if not row.status.is_member]
    return HouseholdDetail(
        id=household.id,
        unit_id=household.unit_id,
        number=household.number,
        head_name=household.head_name,
        micro_grid_id=grid.id if grid else None,
        micro_grid_name=grid.name if grid else "",
        worker_name=worker.name if worker else "",
        address=household.address or "",
        phone=mask_phone(household.phone or ""),
        note=household.note or "",
        sync_state=household.sync_state,
        residents=tuple(row for row in rows if row.status.is_member),
        former=tuple(sorted(former, key=lambda row: row.left_on or date.min, reverse=True)),
        group_name=household.group_name or "",
        dissolved_on=household.dissolved_on,
        closed_grid_name=closed.name if closed else "",
    )


def residents_count(store: Store, unit_id: str) -> RosterTotalsRow:
    """Micro-grids, households and residents of a village."""
    with store.reading() as session:
        row = session.connection().execute(text(_COUNTS), {"unit": unit_id}).one()
    return RosterTotalsRow(*row)


def villages_with_roster(store: Store) -> list[str]:
    """Ids of the units of which this laptop holds living households."""
    with store.reading() as session:
        return [unit_id for (unit_id,) in session.connection().execute(text(_VILLAGES))]


def household_for_editing(store: Store, actor: Actor, household_id: str) -> HouseholdFields | None:
    """The household as it is filled in, with its whole phone number; raises NOT_ALLOWED.

    Whoever opens it has looked at it: that is written down, so this is work for the writer.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        household = tx.session.get(Household, household_id)
        if household is None:
            return None
        actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
        look_at_whole(tx.session, actor, store.clock.now(), household)
    return household_fields(household)


def resident_for_editing(store: Store, actor: Actor, resident_id: str) -> ResidentFields | None:
    """The resident as filled in, with the whole identity number; raises NOT_ALLOWED.

    Whoever opens it has looked at it: that is written down, so this is work for the writer.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        resident = tx.session.get(Resident, resident_id)
        if resident is None:
            return None
        actor.require(Permission.EDIT_ROSTER, unit_id=resident.unit_id)
        actor.require(Permission.SEE_IDENTITY_NUMBERS, unit_id=resident.unit_id)
        look_at_whole(tx.session, actor, store.clock.now(), resident)
    return resident_fields(resident)


def identity_preview(store: Store, typed: str) -> IdentityFinding:
    """What the number being typed says, by today's date in the village."""
    return check_identity_number(typed, today_in_china(store.clock))


def next_household_number(store: Store, unit_id: str) -> str:
    """The number after the village's highest, as long as its numbers are: 046 → 047.

    A dissolved household's number is not proposed again: old papers name it.
    """
    with store.reading() as session:
        numbers = session.exec(
            select(Household.number).where(col(Household.unit_id) == unit_id)
        ).all()
    digits = [number for number in numbers if number.isascii() and number.isdigit()]
    if not digits:
        return "001"
    last = max(digits, key=int)
    return str(int(last) + 1).zfill(len(last))


def possible_grid_workers(store: Store, unit_id: str) -> list[tuple[str, str]]:
    """Account id and name of those of the village who may be named for a micro-grid."""
    roles = (Role.GRID_WORKER, Role.AUXILIARY_POLICE, Role.MEDIATOR, Role.VILLAGE_SECRETARY)
    with store.reading() as session:
        found = session.exec(
            select(Account.id, Account.name)
            .where(
                col(Account.unit_id) == unit_id,
                col(Account.is_active),
                col(Account.role).in_(roles),
            )
            .order_by(col(Account.name))
        ).all()
    return [(account_id, name) for account_id, name in found]


def place_of(store: Store, record_id: str) -> RosterPlace | None:
    """Where a micro-grid, household or resident of this id is shown; None for none of them."""
    with store.reading() as session:
        grid = session.get(MicroGrid, record_id)
        if grid is not None:
            return RosterPlace(grid.unit_id, grid.id, None)
        household = _household_of(session, record_id)
    if household is None:
        return None
    return RosterPlace(household.unit_id, household.micro_grid_id, household.id)


def _household_of(session: Session, record_id: str) -> Household | None:
    resident = session.get(Resident, record_id)
    return session.get(Household, resident.household_id if resident else record_id)


def _count_per_grid(session: Session, statement: str, unit_id: str) -> dict[str | None, int]:
    rows = session.connection().execute(text(statement), {"unit": unit_id})
    return {grid_id: count for grid_id, count in rows}


def _micro_grid_row(
    grid: MicroGrid, names: dict[str, str], households: int, residents: int
) -> MicroGridRow:
    return MicroGridRow(
        id=grid.id,
        number=grid.number,
        name=grid.name,
        worker_id=grid.worker_id,
        worker_name=names.get(grid.worker_id or "", ""),
        household_count=households,
        resident_count=residents,
        finding=micro_grid_size_finding(households),
        sync_state=grid.sync_state,
    )


def _without_grid(households: int, residents: int) -> MicroGridRow:
    fits = MicroGridSize.FITS
    state = SyncState.SYNCED
    return MicroGridRow(NO_MICRO_GRID, 0, "", None, "", households, residents, fits, state)


def _household_row(row: Any, *, is_asked_for: bool) -> HouseholdRow:
    record_id, number, head, grid_id, grid, phone, state, count, dissolved_on, closed = row
    return HouseholdRow(
        id=record_id,
        number=number,
        head_name=head,
        micro_grid_id=grid_id,
        micro_grid_name=grid or "",
        resident_count=count,
        phone=mask_phone(phone or ""),
        sync_state=SyncState(state),
        is_asked_for=is_asked_for,
        is_dissolved=dissolved_on is not None,
        closed_grid_name=closed or "",
    )


def _resident_row(one: Resident, today: date) -> ResidentRow:
    return ResidentRow(
        id=one.id,
        name=one.name,
        relation=one.relation,
        sex=one.sex,
        birth_date=one.birth_date,
        age=age_on(today, one.birth_date),
        ethnic_group=one.ethnic_group,
        masked_number=mask_identity_number(one.identity_number or ""),
        masked_phone=mask_phone(one.phone or ""),
        note=one.note or "",
        sync_state=one.sync_state,
        status=one.status,
        left_on=one.left_on,
        away_place=one.away_place or "",
        left_behind=one.left_behind,
        care_level=one.care_level,
    )


def age_on(today: date, born: date | None) -> int | None:
    """Whole years on that day; None without a birthday or before it."""
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


_HOUSEHOLDS_PER_GRID = (
    "SELECT micro_grid_id, count(*) FROM household WHERE unit_id = :unit "
    "AND dissolved_on IS NULL GROUP BY micro_grid_id"
)

_RESIDENTS_PER_GRID = (
    "SELECT h.micro_grid_id, count(*) FROM household h JOIN resident r ON r.household_id = h.id "
    "WHERE h.unit_id = :unit AND h.dissolved_on IS NULL "
    "AND r.status IN ('present', 'away') GROUP BY h.micro_grid_id"
)

# From one village to the next in the index: DISTINCT would read it from end to end.
_VILLAGES = (
    "WITH RECURSIVE village (id) AS (SELECT min(unit_id) FROM household "
    "WHERE unit_id > '' UNION ALL "
    "SELECT (SELECT min(unit_id) FROM household WHERE unit_id > village.id) FROM village "
    "WHERE village.id IS NOT NULL) SELECT id FROM village WHERE EXISTS "
    "(SELECT 1 FROM household h WHERE h.unit_id = village.id AND h.dissolved_on IS NULL)"
)

_COUNTS = (
    "SELECT (SELECT count(*) FROM micro_grid WHERE unit_id = :unit AND closed_on IS NULL), "
    "(SELECT count(*) FROM household WHERE unit_id = :unit AND dissolved_on IS NULL), "
    "(SELECT count(*) FROM resident WHERE unit_id = :unit AND status IN ('present', 'away'))"
)

_HOUSEHOLD_ROWS = (
    "SELECT h.id, h.number, h.head_name, h.micro_grid_id, g.name, "
    "coalesce(h.phone, (SELECT r.phone FROM resident r WHERE r.household_id = h.id "
    "AND r.phone IS NOT NULL AND r.status IN ('present', 'away') ORDER BY r.position LIMIT 1)), "
    "h.sync_state, (SELECT count(*) FROM resident r WHERE r.household_id = h.id "
    "AND r.status IN ('present', 'away')), h.dissolved_on, "
    "(SELECT c.name FROM micro_grid c WHERE c.id = h.micro_grid_id AND c.closed_on IS NOT NULL) "
    "FROM household h LEFT JOIN micro_grid g "
    "ON g.id = h.micro_grid_id AND g.closed_on IS NULL WHERE h.unit_id = :unit"
)

_BY_NUMBER = "h.dissolved_on IS NOT NULL, h.number = '', h.number, h.head_name, h.id"
