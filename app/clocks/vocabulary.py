"""The words of a time limit."""

from __future__ import annotations

from enum import StrEnum


class DayUnit(StrEnum):
    """How days are counted."""

    CALENDAR = "calendar"
    WORKING = "working"
    YEARS = "years"


class LimitSource(StrEnum):
    """Whose limit it is; the screen shows all, the law's in red when it has passed."""

    LAW = "law"
    COUNTY = "county"
    AGREED = "agreed"
    """The parties', in their agreement."""


class LimitKey(StrEnum):
    """One kind of limit. Those of law and county have a rule set of the same key."""

    PETITION_TOLD = "petition_told"
    TRANSFER_OBJECTION = "transfer_objection"
    PETITION_HANDLING = "petition_handling"
    REVIEW_ASKING = "review_asking"
    REVIEW_ANSWERING = "review_answering"
    RE_REVIEW_ASKING = "re_review_asking"
    RE_REVIEW_ANSWERING = "re_review_answering"
    COUNTY_MET = "county_met"
    COUNTY_INVESTIGATED = "county_investigated"
    COUNTY_ANSWERED = "county_answered"
    COUNTY_CLOSED = "county_closed"
    PEOPLES_MEDIATION = "peoples_mediation"
    COURT_SENT_MEDIATION = "court_sent_mediation"
    CONFIRMATION_APPLICATION = "confirmation_application"
    CONFIRMATION_RULING = "confirmation_ruling"
    ENFORCEMENT = "enforcement"
    AGREEMENT_ITEM = "agreement_item"
    """The day an item of an agreement names."""
    FOLLOW_UP = "follow_up"
    """The county's setting: so many days after closing somebody asks how it went on."""


class LimitEnd(StrEnum):
    """What happens to a period that ends on a day off."""

    ANY_DAY = "any_day"
    WORKING_DAY = "working_day"
    """Ends on the first working day after: 民事诉讼法 (2023), Art. 85 (3)."""


class ExtensionNeed(StrEnum):
    """Who must have said yes before a limit is extended."""

    HEAD = "head"
    """The head of the unit: 信访工作条例 (2022), Art. 34."""
    BOTH_PARTIES = "both_parties"
    COURT = "court"


class PauseGround(StrEnum):
    """Why a clock stands still."""

    HEARING = "hearing"
    """听证所需时间不计算在内: 信访工作条例 (2022), Art. 36."""
    APPRAISAL = "appraisal"
    PARTY_ABSENT = "party_absent"
    OTHER = "other"


class ClockState(StrEnum):
    """Where a clock stands today."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"
    LAPSED = "lapsed"
    """Somebody might have asked for something and has not; nobody is late."""
    ENDED = "ended"
    """The case ended before it; nothing is due any more."""
