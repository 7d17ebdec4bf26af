"""Which households of a village fit what is typed, in a file that may hold the whole county."""

from __future__ import annotations

from typing import Final

from sqlmodel import Session

from db.search_index import HAS_WORDS, fits_many

_FEW: Final = 3_000
"""Entries: so many are looked up in less time than a village's own."""


def matching(session: Session, match: str) -> str:
    """Selects the ids of the households that have, or somebody who lives or lived in them has, the
    words ``:match``; those of other villages than ``:unit`` may be among them.

    Few entries of the file fit: from them to the households. Many, as for a single letter: from
    the village's households and people to their entries.
    """
    return _FROM_VILLAGE if fits_many(session, match, few=_FEW) else _FROM_WORDS


_FROM_WORDS: Final = (
    "SELECT e.record_id FROM search_words w JOIN search_entry e ON e.rowid_ = w.rowid"
    " WHERE search_words MATCH :match AND e.entity = 'household'"
    " UNION SELECT r.household_id FROM search_words w JOIN search_entry e ON e.rowid_ = w.rowid"
    " JOIN resident r ON r.id = e.record_id"
    " WHERE search_words MATCH :match AND e.entity = 'resident'"
)

# What matches is put together once, for households and people alike.
_FROM_VILLAGE: Final = (
    "SELECT one.household_id FROM"
    " (SELECT o.id, o.id AS household_id FROM household o WHERE o.unit_id = :unit"
    " UNION ALL SELECT r.id, r.household_id FROM resident r WHERE r.unit_id = :unit) one"
    " CROSS JOIN search_entry e ON e.record_id = one.id"
    f" WHERE {HAS_WORDS.format(match=':match')}"
)
