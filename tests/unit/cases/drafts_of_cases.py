"""A dispute as the form would hand it over."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.cases.case_draft import CaseDraft
from app.cases.parties import PartyEntry
from app.cases.vocabulary import PartySide, Urgency
from tests.helpers.stores import NO_RISK, a_unit


def a_party(name: str = "吴某", side: PartySide = PartySide.A, **fields: Any) -> PartyEntry:
    return PartyEntry(name=name, side=side, **fields)


def a_draft(**fields: Any) -> CaseDraft:
    usual: dict[str, Any] = {
        "title": "山林界址争议",
        "class_code": "0202",
        "happened_on": date(2026, 11, 20),
        "place": "坪坦村三组",
        "story": "两户对后山界址各执一词。",
        "urgency": Urgency.MEDIUM,
        "parties": (a_party("吴某"), a_party("杨某", PartySide.B)),
        "unit_id": a_unit().id,
        "risk": NO_RISK,
    }
    return CaseDraft(**{**usual, **fields})
