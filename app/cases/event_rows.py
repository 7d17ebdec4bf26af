"""The rows an event of a case becomes: itself, and after it the risk where one was found."""

from __future__ import annotations

import json

from app.accounts.session import Actor
from app.cases.rules import ASKS_FOR_RISK, must_report
from app.cases.vocabulary import CaseEventKind, RiskAnswer
from app.store import Store
from db.tables.cases import CaseEvent, CaseFile


def new_events(
    store: Store,
    actor: Actor,
    case: CaseFile,
    kind: CaseEventKind,
    note: str | None,
    risk: RiskAnswer | None,
    detail: str | None = None,
) -> list[CaseEvent]:
    """The event with its answer, and after it the risk where one was found."""
    answer = risk.as_detail() if risk is not None and kind in ASKS_FOR_RISK else None
    events = [new_event(store, actor, case, kind, note, _joined(detail, answer))]
    if answer is not None and risk is not None and must_report(risk.answer):
        found = CaseEventKind.RISK_FOUND
        events.append(new_event(store, actor, case, found, None, answer))
    return events


def _joined(*details: str | None) -> str | None:
    """Several readers share one object; each knows its own fields."""
    parts = [json.loads(each) for each in details if each]
    joined = {name: value for part in parts for name, value in part.items()}
    return json.dumps(joined, ensure_ascii=False) if joined else None


def new_event(
    store: Store,
    actor: Actor,
    case: CaseFile,
    kind: CaseEventKind,
    note: str | None,
    detail: str | None = None,
) -> CaseEvent:
    """One event, by the actor and now."""
    return CaseEvent(
        unit_id=case.unit_id,
        case_id=case.id,
        kind=kind,
        note=note,
        detail=detail,
        by_account_id=actor.account_id,
        happened_at=store.clock.now(),
    )
