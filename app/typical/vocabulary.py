"""The words of a typical case."""

from __future__ import annotations

from enum import StrEnum


class TypicalState(StrEnum):
    """How far a text has come; only what a person has checked is published."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    TAKEN_BACK = "taken_back"
