"""What may happen to an incident and when; judged alike on the laptop and at the county.

An incident is the fold of its events in county order (see `app.folding`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.accounts.vocabulary import Permission
from app.folding import Folded, fold_events
from app.incidents.vocabulary import IncidentEventKind, IncidentState

_S = IncidentState
_K = IncidentEventKind

TRANSITIONS: Mapping[tuple[IncidentState, IncidentEventKind], IncidentState] = {
    (_S.NOT_RECORDED, _K.RECORDED): _S.OPEN,
    **{
        (state, kind): state
        for state in IncidentState
        if state is not _S.NOT_RECORDED
        for kind in (_K.NOTE_ADDED, _K.GRID_ACTED)
    },
    # It may be reported again: the first station sent it on, or something new was found.
    (_S.OPEN, _K.REPORTED_TO_POLICE): _S.WITH_POLICE,
    (_S.WITH_POLICE, _K.REPORTED_TO_POLICE): _S.WITH_POLICE,
    (_S.ANSWERED, _K.REPORTED_TO_POLICE): _S.WITH_POLICE,
    (_S.BECAME_CASE, _K.REPORTED_TO_POLICE): _S.WITH_POLICE,
    (_S.WITH_POLICE, _K.POLICE_MEDIATED): _S.ANSWERED,
    (_S.WITH_POLICE, _K.POLICE_RESULT): _S.ANSWERED,
    (_S.ANSWERED, _K.POLICE_RESULT): _S.ANSWERED,
    (_S.OPEN, _K.BECAME_CASE): _S.BECAME_CASE,
    (_S.WITH_POLICE, _K.BECAME_CASE): _S.BECAME_CASE,
    (_S.ANSWERED, _K.BECAME_CASE): _S.BECAME_CASE,
    (_S.OPEN, _K.CLOSED): _S.CLOSED,
    (_S.ANSWERED, _K.CLOSED): _S.CLOSED,
    (_S.BECAME_CASE, _K.CLOSED): _S.CLOSED,
    (_S.CLOSED, _K.REOPENED): _S.OPEN,
}

PERMISSION_NEEDED: Mapping[IncidentEventKind, Permission] = {
    **dict.fromkeys(IncidentEventKind, Permission.RECORD_INCIDENT),
    # Whether a matter is at an end is a decision, so an auxiliary policeman records none.
    _K.CLOSED: Permission.CLOSE_INCIDENT,
    _K.REOPENED: Permission.CLOSE_INCIDENT,
}


def may_follow(state: IncidentState, kind: IncidentEventKind) -> bool:
    """Whether this event may happen to an incident in this state."""
    return (state, kind) in TRANSITIONS


def fold(kinds: Iterable[IncidentEventKind]) -> IncidentState:
    """The state of an incident from its events in county order; unsent ones of one's own last."""
    return fold_with_refusals(kinds).state


def fold_with_refusals(
    kinds: Iterable[IncidentEventKind],
) -> Folded[IncidentState, IncidentEventKind]:
    """As `fold`, also naming the events that were skipped because they were not allowed."""
    return fold_events(IncidentState.NOT_RECORDED, kinds, TRANSITIONS)
