"""Keeps the folded states of cases and motions in step with their events.

A state is never edited and never travels: laptop and county fold the same events, in county
order, with the same table. Events the county has not seen yet come last, as they were written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import ColumnElement, literal_column, or_
from sqlmodel import Session, col, select

from app.cases.rules import fold
from app.votes.rules import fold_motion
from db.tables.base import SyncedRecord, SyncState
from db.tables.cases import CaseEvent, CaseFile
from db.tables.votes import Motion, MotionEvent


def refold(session: Session, touched: Iterable[tuple[str, str]]) -> None:
    """Folds anew every case and motion of which an event, or the file itself, was touched."""
    ids: dict[str, set[str]] = {}
    for entity, record_id in touched:
        ids.setdefault(entity, set()).add(record_id)
    cases = ids.get("case_file", set()) | _parents(session, CaseEvent, ids.get("case_event", set()))
    for case_id in sorted(cases):
        refold_case(session, case_id)
    motions = ids.get("motion", set()) | _parents(
        session, MotionEvent, ids.get("motion_event", set())
    )
    for motion_id in sorted(motions):
        refold_motion(session, motion_id)


def refold_case(session: Session, case_id: str) -> None:
    """The case's state from its events."""
    case = session.get(CaseFile, case_id)
    if case is not None:
        case.state = fold(_kinds(session, CaseEvent, CaseEvent.case_id, case))


def refold_motion(session: Session, motion_id: str) -> None:
    """The motion's state from its events."""
    motion = session.get(Motion, motion_id)
    if motion is not None:
        motion.state = fold_motion(_kinds(session, MotionEvent, MotionEvent.motion_id, motion))


def _kinds(session: Session, model: Any, parent_field: Any, parent: SyncedRecord) -> list[Any]:
    """The parent's events in county order, unsent ones last.

    An event the county refused is not among its events and may not be among ours. Only where it
    refused the whole file nothing is left out: that is still to be mended, as it was written.
    """
    statement = select(model).where(col(parent_field) == parent.id)
    if parent.sync_version > 0:
        is_refused = col(model.sync_state) == SyncState.REFUSED
        statement = statement.where(or_(col(model.sync_seq) > 0, ~is_refused))
    return [event.kind for event in session.exec(statement.order_by(*county_order(model)))]


def county_order(model: type[CaseEvent] | type[MotionEvent]) -> tuple[ColumnElement[Any], ...]:
    """The ORDER BY of events: as the county numbered them, then as they were written here.

    Not by ``happened_at``: two events may carry one millisecond, and a laptop's clock may have
    been turned back between them.
    """
    return (
        col(model.sync_seq) == 0,
        cast(ColumnElement[Any], col(model.sync_seq)),
        literal_column(f"{model.__tablename__}.rowid"),
    )


def _parents(
    session: Session, model: type[CaseEvent] | type[MotionEvent], ids: set[str]
) -> set[str]:
    found: set[str] = set()
    for event_id in ids:
        event: SyncedRecord | None = session.get(model, event_id)
        if isinstance(event, CaseEvent):
            found.add(event.case_id)
        elif isinstance(event, MotionEvent):
            found.add(event.motion_id)
    return found
