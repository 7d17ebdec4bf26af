"""The counter-event of an application for confirmation; see ``app/undo.py``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.cases.vocabulary import CaseEventKind, CaseState
from app.court.rules import confirmations_in
from app.handovers.actions import opposite_handovers
from app.refolding import case_steps, county_order
from db.clock import CHINA
from db.outbox import loads
from db.tables.base import SyncedRecord
from db.tables.cases import CaseEvent, CaseFile
from db.tables.local import OutboxOp


def is_application(operations: Sequence[OutboxOp]) -> bool:
    """Whether this step applied for confirmation, and at most asked the court to help."""
    events = [loads(one.patch) for one in operations if one.entity == "case_event"]
    return [one.get("kind") for one in events] == [CaseEventKind.CONFIRMATION_APPLIED.value]


def opposite_application(
    session: Session, operations: Sequence[OutboxOp], account_id: str, now: datetime
) -> Iterator[SyncedRecord | None]:
    """The application is withdrawn and the court asked back; None where anything was told of the
    case since. 最高人民法院关于人民调解协议司法确认程序的若干规定 (2011-03-23), Art. 5 (2)."""
    applied = next(one for one in operations if one.entity == "case_event")
    case = session.get(CaseFile, loads(applied.patch)["case_id"])
    if case is None or not _is_last(session, case, applied):
        yield None
        return
    today = now.astimezone(CHINA).date()
    asked = [one for one in confirmations_in(case_steps(session, case)) if one.is_open]
    asked_on = asked[-1].applied_on if asked else today
    yield CaseEvent(
        unit_id=case.unit_id,
        case_id=case.id,
        kind=CaseEventKind.CONFIRMATION_WITHDRAWN,
        detail=json.dumps({"withdrawn_on": max(today, asked_on).isoformat()}),
        by_account_id=account_id,
        happened_at=now,
    )
    handed = [one for one in operations if one.entity == "handover"]
    yield from opposite_handovers(session, handed, account_id, now)


def _is_last(session: Session, case: CaseFile, applied: OutboxOp) -> bool:
    last = session.exec(
        select(CaseEvent.id)
        .where(col(CaseEvent.case_id) == case.id)
        .order_by(*(place.desc() for place in county_order(CaseEvent)))
    ).first()
    return last == applied.record_id and case.state in (CaseState.SETTLED, CaseState.CLOSED)
