"""Who stands where when an incident becomes a dispute, and back."""

from __future__ import annotations

from app.cases.vocabulary import PartySide
from app.incidents.crossing import case_draft_of, incident_draft_of
from app.incidents.people import PersonEntry
from app.incidents.vocabulary import IncidentRole
from tests.helpers.clock import A_MONDAY
from tests.unit.cases.drafts_of_cases import a_draft
from tests.unit.incidents.drafts import an_incident

R, P = IncidentRole, PartySide


def sides(*roles: IncidentRole) -> list[PartySide]:
    people = tuple(PersonEntry(str(place), role) for place, role in enumerate(roles))
    return [party.side for party in case_draft_of(an_incident(people=people)).parties]


def test_who_was_harmed_stands_against_who_did_it() -> None:
    assert sides(R.INVOLVED, R.HARMED, R.WITNESS, R.REPORTER) == [P.A, P.B, P.THIRD, P.THIRD]


def test_two_who_quarrelled_stand_on_two_sides() -> None:
    assert sides(R.INVOLVED, R.INVOLVED) == [P.A, P.B]
    assert sides(R.INVOLVED) == [P.A]
    assert sides() == []


def test_the_question_of_the_risk_is_asked_anew() -> None:
    draft = case_draft_of(an_incident(), "第1微网格")
    assert (draft.risk, draft.class_code, draft.place) == (None, "", "第1微网格 鼓楼坪")


def test_what_broke_out_has_a_time_of_its_own() -> None:
    incident = incident_draft_of(a_draft(), now=A_MONDAY)
    assert (incident.happened_at, incident.incident_class, incident.story) == (A_MONDAY, None, "")
    assert [person.role for person in incident.people] == [R.INVOLVED, R.INVOLVED]
