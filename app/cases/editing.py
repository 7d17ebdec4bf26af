"""A case as its form opens with it: telephones whole, so that every opening is written down."""

from __future__ import annotations

from dataclasses import dataclass

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.case_draft import CaseDraft
from app.cases.file_rules import RECORDED_BY_HAND, kind_problem
from app.cases.opening import case_to_read, case_to_write
from app.cases.parties import party_entry
from app.cases.queries import party_records
from app.errors import ErrorCode, UserFacingError
from app.looks.actions import look_at_whole
from app.store import Changes, Store
from db.tables.cases import CaseFile
from db.tables.organisations import Account


@dataclass(frozen=True, slots=True)
class CaseToEdit:
    """What the form opens with; telephones whole."""

    case_id: str
    draft: CaseDraft
    first_contact: str = ""
    """By name."""
    may_correct_kind: bool = False


def case_for_editing(store: Store, actor: Actor, case_id: str) -> CaseToEdit:
    """The case as it is filled in, with whole telephone numbers.

    Whoever opens it has looked at it: that is written down, so this is work for the writer.
    Raises ``UserFacingError`` NOT_ALLOWED, CASE_NOT_FOUND.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        case = case_to_write(tx.session, actor, case_id, Permission.RECORD_CASE, is_own_only=True)
        account = tx.session.get(Account, case.first_contact_id or "")
        contact = account.name if account else ""
        parties = party_records(tx.session, case_id)
        numbers = sum(bool(party.phone) for party in parties)
        if numbers or case.is_confidential:
            look_at_whole(tx.session, actor, store.clock.now(), case, people=numbers)
    return CaseToEdit(
        case.id,
        CaseDraft(
            title=case.title,
            class_code=case.class_code,
            happened_on=case.happened_on,
            place=case.place,
            story=case.story,
            urgency=case.urgency,
            parties=tuple(party_entry(party) for party in parties),
            unit_id=case.unit_id,
            kind=case.kind,
            received_on=case.received_on,
            wanted=case.wanted or "",
            head_count=case.head_count,
            place_region=case.place_region,
            first_contact_id=case.first_contact_id,
            petition_purpose=case.petition_purpose,
            petition_form=case.petition_form,
            accused_unit_id=case.accused_unit_id,
            is_confidential=case.is_confidential,
        ),
        first_contact=contact,
        may_correct_kind=_may_correct_kind(case),
    )


def look_at_confidential(store: Store, actor: Actor, case_id: str) -> Changes:
    """Writes down that somebody opens a confidential case, before anything of it is shown.

    Raises ``UserFacingError`` CASE_NOT_FOUND.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        case = case_to_read(tx.session, actor, case_id)
        if case is None:
            raise UserFacingError(ErrorCode.CASE_NOT_FOUND)
        people = len(party_records(tx.session, case_id))
        look_at_whole(tx.session, actor, store.clock.now(), case, people=max(1, people))
    return tx.changes


def _may_correct_kind(case: CaseFile) -> bool:
    """Whether it can be said to be of another kind than it was recorded as."""
    other = next(kind for kind in RECORDED_BY_HAND if kind is not case.kind)
    problem = kind_problem(case.kind, other, state=case.state, is_confidential=case.is_confidential)
    return problem is None
