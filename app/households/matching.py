"""Which households of a village fit what is typed, in a file that may hold the whole county."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlmodel import Session

_FEW: Final = 8_000
"""Entries: so many are looked up in less time than a village's own."""


def matching(session: Session, match: str) -> str:
    """The condition on a household ``h`` of the unit ``:unit`` that it, or somebody who lives or
    lived in it, has the words ``:match``.

    Few entries of the file fit: from them to the households. Many, as for a single letter: from
    the village's households and people to their entries.
    """
    counted = session.connection().execute(
        text("SELECT count(*) FROM search_words WHERE search_words MATCH :match"), {"match": match}
    )
    return _FROM_WORDS if counted.scalar_one() <= _FEW else _FROM_VILLAGE


_FROM_WORDS: Final = (
    "h.id IN (SELECT e.record_id FROM search_words w JOIN search_entry e ON e.rowid_ = w.rowid"
    " WHERE search_words MATCH :match AND e.entity = 'household'"
    " UNION SELECT r.household_id FROM search_words w JOIN search_entry e ON e.rowid_ = w.rowid"
    " JOIN resident r ON r.id = e.record_id"
    " WHERE search_words MATCH :match AND e.entity = 'resident')"
)

# The plus keeps the entries' row numbers from being tried one by one for every record.
_HAS_WORDS: Final = "+e.rowid_ IN (SELECT rowid FROM search_words WHERE search_words MATCH :match)"
_FROM_VILLAGE: Final = (
    "h.id IN (SELECT o.id FROM household o CROSS JOIN search_entry e ON e.record_id = o.id"
    f" WHERE o.unit_id = :unit AND {_HAS_WORDS}"
    " UNION SELECT r.household_id FROM resident r CROSS JOIN search_entry e ON e.record_id = r.id"
    f" WHERE r.unit_id = :unit AND {_HAS_WORDS})"
)
