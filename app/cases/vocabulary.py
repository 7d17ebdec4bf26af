"""The words of a case: what kind it is, who is in it, what can happen to it.

Class codes come from GB/T 31000-2015, so that the county's reports need no second sorting. This
milestone uses disputes only; the other kinds are named so that a number once given stays true.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Final

from app.handovers.vocabulary import Step
from app.reference import read_table


class CaseKind(StrEnum):
    """Where a case comes from: the county's three sources and the two beside them."""

    DISPUTE = "dispute"
    PETITION = "petition"
    LAWSUIT_SOURCE = "lawsuit_source"
    RECONSIDERATION = "reconsideration"
    INCIDENT_BORN = "incident_born"


class Urgency(StrEnum):
    """How pressing it is, in the three steps of GB/T 31000-2015, 5.60."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Scale(StrEnum):
    """How many are in it: GB/T 31000-2015, 5.55, which gives no head counts."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    MAJOR_GROUP = "major_group"


SCALE_CODES: Mapping[Scale, str] = {
    Scale.INDIVIDUAL: "01",
    Scale.GROUP: "02",
    Scale.MAJOR_GROUP: "03",
}


class PartySide(StrEnum):
    """On which side a party stands; `third` is concerned without being on either."""

    A = "a"
    B = "b"
    THIRD = "third"


class PartySource(StrEnum):
    """Whether a party was picked from the roster or written in, often from over the border."""

    ROSTER = "roster"
    OUTSIDE = "outside"


class CaseEventKind(StrEnum):
    """What can happen to a case. Who has it in hand is told by hand-overs, not by these."""

    RECORDED = "recorded"
    NOTE_ADDED = "note_added"
    MEDIATION_HELD = "mediation_held"
    SETTLED = "settled"
    NOT_SETTLED = "not_settled"
    CLOSED = "closed"
    REOPENED = "reopened"
    RISK_FOUND = "risk_found"
    """May become a public-order or criminal matter: to be reported at once."""
    REPORTED_TO_POLICE = "reported_to_police"
    # the chain: 统一受理, 分流交办, 办理处置, 跟踪反馈
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """不予受理, with the reason and the way to go instead."""
    TAKEN_ON = "taken_on"
    """签收: the unit it was dispatched to has it."""
    URGED = "urged"
    REPORTED_BACK = "reported_back"
    """The unit that had it in hand, or helped, says what it has done."""
    FEEDBACK_GIVEN = "feedback_given"
    """The people of the case were told how it ended."""
    WITHDRAWN = "withdrawn"
    # clocks
    CLOCK_PAUSED = "clock_paused"
    CLOCK_RESUMED = "clock_resumed"
    EXTENDED = "extended"
    # petitions
    MET = "met"
    INVESTIGATED = "investigated"
    ANSWERED = "answered"
    """信访处理意见书 delivered."""
    EVALUATION_SOUGHT = "evaluation_sought"
    EVALUATED = "evaluated"
    REVIEW_ASKED = "review_asked"
    """复查."""
    REVIEW_DECIDED = "review_decided"
    RE_REVIEW_ASKED = "re_review_asked"
    """复核."""
    RE_REVIEW_DECIDED = "re_review_decided"
    # mediation
    WAY_CHANGED = "way_changed"
    """From one of the three mediations to another, with its file."""
    PARTY_REFUSED = "party_refused"
    """A party clearly refuses mediation."""
    PARTY_AGREED = "party_agreed"
    """Who had refused agrees after all."""
    TOLD_OTHER_WAYS = "told_other_ways"
    # the court
    CONSENTED = "consented"
    """Both parties agree to be mediated before the court files the case."""
    COURT_SENT = "court_sent"
    SENT_BACK_TO_COURT = "sent_back_to_court"
    CONFIRMATION_APPLIED = "confirmation_applied"
    CONFIRMATION_WITHDRAWN = "confirmation_withdrawn"
    CONFIRMATION_ACCEPTED = "confirmation_accepted"
    CONFIRMATION_RULED = "confirmation_ruled"
    ENFORCEMENT_APPLIED = "enforcement_applied"
    SUIT_FILED = "suit_filed"
    HEARING_ATTENDED = "hearing_attended"
    """Mediators sat in at a reconsideration hearing (听证陪议)."""
    # with and after all of them
    LAW_EXPLAINED = "law_explained"
    FOLLOWED_UP = "followed_up"


