"""Writing down visits, what came of them, and micro-services until they are done.

Each function is one intention, one transaction and one step of undo; where a form had a draft
(``draft_id``) it goes in the same one. Hazards are in `hazards.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.errors import ErrorCode, UserFacingError
from app.grid_work.parts import (
    SERVICE_DONE_FORM,
    SERVICE_FORM,
    VISIT_FORM,
    HazardFields,
    RecordedWork,
    ServiceFields,
    VisitFields,
    check_home,
    forget_draft,
    held,
    known,
    new_hazard,
    new_service,
    new_visit,
    own,
    plain,
    problems_of_service,
    problems_of_visit,
    refuse_with_attachments,
    require_sound,
)
from app.grid_work.rules import service_done_problems
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.grid_work import Hazard, MicroService, Visit
from db.tables.households import Household

__all__ = ["HazardFields", "RecordedWork", "ServiceFields", "VisitFields"]


# --- visits ----------------------------------------------------------------------------------


def record_visit(
    store: Store,
    actor: Actor,
    given: VisitFields,
    *,
    services: Sequence[ServiceFields] = (),
    hazards: Sequence[HazardFields] = (),
    draft_id: str | None = None,
) -> RecordedWork:
    """A visit with the micro-services and hazards that came of it, all or nothing.

    Those belong to the visited household. Raises ``UserFacingError``: NOT_ALLOWED,
    GRID_WORK_WRONG (problems), GRID_WORK_GONE when the household is not here.
    """
    require_sound(problems_of_visit(store, given))
    with store.transaction(account_id=actor.account_id, action="record_visit") as tx:
        forget_draft(tx.session, actor, VISIT_FORM, draft_id)
        home = held(tx.session, Household, given.household_id or "")
        actor.require(Permission.RECORD_GRID_WORK, unit_id=home.unit_id)
        visit = new_visit(store, actor, home, given)
        tx.session.add(visit)
        for service in services:
            tx.session.add(new_service(store, actor, home.unit_id, service, visit))
        for hazard in hazards:
            tx.session.add(new_hazard(store, actor, home.unit_id, hazard, visit))
    return RecordedWork(tx.changes, visit.id)


def edit_visit(
    store: Store, actor: Actor, *, visit_id: str, given: VisitFields, draft_id: str | None = None
) -> Changes:
    """Corrects a visit. The household stays: a visit to another is another visit.

    Raises ``UserFacingError``: NOT_ALLOWED, GRID_WORK_WRONG (problems), GRID_WORK_GONE.
    """
    require_sound(problems_of_visit(store, given))
    with store.transaction(account_id=actor.account_id, action="edit_visit") as tx:
        forget_draft(tx.session, actor, VISIT_FORM, draft_id)
        visit = own(tx.session, actor, Visit, visit_id)
        visit.visited_on = known(given.visited_on)
        visit.purpose, visit.way = given.purpose, given.way
        visit.met, visit.note = plain(given.met), plain(given.note)
    return tx.changes


def remove_visit(store: Store, actor: Actor, *, visit_id: str) -> Changes:
    """Takes a visit back; the micro-services and hazards found at it stay, without it.

    Raises ``UserFacingError``: NOT_ALLOWED, GRID_WORK_GONE, GRID_WORK_HAS_ATTACHMENTS.
    """
    with store.transaction(account_id=actor.account_id, action="remove_visit") as tx:
        visit = own(tx.session, actor, Visit, visit_id)
        refuse_with_attachments(tx.session, visit)
        services = select(MicroService).where(MicroService.visit_id == visit_id)
        hazards = select(Hazard).where(Hazard.visit_id == visit_id)
        for service in tx.session.exec(services):
            service.visit_id = None
        for hazard in tx.session.exec(hazards):
            hazard.visit_id = None
        tx.session.delete(visit)
    return tx.changes


# --- micro-services --------------------------------------------------------------------------


def record_service(
    store: Store, actor: Actor, *, unit_id: str, given: ServiceFields, draft_id: str | None = None
) -> RecordedWork:
    """A micro-service somebody of this village asked for.

    Raises ``UserFacingError``: NOT_ALLOWED, GRID_WORK_WRONG (problems), GRID_WORK_GONE when the
    household named is not of this village (any more).
    """
    actor.require(Permission.RECORD_GRID_WORK, unit_id=unit_id)
    with store.transaction(account_id=actor.account_id, action="record_service") as tx:
        forget_draft(tx.session, actor, SERVICE_FORM, draft_id)
        check_home(tx.session, unit_id, given.household_id)
        service = new_service(store, actor, unit_id, given, None)
        tx.session.add(service)
    return RecordedWork(tx.changes, service.id)


def edit_service(
    store: Store,
    actor: Actor,
    *,
    service_id: str,
    given: ServiceFields,
    draft_id: str | None = None,
) -> Changes:
    """Corrects what was asked; raises as ``record_service``."""
    with store.transaction(account_id=actor.account_id, action="edit_service") as tx:
        forget_draft(tx.session, actor, SERVICE_FORM, draft_id)
        service = own(tx.session, actor, MicroService, service_id)
        require_sound(problems_of_service(store, given))
        if given.household_id != service.household_id:
            check_home(tx.session, service.unit_id, given.household_id)
            service.household_id, service.resident_id = given.household_id, given.resident_id
        service.kind, service.asker_name = given.kind, given.asker_name.strip()
        service.asker_phone = plain(given.asker_phone)
        service.text, service.due_on = given.text.strip(), given.due_on
        service.asked_on = known(given.asked_on)
    return tx.changes


def finish_service(
    store: Store,
    actor: Actor,
    *,
    service_id: str,
    done_on: date | None,
    done_note: str = "",
    draft_id: str | None = None,
) -> Changes:
    """What was asked is done, on that day and by the actor.

    Raises ``UserFacingError``: NOT_ALLOWED, GRID_WORK_WRONG (problems), GRID_WORK_GONE,
    GRID_WORK_DONE_BEFORE (day).
    """
    with store.transaction(account_id=actor.account_id, action="finish_service") as tx:
        forget_draft(tx.session, actor, SERVICE_DONE_FORM, draft_id)
        service = own(tx.session, actor, MicroService, service_id)
        if service.done_on is not None:
            raise UserFacingError(ErrorCode.GRID_WORK_DONE_BEFORE, day=service.done_on)
        require_sound(
            service_done_problems(
                asked_on=service.asked_on,
                done_on=done_on,
                done_note=done_note,
                today=today_in_china(store.clock),
            )
        )
        service.done_on, service.done_note = done_on, plain(done_note)
        service.done_by = actor.account_id
    return tx.changes


def reopen_service(store: Store, actor: Actor, *, service_id: str) -> Changes:
    """It was not done after all; raises NOT_ALLOWED, GRID_WORK_GONE, GRID_WORK_OPEN_AGAIN."""
    with store.transaction(account_id=actor.account_id, action="reopen_service") as tx:
        service = own(tx.session, actor, MicroService, service_id)
        if service.done_on is None:
            raise UserFacingError(ErrorCode.GRID_WORK_OPEN_AGAIN)
        service.done_on = service.done_note = service.done_by = None
    return tx.changes


def remove_service(store: Store, actor: Actor, *, service_id: str) -> Changes:
    """Takes a micro-service that was typed by mistake away; raises NOT_ALLOWED, GRID_WORK_GONE."""
    with store.transaction(account_id=actor.account_id, action="remove_service") as tx:
        tx.session.delete(own(tx.session, actor, MicroService, service_id))
    return tx.changes
