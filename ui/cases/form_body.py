"""The case form as plain values: what a draft on disk holds, and how it becomes a ``CaseDraft``.

No widgets here, so that a draft written by an older program is read the same way by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.cases.case_draft import CaseDraft
from app.cases.file_rules import FIELDS_OF_KIND
from app.cases.parties import PartyEntry
from app.cases.vocabulary import (
    AgentKind,
    CaseKind,
    Escalation,
    PartySide,
    PartySource,
    RiskAnswer,
    SpokenLanguage,
    Urgency,
)
from app.organisations.vocabulary import neighbouring_counties
from app.petitions.vocabulary import PetitionForm, PetitionPurpose

Body = dict[str, Any]


def empty_body(*, unit_id: str, today: date) -> Body:
    """A new form: today, medium urgency, one line for each side."""
    return {
        "title": "",
        "class_code": "",
        "happened_on": today.isoformat(),
        "place": "",
        "urgency": Urgency.MEDIUM.value,
        "story": "",
        "unit_id": unit_id,
        "parties": [empty_party(PartySide.A), empty_party(PartySide.B)],
        "risk": "",
        "measures": "",
        "kind": CaseKind.DISPUTE.value,
        "received_on": today.isoformat(),
        "wanted": "",
        "head_count": "",
        "place_region": "",
        "first_contact_id": "",
        "first_contact": "",
        "petition_purpose": "",
        "petition_form": "",
        "accused_unit_id": "",
        "is_confidential": False,
    }


def empty_party(side: str) -> Body:
    """A line of the form with nobody in it."""
    return {
        "side": str(side),
        "name": "",
        "resident_id": None,
        "party_id": None,
        "phone": "",
        "origin": "",
        "address": "",
    }


def body_of(draft: CaseDraft) -> Body:
    """The form filled with a case as it stands."""
    return {
        "title": draft.title,
        "class_code": draft.class_code,
        "happened_on": draft.happened_on.isoformat() if draft.happened_on else "",
        "place": draft.place,
        "urgency": draft.urgency.value,
        "story": draft.story,
        "unit_id": draft.unit_id,
        "parties": [party_body(party) for party in draft.parties],
        "risk": draft.risk.answer.value if draft.risk else "",
        "measures": draft.risk.measures if draft.risk else "",
        "kind": draft.kind.value,
        "received_on": draft.received_on.isoformat() if draft.received_on else "",
        "wanted": draft.wanted,
        "head_count": "" if draft.head_count is None else str(draft.head_count),
        "place_region": draft.place_region or "",
        "first_contact_id": draft.first_contact_id or "",
        "first_contact": "",
        "petition_purpose": draft.petition_purpose or "",
        "petition_form": draft.petition_form or "",
        "accused_unit_id": draft.accused_unit_id or "",
        "is_confidential": draft.is_confidential,
    }


def draft_of(body: Mapping[str, Any]) -> CaseDraft:
    """What the form says; lines with nobody in them are left out."""
    parties = [entry_of(party) for party in body["parties"]]
    return CaseDraft(
        title=body["title"],
        class_code=body["class_code"],
        happened_on=date.fromisoformat(body["happened_on"]) if body["happened_on"] else None,
        place=body["place"],
        story=body["story"],
        urgency=Urgency(body["urgency"]),
        parties=tuple(party for party in parties if not _is_empty(party)),
        unit_id=body["unit_id"],
        risk=risk_of(body),
        **_kind_fields(body),
    )


def _kind_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields only some kinds have: those of the kind chosen, whatever was typed before. An
    older program's draft knows of one kind."""
    kind = CaseKind(body.get("kind") or CaseKind.DISPUTE)
    has = {field.value for field in FIELDS_OF_KIND[kind]}
    said = {name: body.get(name) or None for name in has}
    count, received = said.get("head_count"), said.get("received_on")
    purpose, form = said.get("petition_purpose"), said.get("petition_form")
    return {
        "kind": kind,
        "received_on": date.fromisoformat(received) if received else None,
        "wanted": said.get("wanted") or "",
        "head_count": int(count) if count else None,
        "place_region": said.get("place_region"),
        "first_contact_id": said.get("first_contact_id"),
        "petition_purpose": PetitionPurpose(purpose) if purpose else None,
        "petition_form": PetitionForm(form) if form else None,
        "accused_unit_id": said.get("accused_unit_id"),
        "is_confidential": purpose is not None and bool(body.get("is_confidential")),
    }


