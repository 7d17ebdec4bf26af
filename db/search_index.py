"""The words under which Ctrl+K finds people, households, cases and motions.

A full-text table matches by prefix. To match anywhere in a name, the words hold every tail of it:
吴文永 is kept as 吴文永, 文永, 永, its pinyin as wuwenyong and its initials as wwy, wy, y. So a
keystroke is one prefix look-up, however many residents the county has.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

SEARCHED_ENTITIES = ("household", "resident", "case_file", "case_party", "motion")
_BATCH = 400

_SOURCES = {
    "resident": (
        "SELECT r.id, r.name, h.number || ' · ' || h.head_name, r.phone, r.identity_number, '' "
        "FROM resident r LEFT JOIN household h ON h.id = r.household_id WHERE r.id IN "
    ),
    "household": ("SELECT id, head_name, number, phone, '', number FROM household WHERE id IN "),
    "case_file": "SELECT id, title, number, '', '', number FROM case_file WHERE id IN ",
    "case_party": (
        "SELECT p.id, p.name, c.title, p.phone, p.identity_number, '' "
        "FROM case_party p LEFT JOIN case_file c ON c.id = p.case_id WHERE p.id IN "
    ),
    "motion": "SELECT id, title, number, '', '', '' FROM motion WHERE id IN ",
}


def refresh_entries(session: Session, touched: Iterable[tuple[str, str]]) -> None:
    """Brings the search entries of these records up to date, in the same transaction."""
    by_entity: dict[str, list[str]] = {}
    for entity, record_id in touched:
        if entity in _SOURCES:
            by_entity.setdefault(entity, []).append(record_id)
    for entity, ids in by_entity.items():
        for start in range(0, len(ids), _BATCH):
            _refresh(session, entity, ids[start : start + _BATCH])


def _refresh(session: Session, entity: str, ids: list[str]) -> None:
    connection = session.connection()
    marks = ",".join("?" * len(ids))
    arguments = tuple(ids)
    connection.exec_driver_sql(
        "DELETE FROM search_words WHERE rowid IN "
        f"(SELECT rowid_ FROM search_entry WHERE record_id IN ({marks}))",
        arguments,
    )
    connection.exec_driver_sql(
        f"DELETE FROM search_entry WHERE record_id IN ({marks})",
        arguments,
    )
    rows = connection.exec_driver_sql(f"{_SOURCES[entity]} ({marks})", arguments).all()
    if not rows:
        return
    first = connection.execute(text("SELECT coalesce(max(rowid_), 0) FROM search_entry")).scalar()
    start = int(first or 0) + 1
    connection.exec_driver_sql(
        "INSERT INTO search_entry (rowid_, entity, record_id, title, subtitle) "
        "VALUES (?, ?, ?, ?, ?)",
        [(start + i, entity, row[0], row[1], _subtitle(row[2])) for i, row in enumerate(rows)],
    )
    connection.exec_driver_sql(
        "INSERT INTO search_words (rowid, words) VALUES (?, ?)",
        [(start + i, search_words(row[1], row[3], row[4], row[5])) for i, row in enumerate(rows)],
    )


def _subtitle(value: Any) -> str:
    return "" if value is None else str(value)


def search_words(name: str, phone: str | None, identity: str | None, number: str | None) -> str:
    """The words of one entry: tails of the name, its pinyin and initials, and the numbers."""
    words: list[str] = []
    letters = [_pinyin(character) for character in name]
    for start in range(len(name)):
        tail = name[start:]
        if tail.strip():
            words.append(tail)
    syllables = [syllable for syllable in letters if syllable]
    for start in range(len(syllables)):
        words.append("".join(syllables[start:]))
        words.append("".join(syllable[0] for syllable in syllables[start:]))
    for digits in (phone, identity):
        if digits:
            words.extend((digits, digits[-4:]))
    if number:
        words.append(number)
        words.extend(part for part in number.replace("-", " ").split() if part != number)
    return " ".join(dict.fromkeys(word.replace('"', "").lower() for word in words))


def match_expression(typed: str) -> str | None:
    """The full-text query for what a person typed; None when there is nothing to look for."""
    parts = [part for part in typed.replace('"', " ").lower().split() if part]
    if not parts:
        return None
    return " ".join(f'"{part}"*' for part in parts)


@lru_cache(maxsize=8192)
def _pinyin(character: str) -> str:
    """The first reading without tone; empty for what has none."""
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    from pypinyin import Style, pinyin  # the table loads only when something is written

    syllable = pinyin(character, style=Style.NORMAL, errors="ignore")
    return syllable[0][0] if syllable else ""
