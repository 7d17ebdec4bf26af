"""Two ballots of one household, two records that may be one household: both, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlmodel import Session, col, select

from app.conflicts.views import HouseholdSide, MemberView
from app.households.rules import PersonFacts, mask_identity_number, mask_phone, twins
from app.votes.queries import ballot_views
from app.votes.standing import read_vote
from app.votes.vocabulary import MotionState
from db.tables.conflicts import Conflict
from db.tables.households import Household, MicroGrid, Resident
from db.tables.votes import Motion


def ballot_side(session: Session, conflict: Conflict, names: Mapping[str, str]) -> dict[str, Any]:
    """What a card of doubled ballots is filled with."""
    detail = orjson.loads(conflict.detail or "{}")
    motion = session.get(Motion, detail.get("motion_id", ""))
    if motion is None:
        return {"is_subject_here": False}
    vote = read_vote(session, motion)
    views = ballot_views(vote, names)
    household_id = detail.get("household_id", "")
    return {
        "ballots": tuple(one for one in views if one.household_id == household_id),
        "motion_title": motion.title,
        "motion_id": motion.id,
        "is_motion_open": motion.state is MotionState.OPEN,
    }


def household_sides(
    session: Session, conflict: Conflict, names: Mapping[str, str], here: str
) -> dict[str, Any]:
    """What a card of two households is filled with; the one that was there first stands first."""
    first = session.get(Household, conflict.other_id or "")
    second = session.get(Household, conflict.subject_id)
    if first is None or second is None:
        return {"is_subject_here": False}
    people = {
        one.id: [each for each in members_of(session, one.id) if each.status.is_member]
        for one in (first, second)
    }
    pairs = twins(_facts(people[first.id]), _facts(people[second.id]))
    back = {twin: one for one, twin in pairs.items()}
    sides = (
        (first, pairs, conflict.other_by, conflict.other_install, conflict.other_at),
        (second, back, conflict.current_by, conflict.current_install, conflict.current_at),
    )
    return {
        "households": tuple(
            HouseholdSide(
                household_id=one.id,
                number=one.number,
                head_name=one.head_name,
                address=one.address or "",
                phone=mask_phone(one.phone) if one.phone else "",
                note=one.note or "",
                micro_grid_name=_grid_name(session, one.micro_grid_id),
                members=tuple(_member(each, twin) for each in people[one.id]),
                by_name=names.get(by, ""),
                is_here=install == here,
                at=at,
            )
            for one, twin, by, install, at in sides
        ),
        "reasons": tuple(orjson.loads(conflict.detail or "{}").get("reasons", ())),
    }


def members_of(session: Session, household_id: str) -> list[Resident]:
    """The people of a household as its roster lists them, also who died or moved away."""
    statement = select(Resident).where(col(Resident.household_id) == household_id)
    return list(session.exec(statement.order_by(col(Resident.position), col(Resident.id))))


def facts_of(resident: Resident) -> PersonFacts:
    """What tells whether two residents are one person."""
    return PersonFacts(
        id=resident.id,
        name=resident.name,
        identity_number=resident.identity_number,
        birth_date=resident.birth_date,
    )


def _facts(residents: list[Resident]) -> list[PersonFacts]:
    return [facts_of(one) for one in residents]


def _member(resident: Resident, twin_of: Mapping[str, str]) -> MemberView:
    return MemberView(
        resident_id=resident.id,
        name=resident.name,
        relation=resident.relation,
        sex=resident.sex,
        birth_date=resident.birth_date,
        masked_number=mask_identity_number(resident.identity_number or ""),
        twin_id=twin_of.get(resident.id),
    )


def _grid_name(session: Session, micro_grid_id: str | None) -> str:
    grid = session.get(MicroGrid, micro_grid_id) if micro_grid_id else None
    return "" if grid is None else grid.name
