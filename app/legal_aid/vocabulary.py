"""The words of legal aid; articles are those of 法律援助法 (2021-08-20)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class LegalAidGround(StrEnum):
    """What it is asked for: Art. 31 for people of small means, Art. 32 whatever their means."""

    STATE_COMPENSATION = "state_compensation"
    SOCIAL_SECURITY = "social_security"
    SURVIVORS_PENSION = "survivors_pension"
    MAINTENANCE = "maintenance"
    LABOUR = "labour"
    CAPACITY = "capacity"
    INJURY = "injury"
    ENVIRONMENT = "environment"
    OTHER_BY_LAW = "other_by_law"
    # Art. 32
    HEROES = "heroes"
    GOOD_SAMARITAN = "good_samaritan"
    ACQUITTED = "acquitted"
    VIOLENCE = "violence"
    OTHER_WITHOUT_MEANS_TEST = "other_without_means_test"


WITHOUT_MEANS_TEST: Final = frozenset(
    {
        *(LegalAidGround.HEROES, LegalAidGround.GOOD_SAMARITAN, LegalAidGround.ACQUITTED),
        *(LegalAidGround.VIOLENCE, LegalAidGround.OTHER_WITHOUT_MEANS_TEST),
    }
)
"""Art. 32: small means are not asked for."""


class LegalAidStage(StrEnum):
    """How far it has got."""

    SEEN = "seen"
    APPLIED = "applied"
    GRANTED = "granted"
    NOT_GRANTED = "not_granted"
    NAMED = "named"
    DONE = "done"


class LegalAidStep(StrEnum):
    """What somebody does next about it."""

    APPLY = "apply"
    DECIDE = "decide"
    NAME = "name"
    FINISH = "finish"


class LegalAidLimit(StrEnum):
    """What is waited for by a day, Art. 43."""

    DECISION = "decision"
    NAMING = "naming"


class LegalAidProblem(StrEnum):
    """What keeps it from being written down like this."""

    NEED_MISSING = "need_missing"
    NEED_TOO_LONG = "need_too_long"
    NOTE_TOO_LONG = "note_too_long"
    DAY_MISSING = "day_missing"
    DAY_IN_FUTURE = "day_in_future"
    DAYS_BACKWARDS = "days_backwards"
    NOT_APPLIED = "not_applied"
    NOT_DECIDED = "not_decided"
    REASON_MISSING = "reason_missing"
    NOT_GRANTED = "not_granted"
    LAWYER_MISSING = "lawyer_missing"
    NOT_NAMED = "not_named"
    OUTCOME_MISSING = "outcome_missing"
