"""The one way to a case: for reading it, and for writing to it or to what hangs on it.

Every area that takes a case by its id comes here, so that none forgets to ask. Whoever may not see
a confidential case gets the answer of a case that does not exist: 信访工作条例 (2022-02-25),
Art. 30 (3) and 46 (5).
"""

from __future__ import annotations

from sqlmodel import Session

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.cases.secrecy import is_hidden
from app.errors import ErrorCode, UserFacingError
from app.flow.reach import holders_of
from db.tables.cases import CaseFile


def case_to_read(session: Session, actor: Actor, case_id: str) -> CaseFile | None:
    """The case; None when it is not in this file, or not for this person's eyes."""
    case = session.get(CaseFile, case_id)
    if case is None or is_hidden(session, actor, case):
        return None
    may_read = actor.reaches(
        Permission.SEE_CASES, unit_id=case.unit_id, holder_unit_ids=holders_of(case)
    )
    return case if may_read else None


def case_to_write(
    session: Session,
    actor: Actor,
    case_id: str,
    permission: Permission,
    *,
    is_own_only: bool = False,
    gone: ErrorCode = ErrorCode.CASE_NOT_FOUND,
) -> CaseFile:
    """The case, for whoever may do this to it.

    ``is_own_only`` where holding the case is not enough: its file and its numbers belong to the
    unit whose case it is. Raises ``UserFacingError``: ``gone`` where it is not here or not to be
    seen, NOT_ALLOWED.
    """
    case = session.get(CaseFile, case_id)
    if case is None or is_hidden(session, actor, case):
        raise UserFacingError(gone)
    if case.is_confidential:
        # A leader who was put in charge reads it; what is done about it its unit writes down.
        actor.require(
            Permission.SEE_CONFIDENTIAL, unit_id=case.unit_id, holder_unit_ids=holders_of(case)
        )
    holders = frozenset[str]() if is_own_only else holders_of(case)
    actor.require(permission, unit_id=case.unit_id, holder_unit_ids=holders)
    return case
