"""Who has a case in hand, as the county's records tell it: told to the rules laptops ask too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from app.cases.vocabulary import CaseEventKind, CaseKind, CaseStep, InHand
from app.flow.turns import Turns, turns_of
from app.handovers.rules import Hands
from app.handovers.vocabulary import HandoverPurpose, Step
from sync.server.authors import china_date
from sync.server.ledger import Ledger
from sync.server.relations import HANDOVER
from sync.server.rows import Row
from sync.server.scope import shared_buckets

_EVENT: Final = "case_event"


def past_of(ledger: Ledger, case: Row) -> tuple[InHand, list[CaseStep]]:
    """What the county has carried out on a case; its events, and its hand-overs where they were
    loaded, must have been loaded (see ``applying``)."""
    rows = ledger.history((HANDOVER, _EVENT), case.key.record_id)
    counted = [row for row in rows if row.not_applied_reason is None]
    handed = tuple(
        handed_step(row.key.record_id, row.body, place)
        for place, row in enumerate(counted)
        if row.key.entity == HANDOVER
    )
    in_hand = InHand(CaseKind(case.body["kind"]), case.unit_id, handed)
    steps = [
        step_of(row.body, in_hand, place)
        for place, row in enumerate(counted)
        if row.key.entity == _EVENT
    ]
    return in_hand, steps


def turns_at(ledger: Ledger, case: Row) -> Turns:
    """Whose turn it is with a case whose parts were loaded."""
    return turns_of(*past_of(ledger, case))


def step_of(
    body: Mapping[str, Any], in_hand: InHand | None = None, place: int | None = None
) -> CaseStep:
    """An event as the rules take it; without a place it comes after all the rest."""
    step = CaseStep(
        kind=CaseEventKind(body["kind"]),
        detail=body.get("detail"),
        day=china_date(datetime.fromisoformat(body["happened_at"])),
        has_note=bool(body.get("note")),
        in_hand=in_hand,
    )
    return step if place is None else replace(step, place=place)


def handed_step(handover_id: str, body: Mapping[str, Any], place: int = 0) -> Step:
    """A hand-over as the rules take it; older programs name no purpose."""
    due_on = body.get("due_on")
    return Step(
        handover_id=handover_id,
        from_unit_id=body["from_unit_id"],
        to_unit_id=body["to_unit_id"],
        purpose=purpose_of(body),
        day=china_date(datetime.fromisoformat(body["happened_at"])),
        due_on=date.fromisoformat(due_on) if due_on else None,
        place=place,
    )


def purpose_of(body: Mapping[str, Any]) -> HandoverPurpose:
    """Why it changes hands."""
    return HandoverPurpose(body.get("purpose") or HandoverPurpose.HANDED_OVER)


def hands_of(case: Row) -> Hands:
    """Who leads a case and who helps, by the buckets it lies in."""
    buckets = shared_buckets(case.shared)
    return Hands(buckets[0], tuple(buckets[1:])) if buckets else Hands(case.unit_id)


def shared_by(hands: Hands, home_unit_id: str) -> str:
    """``record.shared``: who leads first, then who helps; empty while it is its unit's alone."""
    is_home = hands == Hands(home_unit_id)
    return "" if is_home else " ".join((hands.lead, *hands.helpers))
