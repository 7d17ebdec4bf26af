"""Writing the register by hand: households, residents, micro-grids.

Each function is one intention, one transaction and one step of undo. An identity number is judged
here again, whatever a screen did before: a number that fails its check digit is never stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.errors import ErrorCode, UserFacingError
from app.households.rules import (
    check_identity_number,
    check_phone,
    mask_identity_number,
    normalise_name,
)
from app.households.vocabulary import (
    EthnicGroup,
    IdentityKind,
    MissingIdentityReason,
    Relation,
    Sex,
)
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.base import SyncedRecord
from db.tables.grid_work import Visit
from db.tables.households import Household, MicroGrid, Resident, RosterEvent

LONGEST = {
    "number": 20,
    "head_name": 50,
    "name": 50,
    "address": 200,
    "phone": 50,
    "note": 500,
}
"""Characters a field may hold, by its name in the store; what the Excel import takes as well."""


@dataclass(frozen=True, slots=True)
class HouseholdFields:
    """What a person fills in for a household; texts as typed."""

    number: str
    head_name: str
    micro_grid_id: str | None = None
    address: str = ""
    phone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ResidentFields:
    """What a person fills in for a resident; texts as typed.

    An identity number decides sex and date of birth; without one both are as given.
    """

    name: str
    relation: Relation | None = None
    sex: Sex = Sex.UNKNOWN
    birth_date: date | None = None
    ethnic_group: EthnicGroup | None = None
    identity_number: str = ""
    missing_identity: MissingIdentityReason | None = None
    phone: str = ""
    note: str = ""


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
        _fill_household(tx.session, household, given)
        tx.session.add(household)
    return tx.changes


def edit_household(
    store: Store, actor: Actor, *, household_id: str, given: HouseholdFields
) -> Changes:
    """Corrects a household; raises as ``add_household``, and ROSTER_CHANGED_MEANWHILE."""
    with store.transaction(account_id=actor.account_id, action="edit_household") as tx:
        household = _held(tx.session, Household, household_id)
        actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
        _fill_household(tx.session, household, given)
    return tx.changes


def remove_household(
    store: Store, actor: Actor, *, household_id: str, with_residents: bool = False
) -> Changes:
    """Takes a household out of the register.

    Raises ``UserFacingError`` HOUSEHOLD_NOT_EMPTY (count, head) while residents are in it, unless
    ``with_residents`` takes them along; NOT_ALLOWED; ROSTER_CHANGED_MEANWHILE.
    """
    with store.transaction(account_id=actor.account_id, action="remove_household") as tx:
        household = _held(tx.session, Household, household_id)
        actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
        residents = _residents_of(tx.session, household_id)
        if residents and not with_residents:
            raise UserFacingError(
                ErrorCode.HOUSEHOLD_NOT_EMPTY, count=len(residents), head=household.head_name
            )
        for part in (*residents, *history_of(tx.session, household_id)):
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
        household = _held(tx.session, Household, household_id)
        actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
        resident = Resident(
            unit_id=household.unit_id,
            household_id=household_id,
            position=_next_position(tx.session, household_id),
            name="",
            sex=Sex.UNKNOWN,
            identity_kind=IdentityKind.NONE_YET,
        )
        _fill_resident(tx.session, resident, given, today_in_china(store.clock))
        tx.session.add(resident)
    return tx.changes


def edit_resident(
    store: Store, actor: Actor, *, resident_id: str, given: ResidentFields
) -> Changes:
    """Corrects a resident; raises as ``add_resident``."""
    with store.transaction(account_id=actor.account_id, action="edit_resident") as tx:
        resident = _held(tx.session, Resident, resident_id)
        actor.require(Permission.EDIT_ROSTER, unit_id=resident.unit_id)
        _fill_resident(tx.session, resident, given, today_in_china(store.clock))
    return tx.changes


def remove_resident(store: Store, actor: Actor, *, resident_id: str) -> Changes:
    """Takes a resident out of the register; raises NOT_ALLOWED, ROSTER_CHANGED_MEANWHILE."""
    with store.transaction(account_id=actor.account_id, action="remove_resident") as tx:
        resident = _held(tx.session, Resident, resident_id)
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
        plain = _within(name, "name", required=ErrorCode.PERSON_NAME_MISSING)
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
            household = _held(tx.session, Household, household_id)
            actor.require(Permission.EDIT_ROSTER, unit_id=household.unit_id)
            _check_micro_grid(tx.session, household.unit_id, micro_grid_id)
            household.micro_grid_id = micro_grid_id
    return tx.changes


Record = TypeVar("Record", bound=SyncedRecord)


def _held(session: Session, model: type[Record], record_id: str) -> Record:
    """The record, unless another laptop removed it since the screen was drawn."""
    record = session.get(model, record_id)
    if record is None:
        raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)
    return record


def _fill_household(session: Session, household: Household, given: HouseholdFields) -> None:
    number = _within(given.number.replace(" ", ""), "number")
    if number != household.number:
        check_number_free(session, household, number)
    _check_micro_grid(session, household.unit_id, given.micro_grid_id)
    household.number = number
    household.head_name = _name(given.head_name, "head_name")
    household.micro_grid_id = given.micro_grid_id
    household.address = _within(given.address, "address") or None
    household.phone = _phone(given.phone)
    household.note = _within(given.note, "note") or None


def check_number_free(session: Session, household: Household, number: str) -> None:
    """Raises HOUSEHOLD_NUMBER_MISSING, HOUSEHOLD_NUMBER_TAKEN (number, head)."""
    if not number:
        raise UserFacingError(ErrorCode.HOUSEHOLD_NUMBER_MISSING)
    same = session.exec(
        select(Household.head_name).where(
            col(Household.unit_id) == household.unit_id,
            col(Household.number) == number,
            col(Household.id) != household.id,
            col(Household.dissolved_on).is_(None),
        )
    ).first()
    if same is not None:
        raise UserFacingError(ErrorCode.HOUSEHOLD_NUMBER_TAKEN, number=number, head=same)


def _check_micro_grid(session: Session, unit_id: str, micro_grid_id: str | None) -> None:
    if micro_grid_id is None:
        return
    grid = _held(session, MicroGrid, micro_grid_id)
    if grid.unit_id != unit_id or grid.closed_on is not None:
        raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)


def _fill_resident(
    session: Session, resident: Resident, given: ResidentFields, today: date
) -> None:
    resident.name = _name(given.name, "name")
    resident.relation = given.relation
    resident.ethnic_group = given.ethnic_group
    resident.phone = _phone(given.phone)
    resident.note = _within(given.note, "note") or None
    if given.identity_number.strip():
        _fill_identity(session, resident, given.identity_number, today)
        return
    resident.sex = given.sex
    resident.birth_date = given.birth_date
    resident.identity_kind = IdentityKind.NONE_YET
    resident.identity_number = None
    resident.missing_identity = given.missing_identity or MissingIdentityReason.PENDING


def _fill_identity(session: Session, resident: Resident, typed: str, today: date) -> None:
    """GB 11643-1999: check digit and date are hard, the area code is none of our business."""
    finding = check_identity_number(typed, today)
    if finding.problem is not None or finding.sex is None:
        raise UserFacingError(
            ErrorCode.IDENTITY_NUMBER_WRONG,
            problem=finding.problem,
            masked=mask_identity_number(finding.number),
            length=len(finding.number),
        )
    if finding.number != resident.identity_number:
        _check_identity_free(session, resident, finding.number)
    resident.sex = finding.sex
    resident.birth_date = finding.birth_date
    resident.identity_kind = IdentityKind.RESIDENT_IDENTITY_NUMBER
    resident.identity_number = finding.number
    resident.missing_identity = None


def _check_identity_free(session: Session, resident: Resident, number: str) -> None:
    with session.no_autoflush:
        same = session.exec(
            select(Resident.name, Household.number, Household.head_name, Resident.status)
            .join(Household, col(Household.id) == col(Resident.household_id))
            .where(
                col(Resident.identity_number) == number,
                col(Resident.unit_id) == resident.unit_id,
                col(Resident.id) != resident.id,
            )
        ).first()
    if same is not None:
        name, household_number, head, status = same
        raise UserFacingError(
            ErrorCode.IDENTITY_NUMBER_TAKEN,
            name=name,
            household=f"{household_number} {head}".strip(),
            status=status,
        )


def _residents_of(session: Session, household_id: str) -> list[Resident]:
    statement = select(Resident).where(col(Resident.household_id) == household_id)
    return list(session.exec(statement.order_by(col(Resident.position))))


def history_of(session: Session, household_id: str) -> list[RosterEvent | Visit]:
    """What was noted of the household itself; it would hang in the air."""
    events = session.exec(select(RosterEvent).where(RosterEvent.household_id == household_id))
    visits = session.exec(select(Visit).where(Visit.household_id == household_id))
    return [*events, *visits]


def _next_position(session: Session, household_id: str) -> int:
    statement = select(func.max(Resident.position)).where(
        col(Resident.household_id) == household_id
    )
    last = session.exec(statement).one()
    return 0 if last is None else last + 1


def _name(typed: str, field: str) -> str:
    return _within(normalise_name(typed), field, required=ErrorCode.PERSON_NAME_MISSING)


def _phone(typed: str) -> str | None:
    """A phone in the usual writing; what is no phone is kept as typed, never refused."""
    plain = _within(typed, "phone")
    if not plain:
        return None
    finding = check_phone(plain)
    return finding.number if not finding.others else plain


def _within(typed: str, field: str, *, required: ErrorCode | None = None) -> str:
    plain = typed.strip()
    if required is not None and not plain:
        raise UserFacingError(required)
    if len(plain) > LONGEST[field]:
        raise UserFacingError(
            ErrorCode.ROSTER_TEXT_TOO_LONG, field=field, limit=LONGEST[field], length=len(plain)
        )
    return plain
