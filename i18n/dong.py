"""Dong (侗文) words for labels, and only words that were printed somewhere.

Mandarin is always complete; a Dong line stands under it where an attested word means exactly
what the label says. Inventing a word would be worse than a gap: Dong speakers would read it.
Sources stand beside each word in `data/dong_glossary.csv`; `data/interface_terms.csv` names the
row that each label uses.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
SHOWN_CONFIDENCE = frozenset({"attested-1src", "attested-2src"})


@dataclass(frozen=True)
class DongEntry:
    """One glossary row: a concept, its Mandarin gloss, the word, and where it was printed."""

    concept_en: str
    zh: str
    kmc: str
    source: str
    confidence: str
    note: str

    @property
    def is_attested(self) -> bool:
        return self.confidence in SHOWN_CONFIDENCE and bool(self.kmc)


def dong_for(zh: str) -> str | None:
    """The attested Dong word for a Mandarin label, or None where there is none."""
    entry = entry_for(zh)
    return entry.kmc if entry else None


def entry_for(zh: str) -> DongEntry | None:
    """The whole glossary row behind `dong_for`, to show its source."""
    concept = interface_terms().get(zh.strip())
    return _attested_by_concept().get(concept) if concept else None


@cache
def glossary() -> tuple[DongEntry, ...]:
    """Every row of the glossary, the unverified ones too."""
    with (DATA / "dong_glossary.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(DongEntry(**row) for row in csv.DictReader(lines))


@cache
def interface_terms() -> dict[str, str]:
    """Mandarin label → `concept_en` of the glossary row it may show."""
    with (DATA / "interface_terms.csv").open(encoding="utf-8", newline="") as lines:
        return {row["zh"]: row["concept_en"] for row in csv.DictReader(lines)}


@cache
def _attested_by_concept() -> dict[str, DongEntry]:
    return {entry.concept_en: entry for entry in glossary() if entry.is_attested}
