"""Which household and which resident of the store a roster's line means.

A village's roster returns every year with corrected numbers, new children and other spellings of
a micro-grid. Whoever is already there must be found again, or the village counts twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from app.exchange.micro_grid_names import parse_micro_grid
from app.exchange.roster_report import Place, RosterHousehold, RosterReport, RosterResident
from app.households.vocabulary import (
    EthnicGroup,
    MissingIdentityReason,
    Relation,
    ResidentStatus,
    Sex,
)
from db.tables.households import Household, MicroGrid, Resident

_BATCH = 500


@dataclass(frozen=True, slots=True)
class StoredGrid:
    """A micro-grid of the store; `key` is equal for two spellings of one name."""

    id: str
    number: int
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class StoredHousehold:
    """A household of the store, as far as a roster speaks of it."""

    id: str
    number: str
    head_name: str
    micro_grid_id: str | None
    group_name: str | None
    address: str | None
    phone: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class StoredResident:
    """A resident of the store, as far as a roster speaks of them."""

    id: str
    household_id: str
    name: str
    relation: Relation | None
    sex: Sex
    birth_date: date | None
    ethnic_group: EthnicGroup | None
    identity_number: str | None
    missing_identity: MissingIdentityReason | None
    phone: str | None
    note: str | None
    status: ResidentStatus
    left_on: date | None
    away_place: str | None
    former_name: str | None
    marital: str | None
    political: str | None
    education: str | None
    occupation: str | None
    workplace: str | None
    registration: str | None
    registered_place: str | None
    left_behind: str | None
    care_level: str | None
    carer_name: str | None
    carer_relation: str | None
    carer_phone: str | None
    needs: str | None
    support: str | None


@dataclass(frozen=True, slots=True)
class StoredRoster:
    """What the store holds of one village: micro-grids and households that are, and all residents.

    Who died or moved away is known by name and number, so that a roster of last year does not
    bring them back.
    """

    grids: tuple[StoredGrid, ...]
    households: tuple[StoredHousehold, ...]
    residents: tuple[StoredResident, ...]


@dataclass(frozen=True, slots=True)
class RosterMatch:
    """Place in the report → record of the store; what is missing here is new.

    Households by their index in the report, residents by their place in the workbook.
    """

    households: dict[int, StoredHousehold]
    residents: dict[Place, StoredResident]


def stored_roster(session: Session, unit_id: str) -> StoredRoster:
    """Reads the village's roster from the store."""
    grids = session.exec(
        select(MicroGrid.id, MicroGrid.number, MicroGrid.name)
        .where(col(MicroGrid.unit_id) == unit_id, col(MicroGrid.closed_on).is_(None))
        .order_by(col(MicroGrid.number), col(MicroGrid.id))
    ).all()
    columns = [getattr(Household, name) for name in StoredHousehold.__slots__]
    households = session.exec(
        select(*columns)
        .where(col(Household.unit_id) == unit_id, col(Household.dissolved_on).is_(None))
        .order_by(col(Household.number), col(Household.id))
    ).all()
    return StoredRoster(
        tuple(StoredGrid(*row, key=parse_micro_grid(row[2]).key) for row in grids),
        tuple(StoredHousehold(*row) for row in households),
        _stored_residents(session, unit_id),
    )


def _stored_residents(session: Session, unit_id: str) -> tuple[StoredResident, ...]:
    columns = [getattr(Resident, name) for name in StoredResident.__slots__]
    rows = session.exec(
        select(*columns)
        .where(col(Resident.unit_id) == unit_id)
        .order_by(col(Resident.household_id), col(Resident.position), col(Resident.id))
    )
    return tuple(StoredResident(*row) for row in rows)


def numbers_held_elsewhere(
    session: Session, report: RosterReport, unit_id: str
) -> dict[str, tuple[str, str]]:
    """Identity numbers of the report that a resident of another unit holds: unit id and name."""
    numbers = [one.identity_number for one in report.residents if one.identity_number]
    found: dict[str, tuple[str, str]] = {}
    for start in range(0, len(numbers), _BATCH):
        rows = session.exec(
            select(Resident.identity_number, Resident.unit_id, Resident.name).where(
                col(Resident.identity_number).in_(numbers[start : start + _BATCH]),
                col(Resident.unit_id) != unit_id,
                col(Resident.status) != ResidentStatus.MOVED_OUT,
            )
        )
        found.update({number: (unit, name) for number, unit, name in rows if number})
    return found


def household_key(number: str) -> str:
    """001 and 1 are one household; empty for a household without a number."""
    plain = number.strip()
    return str(int(plain)) if plain.isascii() and plain.isdigit() else plain


