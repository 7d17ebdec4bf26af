"""Brings the search up to date after a long catch-up, when the records themselves are there.

A first sync lays down a hundred thousand records; their words cost as much again. So the pages of
a catch-up only note from which place in the county's order on the search is behind, in the same
transaction, and the words follow here, in small turns that let other writers in between. A kill
in between costs nothing: the note stays until the work is done.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text
from sqlmodel import Session

from db.local_values import read_values, write_values
from db.search_index import SEARCHED_ENTITIES, WHOLES, refresh_entries
from db.search_stories import STORY_SOURCES
from db.session import Store

_NOTE = "search_behind"
_STORIES_NOTE = "stories_behind"
"""Set when the program is made new: what was there before has words of its own, and no story and
no entry for the list yet."""
_TURN = 2_000


def note_behind(session: Session, seq: int) -> None:
    """Records from this place on are not in the search yet; an earlier note stays."""
    earlier = read_values(session, _NOTE).get(_NOTE)
    if earlier is None or int(earlier) > seq:
        write_values(session, {_NOTE: str(seq)})


def catch_up_search(store: Store) -> int:
    """Enters what is missing; returns how many records it looked at. 0 when nothing was behind."""
    return _catch_up(store, _NOTE, SEARCHED_ENTITIES) + _catch_up(
        store, _STORIES_NOTE, STORY_SOURCES
    )


def _catch_up(store: Store, note: str, entities: Iterable[str]) -> int:
    behind = store.value(note)
    if behind is None:
        return 0
    looked_at = 0
    for entity in entities:
        ids = _ids_from(store, entity, int(behind))
        looked_at += len(ids)
        for start in range(0, len(ids), _TURN):
            with store.local_writing() as session:
                turn = ids[start : start + _TURN]
                touched = [(entity, record_id) for record_id in turn]
                refresh_entries(session, touched, with_wholes=False)
    with store.local_writing() as session:
        session.connection().execute(
            text("DELETE FROM local_value WHERE name = :name AND value = :value"),
            {"name": note, "value": behind},
        )
    return looked_at


def _ids_from(store: Store, entity: str, seq: int) -> list[str]:
    """With what has a part from there on."""
    statement = f"SELECT id FROM {entity} WHERE sync_seq >= ?"
    for part, (whole, field) in WHOLES.items():
        if whole == entity:
            statement += f" UNION SELECT {field} FROM {part} WHERE sync_seq >= ?"
    with store.reading() as session:
        values = (seq,) * statement.count("?")
        return [row[0] for row in session.connection().exec_driver_sql(statement, values)]
