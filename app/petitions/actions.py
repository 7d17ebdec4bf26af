"""首访首问首办: whoever met people first answers for the case, until it is handed on by name."""

from __future__ import annotations

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.actions import write_case_event
from app.cases.opening import case_to_write
from app.cases.vocabulary import CaseEventKind
from app.errors import ErrorCode, UserFacingError
from app.store import Changes, Store
from db.tables.organisations import Account


def hand_on_first_contact(
    store: Store, actor: Actor, *, case_id: str, to_account_id: str, note: str
) -> Changes:
    """Somebody else answers for the case from now on; ``note`` says who and why, in the timeline.

    It is an edit of the file, which stays with the unit whose case it is: who only has it in hand
    asks that unit. Raises ``UserFacingError``: NOT_ALLOWED, CASE_NOT_FOUND, FIRST_CONTACT_WRONG
    when the person is not at work, is the same, or no reason was written.
    """
    with store.transaction(account_id=actor.account_id, action="hand_on_first_contact") as tx:
        case = case_to_write(tx.session, actor, case_id, Permission.HAND_OVER_CASE)
        actor.require(Permission.RECORD_CASE, unit_id=case.unit_id)
        person = tx.session.get(Account, to_account_id)
        is_same = to_account_id == case.first_contact_id
        if person is None or not person.is_active or is_same or not note.strip():
            raise UserFacingError(ErrorCode.FIRST_CONTACT_WRONG)
        case.first_contact_id = to_account_id
        write_case_event(
            tx.session,
            store,
            actor,
            case_id=case_id,
            kind=CaseEventKind.NOTE_ADDED,
            note=note,
        )
    return tx.changes
