"""Notes a look that happened on a screen, or one that is about to leave it on paper or as a file.

What a screen notes by itself is no step of the person: it must not take the place of the last step
that could be taken back, so nothing is handed on as a change.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from app.looks.actions import record_look
from app.looks.vocabulary import LookedAt
from ui.context import PageContext

Written = TypeVar("Written")


def note_look(
    context: PageContext,
    *,
    subject_entity: str,
    subject_id: str,
    unit_id: str,
    looked_at: LookedAt,
    people: int = 1,
    reason: str = "",
) -> None:
    """In the background, what is on the screen already; as ``record_look``."""
    look = look_at(
        context,
        subject_entity=subject_entity,
        subject_id=subject_id,
        unit_id=unit_id,
        looked_at=looked_at,
        people=people,
        reason=reason,
    )
    context.runner.write(look)


def look_at(
    context: PageContext,
    *,
    subject_entity: str,
    subject_id: str,
    unit_id: str,
    looked_at: LookedAt,
    people: int = 1,
    reason: str = "",
) -> Callable[[], None]:
    """The writing of a look, for whoever must have it written before something leaves."""
    look = partial(
        record_look,
        context.store,
        context.actor,
        subject_entity=subject_entity,
        subject_id=subject_id,
        unit_id=unit_id,
        looked_at=looked_at,
        people=people,
        reason=reason,
    )
    return partial(_quietly, look)


def look_at_rows(
    context: PageContext, looked_at: LookedAt, *, people: int, reason: str
) -> Callable[[], None]:
    """As ``look_at``, for what a list or a report carries out of the own unit's program."""
    unit_id = context.actor.unit_id
    return look_at(
        context,
        subject_entity="unit",
        subject_id=unit_id,
        unit_id=unit_id,
        looked_at=looked_at,
        people=max(1, people),
        reason=reason,
    )


def looked_first(look: Callable[[], None], work: Callable[[], Written]) -> Written:
    """Work for the writer: what ``work`` writes out leaves only when its look is written down."""
    look()
    return work()


def _quietly(look: Callable[[], object]) -> None:
    look()
