"""What a case's lasting number looks like, how it is read back, and what a code on paper holds.

通纠〔2026〕0001234-5: whose it is, the kind of case, the year, the count, and a check digit by
which a mistyped number is found out. The form is ours and no official one. The count goes through
all kinds, so year and count alone name one case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.cases.vocabulary import CaseKind

CASE_SERIES: Final = "case"
PROVISIONAL: Final = "临"
"""What a number begins with that a laptop made up by itself."""
KIND_LETTERS: Final[Mapping[CaseKind, str]] = {
    CaseKind.DISPUTE: "纠",
    CaseKind.PETITION: "访",
    CaseKind.LAWSUIT_SOURCE: "诉",
    CaseKind.RECONSIDERATION: "议",
    CaseKind.INCIDENT_BORN: "警",
}
FIRST_BLOCK: Final = 50
LARGEST_BLOCK: Final = 400
_LASTING: Final = re.compile(r"[^〔〕]{1,12}〔([0-9]{4})〕([0-9]{4,9})-([0-9])")
_TYPED: Final = re.compile(r"\D{0,9}([0-9]{4})\D{1,3}([0-9]{4,9})\D{1,3}([0-9])")
_SCANNED: Final = re.compile(r"(?:([0-9]{4})-([0-9]{4,9})-([0-9])-)?([0-9]{10})")
_MARK_DIGITS: Final = 8
"""Hexadecimal digits of a record's id on paper; ten as a decimal number."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a county may choose: the words before the kind, and how many digits count."""

    prefix: str = "通"
    digits: int = 7


@dataclass(frozen=True, slots=True, order=True)
class CaseNumber:
    """Which number of which year; one case and no other."""

    year: int
    count: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code on paper said."""

    number: CaseNumber | None
    """None on a paper that was printed while the number was provisional."""
    id_tail: str
    """The last digits of the record's id."""


class NumberProblem(StrEnum):
    """What is wrong with a number somebody typed."""

    CHECK_WRONG = "check_wrong"


def number_text(kind: CaseKind, number: CaseNumber, wanted: NumberFormat) -> str:
    """The number as it stands on paper."""
    count = f"{number.count:0{wanted.digits}d}"
    check = check_digit(f"{number.year}{count}")
    return f"{wanted.prefix}{KIND_LETTERS[kind]}〔{number.year}〕{count}-{check}"


def read_number(text: str) -> CaseNumber | None:
    """A lasting number in its full form; None for any other, also with a wrong check digit."""
    found = _LASTING.fullmatch(text)
    if found is None or check_digit(found[1] + found[2]) != found[3]:
        return None
    return CaseNumber(int(found[1]), int(found[2]))


def typed_number(text: str) -> CaseNumber | NumberProblem | None:
    """The number somebody typed in whatever brackets; None when it is no number of a case."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None
    if check_digit(found[1] + found[2]) != found[3]:
        return NumberProblem.CHECK_WRONG
    return CaseNumber(int(found[1]), int(found[2]))


def is_provisional(number: str) -> bool:
    """Whether a laptop gave it to itself until the county's comes."""
    return number.startswith(PROVISIONAL) and read_number(number) is None


def scan_text(number: str, record_id: str) -> str:
    """What the code on a paper holds: year, count, check digit, and the tail of the record's id.

    Digits and dashes only: a scanner types like a keyboard, and an input method would make
    something else of letters.
    """
    mark = f"{int(id_tail(record_id), 16):010d}"
    found = _LASTING.fullmatch(number)
    return mark if found is None else f"{found[1]}-{found[2]}-{found[3]}-{mark}"


def read_scan(text: str) -> Scanned | None:
    """Reads a code back; None when it is none of ours or was typed wrongly."""
    found = _SCANNED.fullmatch(text.strip())
    if found is None or int(found[4]) >= 16**_MARK_DIGITS:
        return None
    tail = f"{int(found[4]):0{_MARK_DIGITS}x}"
    if found[1] is None:
        return Scanned(None, tail)
    if check_digit(found[1] + found[2]) != found[3]:
        return None
    return Scanned(CaseNumber(int(found[1]), int(found[2])), tail)


def id_tail(record_id: str) -> str:
    """The part of a record's id that a code holds."""
    return record_id.replace("-", "")[-_MARK_DIGITS:]


_DAMM: Final = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def check_digit(digits: str) -> str:
    """Damm's digit (2004): one wrong digit, or two neighbours exchanged, never fit it."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def block_size(*, given: int, largest_last_year: int) -> int:
    """How many numbers the next block holds: twice the one before, so that who writes much asks
    seldom. A year begins with half of what the last one needed at most."""
    first = max(FIRST_BLOCK, largest_last_year // 2)
    return min(LARGEST_BLOCK, first << min(given, 3))


def is_low(*, left: int, size: int) -> bool:
    """Whether it is time for another block: before half of the last one is left unused."""
    return 2 * left < size
