"""The words under which Ctrl+K finds people, households, cases and motions.

A full-text table matches by prefix. To match anywhere in a name, the words hold every tail of it:
吴文永 is kept as 吴文永, 文永, 永, its pinyin as wuwenyong and its initials as wwy, wy, y. So a
keystroke is one prefix look-up, however many residents the county has.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlmodel import Session

from db.columns import OF_LIST
from db.search_cases import PARTS, enter_cases
from db.search_stories import STORY_PARTS, enter_stories

SEARCHED_ENTITIES = (
    "household",
    "resident",
    "case_file",
    "case_party",
    "motion",
    "incident",
    "incident_person",
)
WHOLES = {**STORY_PARTS, **PARTS}
"""What else is entered anew with a part, and the field that names it."""
_BATCH = 2_000
FEW_ENTRIES = 8_000
"""So many entries are looked up in less time than a list is walked for a page of them."""
HAS_WORDS = "+e.rowid_ IN (SELECT rowid FROM search_words WHERE search_words MATCH {match})"
"""The condition that an entry ``e`` is among those that match; the plus keeps the matching rows
from being tried one by one for every record."""

_SOURCES = {
    "resident": (
        "SELECT r.id, r.name, h.number || ' · ' || h.head_name, r.phone, r.identity_number, '' "
        "FROM resident r LEFT JOIN household h ON h.id = r.household_id WHERE r.id IN "
    ),
    "household": ("SELECT id, head_name, number, phone, '', number FROM household WHERE id IN "),
    "case_file": (
        "SELECT id, title, number, '', '', number || coalesce(' ' || former_number, '') "
        "FROM case_file WHERE id IN "
    ),
    "case_party": (
        "SELECT p.id, p.name, c.title, p.phone, p.identity_number, '' "
        "FROM case_party p LEFT JOIN case_file c ON c.id = p.case_id WHERE p.id IN "
    ),
    "incident": "SELECT id, title, number, '', '', number FROM incident WHERE id IN ",
    "incident_person": (
        "SELECT p.id, p.name, i.title, p.phone, p.identity_number, '' "
        "FROM incident_person p LEFT JOIN incident i ON i.id = p.incident_id WHERE p.id IN "
    ),
    "motion": "SELECT id, title, number, '', '', '' FROM motion WHERE id IN ",
}


def refresh_entries(
    session: Session, touched: Iterable[tuple[str, str]], *, with_wholes: bool = True
) -> None:
    """Brings the search entries of these records, and of what they are a part of, up to date, in
    the same transaction."""
    by_entity: dict[str, list[str]] = {}
    connection = session.connection()
    for entity, record_id in _with_wholes(connection, touched) if with_wholes else touched:
        if entity in _SOURCES:
            by_entity.setdefault(entity, []).append(record_id)
    if not by_entity:
        return
    _forget(connection, [record_id for ids in by_entity.values() for record_id in ids])
    last = connection.exec_driver_sql("SELECT coalesce(max(rowid_), 0) FROM search_entry").scalar()
    next_row = int(last or 0) + 1
    for entity, ids in by_entity.items():
        for start in range(0, len(ids), _BATCH):
            next_row += _enter(connection, entity, ids[start : start + _BATCH], next_row)


def _with_wholes(
    connection: Connection, touched: Iterable[tuple[str, str]]
) -> set[tuple[str, str]]:
    """These records, and those whose story or list a part among them belongs to."""
    found = set(touched)
    parts: dict[str, list[str]] = {}
    for entity, record_id in found:
        if entity in WHOLES:
            parts.setdefault(entity, []).append(record_id)
    for entity, ids in parts.items():
        whole, field = WHOLES[entity]
        rows = connection.exec_driver_sql(
            f"SELECT DISTINCT {field} FROM {entity} WHERE id IN {OF_LIST}",
            (orjson.dumps(ids).decode(),),
        )
        found |= {(whole, row[0]) for row in rows}
    return found


def _enter(connection: Connection, entity: str, ids: list[str], first: int) -> int:
    """Writes the entries of these records from row number ``first`` on; returns how many."""
    wanted = (orjson.dumps(ids).decode(),)
    rows = connection.exec_driver_sql(f"{_SOURCES[entity]} {OF_LIST}", wanted).all()
    if not rows:
        return 0
    connection.exec_driver_sql(
        "INSERT INTO search_entry (rowid_, entity, record_id, title, subtitle) "
        "VALUES (?, ?, ?, ?, ?)",
        [(first + i, entity, row[0], row[1], _subtitle(row[2])) for i, row in enumerate(rows)],
    )
    connection.exec_driver_sql(
        "INSERT INTO search_words (rowid, words) VALUES (?, ?)",
        [(first + i, search_words(row[1], row[3], row[4], row[5])) for i, row in enumerate(rows)],
    )
    enter_stories(connection, entity, {row[0]: first + i for i, row in enumerate(rows)})
    if entity == "case_file":
        enter_cases(connection, ids, search_words)
    return len(rows)


def left_behind(session: Session) -> set[tuple[str, str]]:
    """What the parts belong to that this session is about to remove."""
    removed = [(one, WHOLES.get(getattr(one, "__tablename__", ""))) for one in session.deleted]
    return {(whole[0], getattr(one, whole[1])) for one, whole in removed if whole is not None}


def _forget(connection: Connection, ids: list[str]) -> None:
    """Takes out the entries there are; a delete that finds none would still cost the full-text
    table a write of all it holds in memory."""
    found = connection.exec_driver_sql(
        f"SELECT rowid_ FROM search_entry WHERE record_id IN {OF_LIST}",
        (orjson.dumps(ids).decode(),),
    )
    rowids = (orjson.dumps([row[0] for row in found]).decode(),)
    if rowids == ("[]",):
        return
    for table, key in (
        ("search_words", "rowid"),
        ("search_stories", "rowid"),
        ("search_entry", "rowid_"),
    ):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {key} IN {OF_LIST}", rowids)


def _subtitle(value: Any) -> str:
    return "" if value is None else str(value)


def search_words(name: str, phone: str | None, identity: str | None, number: str | None) -> str:
    """The words of one entry: tails of the name, its pinyin and initials, and the numbers."""
    words = [name[start:] for start in range(len(name))]
    sound = initials = ""
    for character in reversed(name):
        syllable = _pinyin(character)
        if syllable:
            sound, initials = syllable + sound, syllable[0] + initials
            words += (sound, initials)
    for digits in (phone, identity):
        if digits:
            words += (digits, digits[-4:])
    if number:
        words += number.split()
        parts = words_typed(number)
        words += [*parts, *(part.lstrip("0") for part in parts if part.isdigit())]
    return " ".join(dict.fromkeys(words)).replace('"', "").lower()


def match_expression(typed: str) -> str | None:
    """The full-text query for what a person typed; None when there is nothing to look for."""
    parts = words_typed(typed)
    return " ".join(f'"{part}"*' for part in parts) if parts else None


def fits_many(session: Session, match: str, *, few: int = FEW_ENTRIES) -> bool:
    """Whether more than a ``few`` entries match, as for a single letter in the county's file: then
    one goes from the records to their words, never from the words to the records."""
    found = session.connection().exec_driver_sql(
        "SELECT count(*) FROM (SELECT 1 FROM search_words WHERE search_words MATCH ? LIMIT ?)",
        (match, few + 1),
    )
    return int(found.scalar_one()) > few


def words_typed(typed: str) -> list[str]:
    """The words in what a person typed; a number's dashes part it, as they do in the index."""
    return "".join(one if one.isalnum() else " " for one in typed.lower()).split()


@lru_cache(maxsize=8192)
def _pinyin(character: str) -> str:
    """The first reading without tone; empty for what has none."""
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    # Single characters are asked for: the dictionary of phrases would take 0.1 s and 44 MB.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin  # the table loads only when something is written or typed

    syllable = pinyin(character, style=Style.NORMAL, errors="ignore")
    return syllable[0][0] if syllable else ""
