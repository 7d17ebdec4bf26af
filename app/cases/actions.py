"""Writing a case: recording it, correcting it, and everything that happens to it.

A case is a file, its parties and its events. The state is never written by hand; it is folded
from the events after each of them, by the same table at the county.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.case_draft import KIND_FIELDS, CaseDraft, fields_of_kind, problems_of
from app.cases.detail_rules import detail_problem, write_detail
from app.cases.event_rows import new_event, new_events
from app.cases.file_rules import (
    FIELDS_OF_KIND,
    kind_problem,
)
from app.cases.opening import case_to_write
from app.cases.parties import new_parties, write_parties
from app.cases.rules import (
    ASKS_FOR_RISK,
    MAX_STORY,
    PERMISSION_NEEDED,
    RISK_EVENTS,
    Problem,
    block_of,
    counted,
    fold,
    may_follow,
)
from app.cases.vocabulary import (
    CaseBlock,
    CaseEventKind,
    CaseField,
    CaseKind,
    CaseState,
    CaseStep,
    RiskAnswer,
)
from app.court.filling import filled
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.flow.reach import holders_of
from app.flow.rules import unit_speaking
from app.flow.turns import SPEAKS_FOR_UNIT, turns_of
from app.incidents.rules import report_problem
from app.incidents.vocabulary import PoliceReport
from app.mediation.rules import may_change_way
from app.mediation.vocabulary import MediationWay
from app.numbering import case_number
from app.petitions import rules as petition_rules
from app.petitions.confidential_rules import file_problem
from app.recorded import Recorded
from app.refolding import case_steps, in_hand_of, refold_case, step_of
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.cases import CaseFile

CASE_FORM = "case"
EVENT_FORM = "case_event"
"""Names under which the drafts of the two forms are kept; see ``app.drafts``."""

NEEDS_NOTE = frozenset(
    {
        CaseEventKind.NOTE_ADDED,
        CaseEventKind.REOPENED,
        CaseEventKind.RISK_FOUND,
    }
)
"""That a mediation failed needs words only where nobody was told of the other ways before; see
``app.mediation.rules.other_ways_block``."""


@dataclass(frozen=True)
class RecordedCase(Recorded):
    """What was written, and the new case."""

    case_id: str
    number: str


def record_case(store: Store, actor: Actor, draft: CaseDraft) -> RecordedCase:
    """The file, its parties and the first event, all or nothing; the form's draft goes with it.

    Where the answer asks for a report to the police, that is the second event.
    Raises ``UserFacingError``: NOT_ALLOWED, CASE_DRAFT_WRONG (problems), CASE_UNIT_UNKNOWN.
    """
    with store.transaction(account_id=actor.account_id, action="record_case") as tx:
        case = write_new_case(tx.session, store, actor, draft, kind=draft.kind)
        discard_draft_in(tx.session, form=CASE_FORM, record_id="", account_id=actor.account_id)
    return RecordedCase(tx.changes, case.id, case.number)


def write_new_case(
    session: Session, store: Store, actor: Actor, draft: CaseDraft, *, kind: CaseKind
) -> CaseFile:
    """As ``record_case``, in a transaction that is under way; raises what that raises."""
    actor.require(Permission.RECORD_CASE, unit_id=draft.unit_id)
    _require_sound(store, draft, is_new=True)
    case = _new_case(session, store, actor, draft, kind)
    if kind is CaseKind.PETITION and case.first_contact_id is None:
        case.first_contact_id = actor.account_id  # 首访首问首办: who took it down answers for it
    require_discreet(actor, case)
    parties = new_parties(session, case, draft.parties)
    events = new_events(store, actor, case, CaseEventKind.RECORDED, None, draft.risk)
    case.state = fold(step_of(event) for event in events)
    session.add_all((case, *parties, *events))
    session.flush()
    refold_case(session, case.id)  # what runs from the first day is due from the first day
    return case


def require_discreet(actor: Actor, case: CaseFile, before: Mapping[str, Any] | None = None) -> None:
    """Raises ``UserFacingError`` CASE_CONFIDENTIAL (problem) for a case that may not lie where it
    does, or not be written by this post; ``before`` is the file as it was, in its wire form."""
    problem = file_problem(
        secrecy_wire(case),
        before,
        role=actor.role,
        holders=holders_of(case),
        units=actor.units,
    )
    if problem is not None:
        raise UserFacingError(ErrorCode.CASE_CONFIDENTIAL, problem=problem)


def secrecy_wire(case: CaseFile) -> dict[str, Any]:
    """What of a file says how confidential it is, in its wire form."""
    return {
        "unit_id": case.unit_id,
        "is_confidential": case.is_confidential,
        "accused_unit_id": case.accused_unit_id,
        "petition_purpose": case.petition_purpose,
    }


def edit_case(
    store: Store, actor: Actor, *, case_id: str, before: CaseDraft, after: CaseDraft
) -> Changes:
    """Writes what differs between the form as it was opened and as it is now.

    Only that: what a colleague changed meanwhile in other fields stays. Raises
    ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, CASE_DRAFT_WRONG (problems).
    """
    with store.transaction(account_id=actor.account_id, action="edit_case") as tx:
        case = case_to_write(tx.session, actor, case_id, Permission.RECORD_CASE, is_own_only=True)
        _require_sound(store, after, is_new=False)
        secret_before = secrecy_wire(case)
        _correct_kind(actor, case, before, after)
        _write_fields(case, before, after)
        require_discreet(actor, case, secret_before)
        write_parties(tx.session, case, before.parties, after.parties)
        if (after.kind, after.received_on) != (before.kind, before.received_on):
            tx.session.flush()
            refold_case(tx.session, case_id)  # other limits run, or from another day
        discard_draft_in(tx.session, form=CASE_FORM, record_id=case_id, account_id=actor.account_id)
    return tx.changes


def add_case_event(
    store: Store,
    actor: Actor,
    *,
    case_id: str,
    kind: CaseEventKind,
    note: str = "",
    risk: RiskAnswer | None = None,
    values: Mapping[str, Any] | None = None,
) -> Changes:
    """Something happened; the state follows. The draft of the note goes with it.

    ``values`` are the fields this kind carries; see ``app.cases.detail_rules``.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, CASE_EVENT_NOT_POSSIBLE (state, kind),
    CASE_NOTE_MISSING (kind), CASE_NOTE_TOO_LONG (limit), CASE_RISK_UNANSWERED,
    CASE_RISK_UNREPORTED (kind), CASE_EVENT_BLOCKED (kind, block), CASE_DETAIL_WRONG (kind, field,
    problem).
    """
    with store.transaction(account_id=actor.account_id, action="add_case_event") as tx:
        write_case_event(
            tx.session,
            store,
            actor,
            case_id=case_id,
            kind=kind,
            note=note,
            risk=risk,
            values=values,
        )
    return tx.changes


def write_case_event(
    session: Session,
    store: Store,
    actor: Actor,
    *,
    case_id: str,
    kind: CaseEventKind,
    note: str = "",
    risk: RiskAnswer | None = None,
    values: Mapping[str, Any] | None = None,
) -> None:
    """As ``add_case_event``, in a transaction that is under way; raises what that raises."""
    if kind is CaseEventKind.REPORTED_TO_POLICE:
        raise ValueError(f"{kind} has an action of its own")
    told = note.strip()
    case = case_to_write(session, actor, case_id, PERMISSION_NEEDED[kind])
    spoken = _spoken(session, actor, case, kind, values or {})
    today = today_in_china(store.clock)
    detail = _detail(kind, filled(session, case_id, kind, spoken, today=today))
    _require_event(session, actor, case, _step(store, kind, detail, told), told)
    _require_way(actor, case, kind, values or {})
    if kind in ASKS_FOR_RISK and risk is None:
        raise UserFacingError(ErrorCode.CASE_RISK_UNANSWERED)
    session.add_all(new_events(store, actor, case, kind, told or None, risk, detail))
    _finish_event(session, actor, case_id)


def _require_way(
    actor: Actor, case: CaseFile, kind: CaseEventKind, values: Mapping[str, Any]
) -> None:
    if kind is not CaseEventKind.WAY_CHANGED:
        return
    if not may_change_way(actor.role, case.way, MediationWay(values["way"])):
        raise UserFacingError(
            ErrorCode.CASE_EVENT_BLOCKED, kind=kind, block=CaseBlock.WAY_NOT_YOURS
        )


def report_case(
    store: Store, actor: Actor, *, case_id: str, report: PoliceReport, note: str = ""
) -> Changes:
    """The police were told of a dispute; 人民调解法 (2010), Art. 25.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, CASE_EVENT_NOT_POSSIBLE (state, kind),
    CASE_NOTE_TOO_LONG (limit), POLICE_REPORT_WRONG (problem).
    """
    kind, told = CaseEventKind.REPORTED_TO_POLICE, note.strip()
    with store.transaction(account_id=actor.account_id, action="report_case") as tx:
        case = case_to_write(tx.session, actor, case_id, PERMISSION_NEEDED[kind])
        _require_event(tx.session, actor, case, _step(store, kind, None, told), told)
        problem = report_problem(report, now=store.clock.now())
        if problem is not None:
            raise UserFacingError(ErrorCode.POLICE_REPORT_WRONG, problem=problem)
        tx.session.add(new_event(store, actor, case, kind, told or None, report.as_detail()))
        _finish_event(tx.session, actor, case_id)
    return tx.changes


def possible_events(
    actor: Actor, *, state: CaseState, unit_id: str, holder_unit_ids: Collection[str] = ()
) -> tuple[CaseEventKind, ...]:
    """What this person may record next on a case in this state, in the order of the buttons."""
    return tuple(
        kind
        for kind in CaseEventKind
        if kind is not CaseEventKind.RECORDED
        and kind not in RISK_EVENTS
        and may_follow(state, kind)
        and actor.reaches(PERMISSION_NEEDED[kind], unit_id=unit_id, holder_unit_ids=holder_unit_ids)
    )


def may_edit_case(actor: Actor, *, unit_id: str) -> bool:
    """Whether this person may correct the file of a case of this unit."""
    return actor.reaches(Permission.RECORD_CASE, unit_id=unit_id)


def may_report(actor: Actor, *, unit_id: str, holder_unit_ids: Collection[str] = ()) -> bool:
    """Whether this person may say that such a case is dangerous, or that the police know."""
    return actor.reaches(
        PERMISSION_NEEDED[CaseEventKind.REPORTED_TO_POLICE],
        unit_id=unit_id,
        holder_unit_ids=holder_unit_ids,
    )


def _require_sound(store: Store, draft: CaseDraft, *, is_new: bool) -> None:
    problems = problems_of(draft, today=today_in_china(store.clock), is_new=is_new)
    if problems:
        raise UserFacingError(ErrorCode.CASE_DRAFT_WRONG, problems=problems)


def _spoken(
    session: Session,
    actor: Actor,
    case: CaseFile,
    kind: CaseEventKind,
    values: Mapping[str, Any],
) -> Mapping[str, Any]:
    """The fields with the unit for which this is said, where the form did not name it."""
    if kind not in SPEAKS_FOR_UNIT or values.get("unit_id"):
        return values
    turns = turns_of(in_hand_of(session, case), case_steps(session, case))
    return {**values, "unit_id": unit_speaking(actor.unit_id, turns, actor.units)}


def _detail(kind: CaseEventKind, values: Mapping[str, Any]) -> str | None:
    detail = write_detail(kind, values)
    problem = detail_problem(kind, detail)
    if problem is not None:
        field, what = problem
        raise UserFacingError(ErrorCode.CASE_DETAIL_WRONG, kind=kind, field=field, problem=what)
    return detail


def _step(store: Store, kind: CaseEventKind, detail: str | None, told: str) -> CaseStep:
    return CaseStep(kind, detail, today_in_china(store.clock), bool(told))


def _require_event(
    session: Session, actor: Actor, case: CaseFile, step: CaseStep, note: str
) -> None:
    kind = step.kind
    if kind is CaseEventKind.RECORDED or not may_follow(case.state, kind):
        raise UserFacingError(ErrorCode.CASE_EVENT_NOT_POSSIBLE, state=case.state, kind=kind)
    # As the county judges it: by what counted, not by what was skipped.
    past = counted(case_steps(session, case))
    step = replace(step, in_hand=in_hand_of(session, case))
    block = block_of(past, step) or petition_rules.unit_problem(past, step, actor.units)
    if block is CaseBlock.RISK_UNREPORTED:
        raise UserFacingError(ErrorCode.CASE_RISK_UNREPORTED, kind=kind)
    if block is not None:
        raise UserFacingError(ErrorCode.CASE_EVENT_BLOCKED, kind=kind, block=block)
    if kind in NEEDS_NOTE and not note:
        raise UserFacingError(ErrorCode.CASE_NOTE_MISSING, kind=kind)
    if len(note) > MAX_STORY:
        raise UserFacingError(ErrorCode.CASE_NOTE_TOO_LONG, limit=MAX_STORY)


def _finish_event(session: Session, actor: Actor, case_id: str) -> None:
    discard_draft_in(session, form=EVENT_FORM, record_id=case_id, account_id=actor.account_id)
    session.flush()
    refold_case(session, case_id)


def _new_case(
    session: Session, store: Store, actor: Actor, draft: CaseDraft, kind: CaseKind
) -> CaseFile:
    unit = actor.units.get(draft.unit_id)
    if unit is None:
        raise UserFacingError(ErrorCode.CASE_UNIT_UNKNOWN)
    if draft.happened_on is None:
        raise ValueError("a draft without a date is not sound")
    return CaseFile(
        unit_id=draft.unit_id,
        number=case_number(
            session,
            kind=kind,
            year=today_in_china(store.clock).year,
            village_code=unit.code,
        ),
        kind=kind,
        title=draft.title.strip(),
        class_code=draft.class_code,
        happened_on=draft.happened_on,
        place=draft.place.strip(),
        story=draft.story.strip(),
        urgency=draft.urgency,
        recorded_by=actor.account_id,
        recorded_at=store.clock.now(),
        **fields_of_kind(draft, kind),
    )


_TEXT_FIELDS = ("title", "place", "story")
_OTHER_FIELDS = ("class_code", "happened_on", "urgency")


def _correct_kind(actor: Actor, case: CaseFile, before: CaseDraft, after: CaseDraft) -> None:
    """Recorded as the wrong kind: what only the old kind has goes. The number stays: it is given
    once, and may be on paper already."""
    if after.kind is before.kind:
        return
    problem = kind_problem(
        case.kind, after.kind, state=case.state, is_confidential=case.is_confidential
    )
    if problem is not None:
        raise UserFacingError(
            ErrorCode.CASE_DRAFT_WRONG, problems=[Problem(CaseField.KIND, problem)]
        )
    case.kind = after.kind
    for name in KIND_FIELDS:
        if name not in FIELDS_OF_KIND[after.kind]:
            setattr(case, name, None)
    if after.kind is CaseKind.PETITION and after.first_contact_id is None:
        case.first_contact_id = actor.account_id


def _write_fields(case: CaseFile, before: CaseDraft, after: CaseDraft) -> None:
    for name in (*_TEXT_FIELDS, *_OTHER_FIELDS):
        value = getattr(after, name)
        if value != getattr(before, name):
            setattr(case, name, value.strip() if name in _TEXT_FIELDS else value)
    was = fields_of_kind(before, case.kind)
    for name, value in fields_of_kind(after, case.kind).items():
        if value != was[name]:
            setattr(case, name, value)
