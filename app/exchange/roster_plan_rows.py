"""What importing a roster would do, as rows: to add, to change, left alone, and what to look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from app.exchange.roster_report import (
    ReportParam,
    RosterHousehold,
    RosterReport,
    RosterResident,
)


class PlanField(StrEnum):
    """The fields an import may change, by their names in the store."""

    MICRO_GRID = "micro_grid_id"
    NUMBER = "number"
    HEAD_NAME = "head_name"
    HOUSEHOLD = "household_id"
    NAME = "name"
    RELATION = "relation"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    ETHNIC_GROUP = "ethnic_group"
    IDENTITY_NUMBER = "identity_number"
    MISSING_IDENTITY = "missing_identity"
    PHONE = "phone"
    NOTE = "note"
    GROUP = "group_name"
    ADDRESS = "address"
    HOUSEHOLD_PHONE = "household_phone"
    HOUSEHOLD_NOTE = "household_note"
    STATUS = "status"
    AWAY_PLACE = "away_place"
    FORMER_NAME = "former_name"
    MARITAL = "marital"
    POLITICAL = "political"
    EDUCATION = "education"
    OCCUPATION = "occupation"
    WORKPLACE = "workplace"
    REGISTRATION = "registration"
    REGISTERED_PLACE = "registered_place"
    LEFT_BEHIND = "left_behind"
    CARE_LEVEL = "care_level"
    CARER_NAME = "carer_name"
    CARER_RELATION = "carer_relation"
    CARER_PHONE = "carer_phone"
    NEEDS = "needs"
    SUPPORT = "support"


class PlanKind(StrEnum):
    """What the import does with a record."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    LEFT_ALONE = "left_alone"
    """Somebody who died or moved away in the meantime: the sheet does not bring them back."""


class PlanWarningKind(StrEnum):
    """What a person should look at before importing into this store; params beside each."""

    HELD_BY_ANOTHER_VILLAGE = "held_by_another_village"  # name, masked, village, other_name
    HAS_DIED = "has_died"  # name, masked, household, left_on
    HAS_MOVED_OUT = "has_moved_out"  # name, masked, household, left_on
    MOVES_HOUSEHOLD = "moves_household"  # name, masked, from_household, to_household
    OTHER_VILLAGE_IN_TITLE = "other_village_in_title"  # in_title, village


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, old → new, as stored (codes, ISO dates); places by their names."""

    field: PlanField
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class PlannedMicroGrid:
    """A micro-grid the sheet names; `micro_grid_id` is None for a new one."""

    key: str
    number: int
    name: str
    micro_grid_id: str | None


@dataclass(frozen=True, slots=True)
class PlannedResident:
    """A resident of the sheet; `resident_id` is None for a new one."""

    source: RosterResident
    position: int
    resident_id: str | None
    changes: tuple[FieldChange, ...] = ()
    has_left: bool = False

    @property
    def kind(self) -> PlanKind:
        """What the import does with the resident."""
        return PlanKind.LEFT_ALONE if self.has_left else _kind(self.resident_id, self.changes)


@dataclass(frozen=True, slots=True)
class PlannedHousehold:
    """A household of the sheet; `household_id` is None for a new one."""

    source: RosterHousehold
    household_id: str | None
    micro_grid_key: str | None
    residents: tuple[PlannedResident, ...]
    changes: tuple[FieldChange, ...] = ()

    @property
    def kind(self) -> PlanKind:
        """What the import does with the household itself."""
        return _kind(self.household_id, self.changes)


@dataclass(frozen=True, slots=True)
class NotMentioned:
    """A record of the store that the sheet does not name; it stays as it is."""

    entity: str
    record_id: str
    household_number: str
    name: str


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """Something to look at; `row` is None for the whole sheet."""

    row: int | None
    kind: PlanWarningKind
    params: dict[str, ReportParam] = field(default_factory=dict)
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """The figures of the dry run; residents unless named otherwise."""

    to_add: int
    to_change: int
    same: int
    left_alone: int
    refused_rows: int
    households_to_add: int
    households_to_change: int
    micro_grids_to_add: int


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """Everything an import would do, and what it leaves alone."""

    unit_id: str
    report: RosterReport
    micro_grids: tuple[PlannedMicroGrid, ...]
    households: tuple[PlannedHousehold, ...]
    not_mentioned: tuple[NotMentioned, ...]
    warnings: tuple[PlanWarning, ...]

    @property
    def residents(self) -> tuple[PlannedResident, ...]:
        """All residents of the sheet that are taken."""
        return tuple(resident for home in self.households for resident in home.residents)

    @property
    def counts(self) -> PlanCounts:
        """The figures a person decides by."""
        residents = Counter(resident.kind for resident in self.residents)
        households = Counter(home.kind for home in self.households)
        return PlanCounts(
            to_add=residents[PlanKind.ADD],
            to_change=residents[PlanKind.CHANGE],
            same=residents[PlanKind.SAME],
            left_alone=residents[PlanKind.LEFT_ALONE],
            refused_rows=len(self.report.refused),
            households_to_add=households[PlanKind.ADD],
            households_to_change=households[PlanKind.CHANGE],
            micro_grids_to_add=sum(grid.micro_grid_id is None for grid in self.micro_grids),
        )

    @property
    def has_work(self) -> bool:
        """Whether importing would write anything."""
        counts = self.counts
        people = counts.to_add + counts.to_change
        return bool(people + counts.households_to_add + counts.households_to_change)


def _kind(record_id: str | None, changes: tuple[FieldChange, ...]) -> PlanKind:
    if record_id is None:
        return PlanKind.ADD
    return PlanKind.CHANGE if changes else PlanKind.SAME
