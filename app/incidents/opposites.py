"""The counter-events of what was said about incidents; see ``app/undo.py``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session

from app.errors import ErrorCode, UserFacingError
from app.incidents.rules import fold
from app.incidents.vocabulary import IncidentEventKind, IncidentState
from app.refolding import incident_events
from db.outbox import loads
from db.tables.incidents import Incident, IncidentEvent
from db.tables.local import OutboxOp

_K = IncidentEventKind


def opposite_incident_events(
    session: Session, operations: Sequence[OutboxOp], account_id: str, now: datetime
) -> Iterator[IncidentEvent | None]:
    """For each incident of a step the event that takes it back, or None where more has happened
    to it since: that one is left.

    What was recorded is withdrawn, with all that was told of it in the same step. An end is
    reopened, and what was reopened ends again. Raises ``UserFacingError`` UNDO_TOO_LATE where
    something is among it that no event answers: words, reports, a case made of it.
    """
    told: dict[str, set[str]] = {}
    for operation in operations:
        if operation.entity == IncidentEvent.entity():
            incident_id = loads(operation.patch)["incident_id"]
            told.setdefault(incident_id, set()).add(operation.record_id)
    for incident_id, event_ids in told.items():
        kind = _answer(session, incident_id, event_ids)
        if kind is None:
            yield None
            continue
        incident = session.get_one(Incident, incident_id)
        yield IncidentEvent(
            unit_id=incident.unit_id,
            incident_id=incident_id,
            kind=kind,
            by_account_id=account_id,
            happened_at=now,
        )


def _answer(session: Session, incident_id: str, event_ids: set[str]) -> IncidentEventKind | None:
    incident = session.get(Incident, incident_id)
    events = [] if incident is None else incident_events(session, incident)
    before = [event.kind for event in events if event.id not in event_ids]
    said = events[len(before) :]
    if not said or {event.id for event in said} != event_ids:
        return None
    return _answer_to(before, [event.kind for event in said])


def _answer_to(
    before: Sequence[IncidentEventKind], said: Sequence[IncidentEventKind]
) -> IncidentEventKind:
    """What takes back these events, said in one step after those ``before``."""
    if said[:1] == [_K.RECORDED]:
        return _K.WITHDRAWN
    if len(said) == 1 and said[0] in (_K.CLOSED, _K.WITHDRAWN):
        return _K.REOPENED
    ends = {IncidentState.CLOSED: _K.CLOSED, IncidentState.WITHDRAWN: _K.WITHDRAWN}
    end = ends.get(fold(before)) if list(said) == [_K.REOPENED] else None
    if end is None:
        raise UserFacingError(ErrorCode.UNDO_TOO_LATE)
    return end
