"""Sending a case on: asked for here, carried out by the county.

Each of these is one hand-over with its purpose. What a unit does with a case is an event like any
other; here are the two that need more than a form: taking on, and reminding somebody.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.actions import write_case_event
from app.cases.detail_rules import read_detail
from app.cases.opening import case_to_write
from app.cases.secrecy import is_hidden
from app.cases.vocabulary import CaseEventKind
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.flow.rules import ENDED_STATES, Sending, follow, send_problem
from app.flow.turns import Turns
from app.flow.vocabulary import TurnPart
from app.handovers.actions import may_take_back, opposite_of
from app.handovers.queries import secrecy_of, unit_name
from app.handovers.rules import MAX_NOTE, Giver
from app.handovers.vocabulary import HandoverProblem, HandoverPurpose, HandoverSubject
from app.organisations.rules import ancestors
from app.refolding import case_steps, in_hand_of
from app.settings.queries import working_calendar
from app.store import Changes, Store, SyncState
from db.clock import CHINA, today_in_china
from db.tables.cases import CaseEvent, CaseFile
from db.tables.handovers import Handover

_P = HandoverPurpose
SEND_FORM: Final = "send_case"
"""Name under which the draft of the form is kept; see ``app.drafts``."""
_CHANGES_LEAD: Final = (_P.HANDED_OVER, _P.DISPATCHED, _P.RETURNED, _P.ESCALATED)


def dispatch(
    store: Store,
    actor: Actor,
    *,
    case_id: str,
    to_unit_id: str,
    part: TurnPart = TurnPart.LEAD,
    due_on: date | None = None,
    note: str = "",
) -> Changes:
    """Asks that a unit leads the case from now on, or helps; by ``due_on`` it is to report back.

    Raises ``UserFacingError``: CASE_NOT_FOUND, NOT_ALLOWED, HANDOVER_NOT_POSSIBLE (problem),
    HANDOVER_PENDING while another such hand-over waits, HANDOVER_NOTE_TOO_LONG (most).
    """
    purpose = _P.DISPATCHED if part is TurnPart.LEAD else _P.HELP_ASKED
    return _send(store, actor, case_id, purpose, to_unit_id, note=note, due_on=due_on)


def escalate(
    store: Store, actor: Actor, *, case_id: str, reason: str, to_unit_id: str | None = None
) -> Changes:
    """Asks the unit above to take the case; the nearest where none is named. Raises as
    ``dispatch``."""
    return _send(store, actor, case_id, _P.ESCALATED, to_unit_id, note=reason)


def return_case(store: Store, actor: Actor, *, case_id: str, reason: str) -> Changes:
    """Gives a wrong dispatch back to where it came from, a helper to who leads.

    信访工作条例 (2022-02-25), Art. 23 (3): within five working days, with the reason. Raises as
    ``dispatch``.
    """
    with store.reading() as session:
        case = case_to_write(session, actor, case_id, Permission.HAND_OVER_CASE)
        turns = _turns(session, case)
    if actor.unit_id in turns.hands.helpers:
        return end_help(store, actor, case_id=case_id, unit_id=actor.unit_id, note=reason)
    target = turns.lead.from_unit_id if turns.lead else ""
    return _send(store, actor, case_id, _P.RETURNED, target, note=reason)


def end_help(store: Store, actor: Actor, *, case_id: str, unit_id: str, note: str = "") -> Changes:
    """A unit helps no more. Raises as ``dispatch``."""
    return _send(store, actor, case_id, _P.HELP_ENDED, None, source=unit_id, note=note)


def take_back(store: Store, actor: Actor, *, handover_id: str) -> Changes:
    """Asks back what is only asked for; the county sees both. Raises ``UserFacingError``
    HANDOVER_SUBJECT_GONE, UNDO_TOO_LATE."""
    with store.transaction(account_id=actor.account_id, action="take_back") as tx:
        given = tx.session.get(Handover, handover_id)
        if given is None or is_hidden(tx.session, actor, given):
            raise UserFacingError(ErrorCode.HANDOVER_SUBJECT_GONE)
        found = tx.session.exec(
            select(Handover).where(col(Handover.subject_id) == given.subject_id)
        )
        is_own = given.by_account_id == actor.account_id
        if not is_own or not may_take_back(given, actor.role, list(found)):
            raise UserFacingError(ErrorCode.UNDO_TOO_LATE)
        tx.session.add(opposite_of(given, actor.account_id, store.clock.now()))
    return tx.changes


def take_on(store: Store, actor: Actor, *, case_id: str) -> Changes:
    """The actor's unit has got it (签收). Raises as ``app.cases.actions.add_case_event``."""
    with store.transaction(account_id=actor.account_id, action="take_on") as tx:
        write_case_event(tx.session, store, actor, case_id=case_id, kind=CaseEventKind.TAKEN_ON)
    return tx.changes


