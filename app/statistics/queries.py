"""What can truly be counted now: the registers, the cases by state, the votes by state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.cases.secrecy import narrowed_for
from app.cases.vocabulary import CaseState
from app.flow.reach import IN_UNITS
from app.store import Store
from app.votes.vocabulary import MotionState

_ACKNOWLEDGED = "sync_version > 0"
_OWN = "unit_id IN :units"
_HOUSEHOLDS = "(SELECT * FROM household WHERE dissolved_on IS NULL)"
_RESIDENTS = "(SELECT * FROM resident WHERE status IN ('present', 'away'))"
_MICRO_GRIDS = "(SELECT * FROM micro_grid WHERE closed_on IS NULL)"
"""Who lives in the village now; who died or moved away is counted nowhere."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Whole numbers of this laptop's file as of a moment; None where the person may not see.

    Only what the county has: so that a village's number and the county's are one number.
    """

    villages: int
    """Villages with a household in this file."""
    micro_grids: int | None
    households: int | None
    residents: int | None
    cases: Mapping[CaseState, int] | None
    motions: Mapping[MotionState, int] | None
    as_of: datetime


def counts_now(store: Store, actor: Actor) -> Counts:
    """Counts within what this person may see."""
    sees_roster = actor.may(Permission.SEE_ROSTER)
    return Counts(
        villages=_villages(store, actor),
        micro_grids=_rows(store, actor, _MICRO_GRIDS) if sees_roster else None,
        households=_rows(store, actor, _HOUSEHOLDS) if sees_roster else None,
        residents=_rows(store, actor, _RESIDENTS) if sees_roster else None,
        cases=_states(store, actor, Permission.SEE_CASES, "case_file", CaseState),
        motions=_states(store, actor, Permission.SEE_MOTIONS, "motion", MotionState),
        as_of=store.clock.now(),
    )


def _villages(store: Store, actor: Actor) -> int:
    """Asked village by village: counting the different ones would read all households."""
    seen = units_seen(actor, Permission.SEE_ROSTER)
    with store.reading() as session:
        found = session.connection().exec_driver_sql(_VILLAGES_COUNTED)
        return sum(seen is None or unit_id in seen for (unit_id,) in found)


_VILLAGES_COUNTED = (
    "WITH RECURSIVE village (id) AS (SELECT min(unit_id) FROM household WHERE unit_id > '' "
    "UNION ALL SELECT (SELECT min(unit_id) FROM household WHERE unit_id > village.id) FROM village "
    "WHERE village.id IS NOT NULL) SELECT id FROM village WHERE EXISTS (SELECT 1 FROM household h "
    f"WHERE h.unit_id = village.id AND h.dissolved_on IS NULL AND h.{_ACKNOWLEDGED})"
)


def _rows(store: Store, actor: Actor, table: str) -> int:
    statement = f"SELECT count(*) FROM {table} WHERE {_ACKNOWLEDGED}"
    return int(_select(store, actor, Permission.SEE_ROSTER, statement, "", _OWN)[0][0])


def _states(
    store: Store, actor: Actor, permission: Permission, table: str, kind: type[Any]
) -> Mapping[Any, int] | None:
    """How many in each state, states nobody is in left out; None without the permission."""
    if not actor.may(permission):
        return None
    statement, within = f"SELECT state, count(*) FROM {table} WHERE {_ACKNOWLEDGED}", _OWN
    if table == "case_file":
        statement = f"SELECT state, count(*) FROM case_file c WHERE {_ACKNOWLEDGED}"
        statement += narrowed_for(actor)
        within = IN_UNITS  # as the list of cases has it: also what a unit was handed
    found = _select(store, actor, permission, statement, " GROUP BY state", within)
    return {kind(state): count for state, count in found}


def _select(
    store: Store,
    actor: Actor,
    permission: Permission,
    statement: str,
    tail: str,
    within: str,
) -> list[Any]:
    unit_ids = units_seen(actor, permission)
    if unit_ids is None:
        prepared = text(statement + tail)
    else:
        prepared = text(f"{statement} AND {within}{tail}").bindparams(
            bindparam("units", sorted(unit_ids), expanding=True)
        )
    with store.reading() as session:
        return list(session.connection().execute(prepared).all())
