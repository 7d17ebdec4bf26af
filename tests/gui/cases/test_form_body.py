"""What the form holds becomes a case, and a case becomes the form again, without loss."""

from __future__ import annotations

import json
from datetime import date

from app.cases.vocabulary import (
    AgentKind,
    CaseKind,
    PartySide,
    PartySource,
    SpokenLanguage,
)
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from tests.unit.cases.drafts_of_cases import a_draft, a_party
from ui.cases.form_body import body_of, draft_of, empty_body, empty_party, origins


def test_a_case_survives_the_form_and_the_disk() -> None:
    draft = a_draft(
        parties=(
            a_party(
                "吴文永",
                PartySide.A,
                source=PartySource.ROSTER,
                party_id="p1",
                resident_id="r1",
                phone="139",
                address="三组",
            ),
            a_party(
                "石某",
                PartySide.THIRD,
                party_id="p2",
                address="贵州省黎平县水口镇",
                region="522631",
                ethnicity="12",
                category="0202",
                birth_date=date(2010, 1, 2),
                language=SpokenLanguage.DONG,
                is_representative=True,
                agent_kind=AgentKind.GUARDIAN,
                agent_name="石某父",
                agent_phone="138",
            ),
        ),
        kind=CaseKind.PETITION,
        received_on=date(2026, 11, 21),
        wanted="修路",
        head_count=12,
        place_region="522631",
        first_contact_id="a1",
        petition_purpose=PetitionPurpose.ACCUSATION,
        petition_form=PetitionForm.LETTER,
        accused_unit_id="u1",
        is_confidential=True,
    )

    assert draft_of(json.loads(json.dumps(body_of(draft)))) == draft


def test_a_county_over_the_border_is_parted_from_the_address() -> None:
    (party,) = body_of(a_draft(parties=(a_party(address="贵州省黎平县水口镇"),)))["parties"]

    assert (party["origin"], party["address"]) == ("贵州省黎平县", "水口镇")
    assert len(origins()) == 7


def test_rows_with_nobody_in_them_are_left_out() -> None:
    body = empty_body(unit_id="u", today=date(2026, 11, 23))
    assert draft_of(body).parties == ()

    body["parties"] = [{**empty_party(PartySide.B), "name": " 石某 "}, empty_party(PartySide.A)]

    (party,) = draft_of(body).parties
    assert (party.name, party.side, party.phone, party.address) == ("石某", PartySide.B, None, None)


def test_a_row_with_a_telephone_and_no_name_is_kept_so_that_it_is_asked_about() -> None:
    body = empty_body(unit_id="u", today=date(2026, 11, 23))
    body["parties"] = [{**empty_party(PartySide.A), "phone": "139"}]

    (party,) = draft_of(body).parties

    assert (party.name, party.phone) == ("", "139")


def test_an_empty_form_is_of_today() -> None:
    draft = draft_of(empty_body(unit_id="u", today=date(2026, 11, 23)))

    assert (draft.happened_on, draft.unit_id) == (date(2026, 11, 23), "u")
