"""What the Regulations on Petitions ask, at the edges of their articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.cases.detail_rules import write_detail
from app.cases.rules import block_of, fold_with_refusals
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseState, CaseStep
from app.organisations.vocabulary import UnitKind
from app.petitions.rules import (
    EarlierPetition,
    PetitionFacts,
    check_petition,
    last_day_to_ask,
    other_ways,
    unit_above,
    unit_problem,
    who_decides,
    why_not_again,
)
from app.petitions.vocabulary import (
    AnswerOutcome,
    NotAgain,
    OtherWay,
    PetitionForm,
    PetitionProblem,
    PetitionPurpose,
    ReviewOutcome,
    Satisfaction,
)
from tests.helpers.stores import a_unit, units_by_id

K = CaseEventKind
P = PetitionProblem
TODAY = date(2026, 11, 23)
RECEIVED = date(2026, 10, 24)
"""The day an answer was received; the thirtieth day after it is TODAY."""
SOUND = PetitionFacts(
    purpose=PetitionPurpose.APPEAL,
    form=PetitionForm.VISIT,
    received_on=TODAY,
    wanted="要求补发青苗补偿款",
    story="2026 年修路占了水田，补偿款没有发到户。",
    addresses=("坪坦村三组",),
)


def a_step(kind: CaseEventKind, **values: Any) -> CaseStep:
    return CaseStep(kind, write_detail(kind, values))


def an_answer(on: date = RECEIVED, **more: Any) -> CaseStep:
    told = {"request": "补发", "facts": "查明已发", "basis": "土地管理法", "delivered_on": on}
    return a_step(K.ANSWERED, outcome=AnswerOutcome.NOT_SUPPORTED, **told, **more)


def asked(kind: CaseEventKind, on: date, **more: Any) -> CaseStep:
    return a_step(kind, asked_on=on, **more)


def decided(kind: CaseEventKind, on: date, outcome: ReviewOutcome) -> CaseStep:
    return a_step(kind, delivered_on=on, outcome=outcome)


HEARD = (CaseStep(K.RECORDED), CaseStep(K.ACCEPTED), CaseStep(K.INVESTIGATED))
ANSWERED = (*HEARD, an_answer())
REVIEWED = (
    *ANSWERED,
    asked(K.REVIEW_ASKED, RECEIVED),
    decided(K.REVIEW_DECIDED, RECEIVED, ReviewOutcome.UPHELD),
)
ENDED = (
    *REVIEWED,
    asked(K.RE_REVIEW_ASKED, TODAY),
    decided(K.RE_REVIEW_DECIDED, TODAY, ReviewOutcome.UPHELD),
)


def test_a_whole_petition_lacks_nothing() -> None:
    assert check_petition(SOUND, happened_on=TODAY, today=TODAY) == ()


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"purpose": None}, P.PURPOSE_MISSING),
        ({"form": None}, P.FORM_MISSING),
        ({"received_on": None}, P.RECEIVED_MISSING),
        ({"received_on": TODAY + timedelta(days=1)}, P.RECEIVED_IN_FUTURE),
        ({"received_on": TODAY - timedelta(days=1)}, P.RECEIVED_BEFORE_IT_HAPPENED),
        ({"wanted": "  "}, P.REQUEST_MISSING),
        ({"wanted": "字" * 2001}, P.REQUEST_TOO_LONG),
        ({"story": ""}, P.FACTS_MISSING),
        ({"addresses": ("", " ")}, P.ADDRESS_MISSING),
        ({"representatives": 6, "petitioners": 30}, P.TOO_MANY_REPRESENTATIVES),
        ({"petitioners": 6}, P.REPRESENTATIVES_MISSING),
    ],
)
def test_what_a_petition_needs(changed: dict[str, Any], found: PetitionProblem) -> None:
    facts = replace(SOUND, **changed)
    assert check_petition(facts, happened_on=TODAY, today=TODAY) == (found,)


@pytest.mark.parametrize(
    "changed",
    [
        {"representatives": 5, "petitioners": 30},
        {"petitioners": 5},
        {"petitioners": 30, "form": PetitionForm.LETTER},
        {"addresses": (), "form": PetitionForm.LETTER},
        {"addresses": (), "purpose": PetitionPurpose.ACCUSATION},
        {"wanted": "字" * 2000},
    ],
)
def test_what_the_law_lets_pass(changed: dict[str, Any]) -> None:
    assert check_petition(replace(SOUND, **changed), happened_on=TODAY, today=TODAY) == ()


def test_only_an_appeal_is_sent_another_way() -> None:
    assert other_ways(PetitionPurpose.APPEAL) == tuple(OtherWay)
    assert other_ways(PetitionPurpose.ADVICE) == ()
    assert other_ways(PetitionPurpose.ACCUSATION) == ()


@pytest.mark.parametrize(
    ("earlier", "why"),
    [
        (EarlierPetition(CaseState.ACCEPTED, False), NotAgain.UNDER_HAND),
        (EarlierPetition(CaseState.UNDER_WAY, False), NotAgain.UNDER_HAND),
        (EarlierPetition(CaseState.UNDER_WAY, False, is_within_limit=False), None),
        (EarlierPetition(CaseState.RECORDED, False), None),
        (EarlierPetition(CaseState.CLOSED, False), None),
        (EarlierPetition(CaseState.CLOSED, True), NotAgain.RE_REVIEWED),
    ],
)
def test_the_same_matter_again(earlier: EarlierPetition, why: NotAgain | None) -> None:
    assert why_not_again(earlier) is why


def test_who_decides_between_units() -> None:
    units = units_by_id()
    village, other = a_unit("坪坦村"), a_unit("高步村")
    township = units[village.parent_id or ""]
    forestry = next(unit for unit in units.values() if unit.kind is UnitKind.DEPARTMENT)
    county = unit_above(township.id, units)
    assert county is not None
    assert who_decides([village.id, other.id], units) == township
    assert who_decides([village.id, forestry.id], units) == county
    assert who_decides([township.id, village.id], units) == county
    assert who_decides([county.id, township.id], units) is None
    assert who_decides([], units) is None


@pytest.mark.parametrize(
    ("past", "step", "block"),
    [
        ((CaseStep(K.RECORDED),), an_answer(), CaseBlock.NOT_INVESTIGATED),
        (HEARD, an_answer(), None),
        (HEARD, a_step(K.EVALUATED, satisfaction=Satisfaction.SATISFIED), CaseBlock.NOT_ANSWERED),
        (HEARD, CaseStep(K.EVALUATION_SOUGHT), CaseBlock.NOT_ANSWERED),
        (ANSWERED, CaseStep(K.EVALUATED), None),
        (ANSWERED, CaseStep(K.CLOSED), CaseBlock.EVALUATION_NOT_SOUGHT),
        ((*ANSWERED, CaseStep(K.EVALUATION_SOUGHT)), CaseStep(K.CLOSED), None),
        ((*ANSWERED, CaseStep(K.EVALUATED)), CaseStep(K.CLOSED), None),
        (
            (*ANSWERED, CaseStep(K.EVALUATED), CaseStep(K.REOPENED), an_answer()),
            CaseStep(K.CLOSED),
            CaseBlock.EVALUATION_NOT_SOUGHT,
        ),
        ((CaseStep(K.RECORDED), CaseStep(K.SETTLED)), CaseStep(K.CLOSED), None),
        (ENDED, an_answer(), CaseBlock.ENDED_BY_RE_REVIEW),
        (ENDED, CaseStep(K.REOPENED), CaseBlock.ENDED_BY_RE_REVIEW),
        (REVIEWED, CaseStep(K.REOPENED), None),
    ],
)
def test_answer_evaluation_and_closing(
    past: tuple[CaseStep, ...], step: CaseStep, block: CaseBlock | None
) -> None:
    assert block_of(past, step) is block


@pytest.mark.parametrize(
    ("past", "step", "block"),
    [
        (HEARD, asked(K.REVIEW_ASKED, TODAY), CaseBlock.NOT_ANSWERED),
        (ANSWERED, asked(K.REVIEW_ASKED, TODAY), None),
        (
            ANSWERED,
            asked(K.REVIEW_ASKED, TODAY + timedelta(days=1)),
            CaseBlock.ASKED_TOO_LATE,
        ),
        (
            ANSWERED,
            asked(K.REVIEW_ASKED, RECEIVED - timedelta(days=1)),
            CaseBlock.BEFORE_ANSWER,
        ),
        (REVIEWED, asked(K.REVIEW_ASKED, RECEIVED), CaseBlock.REVIEW_ASKED_BEFORE),
        (ENDED, asked(K.REVIEW_ASKED, TODAY), CaseBlock.ENDED_BY_RE_REVIEW),
        (ANSWERED, CaseStep(K.REVIEW_DECIDED), CaseBlock.REVIEW_NOT_ASKED),
        (REVIEWED, CaseStep(K.REVIEW_DECIDED), CaseBlock.REVIEW_NOT_ASKED),
        (REVIEWED[:-1], CaseStep(K.REVIEW_DECIDED), None),
        (REVIEWED[:-1], asked(K.RE_REVIEW_ASKED, TODAY), CaseBlock.REVIEW_NOT_DECIDED),
        (REVIEWED, asked(K.RE_REVIEW_ASKED, TODAY), None),
        (
            REVIEWED,
            asked(K.RE_REVIEW_ASKED, TODAY + timedelta(days=1)),
            CaseBlock.ASKED_TOO_LATE,
        ),
        (ENDED, asked(K.RE_REVIEW_ASKED, TODAY), CaseBlock.RE_REVIEW_ASKED_BEFORE),
        (REVIEWED, CaseStep(K.RE_REVIEW_DECIDED), CaseBlock.RE_REVIEW_NOT_ASKED),
        (ENDED[:-1], CaseStep(K.RE_REVIEW_DECIDED), None),
        (ENDED, CaseStep(K.RE_REVIEW_DECIDED), CaseBlock.RE_REVIEW_NOT_ASKED),
    ],
)
def test_review_and_re_review(
    past: tuple[CaseStep, ...], step: CaseStep, block: CaseBlock | None
) -> None:
    assert last_day_to_ask(RECEIVED) == TODAY
    assert block_of(past, step) is block


def test_thirty_days_over_a_leap_day() -> None:
    assert last_day_to_ask(date(2028, 2, 1)) == date(2028, 3, 2)
    assert last_day_to_ask(date(2027, 2, 1)) == date(2027, 3, 3)


def test_a_re_review_that_changed_the_answer_leaves_the_case_open() -> None:
    past = (*ENDED[:-1], decided(K.RE_REVIEW_DECIDED, TODAY, ReviewOutcome.REVOKED))
    assert block_of(past, CaseStep(K.REOPENED)) is None
    assert block_of(past, an_answer(TODAY)) is None


def test_the_fold_skips_what_is_blocked() -> None:
    folded = fold_with_refusals([*ANSWERED, CaseStep(K.CLOSED)])
    assert folded.state is CaseState.ANSWERED
    assert [one.kind for one in folded.refusals] == [K.CLOSED]


def test_review_is_asked_of_the_unit_above() -> None:
    units = units_by_id()
    township = a_unit("坪坦村").parent_id or ""
    county = unit_above(township, units)
    assert county is not None
    past = (*HEARD, an_answer(unit_id=township))
    for unit_id, block in (
        (county.id, None),
        (township, CaseBlock.NOT_THE_UNIT_ABOVE),
        (a_unit("坪坦村").id, CaseBlock.NOT_THE_UNIT_ABOVE),
    ):
        step = asked(K.REVIEW_ASKED, TODAY, unit_id=unit_id)
        assert unit_problem(past, step, units) is block
    assert unit_problem(past, asked(K.REVIEW_ASKED, TODAY), units) is None
    by_county = (*past, asked(K.REVIEW_ASKED, TODAY, unit_id=county.id))
    again = asked(K.RE_REVIEW_ASKED, TODAY, unit_id=county.id)
    assert unit_problem(by_county, again, units) is CaseBlock.NOT_THE_UNIT_ABOVE
