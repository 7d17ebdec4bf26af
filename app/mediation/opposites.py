"""The counter-event of a step that settled a case by its agreement; see ``app/undo.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.cases.vocabulary import CaseEventKind, CaseState
from app.errors import ErrorCode, UserFacingError
from app.mediation.vocabulary import Performance
from app.refolding import county_order
from db.outbox import loads
from db.tables.base import SyncedRecord
from db.tables.cases import CaseEvent, CaseFile
from db.tables.local import OutboxOp
from db.tables.mediation import Agreement, AgreementItem, AgreementSignature

_PARTS = ("agreement_signature", "agreement_item", "agreement")
_MODELS: dict[str, type[SyncedRecord]] = {
    "agreement_signature": AgreementSignature,
    "agreement_item": AgreementItem,
    "agreement": Agreement,
}


def opposite_settlement(
    session: Session, operations: Sequence[OutboxOp], account_id: str, now: datetime
) -> Iterator[SyncedRecord | None]:
    """The case is taken up again and what this step signed or recorded is taken away.

    None where the case is no longer as this step left it: then all of it stays. Raises
    ``UserFacingError`` UNDO_TOO_LATE for any other step with an event of a case.
    """
    settled = [one for one in operations if one.entity == "case_event"]
    parts = [one for one in operations if one.entity in _PARTS]
    said = [loads(one.patch) for one in settled]
    is_by_agreement = bool(parts) or settled[0].action == "settle_by_agreement"
    if not is_by_agreement or [one.get("kind") for one in said] != [CaseEventKind.SETTLED.value]:
        raise UserFacingError(ErrorCode.UNDO_TOO_LATE)
    case = session.get(CaseFile, said[0]["case_id"])
    if (
        case is None
        or case.state is not CaseState.SETTLED
        or _has_more(session, case, settled[0], parts)
    ):
        yield None
        return
    for entity in _PARTS:
        for one in parts:
            record = session.get(_MODELS[entity], one.record_id) if one.entity == entity else None
            if record is not None:
                session.delete(record)
        session.flush()
    yield CaseEvent(
        unit_id=case.unit_id,
        case_id=case.id,
        kind=CaseEventKind.REOPENED,
        note=said[0].get("note"),
        by_account_id=account_id,
        happened_at=now,
    )


def _has_more(
    session: Session, case: CaseFile, settled: OutboxOp, parts: Sequence[OutboxOp]
) -> bool:
    """Whether something was told of the case since, or done of what was agreed."""
    last = session.exec(
        select(CaseEvent.id)
        .where(col(CaseEvent.case_id) == case.id)
        .order_by(*(place.desc() for place in county_order(CaseEvent)))
    ).first()
    items = (session.get(AgreementItem, one.record_id) for one in parts)
    is_begun = any(item is not None and item.performance is not Performance.OPEN for item in items)
    return last != settled.record_id or is_begun
