"""The case form as plain values: what a draft on disk holds, and how it becomes a ``CaseDraft``.

No widgets here, so that a draft written by an older program is read the same way by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.cases.actions import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.vocabulary import Escalation, PartySide, PartySource, RiskAnswer, Urgency
from app.organisations.vocabulary import neighbouring_counties

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
    )


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
    )


def _is_empty(party: PartyEntry) -> bool:
    return not (party.name or party.phone or party.address)
