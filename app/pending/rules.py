"""Who may read pending work, and who may decide about it.

Several people share a laptop. What one of them wrote is theirs to read whatever has become of it;
what another wrote follows the permissions of the place where it would stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.accounts.record_rules import READERS, WRITERS
from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role

_P = Permission
SECRET_FIELDS: Final = frozenset({"pin_hash"})
"""Never shown to anybody."""
MASKED_FIELDS: Final = frozenset({"identity_number"})
_EVENTS: Final[Mapping[str, frozenset[Permission]]] = {
    "incident_event": frozenset({_P.RECORD_INCIDENT}),
    "case_event": frozenset({_P.ADD_CASE_EVENT}),
    "attachment": frozenset({_P.ADD_CASE_EVENT}),
    "attachment_withdrawal": frozenset({_P.ADD_CASE_EVENT}),
    "motion_event": frozenset({_P.OPEN_MOTION}),
}
"""Sending an event again, whatever its kind: the county asks what the kind needs."""
_TO_DECIDE: Final = {**WRITERS, **_EVENTS}


def may_read_pending(role: Role, entity: str, *, is_own: bool) -> bool:
    """Whether the words of an operation on this entity may be shown."""
    needed = READERS.get(entity)
    return is_own or needed is None or may(role, needed)


def may_decide_pending(role: Role, entity: str, *, is_own: bool) -> bool:
    """Whether one may send it again or put it aside."""
    needed = _TO_DECIDE.get(entity, frozenset())
    return is_own or any(may(role, permission) for permission in needed)


def permission_to_decide(entity: str) -> Permission:
    """What one would need who did not write it; for the sentence that says so."""
    return min(_TO_DECIDE.get(entity, frozenset({_P.MANAGE_ACCOUNTS})))


def may_see_whole_number(role: Role, *, is_own: bool) -> bool:
    """Identity numbers are masked for all others."""
    return is_own or may(role, _P.SEE_IDENTITY_NUMBERS)
