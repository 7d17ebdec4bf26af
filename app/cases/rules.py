"""What may happen to a case and when; judged alike on the laptop and at the county.

A case is the fold of its events in county order (see `app.folding`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.accounts.vocabulary import Permission
from app.cases.vocabulary import (
    CaseEventKind,
    CaseField,
    CaseProblem,
    CaseState,
    Escalation,
    PartySide,
    PartySource,
    RiskAnswer,
    is_known_class,
)
from app.folding import Folded, Refusal

_S = CaseState
_K = CaseEventKind

TRANSITIONS: Mapping[tuple[CaseState, CaseEventKind], CaseState] = {
    (_S.NOT_RECORDED, _K.RECORDED): _S.RECORDED,
    (_S.RECORDED, _K.NOTE_ADDED): _S.RECORDED,
    (_S.RECORDED, _K.MEDIATION_HELD): _S.UNDER_WAY,
    # Small quarrels are settled on the doorstep, without a session.
    (_S.RECORDED, _K.SETTLED): _S.SETTLED,
    (_S.RECORDED, _K.NOT_SETTLED): _S.NOT_SETTLED,
    (_S.UNDER_WAY, _K.NOTE_ADDED): _S.UNDER_WAY,
    (_S.UNDER_WAY, _K.MEDIATION_HELD): _S.UNDER_WAY,
    (_S.UNDER_WAY, _K.SETTLED): _S.SETTLED,
    (_S.UNDER_WAY, _K.NOT_SETTLED): _S.NOT_SETTLED,
    # Only a case with an outcome is closed: the success rate counts settled among closed.
    (_S.SETTLED, _K.NOTE_ADDED): _S.SETTLED,
    (_S.SETTLED, _K.CLOSED): _S.CLOSED,
    (_S.SETTLED, _K.REOPENED): _S.UNDER_WAY,
    (_S.NOT_SETTLED, _K.NOTE_ADDED): _S.NOT_SETTLED,
    (_S.NOT_SETTLED, _K.MEDIATION_HELD): _S.UNDER_WAY,
    (_S.NOT_SETTLED, _K.SETTLED): _S.SETTLED,
    (_S.NOT_SETTLED, _K.CLOSED): _S.CLOSED,
    (_S.CLOSED, _K.NOTE_ADDED): _S.CLOSED,
    (_S.CLOSED, _K.REOPENED): _S.UNDER_WAY,
    # Neither changes where a case stands, and both may come at any time.
    **{
        (state, kind): state
        for state in CaseState
        if state is not _S.NOT_RECORDED
        for kind in (_K.RISK_FOUND, _K.REPORTED_TO_POLICE)
    },
}

RISK_EVENTS = frozenset({_K.RISK_FOUND, _K.REPORTED_TO_POLICE})
"""People's Mediation Law (2010), Art. 25; asked for in a step of its own, not among the others."""

ASKS_FOR_RISK = frozenset({_K.RECORDED, _K.MEDIATION_HELD, _K.NOT_SETTLED})
"""The mediator sees the parties then, so then it is asked whether the dispute may get worse."""

WAITS_FOR_REPORT = frozenset({_K.SETTLED, _K.CLOSED})
"""Nobody settles or closes what the police must hear of and have not heard of."""

PERMISSION_NEEDED: Mapping[CaseEventKind, Permission] = {
    _K.RECORDED: Permission.RECORD_CASE,
    _K.NOTE_ADDED: Permission.ADD_CASE_EVENT,
    _K.MEDIATION_HELD: Permission.ADD_CASE_EVENT,
    # An outcome is a decision, so an auxiliary policeman never records one.
    _K.SETTLED: Permission.CLOSE_CASE,
    _K.NOT_SETTLED: Permission.CLOSE_CASE,
    _K.CLOSED: Permission.CLOSE_CASE,
    _K.REOPENED: Permission.CLOSE_CASE,
    _K.RISK_FOUND: Permission.ADD_CASE_EVENT,
    _K.REPORTED_TO_POLICE: Permission.ADD_CASE_EVENT,
}


