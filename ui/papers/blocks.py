"""What a paper is made of: fields, sentences, lines to fill in, places to sign. No Qt here.

An empty value prints as room for a pen, so every form is of use before anything is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MANY_SIGNS: Final = 6
"""From so many places on, two stand beside each other."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A ruled form: rows of words and values; a row of one pair takes the whole width.

    ``tall`` are words whose value has room for several lines by hand.
    """

    rows: tuple[tuple[tuple[str, str], ...], ...]
    tall: frozenset[str] = frozenset()
    row_mm: int = 8
    """How high a row is at least."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; indented as Chinese papers are, unless it speaks to somebody."""

    words: str
    is_indented: bool = True
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a part."""

    words: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Empty ruled lines to write on."""

    count: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ruled table, with empty rows after the filled ones."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    blank_rows: int = 0
    widths: tuple[int, ...] = ()
    """In percent; empty for even columns."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Places to sign, a line each, kept together."""

    places: tuple[str, ...]
    dated: str = ""
    """The day as it stands below; empty for one to be written."""
    room_mm: int = 5
    """Above each place: a fingerprint or a seal needs its room."""


@dataclass(frozen=True, slots=True)
class Note:
    """Small print at the foot."""

    words: str


Block = Fields | Text | Head | Lines | Sheet | Signs | Note


@dataclass(frozen=True, slots=True)
class PaperContent:
    """One paper: its title and what stands below it."""

    title: str
    blocks: tuple[Block, ...]
    is_letter: bool = False
    """From an office to people: laid out as GB/T 9704-2012 has it."""
