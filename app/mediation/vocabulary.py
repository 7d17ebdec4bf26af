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
