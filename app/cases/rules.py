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
    PartySide,
    PartySource,
    is_known_class,
)
from app.folding import Folded, fold_events

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


def fold(kinds: Iterable[CaseEventKind]) -> CaseState:
    """The state of a case from its events in county order; unsent ones of one's own come last."""
    return fold_with_refusals(kinds).state


def fold_with_refusals(kinds: Iterable[CaseEventKind]) -> Folded[CaseState, CaseEventKind]:
    """As `fold`, also naming the events that were skipped because they were not allowed."""
    return fold_events(CaseState.NOT_RECORDED, kinds, TRANSITIONS)


MAX_TITLE = 100
MAX_PLACE = 100
MAX_STORY = 4000
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
) -> list[Problem]:
    """What keeps this draft from being recorded, in the order of the form; empty when nothing.

    Place and story may still be missing: at the door one takes down what there is. What the
    export asks for beyond that is checked when a case is exported.
    """
    problems = [*_check_title(title), *_check_class(class_code)]
    if len(place.strip()) > MAX_PLACE:
        problems.append(Problem(CaseField.PLACE, CaseProblem.PLACE_TOO_LONG))
    if len(story.strip()) > MAX_STORY:
        problems.append(Problem(CaseField.STORY, CaseProblem.STORY_TOO_LONG))
    problems += _check_parties(parties)
    return problems + _check_date(happened_on, today)


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


_NBS_LENGTH = 12
_COUNTY_DIGITS = 6


def provisional_case_number(*, year: int, village_code: str, install_mark: str, count: int) -> str:
    """The number a case carries until the county gives it one: 临2026-216200-K3-007.

    The install's mark keeps two laptops of one village apart without asking anybody; `count`
    starts at 1 in each year. Of a 12-digit code the last six are shown: the county is the same
    for all. The form is ours and no official one.
    """
    if count < 1 or not village_code or not install_mark:
        raise ValueError((village_code, install_mark, count))
    is_nbs = len(village_code) == _NBS_LENGTH and village_code.isdigit()
    place = village_code[_COUNTY_DIGITS:] if is_nbs else village_code
    return f"临{year:04d}-{place}-{install_mark}-{count:03d}"
