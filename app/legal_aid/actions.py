"""Legal aid for a party of a case, step by step: seen, applied for, decided, a lawyer named, done.

Whoever answers for the aid must be able to read the case: when it is applied for, or somebody is
named, that unit is asked to help in the same step. Offline that is only asked for.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.opening import case_to_write
from app.errors import ErrorCode, UserFacingError
from app.flow.help import ask_to_help
from app.flow.reach import holders_of
from app.legal_aid.rules import MAX_NOTE, MAX_OUTCOME, Aid, problem_with
from app.legal_aid.vocabulary import LegalAidGround, LegalAidProblem, LegalAidStep
from app.organisations.vocabulary import CodeSystem, unit_id_of
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.cases import CaseFile
from db.tables.desk import LegalAid
from db.tables.organisations import Account

LEGAL_AID_FORM: Final = "legal_aid"
"""Name under which the drafts of the form are kept."""
AID_CENTRE_ID: Final = unit_id_of(CodeSystem.OWN, "legal_aid_centre")

PERMISSION_NEEDED: Final = {
    LegalAidStep.APPLY: Permission.ADD_CASE_EVENT,
    LegalAidStep.DECIDE: Permission.GIVE_LEGAL_AID,
    LegalAidStep.NAME: Permission.GIVE_LEGAL_AID,
    LegalAidStep.FINISH: Permission.GIVE_LEGAL_AID,
}
"""The party applies, and whoever hears of it writes that down; the rest is the centre's
(法律援助法 2021-08-20, Art. 12)."""


def see_need(
    store: Store,
    actor: Actor,
    *,
    case_id: str,
    need: str,
    seen_on: date | None,
    party_id: str | None = None,
    ground: LegalAidGround | None = None,
) -> Changes:
    """Somebody of the case needs legal aid; 法律援助法 (2021-08-20), Art. 35: they are told that
    they may apply.

    Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, LEGAL_AID_WRONG (problem).
    """
    if seen_on is None:
        raise UserFacingError(ErrorCode.LEGAL_AID_WRONG, problem=LegalAidProblem.DAY_MISSING)
    with store.transaction(account_id=actor.account_id, action="see_need") as tx:
        case = case_to_write(tx.session, actor, case_id, Permission.ADD_CASE_EVENT)
        _require_sound(store, Aid(need.strip(), seen_on))
        tx.session.add(
            LegalAid(
                unit_id=case.unit_id,
                case_id=case.id,
                party_id=party_id,
                need=need.strip(),
                ground=ground,
                seen_on=seen_on,
                by_account_id=actor.account_id,
                recorded_at=store.clock.now(),
            )
        )
    return tx.changes


def apply_for_aid(store: Store, actor: Actor, *, aid_id: str, applied_on: date | None) -> Changes:
    """The party has applied; the county's legal aid centre is asked to help with the case.

    Raises as ``_take``.
    """
    return _take(
        store, actor, aid_id, LegalAidStep.APPLY, {"applied_on": applied_on}, AID_CENTRE_ID
    )


def decide_aid(
    store: Store,
    actor: Actor,
    *,
    aid_id: str,
    decided_on: date | None,
    is_granted: bool,
    note: str = "",
) -> Changes:
    """Granted, or refused with the reason. Raises as ``_take``."""
    fields = {
        "decided_on": decided_on,
        "is_granted": is_granted,
        "decision_note": note.strip() or None,
    }
    return _take(store, actor, aid_id, LegalAidStep.DECIDE, fields)


def name_lawyer(
    store: Store,
    actor: Actor,
    *,
    aid_id: str,
    named_on: date | None,
    lawyer_id: str | None = None,
    name: str = "",
    office: str = "",
    is_ahead: bool = False,
) -> Changes:
    """Who gives it: an account, whose unit is then asked to help, or a name or office.

    ``is_ahead`` where it is given before it is decided (法律援助法 2021-08-20, Art. 44). Raises as
    ``take_step``.
    """
    fields = {
        "named_on": named_on,
        "lawyer_id": lawyer_id,
        "lawyer_name": name.strip() or None,
        "lawyer_office": office.strip() or None,
        "is_ahead": is_ahead,
    }
    return _take(store, actor, aid_id, LegalAidStep.NAME, fields)


def finish_aid(
    store: Store, actor: Actor, *, aid_id: str, done_on: date | None, outcome: str
) -> Changes:
    """Done, with what came of it. Raises as ``_take``."""
    fields = {"done_on": done_on, "outcome": outcome.strip() or None}
    return _take(store, actor, aid_id, LegalAidStep.FINISH, fields)


def may_take(actor: Actor, case: CaseFile, step: LegalAidStep | None = None) -> bool:
    """Whether this person may take the step; None is seeing the need."""
    needed = PERMISSION_NEEDED[step] if step else Permission.ADD_CASE_EVENT
    return actor.reaches(needed, unit_id=case.unit_id, holder_unit_ids=holders_of(case))


def as_aid(row: LegalAid) -> Aid:
    """The row as the rules take it."""
    return Aid(
        need=row.need,
        seen_on=row.seen_on,
        applied_on=row.applied_on,
        decided_on=row.decided_on,
        is_granted=row.is_granted,
        decision_note=row.decision_note or "",
        is_ahead=row.is_ahead,
        lawyer=row.lawyer_name or row.lawyer_office or row.lawyer_id or "",
        named_on=row.named_on,
        done_on=row.done_on,
        outcome=row.outcome or "",
    )


def _take(
    store: Store,
    actor: Actor,
    aid_id: str,
    step: LegalAidStep,
    fields: dict[str, Any],
    shared_with: str | None = None,
) -> Changes:
    """One step, and the request that goes with it, all or nothing.

    Raises ``UserFacingError``: NOT_ALLOWED, LEGAL_AID_GONE, LEGAL_AID_WRONG (problem),
    HANDOVER_NOT_POSSIBLE (problem).
    """
    with store.transaction(account_id=actor.account_id, action="take_legal_aid_step") as tx:
        row = tx.session.get(LegalAid, aid_id)
        if row is None:
            raise UserFacingError(ErrorCode.LEGAL_AID_GONE)
        needed = PERMISSION_NEEDED[step]
        case = case_to_write(tx.session, actor, row.case_id, needed, gone=ErrorCode.LEGAL_AID_GONE)
        _require_day(fields, step)
        for name, value in fields.items():
            setattr(row, name, value)
        _fill_lawyer(tx.session, row)
        _require_sound(store, as_aid(row))
        unit_id = shared_with
        if step is LegalAidStep.NAME and row.lawyer_id:
            lawyer = tx.session.get(Account, row.lawyer_id)
            unit_id = lawyer.unit_id if lawyer is not None else None
        if unit_id is not None:
            ask_to_help(tx.session, store, actor, case, unit_id)
    return tx.changes


def _require_day(fields: dict[str, Any], step: LegalAidStep) -> None:
    day = {
        LegalAidStep.APPLY: "applied_on",
        LegalAidStep.DECIDE: "decided_on",
        LegalAidStep.NAME: "named_on",
        LegalAidStep.FINISH: "done_on",
    }[step]
    if fields[day] is None:
        raise UserFacingError(ErrorCode.LEGAL_AID_WRONG, problem=LegalAidProblem.DAY_MISSING)


def _fill_lawyer(session: Session, row: LegalAid) -> None:
    """An account's name goes with it: on another laptop the account may not be known."""
    account = session.get(Account, row.lawyer_id) if row.lawyer_id else None
    if account is not None and not row.lawyer_name:
        row.lawyer_name = account.name


def _require_sound(store: Store, aid: Aid) -> None:
    problem = problem_with(aid, today_in_china(store.clock))
    if len(aid.decision_note) > MAX_NOTE or len(aid.outcome) > MAX_OUTCOME:
        problem = LegalAidProblem.NOTE_TOO_LONG
    if problem is not None:
        raise UserFacingError(ErrorCode.LEGAL_AID_WRONG, problem=problem)
