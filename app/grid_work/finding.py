"""What the forms of the grid's work pick from: the living households of a village."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app.cases.finding import Found
from app.store import Store
from db.search_index import match_expression


def find_households(store: Store, typed: str, *, unit_id: str, limit: int = 8) -> tuple[Found, ...]:
    """Households by number, head, anybody in it, pinyin, initials or telephone number.

    The first ones of the village for no text; who is meant stands under the household.
    """
    match = match_expression(typed)
    statement = _ALL if match is None else _MATCHING
    with store.reading() as session:
        rows = session.connection().execute(
            text(statement), {"unit": unit_id, "match": match or "", "page": limit}
        )
        return tuple(_found(row) for row in rows)


def found_household(store: Store, household_id: str) -> Found | None:
    """The household as a picker shows it; None when it is not here."""
    with store.reading() as session:
        row = session.connection().execute(text(_ONE), {"id": household_id}).first()
    return None if row is None else _found(row)


def _found(row: Any) -> Found:
    title = f"{row.number} {row.head_name}".strip()
    parts = (row.grid_name, row.person, row.address)
    return Found("household", row.id, title, " · ".join(part for part in parts if part))


_SELECT = (
    "SELECT h.id, h.number, h.head_name, h.address, g.name AS grid_name, {person} AS person "
    "FROM household h LEFT JOIN micro_grid g ON g.id = h.micro_grid_id "
)
_HITS = (
    "WITH hits(household_id, person) AS ("
    "SELECT e.record_id, NULL FROM search_words w JOIN search_entry e ON e.rowid_ = w.rowid "
    "WHERE search_words MATCH :match AND e.entity = 'household' "
    "UNION ALL SELECT r.household_id, r.name FROM search_words w "
    "JOIN search_entry e ON e.rowid_ = w.rowid JOIN resident r ON r.id = e.record_id "
    "WHERE search_words MATCH :match AND e.entity = 'resident' "
    "AND r.status IN ('present', 'away')) "
)
_MATCHING = (
    _HITS
    + _SELECT.format(person="nullif(min(hits.person), h.head_name)")
    + "JOIN hits ON hits.household_id = h.id "
    "WHERE h.unit_id = :unit AND h.dissolved_on IS NULL GROUP BY h.id "
    "ORDER BY length(h.number), h.number, h.id LIMIT :page"
)
_ALL = (
    _SELECT.format(person="NULL") + "WHERE h.unit_id = :unit AND h.dissolved_on IS NULL "
    "ORDER BY length(h.number), h.number, h.id LIMIT :page"
)
_ONE = _SELECT.format(person="NULL") + "WHERE h.id = :id"