def urge(
    store: Store, actor: Actor, *, case_id: str, unit_ids: Iterable[str], note: str = ""
) -> Changes:
    """Reminds those of these units that nobody has reminded today, each by an event of its own.

    A unit is urged once a day, whoever does it: what everybody presses every hour nobody reads.
    Only said here: two laptops that do not know of each other may both remind it. Raises
    ``UserFacingError`` FLOW_URGED_TODAY (unit) where none is left, and as
    ``app.cases.actions.add_case_event``.
    """
    with store.transaction(account_id=actor.account_id, action="urge") as tx:
        urged = _urged_on(tx.session, case_id, today_in_china(store.clock))
        asked = list(unit_ids)
        left = [one for one in asked if one not in urged]
        if asked and not left:
            raise UserFacingError(ErrorCode.FLOW_URGED_TODAY, unit=unit_name(actor, asked[0]))
        for unit_id in left:
            write_case_event(
                tx.session,
                store,
                actor,
                case_id=case_id,
                kind=CaseEventKind.URGED,
                note=note,
                values={"unit_id": unit_id},
            )
    return tx.changes


def _urged_on(session: Session, case_id: str, day: date) -> set[str]:
    events = session.exec(
        select(CaseEvent).where(
            col(CaseEvent.case_id) == case_id, col(CaseEvent.kind) == CaseEventKind.URGED
        )
    )
    return {
        str(read_detail(one.kind, one.detail).get("unit_id"))
        for one in events
        if one.happened_at.astimezone(CHINA).date() == day
    }


def _send(
    store: Store,
    actor: Actor,
    case_id: str,
    purpose: HandoverPurpose,
    to_unit_id: str | None,
    *,
    source: str | None = None,
    note: str = "",
    due_on: date | None = None,
) -> Changes:
    told = note.strip()
    if len(told) > MAX_NOTE:
        raise UserFacingError(ErrorCode.HANDOVER_NOTE_TOO_LONG, most=MAX_NOTE)
    with store.transaction(account_id=actor.account_id, action=f"flow_{purpose}") as tx:
        case = case_to_write(tx.session, actor, case_id, Permission.HAND_OVER_CASE)
        turns = _turns(tx.session, case)
        today = today_in_china(store.clock)
        lead = turns.hands.lead
        target = to_unit_id or (_above(actor, lead) if source is None else lead)
        sending = Sending(purpose, source or lead, target, today, told, *secrecy_of(case))
        _require_sound(tx.session, actor, case, sending, turns, due_on)
        tx.session.add(_handover(store, actor, case, sending, due_on))
        discard_draft_in(tx.session, form=SEND_FORM, record_id=case_id, account_id=actor.account_id)
    return tx.changes


def _above(actor: Actor, unit_id: str) -> str:
    return next((one.id for one in ancestors(unit_id, actor.units)), "")


def _require_sound(
    session: Session,
    actor: Actor,
    case: CaseFile,
    sending: Sending,
    turns: Turns,
    due_on: date | None,
) -> None:
    problem = send_problem(
        Giver(actor.role, actor.unit_id), sending, turns, actor.units, working_calendar(session)
    )
    if case.state in ENDED_STATES:
        problem = HandoverProblem.ENDED
    elif problem is None and due_on is not None and due_on < sending.day:
        problem = HandoverProblem.DUE_IN_THE_PAST
    if problem is not None:
        raise UserFacingError(ErrorCode.HANDOVER_NOT_POSSIBLE, problem=problem)
    waits = session.exec(
        select(Handover).where(
            col(Handover.subject_id) == case.id,
            col(Handover.sync_seq) == 0,
            col(Handover.sync_state) != SyncState.REFUSED,
        )
    )
    if any(_collide(one, sending) for one in waits):
        raise UserFacingError(ErrorCode.HANDOVER_PENDING)


def _collide(waiting: Handover, sending: Sending) -> bool:
    """One change of the lead is asked for at a time, and each helper once."""
    if sending.purpose in _CHANGES_LEAD:
        return waiting.purpose in _CHANGES_LEAD
    pair = (sending.purpose, sending.from_unit_id, sending.to_unit_id)
    return (waiting.purpose, waiting.from_unit_id, waiting.to_unit_id) == pair


def _handover(
    store: Store, actor: Actor, case: CaseFile, sending: Sending, due_on: date | None
) -> Handover:
    return Handover(
        unit_id=case.unit_id,
        subject_entity=HandoverSubject.CASE,
        subject_id=case.id,
        from_unit_id=sending.from_unit_id,
        to_unit_id=sending.to_unit_id,
        purpose=sending.purpose,
        note=sending.note or None,
        due_on=due_on,
        by_account_id=actor.account_id,
        happened_at=store.clock.now(),
    )


def _turns(session: Session, case: CaseFile) -> Turns:
    return follow(in_hand_of(session, case), case_steps(session, case)).turns
