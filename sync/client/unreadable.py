"""Rows of the county with a day or a moment that is none, put aside so that they block nothing.

Asked only after such a value has stopped what is folded from an answer: nothing of a first sync is
looked at twice for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date

from db.columns import UtcText
from db.tables.registry import ENTITIES
from sync.protocol.messages import ChangeKind, change_rows


def put_aside(answer: dict[str, Any]) -> tuple[dict[str, Any], list[list[Any]]]:
    """The answer with what can be read of it, and the rows that cannot."""
    rows, columns = list(answer["changes"]), []
    for block in answer.get("puts", ()):
        try:
            rows += change_rows(block)
        except ValueError:  # no columns at all: left to whoever lays them down
            columns.append(block)
    sound: list[list[Any]] = []
    unreadable: list[list[Any]] = []
    for row in rows:
        is_sound = row[2] != ChangeKind.PUT or _is_readable(row)
        (sound if is_sound else unreadable).append(row)
    return {**answer, "changes": sound, "puts": columns}, unreadable


def _is_readable(row: list[Any]) -> bool:
    entity, body = row[0], row[5]
    if entity not in ENTITIES or not isinstance(body, dict):
        return True  # has its own way aside
    try:
        for name, read in _readers(entity).items():
            if body.get(name) is not None:
                read(body[name])
    except (ValueError, TypeError):
        return False
    return True


@cache
def _readers(entity: str) -> dict[str, Callable[[Any], object]]:
    columns = ENTITIES[entity].__table__.c  # type: ignore[attr-defined]
    kinds = {name: columns[name].type for name in ENTITIES[entity].wire_fields()}
    return {
        name: _moment if isinstance(kind, UtcText) else date.fromisoformat
        for name, kind in kinds.items()
        if isinstance(kind, UtcText | Date)
    }


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return found