def match_roster(report: RosterReport, stored: StoredRoster) -> RosterMatch:
    """Finds households by number, else by who lives in them; residents by number, else by name."""
    households = _match_households(report.households, stored)
    return RosterMatch(households, _match_residents(report.households, households, stored))


def _match_households(
    homes: Sequence[RosterHousehold], stored: StoredRoster
) -> dict[int, StoredHousehold]:
    by_key: dict[str, StoredHousehold] = {}
    for household in stored.households:
        by_key.setdefault(household_key(household.number), household)
    by_key.pop("", None)
    found = {
        index: by_key[household_key(home.number)]
        for index, home in enumerate(homes)
        if home.number and household_key(home.number) in by_key
    }
    people = _PeopleIndex(stored)
    for index in [index for index in found if homes[index].is_number_of_sheet]:
        # A number of the sheet says nothing of a household that somebody is known to live in.
        lived_in = people.household_of(homes[index], set())
        if lived_in is not None and lived_in.id != found[index].id:
            del found[index]
    taken = {household.id for household in found.values()}
    for index, home in enumerate(homes):
        match = None if index in found else people.household_of(home, taken)
        if match is not None:
            found[index] = match
            taken.add(match.id)
    return found


class _PeopleIndex:
    """Finds a household by who lives in it, where one side has no household number."""

    def __init__(self, stored: StoredRoster) -> None:
        self._households = {household.id: household for household in stored.households}
        self._by_identity = {
            one.identity_number: one.household_id
            for one in stored.residents
            if one.identity_number and one.status.is_member
        }
        self._unnumbered: defaultdict[str, list[StoredHousehold]] = defaultdict(list)
        self._by_head: defaultdict[str, list[StoredHousehold]] = defaultdict(list)
        for household in stored.households:
            self._by_head[household.head_name].append(household)
            if not household.number:
                self._unnumbered[household.head_name].append(household)

    def household_of(self, home: RosterHousehold, taken: set[str]) -> StoredHousehold | None:
        for resident in home.residents:
            held = self._households.get(self._by_identity.get(resident.identity_number or "", ""))
            is_other = home.number and not home.is_number_of_sheet
            if held is None or held.id in taken or (held.number and is_other):
                continue
            return held
        same_head = self._unnumbered.get(home.head_name, ())
        unnumbered = next((one for one in same_head if one.id not in taken), None)
        return unnumbered or self._lone_namesake(home, taken)

    def _lone_namesake(self, home: RosterHousehold, taken: set[str]) -> StoredHousehold | None:
        """The only household of that head, where the sheet has no number of its own to go by."""
        if home.number and not home.is_number_of_sheet:
            return None
        same = self._by_head.get(home.head_name, [])
        return same[0] if len(same) == 1 and same[0].id not in taken else None


def _match_residents(
    homes: Sequence[RosterHousehold],
    households: dict[int, StoredHousehold],
    stored: StoredRoster,
) -> dict[Place, StoredResident]:
    by_identity = {
        one.identity_number: one
        for one in sorted(stored.residents, key=lambda each: each.status.is_member)
        if one.identity_number
    }
    found: dict[Place, StoredResident] = {}
    for resident in (each for home in homes for each in home.residents):
        match = by_identity.get(resident.identity_number) if resident.identity_number else None
        if match is not None:
            found[resident.place] = match
    taken = {one.id for one in found.values()}
    members: defaultdict[str, list[StoredResident]] = defaultdict(list)
    for one in sorted(stored.residents, key=lambda each: not each.status.is_member):
        members[one.household_id].append(one)
    for index, household in households.items():
        for resident in homes[index].residents:
            if resident.place not in found:
                free = (one for one in members[household.id] if one.id not in taken)
                match = _same_name(resident, free)
                if match is not None:
                    found[resident.place] = match
                    taken.add(match.id)
    return found


def _same_name(
    resident: RosterResident, members: Iterable[StoredResident]
) -> StoredResident | None:
    """The member of that name: of that birthday, else one whose birthday is unknown to a side.

    Without identity numbers on both sides a lone namesake is the same person with another date.
    """
    named = [one for one in members if one.name == resident.name]
    same_day = [one for one in named if one.birth_date == resident.birth_date]
    open_day = [one for one in named if None in (one.birth_date, resident.birth_date)]
    no_number = [one for one in named if not one.identity_number]
    if same_day or open_day:
        return (same_day or open_day)[0]
    is_lone = len(named) == 1 and no_number and not resident.identity_number
    return named[0] if is_lone else None
