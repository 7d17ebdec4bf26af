"""What a person fills in for the grid's work, and how it becomes a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.grid_work.rules import Problem, hazard_problems, service_problems, visit_problems
from app.grid_work.vocabulary import HazardKind, HazardLevel, ServiceKind, VisitPurpose, VisitWay
from app.recorded import Recorded
from app.store import Store
from db.clock import today_in_china
from db.tables.attachments import Attachment
from db.tables.base import SyncedRecord
from db.tables.grid_work import Hazard, MicroService, Visit
from db.tables.households import Household


@dataclass(frozen=True, slots=True)
class VisitFields:
    """What a person fills in for a visit; texts as typed."""

    household_id: str | None
    visited_on: date | None
    purpose: VisitPurpose = VisitPurpose.ROUTINE
    way: VisitWay = VisitWay.AT_HOME
    met: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ServiceFields:
    """What a person fills in for a micro-service; texts as typed.

    The household may be unknown: somebody asks on the road.
    """

    asker_name: str
    text: str
    asked_on: date | None
    kind: ServiceKind = ServiceKind.ERRAND
    asker_phone: str = ""
    due_on: date | None = None
    household_id: str | None = None
    resident_id: str | None = None


@dataclass(frozen=True, slots=True)
class HazardFields:
    """What a person fills in for a hazard; texts as typed. It may lie in no household."""

    kind: HazardKind
    level: HazardLevel
    place: str
    text: str
    found_on: date | None
    due_on: date | None
    household_id: str | None = None
    micro_grid_id: str | None = None
    patrol_id: str | None = None


@dataclass(frozen=True)
class RecordedWork(Recorded):
    """What was written, and the new record."""

    record_id: str


Record = TypeVar("Record", bound=SyncedRecord)

VISIT_FORM = "visit"
SERVICE_FORM = "micro_service"
SERVICE_DONE_FORM = "micro_service_done"
HAZARD_FORM = "hazard"
MEASURE_FORM = "hazard_measure"
"""Names under which the drafts of the forms are kept; see ``app.drafts``."""


def forget_draft(session: Session, actor: Actor, form: str, draft_id: str | None) -> None:
    """The draft goes in the transaction that makes it a record; None where there is no form."""
    if draft_id is not None:
        discard_draft_in(session, form=form, record_id=draft_id, account_id=actor.account_id)


def held(session: Session, model: type[Record], record_id: str) -> Record:
    """The record, unless another laptop removed it since the screen was drawn."""
    record = session.get(model, record_id)
    if record is None:
        raise UserFacingError(ErrorCode.GRID_WORK_GONE)
    return record


def own(session: Session, actor: Actor, model: type[Record], record_id: str) -> Record:
    """The record, if the actor may write in its village."""
    record = held(session, model, record_id)
    actor.require(Permission.RECORD_GRID_WORK, unit_id=record.unit_id)
    return record


def check_home(session: Session, unit_id: str, household_id: str | None) -> None:
    """Raises ``UserFacingError`` GRID_WORK_GONE unless the household is of this village."""
    if household_id is not None and held(session, Household, household_id).unit_id != unit_id:
        raise UserFacingError(ErrorCode.GRID_WORK_GONE)


def refuse_with_attachments(session: Session, record: SyncedRecord) -> None:
    """What hangs on a record is kept for ever, so the record stays as well."""
    hanging = select(Attachment.id).where(col(Attachment.subject_id) == record.id).limit(1)
    if session.exec(hanging).first() is not None:
        raise UserFacingError(ErrorCode.GRID_WORK_HAS_ATTACHMENTS)


def require_sound(problems: list[Problem]) -> None:
    """Raises ``UserFacingError`` GRID_WORK_WRONG (problems) if there are any."""
    if problems:
        raise UserFacingError(ErrorCode.GRID_WORK_WRONG, problems=problems)


def problems_of_visit(store: Store, given: VisitFields) -> list[Problem]:
    """What keeps this visit from being recorded today."""
    return visit_problems(
        household_id=given.household_id,
        visited_on=given.visited_on,
        met=given.met,
        note=given.note,
        today=today_in_china(store.clock),
    )


def problems_of_service(store: Store, given: ServiceFields) -> list[Problem]:
    """What keeps this micro-service from being recorded today."""
    return service_problems(
        asker_name=given.asker_name,
        asker_phone=given.asker_phone,
        text=given.text,
        asked_on=given.asked_on,
        due_on=given.due_on,
        today=today_in_china(store.clock),
    )


def problems_of_hazard(store: Store, given: HazardFields) -> list[Problem]:
    """What keeps this hazard from being recorded today."""
    return hazard_problems(
        place=given.place,
        text=given.text,
        found_on=given.found_on,
        due_on=given.due_on,
        today=today_in_china(store.clock),
    )


def plain(typed: str) -> str | None:
    """A text that may be left out."""
    return typed.strip() or None


def known(day: date | None) -> date:
    """A day that was found to be filled in."""
    if day is None:
        raise ValueError("a sound draft has its day")
    return day


def new_visit(store: Store, actor: Actor, home: Household, given: VisitFields) -> Visit:
    """A visit to this household; its fields were found sound."""
    return Visit(
        unit_id=home.unit_id,
        household_id=home.id,
        visited_on=known(given.visited_on),
        purpose=given.purpose,
        way=given.way,
        met=plain(given.met),
        note=plain(given.note),
        by_account_id=actor.account_id,
        recorded_at=store.clock.now(),
    )


def new_service(
    store: Store, actor: Actor, unit_id: str, given: ServiceFields, visit: Visit | None
) -> MicroService:
    """A micro-service; of the visit\'s household when it came of one. Raises GRID_WORK_WRONG."""
    require_sound(problems_of_service(store, given))
    return MicroService(
        unit_id=unit_id,
        household_id=given.household_id if visit is None else visit.household_id,
        resident_id=given.resident_id,
        visit_id=None if visit is None else visit.id,
        kind=given.kind,
        asker_name=given.asker_name.strip(),
        asker_phone=plain(given.asker_phone),
        asked_on=known(given.asked_on),
        text=given.text.strip(),
        due_on=given.due_on,
        by_account_id=actor.account_id,
        recorded_at=store.clock.now(),
    )


def new_hazard(
    store: Store, actor: Actor, unit_id: str, given: HazardFields, visit: Visit | None
) -> Hazard:
    """A hazard; in the visit\'s household when it was found there. Raises GRID_WORK_WRONG."""
    require_sound(problems_of_hazard(store, given))
    return Hazard(
        unit_id=unit_id,
        household_id=given.household_id if visit is None else visit.household_id,
        micro_grid_id=given.micro_grid_id,
        visit_id=None if visit is None else visit.id,
        patrol_id=given.patrol_id,
        kind=given.kind,
        level=given.level,
        place=given.place.strip(),
        text=given.text.strip(),
        found_on=known(given.found_on),
        due_on=known(given.due_on),
        by_account_id=actor.account_id,
        recorded_at=store.clock.now(),
    )
