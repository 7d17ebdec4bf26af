"""Counting and judging a village vote, in whole numbers.

Source of every fraction is the table of rule sets; nothing here knows a number of law. A laptop
judges with the ballots it has, the county with all; the same ballots give the same result.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Set
from datetime import date, timedelta

from app.folding import Folded, fold_events
from app.village_rules.rules import rule_set_in_force, rule_sets_in_force, share_of
from app.village_rules.vocabulary import RuleSet, RuleSetKey, Share
from app.votes.vocabulary import (
    BallotChoice,
    BallotStanding,
    CastBallot,
    Count,
    ElectorateBasis,
    Judgement,
    MeetingBody,
    MotionEventKind,
    MotionMatter,
    MotionState,
    OpenProblem,
    OpenWarning,
    TallyResult,
)

_S = MotionState
_K = MotionEventKind

MOTION_TRANSITIONS: Mapping[tuple[MotionState, MotionEventKind], MotionState] = {
    (_S.DRAFT, _K.OPENED): _S.OPEN,
    (_S.DRAFT, _K.WITHDRAWN): _S.WITHDRAWN,
    (_S.OPEN, _K.TALLIED): _S.TALLIED,
    (_S.OPEN, _K.WITHDRAWN): _S.WITHDRAWN,
}


def may_follow(state: MotionState, kind: MotionEventKind) -> bool:
    """Whether this event may happen to a motion in this state."""
    return (state, kind) in MOTION_TRANSITIONS


def fold_motion(kinds: Iterable[MotionEventKind]) -> MotionState:
    """The state of a motion from its events in county order; a draft before the first."""
    return fold_motion_with_refusals(kinds).state


def fold_motion_with_refusals(
    kinds: Iterable[MotionEventKind],
) -> Folded[MotionState, MotionEventKind]:
    """As `fold_motion`, also naming the events that were skipped, such as a second tally."""
    return fold_events(MotionState.DRAFT, kinds, MOTION_TRANSITIONS)


def may_take_ballot(state: MotionState, *, is_in_electorate: bool) -> bool:
    """Whether a ballot may be taken: the vote is open and the household on the frozen list."""
    return state is MotionState.OPEN and is_in_electorate


# --- how many are needed -------------------------------------------------------------------


def quorum_needed(total: int, share: Share) -> int:
    """The smallest whole number that reaches this share of `total`.

    "三分之二以上" (inclusive) of 60 is 40; "过半数" (exclusive) of 46 is 24.
    """
    if share.is_inclusive:
        return -(-share.numerator * total // share.denominator)
    return share.numerator * total // share.denominator + 1


def decision_rule(body: MeetingBody, on_date: date, rule_sets: Iterable[RuleSet]) -> RuleSet | None:
    """The rule for quorum and majority of a body on that day; None when there was none."""
    found = [
        rule
        for rule in rule_sets_in_force(on_date, rule_sets)
        if rule.params.get("body") == body.value and "decision" in rule.params
    ]
    return max(found, key=lambda rule: rule.version, default=None)


# --- counting --------------------------------------------------------------------------------


def ballot_standings(
    electorate_ids: Set[str],
    ballots: Iterable[CastBallot],
    withdrawals: Collection[str],
    *,
    sealed_ids: Set[str] | None = None,
) -> dict[str, BallotStanding]:
    """What each ballot (by id) is worth.

    `withdrawals` are ids of withdrawn ballots. `sealed_ids` are the ballots a tally sealed (see
    `ballots_to_seal`), None while the vote is open; what is not among them came late, and a
    withdrawal of one among them came too late. The same ballot delivered twice is one ballot;
    two ballots of one household are a duplicate, also when they say the same.
    """
    by_id = {ballot.id: ballot for ballot in ballots}
    standings = {
        ballot.id: _standing_alone(ballot, electorate_ids, withdrawals, sealed_ids)
        for ballot in by_id.values()
    }
    counted = [b for b in by_id.values() if standings[b.id] is BallotStanding.COUNTED]
    per_household = Counter(ballot.household_id for ballot in counted)
    for ballot in counted:
        if per_household[ballot.household_id] > 1:
            standings[ballot.id] = BallotStanding.DUPLICATE_PENDING
    return standings


def _standing_alone(
    ballot: CastBallot,
    electorate_ids: Set[str],
    withdrawals: Collection[str],
    sealed_ids: Set[str] | None,
) -> BallotStanding:
    if ballot.household_id not in electorate_ids:
        return BallotStanding.OUTSIDE_ELECTORATE
    if sealed_ids is not None and ballot.id in sealed_ids:
        return BallotStanding.COUNTED
    if ballot.id in withdrawals:
        return BallotStanding.WITHDRAWN
    return BallotStanding.COUNTED if sealed_ids is None else BallotStanding.LATE


def ballots_to_seal(standings: Mapping[str, BallotStanding]) -> frozenset[str]:
    """The ballots a tally stands on: those counted, and those of a household still in doubt.
    Whoever tallies settles the doubts first; later it changes nothing.
    """
    sealed = (BallotStanding.COUNTED, BallotStanding.DUPLICATE_PENDING)
    return frozenset(id_ for id_, standing in standings.items() if standing in sealed)


def count_ballots(
    electorate_ids: Set[str],
    ballots: Iterable[CastBallot],
    withdrawals: Collection[str],
    *,
    sealed_ids: Set[str] | None = None,
) -> Count:
    """The households of the electorate by answer; parameters as in `ballot_standings`."""
    known = list(ballots)
    standings = ballot_standings(electorate_ids, known, withdrawals, sealed_ids=sealed_ids)
    by_id = {ballot.id: ballot for ballot in known}
    choices = Counter(
        by_id[id_].choice for id_, value in standings.items() if value is BallotStanding.COUNTED
    )
    pending = {
        by_id[id_].household_id
        for id_, value in standings.items()
        if value is BallotStanding.DUPLICATE_PENDING
    }
    present = choices.total()
    return Count(
        agree=choices[BallotChoice.AGREE],
        oppose=choices[BallotChoice.OPPOSE],
        abstain=choices[BallotChoice.ABSTAIN],
        duplicate_pending=len(pending),
        missing=len(electorate_ids) - present - len(pending),
        present=present,
        total=len(electorate_ids),
    )


def judge_result(
    count: Count,
    rule_set: RuleSet,
    *,
    basis: ElectorateBasis = ElectorateBasis.HOUSEHOLDS,
) -> Judgement:
    """The result of a count by a rule from `decision_rule`.

    `basis` is what the electorate counts; a rule without a quorum for it is our mistake and
    raises KeyError. An empty electorate never has a quorum.
    """
    present_needed = quorum_needed(count.total, share_of(rule_set.params["quorum"][basis.value]))
    agree_needed = quorum_needed(count.present, share_of(rule_set.params["decision"]))
    has_quorum = count.total > 0 and count.present >= present_needed
    is_adopted = has_quorum and count.agree >= agree_needed
    return Judgement(
        result=_result(has_quorum=has_quorum, is_adopted=is_adopted),
        present_needed=present_needed,
        agree_needed=agree_needed,
        has_quorum=has_quorum,
        is_adopted=is_adopted,
        source=rule_set,
    )


def _result(*, has_quorum: bool, is_adopted: bool) -> TallyResult:
    if not has_quorum:
        return TallyResult.NO_QUORUM
    return TallyResult.ADOPTED if is_adopted else TallyResult.REJECTED


def seal_of(ballot_ids: Iterable[str]) -> str:
    """A hash (sha256, hex) of the ballots a tally stands on, whatever order they came in.

    A ballot is never changed once cast, so the ids are enough.
    """
    return hashlib.sha256("\n".join(sorted(set(ballot_ids))).encode()).hexdigest()


# --- who may decide what, and when -----------------------------------------------------------


def may_decide(
    matter: MotionMatter,
    body: MeetingBody,
    rule_sets: Iterable[RuleSet],
    on_date: date,
    *,
    is_authorised: bool = False,
) -> bool:
    """Whether this body may decide the matter on that day.

    Village rules are made and changed by the villagers' assembly alone (Organic Law 2018, Art.
    27; Hunan measures 2013, Art. 3-4). The items of Art. 24 may go to the representatives when
    the assembly authorised them: `is_authorised`. Every rule in force that names the matter must
    agree; when none does, nobody may.
    """
    rules = deciding_rules(matter, rule_sets, on_date)
    return bool(rules) and all(_allows(rule, body, is_authorised) for rule in rules)


def deciding_rules(
    matter: MotionMatter, rule_sets: Iterable[RuleSet], on_date: date
) -> tuple[RuleSet, ...]:
    """The rules in force that say who decides this matter, to be shown with a refusal."""
    return tuple(
        rule
        for rule in rule_sets_in_force(on_date, rule_sets)
        if matter.value in rule.params.get("matters", ())
    )


def _allows(rule: RuleSet, body: MeetingBody, is_authorised: bool) -> bool:
    bodies = list(rule.params["bodies"])
    if is_authorised:
        bodies += rule.params["bodies_if_authorised"]
    return body.value in bodies


def opening_problems(
    *,
    state: MotionState,
    matter: MotionMatter,
    body: MeetingBody,
    electorate_size: int,
    on_date: date,
    rule_sets: Collection[RuleSet],
    is_authorised: bool = False,
) -> list[OpenProblem]:
    """What keeps this motion from being opened on that day; empty when nothing."""
    problems = []
    if not may_follow(state, MotionEventKind.OPENED):
        problems.append(OpenProblem.NOT_A_DRAFT)
    if electorate_size < 1:
        problems.append(OpenProblem.NOBODY_IN_ELECTORATE)
    if decision_rule(body, on_date, rule_sets) is None:
        problems.append(OpenProblem.RULE_SET_MISSING)
    elif not may_decide(matter, body, rule_sets, on_date, is_authorised=is_authorised):
        problems.append(OpenProblem.BODY_MAY_NOT_DECIDE)
    return problems


def opening_warnings(
    *,
    body: MeetingBody,
    notified_on: date | None,
    on_date: date,
    rule_sets: Collection[RuleSet],
) -> list[OpenWarning]:
    """What should be said before opening, though the person may go on.

    The assembly is called ten days ahead (Art. 21). The day of the notice is not counted: told
    on the 1st, the vote may open on the 11th. The law leaves it to the township and the court
    what a short notice does to a decision, so the program does not refuse.
    """
    warnings = []
    rule = decision_rule(body, on_date, rule_sets)
    if rule is not None and not rule.is_confirmed:
        warnings.append(OpenWarning.LAW_NOT_CONFIRMED)
    call = rule_set_in_force(RuleSetKey.ASSEMBLY_CALL, on_date, rule_sets)
    if call is None or call.params["body"] != body.value:
        return warnings
    if notified_on is None:
        warnings.append(OpenWarning.NOTICE_MISSING)
    elif notified_on + timedelta(days=call.params["notice_days"]) > on_date:
        warnings.append(OpenWarning.NOTICE_TOO_SHORT)
    return warnings
