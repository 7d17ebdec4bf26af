"""Writing the text of a typical case, having it checked, published and taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.cases.opening import case_to_write
from app.cases.vocabulary import CaseState
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.recorded import Recorded
from app.store import Changes, Store
from app.typical.known import known_of
from app.typical.rules import PERMISSION_NEEDED, may_become, typical_problem
from app.typical.vocabulary import TypicalProblem, TypicalState
from db.clock import today_in_china
from db.tables.cases import CaseFile
from db.tables.desk import TypicalCase

TYPICAL_FORM = "typical_case"
"""The name under which the draft of the form is kept."""


@dataclass(frozen=True, slots=True)
class TypicalText:
    """What the form holds."""

    title: str
    story: str
    law: str = ""
    lesson: str = ""


@dataclass(frozen=True)
class WrittenTypical(Recorded):
    """What was written, and the text's id."""

    typical_id: str


def write_typical(store: Store, actor: Actor, *, case_id: str, text: TypicalText) -> WrittenTypical:
    """Keeps the text of a case; a changed text has to be checked again.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, TYPICAL_NOT_POSSIBLE (problem).
    """
    with store.transaction(account_id=actor.account_id, action="write_typical") as tx:
        case = case_to_write(
            tx.session, actor, case_id, PERMISSION_NEEDED[TypicalState.DRAFT], is_own_only=True
        )
        _require_closed(case)
        _require_sound(tx.session, actor, case, text, goes_on=False)
        typical = typical_in(tx.session, case_id)
        if typical is None:
            typical = TypicalCase(
                unit_id=case.unit_id,
                case_id=case_id,
                title="",
                story="",
                by_account_id=actor.account_id,
                recorded_at=store.clock.now(),
            )
        elif typical.state is TypicalState.PUBLISHED:
            raise UserFacingError(
                ErrorCode.TYPICAL_NOT_POSSIBLE, problem=TypicalProblem.WRONG_STATE
            )
        typical.title, typical.story = text.title.strip(), text.story.strip()
        typical.law, typical.lesson = text.law.strip() or None, text.lesson.strip() or None
        typical.state = TypicalState.DRAFT
        typical.checked_by = typical.checked_on = None
        tx.session.add(typical)
        discard_draft_in(
            tx.session, form=TYPICAL_FORM, record_id=case_id, account_id=actor.account_id
        )
    return WrittenTypical(tx.changes, typical.id)


def check_typical(store: Store, actor: Actor, *, typical_id: str) -> Changes:
    """Somebody has read it with the doubts marked and answers for it; as ``_move`` raises."""

    def sign(typical: TypicalCase) -> None:
        typical.checked_by, typical.checked_on = actor.account_id, today_in_china(store.clock)

    return _move(store, actor, typical_id, TypicalState.CHECKED, sign)


def publish_typical(store: Store, actor: Actor, *, typical_id: str) -> Changes:
    """The county sends it to every village; raises as ``_move``."""
    return _move(store, actor, typical_id, TypicalState.PUBLISHED)


def take_back_typical(store: Store, actor: Actor, *, typical_id: str) -> Changes:
    """It disappears from every laptop at its next contact; raises as ``_move``."""
    return _move(store, actor, typical_id, TypicalState.TAKEN_BACK)


def typical_in(session: Session, case_id: str) -> TypicalCase | None:
    """The text of a case; of two that laptops began at once the first."""
    return session.exec(
        select(TypicalCase)
        .where(col(TypicalCase.case_id) == case_id)
        .order_by(col(TypicalCase.recorded_at), col(TypicalCase.id))
    ).first()


def _move(
    store: Store,
    actor: Actor,
    typical_id: str,
    state: TypicalState,
    sign: Callable[[TypicalCase], None] | None = None,
) -> Changes:
    """Raises ``UserFacingError``: NOT_ALLOWED, TYPICAL_GONE, TYPICAL_NOT_POSSIBLE (problem)."""
    with store.transaction(account_id=actor.account_id, action=f"typical_{state}") as tx:
        typical = tx.session.get(TypicalCase, typical_id)
        if typical is None:
            raise UserFacingError(ErrorCode.TYPICAL_GONE)
        case = case_to_write(
            tx.session,
            actor,
            typical.case_id,
            PERMISSION_NEEDED[state],
            is_own_only=True,
            gone=ErrorCode.TYPICAL_GONE,
        )
        if typical.state is state or not may_become(typical.state, state):
            raise UserFacingError(
                ErrorCode.TYPICAL_NOT_POSSIBLE, problem=TypicalProblem.WRONG_STATE
            )
        if state in (TypicalState.CHECKED, TypicalState.PUBLISHED):
            _require_closed(case)
            text = TypicalText(
                typical.title, typical.story, typical.law or "", typical.lesson or ""
            )
            _require_sound(tx.session, actor, case, text, goes_on=True)
        typical.state = state
        if sign is not None:
            sign(typical)
    return tx.changes


def _require_closed(case: CaseFile) -> None:
    problem = None
    if case.is_confidential:
        problem = TypicalProblem.CONFIDENTIAL
    elif case.state is not CaseState.CLOSED:
        problem = TypicalProblem.NOT_CLOSED
    if problem is not None:
        raise UserFacingError(ErrorCode.TYPICAL_NOT_POSSIBLE, problem=problem)


def _require_sound(
    session: Session, actor: Actor, case: CaseFile, text: TypicalText, *, goes_on: bool
) -> None:
    problem = typical_problem(
        title=text.title,
        story=text.story,
        law=text.law,
        lesson=text.lesson,
        known=known_of(session, case, actor.units),
        goes_on=goes_on,
    )
    if problem is not None:
        raise UserFacingError(ErrorCode.TYPICAL_NOT_POSSIBLE, problem=problem)
