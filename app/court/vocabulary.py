"""The words of what passes between the court and the centres."""

from __future__ import annotations

from enum import StrEnum


class CourtSending(StrEnum):
    """Before the case is filed (委派) or after it (委托)."""

    BEFORE_FILING = "before_filing"
    AFTER_FILING = "after_filing"


class RulingOutcome(StrEnum):
    """民事诉讼法 (2023), Art. 206: found valid, or dismissed."""

    VALID = "valid"
    DISMISSED = "dismissed"


class EnforcementBasis(StrEnum):
    """What is enforced: never a bare agreement."""

    RULING = "ruling"
    """The ruling that found the agreement valid."""
    COURT_MEDIATION = "court_mediation"
    """The court's own 调解书: 民事诉讼法 (2023), Art. 100 and 247."""


class SettledBy(StrEnum):
    """How people came to terms; counted apart for reconsiderations (调解 and 和解)."""

    MEDIATED = "mediated"
    CONCILIATED = "conciliated"
    """Among themselves: GB/T 31000-2015, 5.58, 06 协商和解."""


class ConfirmationState(StrEnum):
    """Where the confirmation of one agreement stands."""

    NOT_IN_EFFECT = "not_in_effect"
    OPEN = "open"
    """In effect, and nobody has applied; the thirty days run."""
    TOO_LATE = "too_late"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    VALID = "valid"
    DISMISSED = "dismissed"
    ENDED = "ended"
    """The agreement was given up."""


class ConfirmationWarning(StrEnum):
    """What the court may not take, or not confirm; it is for the court to say."""

    IDENTITY_RELATION = "identity_relation"
    OWNERSHIP = "ownership"
    NOT_CIVIL = "not_civil"
    NO_ITEMS = "no_items"
    NO_DATE = "no_date"
    NO_AMOUNT = "no_amount"
    MINOR_WITHOUT_AGENT = "minor_without_agent"
    ABSENT_WITHOUT_AGENT = "absent_without_agent"
    ORAL = "oral"
    NO_COMMITTEE = "no_committee"
    """Mediated by an office: the law speaks of mediation organisations."""
    BY_THE_COURT = "by_the_court"
    """The court's own mediation ends with its 调解书."""


class PathStep(StrEnum):
    """The way from the parties' consent to what was promised being done."""

    CONSENTED = "consented"
    SENT = "sent"
    MEDIATED = "mediated"
    AGREED = "agreed"
    APPLIED = "applied"
    RULED = "ruled"
    PERFORMED = "performed"


class LawStage(StrEnum):
    """事前讲法, 事中明法, 事后析法."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
