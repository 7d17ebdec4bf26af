"""The rows that queries of the grid's work give, and how each is read.

Rows are frozen; telephone numbers are masked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from app.grid_work.vocabulary import HazardKind, HazardLevel, ServiceKind, VisitPurpose, VisitWay
from app.households.rules import mask_phone
from app.store import SyncState


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit in a list or on a household's page; ``came_of_it`` counts services and hazards."""

    id: str
    unit_id: str
    household_id: str
    number: str
    head_name: str
    micro_grid_name: str
    visited_on: date
    purpose: VisitPurpose
    way: VisitWay
    met: str
    note: str
    by_account_id: str
    by_name: str
    services: int
    hazards: int
    sync_state: SyncState


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A micro-service; ``asker_phone`` is masked. ``done_on`` is None while it is open."""

    id: str
    unit_id: str
    household_id: str | None
    number: str
    head_name: str
    kind: ServiceKind
    asker_name: str
    asker_phone: str
    asked_on: date
    text: str
    due_on: date | None
    done_on: date | None
    done_note: str
    done_by_name: str
    visit_id: str | None
    by_account_id: str
    by_name: str
    is_mine: bool
    sync_state: SyncState

    def days_late(self, today: date) -> int:
        """Whole days past its last day; 0 when it is not late, has none, or is done."""
        if self.due_on is None or self.done_on is not None:
            return 0
        return max(0, (today - self.due_on).days)


@dataclass(frozen=True, slots=True)
class HazardRow:
    """A hazard with how many measures were taken; ``resolved_on`` is None while it is there."""

    id: str
    unit_id: str
    household_id: str | None
    number: str
    head_name: str
    micro_grid_name: str
    kind: HazardKind
    level: HazardLevel
    place: str
    text: str
    found_on: date
    due_on: date
    resolved_on: date | None
    measures: int
    last_measure: str
    micro_grid_id: str | None
    visit_id: str | None
    patrol_id: str | None
    by_account_id: str
    by_name: str
    is_mine: bool
    sync_state: SyncState

    def days_late(self, today: date) -> int:
        """Whole days past its last day; 0 when it is not late or is gone."""
        return 0 if self.resolved_on is not None else max(0, (today - self.due_on).days)


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One thing done about a hazard."""

    id: str
    done_on: date
    text: str
    by_name: str
    sync_state: SyncState


Row = TypeVar("Row", VisitRow, ServiceRow, HazardRow)


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def visit_of(row: Any, _account_id: str) -> VisitRow:
    """A ``VisitRow`` from a row of ``VISITS``."""
    return VisitRow(
        id=row.id,
        unit_id=row.unit_id,
        household_id=row.household_id,
        number=row.number or "",
        head_name=row.head_name or "",
        micro_grid_name=row.grid_name or "",
        visited_on=date.fromisoformat(row.visited_on),
        purpose=VisitPurpose(row.purpose),
        way=VisitWay(row.way),
        met=row.met or "",
        note=row.note or "",
        by_account_id=row.by_account_id,
        by_name=row.by_name or "",
        services=row.services,
        hazards=row.hazards,
        sync_state=SyncState(row.sync_state),
    )


def service_of(row: Any, account_id: str) -> ServiceRow:
    """A ``ServiceRow`` from a row of ``SERVICES``."""
    return ServiceRow(
        id=row.id,
        unit_id=row.unit_id,
        household_id=row.household_id,
        number=row.number or "",
        head_name=row.head_name or "",
        kind=ServiceKind(row.kind),
        asker_name=row.asker_name,
        asker_phone=mask_phone(row.asker_phone or ""),
        asked_on=date.fromisoformat(row.asked_on),
        text=row.text,
        due_on=_day(row.due_on),
        done_on=_day(row.done_on),
        done_note=row.done_note or "",
        done_by_name=row.done_by_name or "",
        visit_id=row.visit_id,
        by_account_id=row.by_account_id,
        by_name=row.by_name or "",
        is_mine=account_id in (row.worker_id, row.by_account_id),
        sync_state=SyncState(row.sync_state),
    )


def hazard_of(row: Any, account_id: str) -> HazardRow:
    """A ``HazardRow`` from a row of ``HAZARDS``."""
    return HazardRow(
        id=row.id,
        unit_id=row.unit_id,
        household_id=row.household_id,
        number=row.number or "",
        head_name=row.head_name or "",
        micro_grid_name=row.grid_name or "",
        kind=HazardKind(row.kind),
        level=HazardLevel(row.level),
        place=row.place,
        text=row.text,
        found_on=date.fromisoformat(row.found_on),
        due_on=date.fromisoformat(row.due_on),
        resolved_on=_day(row.resolved_on),
        measures=row.measures,
        last_measure=row.last_measure or "",
        micro_grid_id=row.micro_grid_id,
        visit_id=row.visit_id,
        patrol_id=row.patrol_id,
        by_account_id=row.by_account_id,
        by_name=row.by_name or "",
        is_mine=account_id in (row.worker_id, row.by_account_id),
        sync_state=SyncState(row.sync_state),
    )


def measure_of(row: Any) -> MeasureRow:
    """A ``MeasureRow``."""
    return MeasureRow(
        id=row.id,
        done_on=date.fromisoformat(row.done_on),
        text=row.text,
        by_name=row.by_name or "",
        sync_state=SyncState(row.sync_state),
    )


_HOME_OF = (
    "LEFT JOIN household h ON h.id = {alias}.household_id "
    "LEFT JOIN micro_grid g ON g.id = {grid} "
    "LEFT JOIN account p ON p.id = {alias}.by_account_id "
)
VISITS = (
    "SELECT v.id, v.unit_id, v.household_id, h.number, h.head_name, g.name AS grid_name, "
    "v.visited_on, v.purpose, v.way, v.met, v.note, v.by_account_id, p.name AS by_name, "
    "(SELECT count(*) FROM micro_service s WHERE s.visit_id = v.id) AS services, "
    "(SELECT count(*) FROM hazard z WHERE z.visit_id = v.id) AS hazards, v.sync_state "
    "FROM visit v " + _HOME_OF.format(alias="v", grid="h.micro_grid_id")
)
SERVICES = (
    "SELECT s.id, s.unit_id, s.household_id, h.number, h.head_name, g.worker_id, s.kind, "
    "s.asker_name, s.asker_phone, s.asked_on, s.text, s.due_on, s.done_on, s.done_note, "
    "d.name AS done_by_name, s.visit_id, s.by_account_id, p.name AS by_name, s.sync_state "
    "FROM micro_service s "
    + _HOME_OF.format(alias="s", grid="h.micro_grid_id")
    + "LEFT JOIN account d ON d.id = s.done_by"
)
HAZARDS = (
    "SELECT z.id, z.unit_id, z.household_id, h.number, h.head_name, g.name AS grid_name, "
    "g.worker_id, z.kind, z.level, z.place, z.text, z.found_on, z.due_on, z.resolved_on, "
    "(SELECT count(*) FROM hazard_measure m WHERE m.hazard_id = z.id) AS measures, "
    "(SELECT m.text FROM hazard_measure m WHERE m.hazard_id = z.id "
    "ORDER BY m.done_on DESC, m.recorded_at DESC LIMIT 1) AS last_measure, "
    "z.micro_grid_id, z.visit_id, z.patrol_id, z.by_account_id, p.name AS by_name, z.sync_state "
    "FROM hazard z " + _HOME_OF.format(alias="z", grid="coalesce(z.micro_grid_id, h.micro_grid_id)")
)
