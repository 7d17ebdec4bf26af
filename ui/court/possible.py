"""What the person at the screen may record on a case."""

from __future__ import annotations

from app.cases.actions import possible_events
from app.cases.queries import CaseDetail, counted_steps
from app.cases.vocabulary import CaseEventKind
from app.court.rules import still_to_consent
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


def to_consent(case: CaseDetail) -> list[str]:
    """The parties of both sides who have not agreed yet to be mediated before a suit."""
    sides = [(one.party_id, one.side) for one in case.parties]
    return [*still_to_consent(sides, counted_steps(case))]
