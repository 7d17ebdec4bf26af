"""What a person fills in for a household or a resident, judged and laid on the row.

An identity number is judged here again, whatever a screen did before: a number that fails its
check digit is never stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func
from sqlmodel import Session, col, select

from app.errors import ErrorCode, UserFacingError
from app.households.life_rules import day_problem
from app.households.rules import (
    check_identity_number,
    check_phone,
    mask_identity_number,
    normalise_name,
)
from app.households.vocabulary import (
    CareLevel,
    Education,
    EthnicGroup,
    IdentityKind,
    LeftBehindKind,
    MaritalStatus,
    MissingIdentityReason,
    PoliticalStatus,
    Registration,
    Relation,
    Sex,
)
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
    "group_name": 40,
    "place": 200,
    "away_place": 100,
    "former_name": 50,
    "occupation": 30,
    "workplace": 100,
    "registered_place": 80,
    "carer_name": 50,
    "carer_phone": 50,
    "needs": 1000,
    "support": 1000,
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
    group_name: str = ""


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
    former_name: str = ""
    marital: MaritalStatus | None = None
    political: PoliticalStatus | None = None
    education: Education | None = None
    occupation: str = ""
    workplace: str = ""
    registration: Registration | None = None
    registered_place: str = ""
    away_place: str = ""
    left_behind: LeftBehindKind | None = None
    care_level: CareLevel | None = None
    carer_name: str = ""
    carer_relation: Relation | None = None
    carer_phone: str = ""
    needs: str = ""
    support: str = ""


_PLAIN_TEXTS = (
    *("former_name", "occupation", "workplace", "registered_place", "away_place"),
    *("carer_name", "needs", "support"),
)
_CODES = (
    *("marital", "political", "education", "registration", "left_behind", "care_level"),
    "carer_relation",
)


Record = TypeVar("Record", bound=SyncedRecord)


def held(session: Session, model: type[Record], record_id: str) -> Record:
    """The record, unless another laptop removed it since the screen was drawn."""
    record = session.get(model, record_id)
    if record is None:
        raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)
    return record


def fill_household(session: Session, household: Household, given: HouseholdFields) -> None:
    """Raises HOUSEHOLD_NUMBER_MISSING, HOUSEHOLD_NUMBER_TAKEN, PERSON_NAME_MISSING,
    ROSTER_TEXT_TOO_LONG, ROSTER_CHANGED_MEANWHILE."""
    number = within(given.number.replace(" ", ""), "number")
    if number != household.number:
        check_number_free(session, household, number)
    check_micro_grid(session, household.unit_id, given.micro_grid_id)
    household.number = number
    household.head_name = _name(given.head_name, "head_name")
    household.micro_grid_id = given.micro_grid_id
    household.address = within(given.address, "address") or None
    household.phone = _phone(given.phone)
    household.note = within(given.note, "note") or None
    household.group_name = within(given.group_name, "group_name") or None


def household_fields(household: Household) -> HouseholdFields:
    """The household as it is filled in."""
    return HouseholdFields(
        number=household.number,
        head_name=household.head_name,
        micro_grid_id=household.micro_grid_id,
        address=household.address or "",
        phone=household.phone or "",
        note=household.note or "",
        group_name=household.group_name or "",
    )


def resident_fields(resident: Resident) -> ResidentFields:
    """The resident as filled in, with the whole identity number."""
    texts: dict[str, Any] = {name: getattr(resident, name) or "" for name in _PLAIN_TEXTS}
    codes: dict[str, Any] = {name: getattr(resident, name) for name in _CODES}
    return ResidentFields(
        name=resident.name,
        relation=resident.relation,
        sex=resident.sex,
        birth_date=resident.birth_date,
        ethnic_group=resident.ethnic_group,
        identity_number=resident.identity_number or "",
        missing_identity=resident.missing_identity,
        phone=resident.phone or "",
        note=resident.note or "",
        carer_phone=resident.carer_phone or "",
        **texts,
        **codes,
    )


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


def check_micro_grid(session: Session, unit_id: str, micro_grid_id: str | None) -> None:
    """Raises ROSTER_CHANGED_MEANWHILE for one of another village, or one that was closed."""
    if micro_grid_id is None:
        return
    grid = held(session, MicroGrid, micro_grid_id)
    if grid.unit_id != unit_id or grid.closed_on is not None:
        raise UserFacingError(ErrorCode.ROSTER_CHANGED_MEANWHILE)


def new_resident(
    session: Session, household: Household, given: ResidentFields, today: date
) -> Resident:
    """A resident at the end of the household, not yet added to the session."""
    resident = Resident(
        unit_id=household.unit_id,
        household_id=household.id,
        position=next_position(session, household.id),
        name="",
        sex=Sex.UNKNOWN,
        identity_kind=IdentityKind.NONE_YET,
    )
    fill_resident(session, resident, given, today)
    return resident


def fill_resident(session: Session, resident: Resident, given: ResidentFields, today: date) -> None:
    """Raises PERSON_NAME_MISSING, IDENTITY_NUMBER_WRONG, IDENTITY_NUMBER_TAKEN,
    ROSTER_TEXT_TOO_LONG, LIFE_DAY_WRONG."""
    resident.name = _name(given.name, "name")
    resident.relation = given.relation
    resident.ethnic_group = given.ethnic_group
    resident.phone = _phone(given.phone)
    resident.note = within(given.note, "note") or None
    resident.carer_phone = _phone(given.carer_phone, "carer_phone")
    for name in _PLAIN_TEXTS:
        setattr(resident, name, within(getattr(given, name), name) or None)
    for name in _CODES:
        setattr(resident, name, getattr(given, name))
    if given.identity_number.strip():
        _fill_identity(session, resident, given.identity_number, today)
        return
    problem = day_problem(given.birth_date, today=today) if given.birth_date else None
    if problem is not None:
        raise UserFacingError(ErrorCode.LIFE_DAY_WRONG, problem=problem, field="birth_date")
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


def residents_of(session: Session, household_id: str) -> list[Resident]:
    """Its people in the roster's order, also who died or moved away."""
    statement = select(Resident).where(col(Resident.household_id) == household_id)
    return list(session.exec(statement.order_by(col(Resident.position))))


