"""Saving, ordering and removing filters of a list; nothing of it leaves this laptop.

Removing gives back what was there, so that one press brings it back: the outbox's undo knows only
what travels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from app.accounts.session import Actor
from app.errors import ErrorCode, UserFacingError
from app.saved_filters.queries import filters_of
from app.store import Store
from db.columns import new_id
from db.tables.local import SavedFilter

LONGEST_NAME: Final = 60
MOST: Final = 50
"""Of one page; who has more finds none of them again."""


def save_filter(
    store: Store, actor: Actor, *, page: str, name: str, body: Mapping[str, str]
) -> str:
    """Keeps a filter under a name, in the place of one of the same name; returns its id.

    Raises ``UserFacingError`` FILTER_NOT_SAVED (problem) for a name that is empty or too long, and
    where there are fifty.
    """
    plain = " ".join(name.split())
    with store.local_writing() as session:
        known = filters_of(session, actor, page)
        found = next((one for one in known if one.name == plain), None)
        _check(plain, is_full=found is None and len(known) >= MOST)
        if found is None:
            found = SavedFilter(
                id=new_id(),
                account_id=actor.account_id,
                page=page,
                name=plain,
                body="{}",
                position=len(known),
                made_at=store.clock.now(),
            )
        found.body = json.dumps(dict(body), ensure_ascii=False)
        session.add(found)
        return found.id


def _check(name: str, *, is_full: bool) -> None:
    problem = ""
    if not name:
        problem = "missing"
    elif len(name) > LONGEST_NAME:
        problem = "too_long"
    elif is_full:
        problem = "too_many"
    if problem:
        raise UserFacingError(ErrorCode.FILTER_NOT_SAVED, problem=problem)


def rename_filter(store: Store, actor: Actor, *, page: str, filter_id: str, name: str) -> None:
    """Another name for the same filter.

    Raises ``UserFacingError`` FILTER_NOT_SAVED (problem) for a name that is empty, too long, or
    another filter's.
    """
    plain = " ".join(name.split())
    with store.local_writing() as session:
        known = filters_of(session, actor, page)
        _check(plain, is_full=False)
        if any(one.name == plain and one.id != filter_id for one in known):
            raise UserFacingError(ErrorCode.FILTER_NOT_SAVED, problem="taken")
        for one in known:
            if one.id == filter_id:
                one.name = plain
                session.add(one)


def set_default_filter(store: Store, actor: Actor, *, page: str, filter_id: str) -> None:
    """The page opens with this one; with none for an empty id."""
    with store.local_writing() as session:
        for one in filters_of(session, actor, page):
            one.is_default = one.id == filter_id
            session.add(one)


def move_filter(store: Store, actor: Actor, *, page: str, filter_id: str, by: int) -> None:
    """So many places up (negative) or down; it stops at the ends."""
    with store.local_writing() as session:
        known = filters_of(session, actor, page)
        at = next((place for place, one in enumerate(known) if one.id == filter_id), None)
        if at is None:
            return
        moved = known.pop(at)
        known.insert(max(0, min(len(known), at + by)), moved)
        _number(session, known)


def remove_filter(store: Store, actor: Actor, *, page: str, filter_id: str) -> SavedFilter | None:
    """Takes it away and gives it back for ``restore_filter``; None where it is gone already."""
    with store.local_writing() as session:
        known = filters_of(session, actor, page)
        gone = next((one for one in known if one.id == filter_id), None)
        if gone is None:
            return None
        kept = SavedFilter(**gone.model_dump())
        session.delete(gone)
        _number(session, [one for one in known if one is not gone])
        return kept


def restore_filter(store: Store, actor: Actor, *, removed: SavedFilter) -> None:
    """Puts it back where it was."""
    with store.local_writing() as session:
        known = filters_of(session, actor, removed.page)
        known.insert(min(removed.position, len(known)), SavedFilter(**removed.model_dump()))
        _number(session, known)


def _number(session: Session, known: list[SavedFilter]) -> None:
    for place, one in enumerate(known):
        one.position = place
        session.add(one)
