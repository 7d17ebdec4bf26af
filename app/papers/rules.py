"""Which papers fit a case now, and what its file must hold.

The lines of the file and whether each is 必须 or 按需 are those of the template sets in use
(they follow 人民调解法 (2010-08-28), Art. 27: 调解登记、调解工作记录、调解协议书等材料立卷归档); no
text of the ministry was found that makes them binding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState
from app.handovers.vocabulary import HandoverPurpose
from app.mediation.vocabulary import AgreementForm
from app.papers.vocabulary import FileLine, LineState, Need, PaperKind

_E = CaseEventKind
_P = PaperKind
NEVER_MEDIATED: Final = frozenset({CaseState.REFUSED, CaseState.WITHDRAWN})
ENDED: Final = frozenset(
    {CaseState.SETTLED, CaseState.CLOSED, CaseState.ANSWERED, CaseState.NOT_SETTLED}
)
SENDINGS: Final = frozenset(
    {HandoverPurpose.DISPATCHED, HandoverPurpose.ESCALATED, HandoverPurpose.HELP_ASKED}
)
NEEDS_PHONES: Final = frozenset({_P.APPLICATION, _P.CONFIRMATION, _P.INTAKE})
"""Forms with a place for 联系方式; on all others nobody's number stands."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What of a case decides which papers it can have."""

    kind: CaseKind
    state: CaseState
    events: frozenset[CaseEventKind]
    agreements: frozenset[AgreementForm] = frozenset()
    purposes: frozenset[HandoverPurpose] = frozenset()


def papers_that_fit(situation: Situation) -> tuple[PaperKind, ...]:
    """The papers of this case as it stands, in the order of their kinds."""
    return tuple(kind for kind in PaperKind if _fits(kind, situation))


def _fits(kind: PaperKind, case: Situation) -> bool:
    happens = _NEEDS_EVENT.get(kind)
    if happens is not None:
        return happens in case.events
    is_mediated = case.state not in NEVER_MEDIATED
    is_petition = case.kind is CaseKind.PETITION
    has_written = AgreementForm.WRITTEN in case.agreements
    found: Mapping[PaperKind, bool] = {
        _P.APPLICATION: is_mediated and not is_petition,
        _P.RIGHTS: is_mediated,
        _P.INVESTIGATION: is_mediated,
        _P.SESSION: is_mediated,
        _P.AGREEMENT: has_written,
        _P.ORAL_AGREEMENT: AgreementForm.ORAL in case.agreements,
        _P.CONFIRMATION: has_written,
        _P.FOLLOW_UP: bool(case.agreements) or case.state in ENDED,
        _P.ACCEPTANCE: is_petition and _E.ACCEPTED in case.events,
        _P.ANSWER: is_petition and is_mediated,
        _P.STATEMENT: case.state in ENDED,
        _P.DISPATCH: bool(case.purposes & SENDINGS),
        _P.RETURN: HandoverPurpose.RETURNED in case.purposes,
    }
    return found.get(kind, True)


_NEEDS_EVENT: Final[Mapping[PaperKind, CaseEventKind]] = {
    _P.REFUSAL: _E.REFUSED,
    _P.REVIEW: _E.REVIEW_DECIDED,
    _P.RE_REVIEW: _E.RE_REVIEW_DECIDED,
    _P.EXTENSION: _E.EXTENDED,
    _P.URGING: _E.URGED,
}


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A line of the file: what is printed for it, and the events on which its scan hangs."""

    line: FileLine
    need: Need
    papers: tuple[PaperKind, ...] = ()
    events: tuple[CaseEventKind, ...] = ()


FILE: Final[tuple[FileSpec, ...]] = (
    FileSpec(
        FileLine.APPLICATION,
        Need.REQUIRED,
        (_P.APPLICATION, _P.INTAKE),
        (_E.RECORDED, _E.ACCEPTED),
    ),
    FileSpec(FileLine.INTAKE, Need.REQUIRED, (_P.INTAKE,), (_E.RECORDED, _E.ACCEPTED)),
    FileSpec(FileLine.RIGHTS, Need.REQUIRED, (_P.RIGHTS,)),
    FileSpec(FileLine.IDENTITY, Need.REQUIRED),
    FileSpec(FileLine.MANDATE, Need.AS_NEEDED),
    FileSpec(FileLine.INVESTIGATION, Need.AS_NEEDED, (_P.INVESTIGATION,), (_E.INVESTIGATED,)),
    FileSpec(FileLine.EVIDENCE, Need.AS_NEEDED),
    FileSpec(FileLine.ANSWER, Need.AS_NEEDED, (_P.ANSWER,), (_E.ANSWERED,)),
    FileSpec(FileLine.SESSION, Need.REQUIRED, (_P.SESSION,), (_E.MEDIATION_HELD,)),
    FileSpec(
        FileLine.AGREEMENT,
        Need.REQUIRED,
        (_P.AGREEMENT, _P.ORAL_AGREEMENT),
        (_E.SETTLED,),
    ),
    FileSpec(FileLine.PERFORMANCE, Need.AS_NEEDED),
    FileSpec(FileLine.FOLLOW_UP, Need.AS_NEEDED, (_P.FOLLOW_UP,), (_E.FOLLOWED_UP,)),
    FileSpec(
        FileLine.CONFIRMATION,
        Need.AS_NEEDED,
        (_P.CONFIRMATION,),
        (_E.CONFIRMATION_APPLIED, _E.CONFIRMATION_RULED),
    ),
    FileSpec(FileLine.STATEMENT, Need.AS_NEEDED, (_P.STATEMENT,)),
    FileSpec(FileLine.BACK_COVER, Need.REQUIRED),
)


_OF_PETITION: Final = frozenset({FileLine.INTAKE, FileLine.ANSWER})
_OF_MEDIATION: Final = frozenset(
    {
        *(FileLine.RIGHTS, FileLine.SESSION, FileLine.AGREEMENT, FileLine.PERFORMANCE),
        FileLine.CONFIRMATION,
    }
)


def file_of(kind: CaseKind, happened: Collection[CaseEventKind]) -> tuple[FileSpec, ...]:
    """The lines of this case's file: the opinion only of a petition, which begins with its intake
    and has the lines of a mediation only once there was one."""
    is_mediated = not {_E.MEDIATION_HELD, _E.SETTLED, _E.NOT_SETTLED}.isdisjoint(happened)
    if kind is not CaseKind.PETITION:
        return tuple(spec for spec in FILE if spec.line not in _OF_PETITION)
    left_out = set() if is_mediated else _OF_MEDIATION
    return tuple(spec for spec in FILE if spec.line not in {FileLine.APPLICATION, *left_out})


def line_state(
    spec: FileSpec, happened: Collection[CaseEventKind], scanned: Collection[CaseEventKind]
) -> LineState:
    """How far a line has got: ``scanned`` are the kinds of events with something attached."""
    if not spec.events:
        return LineState.BY_HAND
    if any(kind in scanned for kind in spec.events):
        return LineState.IN_FILE
    return LineState.NOTED if any(kind in happened for kind in spec.events) else LineState.MISSING


def missing_lines(states: Iterable[tuple[FileSpec, LineState]]) -> tuple[FileLine, ...]:
    """What a complete file must hold and the program does not find in it."""
    return tuple(
        spec.line
        for spec, state in states
        if spec.need is Need.REQUIRED and state in (LineState.MISSING, LineState.NOTED)
    )
