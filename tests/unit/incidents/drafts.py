"""An incident as the form would hand it over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.incidents.actions import IncidentDraft
from app.incidents.people import PersonEntry
from app.incidents.vocabulary import IncidentClass, IncidentRole, IncidentSource
from tests.helpers.clock import A_MONDAY
from tests.helpers.stores import a_unit


def an_incident(**fields: Any) -> IncidentDraft:
    usual: dict[str, Any] = {
        "incident_class": IncidentClass.PUBLIC_ORDER,
        "title": "酒后打架",
        "happened_at": A_MONDAY - timedelta(hours=2),
        "place": "鼓楼坪",
        "micro_grid_id": None,
        "source": IncidentSource.TOLD_BY_VILLAGER,
        "story": "两人酒后动手，皮外伤。",
        "people": (
            PersonEntry("石某", IncidentRole.INVOLVED, phone="13800001111"),
            PersonEntry("龙某", IncidentRole.HARMED),
        ),
        "unit_id": a_unit().id,
    }
    return IncidentDraft(**{**usual, **fields})
