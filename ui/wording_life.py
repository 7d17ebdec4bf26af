"""Words for the life of households: who is there, who left, and what happened on which day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from app.households.vocabulary import Past, ResidentStatus, RosterEventKind
from ui.wording_rules import name_of

STATUS_TONES = {
    ResidentStatus.PRESENT: "ok",
    ResidentStatus.AWAY: "info",
    ResidentStatus.MOVED_OUT: "neutral",
    ResidentStatus.DECEASED: "neutral",
}
EVENT_TONES = {
    RosterEventKind.BORN: "ok",
    RosterEventKind.MOVED_IN: "ok",
    RosterEventKind.DIED: "neutral",
    RosterEventKind.MOVED_OUT: "neutral",
}
"""The others are under way: blue."""


# --- marks beside what a search finds ------------------------------------------------------------


class _MarkedHit(Protocol):
    @property
    def subtitle(self) -> str: ...
    @property
    def past(self) -> Past | None: ...


Found = TypeVar("Found", bound=_MarkedHit)


def marked_hits(search: Callable[[str], Iterable[Found]], typed: str) -> list[Found]:
    """What a search finds; before the line of who died or moved away stands that word."""
    return [_marked(hit) for hit in search(typed)]


def _marked(hit: Found) -> Found:
    if hit.past is None:
        return hit
    words = " · ".join(filter(None, (name_of(hit.past), hit.subtitle)))
    row: Any = hit
    changed: Found = replace(row, subtitle=words)
    return changed
