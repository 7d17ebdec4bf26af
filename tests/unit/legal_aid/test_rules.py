"""The order of legal aid and its days; articles of 法律援助法 (2021)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.legal_aid.rules import Aid, limit_of, next_steps, problem_with, stage_of
from app.legal_aid.vocabulary import (
    LegalAidLimit,
    LegalAidProblem,
    LegalAidStage,
    LegalAidStep,
)

P, S = LegalAidProblem, LegalAidStep
TODAY = date(2026, 11, 23)
SEEN = Aid("追讨工钱", date(2026, 11, 2))
APPLIED = replace(SEEN, applied_on=date(2026, 11, 3))
GRANTED = replace(APPLIED, decided_on=date(2026, 11, 10), is_granted=True)
NAMED = replace(GRANTED, named_on=date(2026, 11, 12), lawyer="龙律师")
DONE = replace(NAMED, done_on=date(2026, 11, 20), outcome="工钱已付清")


@pytest.mark.parametrize("aid", [SEEN, APPLIED, GRANTED, NAMED, DONE])
def test_each_step_stands_on_the_one_before(aid: Aid) -> None:
    assert problem_with(aid, TODAY) is None


@pytest.mark.parametrize(
    ("aid", "changes", "problem"),
    [
        (SEEN, {"need": " "}, P.NEED_MISSING),
        (SEEN, {"need": "字" * 1001}, P.NEED_TOO_LONG),
        (SEEN, {"seen_on": None}, P.DAY_MISSING),
        (SEEN, {"seen_on": date(2026, 11, 24)}, P.DAY_IN_FUTURE),
        (APPLIED, {"applied_on": date(2026, 11, 1)}, P.DAYS_BACKWARDS),
        (GRANTED, {"applied_on": None}, P.NOT_APPLIED),
        (GRANTED, {"is_granted": None}, P.NOT_DECIDED),
        (APPLIED, {"is_granted": True}, P.DAY_MISSING),
        (GRANTED, {"is_granted": False}, P.REASON_MISSING),  # Art. 43: with reasons
        (GRANTED, {"decided_on": date(2026, 11, 2)}, P.DAYS_BACKWARDS),
        (NAMED, {"lawyer": " "}, P.LAWYER_MISSING),
        (NAMED, {"is_granted": False, "decision_note": "不符合条件"}, P.NOT_GRANTED),
        (NAMED, {"decided_on": None, "is_granted": None}, P.NOT_DECIDED),
        (NAMED, {"named_on": date(2026, 11, 9)}, P.DAYS_BACKWARDS),
        (DONE, {"named_on": None}, P.NOT_NAMED),
        (DONE, {"outcome": ""}, P.OUTCOME_MISSING),  # Art. 50
        (DONE, {"done_on": date(2026, 11, 11)}, P.DAYS_BACKWARDS),
    ],
)
def test_what_is_out_of_order_is_named(
    aid: Aid, changes: dict[str, Any], problem: LegalAidProblem
) -> None:
    assert problem_with(replace(aid, **changes), TODAY) is problem


def test_a_refusal_with_its_reason_stands() -> None:
    refused = replace(GRANTED, is_granted=False, decision_note="不符合条件")
    assert problem_with(refused, TODAY) is None
    assert stage_of(refused) is LegalAidStage.NOT_GRANTED
    assert next_steps(refused) == ()


def test_what_cannot_wait_is_given_before_it_is_decided() -> None:
    """Art. 44."""
    ahead = replace(APPLIED, is_ahead=True, named_on=date(2026, 11, 4), lawyer="龙律师")
    assert problem_with(ahead, TODAY) is None
    assert next_steps(ahead) == (S.DECIDE, S.FINISH)
    later = replace(ahead, decided_on=date(2026, 11, 9), is_granted=True)
    assert problem_with(later, TODAY) is None
    unasked = replace(ahead, applied_on=None)
    assert problem_with(unasked, TODAY) is P.NOT_APPLIED


@pytest.mark.parametrize(
    ("aid", "steps"),
    [
        (SEEN, (S.APPLY,)),
        (APPLIED, (S.DECIDE, S.NAME)),
        (GRANTED, (S.NAME,)),
        (NAMED, (S.FINISH,)),
        (DONE, ()),
    ],
)
def test_what_may_be_done_next(aid: Aid, steps: tuple[LegalAidStep, ...]) -> None:
    assert next_steps(aid) == steps


@pytest.mark.parametrize(
    ("aid", "limit"),
    [
        (SEEN, None),
        (APPLIED, (LegalAidLimit.DECISION, date(2026, 11, 10))),
        (GRANTED, (LegalAidLimit.NAMING, date(2026, 11, 13))),
        (replace(GRANTED, is_granted=False, decision_note="x"), None),
        (NAMED, None),
        (replace(SEEN, applied_on=date(2028, 2, 25)), (LegalAidLimit.DECISION, date(2028, 3, 3))),
    ],
)
def test_seven_days_to_decide_and_three_to_name(
    aid: Aid, limit: tuple[LegalAidLimit, date] | None
) -> None:
    """Art. 43 (1)."""
    assert limit_of(aid) == limit
