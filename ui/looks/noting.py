"""Notes a look that happened on a screen or left it on paper.

What a screen notes by itself is no step of the person: it must not take the place of the last step
that could be taken back, so nothing is handed on as a change.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.looks.actions import record_look
from app.looks.vocabulary import LookedAt
from ui.context import PageContext


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
    """In the background; as ``record_look``."""
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
    context.runner.write(partial(_quietly, look))


def _quietly(look: Callable[[], object]) -> None:
    look()