@dataclass(frozen=True, slots=True)
class PartyDraft:
    """A party as the form knows it."""

    name: str
    side: PartySide
    source: PartySource = PartySource.OUTSIDE


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and with which field."""

    field: CaseField
    code: CaseProblem


def may_follow(state: CaseState, kind: CaseEventKind) -> bool:
    """Whether this event may happen to a case in this state."""
    return (state, kind) in TRANSITIONS


def must_report(answer: Escalation) -> bool:
    """Whether the police or another authority are to be told at once.

    人民调解法 (2010-08-28), Art. 25: a dispute that may get worse calls for measures against it;
    one that may become a public-order or criminal matter is reported to the local police or other
    authorities in good time.
    """
    return answer is Escalation.MAY_OFFEND


def is_risk_unreported(kinds: Iterable[CaseEventKind]) -> bool:
    """Whether the last risk found in these events, in county order, was not reported yet.

    人民调解法 (2010-08-28), Art. 25.
    """
    found = False
    for kind in kinds:
        if kind in RISK_EVENTS:
            found = kind is _K.RISK_FOUND
    return found


def following_state(
    state: CaseState, kind: CaseEventKind, *, is_unreported: bool
) -> CaseState | None:
    """Where the event leads; None where it may not happen.

    While a risk is unreported (人民调解法 2010-08-28, Art. 25) a case is neither settled nor
    closed; that a mediation failed is written down all the same.
    """
    if is_unreported and kind in WAITS_FOR_REPORT:
        return None
    return TRANSITIONS.get((state, kind))


def fold(kinds: Iterable[CaseEventKind]) -> CaseState:
    """The state of a case from its events in county order; unsent ones of one's own come last."""
    return fold_with_refusals(kinds).state


def fold_with_refusals(kinds: Iterable[CaseEventKind]) -> Folded[CaseState, CaseEventKind]:
    """As `fold`, also naming the events that were skipped because they were not allowed."""
    state, is_unreported = CaseState.NOT_RECORDED, False
    refusals: list[Refusal[CaseState, CaseEventKind]] = []
    for position, kind in enumerate(kinds):
        following = following_state(state, kind, is_unreported=is_unreported)
        if following is None:
            refusals.append(Refusal(position, kind, state))
            continue
        state = following
        if kind in RISK_EVENTS:
            is_unreported = kind is _K.RISK_FOUND
    return Folded(state, tuple(refusals))


MAX_TITLE = 100
MAX_PLACE = 100
MAX_STORY = 4000
MAX_MEASURES = 1000
"""Lengths of 事件名称, 发生地点 and 事件简述 in GB/T 31000-2015, table 30, taken as characters."""


def check_case_draft(
    *,
    title: str,
    class_code: str,
    place: str,
    story: str,
    parties: Sequence[PartyDraft],
    happened_on: date | None,
    today: date,
    asks_for_risk: bool = False,
    risk: RiskAnswer | None = None,
) -> list[Problem]:
    """What keeps this draft from being recorded, in the order of the form; empty when nothing.

    Place and story may still be missing: at the door one takes down what there is. What the
    export asks for beyond that is checked when a case is exported. ``asks_for_risk`` for a new
    case: nobody passes by the question of 人民调解法 (2010-08-28), Art. 25.
    """
    problems = [*_check_title(title), *_check_class(class_code)]
    if len(place.strip()) > MAX_PLACE:
        problems.append(Problem(CaseField.PLACE, CaseProblem.PLACE_TOO_LONG))
    if len(story.strip()) > MAX_STORY:
        problems.append(Problem(CaseField.STORY, CaseProblem.STORY_TOO_LONG))
    problems += _check_parties(parties)
    problems += _check_date(happened_on, today)
    return problems + (_check_risk(risk) if asks_for_risk else [])


def _check_risk(risk: RiskAnswer | None) -> list[Problem]:
    if risk is None:
        return [Problem(CaseField.RISK, CaseProblem.RISK_UNANSWERED)]
    if len(risk.measures.strip()) > MAX_MEASURES:
        return [Problem(CaseField.RISK, CaseProblem.MEASURES_TOO_LONG)]
    return []


def _check_title(title: str) -> list[Problem]:
    length = len(title.strip())
    if length == 0:
        return [Problem(CaseField.TITLE, CaseProblem.TITLE_MISSING)]
    if length > MAX_TITLE:
        return [Problem(CaseField.TITLE, CaseProblem.TITLE_TOO_LONG)]
    return []


def _check_class(class_code: str) -> list[Problem]:
    if not class_code:
        return [Problem(CaseField.CLASS_CODE, CaseProblem.CLASS_MISSING)]
    if not is_known_class(class_code):
        return [Problem(CaseField.CLASS_CODE, CaseProblem.CLASS_UNKNOWN)]
    return []


def _check_parties(parties: Sequence[PartyDraft]) -> list[Problem]:
    if not parties:
        return [Problem(CaseField.PARTIES, CaseProblem.PARTIES_MISSING)]
    if any(not party.name.strip() for party in parties):
        return [Problem(CaseField.PARTIES, CaseProblem.PARTY_NAME_MISSING)]
    return []


def _check_date(happened_on: date | None, today: date) -> list[Problem]:
    if happened_on is None:
        return [Problem(CaseField.HAPPENED_ON, CaseProblem.DATE_MISSING)]
    if happened_on > today:
        return [Problem(CaseField.HAPPENED_ON, CaseProblem.DATE_IN_FUTURE)]
    return []
