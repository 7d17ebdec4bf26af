"""Writing down a round, what was found on it, and what came of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.actions import CASE_FORM, RecordedCase, write_new_case
from app.cases.case_draft import CaseDraft
from app.cases.vocabulary import CaseKind
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.grid_work.parts import (
    VisitFields,
    new_visit,
    problems_of_visit,
    refuse_with_attachments,
    require_sound,
)
from app.links.actions import link_in
from app.outreach.rules import Problem, finding_problems, round_problems
from app.outreach.vocabulary import FindingEnd, OutreachField
from app.recorded import Recorded
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.desk import OutreachFinding, OutreachRound
from db.tables.households import Household

ROUND_FORM = "outreach_round"
FINDING_FORM = "outreach_finding"
"""Names under which the drafts of the forms are kept."""


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """One thing found, as the form holds it."""

    text: str
    household_id: str | None = None
    end: FindingEnd = FindingEnd.OPEN
    end_note: str = ""


@dataclass(frozen=True, slots=True)
class RoundDraft:
    """A round as the form holds it. ``unit_id`` is the village or township it went to."""

    unit_id: str
    title: str
    held_on: date | None
    place: str
    members: str
    summary: str = ""
    findings: tuple[FindingDraft, ...] = ()


@dataclass(frozen=True)
class RecordedRound(Recorded):
    """What was written, and the round."""

    round_id: str


def record_round(
    store: Store, actor: Actor, draft: RoundDraft, *, draft_id: str | None = None
) -> RecordedRound:
    """A round with what was found on it, all or nothing; the form's draft goes with it.

    Raises ``UserFacingError``: NOT_ALLOWED, OUTREACH_WRONG (problems).
    """
    actor.require(Permission.RECORD_OUTREACH, unit_id=draft.unit_id)
    held_on = _require_round(store, draft)
    with store.transaction(account_id=actor.account_id, action="record_round") as tx:
        made = OutreachRound(
            unit_id=draft.unit_id,
            title=draft.title.strip(),
            held_on=held_on,
            place=draft.place.strip(),
            members=draft.members.strip(),
            summary=draft.summary.strip() or None,
            by_account_id=actor.account_id,
            recorded_at=store.clock.now(),
        )
        tx.session.add(made)
        for place, one in enumerate(draft.findings):
            finding = _finding(store, actor, made, one)
            # Everywhere in the order in which they were typed.
            finding.recorded_at += timedelta(milliseconds=place)
            tx.session.add(finding)
        _forget(tx.session, actor, ROUND_FORM, draft_id)
    return RecordedRound(tx.changes, made.id)


def edit_round(
    store: Store, actor: Actor, *, round_id: str, draft: RoundDraft, draft_id: str | None = None
) -> Changes:
    """Corrects a round; its findings have steps of their own.

    Raises ``UserFacingError``: NOT_ALLOWED, OUTREACH_WRONG (problems), OUTREACH_GONE.
    """
    held_on = _require_round(store, draft)
    with store.transaction(account_id=actor.account_id, action="edit_round") as tx:
        made = _round(tx.session, actor, round_id)
        made.title, made.held_on, made.place = draft.title.strip(), held_on, draft.place.strip()
        made.members, made.summary = draft.members.strip(), draft.summary.strip() or None
        _forget(tx.session, actor, ROUND_FORM, draft_id)
    return tx.changes


def remove_round(store: Store, actor: Actor, *, round_id: str) -> Changes:
    """Takes a round back with its findings, as long as nothing has come of them.

    Raises ``UserFacingError``: NOT_ALLOWED, OUTREACH_GONE, OUTREACH_HAS_RESULTS,
    GRID_WORK_HAS_ATTACHMENTS.
    """
    with store.transaction(account_id=actor.account_id, action="remove_round") as tx:
        made = _round(tx.session, actor, round_id)
        refuse_with_attachments(tx.session, made)
        findings = tx.session.exec(
            select(OutreachFinding).where(col(OutreachFinding.round_id) == round_id)
        ).all()
        if any(one.end in _LINKED for one in findings):
            raise UserFacingError(ErrorCode.OUTREACH_HAS_RESULTS)
        for one in findings:
            tx.session.delete(one)
        tx.session.flush()
        tx.session.delete(made)
    return tx.changes


def add_finding(
    store: Store,
    actor: Actor,
    *,
    round_id: str,
    draft: FindingDraft,
    draft_id: str | None = None,
) -> Changes:
    """One more thing that was found.

    Raises ``UserFacingError``: NOT_ALLOWED, OUTREACH_WRONG (problems), OUTREACH_GONE.
    """
    _require(finding_problems(text=draft.text, end=draft.end, end_note=draft.end_note))
    with store.transaction(account_id=actor.account_id, action="add_finding") as tx:
        made = _round(tx.session, actor, round_id)
        tx.session.add(_finding(store, actor, made, draft))
        _forget(tx.session, actor, FINDING_FORM, draft_id)
    return tx.changes


def end_finding(
    store: Store, actor: Actor, *, finding_id: str, end: FindingEnd, end_note: str = ""
) -> Changes:
    """It was settled there and then, passed on, or is open after all.

    Raises ``UserFacingError``: NOT_ALLOWED, OUTREACH_WRONG (problems), OUTREACH_GONE,
    OUTREACH_HAS_RESULTS for one that a case or a visit came of.
    """
    if end in _LINKED:
        raise ValueError(f"{end} has an action of its own")
    with store.transaction(account_id=actor.account_id, action="end_finding") as tx:
        finding = _open_finding(tx.session, actor, finding_id)
        _require(finding_problems(text=finding.text, end=end, end_note=end_note))
        finding.end, finding.end_note = end, end_note.strip() or None
    return tx.changes


def turn_finding_into_case(
    store: Store, actor: Actor, *, finding_id: str, draft: CaseDraft
) -> RecordedCase:
    """A case grew out of a finding: the case, the link and the finding's end, in one step.

    Raises ``UserFacingError``: NOT_ALLOWED, OUTREACH_GONE, OUTREACH_HAS_RESULTS, and what
    ``record_case`` raises.
    """
    with store.transaction(account_id=actor.account_id, action="turn_finding_into_case") as tx:
        finding = _open_finding(tx.session, actor, finding_id)
        case = write_new_case(tx.session, store, actor, draft, kind=CaseKind.DISPUTE)
        link_in(tx.session, store, actor, from_record=finding, to_record=case)
        finding.end, finding.end_note = FindingEnd.BECAME_CASE, case.number
        _forget(tx.session, actor, CASE_FORM, finding_id)
    return RecordedCase(tx.changes, case.id, case.number)


def turn_finding_into_visit(
    store: Store, actor: Actor, *, finding_id: str, given: VisitFields
) -> Changes:
    """The household found on a round is visited: the visit, the link and the finding's end.

    Raises ``UserFacingError``: NOT_ALLOWED, OUTREACH_GONE, OUTREACH_HAS_RESULTS,
    GRID_WORK_WRONG (problems), GRID_WORK_GONE when the household is not here.
    """
    require_sound(problems_of_visit(store, given))
    with store.transaction(account_id=actor.account_id, action="turn_finding_into_visit") as tx:
        finding = _open_finding(tx.session, actor, finding_id)
        home = tx.session.get(Household, given.household_id or "")
        if home is None:
            raise UserFacingError(ErrorCode.GRID_WORK_GONE)
        actor.require(Permission.RECORD_GRID_WORK, unit_id=home.unit_id)
        visit = new_visit(store, actor, home, given)
        tx.session.add(visit)
        link_in(tx.session, store, actor, from_record=finding, to_record=visit)
        finding.end, finding.household_id = FindingEnd.BECAME_VISIT, home.id
    return tx.changes


_LINKED = frozenset({FindingEnd.BECAME_CASE, FindingEnd.BECAME_VISIT})


def _require_round(store: Store, draft: RoundDraft) -> date:
    texts = {
        OutreachField.TITLE: draft.title,
        OutreachField.PLACE: draft.place,
        OutreachField.MEMBERS: draft.members,
        OutreachField.SUMMARY: draft.summary,
    }
    problems = round_problems(texts, held_on=draft.held_on, today=today_in_china(store.clock))
    for one in draft.findings:
        problems += finding_problems(text=one.text, end=one.end, end_note=one.end_note)
    _require(problems)
    if draft.held_on is None:
        raise ValueError("a round without a day is not sound")
    return draft.held_on


def _require(problems: Sequence[Problem]) -> None:
    if problems:
        raise UserFacingError(ErrorCode.OUTREACH_WRONG, problems=problems)


def _round(session: Session, actor: Actor, round_id: str) -> OutreachRound:
    found = session.get(OutreachRound, round_id)
    if found is None:
        raise UserFacingError(ErrorCode.OUTREACH_GONE)
    actor.require(Permission.RECORD_OUTREACH, unit_id=found.unit_id)
    return found


def _open_finding(session: Session, actor: Actor, finding_id: str) -> OutreachFinding:
    found = session.get(OutreachFinding, finding_id)
    if found is None:
        raise UserFacingError(ErrorCode.OUTREACH_GONE)
    actor.require(Permission.RECORD_OUTREACH, unit_id=found.unit_id)
    if found.end in _LINKED:
        raise UserFacingError(ErrorCode.OUTREACH_HAS_RESULTS)
    return found


def _finding(
    store: Store, actor: Actor, made: OutreachRound, draft: FindingDraft
) -> OutreachFinding:
    return OutreachFinding(
        unit_id=made.unit_id,
        round_id=made.id,
        household_id=draft.household_id,
        text=draft.text.strip(),
        end=draft.end,
        end_note=draft.end_note.strip() or None,
        by_account_id=actor.account_id,
        recorded_at=store.clock.now(),
    )


def _forget(session: Session, actor: Actor, form: str, draft_id: str | None) -> None:
    if draft_id is not None:
        discard_draft_in(session, form=form, record_id=draft_id, account_id=actor.account_id)
