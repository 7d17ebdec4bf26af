"""Each limit begins, ends, is extended and stands still as its text says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cases.vocabulary import CaseEventKind, CaseKind, CaseState, CaseStep
from app.clocks.rules import (
    AgreementFacts,
    CaseFacts,
    ItemFacts,
    Limit,
    limits_of,
    nearest_duty,
)
from app.clocks.specs import RULED, limit_specs
from app.clocks.timing import ClockRules
from app.clocks.vocabulary import ClockState, DayUnit, LimitKey, LimitSource, PauseGround
from app.court.vocabulary import CourtSending, RulingOutcome
from app.petitions.vocabulary import AnswerOutcome, PetitionPurpose, ReviewOutcome
from app.village_rules.vocabulary import shipped_rule_sets
from tests.helpers.clocks import county_rules, facts, step

K, L, S = CaseEventKind, LimitKey, ClockState
RULES = county_rules()
D0 = date(2026, 3, 2)
RECORDED = step(K.RECORDED, D0)
ACCEPTED = step(K.ACCEPTED, D0)


def day(n: int) -> date:
    """So many days after the first."""
    return D0 + timedelta(days=n)


def limit(key: LimitKey, case: CaseFacts, on: date, rules: ClockRules = RULES) -> Limit:
    """The one limit of this key."""
    [found] = [one for one in limits_of(case, rules, on) if one.key is key]
    return found


def answered(on: date) -> CaseStep:
    return step(K.ANSWERED, on, outcome=next(iter(AnswerOutcome)), delivered_on=on)


def extended(key: LimitKey, days: int, told_on: date, **more: Any) -> CaseStep:
    values = {"limit": key, "days": days, "approved_by": "主任", "reason": "情况复杂"}
    return step(K.EXTENDED, told_on, told_on=told_on, **values, **more)


def paused(on: date, ground: PauseGround, key: LimitKey | None = None) -> CaseStep:
    return step(K.CLOCK_PAUSED, on, from_on=on, ground=ground, limit=key)


def resumed(on: date, key: LimitKey | None = None) -> CaseStep:
    return step(K.CLOCK_RESUMED, on, from_on=on, limit=key)


def test_every_limit_of_law_or_county_has_one_rule_with_its_source() -> None:
    specs = limit_specs(shipped_rule_sets())
    assert {spec.key for spec in specs} == RULED
    for spec in specs:
        assert spec.rule.source
        assert spec.rule.is_confirmed is (spec.source is LimitSource.LAW and spec.key not in UNREAD)
        assert spec.rule.article or spec.source is LimitSource.COUNTY


UNREAD = {L.PEOPLES_MEDIATION, L.COURT_SENT_MEDIATION}


@pytest.mark.parametrize(
    ("key", "n"),
    [
        (L.PETITION_TOLD, 15),
        (L.COUNTY_MET, 3),
        (L.COUNTY_INVESTIGATED, 5),
        (L.COUNTY_ANSWERED, 7),
        (L.COUNTY_CLOSED, 30),
    ],
)
def test_from_the_first_contact(key: LimitKey, n: int) -> None:
    case = facts(RECORDED, received_on=D0)
    assert limit(key, case, day(n)).state is S.DUE_SOON
    assert limit(key, case, day(n)).due_on == day(n)
    assert limit(key, case, day(n + 1)).state is S.OVERDUE
    assert limit(key, case, day(n + 1)).days_left == -1


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (date(2026, 9, 16), date(2026, 10, 1)),  # National Day: the regulations shift nothing
        (date(2026, 12, 17), date(2027, 1, 1)),  # over the year's end
        (date(2028, 2, 14), date(2028, 2, 29)),
        (date(2027, 2, 14), date(2027, 3, 1)),
    ],
)
def test_days_of_a_petition_end_on_any_day(received_on: date, due_on: date) -> None:
    found = limit(L.PETITION_TOLD, facts(RECORDED, received_on=received_on), received_on)
    assert (found.due_on, found.missing_years) == (due_on, ())


@pytest.mark.parametrize(("met", "state"), [(3, S.MET), (4, S.MET_LATE)])
def test_what_is_written_down_late_counts_by_the_day_it_names(met: int, state: ClockState) -> None:
    case = facts(RECORDED, step(K.MET, day(9), met_on=day(met)), received_on=D0)
    assert limit(L.COUNTY_MET, case, day(9)).state is state


def test_working_days_over_a_year_without_a_table_say_which_year_is_missing() -> None:
    found = limit(
        L.TRANSFER_OBJECTION, facts(RECORDED, transferred_on=date(2026, 12, 29)), date(2026, 12, 30)
    )
    assert (found.due_on, found.missing_years) == (date(2027, 1, 5), (2027,))


def test_without_a_first_contact_the_recording_counts() -> None:
    assert limit(L.COUNTY_MET, facts(RECORDED), D0).anchor_on == D0


def test_the_countys_days_are_working_days_when_it_says_so() -> None:
    rules = county_rules(county_day_unit="working")
    found = limit(L.COUNTY_MET, facts(received_on=date(2026, 9, 30)), D0, rules)
    assert (found.due_on, found.unit) == (date(2026, 10, 10), DayUnit.WORKING)
    assert limit(L.PETITION_TOLD, facts(received_on=D0), D0, rules).unit is DayUnit.CALENDAR


def test_sixty_days_from_acceptance_and_met_or_met_late() -> None:
    case = facts(ACCEPTED)
    assert limit(L.PETITION_HANDLING, case, day(60)).state is S.DUE_SOON
    assert limit(L.PETITION_HANDLING, case, day(61)).state is S.OVERDUE
    for n, state in ((60, S.MET), (61, S.MET_LATE)):
        ended = facts(ACCEPTED, answered(day(n)), state=CaseState.ANSWERED)
        found = limit(L.PETITION_HANDLING, ended, day(90))
        assert (found.state, found.done_on) == (state, day(n))


@pytest.mark.parametrize(
    ("purpose", "has_sixty_days"),
    [
        (PetitionPurpose.APPEAL, True),
        (PetitionPurpose.ADVICE, False),  # Art. 29
        (PetitionPurpose.ACCUSATION, False),  # Art. 30
        (None, True),
    ],
)
def test_sixty_days_and_a_review_are_for_appeals(
    purpose: PetitionPurpose | None, has_sixty_days: bool
) -> None:
    case = facts(ACCEPTED, answered(day(3)), received_on=D0, purpose=purpose)
    keys = {one.key for one in limits_of(case, RULES, D0)}
    assert ({L.PETITION_HANDLING, L.REVIEW_ASKING} <= keys) is has_sixty_days
    assert {L.PETITION_TOLD, L.COUNTY_CLOSED} <= keys


@pytest.mark.parametrize(
    ("handed_on", "steps", "due"),
    [
        (15, (), 30),  # handed on in time: whoever received it has fifteen days of his own
        (16, (), 15),  # too late: it stays late
        (5, (step(K.ACCEPTED, day(3)),), 15),  # told before
        (5, (step(K.ACCEPTED, day(6)),), 20),
    ],
)
def test_who_receives_what_was_handed_on_in_time_tells_within_fifteen_days(
    handed_on: int, steps: tuple[CaseStep, ...], due: int
) -> None:
    case = facts(RECORDED, *steps, received_on=D0, transferred_on=day(handed_on))
    assert limit(L.PETITION_TOLD, case, D0).due_on == day(due)


def test_accepted_is_told_unless_it_says_that_it_was_not() -> None:
    untold = step(K.ACCEPTED, day(2), is_told=False)
    case = facts(RECORDED, untold, received_on=D0)
    assert limit(L.PETITION_TOLD, case, day(16)).state is S.OVERDUE
    told = facts(*case.steps, step(K.FEEDBACK_GIVEN, day(20), given_on=day(15)), received_on=D0)
    assert limit(L.PETITION_TOLD, told, day(20)).done_on == day(15)
    assert limit(L.PETITION_TOLD, facts(RECORDED, ACCEPTED, received_on=D0), D0).done_on == D0


def test_sixty_days_from_the_day_of_acceptance_also_when_it_is_written_down_later() -> None:
    case = facts(RECORDED, step(K.ACCEPTED, day(5), accepted_on=day(2)), received_on=D0)
    assert limit(L.PETITION_HANDLING, case, D0).due_on == day(62)
    assert limit(L.PETITION_TOLD, case, D0).done_on == day(2)


def test_nothing_is_counted_before_it_begins_or_for_another_kind() -> None:
    keys = {one.key for one in limits_of(facts(RECORDED), RULES, D0)}
    assert L.PETITION_HANDLING not in keys
    dispute = facts(RECORDED, ACCEPTED, kind=CaseKind.DISPUTE)
    assert [one.key for one in limits_of(dispute, RULES, D0)] == [L.PEOPLES_MEDIATION]


def test_what_began_before_the_text_was_in_force_is_not_judged_by_it() -> None:
    old = facts(step(K.ACCEPTED, date(2022, 4, 30)))
    assert L.PETITION_HANDLING not in {one.key for one in limits_of(old, RULES, D0)}


@pytest.mark.parametrize(
    ("days", "told_on", "added"),
    [
        (30, day(60), 30),  # on the last day
        (30, day(61), 0),  # one day after
        (30, day(1), 30),  # early
        (31, day(1), 0),  # over the maximum
    ],
)
def test_an_extension_counts_in_time_and_up_to_thirty_days(
    days: int, told_on: date, added: int
) -> None:
    case = facts(ACCEPTED, extended(L.PETITION_HANDLING, days, told_on))
    found = limit(L.PETITION_HANDLING, case, D0)
    assert found.due_on == day(60 + added)
    assert sum(one.days for one in found.extensions) == added


def test_several_extensions_add_up_to_the_maximum() -> None:
    steps = [extended(L.PETITION_HANDLING, n, day(20)) for n in (10, 20, 1)]
    assert limit(L.PETITION_HANDLING, facts(ACCEPTED, *steps), D0).due_on == day(90)


def test_a_second_extension_may_be_told_in_the_first() -> None:
    first = extended(L.PETITION_HANDLING, 10, day(60))
    second = extended(L.PETITION_HANDLING, 10, day(70))
    assert limit(L.PETITION_HANDLING, facts(ACCEPTED, first, second), D0).due_on == day(80)


def test_what_is_not_approved_or_told_does_not_extend() -> None:
    body = CaseStep(K.EXTENDED, '{"limit": "petition_handling", "days": 10}', day(1))
    assert limit(L.PETITION_HANDLING, facts(ACCEPTED, body), D0).due_on == day(60)


def test_the_sixty_days_never_stand_still() -> None:
    case = facts(ACCEPTED, paused(day(1), PauseGround.HEARING))
    found = limit(L.PETITION_HANDLING, case, day(5))
    assert (found.due_on, found.state) == (day(60), S.RUNNING)


def test_a_county_limit_moves_on_while_it_stands_still() -> None:
    case = facts(paused(day(2), PauseGround.PARTY_ABSENT), received_on=D0)
    found = limit(L.COUNTY_ANSWERED, case, day(4))
    assert (found.state, found.due_on, found.paused_days) == (S.PAUSED, day(10), 3)
    ended = facts(*case.steps, resumed(day(5)), received_on=D0)
    found = limit(L.COUNTY_ANSWERED, ended, day(10))
    assert (found.state, found.due_on) == (S.DUE_SOON, day(10))
    assert limit(L.COUNTY_ANSWERED, ended, day(11)).state is S.OVERDUE


def test_who_is_late_already_does_not_stop_the_clock() -> None:
    case = facts(paused(day(8), PauseGround.OTHER), received_on=D0)
    found = limit(L.COUNTY_ANSWERED, case, day(20))
    assert (found.state, found.due_on, found.is_paused) == (S.OVERDUE, day(7), False)


def test_only_the_limit_that_is_named_stands_still() -> None:
    case = facts(paused(day(1), PauseGround.OTHER, L.COUNTY_ANSWERED), received_on=D0)
    assert limit(L.COUNTY_ANSWERED, case, day(3)).state is S.PAUSED
    assert limit(L.COUNTY_CLOSED, case, day(3)).state is S.RUNNING
    on = facts(*case.steps, resumed(day(4)), received_on=D0)
    assert limit(L.COUNTY_ANSWERED, on, day(5)).due_on == day(10)


def test_the_time_of_a_hearing_is_left_out_of_a_re_review() -> None:
    asked = step(K.RE_REVIEW_ASKED, day(0), asked_on=D0)
    held = [paused(day(10), PauseGround.HEARING), resumed(day(14))]
    case = facts(asked, *held, state=CaseState.CLOSED)
    assert limit(L.RE_REVIEW_ANSWERING, case, day(20)).due_on == day(34)
    other = [paused(day(10), PauseGround.OTHER), resumed(day(14))]
    assert limit(L.RE_REVIEW_ANSWERING, facts(asked, *other), day(20)).due_on == day(30)


def test_the_chain_of_reviews_runs_on_after_closing() -> None:
    answer = answered(D0)
    closed = step(K.CLOSED, day(1))
    case = facts(ACCEPTED, answer, closed, state=CaseState.CLOSED)
    asking = limit(L.REVIEW_ASKING, case, day(31))
    assert (asking.due_on, asking.state, asking.is_right) == (day(30), S.LAPSED, True)
    asked = step(K.REVIEW_ASKED, day(30), asked_on=day(30))
    decided = step(
        K.REVIEW_DECIDED, day(61), outcome=next(iter(ReviewOutcome)), delivered_on=day(61)
    )
    case = facts(ACCEPTED, answer, closed, asked, decided, state=CaseState.CLOSED)
    assert limit(L.REVIEW_ASKING, case, day(62)).state is S.MET
    assert limit(L.REVIEW_ANSWERING, case, day(62)).state is S.MET_LATE
    assert limit(L.RE_REVIEW_ASKING, case, day(62)).due_on == day(91)


def test_five_working_days_to_object_to_a_wrong_transfer() -> None:
    case = facts(RECORDED, transferred_on=date(2026, 9, 24))
    found = limit(L.TRANSFER_OBJECTION, case, date(2026, 10, 10))
    assert (found.due_on, found.state) == (date(2026, 10, 9), S.LAPSED)
    answered = step(K.REPORTED_BACK, date(2026, 9, 28))
    done = facts(RECORDED, answered, transferred_on=date(2026, 9, 24))
    assert limit(L.TRANSFER_OBJECTION, done, date(2026, 10, 10)).state is S.MET


def test_a_village_mediates_thirty_days_from_taking_a_case_in() -> None:
    case = facts(RECORDED, kind=CaseKind.DISPUTE)
    assert limit(L.PEOPLES_MEDIATION, case, D0).due_on == day(30)
    later = facts(RECORDED, step(K.ACCEPTED, day(3)), kind=CaseKind.DISPUTE)
    assert limit(L.PEOPLES_MEDIATION, later, D0).due_on == day(33)
    settled = facts(RECORDED, step(K.SETTLED, day(31)), kind=CaseKind.DISPUTE)
    assert limit(L.PEOPLES_MEDIATION, settled, D0).state is S.MET_LATE


def test_a_case_taken_up_again_begins_anew() -> None:
    steps = (RECORDED, step(K.SETTLED, day(5)), step(K.REOPENED, day(40)))
    found = limit(L.PEOPLES_MEDIATION, facts(*steps, kind=CaseKind.DISPUTE), day(41))
    assert (found.due_on, found.done_on) == (day(70), None)
    petition = facts(ACCEPTED, answered(day(5)), step(K.REOPENED, day(20)))
    assert limit(L.PETITION_HANDLING, petition, day(61)).state is S.OVERDUE


def test_the_court_says_how_long_and_ends_on_a_working_day() -> None:
    sent = step(
        K.COURT_SENT,
        date(2026, 9, 1),
        sending=next(iter(CourtSending)),
        court="通道县人民法院",
        sent_on=date(2026, 9, 1),
        days=30,
    )
    case = facts(sent, kind=CaseKind.LAWSUIT_SOURCE)
    assert limit(L.COURT_SENT_MEDIATION, case, D0).due_on == date(2026, 10, 8)
    more = extended(L.COURT_SENT_MEDIATION, 30, date(2026, 10, 8))
    case = facts(sent, more, kind=CaseKind.LAWSUIT_SOURCE)
    assert limit(L.COURT_SENT_MEDIATION, case, D0).due_on == date(2026, 11, 2)  # not the Saturday


def test_thirty_days_to_ask_the_court_for_confirmation() -> None:
    agreement = AgreementFacts("a", date(2026, 9, 1))
    case = facts(kind=CaseKind.DISPUTE, state=CaseState.CLOSED, agreements=(agreement,))
    found = limit(L.CONFIRMATION_APPLICATION, case, date(2026, 10, 8))
    assert (found.due_on, found.state, found.subject_id) == (date(2026, 10, 8), S.DUE_SOON, "a")
    assert limit(L.CONFIRMATION_APPLICATION, case, date(2026, 10, 9)).state is S.LAPSED
    other = confirmation_applied("b", date(2026, 10, 8))
    case = facts(other, kind=CaseKind.DISPUTE, agreements=(agreement,))
    assert limit(L.CONFIRMATION_APPLICATION, case, date(2026, 10, 8)).done_on is None
    own = confirmation_applied("a", date(2026, 10, 8))
    case = facts(own, kind=CaseKind.DISPUTE, agreements=(agreement,))
    assert limit(L.CONFIRMATION_APPLICATION, case, date(2026, 10, 9)).state is S.MET
    back = step(K.CONFIRMATION_WITHDRAWN, date(2026, 10, 8), withdrawn_on=date(2026, 10, 8))
    case = facts(own, back, kind=CaseKind.DISPUTE, agreements=(agreement,))
    assert limit(L.CONFIRMATION_APPLICATION, case, date(2026, 10, 8)).done_on is None


def test_an_agreement_not_in_effect_starts_nothing() -> None:
    waiting = AgreementFacts("a", None, (ItemFacts("i", day(3), is_done=False),))
    assert limits_of(facts(kind=CaseKind.RECONSIDERATION, agreements=(waiting,)), RULES, D0) == ()


def confirmation_applied(agreement_id: str, on: date) -> CaseStep:
    body = f'{{"agreement_id": "{agreement_id}", "court": "法院", "applied_on": "{on}"}}'
    return CaseStep(K.CONFIRMATION_APPLIED, body, on)


def ruled(on: date, outcome: RulingOutcome) -> CaseStep:
    return step(K.CONFIRMATION_RULED, on, outcome=outcome, ruled_on=on)


_LEAP = date(2028, 2, 1)
"""Thirty days on is 2 March, past 29 February; two years on from the 29th is the 28th."""
_AGREED = AgreementFacts("a", _LEAP)
_OWED = AgreementFacts("a", _LEAP, (ItemFacts("i", date(2028, 2, 29), is_done=False),))


@pytest.mark.parametrize(
    ("key", "case", "last", "late"),
    [
        (L.PETITION_HANDLING, facts(step(K.ACCEPTED, _LEAP)), date(2028, 4, 1), S.OVERDUE),
        (L.REVIEW_ASKING, facts(answered(_LEAP)), date(2028, 3, 2), S.LAPSED),
        (
            L.REVIEW_ANSWERING,
            facts(step(K.REVIEW_ASKED, _LEAP, asked_on=_LEAP)),
            date(2028, 3, 2),
            S.OVERDUE,
        ),
        (
            L.RE_REVIEW_ASKING,
            facts(
                step(
                    K.REVIEW_DECIDED,
                    _LEAP,
                    outcome=next(iter(ReviewOutcome)),
                    delivered_on=_LEAP,
                )
            ),
            date(2028, 3, 2),
            S.LAPSED,
        ),
        (
            L.RE_REVIEW_ANSWERING,
            facts(step(K.RE_REVIEW_ASKED, _LEAP, asked_on=_LEAP)),
            date(2028, 3, 2),
            S.OVERDUE,
        ),
        (
            L.PEOPLES_MEDIATION,
            facts(step(K.RECORDED, _LEAP), kind=CaseKind.DISPUTE),
            date(2028, 3, 2),
            S.OVERDUE,
        ),
        (
            L.CONFIRMATION_APPLICATION,
            facts(kind=CaseKind.DISPUTE, agreements=(_AGREED,)),
            date(2028, 3, 2),
            S.LAPSED,
        ),
        (
            L.CONFIRMATION_RULING,
            facts(
                step(K.CONFIRMATION_ACCEPTED, _LEAP, filed_on=_LEAP),
                kind=CaseKind.DISPUTE,
                agreements=(_AGREED,),
            ),
            date(2028, 3, 2),
            S.OVERDUE,
        ),
        (
            L.ENFORCEMENT,
            facts(
                confirmation_applied("a", _LEAP),
                ruled(_LEAP, RulingOutcome.VALID),
                kind=CaseKind.DISPUTE,
                agreements=(_OWED,),
            ),
            date(2030, 2, 28),
            S.LAPSED,
        ),
    ],
    ids=lambda value: value.value if isinstance(value, LimitKey) else "",
)
def test_the_last_day_is_in_time_and_the_day_after_is_not_through_a_leap_february(
    key: LimitKey, case: CaseFacts, last: date, late: ClockState
) -> None:
    assert limit(key, case, last).due_on == last
    assert limit(key, case, last).state is S.DUE_SOON
    assert limit(key, case, last + timedelta(days=1)).state is late


def test_two_years_to_ask_for_enforcement_of_what_is_still_owed() -> None:
    items = (ItemFacts("i", date(2026, 5, 1), True), ItemFacts("j", date(2026, 6, 30), False))
    agreement = AgreementFacts("a", D0, items)
    steps = (confirmation_applied("a", D0), ruled(day(20), RulingOutcome.VALID))
    case = facts(*steps, kind=CaseKind.DISPUTE, agreements=(agreement,))
    found = limit(L.ENFORCEMENT, case, D0)
    assert (found.anchor_on, found.due_on) == (date(2026, 6, 30), date(2028, 6, 30))
    assert found.missing_years == (2027, 2028)
    bare = facts(*steps, kind=CaseKind.DISPUTE, agreements=(AgreementFacts("a", D0),))
    assert limit(L.ENFORCEMENT, bare, D0).anchor_on == day(20)
    done = AgreementFacts("a", D0, (ItemFacts("i", D0, True),))
    for state in (
        facts(*steps, kind=CaseKind.DISPUTE, agreements=(done,)),
        facts(steps[0], ruled(day(20), RulingOutcome.DISMISSED), agreements=(agreement,)),
    ):
        assert L.ENFORCEMENT not in {one.key for one in limits_of(state, RULES, D0)}


@pytest.mark.parametrize(
    ("past", "then", "enforced"),
    [
        # applied, withdrawn, applied again, ruled
        ("a-", "a+", {"a"}),
        # what is asked for after the ruling, and what was withdrawn, takes the ruling from nobody
        ("a+", "b", {"a"}),
        ("a+", "b-", {"a"}),
        ("b-", "a+", {"a"}),
        ("a+", "b+", {"a", "b"}),
        ("a-", "a", set()),
    ],
)
def test_enforced_is_the_agreement_that_was_ruled_on(
    past: str, then: str, enforced: set[str]
) -> None:
    ends = {
        "+": ruled(day(20), RulingOutcome.VALID),
        "-": step(K.CONFIRMATION_WITHDRAWN, day(9), withdrawn_on=day(9)),
    }
    steps = [ends[one] if one in ends else confirmation_applied(one, day(8)) for one in past + then]
    agreements = (AgreementFacts("a", D0), AgreementFacts("b", D0))
    found = limits_of(facts(*steps, kind=CaseKind.DISPUTE, agreements=agreements), RULES, day(21))
    assert {one.subject_id for one in found if one.key is L.ENFORCEMENT} == enforced
    asked = {
        one.subject_id for one in found if one.key is L.CONFIRMATION_APPLICATION and one.done_on
    }
    assert asked == enforced | ({then} if then in "ab" else set())


def test_items_of_an_agreement_are_due_on_their_day() -> None:
    items = (ItemFacts("i", day(10), is_done=False), ItemFacts("j", day(5), True, day(6)))
    case = facts(kind=CaseKind.RECONSIDERATION, agreements=(AgreementFacts("a", D0, items),))
    found = {o.subject_id: o.state for o in limits_of(case, RULES, day(11)) if o.subject_id != "a"}
    assert found == {"i": S.OVERDUE, "j": S.MET_LATE}


def test_a_closed_case_is_followed_up_as_the_county_has_set() -> None:
    closed = facts(step(K.CLOSED, D0), kind=CaseKind.DISPUTE, state=CaseState.CLOSED)
    assert limit(L.FOLLOW_UP, closed, D0).due_on == day(30)
    rules = county_rules(follow_up_days=10)
    assert limit(L.FOLLOW_UP, closed, day(11), rules).state is S.OVERDUE
    visited = step(K.FOLLOWED_UP, day(12), visited_on=day(9))
    case = facts(*closed.steps, visited, kind=CaseKind.DISPUTE, state=CaseState.CLOSED)
    assert limit(L.FOLLOW_UP, case, day(12), rules).state is S.MET


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.REFUSED, CaseState.WITHDRAWN])
def test_what_was_not_done_before_the_end_is_not_due_any_more(state: CaseState) -> None:
    case = facts(RECORDED, received_on=D0, state=state)
    assert limit(L.COUNTY_MET, case, day(50)).state is S.ENDED


def test_the_nearest_duty_is_no_right_and_does_not_stand_still() -> None:
    case = facts(ACCEPTED, received_on=D0)
    duty = nearest_duty(limits_of(case, RULES, D0))
    assert duty is not None
    assert duty.key is L.COUNTY_MET
    met = facts(ACCEPTED, step(K.MET, day(1), met_on=day(1)), received_on=D0)
    still = facts(*met.steps, paused(day(1), PauseGround.OTHER), received_on=D0)
    duty = nearest_duty(limits_of(still, RULES, day(2)))
    assert duty is not None
    assert duty.key is L.PETITION_HANDLING
    agreed = facts(kind=CaseKind.RECONSIDERATION, agreements=(AgreementFacts("a", D0),))
    assert nearest_duty(limits_of(agreed, RULES, D0)) is None


def test_a_limit_of_a_newer_county_is_left_out_and_the_rest_counted() -> None:
    [told] = [r for r in shipped_rule_sets() if r.key.value == L.PETITION_TOLD.value]
    odd = type(told)(
        **{name: getattr(told, name) for name in told.__slots__ if name != "params"},
        params={**told.params, "unit": "moons"},
    )
    rest = tuple(r for r in shipped_rule_sets() if r is not told)
    rules = ClockRules((*rest, odd), RULES.calendar)
    keys = {one.key for one in limits_of(facts(RECORDED), rules, D0)}
    assert L.PETITION_TOLD not in keys
    assert L.COUNTY_MET in keys


@given(
    start=st.dates(date(2025, 1, 1), date(2026, 12, 1)),
    begin=st.integers(0, 40),
    lasting=st.integers(0, 30),
    key=st.sampled_from([L.COUNTY_ANSWERED, L.COUNTY_CLOSED]),
)
def test_a_pause_never_brings_a_limit_forward(
    start: date, begin: int, lasting: int, key: LimitKey
) -> None:
    from_on = start + timedelta(days=begin)
    steps = (paused(from_on, PauseGround.OTHER), resumed(from_on + timedelta(days=lasting)))
    plain = limit(key, facts(received_on=start), start)
    moved = limit(key, facts(*steps, received_on=start), start)
    assert plain.due_on <= moved.due_on <= plain.due_on + timedelta(days=lasting)
