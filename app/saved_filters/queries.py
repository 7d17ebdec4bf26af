"""The filters a person saved for a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.store import Store
from db.tables.local import SavedFilter


@dataclass(frozen=True, slots=True)
class SavedFilterRow:
    """A named filter; ``body`` is what its page stored, choices of a newer program among them."""

    filter_id: str
    name: str
    body: Mapping[str, str]
    is_default: bool


def saved_filters(store: Store, actor: Actor, page: str) -> tuple[SavedFilterRow, ...]:
    """In the person's own order."""
    with store.reading() as session:
        return tuple(
            SavedFilterRow(one.id, one.name, _read(one.body), one.is_default)
            for one in filters_of(session, actor, page)
        )


def filters_of(session: Session, actor: Actor, page: str) -> list[SavedFilter]:
    """The rows themselves, in order."""
    return list(
        session.exec(
            select(SavedFilter)
            .where(SavedFilter.account_id == actor.account_id, SavedFilter.page == page)
            .order_by(col(SavedFilter.position), col(SavedFilter.made_at), col(SavedFilter.id))
        )
    )


def _read(body: str) -> Mapping[str, str]:
    """Nothing of a body that is none: the filter then shows everything."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): value for key, value in found.items() if isinstance(value, str)}
