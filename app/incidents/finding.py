"""What the incident form picks from besides the roster: the micro-grids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, bindparam, text

from app.cases.finding import Found
from app.store import Store
from db.search_index import search_words, words_typed


def find_micro_grids(
    store: Store, typed: str, *, unit_ids: frozenset[str] | None = None
) -> tuple[Found, ...]:
    """Living micro-grids by a part of their name, pinyin or number; all of them for no text."""
    parts = words_typed(typed)
    with store.reading() as session:
        lists: list[BindParameter[Any]] = []
        where = ""
        if unit_ids is not None:
            where = "AND g.unit_id IN :units "
            lists.append(bindparam("units", sorted(unit_ids), expanding=True))
        found = session.connection().execute(
            text(
                "SELECT g.id, g.name, g.number, u.name FROM micro_grid g "
                "LEFT JOIN unit u ON u.id = g.unit_id WHERE g.closed_on IS NULL "
                f"{where}ORDER BY g.unit_id, g.number, g.name"
            ).bindparams(*lists)
        )
        return tuple(
            Found("micro_grid", row[0], row[1], row[3] or "")
            for row in found
            if _fits(f"{row[1]}", str(row[2]), parts)
        )


def _fits(name: str, number: str, parts: list[str]) -> bool:
    words = search_words(name, None, None, number).split()
    return all(any(word.startswith(part) for word in words) for part in parts)
