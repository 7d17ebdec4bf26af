"""What a file and its parties may hold, at its edges."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from app.cases.actions import record_case
from app.cases.case_draft import problems_of
from app.cases.editing import case_for_editing
from app.cases.file_rules import (
    FIELDS_OF_KIND,
    MASS_FROM,
    MAX_HEAD_COUNT,
    FileFacts,
    PersonFacts,
    check_file,
    check_person,
    is_mass,
    lacks_guardian,
)
from app.cases.queries import one_case
from app.cases.vocabulary import (
    AgentKind,
    CaseField,
    CaseKind,
    CaseProblem,
    PartySide,
    SpokenLanguage,
    category_name,
    person_categories,
)
from app.petitions.vocabulary import PetitionForm, PetitionProblem, PetitionPurpose
from tests.helpers.stores import a_store, an_actor
from tests.unit.cases.drafts_of_cases import a_draft, a_party

TODAY = date(2026, 11, 23)
P = CaseProblem


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, None),
        ({"received_on": TODAY}, None),
        ({"received_on": date(2026, 11, 24)}, P.RECEIVED_IN_FUTURE),
        ({"wanted": "求" * 2000}, None),
        ({"wanted": "求" * 2001}, P.WANTED_TOO_LONG),
        ({"head_count": 0}, P.HEAD_COUNT_WRONG),
        ({"head_count": 1}, None),
        ({"head_count": MAX_HEAD_COUNT}, None),
        ({"head_count": MAX_HEAD_COUNT + 1}, P.HEAD_COUNT_WRONG),
        ({"place_region": "522631"}, None),
        ({"place_region": "黎平"}, P.REGION_UNKNOWN),
    ],
)
def test_a_file_at_its_edges(fields: dict[str, Any], problem: CaseProblem | None) -> None:
    found = check_file(FileFacts(CaseKind.PETITION, **fields), today=TODAY)
    assert [each.code for each in found] == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"ethnicity": "12", "category": "0202", "birth_date": TODAY, "region": "522631"}, None),
        ({"ethnicity": "99"}, P.ETHNICITY_UNKNOWN),
        ({"category": "02"}, P.CATEGORY_UNKNOWN),
        ({"birth_date": date(2026, 11, 24)}, P.BIRTH_IN_FUTURE),
        ({"region": "012345"}, P.REGION_UNKNOWN),
        ({"is_organisation": True, "ethnicity": "12"}, P.ORGANISATION_IS_NO_PERSON),
        ({"agent_kind": AgentKind.GUARDIAN}, P.AGENT_NAME_MISSING),
        ({"agent_name": "吴某"}, P.AGENT_KIND_MISSING),
        ({"agent_kind": AgentKind.ENTRUSTED, "agent_name": "吴某"}, None),
    ],
)
def test_a_party_at_its_edges(fields: dict[str, Any], problem: CaseProblem | None) -> None:
    assert check_person(PersonFacts(**fields), today=TODAY) is problem


@pytest.mark.parametrize(
    ("born", "agent", "lacks"),
    [
        (date(2008, 11, 24), None, True),
        (date(2008, 11, 23), None, False),
        (date(2008, 11, 24), AgentKind.ENTRUSTED, True),
        (date(2008, 11, 24), AgentKind.GUARDIAN, False),
        (None, None, False),
    ],
)
def test_a_minor_lacks_a_guardian(born: date | None, agent: AgentKind | None, lacks: bool) -> None:
    facts = PersonFacts(birth_date=born, agent_kind=agent, agent_name="吴某" if agent else None)
    assert lacks_guardian(facts, on=TODAY) is lacks


def test_the_special_category_is_offered_before_the_general_one() -> None:
    codes = [entry.code for entry in person_categories()]
    assert len(codes) == 16
    assert codes == sorted(codes, key=lambda code: (code[:2] != "02", code))
    assert category_name("0202") == "军队退役人员"


@pytest.mark.parametrize(
    ("count", "is_so"), [(None, False), (MASS_FROM - 1, False), (MASS_FROM, True)]
)
def test_how_many_make_a_mass_case(count: int | None, is_so: bool) -> None:
    assert is_mass(count) is is_so


def a_petition(**fields: Any) -> Any:
    usual = {
        "kind": CaseKind.PETITION,
        "received_on": date(2026, 11, 22),
        "wanted": "要求补发公益林补偿",
        "petition_purpose": PetitionPurpose.APPEAL,
        "petition_form": PetitionForm.VISIT,
        "parties": (a_party("吴某", address="坪坦村三组"),),
    }
    return a_draft(**{**usual, **fields})


def codes(draft: Any) -> list[Any]:
    return [(each.field, each.code) for each in problems_of(draft, today=TODAY)]


def test_a_petition_is_asked_what_the_regulations_ask() -> None:
    assert codes(a_petition()) == []
    assert (CaseField.WANTED, PetitionProblem.REQUEST_MISSING) in codes(a_petition(wanted=""))
    assert codes(a_draft()) == []


@pytest.mark.parametrize(("speakers", "is_wrong"), [(5, False), (6, True)])
def test_five_speak_for_the_others_at_the_most(speakers: int, is_wrong: bool) -> None:
    """信访工作条例 (2022-02-25), Art. 20 (3)."""
    parties = tuple(
        a_party(f"吴某{place}", address="三组", is_representative=place < speakers)
        for place in range(8)
    )
    found = codes(a_petition(parties=parties))
    assert found == (
        [(CaseField.PARTIES, PetitionProblem.TOO_MANY_REPRESENTATIVES)] if is_wrong else []
    )


def test_a_petition_with_its_fields_and_its_people_is_kept_whole(tmp_path) -> None:  # type: ignore[no-untyped-def]
    store, actor = a_store(tmp_path), an_actor(Role.GRID_WORKER)
    person = a_party(
        "杨某", address="黎平县某村", region="522631", ethnicity="12", category="0202",
        birth_date=date(2010, 1, 2), language=SpokenLanguage.DONG, is_representative=True,
        agent_kind=AgentKind.GUARDIAN, agent_name="杨某父", agent_phone="13900005678",
    )  # fmt: skip
    firm = a_party("某林业合作社", PartySide.B, is_organisation=True)
    draft = a_petition(
        head_count=12, place_region="522631", first_contact_id=actor.account_id,
        parties=(person, firm),
    )  # fmt: skip

    case_id = record_case(store, actor, draft).case_id

    opened = case_for_editing(store, actor, case_id).draft
    for name in ("kind", *(field.value for field in FIELDS_OF_KIND[CaseKind.PETITION])):
        assert getattr(opened, name) == getattr(draft, name), name
    first = opened.parties[0]
    assert (first.birth_date, first.agent_name) == (person.birth_date, "杨某父")
    shown = one_case(store, case_id)
    assert shown is not None
    assert shown.parties[0].agent_phone == "139****5678"
    assert shown.parties[1].is_organisation


def test_what_a_kind_has_not_is_not_written(tmp_path) -> None:  # type: ignore[no-untyped-def]
    store, actor = a_store(tmp_path), an_actor(Role.GRID_WORKER)
    case_id = record_case(store, actor, a_draft(wanted="先写了诉求", head_count=3)).case_id

    opened = case_for_editing(store, actor, case_id).draft
    assert (opened.wanted, opened.head_count) == ("", 3)
