"""How a laptop hears that the county has judged again what its program could not judge before.

A verdict is told once, in answer to its operation. One that was quarantined may be judged again
months later, after a repair of the county's program; so the laptop names what it holds as
quarantined in each request, and the answer carries the verdicts that have changed. Nothing has to
be remembered about who was told: an answer that is lost is asked for again.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection
from sqlmodel import Session

from db.columns import OF_LIST

MOST = 200
"""Asked about in one request; the newest first."""


def quarantined_here(connection: Connection) -> dict[str, list[int]]:
    """The part of a request that asks; empty when nothing is quarantined."""
    rows = connection.exec_driver_sql(
        "SELECT op_no FROM outbox WHERE state = 'quarantined' ORDER BY op_no DESC LIMIT ?", (MOST,)
    )
    numbers = [row[0] for row in rows]
    return {"quarantined": numbers} if numbers else {}


def judged_later(session: Session, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The verdicts of operations that were quarantined here, which wait for them from now on."""
    later: list[dict[str, Any]] = answer.get("later_verdicts") or []
    if later:
        numbers = orjson.dumps([verdict["op_no"] for verdict in later]).decode()
        session.connection().exec_driver_sql(
            "UPDATE outbox SET state = 'waiting' WHERE state = 'quarantined' "
            f"AND op_no IN {OF_LIST}",
            (numbers,),
        )
    return later
