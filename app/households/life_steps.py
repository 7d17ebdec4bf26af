"""What every step in the life of a household needs: who acts, on which day, who follows as head.

The steps themselves are in ``life`` (people come and go) and ``life_households`` (heads, split,
merge).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NoReturn

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.errors import ErrorCode, UserFacingError
from app.households.filling import held, next_position, residents_of, within
from app.households.life_rules import (
    LifeProblem,
    MemberFacts,
    day_problem,
    may_happen,
    relations_to,
)
from app.households.vocabulary import Relation, RosterEventKind
from app.store import Store, Transaction
from db.clock import today_in_china
from db.tables.households import Household, Resident, RosterEvent

_LONGEST_NAMES = 80


@dataclass(frozen=True, slots=True)
class Happening:
    """The day something happened, from or to where, and what is said about it."""

    on: date | None
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HeadChoice:
    """Who is head from now on.

    `relations` are what members are to the new head, where a person said so; the others follow
    from what they were, or are left open.
    """

    resident_id: str
    relations: Mapping[str, Relation | None] | None = None


class Step:
    """One intention under way: who acts, on which day, in which transaction."""

    def __init__(self, store: Store, actor: Actor, tx: Transaction) -> None:
        self.session = tx.session
        self.today = today_in_china(store.clock)
        self._now = store.clock.now()
        self._actor = actor

    def household(self, household_id: str) -> Household:
        """The household, if this person keeps its roster."""
        household = held(self.session, Household, household_id)
        self._actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
        return household

    def living(self, household_id: str) -> Household:
        """As ``household``; refuses one that is dissolved."""
        household = self.household(household_id)
        if household.dissolved_on is not None:
            refuse(LifeProblem.HOUSEHOLD_DISSOLVED, name=household.head_name)
        return household

    def members(self, household: Household) -> list[Resident]:
        """Who belongs to it as the step has it by now."""
        self.session.flush()
        return [one for one in residents_of(self.session, household.id) if one.status.is_member]

    def people_of_one(
        self, kind: RosterEventKind, resident_ids: Iterable[str]
    ) -> tuple[Household, list[Resident]]:
        """These residents and the one household they are in; each must be of a fitting status."""
        people = [held(self.session, Resident, one) for one in dict.fromkeys(resident_ids)]
        if not people:
            refuse(LifeProblem.NOBODY_CHOSEN)
        if len({one.household_id for one in people}) > 1:
            raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)
        household = self.household(people[0].household_id)
        for one in people:
            if not may_happen(kind, one.status):
                refuse(LifeProblem.NOT_POSSIBLE_NOW, name=one.name, status=one.status)
        return household, people

    def check_day(
        self, when: Happening, people: Iterable[Resident] = (), *, is_return: bool = False
    ) -> None:
        """Raises LIFE_DAY_WRONG (problem, name)."""
        for one in [None, *people]:
            problem = day_problem(
                when.on,
                today=self.today,
                born=one.birth_date if one else None,
                left_on=one.left_on if one and is_return else None,
            )
            if problem is not None:
                raise UserFacingError(
                    ErrorCode.LIFE_DAY_WRONG, problem=problem, name=one.name if one else ""
                )

    def move(self, people: Iterable[Resident], household: Household) -> None:
        """They become people of another household, after those who are there."""
        place = next_position(self.session, household.id)
        for position, one in enumerate(people, start=place):
            one.household_id, one.position = household.id, position

    def write(
        self,
        household: Household,
        kind: RosterEventKind,
        when: Happening,
        *,
        resident: Resident | None = None,
        name: str = "",
        other: Household | None = None,
    ) -> None:
        """Notes what happened in the history of the household."""
        if when.on is None:
            raise ValueError("the day was not checked")
        event = RosterEvent(
            unit_id=household.unit_id,
            household_id=household.id,
            resident_id=resident.id if resident else None,
            other_household_id=other.id if other else None,
            kind=kind,
            happened_on=when.on,
            name=name or (resident.name if resident else ""),
            place=within(when.place, "place") or None,
            note=within(when.note, "note") or None,
            by_account_id=self._actor.account_id,
            recorded_at=self._now,
        )
        self.session.add(event)


def make_head(
    step: Step,
    household: Household,
    head: HeadChoice,
    when: Happening | None,
    old_head: MemberFacts | None,
) -> None:
    """Sets head and relations; without `when` another event of the step says it already."""
    members = step.members(household)
    chosen = next((one for one in members if one.id == head.resident_id), None)
    if chosen is None:
        refuse(LifeProblem.HEAD_NOT_A_MEMBER)
    facts = facts_of(members)
    new_head = next(one for one in facts if one.id == chosen.id)
    relations = relations_to(new_head, facts, old_head) | dict(head.relations or {})
    for one in members:
        one.relation = Relation.HEAD if one is chosen else relations[one.id]
    household.head_name = chosen.name
    if when is not None:
        step.write(
            household, RosterEventKind.HEAD_CHANGED, replace(when, place=""), resident=chosen
        )


def facts_of(people: Iterable[Resident]) -> list[MemberFacts]:
    return [
        MemberFacts(one.id, one.name, one.sex, one.birth_date, one.relation, one.status)
        for one in people
    ]


def names_of(people: Iterable[Resident]) -> str:
    """All names in one line, cut where the column ends."""
    names = "、".join(one.name for one in people)
    return names if len(names) <= _LONGEST_NAMES else names[: _LONGEST_NAMES - 1] + "…"


def refuse(problem: LifeProblem, **params: Any) -> NoReturn:
    raise UserFacingError(ErrorCode.LIFE_STEP_NOT_POSSIBLE, problem=problem, **params)
