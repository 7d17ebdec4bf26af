"""The five ones (五个一) of a hard case: one matter, one leader, one task force, one plan, and one
person who carries it to its end (一包到底).

The county's rule; 信访工作条例 (2022-02-25), Art. 18 (2) has leading officials take charge of
prominent problems (包案化解) and says no more of how.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.cases.vocabulary import CaseState
from app.petitions.vocabulary import MissingOne, SponsorProblem

LONGEST: Final[Mapping[str, int]] = {
    "leader_name": 80,
    "leader_post": 80,
    "task_force": 1000,
    "plan": 4000,
    "handler_name": 80,
}
ENDED_STATES: Final = frozenset({CaseState.CLOSED, CaseState.REFUSED, CaseState.WITHDRAWN})
"""A case that has ended needs no leader any more."""


@dataclass(frozen=True, slots=True)
class SponsorFields:
    """What the form holds; an account's id beside a name where the person has one."""

    leader_name: str
    starts_on: date
    leader_id: str | None = None
    leader_post: str = ""
    task_force: str = ""
    plan: str = ""
    plan_due_on: date | None = None
    handler_id: str | None = None
    handler_name: str = ""
    ended_on: date | None = None


def missing_of(given: SponsorFields | None) -> tuple[MissingOne, ...]:
    """Which of the five a case still lacks; the matter itself is always there."""
    if given is None:
        return tuple(MissingOne)
    words = {
        MissingOne.LEADER: given.leader_name,
        MissingOne.TASK_FORCE: given.task_force,
        MissingOne.PLAN: given.plan,
        MissingOne.HANDLER: given.handler_name,
    }
    return tuple(one for one, said in words.items() if not said.strip())


def sponsor_problem(given: SponsorFields) -> tuple[str, SponsorProblem] | None:
    """The first field that is wrong, and how."""
    if not given.leader_name.strip():
        return "leader_name", SponsorProblem.LEADER_MISSING
    for name, most in LONGEST.items():
        if len(getattr(given, name).strip()) > most:
            return name, SponsorProblem.TOO_LONG
    if given.ended_on is not None and given.ended_on < given.starts_on:
        return "ended_on", SponsorProblem.ENDS_BEFORE_START
    if given.plan_due_on is not None and given.plan_due_on < given.starts_on:
        return "plan_due_on", SponsorProblem.PLAN_DUE_BEFORE_START
    return None


def has_active(others: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of these sponsorships, in wire form, has not ended: one matter, one leader."""
    return any(one.get("ended_on") is None for one in others)


def of_wire(body: Mapping[str, Any]) -> SponsorFields:
    """A sponsorship as the rules take it, from its wire form."""
    return SponsorFields(
        leader_name=body.get("leader_name") or "",
        starts_on=date.fromisoformat(body["starts_on"]),
        leader_post=body.get("leader_post") or "",
        task_force=body.get("task_force") or "",
        plan=body.get("plan") or "",
        plan_due_on=_day(body.get("plan_due_on")),
        handler_name=body.get("handler_name") or "",
        ended_on=_day(body.get("ended_on")),
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Urgency:
    """How a case of a leader stands: ``days_late`` beyond its nearest limit or its plan's day,
    ``days_old`` since it came, ``moved`` steps this month."""

    days_late: int
    days_old: int
    moved: int


def pressing_first(one: Urgency) -> tuple[bool, int, bool, int]:
    """Overdue first, the latest of them before the others; then what has not moved; then age."""
    return (one.days_late <= 0, -one.days_late, one.moved > 0, -one.days_old)
