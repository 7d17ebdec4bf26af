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


class OutreachField(StrEnum):
    """A field of the form of a round or of a finding."""

    TITLE = "title"
    HELD_ON = "held_on"
    PLACE = "place"
    MEMBERS = "members"
    SUMMARY = "summary"
    TEXT = "text"
    END_NOTE = "end_note"


class OutreachProblem(StrEnum):
    """What is wrong with it."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    IN_FUTURE = "in_future"
    TOO_EARLY = "too_early"
