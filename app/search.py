"""Ctrl+K: people, households, cases and motions by Chinese, pinyin, initials, phone or number.

The full-text table answers which entries hold a word that begins with what was typed. Two looks
are enough: whole words first (a name typed to its end, a whole number), then beginnings, of which
only the first few hundred are ranked: nobody reads on in a list of thousands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import text
from sqlmodel import Session

from app.households.vocabulary import Past
from app.store import Store
from db.columns import OF_LIST
from db.search_index import match_expression

RANKED = 400
"""Entries that are compared before the best are shown."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One line of the result; what `open_record(entity, record_id)` opens.

    A party to a case opens its case, a person in an incident the incident.
    """

    entity: str
    record_id: str
    title: str
    subtitle: str
    past: Past | None = None
    """Why a resident or household is history; the screen says so beside it."""

    @property
    def kind(self) -> str:
        """The entity, under the name that lists of hits know."""
        return self.entity


def search(store: Store, typed: str, limit: int = 30) -> list[SearchHit]:
    """The best matches: the title itself first, then titles that begin so, then all others."""
    beginnings = match_expression(typed)
    if beginnings is None or limit < 1:
        return []
    with store.reading() as session:
        whole_words = _entries(session, beginnings.replace("*", ""), RANKED // 2)
        rows = dict.fromkeys((*whole_words, *_entries(session, beginnings, RANKED)))
        best = sorted(rows, key=lambda row: _rank(row, _plain(typed)))[:limit]
        wholes = _wholes(session, best)
        past = _past(session, best)
    return list(dict.fromkeys(_hit(row, wholes, past) for row in best))


def _entries(session: Session, match: str, limit: int) -> list[tuple[str, str, str, str]]:
    rows = session.connection().execute(
        text(
            "SELECT e.entity, e.record_id, e.title, e.subtitle FROM (SELECT rowid AS found "
            "FROM search_words WHERE search_words MATCH :match LIMIT :limit) "
            "JOIN search_entry e ON e.rowid_ = found"
        ),
        {"match": match, "limit": limit},
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


_ORDER = {
    "resident": 0,
    "household": 1,
    "case_file": 2,
    "incident": 3,
    "motion": 4,
    "case_party": 5,
    "incident_person": 6,
}
_WHOLES = {"case_party": ("case_file", "case_id"), "incident_person": ("incident", "incident_id")}
"""What a part is opened as, and the field that names it."""


def _rank(row: tuple[str, str, str, str], typed: str) -> tuple[Any, ...]:
    entity, record_id, title, subtitle = row
    plain = _plain(title)
    is_title = plain == typed
    is_number = subtitle.split(" · ")[0].lower() == typed
    begins = plain.startswith(typed)
    nearness = 0 if is_title or is_number else 1 if begins else 2 if typed in plain else 3
    return (nearness, _ORDER.get(entity, 9), len(plain), plain, subtitle, record_id)


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


def _wholes(
    session: Session, rows: Iterable[tuple[str, str, str, str]]
) -> dict[str, tuple[str, str]]:
    """Entity and id of the record each part belongs to, by the part's id."""
    found: dict[str, tuple[str, str]] = {}
    parts = [(row[0], row[1]) for row in rows]
    for entity, (whole, field) in _WHOLES.items():
        ids = [record_id for kind, record_id in parts if kind == entity]
        if ids:
            statement = f"SELECT id, {field} FROM {entity} WHERE id IN {OF_LIST}"
            read = session.connection().exec_driver_sql(statement, (orjson.dumps(ids).decode(),))
            found |= {row[0]: (whole, row[1]) for row in read}
    return found


_PAST = {
    "resident": "SELECT id, status FROM resident WHERE status NOT IN ('present', 'away') AND id IN",
    "household": "SELECT id, 'dissolved' FROM household WHERE dissolved_on IS NOT NULL AND id IN",
}


def _past(session: Session, rows: Iterable[tuple[str, str, str, str]]) -> dict[str, Past]:
    """Who of these died or moved away, and which household is dissolved, by id."""
    found: dict[str, Past] = {}
    parts = [(row[0], row[1]) for row in rows]
    for entity, statement in _PAST.items():
        ids = [record_id for kind, record_id in parts if kind == entity]
        if ids:
            wanted = (orjson.dumps(ids).decode(),)
            read = session.connection().exec_driver_sql(f"{statement} {OF_LIST}", wanted)
            found |= {row[0]: Past(row[1]) for row in read}
    return found


def _hit(
    row: tuple[str, str, str, str], wholes: dict[str, tuple[str, str]], past: dict[str, Past]
) -> SearchHit:
    entity, record_id, title, subtitle = row
    whole = wholes.get(record_id, (entity, record_id))
    return SearchHit(*whole, title, subtitle, past.get(record_id))
