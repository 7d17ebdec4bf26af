"""The column that says how far a record has got: waiting, at the county, refused, in conflict."""

from __future__ import annotations

from typing import Any, Protocol

from app.store import SyncState
from ui.widgets.rows_model import Column
from ui.wording_sync import sync_state_word


class Sent(Protocol):
    """A row of a list that knows where its record stands with the county."""

    @property
    def sync_state(self) -> SyncState: ...


def sync_column(title: str, *, width: int, is_pill: bool = False) -> Column[Any]:
    """The column, ``width`` pixels wide at 100 % text."""
    return Column(title, sync_word, tone=_tone, width=width, is_pill=is_pill)


def sync_word(row: Sent) -> str:
    """What the column says; a list that hides the column knows it by this."""
    return sync_state_word(row.sync_state)[0]


def _tone(row: Sent) -> str:
    return sync_state_word(row.sync_state)[1]
