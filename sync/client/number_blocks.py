"""Blocks of lasting numbers as a laptop keeps them: asked for, laid down, dropped.

Each request names the blocks that are here. What the county gave and does not find among them was
in an answer that the line cut, and comes again; a county that was put back hears of those it has
forgotten. Nothing here gives a number out: that is ``app.numbering``.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection
from sqlmodel import Session

_MOST_TOLD: Final = 200
"""Blocks named in a request, the newest first."""


def held_blocks(connection: Connection) -> dict[str, Any]:
    """The part of a request that says what is here."""
    rows = connection.exec_driver_sql(
        "SELECT series, year, first, last, last + 1 - min(following, last + 1) FROM number_block "
        f"ORDER BY year DESC, first DESC LIMIT {_MOST_TOLD}"
    )
    return {"numbers": [list(row) for row in rows.all()]}


def lay_blocks(session: Session, answer: dict[str, Any]) -> None:
    """Keeps the blocks of an answer; one that is here already stays as far as it was used."""
    blocks = answer.get("number_blocks") or []
    if blocks:
        session.connection().exec_driver_sql(
            "INSERT INTO number_block (id, series, year, first, last, following) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            [
                (f"{series}-{year}-{first}", series, year, first, last, first)
                for series, year, first, last in blocks
            ],
        )
    for series, year, first in answer.get("lost_blocks") or []:
        session.connection().exec_driver_sql(
            "DELETE FROM number_block WHERE id = ?", (f"{series}-{year}-{first}",)
        )


def drop_blocks(session: Session) -> None:
    """This laptop has another name: what was set aside for the old one is not its own any more."""
    session.connection().exec_driver_sql("DELETE FROM number_block")
