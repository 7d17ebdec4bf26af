"""The words of a round."""

from __future__ import annotations

from enum import StrEnum


class FindingEnd(StrEnum):
    """What became of something found on a round."""

    OPEN = "open"
    SETTLED_THERE = "settled_there"
    BECAME_CASE = "became_case"
    BECAME_VISIT = "became_visit"
    PASSED_ON = "passed_on"
