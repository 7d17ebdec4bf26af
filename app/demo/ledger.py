"""Looks the same records up everywhere: in the laptops' files and in the county's PostgreSQL."""

from __future__ import annotations

from typing import Any

import psycopg

from app.demo.scene import Scene
from app.store import Store
from db.tables.registry import ENTITIES

RECORDED = (
    "micro_grid",
    "household",
    "resident",
    "case_file",
    "case_party",
    "case_event",
    "motion",
    "motion_event",
    "electorate_entry",
    "ballot",
)
"""What the tour records, and so must be found again elsewhere."""


def count(store: Store, entity: str) -> int:
    """Rows of an entity in a laptop's file."""
    return len(rows(store, entity))


def rows(store: Store, entity: str) -> dict[str, tuple[Any, ...]]:
    """Every travelling field of every row, by id."""
    names = ENTITIES[entity].wire_fields()
    with store.reading() as session:
        found = session.connection().exec_driver_sql(f"SELECT id, {', '.join(names)} FROM {entity}")
        return {row[0]: tuple(row[1:]) for row in found}


def county_rows(scene: Scene, entity: str) -> dict[str, tuple[Any, ...]]:
    """The same from the county's documents, in the same form."""
    names = ENTITIES[entity].wire_fields()
    with psycopg.connect(scene.county.url) as connection:
        found = connection.execute(
            "SELECT id, body FROM record WHERE entity = %s AND NOT is_deleted", (entity,)
        ).fetchall()
    return {row[0]: tuple(_as_stored(row[1].get(name)) for name in names) for row in found}


def county_value(scene: Scene, statement: str) -> Any:
    """The one value a statement finds in the county's database."""
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return None if row is None else row[0]


def unlike(one: dict[str, tuple[Any, ...]], other: dict[str, tuple[Any, ...]]) -> int:
    """How many records differ or are missing on one side."""
    return sum(one.get(key) != other.get(key) for key in one.keys() | other.keys())


def waiting(store: Store) -> int:
    """Operations without a verdict."""
    return _outbox(store, "state = 'waiting'")


def not_applied(store: Store) -> int:
    """Operations with a verdict other than applied."""
    return _outbox(store, "state NOT IN ('waiting', 'applied')")


def _outbox(store: Store, condition: str) -> int:
    with store.reading() as session:
        found = session.connection().exec_driver_sql(
            f"SELECT count(*) FROM outbox WHERE {condition}"
        )
        return int(found.scalar_one())


def _as_stored(value: Any) -> Any:
    """SQLite keeps a truth value as a number."""
    return int(value) if isinstance(value, bool) else value
