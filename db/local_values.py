"""Small facts of this laptop by name (install id, epoch, cursors, counters), read and kept in the
transaction that is under way."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session

MUST_RENEW: Final = "must_renew"
"""``1``: an older file was put back here, so its next numbers were given before."""
FORMER_NAMES: Final = "former_names"
"""JSON list of the install ids this laptop had before the one it has."""


def read_values(session: Session, *names: str) -> dict[str, str]:
    """Those of these facts that are known."""
    marks = ", ".join("?" * len(names))
    found = session.connection().exec_driver_sql(
        f"SELECT name, value FROM local_value WHERE name IN ({marks})", names
    )
    return {row[0]: row[1] for row in found}


def write_values(session: Session, values: dict[str, str]) -> None:
    """Keeps these facts in place of what they were."""
    session.connection().exec_driver_sql(
        "INSERT INTO local_value (name, value) VALUES (?, ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        list(values.items()),
    )
