"""Cases that belong together, and quarrels that flare up again after they had ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from sqlmodel import Session, col, or_, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.actions import CASE_FORM, RecordedCase, write_new_case
from app.cases.case_draft import CaseDraft
from app.cases.editing import case_for_editing
from app.cases.finding import Found
from app.cases.listing import CaseFilter, case_rows
from app.cases.opening import case_to_write
from app.cases.vocabulary import CaseKind, CaseState, Urgency
from app.drafts import discard_draft_in
from app.errors import ErrorCode, UserFacingError
from app.links.actions import link_in
from app.links.vocabulary import LinkKind
from app.store import Changes, Store
from db.clock import today_in_china
from db.tables.links import RecordLink

FLARES_FROM: Final = frozenset({CaseState.CLOSED, CaseState.WITHDRAWN})
"""Before that a case is simply opened again."""


def flare_key(case_id: str) -> str:
    """Under which the draft of the new case is kept, beside that of correcting the old one."""
    return str(uuid5(NAMESPACE_OID, f"flare-up:{case_id}"))


def flare_draft(store: Store, actor: Actor, case_id: str) -> CaseDraft:
    """The form of the new case: the old title, class, place and people; what happened and whether
    it may get worse is told anew. A look at whole telephones is written down.

    Raises ``UserFacingError`` NOT_ALLOWED, CASE_NOT_FOUND.
    """
    old = case_for_editing(store, actor, case_id).draft
    kind = CaseKind.DISPUTE if old.kind is CaseKind.INCIDENT_BORN else old.kind
    today: date = today_in_china(store.clock)
    return replace(
        old,
        kind=kind,
        story="",
        urgency=Urgency.MEDIUM,
        happened_on=today,
        received_on=today if old.received_on else None,
        first_contact_id=actor.account_id,
        parties=tuple(replace(party, party_id=None) for party in old.parties),
        risk=None,
    )


def record_flare_up(
    store: Store, actor: Actor, draft: CaseDraft, *, from_case_id: str
) -> RecordedCase:
    """A new case, linked with the one it flared up from.

    Raises ``UserFacingError`` as ``record_case`` does, and CASE_NOT_FOUND.
    """
    with store.transaction(account_id=actor.account_id, action="record_case") as tx:
        old = case_to_write(
            tx.session, actor, from_case_id, Permission.RECORD_CASE, is_own_only=True
        )
        case = write_new_case(tx.session, store, actor, draft, kind=draft.kind)
        link_in(tx.session, store, actor, from_record=old, to_record=case, kind=LinkKind.FLARED_UP)
        discard_draft_in(
            tx.session,
            form=CASE_FORM,
            record_id=flare_key(from_case_id),
            account_id=actor.account_id,
        )
    return RecordedCase(tx.changes, case.id, case.number)


def link_cases(store: Store, actor: Actor, *, case_id: str, other_id: str) -> Changes:
    """The two belong together; taken back like any other step.

    Raises ``UserFacingError`` NOT_ALLOWED, CASE_NOT_FOUND, CASES_LINKED_ALREADY.
    """
    with store.transaction(account_id=actor.account_id, action="link_cases") as tx:
        case = case_to_write(tx.session, actor, case_id, Permission.RECORD_CASE, is_own_only=True)
        other = case_to_write(tx.session, actor, other_id, Permission.SEE_CASES)
        if case.id == other.id or _are_linked(tx.session, case.id, other.id):
            raise UserFacingError(ErrorCode.CASES_LINKED_ALREADY)
        link_in(tx.session, store, actor, from_record=case, to_record=other, kind=LinkKind.RELATED)
    return tx.changes


def find_cases(
    store: Store, typed: str, *, unit_ids: frozenset[str] | None, limit: int = 12
) -> tuple[Found, ...]:
    """Cases by number, title, party or class, newest first; confidential ones never."""
    if not typed.strip():
        return ()
    found = case_rows(store, CaseFilter(text=typed, unit_ids=unit_ids), limit=limit)
    return tuple(
        Found("case_file", row.case_id, row.title, " · ".join((row.number, *row.parties)))
        for row in found.rows
    )


def _are_linked(session: Session, one: str, other: str) -> bool:
    pair = or_(
        (col(RecordLink.from_id) == one) & (col(RecordLink.to_id) == other),
        (col(RecordLink.from_id) == other) & (col(RecordLink.to_id) == one),
    )
    return session.exec(select(RecordLink.id).where(pair)).first() is not None
