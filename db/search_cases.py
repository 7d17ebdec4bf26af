"""The words under which the list of cases finds them: one entry for a case with all its parties.

Ctrl+K looks for people, and has an entry for each; the list looks for cases, and whatever is typed
above it is one look here, however many words fit however much of the file. The entry has the row
number of its case, which every index of cases carries along: what fits is known before a single
case is read. A trigger takes the entry away with its case; after a migration that made the table
of cases anew, ``db.upgrade`` has them all entered again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import orjson
from sqlalchemy import Connection
from sqlmodel import Session

from db.columns import OF_LIST

FEW_CASES_FOUND: Final = (
    "c.rowid IN (SELECT rowid FROM search_cases WHERE search_cases MATCH :match)"
)
"""The condition that ``case_file c`` has the words bound as ``:match``."""
CASES_FOUND: Final = f"+{FEW_CASES_FOUND}"
"""The same, where they are many: the plus leaves it to the list's own index to be walked newest
first."""
SEARCH_CASES_LEFT: Final = (
    "CREATE TRIGGER search_cases_left AFTER DELETE ON case_file BEGIN "
    "DELETE FROM search_cases WHERE rowid = old.rowid; END"
)
"""A table that is dropped takes its triggers along."""
PARTS: Final = {"case_party": ("case_file", "case_id")}
"""Whose words belong to the entry of what."""
_OF_CLASS: Final = "\ue000"
"""Nobody types it; before the code of a class it is a word of its own."""

WordsOf = Callable[[str, str | None, str | None, str | None], str]
"""As ``db.search_index.search_words``: of a name, a telephone, an identity number, a number."""


def class_word(code: str) -> str:
    """The word that stands for a class; what classes are called is no part of the file."""
    return f"{_OF_CLASS}{code}"


def fits_more_than(session: Session, match: str, count: int) -> bool:
    """Whether more cases than that have these words."""
    found = session.connection().exec_driver_sql(
        "SELECT count(*) FROM (SELECT 1 FROM search_cases WHERE search_cases MATCH ? LIMIT ?)",
        (match, count + 1),
    )
    return int(found.scalar_one()) > count


def enter_cases(connection: Connection, case_ids: Iterable[str], words_of: WordsOf) -> None:
    """Brings the entries of these cases up to date, in the order of their row numbers: the
    full-text table would write all it holds in memory at each step back."""
    wanted = (orjson.dumps(list(case_ids)).decode(),)
    cases = connection.exec_driver_sql(f"{_CASES} {OF_LIST} ORDER BY c.rowid", wanted).all()
    if not cases:
        return
    words = {row[0]: [_case_words(row, words_of)] for row in cases}
    for row, name, phone, identity in connection.exec_driver_sql(f"{_PARTIES} {OF_LIST}", wanted):
        words[row].append(words_of(name, phone, identity, None))
    _forget(connection, words)
    connection.exec_driver_sql(
        "INSERT INTO search_cases (rowid, words) VALUES (?, ?)",
        [(row, " ".join(found)) for row, found in words.items()],
    )


_CASES: Final = (
    "SELECT c.rowid, c.title, c.class_code, c.number || coalesce(' ' || c.former_number, '') "
    "FROM case_file c WHERE c.id IN"
)
_PARTIES: Final = (
    "SELECT c.rowid, p.name, p.phone, p.identity_number FROM case_party p "
    "JOIN case_file c ON c.id = p.case_id WHERE p.case_id IN"
)


def _case_words(row: Any, words_of: WordsOf) -> str:
    _row, title, class_code, number = row
    return f"{words_of(title, None, None, number)} {class_word(class_code)}"


def _forget(connection: Connection, rows: Iterable[int]) -> None:
    """Takes out the entries there are: to take out one that is not there costs as much."""
    found = connection.exec_driver_sql(
        f"SELECT id FROM search_cases_docsize WHERE id IN {OF_LIST}",
        (orjson.dumps(list(rows)).decode(),),
    )
    known = orjson.dumps([row[0] for row in found]).decode()
    if known != "[]":
        connection.exec_driver_sql(f"DELETE FROM search_cases WHERE rowid IN {OF_LIST}", (known,))
