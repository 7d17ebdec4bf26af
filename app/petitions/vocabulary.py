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
