"""Which household of the village a row of a table means: by number, by identity number, by name.

A row that fits two households fits none: it is refused with both numbers, and a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.exchange.roster_match import household_key
from app.exchange.table_forms import TableColumn
from app.exchange.table_report import TableParam, TableRefusal, TableRow
from app.households.rules import normalise_identity_number, normalise_name
from app.households.vocabulary import ResidentStatus
from db.tables.households import Household, Resident

_MEMBERS = (ResidentStatus.PRESENT, ResidentStatus.AWAY)


@dataclass(frozen=True, slots=True)
class FoundHome:
    """The household, or why none; both are None where the row names none."""

    household_id: str | None = None
    head_name: str = ""
    refusal: TableRefusal | None = None
    column: TableColumn = TableColumn.HEAD_NAME
    params: dict[str, TableParam] | None = None


@dataclass(frozen=True, slots=True)
class _Home:
    id: str
    number: str
    head_name: str


class HomeFinder:
    """The living households of a village, by all they may be called."""

    def __init__(self, session: Session, unit_id: str) -> None:
        self._homes: dict[str, _Home] = {}
        self._by_number: dict[str, _Home] = {}
        self._by_head: defaultdict[str, list[_Home]] = defaultdict(list)
        self._by_member: defaultdict[str, list[_Home]] = defaultdict(list)
        self._by_identity: dict[str, _Home] = {}
        homes = select(Household.id, Household.number, Household.head_name).where(
            col(Household.unit_id) == unit_id, col(Household.dissolved_on).is_(None)
        )
        for row in session.exec(homes):
            home = _Home(*row)
            self._homes[home.id] = home
            self._by_head[home.head_name].append(home)
            if home.number:
                self._by_number.setdefault(household_key(home.number), home)
        people = select(Resident.household_id, Resident.name, Resident.identity_number).where(
            col(Resident.unit_id) == unit_id, col(Resident.status).in_(_MEMBERS)
        )
        for household_id, name, number in session.exec(people):
            lived_in = self._homes.get(household_id)
            if lived_in is None:
                continue
            if lived_in not in self._by_member[name]:
                self._by_member[name].append(lived_in)
            if number:
                self._by_identity[number] = lived_in

    def find(self, row: TableRow) -> FoundHome:
        """The household this row names."""
        number = row.text(TableColumn.HOUSEHOLD_NUMBER).replace(" ", "")
        identity = normalise_identity_number(row.text(TableColumn.IDENTITY_NUMBER))
        name = normalise_name(row.text(TableColumn.HEAD_NAME))
        if number:
            return self._by_its_number(number, identity, name)
        if identity and "*" not in identity:
            home = self._by_identity.get(identity)
            if home is None:
                return _refused(
                    TableRefusal.HOUSEHOLD_UNKNOWN, TableColumn.IDENTITY_NUMBER, typed=name or "*"
                )
            return self._agreed(home, name)
        return self._by_its_name(name) if name else FoundHome()

    def _by_its_number(self, number: str, identity: str, name: str) -> FoundHome:
        home = self._by_number.get(household_key(number))
        if home is None:
            column = TableColumn.HOUSEHOLD_NUMBER
            return _refused(TableRefusal.HOUSEHOLD_UNKNOWN, column, typed=number[:50])
        lived_in = self._by_identity.get(identity)
        if lived_in is not None and lived_in != home:
            return _contradicts(home, name or lived_in.head_name)
        return self._agreed(home, name)

    def _agreed(self, home: _Home, name: str) -> FoundHome:
        """Whether the name beside it is of this household too."""
        if name and name != home.head_name and home not in self._by_member.get(name, ()):
            return _contradicts(home, name)
        return FoundHome(home.id, home.head_name)

    def _by_its_name(self, name: str) -> FoundHome:
        homes = self._by_head.get(name) or self._by_member.get(name, [])
        if not homes:
            column = TableColumn.HEAD_NAME
            return _refused(TableRefusal.HOUSEHOLD_UNKNOWN, column, typed=name[:50])
        if len(homes) > 1:
            numbers = "、".join(sorted(home.number or "—" for home in homes)[:6])
            column = TableColumn.HEAD_NAME
            return _refused(
                TableRefusal.HOUSEHOLD_AMBIGUOUS, column, typed=name[:50], numbers=numbers
            )
        return FoundHome(homes[0].id, homes[0].head_name)


def _contradicts(home: _Home, name: str) -> FoundHome:
    return _refused(
        TableRefusal.HOUSEHOLD_CONTRADICTS,
        TableColumn.HEAD_NAME,
        number=home.number,
        head=home.head_name,
        typed=name[:50],
    )


def _refused(refusal: TableRefusal, column: TableColumn, **params: TableParam) -> FoundHome:
    return FoundHome(refusal=refusal, column=column, params=params)
