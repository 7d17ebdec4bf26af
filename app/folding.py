"""The state of a thing with a history: a pure fold over its events in county order.

Cases and motions both work so. Two people who act on one offline can both record an outcome; the
county's order decides, and the event that no longer fits is reported, never lost and never
applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

State = TypeVar("State")
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Refusal(Generic[State, Kind]):
    """An event that did not fit: its place in the sequence (from 0) and the state it met."""

    position: int
    kind: Kind
    state: State


@dataclass(frozen=True, slots=True)
class Folded(Generic[State, Kind]):
    """The state after all events, and those that were not applied."""

    state: State
    refusals: tuple[Refusal[State, Kind], ...]


def fold_events(
    start: State, kinds: Iterable[Kind], transitions: Mapping[tuple[State, Kind], State]
) -> Folded[State, Kind]:
    """Follow the table from `start`; what the table does not know is skipped and reported."""
    state = start
    refusals: list[Refusal[State, Kind]] = []
    for position, kind in enumerate(kinds):
        following = transitions.get((state, kind))
        if following is None:
            refusals.append(Refusal(position, kind, state))
        else:
            state = following
    return Folded(state, tuple(refusals))
