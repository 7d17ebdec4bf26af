"""What a dispute takes over from its incident, and an incident from its dispute.

A draft to be gone over by a person: who was harmed by whom is not who quarrels with whom.
"""

from __future__ import annotations

from datetime import datetime

from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.rules import MAX_PLACE
from app.cases.vocabulary import PartySide, PartySource, Urgency
from app.incidents.actions import IncidentDraft
from app.incidents.people import PersonEntry
from app.incidents.vocabulary import IncidentRole, IncidentSource
from db.clock import CHINA

_SIDES = {
    IncidentRole.INVOLVED: PartySide.A,
    IncidentRole.HARMED: PartySide.B,
    IncidentRole.REPORTER: PartySide.THIRD,
    IncidentRole.WITNESS: PartySide.THIRD,
}
_ROLES = {
    PartySide.A: IncidentRole.INVOLVED,
    PartySide.B: IncidentRole.INVOLVED,
    PartySide.THIRD: IncidentRole.WITNESS,
}


def case_draft_of(incident: IncidentDraft, micro_grid_name: str = "") -> CaseDraft:
    """The dispute's form, prefilled; class and the question of its risk are still to be answered.

    Two who quarrelled and nobody harmed stand on two sides.
    """
    if incident.happened_at is None:
        raise ValueError("a recorded incident has its time")
    place = " ".join(part for part in (micro_grid_name, incident.place) if part)
    return CaseDraft(
        title=incident.title,
        class_code="",
        happened_on=incident.happened_at.astimezone(CHINA).date(),
        place=place[:MAX_PLACE],
        story=incident.story,
        urgency=Urgency.MEDIUM,
        parties=_parties(incident.people),
        unit_id=incident.unit_id,
    )


def _parties(people: tuple[PersonEntry, ...]) -> tuple[PartyEntry, ...]:
    sides = [_SIDES[person.role] for person in people]
    if PartySide.B not in sides and sides.count(PartySide.A) > 1:
        sides[len(sides) - 1 - sides[::-1].index(PartySide.A)] = PartySide.B
    return tuple(
        PartyEntry(
            name=person.name,
            side=side,
            source=PartySource.ROSTER if person.resident_id else PartySource.OUTSIDE,
            resident_id=person.resident_id,
            phone=person.phone,
            address=person.address,
        )
        for person, side in zip(people, sides, strict=True)
    )


def incident_draft_of(case: CaseDraft, *, now: datetime) -> IncidentDraft:
    """The incident's form, prefilled; what broke out, when and where is still to be told."""
    return IncidentDraft(
        incident_class=None,
        title=case.title,
        happened_at=now,
        place=case.place,
        micro_grid_id=None,
        source=IncidentSource.FROM_CASE,
        story="",
        people=tuple(_person(party) for party in case.parties),
        unit_id=case.unit_id,
    )


def _person(party: PartyEntry) -> PersonEntry:
    return PersonEntry(
        name=party.name,
        role=_ROLES[party.side],
        resident_id=party.resident_id,
        phone=party.phone,
        address=party.address,
    )
