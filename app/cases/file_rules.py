"""What a case file and its parties may hold beyond what the door asks; for laptop and county alike.

Which fields a case has depends on its kind: a quarrel between neighbours has no day on which
somebody first came with it, a petition has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.cases.rules import Problem
from app.cases.vocabulary import (
    AgentKind,
    CaseField,
    CaseKind,
    CaseProblem,
    CaseState,
    is_known_category,
)
from app.households.vocabulary import EthnicGroup
from app.mediation.rules import is_minor
from app.petitions.rules import PetitionFacts, check_petition
from app.petitions.vocabulary import PetitionProblem

_F = CaseField
MAX_WANTED: Final = 2000
MAX_HEAD_COUNT: Final = 999_999
"""涉及人数 N6, GB/T 31000-2015, table 30."""
MASS_FROM: Final = 5
"""So many, and a case is shown with its head count. Our own threshold: GB/T 31000-2015, 5.55 gives
none."""

_EVERY: Final = frozenset({_F.HEAD_COUNT, _F.PLACE_REGION})
_BROUGHT: Final = _EVERY | {_F.RECEIVED_ON, _F.WANTED, _F.FIRST_CONTACT}
FIELDS_OF_KIND: Final[Mapping[CaseKind, frozenset[CaseField]]] = {
    CaseKind.DISPUTE: _EVERY,
    CaseKind.INCIDENT_BORN: _EVERY,
    CaseKind.PETITION: _BROUGHT | {_F.PETITION_PURPOSE, _F.PETITION_FORM, _F.ACCUSED_UNIT},
    CaseKind.LAWSUIT_SOURCE: _BROUGHT,
    CaseKind.RECONSIDERATION: _BROUGHT,
}
"""What the file of each kind has beyond title, class, day, place, story, urgency and parties."""

RECORDED_BY_HAND: Final = tuple(kind for kind in CaseKind if kind is not CaseKind.INCIDENT_BORN)
"""What the form is opened for; a case that grew out of an incident comes from there."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is checked of a file."""

    kind: CaseKind
    received_on: date | None = None
    wanted: str = ""
    head_count: int | None = None
    place_region: str | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is checked of a party."""

    is_organisation: bool = False
    ethnicity: str | None = None
    category: str | None = None
    birth_date: date | None = None
    region: str | None = None
    agent_kind: AgentKind | None = None
    agent_name: str | None = None


def check_file(facts: FileFacts, *, today: date) -> list[Problem]:
    """What is wrong with a file, in the order of the form. GB/T 31000-2015, table 30; GB/T 2260."""
    problems = []
    if facts.received_on is not None and facts.received_on > today:
        problems.append(Problem(_F.RECEIVED_ON, CaseProblem.RECEIVED_IN_FUTURE))
    if len(facts.wanted.strip()) > MAX_WANTED:
        problems.append(Problem(_F.WANTED, CaseProblem.WANTED_TOO_LONG))
    if facts.head_count is not None and not 0 < facts.head_count <= MAX_HEAD_COUNT:
        problems.append(Problem(_F.HEAD_COUNT, CaseProblem.HEAD_COUNT_WRONG))
    if not is_region(facts.place_region):
        problems.append(Problem(_F.PLACE_REGION, CaseProblem.REGION_UNKNOWN))
    return problems


def kind_problem(
    before: CaseKind, after: CaseKind, *, state: CaseState, is_confidential: bool
) -> CaseProblem | None:
    """Why a case cannot be said to be of another kind.

    Only while nothing was done but writing it down: limits and steps hang on the kind. What is
    confidential stays what it was recorded as, so that no other kind opens it (信访工作条例
    2022-02-25, Art. 30 (3)); what grew out of an incident is that.
    """
    if after is before:
        return None
    is_by_hand = before in RECORDED_BY_HAND and after in RECORDED_BY_HAND
    may_change = is_by_hand and state is CaseState.RECORDED and not is_confidential
    return None if may_change else CaseProblem.KIND_STAYS


def check_person(facts: PersonFacts, *, today: date) -> CaseProblem | None:
    """The first thing that is wrong with a party. GB/T 3304; GB/T 31000-2015, 5.57; GB/T 2260."""
    if facts.is_organisation and (facts.ethnicity or facts.birth_date or facts.category):
        return CaseProblem.ORGANISATION_IS_NO_PERSON
    if facts.ethnicity and facts.ethnicity not in set(EthnicGroup):
        return CaseProblem.ETHNICITY_UNKNOWN
    if facts.category and not is_known_category(facts.category):
        return CaseProblem.CATEGORY_UNKNOWN
    if facts.birth_date is not None and facts.birth_date > today:
        return CaseProblem.BIRTH_IN_FUTURE
    if not is_region(facts.region):
        return CaseProblem.REGION_UNKNOWN
    if facts.agent_kind is not None and not (facts.agent_name or "").strip():
        return CaseProblem.AGENT_NAME_MISSING
    if facts.agent_kind is None and (facts.agent_name or "").strip():
        return CaseProblem.AGENT_KIND_MISSING
    return None


_FIELD_OF: Final[Mapping[PetitionProblem, CaseField]] = {
    PetitionProblem.PURPOSE_MISSING: _F.PETITION_PURPOSE,
    PetitionProblem.FORM_MISSING: _F.PETITION_FORM,
    PetitionProblem.RECEIVED_MISSING: _F.RECEIVED_ON,
    PetitionProblem.RECEIVED_IN_FUTURE: _F.RECEIVED_ON,
    PetitionProblem.RECEIVED_BEFORE_IT_HAPPENED: _F.RECEIVED_ON,
    PetitionProblem.REQUEST_MISSING: _F.WANTED,
    PetitionProblem.REQUEST_TOO_LONG: _F.WANTED,
    PetitionProblem.FACTS_MISSING: _F.STORY,
    PetitionProblem.ADDRESS_MISSING: _F.PARTIES,
    PetitionProblem.TOO_MANY_REPRESENTATIVES: _F.PARTIES,
    PetitionProblem.REPRESENTATIVES_MISSING: _F.PARTIES,
}


def petition_problems(
    facts: PetitionFacts, happened_on: date | None, *, today: date
) -> list[Problem]:
    """What the Regulations on Petitions ask of the file, each at its field; the law and the
    articles stand with the rule: ``app.petitions.rules.check_petition``."""
    found = check_petition(facts, happened_on=happened_on, today=today)
    return [Problem(_FIELD_OF[problem], problem) for problem in found]


def is_region(code: str | None) -> bool:
    """Whether this is the code of a county as GB/T 2260 forms them, or none at all."""
    return not code or (len(code) == 6 and code.isascii() and code.isdigit() and code[0] != "0")


def lacks_guardian(facts: PersonFacts, *, on: date) -> bool:
    """Whether a minor has nobody who must speak for him; a warning, for it can be made good.

    民法典 (2020), Art. 23; the text was not at hand, to be confirmed.
    """
    return is_minor(facts.birth_date, on) and facts.agent_kind is not AgentKind.GUARDIAN


def is_mass(head_count: int | None) -> bool:
    """Whether so many are in it that their number belongs beside the title."""
    return head_count is not None and head_count >= MASS_FROM
