"""The words of a typical case."""

from __future__ import annotations

from enum import StrEnum


class TypicalState(StrEnum):
    """How far a text has come; only what a person has checked is published."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    TAKEN_BACK = "taken_back"


class DoubtKind(StrEnum):
    """What may still tell who or where it was."""

    GIVEN_NAME = "given_name"
    FAMILIAR_NAME = "familiar_name"
    NAMED = "named"
    PLACE = "place"
    DAY = "day"
    NUMBER = "number"
    ORGANISATION = "organisation"


class TypicalProblem(StrEnum):
    """Why a text cannot be kept, checked or published."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    STILL_IDENTIFIES = "still_identifies"
    NOT_CLOSED = "not_closed"
    CONFIDENTIAL = "confidential"
    WRONG_STATE = "wrong_state"
