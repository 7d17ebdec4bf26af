"""What travelled, or lies in JSON: a value as it is on this laptop, a record by what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from db.outbox import from_wire
from db.tables.base import SyncedRecord
from db.tables.registry import ENTITIES

_TITLE_FIELDS: Final = (
    *("title", "head_name", "name", "asker_name", "note", "number", "reason"),
    *("place", "text", "route", "visited_on", "need", "leader_name", "name", "key", "terms"),
)


def title_of(known: Mapping[str, Any]) -> str:
    """What a record says of itself, by the first of its fields that says it; empty for none.

    A household is called by its number and its head.
    """
    said = next((name for name in _TITLE_FIELDS if known.get(name)), None)
    if said is None:
        return ""
    number = known.get("number") if said == "head_name" else None
    return f"{number or ''} {known[said]}".strip()


def title_of_record(record: SyncedRecord) -> str:
    """As ``title_of``, for a record of the store."""
    return title_of({name: getattr(record, name, None) for name in _TITLE_FIELDS})


def typed_value(entity: str, field: str, value: Any) -> Any:
    """An enum, a date or a moment where the field holds one; anything this program does not know
    comes back as it was."""
    model = ENTITIES.get(entity)
    if model is None or field not in model.model_fields:
        return value
    try:
        return from_wire(model, {field: value})[field]
    except ValidationError:
        return value