def risk_of(body: Mapping[str, Any]) -> RiskAnswer | None:
    """The answer in a draft; None where nothing was answered, as in one of an older program."""
    answer = body.get("risk")
    if not answer:
        return None
    is_measured = answer == Escalation.MAY_ESCALATE
    return RiskAnswer(Escalation(answer), (body.get("measures") or "") if is_measured else "")


def origins() -> tuple[str, ...]:
    """The counties over the border, as an address begins with them."""
    return tuple(f"{each.province}{each.name}" for each in neighbouring_counties())


def party_body(party: PartyEntry) -> Body:
    """A line of the form with this party in it."""
    origin, address = _parted(party.address or "")
    return {
        "side": party.side.value,
        "name": party.name,
        "resident_id": party.resident_id,
        "party_id": party.party_id,
        "phone": party.phone or "",
        "origin": origin,
        "address": address,
        "region": party.region or "",
        "is_organisation": party.is_organisation,
        "is_representative": party.is_representative,
        "ethnicity": party.ethnicity or "",
        "category": party.category or "",
        "birth_date": party.birth_date.isoformat() if party.birth_date else "",
        "language": party.language or "",
        "agent_kind": party.agent_kind or "",
        "agent_name": party.agent_name or "",
        "agent_phone": party.agent_phone or "",
    }


def _parted(address: str) -> tuple[str, str]:
    """An address as the county over the border, if it begins with one, and the rest."""
    origin = next((each for each in origins() if address.startswith(each)), "")
    return origin, address.removeprefix(origin)


def entry_of(party: Mapping[str, Any]) -> PartyEntry:
    """What a line of the form says; its name may be empty."""
    resident_id = party["resident_id"]
    address = f"{party['origin']}{party['address'].strip()}"
    return PartyEntry(
        name=party["name"].strip(),
        side=PartySide(party["side"]),
        source=PartySource.ROSTER if resident_id else PartySource.OUTSIDE,
        party_id=party["party_id"],
        resident_id=resident_id,
        phone=party["phone"].strip() or None,
        address=address or None,
        **_more_of(party),
    )


def _more_of(party: Mapping[str, Any]) -> dict[str, Any]:
    """What the unfolded row says; nothing of it in a draft of an older program."""
    language, agent = party.get("language"), party.get("agent_kind")
    return {
        "is_organisation": bool(party.get("is_organisation")),
        "is_representative": bool(party.get("is_representative")),
        "ethnicity": party.get("ethnicity") or None,
        "category": party.get("category") or None,
        "birth_date": _day(party.get("birth_date") or ""),
        "language": SpokenLanguage(language) if language else None,
        "region": _region_of(party["origin"]) or party.get("region") or None,
        "agent_kind": AgentKind(agent) if agent else None,
        "agent_name": (party.get("agent_name") or "").strip() or None,
        "agent_phone": (party.get("agent_phone") or "").strip() or None,
    }


def _day(typed: str) -> date | None:
    """Half a date is none yet."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _region_of(origin: str) -> str:
    """The code of the county over the border an address begins with."""
    return next(
        (
            each.code
            for each in neighbouring_counties()
            if origin and f"{each.province}{each.name}" == origin
        ),
        "",
    )


def _is_empty(party: PartyEntry) -> bool:
    return not (party.name or party.phone or party.address)
