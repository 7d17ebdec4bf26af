"""When a conflict is settled and by whom; judged alike on the laptop and at the county.

The first settlement in county order counts. A second one, written elsewhere without knowing of the
first, is kept beside it and changes nothing, and neither does the edit that came with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from app.accounts.vocabulary import Permission
from app.conflicts.vocabulary import ConflictKind, ConflictState, SettlementChoice
from app.folding import Folded, fold_events

_C = SettlementChoice
_K = ConflictKind
_P = Permission

TRANSITIONS: Final[Mapping[tuple[ConflictState, SettlementChoice], ConflictState]] = {
    (ConflictState.SETTLED, _C.REOPEN): ConflictState.OPEN,
    **{
        (ConflictState.OPEN, choice): ConflictState.SETTLED
        for choice in SettlementChoice
        if choice is not _C.REOPEN
    },
}

CHOICES: Final[Mapping[ConflictKind, frozenset[SettlementChoice]]] = {
    _K.FIELD: frozenset({_C.KEEP_CURRENT, _C.TAKE_OTHER, _C.ANOTHER_VALUE}),
    _K.DELETE: frozenset({_C.KEEP_CURRENT, _C.DELETE_RECORD}),
    _K.BALLOT_DOUBLE: frozenset({_C.KEEP_BALLOT}),
    _K.HOUSEHOLD_DOUBLE: frozenset({_C.MERGE_HOUSEHOLDS, _C.NOT_THE_SAME}),
    _K.CASE_CLOSED_AND_SENT: frozenset({_C.STAYS_CLOSED, _C.REOPEN_CASE}),
}
"""What a person may choose; GONE is the county's, REOPEN belongs to all."""

_SUBJECT_PERMISSION: Final[Mapping[str, Permission]] = {
    "account": _P.MANAGE_ACCOUNTS,
    "case_file": _P.RECORD_CASE,
    "case_party": _P.RECORD_CASE,
    "motion": _P.PROPOSE_MOTION,
    "grid_assignment": _P.REDRAW_GRIDS,
    "team_member": _P.MANAGE_TEAM,
    "visit": _P.RECORD_GRID_WORK,
    "micro_service": _P.RECORD_GRID_WORK,
    "hazard": _P.RECORD_GRID_WORK,
    "hazard_measure": _P.RECORD_GRID_WORK,
    "duty_shift": _P.RECORD_GRID_WORK,
    "patrol": _P.RECORD_GRID_WORK,
    "incident": _P.RECORD_INCIDENT,
    "incident_person": _P.RECORD_INCIDENT,
    "record_link": _P.RECORD_CASE,
    "case_mediator": _P.MEDIATE,
    "agreement": _P.MEDIATE,
    "agreement_item": _P.MEDIATE,
    "agreement_signature": _P.MEDIATE,
    "sponsorship": _P.NAME_SPONSOR,
    "legal_aid": _P.GIVE_LEGAL_AID,
    "outreach_round": _P.RECORD_OUTREACH,
    "outreach_finding": _P.RECORD_OUTREACH,
    "typical_case": _P.WRITE_TYPICAL_CASE,
}


def fold(choices: Iterable[SettlementChoice]) -> Folded[ConflictState, SettlementChoice]:
    """Where a conflict stands after these settlements, and which of them came too late."""
    return fold_events(ConflictState.OPEN, choices, TRANSITIONS)


def late_places(choices: Iterable[SettlementChoice]) -> frozenset[int]:
    """The places, from 0, of the settlements that came too late to count."""
    return frozenset(refusal.position for refusal in fold(choices).refusals)


def may_choose(kind: ConflictKind, choice: SettlementChoice) -> bool:
    """Whether a person may settle this kind so."""
    return choice is _C.REOPEN or choice in CHOICES[kind]


def permission_to_settle(kind: ConflictKind, subject_entity: str) -> Permission:
    """Whoever may write the record may settle what collided in it."""
    if kind is _K.BALLOT_DOUBLE:
        return _P.JUDGE_DUPLICATE_BALLOTS
    if kind is _K.CASE_CLOSED_AND_SENT:
        return _P.CLOSE_CASE
    return _SUBJECT_PERMISSION.get(subject_entity, _P.EDIT_ROSTER)
