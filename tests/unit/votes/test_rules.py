"""Counting and judging: the law's fractions, duplicates, and who may decide what."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.folding import Refusal
from app.village_rules.rules import rule_set_in_force
from app.village_rules.vocabulary import RuleSet, RuleSetKey, Share, shipped_rule_sets
from app.votes.rules import (
    ballot_standings,
    ballots_to_seal,
    count_ballots,
    deciding_rules,
    decision_rule,
    fold_motion,
    fold_motion_with_refusals,
    judge_result,
    may_decide,
    may_follow,
    may_take_ballot,
    opening_problems,
    opening_warnings,
    quorum_needed,
    seal_of,
)
from app.votes.vocabulary import (
    BallotChoice,
    BallotStanding,
    CastBallot,
    Count,
    ElectorateBasis,
    MeetingBody,
    MotionEventKind,
    MotionMatter,
    MotionState,
    OpenProblem,
    OpenWarning,
    TallyResult,
)

RULES = shipped_rule_sets()
TODAY = date(2026, 11, 23)
IN_2025 = date(2025, 6, 1)
TWO_THIRDS = Share(2, 3, True)
MORE_THAN_HALF = Share(1, 2, False)
ASSEMBLY = MeetingBody.VILLAGERS_ASSEMBLY
REPRESENTATIVES = MeetingBody.REPRESENTATIVES_ASSEMBLY
GROUP = MeetingBody.GROUP_MEETING
AGREE, OPPOSE, ABSTAIN = BallotChoice
K = MotionEventKind


def rule_for(body: MeetingBody, on_date: date = TODAY) -> RuleSet:
    rule = decision_rule(body, on_date, RULES)
    assert rule is not None
    return rule


def a_count(
    *, agree: int, oppose: int = 0, abstain: int = 0, pending: int = 0, total: int
) -> Count:
    present = agree + oppose + abstain
    return Count(agree, oppose, abstain, pending, total - present - pending, present, total)


def ballot(id_: str, household_id: str, choice: BallotChoice = AGREE) -> CastBallot:
    return CastBallot(id_, household_id, choice)


# --- fractions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "share", "needed"),
    [
        (60, TWO_THIRDS, 40),
        (61, TWO_THIRDS, 41),
        (62, TWO_THIRDS, 42),
        (63, TWO_THIRDS, 42),
        (1, TWO_THIRDS, 1),
        (0, TWO_THIRDS, 0),
        (46, MORE_THAN_HALF, 24),
        (47, MORE_THAN_HALF, 24),
        (1, MORE_THAN_HALF, 1),
        (0, MORE_THAN_HALF, 1),
    ],
)
def test_how_many_are_needed(total: int, share: Share, needed: int) -> None:
    assert quorum_needed(total, share) == needed


@given(
    st.integers(0, 10**9),
    st.integers(1, 20).flatmap(lambda d: st.tuples(st.integers(1, d), st.just(d))),
    st.booleans(),
)
def test_needed_is_the_smallest_number_that_reaches_the_share(
    total: int, parts: tuple[int, int], is_inclusive: bool
) -> None:
    needed = quorum_needed(total, Share(*parts, is_inclusive))
    wanted = Fraction(*parts) * total
    assert needed == (math.ceil(wanted) if is_inclusive else math.floor(wanted) + 1)
    for number, is_enough in ((needed, True), (needed - 1, False)):
        assert (number >= wanted if is_inclusive else number > wanted) is is_enough


@given(st.data(), st.integers(1, 2000))
def test_a_household_vote_is_judged_as_the_law_says(data: st.DataObject, total: int) -> None:
    present = data.draw(st.integers(0, total))
    agree = data.draw(st.integers(0, present))
    judged = judge_result(
        a_count(agree=agree, oppose=present - agree, total=total), rule_for(ASSEMBLY)
    )
    has_quorum = Fraction(present, total) >= Fraction(2, 3)
    is_adopted = has_quorum and Fraction(agree, present) > Fraction(1, 2)
    assert (judged.has_quorum, judged.is_adopted) == (has_quorum, is_adopted)
    assert (judged.result is TallyResult.ADOPTED) is is_adopted
    assert (judged.result is TallyResult.NO_QUORUM) is not has_quorum


# --- judging ---------------------------------------------------------------------------------


def test_46_of_60_households_need_24_to_agree() -> None:
    judged = judge_result(a_count(agree=41, oppose=3, abstain=2, total=60), rule_for(ASSEMBLY))
    assert (judged.present_needed, judged.agree_needed) == (40, 24)
    assert judged.result is TallyResult.ADOPTED
    assert judged.source is rule_for(ASSEMBLY)


@pytest.mark.parametrize(
    ("agree", "oppose", "total", "result"),
    [
        (20, 19, 60, TallyResult.NO_QUORUM),
        (21, 19, 60, TallyResult.ADOPTED),
        (20, 20, 60, TallyResult.REJECTED),
        (39, 0, 60, TallyResult.NO_QUORUM),
        (0, 0, 0, TallyResult.NO_QUORUM),
        (1, 0, 1, TallyResult.ADOPTED),
        (0, 1, 1, TallyResult.REJECTED),
    ],
)
def test_edges(agree: int, oppose: int, total: int, result: TallyResult) -> None:
    count = a_count(agree=agree, oppose=oppose, total=total)
    assert judge_result(count, rule_for(ASSEMBLY)).result is result


def test_abstaining_counts_among_those_present() -> None:
    count = a_count(agree=23, abstain=23, total=60)
    assert judge_result(count, rule_for(ASSEMBLY)).result is TallyResult.REJECTED


def test_a_household_in_doubt_makes_no_quorum_and_agrees_to_nothing() -> None:
    in_doubt = a_count(agree=20, oppose=19, pending=1, total=60)
    settled = a_count(agree=21, oppose=19, total=60)
    assert judge_result(in_doubt, rule_for(ASSEMBLY)).result is TallyResult.NO_QUORUM
    assert judge_result(settled, rule_for(ASSEMBLY)).result is TallyResult.ADOPTED


def test_counted_by_adults_more_than_half_must_be_there() -> None:
    def judged(present: int) -> bool:
        count = a_count(agree=present, total=100)
        return judge_result(count, rule_for(ASSEMBLY), basis=ElectorateBasis.ADULTS).has_quorum

    assert not judged(50)
    assert judged(51)


def test_a_basis_the_rule_does_not_know_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        judge_result(a_count(agree=1, total=1), rule_for(REPRESENTATIVES))


def test_the_law_of_the_day_is_cited() -> None:
    assert rule_for(ASSEMBLY, IN_2025).article == "第二十二条"
    assert rule_for(REPRESENTATIVES, IN_2025).article == "第二十六条"
    assert rule_for(GROUP, IN_2025).article == "第二十八条"
    assert rule_for(ASSEMBLY).article is None
    assert decision_rule(ASSEMBLY, date(2018, 12, 28), RULES) is None


# --- counting --------------------------------------------------------------------------------

HOUSES = frozenset(f"h{n}" for n in range(6))


def test_a_count_sorts_households_by_answer() -> None:
    ballots = [ballot("1", "h0"), ballot("2", "h1", OPPOSE), ballot("3", "h2", ABSTAIN)]
    assert count_ballots(HOUSES, ballots, ()) == a_count(agree=1, oppose=1, abstain=1, total=6)


@pytest.mark.parametrize("second", list(BallotChoice))
def test_two_ballots_of_one_household_are_neither(second: BallotChoice) -> None:
    ballots = [ballot("1", "h0"), ballot("2", "h0", second), ballot("3", "h1")]
    assert count_ballots(HOUSES, ballots, ()) == a_count(agree=1, pending=1, total=6)
    standings = ballot_standings(HOUSES, ballots, ())
    assert standings["1"] is standings["2"] is BallotStanding.DUPLICATE_PENDING
    assert standings["3"] is BallotStanding.COUNTED


def test_withdrawing_one_of_two_lets_the_other_count() -> None:
    ballots = [ballot("1", "h0"), ballot("2", "h0", OPPOSE)]
    assert count_ballots(HOUSES, ballots, {"1"}) == a_count(agree=0, oppose=1, total=6)
    assert ballot_standings(HOUSES, ballots, {"1"})["1"] is BallotStanding.WITHDRAWN
    assert count_ballots(HOUSES, ballots, {"1", "2"}) == a_count(agree=0, total=6)


def test_the_same_ballot_twice_is_one_ballot() -> None:
    once = ballot("1", "h0")
    assert count_ballots(HOUSES, [once, once], ()) == a_count(agree=1, total=6)


def test_a_ballot_from_outside_the_list_is_shown_and_not_counted() -> None:
    ballots = [ballot("1", "elsewhere")]
    assert count_ballots(HOUSES, ballots, ()) == a_count(agree=0, total=6)
    assert ballot_standings(HOUSES, ballots, ()) == {"1": BallotStanding.OUTSIDE_ELECTORATE}


def test_after_the_tally_nothing_changes_any_more() -> None:
    before = [ballot("1", "h0"), ballot("2", "h1", OPPOSE), ballot("3", "h2"), ballot("4", "h2")]
    sealed = ballots_to_seal(ballot_standings(HOUSES, before, {"2"}))
    assert sealed == {"1", "3", "4"}
    after = [*before, ballot("5", "h3"), ballot("6", "h0", OPPOSE)]
    late = count_ballots(HOUSES, after, {"2", "1", "3"}, sealed_ids=sealed)
    assert late == count_ballots(HOUSES, before, {"2"}) == a_count(agree=1, pending=1, total=6)
    standings = ballot_standings(HOUSES, after, {"2"}, sealed_ids=sealed)
    assert standings["5"] is standings["6"] is BallotStanding.LATE
    assert standings["2"] is BallotStanding.WITHDRAWN


@given(
    st.lists(st.tuples(st.integers(0, 7), st.sampled_from(BallotChoice)), max_size=30),
    st.sets(st.integers(0, 29)),
    st.randoms(use_true_random=False),
)
def test_no_household_counts_twice_and_order_does_not_matter(
    cast: list[tuple[int, BallotChoice]], taken_back: set[int], random: object
) -> None:
    ballots = [ballot(str(n), f"h{house}", choice) for n, (house, choice) in enumerate(cast)]
    withdrawals = {str(n) for n in taken_back}
    count = count_ballots(HOUSES, ballots, withdrawals)
    assert count.agree + count.oppose + count.abstain == count.present
    assert count.present + count.duplicate_pending + count.missing == count.total == 6
    voted = {b.household_id for b in ballots if b.id not in withdrawals} & HOUSES
    assert count.present + count.duplicate_pending == len(voted)
    shuffled = list(ballots)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert count_ballots(HOUSES, shuffled, withdrawals) == count


def test_the_seal_knows_which_ballots_and_not_their_order() -> None:
    assert seal_of(["b", "a"]) == seal_of(("a", "b", "a"))
    assert seal_of(["a", "b"]) == hashlib.sha256(b"a\nb").hexdigest()
    assert seal_of(["a"]) != seal_of(["a", "b"])
    assert seal_of(["ab"]) != seal_of(["a", "b"])
    assert seal_of([]) == hashlib.sha256(b"").hexdigest()


# --- the life of a motion --------------------------------------------------------------------


def test_the_life_of_a_motion() -> None:
    assert fold_motion([]) is MotionState.DRAFT
    assert fold_motion([K.OPENED]) is MotionState.OPEN
    assert fold_motion([K.OPENED, K.TALLIED]) is MotionState.TALLIED
    assert fold_motion([K.WITHDRAWN]) is MotionState.WITHDRAWN
    assert fold_motion([K.OPENED, K.WITHDRAWN]) is MotionState.WITHDRAWN


def test_the_first_tally_stands() -> None:
    folded = fold_motion_with_refusals([K.OPENED, K.TALLIED, K.TALLIED, K.WITHDRAWN])
    assert folded.state is MotionState.TALLIED
    assert folded.refusals == (
        Refusal(2, K.TALLIED, MotionState.TALLIED),
        Refusal(3, K.WITHDRAWN, MotionState.TALLIED),
    )
    assert not may_follow(MotionState.DRAFT, K.TALLIED)


def test_ballots_are_taken_only_while_open_and_only_from_the_list() -> None:
    taken = {
        (state, is_listed)
        for state in MotionState
        for is_listed in (True, False)
        if may_take_ballot(state, is_in_electorate=is_listed)
    }
    assert taken == {(MotionState.OPEN, True)}


# --- who may decide --------------------------------------------------------------------------

VILLAGE_RULES = (MotionMatter.VILLAGE_RULES_MADE_OR_CHANGED, MotionMatter.BUILDING_PACT)


@pytest.mark.parametrize("matter", VILLAGE_RULES)
@pytest.mark.parametrize("on_date", [IN_2025, TODAY])
@pytest.mark.parametrize("is_authorised", [True, False])
def test_village_rules_are_made_by_the_assembly_alone(
    matter: MotionMatter, on_date: date, is_authorised: bool
) -> None:
    allowed = {
        body
        for body in MeetingBody
        if may_decide(matter, body, RULES, on_date, is_authorised=is_authorised)
    }
    assert allowed == {ASSEMBLY}


def test_the_hunan_measures_alone_would_refuse_as_well() -> None:
    only_hunan = [r for r in RULES if r.key is RuleSetKey.VILLAGE_RULES_MAKING_HUNAN]
    matter = MotionMatter.VILLAGE_RULES_MADE_OR_CHANGED
    assert may_decide(matter, ASSEMBLY, only_hunan, TODAY)
    assert not may_decide(matter, REPRESENTATIVES, only_hunan, TODAY, is_authorised=True)


def test_other_matters_go_to_the_representatives_only_with_authority() -> None:
    matter = MotionMatter.PUBLIC_WORKS_AND_LEVIES
    assert may_decide(matter, ASSEMBLY, RULES, TODAY)
    assert not may_decide(matter, REPRESENTATIVES, RULES, TODAY)
    assert may_decide(matter, REPRESENTATIVES, RULES, TODAY, is_authorised=True)
    assert not may_decide(matter, GROUP, RULES, TODAY, is_authorised=True)


def test_a_group_decides_its_own_property() -> None:
    allowed = {b for b in MeetingBody if may_decide(MotionMatter.GROUP_PROPERTY, b, RULES, TODAY)}
    assert allowed == {GROUP}


def test_without_a_rule_nobody_decides() -> None:
    for matter in MotionMatter:
        assert not may_decide(matter, ASSEMBLY, (), TODAY)
        assert deciding_rules(matter, RULES, TODAY)


def problems(**changes: object) -> list[OpenProblem]:
    given_ = {
        "state": MotionState.DRAFT,
        "matter": MotionMatter.BUILDING_PACT,
        "body": ASSEMBLY,
        "electorate_size": 60,
        "on_date": TODAY,
        "rule_sets": RULES,
    } | changes
    return opening_problems(**given_)  # type: ignore[arg-type]


def test_a_good_motion_may_open_and_each_fault_is_named() -> None:
    assert problems() == []
    assert problems(state=MotionState.OPEN) == [OpenProblem.NOT_A_DRAFT]
    assert problems(electorate_size=0) == [OpenProblem.NOBODY_IN_ELECTORATE]
    assert problems(body=REPRESENTATIVES) == [OpenProblem.BODY_MAY_NOT_DECIDE]
    assert problems(body=REPRESENTATIVES, is_authorised=True) == [OpenProblem.BODY_MAY_NOT_DECIDE]
    assert problems(rule_sets=()) == [OpenProblem.RULE_SET_MISSING]


@pytest.mark.parametrize(
    ("notified_on", "warnings"),
    [
        (None, [OpenWarning.NOTICE_MISSING]),
        (date(2025, 5, 23), [OpenWarning.NOTICE_TOO_SHORT]),
        (date(2025, 5, 22), []),
    ],
)
def test_the_assembly_hears_of_it_ten_days_before(
    notified_on: date | None, warnings: list[OpenWarning]
) -> None:
    def warned(body: MeetingBody) -> list[OpenWarning]:
        return opening_warnings(
            body=body, notified_on=notified_on, on_date=IN_2025, rule_sets=RULES
        )

    assert warned(ASSEMBLY) == warnings
    assert warned(GROUP) == []


def test_a_law_nobody_has_checked_is_said_out_loud() -> None:
    def warned(rule_sets: tuple[RuleSet, ...]) -> list[OpenWarning]:
        return opening_warnings(body=GROUP, notified_on=None, on_date=TODAY, rule_sets=rule_sets)

    assert warned(RULES) == [OpenWarning.LAW_NOT_CONFIRMED]
    rule = rule_set_in_force(RuleSetKey.GROUP_DECISION, TODAY, RULES)
    assert rule is not None
    assert warned((replace(rule, is_confirmed=True),)) == []
