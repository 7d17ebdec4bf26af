"""What the form of a case holds, what is wrong with it, and which of it the file keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.cases.file_rules import (
    FIELDS_OF_KIND,
    FileFacts,
    check_file,
    check_person,
    petition_problems,
)
from app.cases.parties import PartyEntry
from app.cases.rules import Problem, check_case_draft
from app.cases.vocabulary import CaseField, CaseKind, PartySide, RiskAnswer, Urgency
from app.petitions.rules import PetitionFacts
from app.petitions.vocabulary import PetitionForm, PetitionPurpose

KIND_FIELDS = (
    *("received_on", "wanted", "head_count", "place_region", "first_contact_id"),
    *("petition_purpose", "petition_form", "accused_unit_id"),
)
"""The columns that only some kinds of case have."""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What the form holds. ``unit_id`` is the village the dispute belongs to.

    ``risk`` is answered once, when the case is recorded; None of one that is corrected.
    """

    title: str
    class_code: str
    happened_on: date | None
    place: str
    story: str
    urgency: Urgency
    parties: tuple[PartyEntry, ...]
    unit_id: str
    risk: RiskAnswer | None = None
    kind: CaseKind = CaseKind.DISPUTE
    received_on: date | None = None
    wanted: str = ""
    head_count: int | None = None
    place_region: str | None = None
    first_contact_id: str | None = None
    petition_purpose: PetitionPurpose | None = None
    petition_form: PetitionForm | None = None
    accused_unit_id: str | None = None
    is_confidential: bool = False

    def facts(self) -> FileFacts:
        """What of the file the rules check."""
        return FileFacts(
            kind=self.kind,
            received_on=self.received_on,
            wanted=self.wanted,
            head_count=self.head_count,
            place_region=self.place_region,
        )


def problems_of(draft: CaseDraft, *, today: date, is_new: bool = True) -> list[Problem]:
    """What keeps the draft from being recorded, or corrected, field by field."""
    problems = check_case_draft(
        title=draft.title,
        class_code=draft.class_code,
        place=draft.place,
        story=draft.story,
        parties=draft.parties,
        happened_on=draft.happened_on,
        today=today,
        asks_for_risk=is_new,
        risk=draft.risk,
    )
    problems += check_file(draft.facts(), today=today)
    wrong = (check_person(party.facts(), today=today) for party in draft.parties)
    problems += [Problem(CaseField.PARTIES, problem) for problem in wrong if problem]
    if draft.kind is CaseKind.PETITION:
        problems += petition_problems(_petition_facts(draft), draft.happened_on, today=today)
    return problems


def _petition_facts(draft: CaseDraft) -> PetitionFacts:
    asking = [party for party in draft.parties if party.side is PartySide.A]
    return PetitionFacts(
        purpose=draft.petition_purpose,
        form=draft.petition_form,
        received_on=draft.received_on,
        wanted=draft.wanted,
        story=draft.story,
        addresses=tuple(party.address or "" for party in asking),
        petitioners=draft.head_count or len(asking),
        representatives=sum(party.is_representative for party in asking),
    )


def fields_of_kind(draft: CaseDraft, kind: CaseKind) -> dict[str, Any]:
    """The fields that only some kinds have; what was typed before the kind was chosen is no part
    of the file."""
    has = {field.value for field in FIELDS_OF_KIND[kind]}
    values = {name: getattr(draft, name) or None for name in KIND_FIELDS if name in has}
    if "wanted" in has:
        values["wanted"] = draft.wanted.strip() or None
    if CaseField.PETITION_PURPOSE in FIELDS_OF_KIND[kind]:
        is_accusation = draft.petition_purpose is PetitionPurpose.ACCUSATION
        values["is_confidential"] = draft.is_confidential or is_accusation
    return values
