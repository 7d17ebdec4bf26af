"""What the person at the screen may record on a case."""

from __future__ import annotations

from app.cases.actions import possible_events
from app.cases.queries import CaseDetail
from app.cases.vocabulary import CaseEventKind
from ui.context import PageContext


def possible_kinds(context: PageContext, case: CaseDetail) -> frozenset[CaseEventKind]:
    """The kinds of events that may follow now and are within this person's reach."""
    return frozenset(
        possible_events(
            context.actor,
            state=case.state,
            unit_id=case.unit_id,
            holder_unit_ids=case.holder_unit_ids,
        )
    )
