"""Writing down hazards, and what was done about them, until they are gone.

Each function is one intention, one transaction and one step of undo; where a form had a draft
(``draft_id``) it goes in the same one.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.errors import ErrorCode, UserFacingError
from app.grid_work.parts import (
    HAZARD_FORM,
    MEASURE_FORM,
    HazardFields,
    RecordedWork,
    check_home,
    forget_draft,
    known,
    new_hazard,
    own,
    problems_of_hazard,
    refuse_with_attachments,
    require_sound,
)
from app.grid_work.rules import measure_problems, resolved_problems
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.grid_work import Hazard, HazardMeasure


def record_hazard(
    store: Store, actor: Actor, *, unit_id: str, given: HazardFields, draft_id: str | None = None
) -> RecordedWork:
    """Something in this village that may do harm.

    Raises ``UserFacingError``: NOT_ALLOWED, GRID_WORK_WRONG (problems), GRID_WORK_GONE when the
    household named is not of this village (any more).
    """
    actor.require(Permission.RECORD_GRID_WORK, unit_id=unit_id)
    with store.transaction(account_id=actor.account_id, action="record_hazard") as tx:
        forget_draft(tx.session, actor, HAZARD_FORM, draft_id)
        check_home(tx.session, unit_id, given.household_id)
        hazard = new_hazard(store, actor, unit_id, given, None)
        tx.session.add(hazard)
    return RecordedWork(tx.changes, hazard.id)


def edit_hazard(
    store: Store, actor: Actor, *, hazard_id: str, given: HazardFields, draft_id: str | None = None
) -> Changes:
    """Corrects a hazard; where it was found on a patrol stays. Raises as ``record_hazard``."""
    with store.transaction(account_id=actor.account_id, action="edit_hazard") as tx:
        forget_draft(tx.session, actor, HAZARD_FORM, draft_id)
        hazard = own(tx.session, actor, Hazard, hazard_id)
        require_sound(problems_of_hazard(store, given))
        if given.household_id != hazard.household_id:
            check_home(tx.session, hazard.unit_id, given.household_id)
        hazard.household_id, hazard.micro_grid_id = given.household_id, given.micro_grid_id
        hazard.kind, hazard.level = given.kind, given.level
        hazard.place, hazard.text = given.place.strip(), given.text.strip()
        hazard.found_on, hazard.due_on = known(given.found_on), known(given.due_on)
    return tx.changes


def add_measure(
    store: Store,
    actor: Actor,
    *,
    hazard_id: str,
    done_on: date | None,
    text: str,
    is_resolved: bool = False,
    draft_id: str | None = None,
) -> Changes:
    """Something was done about a hazard; with ``is_resolved`` it is gone since that day.

    Raises ``UserFacingError``: NOT_ALLOWED, GRID_WORK_WRONG (problems), GRID_WORK_GONE,
    GRID_WORK_DONE_BEFORE (day) when it is gone already.
    """
    with store.transaction(account_id=actor.account_id, action="add_measure") as tx:
        forget_draft(tx.session, actor, MEASURE_FORM, draft_id)
        hazard = _open_hazard(tx.session, actor, hazard_id)
        today = today_in_china(store.clock)
        require_sound(
            measure_problems(text=text, found_on=hazard.found_on, done_on=done_on, today=today)
        )
        tx.session.add(
            HazardMeasure(
                unit_id=hazard.unit_id,
                hazard_id=hazard_id,
                done_on=known(done_on),
                text=text.strip(),
                by_account_id=actor.account_id,
                recorded_at=store.clock.now(),
            )
        )
        if is_resolved:
            hazard.resolved_on = done_on
    return tx.changes


def resolve_hazard(
    store: Store, actor: Actor, *, hazard_id: str, resolved_on: date | None
) -> Changes:
    """The hazard is gone since that day; raises as ``add_measure``."""
    with store.transaction(account_id=actor.account_id, action="resolve_hazard") as tx:
        hazard = _open_hazard(tx.session, actor, hazard_id)
        require_sound(
            resolved_problems(
                found_on=hazard.found_on,
                resolved_on=resolved_on,
                today=today_in_china(store.clock),
            )
        )
        hazard.resolved_on = resolved_on
    return tx.changes


def reopen_hazard(store: Store, actor: Actor, *, hazard_id: str) -> Changes:
    """It is there again, or was never gone.

    Raises ``UserFacingError``: NOT_ALLOWED, GRID_WORK_GONE, GRID_WORK_OPEN_AGAIN.
    """
    with store.transaction(account_id=actor.account_id, action="reopen_hazard") as tx:
        hazard = own(tx.session, actor, Hazard, hazard_id)
        if hazard.resolved_on is None:
            raise UserFacingError(ErrorCode.GRID_WORK_OPEN_AGAIN)
        hazard.resolved_on = None
    return tx.changes


def remove_hazard(store: Store, actor: Actor, *, hazard_id: str) -> Changes:
    """Takes a hazard that was typed by mistake away, with what was noted about it.

    Raises ``UserFacingError``: NOT_ALLOWED, GRID_WORK_GONE, GRID_WORK_HAS_ATTACHMENTS.
    """
    with store.transaction(account_id=actor.account_id, action="remove_hazard") as tx:
        hazard = own(tx.session, actor, Hazard, hazard_id)
        refuse_with_attachments(tx.session, hazard)
        measures = select(HazardMeasure).where(HazardMeasure.hazard_id == hazard_id)
        for measure in tx.session.exec(measures):
            tx.session.delete(measure)
        tx.session.delete(hazard)
    return tx.changes


def _open_hazard(session: Session, actor: Actor, hazard_id: str) -> Hazard:
    hazard = own(session, actor, Hazard, hazard_id)
    if hazard.resolved_on is not None:
        raise UserFacingError(ErrorCode.GRID_WORK_DONE_BEFORE, day=hazard.resolved_on)
    return hazard
