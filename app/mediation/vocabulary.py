"""The words of mediation; articles are those of 人民调解法 (2010-08-28)."""

from __future__ import annotations

from enum import StrEnum


class MediationWay(StrEnum):
    """Which of the three mediations leads: GB/T 31000-2015, 5.58, 0103, 0102, 0101."""

    PEOPLES = "peoples"
    ADMINISTRATIVE = "administrative"
    JUDICIAL = "judicial"


WAY_CODES = {
    MediationWay.PEOPLES: "0103",
    MediationWay.ADMINISTRATIVE: "0102",
    MediationWay.JUDICIAL: "0101",
}


class SessionPlace(StrEnum):
    """Where people sat down together."""

    DRUM_TOWER = "drum_tower"
    STILT_HOUSE = "stilt_house"
    OFFICE = "office"
    AT_HOME = "at_home"
    ON_THE_SPOT = "on_the_spot"
    COURT = "court"
    BY_PHONE = "by_phone"
    OTHER = "other"


class SessionOutcome(StrEnum):
    """How a session ended."""

    AGREED = "agreed"
    GOES_ON = "goes_on"
    FAILED = "failed"


class ChosenBy(StrEnum):
    """How a mediator came to the case, Art. 19 and 20."""

    ASSIGNED = "assigned"
    CHOSEN = "chosen"
    INVITED = "invited"
    """Relatives, neighbours, elders, experts; with the parties' consent, Art. 20."""


class AgreementForm(StrEnum):
    """Art. 28."""

    WRITTEN = "written"
    ORAL = "oral"


class SignerKind(StrEnum):
    """Whose signature makes a written agreement take effect, Art. 29."""

    PARTY = "party"
    MEDIATOR = "mediator"
    SEAL = "seal"
    """The committee's seal."""


class SignatureManner(StrEnum):
    """Signed, sealed or by fingerprint, Art. 29."""

    SIGNED = "signed"
    SEALED = "sealed"
    FINGERPRINT = "fingerprint"


class Performance(StrEnum):
    """How far what was agreed has been done."""

    OPEN = "open"
    PARTLY = "partly"
    DONE = "done"
    NOT_DONE = "not_done"


class AgreementField(StrEnum):
    """The field of the form a problem belongs to; those of an item carry its place."""

    FORM = "form"
    REACHED_ON = "reached_on"
    FACTS = "facts"
    TERMS = "terms"
    PERFORMANCE_WAY = "performance_way"
    COPIES = "copies"
    ITEM_TEXT = "text"
    ITEM_AMOUNT = "amount_cents"
    ITEM_DUE = "due_on"
    ITEM_PARTY = "party_id"
    PERFORMED_ON = "performed_on"
    PROOF = "proof"
    ENDED_ON = "ended_on"
    END_REASON = "end_reason"


class AgreementProblem(StrEnum):
    """What is wrong with what was typed of an agreement."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    IN_FUTURE = "in_future"
    BEFORE_REACHED = "before_reached"
    NOT_A_PARTY = "not_a_party"
    BAD_AMOUNT = "bad_amount"
    BAD_COUNT = "bad_count"
    TOO_MANY = "too_many"
    DAY_MISSING = "day_missing"
    """Done, or given up, needs its day."""
    DAY_TOO_MUCH = "day_too_much"
    """What was not done has no day it was done."""


class SigningProblem(StrEnum):
    """Why somebody cannot sign there now."""

    NAME_MISSING = "name_missing"
    NOT_WRITTEN = "not_written"
    ENDED = "ended"
    NOT_A_PARTY = "not_a_party"
    SIGNED_BEFORE = "signed_before"
    BEFORE_REACHED = "before_reached"
    IN_FUTURE = "in_future"
    NEEDS_AGENT = "needs_agent"
    """A minor signs through the guardian."""


class MediatorProblem(StrEnum):
    """Why somebody cannot mediate the case now."""

    NAME_MISSING = "name_missing"
    CONSENT_MISSING = "consent_missing"
    """Art. 20: who is invited comes with the parties' consent."""
    IS_PARTY = "is_party"
    KIN_UNEXPLAINED = "kin_unexplained"
    ACTIVE_ALREADY = "active_already"
    ENDS_BEFORE_START = "ends_before_start"
    IN_FUTURE = "in_future"
    TOO_LONG = "too_long"


class KinDegree(StrEnum):
    """What the roster tells of two people."""

    SAME_PERSON = "same_person"
    SAME_NUMBER = "same_number"
    """Another entry of the roster with the same identity number: the same person."""
    SAME_HOUSEHOLD = "same_household"
    SAME_HOUSEHOLD_BEFORE = "same_household_before"
    """Of households that were one before a split, or were merged."""
    SAME_NAME = "same_name"
    """A party of that name who is not in the roster: somebody must say whether it is he."""
