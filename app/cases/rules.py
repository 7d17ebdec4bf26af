"""What may happen to a case and when; judged alike on the laptop and at the county.

A case is the fold of its events in county order (see `app.folding`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.accounts.vocabulary import Permission
from app.cases.vocabulary import (
    CaseBlock,
    CaseEventKind,
    CaseField,
    CaseProblem,
    CaseState,
    CaseStep,
    Escalation,
    PartySide,
    PartySource,
    RiskAnswer,
    is_known_class,
)
from app.clocks.blocks import extension_block, pause_block, resume_block
from app.court.rules import (
    application_block,
    consent_block,
    court_answer_block,
    court_extension_block,
    enforcement_block,
    sent_back_block,
)
from app.flow.turns import loop_block, report_block, take_on_block
from app.folding import Folded, Refusal
from app.mediation.rules import other_ways_block, refusal_block, same_way_block
from app.petitions import rules as petition_rules
from app.petitions.vocabulary import PetitionProblem

_S = CaseState
_K = CaseEventKind

TRANSITIONS: Mapping[tuple[CaseState, CaseEventKind], CaseState] = {
    (_S.NOT_RECORDED, _K.RECORDED): _S.RECORDED,
    (_S.RECORDED, _K.MEDIATION_HELD): _S.UNDER_WAY,
    # Small quarrels are settled on the doorstep, without a session.
    (_S.RECORDED, _K.SETTLED): _S.SETTLED,
    (_S.RECORDED, _K.NOT_SETTLED): _S.NOT_SETTLED,
    (_S.UNDER_WAY, _K.MEDIATION_HELD): _S.UNDER_WAY,
    (_S.UNDER_WAY, _K.SETTLED): _S.SETTLED,
    (_S.UNDER_WAY, _K.NOT_SETTLED): _S.NOT_SETTLED,
    # Only a case with an outcome is closed: the success rate counts settled among closed.
    (_S.SETTLED, _K.CLOSED): _S.CLOSED,
    (_S.SETTLED, _K.REOPENED): _S.UNDER_WAY,
    (_S.NOT_SETTLED, _K.MEDIATION_HELD): _S.UNDER_WAY,
    (_S.NOT_SETTLED, _K.SETTLED): _S.SETTLED,
    (_S.NOT_SETTLED, _K.CLOSED): _S.CLOSED,
    (_S.CLOSED, _K.REOPENED): _S.UNDER_WAY,
    # taken in, or not
    (_S.RECORDED, _K.ACCEPTED): _S.ACCEPTED,
    (_S.RECORDED, _K.REFUSED): _S.REFUSED,
    (_S.REFUSED, _K.REOPENED): _S.RECORDED,
    **{
        (_S.ACCEPTED, kind): _S.UNDER_WAY
        for kind in (_K.TAKEN_ON, _K.MET, _K.INVESTIGATED, _K.MEDIATION_HELD, _K.COURT_SENT)
    },
    (_S.ACCEPTED, _K.SETTLED): _S.SETTLED,
    (_S.ACCEPTED, _K.NOT_SETTLED): _S.NOT_SETTLED,
    # answered: a petition's end
    (_S.ACCEPTED, _K.ANSWERED): _S.ANSWERED,
    (_S.UNDER_WAY, _K.ANSWERED): _S.ANSWERED,
    (_S.SETTLED, _K.ANSWERED): _S.ANSWERED,
    (_S.NOT_SETTLED, _K.ANSWERED): _S.ANSWERED,
    (_S.ANSWERED, _K.CLOSED): _S.CLOSED,
    (_S.ANSWERED, _K.REOPENED): _S.UNDER_WAY,
    # taken back by who brought it
    **{
        (state, _K.WITHDRAWN): _S.WITHDRAWN
        for state in (_S.RECORDED, _S.ACCEPTED, _S.UNDER_WAY, _S.NOT_SETTLED)
    },
    (_S.WITHDRAWN, _K.REOPENED): _S.UNDER_WAY,
}
"""The one table of what may follow what; `STAYS` adds what changes nothing."""

_UNDER_HAND = frozenset({_S.RECORDED, _S.ACCEPTED, _S.UNDER_WAY, _S.NOT_SETTLED})
_ENDED_WELL = frozenset({_S.SETTLED, _S.ANSWERED, _S.CLOSED})
_KNOWN = frozenset(CaseState) - {_S.NOT_RECORDED}

STAYS: Mapping[CaseEventKind, frozenset[CaseState]] = {
    _K.NOTE_ADDED: _KNOWN,
    _K.RISK_FOUND: _KNOWN,
    _K.REPORTED_TO_POLICE: _KNOWN,
    _K.LAW_EXPLAINED: _KNOWN,
    _K.TOLD_OTHER_WAYS: _KNOWN,
    _K.URGED: _KNOWN - {_S.CLOSED, _S.REFUSED, _S.WITHDRAWN},
    _K.TAKEN_ON: _UNDER_HAND | _ENDED_WELL,
    _K.REPORTED_BACK: _UNDER_HAND | _ENDED_WELL,
    _K.FEEDBACK_GIVEN: _KNOWN - {_S.RECORDED},
    _K.CLOCK_PAUSED: _UNDER_HAND | {_S.SETTLED, _S.ANSWERED},
    _K.CLOCK_RESUMED: _UNDER_HAND | {_S.SETTLED, _S.ANSWERED},
    _K.EXTENDED: _UNDER_HAND | {_S.SETTLED, _S.ANSWERED},
    _K.MET: _UNDER_HAND,
    _K.INVESTIGATED: _UNDER_HAND,
    _K.EVALUATION_SOUGHT: _ENDED_WELL | {_S.NOT_SETTLED, _S.REFUSED},
    _K.EVALUATED: _ENDED_WELL | {_S.NOT_SETTLED, _S.REFUSED},
    _K.REVIEW_ASKED: frozenset({_S.ANSWERED, _S.CLOSED}),
    _K.REVIEW_DECIDED: frozenset({_S.ANSWERED, _S.CLOSED}),
    _K.RE_REVIEW_ASKED: frozenset({_S.ANSWERED, _S.CLOSED}),
    _K.RE_REVIEW_DECIDED: frozenset({_S.ANSWERED, _S.CLOSED}),
    _K.WAY_CHANGED: _UNDER_HAND,
    _K.PARTY_REFUSED: _UNDER_HAND,
    _K.PARTY_AGREED: _UNDER_HAND,
    _K.CONSENTED: _UNDER_HAND,
    _K.COURT_SENT: _UNDER_HAND,
    _K.SENT_BACK_TO_COURT: _UNDER_HAND | {_S.SETTLED, _S.CLOSED},
    _K.CONFIRMATION_APPLIED: frozenset({_S.SETTLED, _S.CLOSED}),
    _K.CONFIRMATION_WITHDRAWN: frozenset({_S.SETTLED, _S.CLOSED}),
    _K.CONFIRMATION_ACCEPTED: frozenset({_S.SETTLED, _S.CLOSED}),
    _K.CONFIRMATION_RULED: frozenset({_S.SETTLED, _S.CLOSED}),
    _K.ENFORCEMENT_APPLIED: frozenset({_S.SETTLED, _S.CLOSED}),
    # Nobody is kept from the court: 人民调解法 (2010-08-28), Art. 3 (3).
    _K.SUIT_FILED: _KNOWN,
    _K.HEARING_ATTENDED: _UNDER_HAND,
    _K.FOLLOWED_UP: _ENDED_WELL | {_S.NOT_SETTLED},
}
"""What may happen in these states and leaves the case where it stands."""

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
    _K.ACCEPTED: Permission.ACCEPT_CASE,
    _K.REFUSED: Permission.ACCEPT_CASE,
    _K.TAKEN_ON: Permission.ACCEPT_CASE,
    _K.URGED: Permission.HAND_OVER_CASE,
    _K.REPORTED_BACK: Permission.ANSWER_CASE,
    _K.FEEDBACK_GIVEN: Permission.ANSWER_CASE,
    _K.WITHDRAWN: Permission.CLOSE_CASE,
    _K.CLOCK_PAUSED: Permission.EXTEND_LIMIT,
    _K.CLOCK_RESUMED: Permission.EXTEND_LIMIT,
    _K.EXTENDED: Permission.EXTEND_LIMIT,
    _K.MET: Permission.ADD_CASE_EVENT,
    _K.INVESTIGATED: Permission.ADD_CASE_EVENT,
    _K.ANSWERED: Permission.ANSWER_CASE,
    _K.EVALUATION_SOUGHT: Permission.ANSWER_CASE,
    _K.EVALUATED: Permission.ADD_CASE_EVENT,
    _K.REVIEW_ASKED: Permission.ANSWER_CASE,
    _K.REVIEW_DECIDED: Permission.ANSWER_CASE,
    _K.RE_REVIEW_ASKED: Permission.ANSWER_CASE,
    _K.RE_REVIEW_DECIDED: Permission.ANSWER_CASE,
    _K.WAY_CHANGED: Permission.MEDIATE,
    _K.PARTY_REFUSED: Permission.ADD_CASE_EVENT,
    _K.PARTY_AGREED: Permission.ADD_CASE_EVENT,
    _K.TOLD_OTHER_WAYS: Permission.ADD_CASE_EVENT,
    _K.CONSENTED: Permission.ADD_CASE_EVENT,
    _K.COURT_SENT: Permission.DO_COURT_WORK,
    _K.SENT_BACK_TO_COURT: Permission.MEDIATE,
    _K.CONFIRMATION_APPLIED: Permission.MEDIATE,
    _K.CONFIRMATION_WITHDRAWN: Permission.MEDIATE,
    _K.CONFIRMATION_ACCEPTED: Permission.DO_COURT_WORK,
    _K.CONFIRMATION_RULED: Permission.DO_COURT_WORK,
    _K.ENFORCEMENT_APPLIED: Permission.ADD_CASE_EVENT,
    _K.SUIT_FILED: Permission.ADD_CASE_EVENT,
    _K.HEARING_ATTENDED: Permission.MEDIATE,
    _K.LAW_EXPLAINED: Permission.ADD_CASE_EVENT,
    _K.FOLLOWED_UP: Permission.ADD_CASE_EVENT,
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
    code: CaseProblem | PetitionProblem


def may_follow(state: CaseState, kind: CaseEventKind) -> bool:
    """Whether this event may happen to a case in this state, its past left aside."""
    return _leads_to(state, kind) is not None


def _leads_to(state: CaseState, kind: CaseEventKind) -> CaseState | None:
    following = TRANSITIONS.get((state, kind))
    return state if following is None and state in STAYS.get(kind, ()) else following


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


Block = Callable[[Sequence[CaseStep], CaseStep], CaseBlock | None]
"""Asked of what happened before and what is to happen; None where nothing stands against it."""


def risk_block(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """While a risk is unreported (人民调解法 2010-08-28, Art. 25) a case is neither settled nor
    closed; that a mediation failed is written down all the same."""
    is_unreported = is_risk_unreported(each.kind for each in past)
    return CaseBlock.RISK_UNREPORTED if is_unreported else None


BLOCKS: Final[Mapping[CaseEventKind, tuple[Block, ...]]] = {
    _K.SETTLED: (risk_block,),
    _K.CLOSED: (risk_block, petition_rules.closing_block, loop_block),
    _K.TAKEN_ON: (take_on_block,),
    _K.REPORTED_BACK: (report_block,),
    # petitions
    _K.ANSWERED: (petition_rules.answer_block,),
    _K.EVALUATION_SOUGHT: (petition_rules.evaluation_block,),
    _K.EVALUATED: (petition_rules.evaluation_block,),
    _K.REVIEW_ASKED: (petition_rules.review_block,),
    _K.REVIEW_DECIDED: (petition_rules.review_decision_block,),
    _K.RE_REVIEW_ASKED: (petition_rules.re_review_block,),
    _K.RE_REVIEW_DECIDED: (petition_rules.re_review_decision_block,),
    _K.REOPENED: (petition_rules.reopening_block,),
    # mediation
    _K.MEDIATION_HELD: (refusal_block,),
    _K.NOT_SETTLED: (other_ways_block,),
    _K.WAY_CHANGED: (same_way_block,),
    _K.COURT_SENT: (consent_block,),
    _K.EXTENDED: (court_extension_block, extension_block),
    _K.CLOCK_PAUSED: (pause_block,),
    _K.CLOCK_RESUMED: (resume_block,),
    _K.SENT_BACK_TO_COURT: (sent_back_block,),
    _K.CONFIRMATION_APPLIED: (application_block,),
    _K.CONFIRMATION_WITHDRAWN: (court_answer_block,),
    _K.CONFIRMATION_ACCEPTED: (court_answer_block,),
    _K.CONFIRMATION_RULED: (court_answer_block,),
    _K.ENFORCEMENT_APPLIED: (enforcement_block,),
}
"""What else is asked before an event counts, by its past; the same on the laptop, at the county and
in the fold."""


def block_of(past: Sequence[CaseStep], step: CaseStep) -> CaseBlock | None:
    """The first thing in the past of a case that stands against this step."""
    return next(
        (found for block in BLOCKS.get(step.kind, ()) if (found := block(past, step))), None
    )


def following_state(state: CaseState, step: CaseStep, past: Sequence[CaseStep]) -> CaseState | None:
    """Where the event leads; None where it may not happen now."""
    following = _leads_to(state, step.kind)
    return None if following is None or block_of(past, step) else following


def counted(steps: Sequence[CaseStep]) -> list[CaseStep]:
    """The steps that were allowed when they came; the others change nothing."""
    skipped = {one.position for one in fold_with_refusals(steps).refusals}
    return [step for place, step in enumerate(steps) if place not in skipped]


def fold(steps: Iterable[CaseStep]) -> CaseState:
    """The state of a case from its events in county order; unsent ones of one's own come last."""
    return fold_with_refusals(steps).state


def fold_with_refusals(steps: Iterable[CaseStep]) -> Folded[CaseState, CaseEventKind]:
    """As `fold`, also naming the events that were skipped because they were not allowed."""
    state = CaseState.NOT_RECORDED
    past: list[CaseStep] = []
    refusals: list[Refusal[CaseState, CaseEventKind]] = []
    for position, step in enumerate(steps):
        following = following_state(state, step, past)
        if following is None:
            refusals.append(Refusal(position, step.kind, state))
            continue
        state = following
        past.append(step)
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
