"""The words of a petition; articles are those of 信访工作条例 (2022-02-25)."""

from __future__ import annotations

from enum import StrEnum


class PetitionPurpose(StrEnum):
    """What is wanted: Art. 29 to 31 treat each differently."""

    ADVICE = "advice"
    """建议意见类, Art. 29."""
    ACCUSATION = "accusation"
    """检举控告类, Art. 30; confidential, Art. 46 (5)."""
    APPEAL = "appeal"
    """申诉求决类, Art. 31."""


class PetitionForm(StrEnum):
    """How it came in, Art. 17."""

    VISIT = "visit"
    LETTER = "letter"
    ONLINE = "online"
    TELEPHONE = "telephone"
    FAX = "fax"
    HANDED_DOWN = "handed_down"
    """转送、交办 from above, Art. 22."""


class AnswerOutcome(StrEnum):
    """What a 信访处理意见书 says, Art. 32."""

    SUPPORTED = "supported"
    EXPLAINED = "explained"
    NOT_SUPPORTED = "not_supported"


class ReviewOutcome(StrEnum):
    """What a review says of the answer before it, Art. 35 and 36."""

    UPHELD = "upheld"
    CHANGED = "changed"
    REVOKED = "revoked"


class Satisfaction(StrEnum):
    """How the person judges what was done; Art. 21 has it asked."""

    SATISFIED = "satisfied"
    ROUGHLY_SATISFIED = "roughly_satisfied"
    DISSATISFIED = "dissatisfied"
    NO_ANSWER = "no_answer"


class OtherWay(StrEnum):
    """Where an appeal goes instead, Art. 31 (1) to (5); (6) is the petition itself."""

    LITIGATION = "litigation"
    """(1) courts, reconsideration, procuratorate, police."""
    ARBITRATION = "arbitration"
    """(2)."""
    PARTY_APPEAL = "party_appeal"
    """(3) 党员申诉、申请复审."""
    ADMINISTRATIVE = "administrative"
    """(4) reconsideration, ruling, confirmation, licence, penalty."""
    OFFICIAL_DUTY = "official_duty"
    """(5) asks an office to do its duty: done or answered under the law, not as a petition."""


class PetitionProblem(StrEnum):
    """What is wrong with the draft of a petition."""

    PURPOSE_MISSING = "purpose_missing"
    FORM_MISSING = "form_missing"
    RECEIVED_MISSING = "received_missing"
    RECEIVED_IN_FUTURE = "received_in_future"
    RECEIVED_BEFORE_IT_HAPPENED = "received_before_it_happened"
    REQUEST_MISSING = "request_missing"
    REQUEST_TOO_LONG = "request_too_long"
    FACTS_MISSING = "facts_missing"
    ADDRESS_MISSING = "address_missing"
    TOO_MANY_REPRESENTATIVES = "too_many_representatives"
    REPRESENTATIVES_MISSING = "representatives_missing"


class ConfidentialProblem(StrEnum):
    """Why a confidential matter may not lie where it is meant to; Art. 30 and 46 (5)."""

    NOT_CONFIDENTIAL = "not_confidential"
    """An accusation is confidential, and stays so."""
    AT_A_VILLAGE = "at_a_village"
    REACHES_ACCUSED = "reaches_accused"
    """The unit is the accused one or below it, whose laptops hold all that lies below."""
    NOT_FOR_THIS_POST = "not_for_this_post"


class NotAgain(StrEnum):
    """Why the same matter is not accepted a second time."""

    UNDER_HAND = "under_hand"
    """Art. 19 (3): accepted or being handled below, within its time."""
    RE_REVIEWED = "re_reviewed"
    """Art. 36 (3)."""


class MissingOne(StrEnum):
    """Which of the five ones (五个一) a case does not have yet."""

    LEADER = "leader"
    TASK_FORCE = "task_force"
    PLAN = "plan"
    HANDLER = "handler"


class SponsorProblem(StrEnum):
    """What is wrong with a sponsorship."""

    LEADER_MISSING = "leader_missing"
    TOO_LONG = "too_long"
    ENDS_BEFORE_START = "ends_before_start"
    PLAN_DUE_BEFORE_START = "plan_due_before_start"
    ANOTHER_IS_ACTIVE = "another_is_active"
    CASE_ENDED = "case_ended"
