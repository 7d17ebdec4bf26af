"""Who may hand what over to whom; asked by the laptop and again by the county.

A hand-over names the unit that has the thing now. The county carries out the first of two that
name the same unit; the second does not fit any more and is kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.accounts.rules import HELD_ONLY_ROLES, may
from app.accounts.vocabulary import Permission, Role
from app.handovers.vocabulary import HandoverProblem, HandoverPurpose, HandoverSubject, Step
from app.organisations.rules import ancestors, is_within
from app.organisations.vocabulary import Unit, UnitKind
from app.petitions.confidential_rules import confidential_problem

MAX_NOTE: Final = 1000

PERMISSION_NEEDED: Final[Mapping[HandoverSubject, Permission]] = {
    HandoverSubject.HOUSEHOLD: Permission.MOVE_RECORDS,
    HandoverSubject.ACCOUNT: Permission.MOVE_RECORDS,
    HandoverSubject.CASE: Permission.HAND_OVER_CASE,
}


@dataclass(frozen=True, slots=True)
class Giver:
    """Who hands over: a role, and the unit the person works for."""

    role: Role
    unit_id: str


@dataclass(frozen=True, slots=True)
class Passage:
    """From whom to whom. ``home_unit_id`` is the unit whose record it is; for a case that is not
    always the unit that has it now."""

    subject: HandoverSubject
    home_unit_id: str
    from_unit_id: str
    to_unit_id: str
    is_confidential: bool = False
    accused_unit_id: str | None = None


def problem_with(
    giver: Giver, passage: Passage, units: Mapping[str, Unit]
) -> HandoverProblem | None:
    """Why this may not be done; None when it may."""
    if passage.to_unit_id == passage.from_unit_id:
        return HandoverProblem.SAME_UNIT
    target = units.get(passage.to_unit_id)
    if target is None or target.is_virtual or target.is_statistical:
        return HandoverProblem.UNIT_UNKNOWN
    if not _holds(giver, passage, units):
        return HandoverProblem.NOT_HELD_HERE
    if passage.is_confidential and confidential_problem(target.id, passage.accused_unit_id, units):
        return HandoverProblem.CONFIDENTIAL
    if passage.subject is HandoverSubject.CASE:
        return (
            None if _may_get_case(giver, passage, target, units) else HandoverProblem.OUT_OF_REACH
        )
    present = units.get(passage.from_unit_id)
    if present is not None and present.kind is not target.kind:
        return HandoverProblem.OTHER_KIND
    if not is_within(target.id, giver.unit_id, units):
        return HandoverProblem.OUT_OF_REACH
    return None


def targets(
    giver: Giver,
    *,
    subject: HandoverSubject,
    home_unit_id: str,
    from_unit_id: str,
    units: Mapping[str, Unit],
    is_confidential: bool = False,
    accused_unit_id: str | None = None,
) -> tuple[Unit, ...]:
    """The units it may be handed to, in the order of ``units``."""
    passage = Passage(subject, home_unit_id, from_unit_id, "", is_confidential, accused_unit_id)
    return tuple(
        unit
        for unit in units.values()
        if problem_with(giver, replace(passage, to_unit_id=unit.id), units) is None
    )


def _holds(giver: Giver, passage: Passage, units: Mapping[str, Unit]) -> bool:
    if not may(giver.role, PERMISSION_NEEDED[passage.subject]):
        return False
    if giver.role in HELD_ONLY_ROLES:
        return passage.from_unit_id == giver.unit_id
    if is_within(passage.from_unit_id, giver.unit_id, units):
        return True
    # The unit above dispatches what is below it, wherever it is; a village calls its own back.
    is_above = any(one.id == giver.unit_id for one in ancestors(passage.home_unit_id, units))
    return is_above or passage.to_unit_id == passage.home_unit_id == giver.unit_id


def _may_get_case(giver: Giver, passage: Passage, target: Unit, units: Mapping[str, Unit]) -> bool:
    """Up to the units above, over to a department, down to those below, or home again."""
    return (
        target.kind is UnitKind.DEPARTMENT
        or target.id == passage.home_unit_id
        or is_within(target.id, giver.unit_id, units)
        or any(one.id == target.id for one in ancestors(giver.unit_id, units))
    )


# --- the fold ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hands:
    """Who has a case in hand: one unit leads, others help. Anything else is led only."""

    lead: str
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has it after all steps, and those that did not fit any more."""

    unit_id: str
    not_applied: frozenset[str]
    helpers: tuple[str, ...] = ()


def carry_out(hands: Hands, step: Step) -> Hands | None:
    """Who has it after this step; None where it does not fit any more.

    What changes the lead names who leads, so of two that were asked for at once the second does
    not fit. Help is asked for and ended whoever leads meanwhile.
    """
    match step.purpose:
        case HandoverPurpose.HELP_ASKED:
            has_it = step.to_unit_id in (hands.lead, *hands.helpers)
            return None if has_it else Hands(hands.lead, (*hands.helpers, step.to_unit_id))
        case HandoverPurpose.HELP_ENDED:
            return _without(hands, step.from_unit_id)
    if step.from_unit_id != hands.lead:
        return None
    others = tuple(one for one in hands.helpers if one != step.to_unit_id)
    return Hands(step.to_unit_id, others)


def _without(hands: Hands, unit_id: str) -> Hands | None:
    if unit_id not in hands.helpers:
        return None
    return Hands(hands.lead, tuple(one for one in hands.helpers if one != unit_id))


def follow(start_unit_id: str, steps: Iterable[Step]) -> Holding:
    """Folds hand-overs in county order, as the county carried them out."""
    hands = Hands(start_unit_id)
    not_applied: set[str] = set()
    for step in steps:
        after = carry_out(hands, step)
        if after is None:
            not_applied.add(step.handover_id)
        else:
            hands = after
    return Holding(hands.lead, frozenset(not_applied), hands.helpers)
