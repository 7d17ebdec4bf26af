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
