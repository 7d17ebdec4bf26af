"""The incident form as plain values: what a draft on disk holds, and how it becomes a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.cases.parties import PartyEntry
from app.cases.vocabulary import PartySide
from app.incidents.actions import IncidentDraft
from app.incidents.people import PersonEntry
from app.incidents.vocabulary import IncidentClass, IncidentRole, IncidentSource
from ui.cases.form_body import Body, empty_party, entry_of, party_body


def empty_body(*, unit_id: str, now: datetime) -> Body:
    """A new form: now, told by a villager, one line for whom it concerns."""
    return {
        "incident_class": "",
        "title": "",
        "happened_at": now.isoformat(),
        "micro_grid_id": None,
        "micro_grid_name": "",
        "place": "",
        "source": IncidentSource.TOLD_BY_VILLAGER.value,
        "story": "",
        "people": [empty_party(IncidentRole.INVOLVED)],
        "unit_id": unit_id,
        "patrol_id": None,
    }


def body_of(draft: IncidentDraft, *, micro_grid_name: str = "") -> Body:
    """The form filled with an incident as it stands."""
    return {
        "incident_class": draft.incident_class.value if draft.incident_class else "",
        "title": draft.title,
        "happened_at": draft.happened_at.isoformat() if draft.happened_at else "",
        "micro_grid_id": draft.micro_grid_id,
        "micro_grid_name": micro_grid_name,
        "place": draft.place,
        "source": draft.source.value,
        "story": draft.story,
        "people": [_person_body(person) for person in draft.people],
        "unit_id": draft.unit_id,
        "patrol_id": draft.patrol_id,
    }


def draft_of(body: Mapping[str, Any]) -> IncidentDraft:
    """What the form says; lines with nobody in them are left out."""
    chosen, at = body["incident_class"], body["happened_at"]
    people = (_person(person) for person in body["people"])
    return IncidentDraft(
        incident_class=IncidentClass(chosen) if chosen else None,
        title=body["title"],
        happened_at=datetime.fromisoformat(at) if at else None,
        place=body["place"],
        micro_grid_id=body["micro_grid_id"],
        source=IncidentSource(body["source"]),
        story=body["story"],
        people=tuple(one for one in people if one.name or one.phone or one.address),
        unit_id=body["unit_id"],
        patrol_id=body["patrol_id"],
    )


def _person_body(person: PersonEntry) -> Body:
    """A line of the people's editor, which is the one of the parties; ``side`` holds the role."""
    party = PartyEntry(
        name=person.name,
        side=PartySide.A,
        party_id=person.person_id,
        resident_id=person.resident_id,
        phone=person.phone,
        address=person.address,
    )
    return {**party_body(party), "side": person.role.value}


def _person(body: Mapping[str, Any]) -> PersonEntry:
    party = entry_of({**body, "side": PartySide.A.value})
    return PersonEntry(
        name=party.name,
        role=IncidentRole(body["side"]),
        person_id=party.party_id,
        resident_id=party.resident_id,
        phone=party.phone,
        address=party.address,
    )