class CaseState(StrEnum):
    """Where a case stands; always folded from its events, never written by hand.

    `not_recorded` is the state before the first event, also of a case whose events have not all
    arrived here yet.
    """

    NOT_RECORDED = "not_recorded"
    RECORDED = "recorded"
    UNDER_WAY = "under_way"
    SETTLED = "settled"
    NOT_SETTLED = "not_settled"
    CLOSED = "closed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


NOT_PLACED: Final = 1 << 62
"""The place of what the county has not put in its order yet: after all the rest."""


@dataclass(frozen=True, slots=True)
class InHand:
    """What else an event is judged by where it asks who had the case in hand: whose case it is,
    of what kind, and its hand-overs in county order."""

    kind: CaseKind
    unit_id: str
    handed: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One thing that happened to a case, in county order; ``detail`` is the event's JSON."""

    kind: CaseEventKind
    detail: str | None = None
    day: date | None = None
    """The day in the village on which it was written down; clocks run from it where the event
    names no day of its own. None in rules that ask for no day."""
    has_note: bool = True
    """Whether it was told in words as well; asked where the words alone are enough."""
    place: int = NOT_PLACED
    """Where it stands in the county's order, hand-overs among it."""
    in_hand: InHand | None = None
    """None where nobody asks who had it."""


class FlowStage(StrEnum):
    """The county's chain, 统一受理 → 分流交办 → 办理处置 → 联合化解 → 跟踪反馈, and its end."""

    INTAKE = "intake"
    DISPATCH = "dispatch"
    HANDLING = "handling"
    JOINT = "joint"
    FEEDBACK = "feedback"
    ENDED = "ended"


class SpokenLanguage(StrEnum):
    """What was spoken, or is spoken at home; no code of a standard."""

    DONG = "dong"
    MANDARIN = "mandarin"
    MIAO = "miao"
    YAO = "yao"
    ZHUANG = "zhuang"
    LOCAL_CHINESE = "local_chinese"
    OTHER = "other"


class AgentKind(StrEnum):
    """Who speaks for a party: who must (a minor's guardian), or who was asked to."""

    GUARDIAN = "guardian"
    ENTRUSTED = "entrusted"


class Escalation(StrEnum):
    """The answer to whether a dispute may get worse; asked in a step of its own."""

    NONE = "none"
    MAY_ESCALATE = "may_escalate"
    """Measures against it are taken."""
    MAY_OFFEND = "may_offend"
    """May become a public-order or criminal matter: the police are told."""


class CaseProblem(StrEnum):
    """What is wrong with a draft."""

    TITLE_MISSING = "title_missing"
    TITLE_TOO_LONG = "title_too_long"
    CLASS_MISSING = "class_missing"
    CLASS_UNKNOWN = "class_unknown"
    PLACE_TOO_LONG = "place_too_long"
    STORY_TOO_LONG = "story_too_long"
    PARTIES_MISSING = "parties_missing"
    PARTY_NAME_MISSING = "party_name_missing"
    DATE_MISSING = "date_missing"
    DATE_IN_FUTURE = "date_in_future"
    RECEIVED_IN_FUTURE = "received_in_future"
    WANTED_TOO_LONG = "wanted_too_long"
    HEAD_COUNT_WRONG = "head_count_wrong"
    """Fewer than are named, or more than six digits: 涉及人数 N6, GB/T 31000-2015, table 30."""
    REGION_UNKNOWN = "region_unknown"
    NOT_OF_THIS_KIND = "not_of_this_kind"
    """A field that a case of this kind does not have."""
    KIND_STAYS = "kind_stays"
    """It has gone on, is confidential, or grew out of an incident."""
    ETHNICITY_UNKNOWN = "ethnicity_unknown"
    CATEGORY_UNKNOWN = "category_unknown"
    BIRTH_IN_FUTURE = "birth_in_future"
    ORGANISATION_IS_NO_PERSON = "organisation_is_no_person"
    AGENT_NAME_MISSING = "agent_name_missing"
    AGENT_KIND_MISSING = "agent_kind_missing"
    RISK_UNANSWERED = "risk_unanswered"
    MEASURES_TOO_LONG = "measures_too_long"


