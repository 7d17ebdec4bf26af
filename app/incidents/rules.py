"""What may happen to an incident and when; judged alike on the laptop and at the county.

An incident is the fold of its events in county order (see `app.folding`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.vocabulary import Permission, Role
from app.folding import Folded, Refusal
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentField,
    IncidentProblem,
    IncidentState,
    MediationProblem,
    PoliceMediation,
    PoliceReport,
    ReportProblem,
    SignerCapacity,
)

_S = IncidentState
_K = IncidentEventKind

TRANSITIONS: Mapping[tuple[IncidentState, IncidentEventKind], IncidentState] = {
    (_S.NOT_RECORDED, _K.RECORDED): _S.OPEN,
    **{
        (state, kind): state
        for state in IncidentState
        if state not in (_S.NOT_RECORDED, _S.WITHDRAWN)
        for kind in (_K.NOTE_ADDED, _K.GRID_ACTED)
    },
    (_S.WITHDRAWN, _K.NOTE_ADDED): _S.WITHDRAWN,
    # It may be reported again: the first station sent it on, or something new was found.
    (_S.OPEN, _K.REPORTED_TO_POLICE): _S.WITH_POLICE,
    (_S.WITH_POLICE, _K.REPORTED_TO_POLICE): _S.WITH_POLICE,
    (_S.ANSWERED, _K.REPORTED_TO_POLICE): _S.WITH_POLICE,
    (_S.BECAME_CASE, _K.REPORTED_TO_POLICE): _S.WITH_POLICE,
    # Where the police told the grid, or stood beside, nobody has to report to them first.
    (_S.OPEN, _K.POLICE_MEDIATED): _S.ANSWERED,
    (_S.OPEN, _K.POLICE_RESULT): _S.ANSWERED,
    (_S.WITH_POLICE, _K.POLICE_MEDIATED): _S.ANSWERED,
    (_S.WITH_POLICE, _K.POLICE_RESULT): _S.ANSWERED,
    (_S.ANSWERED, _K.POLICE_MEDIATED): _S.ANSWERED,
    (_S.ANSWERED, _K.POLICE_RESULT): _S.ANSWERED,
    # The dispute goes on in its case; what the police say still belongs to the incident.
    (_S.BECAME_CASE, _K.POLICE_MEDIATED): _S.BECAME_CASE,
    (_S.BECAME_CASE, _K.POLICE_RESULT): _S.BECAME_CASE,
    (_S.CLOSED, _K.POLICE_RESULT): _S.CLOSED,
    (_S.OPEN, _K.BECAME_CASE): _S.BECAME_CASE,
    (_S.WITH_POLICE, _K.BECAME_CASE): _S.BECAME_CASE,
    (_S.ANSWERED, _K.BECAME_CASE): _S.BECAME_CASE,
    (_S.OPEN, _K.CLOSED): _S.CLOSED,
    (_S.ANSWERED, _K.CLOSED): _S.CLOSED,
    (_S.BECAME_CASE, _K.CLOSED): _S.CLOSED,
    # The counter-event of a conversion that was a mistake: an event is never taken back.
    (_S.BECAME_CASE, _K.REOPENED): _S.OPEN,
    # Recorded by mistake. Where a case was made of it, that is answered first.
    (_S.OPEN, _K.WITHDRAWN): _S.WITHDRAWN,
    (_S.WITH_POLICE, _K.WITHDRAWN): _S.WITHDRAWN,
    (_S.ANSWERED, _K.WITHDRAWN): _S.WITHDRAWN,
    (_S.CLOSED, _K.WITHDRAWN): _S.WITHDRAWN,
}
"""REOPENED after an end is not here: it leads back to where it was; see ``following_state``."""

_ENDS = frozenset({_S.CLOSED, _S.WITHDRAWN})

PERMISSION_NEEDED: Mapping[IncidentEventKind, Permission] = {
    **dict.fromkeys(IncidentEventKind, Permission.RECORD_INCIDENT),
    # Whether a matter is at an end is a decision, so an auxiliary policeman records none.
    _K.CLOSED: Permission.CLOSE_INCIDENT,
    _K.REOPENED: Permission.CLOSE_INCIDENT,
    _K.WITHDRAWN: Permission.CLOSE_INCIDENT,
}
"""What an event of this kind needs of anybody; ``permission_for`` knows whose incident it is."""

OPEN_STATES = frozenset({_S.OPEN, _S.WITH_POLICE, _S.ANSWERED})
"""Where there is still something to do; a case made of it is done as a case."""

STANDING_STATES = frozenset(IncidentState) - {_S.WITHDRAWN}
"""What is listed, counted and written out unless somebody asks for what was withdrawn as well."""

NEEDS_NOTE = frozenset({_K.NOTE_ADDED, _K.GRID_ACTED, _K.POLICE_RESULT, _K.REOPENED, _K.WITHDRAWN})

MAX_TITLE = 100
MAX_PLACE = 200
MAX_STORY = 4000
MAX_NAME = 80
MAX_STATION = 100


@dataclass(frozen=True, slots=True)
class Step:
    """An event as the rules need it."""

    kind: IncidentEventKind
    by_account_id: str


ASKS_THE_PAST = frozenset({_K.REOPENED, _K.WITHDRAWN})
"""Whether these may happen, and where they lead, hangs on what happened before."""

_POLICE_KNOW = frozenset({_K.REPORTED_TO_POLICE, _K.POLICE_MEDIATED, _K.POLICE_RESULT})


def permission_for(
    kind: IncidentEventKind, *, by_account_id: str, recorded_by: str, steps: Sequence[Step]
) -> Permission:
    """What this event needs of this person, after these events in county order.

    Whoever recorded an incident by mistake withdraws it, and brings back what they withdrew, with
    the right to record. What is another's, or known to the police, is a decision: so an auxiliary
    policeman withdraws his own only, and none of which the police have heard.
    """
    if kind is _K.WITHDRAWN:
        is_own = recorded_by == by_account_id
    elif kind is _K.REOPENED and fold(one.kind for one in steps) is _S.WITHDRAWN:
        last = [step.by_account_id for step in steps if step.kind is _K.WITHDRAWN][-1]
        is_own = recorded_by == by_account_id == last
    else:
        return PERMISSION_NEEDED[kind]
    if is_own and not any(step.kind in _POLICE_KNOW for step in steps):
        return Permission.RECORD_INCIDENT
    return PERMISSION_NEEDED[kind]


def may_follow(state: IncidentState, kind: IncidentEventKind) -> bool:
    """Whether this event may happen to an incident in this state."""
    return (state, kind) in TRANSITIONS or (state in _ENDS and kind is _K.REOPENED)


def following_state(
    state: IncidentState, kind: IncidentEventKind, before: Iterable[IncidentEventKind]
) -> IncidentState | None:
    """Where this event leads after those ``before`` it in county order, which folded to ``state``;
    None where it may not happen. They are asked only for an incident that is reopened."""
    if state in _ENDS and kind is _K.REOPENED:
        return fold((*before, kind))
    return TRANSITIONS.get((state, kind))


def fold(kinds: Iterable[IncidentEventKind]) -> IncidentState:
    """The state of an incident from its events in county order; unsent ones of one's own last."""
    return fold_with_refusals(kinds).state


