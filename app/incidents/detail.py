"""Reading one incident whole: its people, its events, what it is linked with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission, Role
from app.cases.queries import village_names, worst_sync_state
from app.cases.vocabulary import PartySource
from app.errors import ErrorCode, UserFacingError
from app.households.rules import mask_phone
from app.incidents.actions import IncidentDraft
from app.incidents.people import PersonEntry
from app.incidents.rules import Step
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentRole,
    IncidentSource,
    IncidentState,
)
from app.links.queries import LinkedRecord, linked_in
from app.looks.actions import look_at_whole
from app.refolding import county_order
from app.store import Store
from db.tables.base import SyncState
from db.tables.households import MicroGrid
from db.tables.incidents import Incident, IncidentEvent, IncidentPerson
from db.tables.organisations import Account


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in an incident as the card shows them; ``phone`` is masked."""

    person_id: str
    role: IncidentRole
    source: PartySource
    resident_id: str | None
    name: str
    phone: str
    address: str | None


@dataclass(frozen=True, slots=True)
class IncidentEventRow:
    """Something that happened; ``detail`` is read by ``PoliceReport`` and ``PoliceMediation``."""

    event_id: str
    kind: IncidentEventKind
    note: str | None
    detail: str | None
    done_at: datetime | None
    by_account_id: str
    by_name: str
    by_role: Role | None
    happened_at: datetime
    sync_state: SyncState


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """One incident whole: its people, its events in county order, what it is linked with."""

    incident_id: str
    unit_id: str
    village: str
    number: str
    incident_class: IncidentClass
    source: IncidentSource
    title: str
    story: str
    place: str
    micro_grid_id: str | None
    micro_grid_name: str
    happened_at: datetime
    recorded_at: datetime
    recorded_by: str
    recorder_id: str
    state: IncidentState
    sync_state: SyncState
    people: tuple[PersonRow, ...]
    events: tuple[IncidentEventRow, ...]
    links: tuple[LinkedRecord, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its events as the rules ask for them; what the county refused is none."""
        return tuple(
            Step(event.kind, event.by_account_id)
            for event in self.events
            if event.sync_state is not SyncState.REFUSED
        )


@dataclass(frozen=True, slots=True)
class IncidentToEdit:
    """What the form opens with; telephones whole."""

    incident_id: str
    draft: IncidentDraft
    micro_grid_name: str


def one_incident(
    store: Store, incident_id: str, *, unit_ids: frozenset[str] | None = None
) -> IncidentDetail | None:
    """The incident, or None when it is not in this file or not in ``unit_ids``.

    ``incident_id`` may also be the id of somebody in it, as the search finds them.
    """
    with store.reading() as session:
        person = session.get(IncidentPerson, incident_id)
        incident = session.get(Incident, person.incident_id if person else incident_id)
        if incident is None or (unit_ids is not None and incident.unit_id not in unit_ids):
            return None
        people, events = _people(session, incident.id), _events(session, incident.id)
        recorder = session.get(Account, incident.recorded_by)
        grid = session.get(MicroGrid, incident.micro_grid_id or "")
        own = [incident.sync_state, *(one.sync_state for one in people)]
        own += [event.sync_state for event in events]
        return IncidentDetail(
            incident_id=incident.id,
            unit_id=incident.unit_id,
            village=village_names(session, [incident.unit_id]).get(incident.unit_id, ""),
            number=incident.number,
            incident_class=incident.incident_class,
            source=incident.source,
            title=incident.title,
            story=incident.story,
            place=incident.place,
            micro_grid_id=incident.micro_grid_id,
            micro_grid_name=grid.name if grid else "",
            happened_at=incident.happened_at,
            recorded_at=incident.recorded_at,
            recorded_by=recorder.name if recorder else "",
            recorder_id=incident.recorded_by,
            state=incident.state,
            sync_state=worst_sync_state(own),
            people=tuple(_person_row(one) for one in people),
            events=events,
            links=linked_in(session, entity="incident", record_id=incident.id),
        )


def incident_for_editing(store: Store, actor: Actor, incident_id: str) -> IncidentToEdit:
    """The incident as it is filled in, with whole telephone numbers.

    Whoever opens it has looked at it: that is written down, so this is work for the writer.
    Raises ``UserFacingError`` NOT_ALLOWED, INCIDENT_NOT_FOUND.
    """
    with store.transaction(account_id=actor.account_id, action="look") as tx:
        incident = tx.session.get(Incident, incident_id)
        if incident is None:
            raise UserFacingError(ErrorCode.INCIDENT_NOT_FOUND)
        actor.require(Permission.RECORD_INCIDENT, unit_id=incident.unit_id)
        people = _people(tx.session, incident_id)
        numbers = sum(bool(one.phone) for one in people)
        if numbers:
            look_at_whole(tx.session, actor, store.clock.now(), incident, people=numbers)
        grid = tx.session.get(MicroGrid, incident.micro_grid_id or "")
        draft = _draft(incident, people)
    return IncidentToEdit(incident_id, draft, grid.name if grid else "")


def _draft(incident: Incident, people: Sequence[IncidentPerson]) -> IncidentDraft:
    return IncidentDraft(
        incident_class=incident.incident_class,
        title=incident.title,
        happened_at=incident.happened_at,
        place=incident.place,
        micro_grid_id=incident.micro_grid_id,
        source=incident.source,
        story=incident.story,
        people=tuple(_entry(one) for one in people),
        unit_id=incident.unit_id,
        patrol_id=incident.patrol_id,
    )


def _people(session: Session, incident_id: str) -> Sequence[IncidentPerson]:
    return session.exec(
        select(IncidentPerson)
        .where(col(IncidentPerson.incident_id) == incident_id)
        .order_by(text("rowid"))
    ).all()


def _person_row(one: IncidentPerson) -> PersonRow:
    return PersonRow(
        person_id=one.id,
        role=one.role,
        source=one.source,
        resident_id=one.resident_id,
        name=one.name,
        phone=mask_phone(one.phone or ""),
        address=one.address,
    )


def _entry(one: IncidentPerson) -> PersonEntry:
    return PersonEntry(
        name=one.name,
        role=one.role,
        person_id=one.id,
        resident_id=one.resident_id,
        phone=one.phone,
        address=one.address,
    )


def _events(session: Session, incident_id: str) -> tuple[IncidentEventRow, ...]:
    found = session.exec(
        select(IncidentEvent, col(Account.name), col(Account.role))
        .join(Account, col(Account.id) == col(IncidentEvent.by_account_id), isouter=True)
        .where(col(IncidentEvent.incident_id) == incident_id)
        .order_by(*county_order(IncidentEvent))
    )
    return tuple(
        IncidentEventRow(
            event_id=event.id,
            kind=event.kind,
            note=event.note,
            detail=event.detail,
            done_at=event.done_at,
            by_account_id=event.by_account_id,
            by_name=name or "",
            by_role=role,
            happened_at=event.happened_at,
            sync_state=event.sync_state,
        )
        for event, name, role in found
    )
