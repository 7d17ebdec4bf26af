"""Made-up visits, micro-services and hazards."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.grid_work.vocabulary import HazardKind, HazardLevel, ServiceKind, VisitPurpose, VisitWay
from db.tables.grid_work import Hazard, MicroService, Visit
from db.tables.households import Household
from tests.helpers.clock import FakeClock

DAY = date(2026, 11, 20)
WORKER = "account-of-zhang"


def a_visit(home: Household, visited_on: date = DAY, **fields: Any) -> Visit:
    """A usual visit at the door."""
    usual: dict[str, Any] = {
        "unit_id": home.unit_id,
        "household_id": home.id,
        "visited_on": visited_on,
        "purpose": VisitPurpose.ROUTINE,
        "way": VisitWay.AT_HOME,
        "by_account_id": WORKER,
        "recorded_at": FakeClock().now(),
    }
    return Visit(**{**usual, **fields})


def a_service(home: Household, **fields: Any) -> MicroService:
    """An errand that is still open."""
    usual: dict[str, Any] = {
        "unit_id": home.unit_id,
        "household_id": home.id,
        "kind": ServiceKind.ERRAND,
        "asker_name": "吴某甲",
        "asked_on": DAY,
        "text": "代取养老金",
        "by_account_id": WORKER,
        "recorded_at": FakeClock().now(),
    }
    return MicroService(**{**usual, **fields})


def a_hazard(home: Household, **fields: Any) -> Hazard:
    """Old wires in a kitchen, still there."""
    usual: dict[str, Any] = {
        "unit_id": home.unit_id,
        "household_id": home.id,
        "kind": HazardKind.WIRING,
        "level": HazardLevel.HIGH,
        "place": "灶房",
        "text": "电线老化",
        "found_on": DAY,
        "due_on": date(2026, 11, 23),
        "by_account_id": WORKER,
        "recorded_at": FakeClock().now(),
    }
    return Hazard(**{**usual, **fields})