class CaseBlock(StrEnum):
    """Why an event may not happen now, though the state would let it."""

    RISK_UNREPORTED = "risk_unreported"
    """人民调解法 (2010), Art. 25."""
    LOOP_OPEN = "loop_open"
    """A unit that has it has not reported back, or the people were not told."""
    NOT_SENT_HERE = "not_sent_here"
    """Only a unit it was sent to takes it on."""
    NOT_IN_HAND = "not_in_hand"
    """Only who leads or helps reports back."""
    # petitions: 信访工作条例 (2022)
    NOT_INVESTIGATED = "not_investigated"
    """Art. 31 (6)."""
    NOT_ANSWERED = "not_answered"
    """What was not answered is not judged, and not reviewed: Art. 21 and 35."""
    EVALUATION_NOT_SOUGHT = "evaluation_not_sought"
    """Art. 21."""
    BEFORE_ANSWER = "before_answer"
    """The day it was asked lies before the day the answer was received."""
    ASKED_TOO_LATE = "asked_too_late"
    """Art. 35 and 36: thirty days."""
    REVIEW_ASKED_BEFORE = "review_asked_before"
    REVIEW_NOT_ASKED = "review_not_asked"
    REVIEW_NOT_DECIDED = "review_not_decided"
    RE_REVIEW_ASKED_BEFORE = "re_review_asked_before"
    RE_REVIEW_NOT_ASKED = "re_review_not_asked"
    ENDED_BY_RE_REVIEW = "ended_by_re_review"
    """Art. 36 (3)."""
    NOT_THE_UNIT_ABOVE = "not_the_unit_above"
    """Art. 35 and 36: the unit above the one that answered."""
    PARTY_REFUSES = "party_refuses"
    """人民调解法 (2010), Art. 17."""
    OTHER_WAYS_UNTOLD = "other_ways_untold"
    """人民调解法 (2010), Art. 26."""
    SAME_WAY = "same_way"
    WAY_NOT_YOURS = "way_not_yours"
    """Neither the way it leaves nor the one it goes to is the work of this post."""
    # the court; each names its article in `app.court.rules`
    CONSENT_MISSING = "consent_missing"
    AGREEMENT_NOT_IN_EFFECT = "agreement_not_in_effect"
    NOT_JOINT = "not_joint"
    CONFIRMATION_TOO_LATE = "confirmation_too_late"
    CONFIRMATION_ASKED_BEFORE = "confirmation_asked_before"
    NOTHING_APPLIED = "nothing_applied"
    DAY_BEFORE_APPLICATION = "day_before_application"
    NO_VALID_RULING = "no_valid_ruling"
    NO_COURT_MEDIATION = "no_court_mediation"
    NOT_SENT_BY_COURT = "not_sent_by_court"
    EXTENSION_UNCONSENTED = "extension_unconsented"
    # clocks; each names its article in `app.clocks.blocks`
    LIMIT_NOT_EXTENDABLE = "limit_not_extendable"
    LIMIT_NOT_RUNNING = "limit_not_running"
    EXTENSION_TOO_LONG = "extension_too_long"
    EXTENSION_TOO_LATE = "extension_too_late"
    EXTENSION_NOT_TOLD = "extension_not_told"
    EXTENSION_NO_CONSENT = "extension_no_consent"
    CLOCK_NOT_PAUSABLE = "clock_not_pausable"
    CLOCK_PAUSED_ALREADY = "clock_paused_already"
    CLOCK_NOT_PAUSED = "clock_not_paused"
    CLOCK_RESUMED_TOO_EARLY = "clock_resumed_too_early"
    CLOCK_DAY_AHEAD = "clock_day_ahead"


