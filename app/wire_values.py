"""What a value that travelled, or lies in JSON, is on this laptop."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from db.outbox import from_wire
from db.tables.registry import ENTITIES


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