def fold_with_refusals(
    kinds: Iterable[IncidentEventKind],
) -> Folded[IncidentState, IncidentEventKind]:
    """As `fold`, also naming the events that were skipped because they were not allowed."""
    state = _S.NOT_RECORDED
    left: list[IncidentState] = []  # where it stood before each end that is not answered yet
    refusals: list[Refusal[IncidentState, IncidentEventKind]] = []
    for position, kind in enumerate(kinds):
        if state in _ENDS and kind is _K.REOPENED:
            state = left.pop()
            continue
        following = TRANSITIONS.get((state, kind))
        if following is None:
            refusals.append(Refusal(position, kind, state))
            continue
        if following in _ENDS and following is not state:
            left.append(state)
        state = following
    return Folded(state, tuple(refusals))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and with which field."""

    field: IncidentField
    code: IncidentProblem


def check_incident_draft(
    *,
    title: str,
    incident_class: IncidentClass | None,
    happened_at: datetime | None,
    place: str,
    has_micro_grid: bool,
    story: str,
    names: Sequence[str],
    now: datetime,
) -> list[Problem]:
    """What keeps this draft from being recorded, in the order of the form; empty when nothing.

    Who it was may still be unknown, and the story may follow: in the field one takes down what
    there is. ``names`` are of the lines somebody began to fill in.
    """
    field, code = IncidentField, IncidentProblem
    length = len(title.strip())
    is_late = happened_at is not None and happened_at > now
    checks = (
        (incident_class is None, field.INCIDENT_CLASS, code.CLASS_MISSING),
        (length == 0, field.TITLE, code.TITLE_MISSING),
        (length > MAX_TITLE, field.TITLE, code.TITLE_TOO_LONG),
        (happened_at is None, field.HAPPENED_AT, code.MOMENT_MISSING),
        (is_late, field.HAPPENED_AT, code.MOMENT_IN_FUTURE),
        (not (place.strip() or has_micro_grid), field.PLACE, code.PLACE_MISSING),
        (len(place.strip()) > MAX_PLACE, field.PLACE, code.PLACE_TOO_LONG),
        (any(not name.strip() for name in names), field.PEOPLE, code.PERSON_NAME_MISSING),
        (len(story.strip()) > MAX_STORY, field.STORY, code.STORY_TOO_LONG),
    )
    return [Problem(where, what) for is_wrong, where, what in checks if is_wrong]


def report_problem(report: PoliceReport | None, *, now: datetime | None) -> ReportProblem | None:
    """What a report to the police lacks: at least when, and which station.

    ``now`` is the laptop's; None where no clock has a say, as at the county.
    """
    if report is None or not report.station.strip():
        return ReportProblem.STATION_MISSING
    if report.at is None:
        return ReportProblem.MOMENT_MISSING
    if now is not None and report.at > now:
        return ReportProblem.MOMENT_IN_FUTURE
    words = (report.station, report.officer, report.receipt)
    if any(len(each) > MAX_STATION for each in words):
        return ReportProblem.TEXT_TOO_LONG
    return None


PARTIES_OF_A_MEDIATION = 2


def police_mediation_problem(
    mediation: PoliceMediation | None, *, recorder_name: str, recorder_role: Role
) -> MediationProblem | None:
    """Why this paper is no police mediation; None when it is.

    The police mediate, and both sides agree: a policeman (人民警察) and at least two parties sign.
    国务院办公厅 2016 opinion on auxiliary police, 3-4: they have no power to enforce the law and
    work under a policeman's direction. So their signature may stand beside a policeman's and never
    in its place; nor may the auxiliary policeman who writes it down name himself as the policeman.
    治安管理处罚法 (revised 2025-06-27, in force 2026-01-01), Art. 9, lets the police mediate
    quarrels among the people. Its final wording has not been read: unconfirmed (待核).
    """
    signers = mediation.signers if mediation is not None else ()
    if any(not one.name.strip() for one in signers):
        return MediationProblem.NAME_MISSING
    if any(len(one.name) > MAX_NAME for one in signers):
        return MediationProblem.NAME_TOO_LONG
    policemen = {one.name.strip() for one in signers if one.capacity is SignerCapacity.POLICEMAN}
    if recorder_role is Role.AUXILIARY_POLICE and recorder_name.strip() in policemen:
        return MediationProblem.RECORDER_AS_POLICEMAN
    if not policemen:
        return MediationProblem.POLICEMAN_MISSING
    parties = [one for one in signers if one.capacity is SignerCapacity.PARTY]
    if len(parties) < PARTIES_OF_A_MEDIATION:
        return MediationProblem.PARTIES_MISSING
    return None