def history_of(session: Session, household_id: str) -> list[RosterEvent | Visit]:
    """What was noted of the household itself; it would hang in the air."""
    events = session.exec(select(RosterEvent).where(RosterEvent.household_id == household_id))
    visits = session.exec(select(Visit).where(Visit.household_id == household_id))
    return [*events, *visits]


def next_position(session: Session, household_id: str) -> int:
    """The place after the last one."""
    statement = select(func.max(Resident.position)).where(
        col(Resident.household_id) == household_id
    )
    last = session.exec(statement).one()
    return 0 if last is None else last + 1


def _name(typed: str, field: str) -> str:
    return within(normalise_name(typed), field, required=ErrorCode.PERSON_NAME_MISSING)


def _phone(typed: str, field: str = "phone") -> str | None:
    """A phone in the usual writing; what is no phone is kept as typed, never refused."""
    plain = within(typed, field)
    if not plain:
        return None
    finding = check_phone(plain)
    return finding.number if not finding.others else plain


def within(typed: str, field: str, *, required: ErrorCode | None = None) -> str:
    """The text without spaces around it; raises `required` when empty, ROSTER_TEXT_TOO_LONG."""
    plain = typed.strip()
    if required is not None and not plain:
        raise UserFacingError(required)
    if len(plain) > LONGEST[field]:
        raise UserFacingError(
            ErrorCode.ROSTER_TEXT_TOO_LONG, field=field, limit=LONGEST[field], length=len(plain)
        )
    return plain
