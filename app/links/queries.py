"""What a record grew out of, and what grew out of it; never a confidential case."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from app.incidents.vocabulary import IncidentState
from app.links.vocabulary import LinkKind
from app.store import Store
from db.tables.cases import CaseFile
from db.tables.incidents import Incident
from db.tables.links import RecordLink


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """The other end of a link, as far as it is in this file."""

    entity: str
    record_id: str
    number: str
    title: str
    kind: LinkKind
    is_origin: bool
    """Whether the record shown grew out of this one."""
    is_withdrawn: bool
    """An incident that was recorded by mistake."""


def linked_records(store: Store, *, entity: str, record_id: str) -> tuple[LinkedRecord, ...]:
    """What is linked with a case or an incident, the oldest first; what is not here is left out."""
    with store.reading() as session:
        return linked_in(session, entity=entity, record_id=record_id)


def linked_in(session: Session, *, entity: str, record_id: str) -> tuple[LinkedRecord, ...]:
    """As ``linked_records``, in a session that is open."""
    links = session.exec(
        select(RecordLink)
        .where(or_(col(RecordLink.from_id) == record_id, col(RecordLink.to_id) == record_id))
        .order_by(col(RecordLink.made_at), col(RecordLink.id))
    )
    found: dict[tuple[str, str], LinkedRecord] = {}
    for link in links:
        is_origin = (link.to_entity, link.to_id) == (entity, record_id)
        other = (link.from_entity, link.from_id) if is_origin else (link.to_entity, link.to_id)
        record = _record(session, *other)
        if record is not None:
            is_withdrawn = record.state is IncidentState.WITHDRAWN
            found[other] = LinkedRecord(
                *other, record.number, record.title, link.kind, is_origin, is_withdrawn
            )
    return tuple(found.values())


def _record(session: Session, entity: str, record_id: str) -> CaseFile | Incident | None:
    if entity == CaseFile.entity():
        case = session.get(CaseFile, record_id)
        return None if case is None or case.is_confidential else case
    return session.get(Incident, record_id) if entity == Incident.entity() else None
