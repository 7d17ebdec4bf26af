"""Asking another unit to help as part of some other step, so that it can read the case at all.

Offline it is only asked for; the county carries it out.
"""

from __future__ import annotations

from sqlmodel import Session

from app.accounts.session import Actor
from app.errors import ErrorCode, UserFacingError
from app.flow.rules import Sending, send_problem
from app.flow.turns import turns_of
from app.handovers.queries import secrecy_of
from app.handovers.rules import Giver
from app.handovers.vocabulary import HandoverProblem, HandoverPurpose, HandoverSubject
from app.refolding import case_steps, in_hand_of
from app.store import Store
from db.clock import today_in_china
from db.tables.cases import CaseFile
from db.tables.handovers import Handover


def ask_to_help(session: Session, store: Store, actor: Actor, case: CaseFile, unit_id: str) -> None:
    """Nothing where the unit has the case already, or was asked; see `app.flow.rules`.

    Raises ``UserFacingError`` HANDOVER_NOT_POSSIBLE (problem).
    """
    problem = try_to_ask(session, store, actor, case, unit_id)
    if problem is not None:
        raise UserFacingError(ErrorCode.HANDOVER_NOT_POSSIBLE, problem=problem)


def try_to_ask(
    session: Session, store: Store, actor: Actor, case: CaseFile, unit_id: str
) -> HandoverProblem | None:
    """As ``ask_to_help``; where this person may not ask, why, and nothing is written."""
    in_hand = in_hand_of(session, case)
    turns = turns_of(in_hand, case_steps(session, case))
    has_it = {case.unit_id, turns.hands.lead, *turns.hands.helpers}
    if unit_id in has_it or _is_asked(session, case.id, unit_id):
        return None
    lead, today = turns.hands.lead, today_in_china(store.clock)
    purpose = HandoverPurpose.HELP_ASKED
    sending = Sending(purpose, lead, unit_id, today, "", *secrecy_of(case))
    problem = send_problem(Giver(actor.role, actor.unit_id), sending, turns, actor.units)
    if problem is None:
        session.add(
            Handover(
                unit_id=case.unit_id,
                subject_entity=HandoverSubject.CASE,
                subject_id=case.id,
                purpose=purpose,
                from_unit_id=lead,
                to_unit_id=unit_id,
                by_account_id=actor.account_id,
                happened_at=store.clock.now(),
            )
        )
    return problem


def _is_asked(session: Session, case_id: str, unit_id: str) -> bool:
    """Whether a request to the same unit waits for the county."""
    found = session.connection().exec_driver_sql(
        "SELECT 1 FROM handover WHERE subject_id = ? AND to_unit_id = ? AND sync_seq = 0 "
        "AND sync_state <> 'refused' LIMIT 1",
        (case_id, unit_id),
    )
    return found.first() is not None
