"""The words of a vote: the motion, who meets, how a household answers, how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.village_rules.vocabulary import RuleSet


class MotionState(StrEnum):
    """Where a motion stands; always folded from its events."""

    DRAFT = "draft"
    OPEN = "open"
    TALLIED = "tallied"
    WITHDRAWN = "withdrawn"


class MotionEventKind(StrEnum):
    """What happens to a motion; its state is folded from these."""

    OPENED = "opened"
    TALLIED = "tallied"
    WITHDRAWN = "withdrawn"


class MotionMatter(StrEnum):
    """What is decided, sorted as the law sorts it: by who may decide it.

    From `homestead_use_plan` to `other` these are the nine items of Art. 24 of the Organic Law of
    Villagers' Committees (2018); `group_property` is Art. 28.
    """

    VILLAGE_RULES_MADE_OR_CHANGED = "village_rules_made_or_changed"
    BUILDING_PACT = "building_pact"
    HOMESTEAD_USE_PLAN = "homestead_use_plan"
    LAND_CONTRACTING_PLAN = "land_contracting_plan"
    LAND_COMPENSATION_PLAN = "land_compensation_plan"
    PUBLIC_WORKS_AND_LEVIES = "public_works_and_levies"
    COLLECTIVE_INCOME_USE = "collective_income_use"
    COLLECTIVE_PROJECTS = "collective_projects"
    COLLECTIVE_PROPERTY_DISPOSAL = "collective_property_disposal"
    SUBSIDISED_POSTS = "subsidised_posts"
    OTHER = "other"
    GROUP_PROPERTY = "group_property"


class MeetingBody(StrEnum):
    """Who decides: 村民会议, 村民代表会议, 村民小组会议."""

    VILLAGERS_ASSEMBLY = "villagers_assembly"
    REPRESENTATIVES_ASSEMBLY = "representatives_assembly"
    GROUP_MEETING = "group_meeting"


class ElectorateBasis(StrEnum):
    """What an electorate counts; the quorum of a body differs with it (Art. 22, 26, 28)."""

    HOUSEHOLDS = "households"
    ADULTS = "adults"
    MEMBERS = "members"


class BallotChoice(StrEnum):
    """The answer of a household; keys 1, 2 and 3."""

    AGREE = "agree"
    OPPOSE = "oppose"
    ABSTAIN = "abstain"


class BallotMethod(StrEnum):
    """How the answer was given."""

    SIGNATURE = "signature"
    ORAL_RECORDED = "oral_recorded"
    PROXY = "proxy"
    SHOW_OF_HANDS = "show_of_hands"


class BallotStanding(StrEnum):
    """What a ballot is worth.

    `late` reached the county after the tally: visible, not counted. `outside_electorate` is for a
    household that is not on the frozen list: also visible, so that no ballot vanishes.
    """

    COUNTED = "counted"
    DUPLICATE_PENDING = "duplicate_pending"
    WITHDRAWN = "withdrawn"
    LATE = "late"
    OUTSIDE_ELECTORATE = "outside_electorate"


class TallyResult(StrEnum):
    """How a vote ended."""

    ADOPTED = "adopted"
    REJECTED = "rejected"
    NO_QUORUM = "no_quorum"


class OpenProblem(StrEnum):
    """What keeps a motion from being opened."""

    NOT_A_DRAFT = "not_a_draft"
    NOBODY_IN_ELECTORATE = "nobody_in_electorate"
    BODY_MAY_NOT_DECIDE = "body_may_not_decide"
    RULE_SET_MISSING = "rule_set_missing"


class OpenWarning(StrEnum):
    """What a court or the township could hold against the vote later (Art. 21, 36)."""

    NOTICE_MISSING = "notice_missing"
    NOTICE_TOO_SHORT = "notice_too_short"
    LAW_NOT_CONFIRMED = "law_not_confirmed"


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A ballot as the count needs it."""

    id: str
    household_id: str
    choice: BallotChoice


@dataclass(frozen=True, slots=True)
class Count:
    """Households of an electorate by what they answered.

    `duplicate_pending` counts households, not ballots: such a household is in no choice and, until
    a person has judged which ballot stands, not present either, so that a doubt never makes a
    quorum. `present` is the sum of the first three; `total` is `present`, `duplicate_pending` and
    `missing` together.
    """

    agree: int
    oppose: int
    abstain: int
    duplicate_pending: int
    missing: int
    present: int
    total: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """A count judged by a rule.

    `present_needed` and `agree_needed` are households (or adults, or members); `agree_needed`
    follows from who is present, so it moves while ballots come in. `source` is the rule it was
    judged by, to be cited under the result.
    """

    result: TallyResult
    present_needed: int
    agree_needed: int
    has_quorum: bool
    is_adopted: bool
    source: RuleSet
