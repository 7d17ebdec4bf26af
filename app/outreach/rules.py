"""What a round of the 矛调冲锋队 and its findings need; judged alike by laptop and county."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.outreach.vocabulary import FindingEnd, OutreachField, OutreachProblem

LONGEST: Final[Mapping[OutreachField, int]] = {
    OutreachField.TITLE: 100,
    OutreachField.PLACE: 200,
    OutreachField.MEMBERS: 1000,
    OutreachField.SUMMARY: 4000,
    OutreachField.TEXT: 1000,
    OutreachField.END_NOTE: 500,
}
NEEDED: Final = frozenset(
    {OutreachField.TITLE, OutreachField.PLACE, OutreachField.MEMBERS, OutreachField.TEXT}
)
EARLIEST: Final = date(2000, 1, 1)

NEEDS_NOTE: Final = frozenset({FindingEnd.SETTLED_THERE, FindingEnd.PASSED_ON})
"""How it was settled, or who has it now."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and with which field."""

    field: OutreachField
    code: OutreachProblem


def round_problems(
    texts: Mapping[OutreachField, str], *, held_on: date | None, today: date
) -> list[Problem]:
    """What keeps a round from being written down, in the order of the form."""
    problems = [*_text_problems(texts)]
    if held_on is None:
        problems.append(Problem(OutreachField.HELD_ON, OutreachProblem.MISSING))
    elif held_on > today:
        problems.append(Problem(OutreachField.HELD_ON, OutreachProblem.IN_FUTURE))
    elif held_on < EARLIEST:
        problems.append(Problem(OutreachField.HELD_ON, OutreachProblem.TOO_EARLY))
    return problems


def finding_problems(*, text: str, end: FindingEnd, end_note: str) -> list[Problem]:
    """What keeps a finding from being written down."""
    texts = {OutreachField.TEXT: text, OutreachField.END_NOTE: end_note}
    problems = [*_text_problems(texts)]
    if end in NEEDS_NOTE and not end_note.strip():
        problems.append(Problem(OutreachField.END_NOTE, OutreachProblem.MISSING))
    return problems


def _text_problems(texts: Mapping[OutreachField, str]) -> Sequence[Problem]:
    found = []
    for field, words in texts.items():
        if not words.strip() and field in NEEDED:
            found.append(Problem(field, OutreachProblem.MISSING))
        elif len(words.strip()) > LONGEST[field]:
            found.append(Problem(field, OutreachProblem.TOO_LONG))
    return found
