"""What the court's way asks of the past of a case: consent, joint application in time, one ruling,
enforcement only of what is valid, back to the court only when told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from app.cases.detail_rules import write_detail
from app.cases.rules import block_of, fold
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseState, CaseStep, PartySide
from app.court.rules import (
    COURT_LIMIT,
    confirmations_in,
    law_stage,
    sending_of,
    still_to_consent,
)
from app.court.vocabulary import CourtSending, EnforcementBasis, LawStage, RulingOutcome
from app.mediation.vocabulary import MediationWay
from tests.helpers.cases import steps_of

K, B = CaseEventKind, CaseBlock
SENT_ON = date(2026, 11, 2)
EFFECTIVE = date(2026, 11, 23)


def step(kind: CaseEventKind, **values: Any) -> CaseStep:
    return CaseStep(kind, write_detail(kind, values))


def sent(sending: CourtSending = CourtSending.BEFORE_FILING, *parties: str) -> CaseStep:
    named = {"court": "通道县人民法院", "sent_on": SENT_ON, "days": 30}
    return step(K.COURT_SENT, sending=sending, parties=list(parties), **named)


def consent(*parties: str) -> CaseStep:
    return step(K.CONSENTED, parties=list(parties))


def applied(on: date = date(2026, 12, 1), **other: Any) -> CaseStep:
    usual = {
        "agreement_id": "agreement",
        "court": "通道县人民法院",
        "applied_on": on,
        "is_joint": True,
        "effective_on": EFFECTIVE,
        "last_day": date(2026, 12, 23),
    }
    return step(K.CONFIRMATION_APPLIED, **{**usual, **other})


def ruled(outcome: RulingOutcome, on: date = date(2026, 12, 20)) -> CaseStep:
    return step(K.CONFIRMATION_RULED, outcome=outcome, ruled_on=on)


def extended(days: int) -> CaseStep:
    told = {"approved_by": "李法官", "reason": "还差测量", "told_on": SENT_ON}
    return step(K.EXTENDED, limit=COURT_LIMIT, days=days, **told)


RECORDED = steps_of([K.RECORDED, K.ACCEPTED])


def withdrawn(on: date = date(2026, 12, 1)) -> CaseStep:
    return step(K.CONFIRMATION_WITHDRAWN, withdrawn_on=on)


SETTLED = [*RECORDED, *steps_of([K.MEDIATION_HELD, K.SETTLED])]
VALID = [*SETTLED, applied(), ruled(RulingOutcome.VALID)]


@pytest.mark.parametrize(
    ("past", "then", "block"),
    [
        # 民事诉讼法 (2023), Art. 125
        ([], sent(CourtSending.BEFORE_FILING, "a", "b"), B.CONSENT_MISSING),
        ([consent("a")], sent(CourtSending.BEFORE_FILING, "a", "b"), B.CONSENT_MISSING),
        ([consent("a"), consent("b")], sent(CourtSending.BEFORE_FILING, "a", "b"), None),
        ([consent("a", "b")], sent(CourtSending.BEFORE_FILING, "a", "b", "c"), B.CONSENT_MISSING),
        ([consent("a", "b")], sent(), B.CONSENT_MISSING),
        ([], sent(CourtSending.AFTER_FILING), None),
        (
            [consent("a", "b"), step(K.PARTY_REFUSED, parties=["b"])],
            sent(CourtSending.BEFORE_FILING, "a", "b"),
            B.CONSENT_MISSING,
        ),
        # Art. 205: day 30, day 31, a shifted last day, one that was never on a calendar
        ([], applied(date(2026, 12, 23)), None),
        ([], applied(date(2026, 12, 24)), B.CONFIRMATION_TOO_LATE),
        ([], applied(date(2026, 12, 25), last_day=date(2026, 12, 25)), None),
        ([], applied(date(2027, 1, 20), last_day=date(2027, 1, 20)), B.CONFIRMATION_TOO_LATE),
        ([], applied(date(2026, 12, 24), last_day=None), B.CONFIRMATION_TOO_LATE),
        ([], applied(date(2026, 11, 22)), B.AGREEMENT_NOT_IN_EFFECT),
        ([], applied(effective_on=None), B.AGREEMENT_NOT_IN_EFFECT),
        ([], applied(is_joint=False), B.NOT_JOINT),
        ([applied(), ruled(RulingOutcome.DISMISSED)], applied(), B.CONFIRMATION_ASKED_BEFORE),
        (
            [applied(), ruled(RulingOutcome.DISMISSED)],
            applied(agreement_id="another"),
            None,
        ),
        # 最高人民法院关于人民调解协议司法确认程序的若干规定 (2011), Art. 5 (2)
        ([], withdrawn(), B.NOTHING_APPLIED),
        ([applied(), ruled(RulingOutcome.DISMISSED)], withdrawn(), B.NOTHING_APPLIED),
        ([applied()], withdrawn(date(2026, 11, 30)), B.DAY_BEFORE_APPLICATION),
        ([applied()], withdrawn(), None),
        ([applied(), withdrawn()], applied(), None),
        ([applied(), withdrawn()], ruled(RulingOutcome.VALID), B.NOTHING_APPLIED),
        # Art. 206
        ([], step(K.CONFIRMATION_ACCEPTED, filed_on=date(2026, 12, 2)), B.NOTHING_APPLIED),
        ([], ruled(RulingOutcome.VALID), B.NOTHING_APPLIED),
        ([applied()], ruled(RulingOutcome.VALID, date(2026, 11, 30)), B.DAY_BEFORE_APPLICATION),
        ([applied()], ruled(RulingOutcome.VALID, date(2026, 12, 1)), None),
        (
            [applied(), ruled(RulingOutcome.VALID)],
            ruled(RulingOutcome.DISMISSED),
            B.NOTHING_APPLIED,
        ),
        ([applied(), applied(agreement_id="b"), ruled(RulingOutcome.VALID)], withdrawn(), None),
    ],
)
def test_what_the_court_may_be_asked_and_may_answer(
    past: list[CaseStep], then: CaseStep, block: CaseBlock | None
) -> None:
    assert block_of([*RECORDED, *past], then) is block


@pytest.mark.parametrize(
    ("past", "basis", "block"),
    [
        (SETTLED, None, B.NO_VALID_RULING),
        ([*SETTLED, applied()], None, B.NO_VALID_RULING),
        ([*SETTLED, applied(), ruled(RulingOutcome.DISMISSED)], None, B.NO_VALID_RULING),
        (VALID, None, None),
        ([*VALID, applied(agreement_id="another")], None, None),
        (VALID, EnforcementBasis.COURT_MEDIATION, B.NO_COURT_MEDIATION),
        (
            [step(K.WAY_CHANGED, way=MediationWay.JUDICIAL)],
            EnforcementBasis.COURT_MEDIATION,
            None,
        ),
        ([sent(CourtSending.AFTER_FILING)], EnforcementBasis.COURT_MEDIATION, None),
    ],
)
def test_only_what_a_court_found_valid_or_made_is_enforced(
    past: Sequence[CaseStep], basis: EnforcementBasis | None, block: CaseBlock | None
) -> None:
    """人民调解法 (2010), Art. 33 (2); 民事诉讼法 (2023), Art. 206 and 247 (2)."""
    asked = step(K.ENFORCEMENT_APPLIED, applied_on=date(2027, 3, 1), enforcement_basis=basis)
    assert block_of(past, asked) is block


BACK = step(K.SENT_BACK_TO_COURT, sent_on=date(2026, 12, 1), reason="调解不成")
UNCONSENTED = B.EXTENSION_UNCONSENTED
BY_COURT = [*RECORDED, consent("a", "b"), sent(CourtSending.BEFORE_FILING, "a", "b")]


@pytest.mark.parametrize(
    ("past", "block"),
    [
        (RECORDED, B.NOT_SENT_BY_COURT),
        (BY_COURT, B.OTHER_WAYS_UNTOLD),
        ([*BY_COURT, step(K.TOLD_OTHER_WAYS, ways="可以起诉")], None),
        ([*BY_COURT, *steps_of([K.NOT_SETTLED])], None),
        ([*BY_COURT, *steps_of([K.SETTLED])], None),
        ([*BY_COURT, *steps_of([K.SETTLED, K.REOPENED])], B.OTHER_WAYS_UNTOLD),
        ([step(K.TOLD_OTHER_WAYS, ways="可以起诉"), *BY_COURT], B.OTHER_WAYS_UNTOLD),
        ([*BY_COURT, *steps_of([K.NOT_SETTLED]), BACK], B.NOT_SENT_BY_COURT),
    ],
)
def test_what_failed_goes_back_when_the_parties_know_the_other_ways(
    past: list[CaseStep], block: CaseBlock | None
) -> None:
    """人民调解法 (2010), Art. 26."""
    assert block_of(past, BACK) is block


@pytest.mark.parametrize(
    ("past", "days", "block"),
    [
        (RECORDED, 30, B.NOT_SENT_BY_COURT),
        (BY_COURT, 30, B.EXTENSION_UNCONSENTED),
        ([*BY_COURT, consent("a")], 30, B.EXTENSION_UNCONSENTED),
        ([*BY_COURT, consent("a", "b")], 30, None),
        ([*BY_COURT, consent("a", "b"), step(K.PARTY_REFUSED, parties=["a"])], 30, UNCONSENTED),
    ],
)
def test_the_courts_period_is_extended_with_both_sides(
    past: list[CaseStep], days: int, block: CaseBlock | None
) -> None:
    assert block_of(past, extended(days)) is block


def test_another_limit_is_extended_as_its_own_rules_say() -> None:
    other = step(
        K.EXTENDED, limit="petition_60", days=30, approved_by="x", reason="x", told_on=SENT_ON
    )
    assert block_of(RECORDED, other) is not B.NOT_SENT_BY_COURT


def test_the_sending_knows_its_extension_and_that_it_went_back() -> None:
    past = [*BY_COURT, consent("a", "b"), extended(30), *steps_of([K.NOT_SETTLED]), BACK]
    found = sending_of(past)
    assert found is not None
    assert (found.days, found.extra_days, found.sent_back_on) == (30, 30, date(2026, 12, 1))
    assert found.parties == {"a", "b"}


def test_a_sending_without_consent_does_not_move_the_case() -> None:
    assert fold([*RECORDED, sent(CourtSending.BEFORE_FILING, "a", "b")]) is CaseState.ACCEPTED
    assert fold(BY_COURT) is CaseState.UNDER_WAY


def test_each_answer_of_the_court_belongs_to_the_last_application() -> None:
    filed = step(K.CONFIRMATION_ACCEPTED, filed_on=date(2026, 12, 2))
    first, second = confirmations_in(
        [applied(), ruled(RulingOutcome.DISMISSED), applied(agreement_id="another"), filed]
    )
    assert (first.outcome, second.outcome) == (RulingOutcome.DISMISSED, None)
    assert (first.filed_on, second.filed_on) == (None, date(2026, 12, 2))
    both = [applied(), applied(agreement_id="another"), ruled(RulingOutcome.VALID)]
    (left,) = confirmations_in([*both, withdrawn()])
    assert (left.agreement_id, left.asked_at, left.ruled_at) == ("another", 1, 2)


@pytest.mark.parametrize(
    ("kinds", "stage"),
    [
        ([K.RECORDED], LawStage.BEFORE),
        ([K.RECORDED, K.ACCEPTED, K.TAKEN_ON], LawStage.BEFORE),
        ([K.RECORDED, K.MEDIATION_HELD], LawStage.DURING),
        ([K.RECORDED, K.MEDIATION_HELD, K.SETTLED], LawStage.AFTER),
        ([K.RECORDED, K.SETTLED], LawStage.AFTER),
        ([K.RECORDED, K.MEDIATION_HELD, K.SETTLED, K.REOPENED], LawStage.DURING),
        ([K.RECORDED, K.MEDIATION_HELD, K.NOT_SETTLED, K.CLOSED], LawStage.AFTER),
    ],
)
def test_law_is_explained_before_during_and_after(
    kinds: list[CaseEventKind], stage: LawStage
) -> None:
    past = steps_of(kinds)
    assert law_stage(past, fold(past)) is stage


def test_consent_is_asked_of_those_of_both_sides_who_have_not_given_it() -> None:
    sides = [("a", PartySide.A), ("b", PartySide.B), ("c", PartySide.THIRD)]
    assert still_to_consent(sides, []) == ("a", "b")
    assert still_to_consent(sides, [consent("a")]) == ("b",)
    assert still_to_consent(sides, [consent("a", "b")]) == ()
    refused = step(K.PARTY_REFUSED, parties=["a"])
    assert still_to_consent(sides, [consent("a", "b"), refused]) == ("a",)
