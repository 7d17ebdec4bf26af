"""The people of an incident: writing them down, and what of them was changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.cases.vocabulary import PartySource
from app.households.vocabulary import Sex
from app.incidents.vocabulary import IncidentRole
from db.columns import new_id
from db.tables.households import Resident
from db.tables.incidents import Incident, IncidentPerson


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """Somebody in an incident; ``person_id`` is None for one that is new."""

    name: str
    role: IncidentRole = IncidentRole.INVOLVED
    person_id: str | None = None
    resident_id: str | None = None
    phone: str | None = None
    address: str | None = None


def new_people(
    session: Session, incident: Incident, entries: Iterable[PersonEntry]
) -> list[IncidentPerson]:
    return [_new_person(session, incident, entry) for entry in entries]


def _new_person(session: Session, incident: Incident, entry: PersonEntry) -> IncidentPerson:
    return IncidentPerson(
        unit_id=incident.unit_id, incident_id=incident.id, **_person_fields(session, entry)
    )


def _person_fields(session: Session, entry: PersonEntry) -> dict[str, Any]:
    """The columns of a person; sex comes from the roster, and the identity number stays there
    (Personal Information Protection Law, Art. 6: no more than the purpose needs)."""
    resident = session.get(Resident, entry.resident_id) if entry.resident_id else None
    return {
        "role": entry.role,
        "source": PartySource.ROSTER if entry.resident_id else PartySource.OUTSIDE,
        "resident_id": entry.resident_id,
        "name": entry.name.strip(),
        "sex": resident.sex if resident else Sex.UNKNOWN,
        "phone": (entry.phone or "").strip() or None,
        "address": (entry.address or "").strip() or None,
    }


def write_people(
    session: Session,
    incident: Incident,
    before: Sequence[PersonEntry],
    after: Sequence[PersonEntry],
) -> None:
    """New ones are added, changed ones changed field by field, missing ones taken off."""
    opened = {entry.person_id or new_id(): entry for entry in before}
    wanted = {entry.person_id or new_id(): entry for entry in after}
    for person_id in opened.keys() - wanted.keys():
        person = session.get(IncidentPerson, person_id)
        if person is not None:
            session.delete(person)
    for person_id, entry in wanted.items():
        was = opened.get(person_id)
        if entry == was:
            continue
        person = session.get(IncidentPerson, person_id)
        if person is None:  # new, or taken off by a colleague meanwhile and changed here
            session.add(_new_person(session, incident, entry))
            continue
        fields_before = _person_fields(session, was) if was is not None else {}
        for name, value in _person_fields(session, entry).items():
            if name not in fields_before or value != fields_before[name]:
                setattr(person, name, value)
