"""What most likely happens next to a case, and how all that may happen is grouped for choosing.

Only what is offered, and in which order: whether it may happen is told by ``app.cases.rules``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final

from app.cases.detail_rules import DETAIL_FIELDS, FieldType
from app.cases.rules import block_of
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseKind, CaseState, CaseStep

_S = CaseState
_B = CaseBlock
_K = CaseEventKind
_C = CaseKind


class StepGroup(StrEnum):
    """Under which word a kind of event is found."""

    RISK = "risk"
    CHAIN = "chain"
    MEDIATION = "mediation"
    PETITION = "petition"
    COURT = "court"
    CLOCK = "clock"
    AFTER = "after"


GROUPS: Final[Mapping[StepGroup, tuple[CaseEventKind, ...]]] = {
    StepGroup.RISK: (_K.RISK_FOUND, _K.REPORTED_TO_POLICE),
    StepGroup.CHAIN: (
        *(_K.NOTE_ADDED, _K.ACCEPTED, _K.REFUSED, _K.TAKEN_ON, _K.URGED, _K.REPORTED_BACK),
        *(_K.FEEDBACK_GIVEN, _K.CLOSED, _K.REOPENED, _K.WITHDRAWN),
    ),
    StepGroup.MEDIATION: (
        *(_K.MEDIATION_HELD, _K.SETTLED, _K.NOT_SETTLED, _K.WAY_CHANGED, _K.PARTY_REFUSED),
        *(_K.PARTY_AGREED, _K.TOLD_OTHER_WAYS, _K.HEARING_ATTENDED),
    ),
    StepGroup.PETITION: (
        *(_K.MET, _K.INVESTIGATED, _K.ANSWERED, _K.EVALUATION_SOUGHT, _K.EVALUATED),
        *(_K.REVIEW_ASKED, _K.REVIEW_DECIDED, _K.RE_REVIEW_ASKED, _K.RE_REVIEW_DECIDED),
    ),
    StepGroup.COURT: (
        *(_K.CONSENTED, _K.COURT_SENT, _K.SENT_BACK_TO_COURT, _K.CONFIRMATION_APPLIED),
        *(_K.CONFIRMATION_WITHDRAWN, _K.CONFIRMATION_ACCEPTED, _K.CONFIRMATION_RULED),
        *(_K.ENFORCEMENT_APPLIED, _K.SUIT_FILED),
    ),
    StepGroup.CLOCK: (_K.CLOCK_PAUSED, _K.CLOCK_RESUMED, _K.EXTENDED),
    StepGroup.AFTER: (_K.LAW_EXPLAINED, _K.FOLLOWED_UP),
}

_ONLY_OF: Final[Mapping[CaseEventKind, frozenset[CaseKind]]] = {
    **{
        kind: frozenset({_C.PETITION})
        for kind in (
            *(_K.ANSWERED, _K.REVIEW_ASKED, _K.REVIEW_DECIDED),
            *(_K.RE_REVIEW_ASKED, _K.RE_REVIEW_DECIDED),
        )
    },
    _K.HEARING_ATTENDED: frozenset({_C.RECONSIDERATION}),
}
"""What is offered of these kinds of case only."""

_MEDIATED: Final[Mapping[CaseState, tuple[CaseEventKind, ...]]] = {
    _S.RECORDED: (_K.MEDIATION_HELD, _K.SETTLED, _K.NOT_SETTLED),
    _S.ACCEPTED: (_K.MEDIATION_HELD, _K.SETTLED, _K.NOT_SETTLED),
    _S.UNDER_WAY: (_K.MEDIATION_HELD, _K.SETTLED, _K.NOT_SETTLED),
    _S.NOT_SETTLED: (_K.MEDIATION_HELD, _K.SETTLED, _K.CLOSED),
    _S.SETTLED: (_K.CLOSED, _K.FOLLOWED_UP, _K.REOPENED),
    _S.ANSWERED: (_K.CLOSED, _K.REOPENED),
    _S.CLOSED: (_K.FOLLOWED_UP, _K.REOPENED),
    _S.REFUSED: (_K.REOPENED,),
    _S.WITHDRAWN: (_K.REOPENED,),
}
_PETITION: Final[Mapping[CaseState, tuple[CaseEventKind, ...]]] = {
    _S.RECORDED: (_K.ACCEPTED, _K.REFUSED, _K.MET),
    _S.ACCEPTED: (_K.MET, _K.INVESTIGATED, _K.ANSWERED),
    _S.UNDER_WAY: (_K.MET, _K.INVESTIGATED, _K.ANSWERED),
    _S.SETTLED: (_K.ANSWERED, _K.EVALUATED, _K.CLOSED),
    _S.NOT_SETTLED: (_K.ANSWERED, _K.MEDIATION_HELD, _K.CLOSED),
    _S.ANSWERED: (_K.EVALUATION_SOUGHT, _K.EVALUATED, _K.CLOSED),
    _S.CLOSED: (_K.EVALUATED, _K.REVIEW_ASKED, _K.REOPENED),
}
_LAWSUIT: Final[Mapping[CaseState, tuple[CaseEventKind, ...]]] = {
    _S.RECORDED: (_K.ACCEPTED, _K.CONSENTED, _K.MEDIATION_HELD),
    _S.ACCEPTED: (_K.CONSENTED, _K.COURT_SENT, _K.MEDIATION_HELD),
    _S.NOT_SETTLED: (_K.TOLD_OTHER_WAYS, _K.SENT_BACK_TO_COURT, _K.CLOSED),
}
_RECONSIDERATION: Final[Mapping[CaseState, tuple[CaseEventKind, ...]]] = {
    state: (_K.HEARING_ATTENDED, _K.SETTLED, _K.NOT_SETTLED)
    for state in (_S.RECORDED, _S.ACCEPTED, _S.UNDER_WAY)
}
_LIKELY: Final[Mapping[CaseKind, Mapping[CaseState, tuple[CaseEventKind, ...]]]] = {
    _C.DISPUTE: _MEDIATED,
    _C.INCIDENT_BORN: _MEDIATED,
    _C.PETITION: {**_MEDIATED, **_PETITION},
    _C.LAWSUIT_SOURCE: {**_MEDIATED, **_LAWSUIT},
    _C.RECONSIDERATION: {**_MEDIATED, **_RECONSIDERATION},
}


def next_steps(kind: CaseKind, state: CaseState) -> tuple[CaseEventKind, ...]:
    """The few events that most likely come next, likeliest first; a note is always possible."""
    return _LIKELY[kind].get(state, ())


COMES_FIRST: Final[Mapping[CaseBlock, CaseEventKind]] = {
    _B.RISK_UNREPORTED: _K.REPORTED_TO_POLICE,
    _B.PARTY_REFUSES: _K.PARTY_AGREED,
    _B.NOT_INVESTIGATED: _K.INVESTIGATED,
    _B.NOT_ANSWERED: _K.ANSWERED,
    _B.EVALUATION_NOT_SOUGHT: _K.EVALUATION_SOUGHT,
}
"""What is told before the step that is stopped by this."""


def step_before(
    past: Sequence[CaseStep], kind: CaseEventKind
) -> tuple[CaseBlock, CaseEventKind] | None:
    """What stands against this kind of event whatever it will say, and what is told first; None
    where nothing does, or nothing that telling something else would mend."""
    block = block_of(past, CaseStep(kind))
    first = COMES_FIRST.get(block) if block is not None else None
    return None if block is None or first is None else (block, first)


def is_offered(kind: CaseEventKind, case_kind: CaseKind) -> bool:
    """Whether a person chooses this among the steps of such a case.

    What needs a record of another area (an agreement) is begun where that record is shown.
    """
    if case_kind not in _ONLY_OF.get(kind, frozenset(CaseKind)):
        return False
    fields = DETAIL_FIELDS.get(kind, ())
    return not any(each.kind is FieldType.RECORD and each.is_required for each in fields)


def other_steps(
    possible: Iterable[CaseEventKind], *, case_kind: CaseKind, shown: Iterable[CaseEventKind]
) -> dict[StepGroup, tuple[CaseEventKind, ...]]:
    """What of ``possible`` is not ``shown`` already, by group in the order of the groups."""
    left = {kind for kind in possible if is_offered(kind, case_kind)} - set(shown)
    found = {
        group: tuple(kind for kind in kinds if kind in left) for group, kinds in GROUPS.items()
    }
    return {group: kinds for group, kinds in found.items() if kinds}
