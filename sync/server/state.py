"""Small facts of the county by name: its epoch, the secret behind its tokens, its own keys."""

from __future__ import annotations

from typing import Any

from psycopg import Connection


def read_state(connection: Connection[Any], name: str) -> str:
    """A fact of this county; raises ``LookupError`` when it is not known."""
    row = connection.execute(
        "SELECT value FROM county_state WHERE county_id = current_setting('gulou.county') "
        "AND name = %s",
        (name,),
    ).fetchone()
    if row is None:
        raise LookupError(name)
    return str(row[0])


def write_state(connection: Connection[Any], name: str, value: str) -> None:
    """Keeps a fact of this county in place of what it was."""
    connection.execute(
        "INSERT INTO county_state (name, value) VALUES (%s, %s) "
        "ON CONFLICT (county_id, name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
