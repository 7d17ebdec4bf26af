"""A household's head, its split and its merge with another.

Nobody leaves the village here: the same people belong to other households afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.accounts.session import Actor
from app.errors import ErrorCode, UserFacingError
from app.households.filling import check_number_free, within
from app.households.life_rules import LifeProblem, head_of
from app.households.life_steps import (
    Happening,
    HeadChoice,
    Step,
    facts_of,
    make_head,
    names_of,
    refuse,
)
from app.households.vocabulary import Relation, RosterEventKind
from app.store import Changes, Store
from db.tables.households import Household


def change_head(
    store: Store, actor: Actor, *, household_id: str, head: HeadChoice, when: Happening
) -> Changes:
    """Another member is head of the household; raises as ``record_death``."""
    with store.transaction(account_id=actor.account_id, action="change_head") as tx:
        step = Step(store, actor, tx)
        household = step.living(household_id)
        step.check_day(when)
        old_head = head_of(facts_of(step.members(household)), household.head_name)
        if old_head is not None and old_head.id == head.resident_id:
            refuse(LifeProblem.SAME_HEAD, name=old_head.name)
        make_head(step, household, head, when, old_head)
    return tx.changes


def split_household(
    store: Store,
    actor: Actor,
    *,
    household_id: str,
    resident_ids: Sequence[str],
    number: str,
    head: HeadChoice,
    when: Happening,
    staying_head: HeadChoice | None = None,
) -> Changes:
    """分户: these members are a household of their own, in the same micro-grid and group.

    `head` is one of them; `staying_head` follows where the head of the old household is among
    them. Raises as ``record_death``, and HOUSEHOLD_NUMBER_MISSING, HOUSEHOLD_NUMBER_TAKEN.
    """
    with store.transaction(account_id=actor.account_id, action="split_household") as tx:
        step = Step(store, actor, tx)
        kind = RosterEventKind.HOUSEHOLD_SPLIT
        old, leaving = step.people_of_one(kind, resident_ids)
        if old.id != household_id:
            raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)
        step.check_day(when)
        members = step.members(old)
        if len(leaving) == len(members):
            refuse(LifeProblem.EVERYBODY_CHOSEN)
        old_head = head_of(facts_of(members), old.head_name)
        new = _split_off(step, old, number)
        step.move(leaving, new)
        make_head(step, new, head, None, old_head)
        if old_head is not None and old_head.id in {one.id for one in leaving}:
            if staying_head is None:
                refuse(LifeProblem.HEAD_MISSING, name=old_head.name)
            make_head(step, old, staying_head, when, old_head)
        step.write(old, kind, when, name=names_of(leaving), other=new)
        step.write(new, kind, when, resident=leaving[0], name=names_of(leaving), other=old)
    return tx.changes


def merge_into(
    store: Store,
    actor: Actor,
    *,
    household_id: str,
    into_household_id: str,
    when: Happening,
    relations: Mapping[str, Relation | None] | None = None,
) -> Changes:
    """并户: everybody of a household goes to another of the village, and the emptied one ends.

    What they are to its head is as said in `relations`, else left open. Raises as ``record_death``.
    """
    with store.transaction(account_id=actor.account_id, action="merge_into") as tx:
        step = Step(store, actor, tx)
        old, new = step.living(household_id), step.living(into_household_id)
        if old.id == new.id:
            refuse(LifeProblem.SAME_HOUSEHOLD)
        if old.unit_id != new.unit_id:
            refuse(LifeProblem.OTHER_VILLAGE)
        step.check_day(when)
        leaving = step.members(old)
        step.move(leaving, new)
        for one in leaving:
            one.relation = (relations or {}).get(one.id)
        old.dissolved_on = when.on
        names = names_of(leaving) or old.head_name
        step.write(old, RosterEventKind.HOUSEHOLD_MERGED, when, name=names, other=new)
        arrived = leaving[0] if leaving else None
        kind = RosterEventKind.HOUSEHOLD_MERGED
        step.write(new, kind, when, resident=arrived, name=names, other=old)
    return tx.changes


def _split_off(step: Step, old: Household, number: str) -> Household:
    new = Household(
        unit_id=old.unit_id,
        number="",
        head_name="",
        micro_grid_id=old.micro_grid_id,
        group_name=old.group_name,
        address=old.address,
    )
    plain = within(number.replace(" ", ""), "number")
    check_number_free(step.session, new, plain)
    new.number = plain
    step.session.add(new)
    step.session.flush()
    return new