class CaseField(StrEnum):
    """The field of the form a problem belongs to."""

    KIND = "kind"
    TITLE = "title"
    CLASS_CODE = "class_code"
    PLACE = "place"
    STORY = "story"
    PARTIES = "parties"
    HAPPENED_ON = "happened_on"
    RECEIVED_ON = "received_on"
    WANTED = "wanted"
    HEAD_COUNT = "head_count"
    PLACE_REGION = "place_region"
    FIRST_CONTACT = "first_contact_id"
    PETITION_PURPOSE = "petition_purpose"
    PETITION_FORM = "petition_form"
    ACCUSED_UNIT = "accused_unit_id"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class RiskAnswer:
    """What was answered, and what is done against it."""

    answer: Escalation
    measures: str = ""

    def as_detail(self) -> str:
        """As an event keeps it."""
        body = {"risk": self.answer.value, "measures": self.measures.strip()}
        return json.dumps(body, ensure_ascii=False)

    @classmethod
    def of_detail(cls, detail: str | None) -> RiskAnswer | None:
        """Read back; None where nothing was asked, as of old cases."""
        try:
            body = json.loads(detail or "{}")
        except (ValueError, RecursionError):
            return None
        answer = body.get("risk") if isinstance(body, dict) else None
        if not isinstance(answer, str) or answer not in set(Escalation):
            return None
        measures = body.get("measures")
        return cls(Escalation(answer), measures if isinstance(measures, str) else "")


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One entry of a two-level code set, its second level inside it."""

    code: str
    name: str
    parent_code: str | None = None
    children: tuple[CodeEntry, ...] = ()


@cache
def dispute_classes() -> tuple[CodeEntry, ...]:
    """The 17 classes of GB/T 31000-2015, 5.56, with their 78 sub-classes."""
    return _tree("dispute_classes.csv")


@cache
def resolution_ways() -> tuple[CodeEntry, ...]:
    """The ways of resolving of GB/T 31000-2015, 5.58; 01 holds the three linked mediations."""
    return _tree("resolution_ways.csv")


@cache
def person_categories() -> tuple[CodeEntry, ...]:
    """The 16 categories of GB/T 31000-2015, 5.57, the special ones (02) before the general:
    of somebody who fits several the special one is told."""
    general, special = _tree("person_categories.csv")
    return (*special.children, *general.children)


def is_known_category(code: str) -> bool:
    """Whether somebody's category is one of the second level."""
    return any(entry.code == code for entry in person_categories())


def category_name(code: str) -> str:
    """A category in words; a code of a newer county as it is."""
    return next((entry.name for entry in person_categories() if entry.code == code), code)


def is_known_class(code: str) -> bool:
    """Whether the code is a class of either level."""
    return code in _names("dispute_classes.csv")


def class_name(code: str) -> str:
    """The class in words, a sub-class after its class: 邻里纠纷 / 用水排水通行通风采光.

    A code that is not known here (from a newer county) comes back as it is: the record matters
    more than its label.
    """
    return _names("dispute_classes.csv").get(code, code)


def _tree(name: str) -> tuple[CodeEntry, ...]:
    rows = read_table("cases", name)
    return tuple(
        CodeEntry(row["code"], row["name"], None, _children(row["code"], rows))
        for row in rows
        if not row["parent_code"]
    )


def _children(code: str, rows: tuple[dict[str, str], ...]) -> tuple[CodeEntry, ...]:
    return tuple(
        CodeEntry(row["code"], row["name"], code) for row in rows if row["parent_code"] == code
    )


@cache
def _names(name: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for entry in _tree(name):
        names[entry.code] = entry.name
        names |= {child.code: f"{entry.name} / {child.name}" for child in entry.children}
    return names
