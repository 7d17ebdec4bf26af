"""Ctrl+K: people, households, cases and motions by Chinese, pinyin, initials, phone or number;
cases and incidents also by words of their story.

The full-text table answers which entries hold a word that begins with what was typed. Two looks
are enough: whole words first (a name typed to its end, a whole number), then beginnings, of which
only the first few hundred are ranked: nobody reads on in a list of thousands. Stories come after
names, the latest first, with the words around what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from sqlalchemy import text
from sqlmodel import Session

from app.accounts.session import Actor
from app.cases.scanning import scanned_case
from app.cases.secrecy import hidden_records
from app.households.vocabulary import Past
from app.store import Store
from db.columns import OF_LIST
from db.search_index import match_expression
from db.search_stories import story_match, texts_of

RANKED = 400
"""Entries that are compared before the best are shown."""
STORIES = 10
"""Stories that are shown below the names."""
_TEXTS = 60
"""Stories whose text is looked at: pairs of characters may fit where the whole word does not."""
_BEFORE, _AFTER = 8, 22
"""Characters of a story around what was found."""


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
    story: str = ""
    """The words around what was found, where it was found in a story."""

    @property
    def kind(self) -> str:
        """The entity, under the name that lists of hits know."""
        return self.entity


def search(
    store: Store, typed: str, limit: int = 30, *, reader: Actor | None = None
) -> list[SearchHit]:
    """The best matches: the title itself first, then titles that begin so, then all others, then
    stories. Confidential cases, and all that hangs on them, are kept from a ``reader`` who may not
    see them: 信访工作条例 (2022), Art. 46 (5)."""
    beginnings = match_expression(typed)
    if beginnings is None or limit < 1:
        return []
    with store.reading() as session:
        hidden = frozenset[str]() if reader is None else hidden_records(session, reader)
        scanned = scanned_case(session, typed)
        if scanned is not None and scanned[0] not in hidden:
            return [SearchHit("case_file", *scanned)]
        look = partial(_entries, session, hidden=hidden)
        whole_words = look(beginnings.replace("*", ""), limit=RANKED // 2)
        rows = dict.fromkeys((*whole_words, *look(beginnings, limit=RANKED)))
        stories = _stories(look, session, typed, known=rows)
        best = sorted(rows, key=lambda row: _rank(row, _plain(typed)))
        best = best[: max(limit - len(stories), limit // 2)]
        wholes = _wholes(session, best)
        past = _past(session, best)
    named = dict.fromkeys(_hit(row, wholes, past) for row in best)
    shown = {(hit.entity, hit.record_id) for hit in named}
    told = [hit for hit in stories if (hit.entity, hit.record_id) not in shown]
    return [*named, *told][:limit]


_Row = tuple[str, str, str, str]
_Look = Callable[..., list[_Row]]


def _entries(
    session: Session, match: str, *, limit: int, hidden: Set[str], table: str = "search_words"
) -> list[_Row]:
    """Entries that match; of stories the latest first."""
    order = "ORDER BY rowid DESC" if table == "search_stories" else ""
    rows = session.connection().execute(
        text(
            "SELECT e.entity, e.record_id, e.title, e.subtitle FROM (SELECT rowid AS found "
            f"FROM {table} WHERE {table} MATCH :match {order} LIMIT :limit) "
            "JOIN search_entry e ON e.rowid_ = found"
        ),
        {"match": match, "limit": limit},
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows if row[1] not in hidden]


def _stories(
    look: _Look, session: Session, typed: str, *, known: Collection[_Row]
) -> list[SearchHit]:
    """Cases and incidents whose story holds every word, with the place where it does."""
    match = story_match(typed)
    if match is None:
        return []
    rows = look(match, limit=_TEXTS, table="search_stories")
    texts: dict[str, str] = {}
    for entity in {row[0] for row in rows}:
        ids = [row[1] for row in rows if row[0] == entity]
        texts |= texts_of(session.connection(), entity, ids)
    words = typed.lower().split()
    found = []
    for row in rows:
        story = " ".join(texts.get(row[1], "").split())
        where = [story.lower().find(word) for word in words]
        if min(where) >= 0 and row not in known:
            found.append(SearchHit(*row, story=_around(story, where[0], len(words[0]))))
    return found[:STORIES]


def _around(story: str, at: int, length: int) -> str:
    begin, end = max(0, at - _BEFORE), min(len(story), at + length + _AFTER)
    return f"{'…' if begin else ''}{story[begin:end]}{'…' if end < len(story) else ''}"


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
