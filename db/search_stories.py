"""The words under which Ctrl+K finds stories: what happened, what is wanted, where, what was noted.

Nobody looks for a story by a tail or by initials: it takes words. Chinese has no gaps between them,
so a story is kept as its pairs of neighbouring characters (山林界址 as 山林 林界 界址) and whatever
is written in letters or digits as it stands. What was typed is found by its pairs, and the text
itself is looked at before it is shown. One entry for a case with all its notes: pairs that come
again cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import orjson
from sqlalchemy import Connection

from db.columns import OF_LIST

MIN_LETTERS: Final = 3
"""Letters or digits that make a word; of Chinese characters two do."""
_MOST: Final = 20_000
"""Characters of a story that are entered; five full pages."""
_RUNS: Final = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")

STORY_SOURCES: Final = {
    "case_file": (
        "SELECT c.id, coalesce(c.story, '') || ' ' || coalesce(c.wanted, '') || ' ' "
        "|| coalesce(c.place, '') || ' ' || coalesce((SELECT group_concat(e.note, ' ') "
        "FROM case_event e WHERE e.case_id = c.id AND e.note IS NOT NULL), '') "
        "FROM case_file c WHERE c.id IN "
    ),
    "incident": (
        "SELECT i.id, coalesce(i.story, '') || ' ' || coalesce(i.place, '') || ' ' "
        "|| coalesce((SELECT group_concat(e.note, ' ') FROM incident_event e "
        "WHERE e.incident_id = i.id AND e.note IS NOT NULL), '') FROM incident i WHERE i.id IN "
    ),
}
"""Id and text of the records that have a story."""
STORY_PARTS: Final = {
    "case_event": ("case_file", "case_id"),
    "incident_event": ("incident", "incident_id"),
}
"""Whose notes belong to the story of what."""


def texts_of(connection: Connection, entity: str, ids: Iterable[str]) -> dict[str, str]:
    """The whole text of these records, by id."""
    wanted = (orjson.dumps(list(ids)).decode(),)
    found = connection.exec_driver_sql(f"{STORY_SOURCES[entity]} {OF_LIST}", wanted)
    return {row[0]: row[1] for row in found}


def enter_stories(connection: Connection, entity: str, rows: dict[str, int]) -> None:
    """Writes the stories of these records, by the number of their entry."""
    if entity not in STORY_SOURCES or not rows:
        return
    texts = texts_of(connection, entity, rows)
    connection.exec_driver_sql(
        "INSERT INTO search_stories (rowid, words) VALUES (?, ?)",
        [(rows[record_id], story_words(text)) for record_id, text in texts.items()],
    )


def story_words(text: str) -> str:
    """Pairs of neighbouring characters and words in letters, each once."""
    return " ".join(dict.fromkeys(_words(text[:_MOST].lower())))


def _words(text: str) -> Iterator[str]:
    for run in _RUNS.findall(text):
        if run[0].isascii():
            yield run
        else:
            yield from _pairs(run)


def _pairs(run: str) -> Iterator[str]:
    yield from (run[at : at + 2] for at in range(len(run) - 1)) if len(run) > 1 else (run,)


def story_match(typed: str) -> str | None:
    """The full-text query for what a person typed; None where it is too little for a story."""
    words = [word for part in typed.lower().split() for word in _RUNS.findall(part)]
    if not any(_is_word(word) for word in words):
        return None
    asked = [f'"{pair}"' for word in words for pair in _asked(word)]
    return " ".join(dict.fromkeys(asked))


def _is_word(word: str) -> bool:
    return len(word) >= (MIN_LETTERS if word.isascii() else 2)


def _asked(word: str) -> Iterator[str]:
    """Single characters beside a word are looked at in the text alone."""
    if word.isascii() or len(word) > 1:
        yield from _words(word)
