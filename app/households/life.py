"""What happens to people: births, deaths, moves, work elsewhere.

Each function is one intention, one transaction and one step of undo. It notes a ``RosterEvent`` on
every household concerned, so that a village's history can be read years later. When a head goes, a
new one is chosen in the same step; when nobody is left, the household is dissolved with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.households.filling import (
    HouseholdFields,
    ResidentFields,
    check_number_free,
    fill_household,
    fill_resident,
    held,
    new_resident,
    next_position,
    resident_fields,
    within,
)
from app.households.life_rules import DEPARTURES, STATUS_AFTER, LifeProblem, head_of
from app.households.life_steps import Happening, HeadChoice, Step, facts_of, make_head, refuse
from app.households.rules import normalise_identity_number, normalise_name
from app.households.vocabulary import Relation, ResidentStatus, RosterEventKind
from app.store import Changes, Store
from db.tables.households import Household, Resident, RosterEvent

# --- people come ---------------------------------------------------------------------------------


def record_birth(
    store: Store, actor: Actor, *, household_id: str, given: ResidentFields, note: str = ""
) -> Changes:
    """A child is born into the household, on its date of birth.

    Raises ``UserFacingError``: NOT_ALLOWED, ROSTER_CHANGED_MEANWHILE, LIFE_DAY_WRONG (problem),
    LIFE_STEP_NOT_POSSIBLE, and what ``add_resident`` raises.
    """
    with store.transaction(account_id=actor.account_id, action="record_birth") as tx:
        step = Step(store, actor, tx)
        household = step.living(household_id)
        child = new_resident(tx.session, household, given, step.today)
        tx.session.add(child)
        when = Happening(child.birth_date, note=note)
        step.check_day(when)
        step.write(household, RosterEventKind.BORN, when, resident=child)
    return tx.changes


def record_move_in(
    store: Store, actor: Actor, *, household_id: str, given: ResidentFields, when: Happening
) -> Changes:
    """Somebody moves into the household, from `when.place`.

    Who once moved out of this village is known by the identity number and is the same resident
    again; a dissolved household somebody moves into is one again. Raises as ``record_birth``.
    """
    with store.transaction(account_id=actor.account_id, action="record_move_in") as tx:
        step = Step(store, actor, tx)
        household = step.household(household_id)
        if not step.members(household):
            given = replace(given, relation=Relation.HEAD)
            household.head_name = normalise_name(given.name)
        _make_living(step, household)
        _bring_in(step, household, given, when)
    return tx.changes


def move_in_household(
    store: Store,
    actor: Actor,
    *,
    unit_id: str,
    given: HouseholdFields,
    people: Sequence[ResidentFields],
    when: Happening,
) -> Changes:
    """A whole household moves into the village; raises as ``add_household``, ``record_move_in``."""
    actor.require(Permission.EDIT_ROSTER, unit_id=unit_id)
    with store.transaction(account_id=actor.account_id, action="move_in_household") as tx:
        step = Step(store, actor, tx)
        household = Household(unit_id=unit_id, number="", head_name="")
        fill_household(tx.session, household, given)
        tx.session.add(household)
        tx.session.flush()
        if not people:
            refuse(LifeProblem.NOBODY_CHOSEN)
        for person in people:
            _bring_in(step, household, person, when)
    return tx.changes


def _bring_in(step: Step, household: Household, given: ResidentFields, when: Happening) -> None:
    known = _who_moved_out(step.session, household.unit_id, given.identity_number)
    if known is None:
        known = new_resident(step.session, household, given, step.today)
        step.session.add(known)
        step.check_day(when, [known])
    else:
        step.check_day(when, [known], is_return=True)
        fill_resident(step.session, known, _laid_over(resident_fields(known), given), step.today)
        known.position = next_position(step.session, household.id)
        known.household_id = household.id
        known.status, known.left_on = ResidentStatus.PRESENT, None
    step.write(household, RosterEventKind.MOVED_IN, when, resident=known)
    step.session.flush()


def _make_living(step: Step, household: Household) -> None:
    """A dissolved household is one again, if its number was not given to another meanwhile."""
    if household.dissolved_on is not None:
        check_number_free(step.session, household, household.number)
        household.dissolved_on = None


def _who_moved_out(session: Session, unit_id: str, typed: str) -> Resident | None:
    number = normalise_identity_number(typed)
    if not number:
        return None
    return session.exec(
        select(Resident).where(
            col(Resident.identity_number) == number,
            col(Resident.unit_id) == unit_id,
            col(Resident.status) == ResidentStatus.MOVED_OUT,
        )
    ).first()


def _laid_over(known: ResidentFields, given: ResidentFields) -> ResidentFields:
    """What was typed, and what was known where nothing was."""
    typed = {one.name: getattr(given, one.name) for one in fields(given)}
    return replace(known, **{name: value for name, value in typed.items() if value})


# --- people go -----------------------------------------------------------------------------------


def record_death(
    store: Store,
    actor: Actor,
    *,
    resident_id: str,
    when: Happening,
    head: HeadChoice | None = None,
    dissolves: bool = True,
) -> Changes:
    """A resident died. `head` is who follows when it was the head of the household.

    With `dissolves` a household nobody is left in ends on that day. Raises ``UserFacingError``:
    NOT_ALLOWED, ROSTER_CHANGED_MEANWHILE, LIFE_DAY_WRONG (problem), LIFE_STEP_NOT_POSSIBLE
    (problem, name), ROSTER_TEXT_TOO_LONG.
    """
    with store.transaction(account_id=actor.account_id, action="record_death") as tx:
        step = Step(store, actor, tx)
        _depart(step, RosterEventKind.DIED, [resident_id], when, head, dissolves=dissolves)
    return tx.changes


def record_move_out(
    store: Store,
    actor: Actor,
    *,
    resident_ids: Sequence[str],
    when: Happening,
    head: HeadChoice | None = None,
    dissolves: bool = True,
) -> Changes:
    """These members of one household move out of the village, to `when.place`.

    Raises as ``record_death``.
    """
    with store.transaction(account_id=actor.account_id, action="record_move_out") as tx:
        step = Step(store, actor, tx)
        _depart(step, RosterEventKind.MOVED_OUT, resident_ids, when, head, dissolves=dissolves)
    return tx.changes


def _depart(
    step: Step,
    kind: RosterEventKind,
    resident_ids: Sequence[str],
    when: Happening,
    head: HeadChoice | None,
    *,
    dissolves: bool,
) -> None:
    household, leaving = step.people_of_one(kind, resident_ids)
    step.check_day(when, leaving)
    old_head = head_of(facts_of(step.members(household)), household.head_name)
    for one in leaving:
        one.status, one.left_on = STATUS_AFTER[kind], when.on
        one.away_place = None
        step.write(household, kind, when, resident=one)
    staying = step.members(household)
    if not staying:
        household.dissolved_on = when.on if dissolves else None
    elif old_head is not None and old_head.id in {one.id for one in leaving}:
        if head is None:
            refuse(LifeProblem.HEAD_MISSING, name=old_head.name)
        make_head(step, household, head, when, old_head)


def restore_resident(store: Store, actor: Actor, *, resident_id: str) -> Changes:
    """Who was noted as dead or moved out by mistake is a member again; the note of it goes.

    Raises ``UserFacingError``: NOT_ALLOWED, ROSTER_CHANGED_MEANWHILE, LIFE_STEP_NOT_POSSIBLE,
    HOUSEHOLD_NUMBER_TAKEN when the household was dissolved and its number given again.
    """
    with store.transaction(account_id=actor.account_id, action="restore_resident") as tx:
        step = Step(store, actor, tx)
        one = held(tx.session, Resident, resident_id)
        household = step.household(one.household_id)
        if one.status.is_member:
            refuse(LifeProblem.NOT_GONE, name=one.name)
        _make_living(step, household)
        one.status, one.left_on = ResidentStatus.PRESENT, None
        last = tx.session.exec(
            select(RosterEvent)
            .where(
                col(RosterEvent.resident_id) == resident_id, col(RosterEvent.kind).in_(DEPARTURES)
            )
            .order_by(col(RosterEvent.happened_on).desc(), col(RosterEvent.recorded_at).desc())
        ).first()
        if last is not None:
            tx.session.delete(last)
    return tx.changes


# --- away and home -------------------------------------------------------------------------------


def record_went_away(
    store: Store, actor: Actor, *, resident_ids: Sequence[str], when: Happening
) -> Changes:
    """These work or study elsewhere from that day, at `when.place`; raises as ``record_death``."""
    with store.transaction(account_id=actor.account_id, action="record_went_away") as tx:
        step = Step(store, actor, tx)
        kind = RosterEventKind.WENT_AWAY
        household, people = step.people_of_one(kind, resident_ids)
        step.check_day(when, people)
        for one in people:
            one.status = ResidentStatus.AWAY
            one.away_place = within(when.place, "away_place") or None
            step.write(household, kind, when, resident=one)
    return tx.changes


def record_came_home(
    store: Store, actor: Actor, *, resident_ids: Sequence[str], when: Happening
) -> Changes:
    """These are home again from that day; raises as ``record_death``."""
    with store.transaction(account_id=actor.account_id, action="record_came_home") as tx:
        step = Step(store, actor, tx)
        kind = RosterEventKind.CAME_HOME
        household, people = step.people_of_one(kind, resident_ids)
        step.check_day(when, people)
        for one in people:
            place = when.place or one.away_place or ""
            one.status, one.away_place = ResidentStatus.PRESENT, None
            step.write(household, kind, replace(when, place=place), resident=one)
    return tx.changes
