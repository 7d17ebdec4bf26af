"""Incidents as a line of a table tells them: what happened, who was in it, what the police said.

Read for a page of ids at a time, so that a long list needs no more memory than a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlmodel import col, select

from app.households.rules import mask_phone
from app.incidents.vocabulary import IncidentEventKind, IncidentSource
from app.refolding import county_order
from app.store import Store
from db.tables.base import SyncState
from db.tables.households import MicroGrid
from db.tables.incidents import Incident, IncidentEvent, IncidentPerson


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """Something that happened; ``detail`` as ``PoliceReport`` and ``PoliceMediation`` read it."""

    kind: IncidentEventKind
    at: datetime
    note: str
    detail: str | None


@dataclass(slots=True)
class IncidentSheet:
    """One incident; ``people`` are names and masked telephones, ``events`` in county order."""

    source: IncidentSource
    story: str
    place: str
    micro_grid: str
    people: list[tuple[str, str]] = field(default_factory=list)
    events: list[ToldEvent] = field(default_factory=list)

    def notes_of(self, kind: IncidentEventKind) -> str:
        """What was told of this kind, a line each."""
        return "\n".join(one.note for one in self.events if one.kind is kind and one.note)


def incident_sheets(store: Store, incident_ids: Sequence[str]) -> dict[str, IncidentSheet]:
    """These incidents by id; what is not in this file is left out, as is what the county
    refused."""
    with store.reading() as session:
        found = session.exec(
            select(Incident, col(MicroGrid.name))
            .join(MicroGrid, col(MicroGrid.id) == col(Incident.micro_grid_id), isouter=True)
            .where(col(Incident.id).in_(incident_ids))
        )
        sheets = {
            one.id: IncidentSheet(one.source, one.story, one.place, grid or "")
            for one, grid in found
        }
        people = select(IncidentPerson).where(col(IncidentPerson.incident_id).in_(incident_ids))
        for person in session.exec(people.order_by(text("rowid"))):
            told = (person.name, mask_phone(person.phone or ""))
            sheets[person.incident_id].people.append(told)
        events = (
            select(IncidentEvent)
            .where(col(IncidentEvent.incident_id).in_(incident_ids))
            .where(col(IncidentEvent.sync_state) != SyncState.REFUSED)
        )
        for event in session.exec(events.order_by(*county_order(IncidentEvent))):
            at = event.done_at or event.happened_at
            sheets[event.incident_id].events.append(
                ToldEvent(event.kind, at, event.note or "", event.detail)
            )
    return sheets
