"""Writing the register by hand: households, residents, micro-grids.

Each function is one intention, one transaction and one step of undo. What happens to people and
households on a day (births, deaths, moves) is in ``life``; here mistakes are mended.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.errors import ErrorCode, UserFacingError
from app.households.filling import (
    HouseholdFields,
    ResidentFields,
    check_micro_grid,
    fill_household,
    fill_resident,
    held,
    new_resident,
    within,
)
from app.households.traces import parts_to_remove
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.households import Household, MicroGrid, Resident


def add_household(store: Store, actor: Actor, *, unit_id: str, given: HouseholdFields) -> Changes:
    """A new household of the village.

    Raises ``UserFacingError``: NOT_ALLOWED, PERSON_NAME_MISSING, HOUSEHOLD_NUMBER_MISSING,
    HOUSEHOLD_NUMBER_TAKEN (number, head), ROSTER_TEXT_TOO_LONG (field, limit).
    """
    actor.require(Permission.EDIT_ROSTER, unit_id=unit_id)
    with store.transaction(account_id=actor.account_id, action="add_household") as tx:
        household = Household(unit_id=unit_id, number="", head_name="")
        if not given.number.strip():
            raise UserFacingError(ErrorCode.HOUSEHOLD_NUMBER_MISSING)
        fill_household(tx.session, household, given)
        tx.session.add(household)
    return tx.changes


def edit_household(
    store: Store, actor: Actor, *, household_id: str, given: HouseholdFields
) -> Changes:
    """Corrects a household; raises as ``add_household``, and ROSTER_CHANGED_MEANWHILE."""
    with store.transaction(account_id=actor.account_id, action="edit_household") as tx:
        household = held(tx.session, Household, household_id)
        actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
        fill_household(tx.session, household, given)
    return tx.changes


def remove_household(
    store: Store, actor: Actor, *, household_id: str, with_residents: bool = False
) -> Changes:
    """Takes a household that was entered by mistake out of the register.

    Once something was done for it or with it, it is the village's history and is dissolved
    instead. Raises ``UserFacingError`` HOUSEHOLD_HAS_HISTORY (head, traces);
    HOUSEHOLD_NOT_EMPTY (count, head) while residents are in it, unless ``with_residents`` takes
    them along; NOT_ALLOWED; ROSTER_CHANGED_MEANWHILE.
    """
    with store.transaction(account_id=actor.account_id, action="remove_household") as tx:
        household = held(tx.session, Household, household_id)
        actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
        parts = parts_to_remove(tx.session, household)
        count = sum(isinstance(one, Resident) for one in parts)
        if count and not with_residents:
            raise UserFacingError(
                ErrorCode.HOUSEHOLD_NOT_EMPTY, count=count, head=household.head_name
            )
        for part in parts:
            tx.session.delete(part)
        tx.session.delete(household)
    return tx.changes


def add_resident(
    store: Store, actor: Actor, *, household_id: str, given: ResidentFields
) -> Changes:
    """A new member of a household.

    Raises ``UserFacingError``: NOT_ALLOWED, PERSON_NAME_MISSING, IDENTITY_NUMBER_WRONG (problem,
    masked, length), IDENTITY_NUMBER_TAKEN (name, household), ROSTER_TEXT_TOO_LONG, and
    ROSTER_CHANGED_MEANWHILE when the household is gone.
    """
    with store.transaction(account_id=actor.account_id, action="add_resident") as tx:
        household = held(tx.session, Household, household_id)
        actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
        tx.session.add(new_resident(tx.session, household, given, today_in_china(store.clock)))
    return tx.changes


def edit_resident(
    store: Store, actor: Actor, *, resident_id: str, given: ResidentFields
) -> Changes:
    """Corrects a resident; raises as ``add_resident``."""
    with store.transaction(account_id=actor.account_id, action="edit_resident") as tx:
        resident = held(tx.session, Resident, resident_id)
        actor.require(Permission.EDIT_ROSTER, unit_id=resident.unit_id)
        fill_resident(tx.session, resident, given, today_in_china(store.clock))
    return tx.changes


def remove_resident(store: Store, actor: Actor, *, resident_id: str) -> Changes:
    """Takes a resident out of the register; raises NOT_ALLOWED, ROSTER_CHANGED_MEANWHILE."""
    with store.transaction(account_id=actor.account_id, action="remove_resident") as tx:
        resident = held(tx.session, Resident, resident_id)
        actor.require(Permission.EDIT_ROSTER, unit_id=resident.unit_id)
        tx.session.delete(resident)
    return tx.changes


def add_micro_grid(store: Store, actor: Actor, *, unit_id: str, number: int, name: str) -> Changes:
    """A new micro-grid; raises NOT_ALLOWED, MICRO_GRID_NUMBER_TAKEN (number, name)."""
    actor.require(Permission.EDIT_ROSTER, unit_id=unit_id)
    with store.transaction(account_id=actor.account_id, action="add_micro_grid") as tx:
        same = tx.session.exec(
            select(MicroGrid).where(
                MicroGrid.unit_id == unit_id,
                MicroGrid.number == number,
                col(MicroGrid.closed_on).is_(None),
            )
        ).first()
        if same is not None:
            raise UserFacingError(ErrorCode.MICRO_GRID_NUMBER_TAKEN, number=number, name=same.name)
        plain = within(name, "name", required=ErrorCode.PERSON_NAME_MISSING)
        tx.session.add(MicroGrid(unit_id=unit_id, number=number, name=plain))
    return tx.changes


def assign_micro_grid(
    store: Store, actor: Actor, *, household_ids: Iterable[str], micro_grid_id: str | None
) -> Changes:
    """Puts households into a micro-grid, or with None into none.

    Raises NOT_ALLOWED, ROSTER_CHANGED_MEANWHILE (also for a micro-grid of another
    village or one that was closed).
    """
    with store.transaction(account_id=actor.account_id, action="assign_micro_grid") as tx:
        for household_id in household_ids:
            household = held(tx.session, Household, household_id)
            actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
            check_micro_grid(tx.session, household.unit_id, micro_grid_id)
            household.micro_grid_id = micro_grid_id
    return tx.changes
