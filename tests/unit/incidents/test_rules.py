"""What may happen to an incident, and whose signature a police mediation stands on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.incidents.rules import (
    OPEN_STATES,
    PERMISSION_NEEDED,
    check_incident_draft,
    fold,
    fold_with_refusals,
    may_follow,
    police_mediation_problem,
    report_problem,
)
from app.incidents.vocabulary import (
    IncidentClass,
    IncidentEventKind,
    IncidentField,
    IncidentProblem,
    IncidentState,
    MediationProblem,
    PoliceMediation,
    PoliceReport,
    ReportProblem,
    ReportWay,
    Signer,
    SignerCapacity,
)
from tests.helpers.clock import A_MONDAY

K, S, C = IncidentEventKind, IncidentState, SignerCapacity
PARTIES = (Signer("石某", C.PARTY), Signer("龙某", C.PARTY))
POLICEMAN = Signer("杨警官", C.POLICEMAN)
AUXILIARY = Signer("李某", C.AUXILIARY_POLICE)


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ([], S.NOT_RECORDED),
        ([K.RECORDED, K.GRID_ACTED, K.NOTE_ADDED], S.OPEN),
        ([K.RECORDED, K.REPORTED_TO_POLICE], S.WITH_POLICE),
        ([K.RECORDED, K.REPORTED_TO_POLICE, K.POLICE_MEDIATED, K.CLOSED], S.CLOSED),
        ([K.RECORDED, K.POLICE_RESULT], S.ANSWERED),
        ([K.RECORDED, K.BECAME_CASE, K.POLICE_RESULT], S.BECAME_CASE),
        ([K.RECORDED, K.BECAME_CASE, K.REOPENED], S.OPEN),
        ([K.RECORDED, K.CLOSED, K.POLICE_RESULT], S.CLOSED),
        ([K.RECORDED, K.CLOSED, K.REOPENED], S.OPEN),
        ([K.RECORDED, K.POLICE_RESULT, K.CLOSED, K.REOPENED], S.ANSWERED),
        ([K.RECORDED, K.WITHDRAWN, K.NOTE_ADDED], S.WITHDRAWN),
        ([K.RECORDED, K.REPORTED_TO_POLICE, K.WITHDRAWN, K.REOPENED], S.WITH_POLICE),
        ([K.RECORDED, K.CLOSED, K.WITHDRAWN, K.REOPENED], S.CLOSED),
        ([K.RECORDED, K.CLOSED, K.WITHDRAWN, K.REOPENED, K.REOPENED], S.OPEN),
        ([K.RECORDED, K.WITHDRAWN, K.REPORTED_TO_POLICE, K.REOPENED], S.OPEN),
    ],
)
def test_the_state_is_the_fold_of_the_events(
    kinds: list[IncidentEventKind], state: IncidentState
) -> None:
    assert fold(kinds) is state


@pytest.mark.parametrize(
    "kinds",
    [
        [K.NOTE_ADDED],
        [K.RECORDED, K.REPORTED_TO_POLICE, K.CLOSED],
        [K.RECORDED, K.CLOSED, K.BECAME_CASE],
        [K.RECORDED, K.REOPENED],
        [K.RECORDED, K.WITHDRAWN, K.WITHDRAWN],
        [K.RECORDED, K.WITHDRAWN, K.REPORTED_TO_POLICE],
        [K.RECORDED, K.BECAME_CASE, K.WITHDRAWN],
    ],
)
def test_what_does_not_fit_is_skipped_and_reported(kinds: list[IncidentEventKind]) -> None:
    assert fold_with_refusals(kinds).refusals[-1].position == len(kinds) - 1


def test_nothing_is_open_that_is_at_an_end() -> None:
    assert {S.OPEN, S.WITH_POLICE, S.ANSWERED} == OPEN_STATES
    assert all(may_follow(state, K.NOTE_ADDED) for state in OPEN_STATES)


@pytest.mark.parametrize(
    ("role", "sees", "records", "closes"),
    [
        (Role.GRID_WORKER, True, True, True),
        (Role.AUXILIARY_POLICE, True, True, False),
        (Role.MEDIATOR, True, False, False),
        (Role.VILLAGE_SECRETARY, True, True, True),
        (Role.TOWNSHIP_CENTRE, True, False, False),
        (Role.COUNTY_CENTRE, True, False, False),
        (Role.DEPARTMENT_HANDLER, False, False, False),
        (Role.COURT_LIAISON, False, False, False),
        (Role.LEGAL_AID_LAWYER, False, False, False),
        (Role.SPONSOR_LEADER, False, False, False),
        (Role.ADMINISTRATOR, False, False, False),
    ],
)
def test_who_sees_records_and_closes(role: Role, sees: bool, records: bool, closes: bool) -> None:
    needed = (Permission.SEE_INCIDENTS, Permission.RECORD_INCIDENT, Permission.CLOSE_INCIDENT)
    assert tuple(may(role, one) for one in needed) == (sees, records, closes)
    assert may(role, PERMISSION_NEEDED[K.CLOSED]) is closes
    assert may(role, PERMISSION_NEEDED[K.REPORTED_TO_POLICE]) is records


# --- police mediation ----------------------------------------------------------------------------


def problem(
    *signers: Signer, role: Role = Role.GRID_WORKER, name: str = "张某"
) -> MediationProblem | None:
    return police_mediation_problem(
        PoliceMediation(signers), recorder_name=name, recorder_role=role
    )


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.AUXILIARY_POLICE])
def test_a_policeman_and_both_parties_make_a_police_mediation(role: Role) -> None:
    assert problem(POLICEMAN, AUXILIARY, *PARTIES, role=role, name="李某") is None


@pytest.mark.parametrize("role", list(Role))
def test_the_auxiliary_policeman_never_signs_alone_whoever_writes_it_down(role: Role) -> None:
    found = problem(AUXILIARY, *PARTIES, role=role, name="李某")
    assert found is MediationProblem.POLICEMAN_MISSING


def test_an_auxiliary_policeman_does_not_make_himself_a_policeman() -> None:
    himself = Signer(" 李某 ", C.POLICEMAN)
    found = problem(himself, *PARTIES, role=Role.AUXILIARY_POLICE, name="李某")
    assert found is MediationProblem.RECORDER_AS_POLICEMAN
    assert problem(POLICEMAN, *PARTIES, role=Role.AUXILIARY_POLICE, name="李某") is None


@pytest.mark.parametrize(
    ("signers", "found"),
    [
        ((), MediationProblem.POLICEMAN_MISSING),
        ((POLICEMAN,), MediationProblem.PARTIES_MISSING),
        ((POLICEMAN, PARTIES[0]), MediationProblem.PARTIES_MISSING),
        ((POLICEMAN, Signer(" ", C.PARTY), *PARTIES), MediationProblem.NAME_MISSING),
        ((POLICEMAN, Signer("长" * 81, C.PARTY), *PARTIES), MediationProblem.NAME_TOO_LONG),
    ],
)
def test_a_paper_without_its_signatures_is_none(
    signers: tuple[Signer, ...], found: MediationProblem
) -> None:
    assert problem(*signers) is found


def test_no_paper_at_all_is_no_mediation() -> None:
    found = police_mediation_problem(None, recorder_name="张某", recorder_role=Role.GRID_WORKER)
    assert found is MediationProblem.POLICEMAN_MISSING


# --- a report, and what an event carries ---------------------------------------------------------

REPORT = PoliceReport("坪坦派出所", A_MONDAY, officer="杨警官", way=ReportWay.PHONE, receipt="12")


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, None),
        ({"station": " "}, ReportProblem.STATION_MISSING),
        ({"at": None}, ReportProblem.MOMENT_MISSING),
        ({"at": A_MONDAY + timedelta(minutes=1)}, ReportProblem.MOMENT_IN_FUTURE),
        ({"officer": "长" * 101}, ReportProblem.TEXT_TOO_LONG),
    ],
)
def test_a_report_says_when_and_where(
    changed: dict[str, object], found: ReportProblem | None
) -> None:
    assert report_problem(replace(REPORT, **changed), now=A_MONDAY) is found  # type: ignore[arg-type]


def test_what_an_event_carries_is_read_back() -> None:
    paper = PoliceMediation((POLICEMAN, *PARTIES), "坪公调字 3 号")
    assert PoliceReport.of_detail(REPORT.as_detail()) == REPORT
    assert PoliceMediation.of_detail(paper.as_detail()) == paper


@pytest.mark.parametrize("detail", [None, "", "[]", "{", '{"station": 3}', '{"signers": "x"}'])
def test_a_detail_that_is_none_is_none(detail: str | None) -> None:
    assert PoliceReport.of_detail(detail) is None
    assert PoliceMediation.of_detail(detail) is None


def test_words_of_a_newer_program_do_not_hurt() -> None:
    report = PoliceReport.of_detail('{"station": "所", "at": "x", "way": "pigeon", "more": 1}')
    assert report == PoliceReport("所", None, way=ReportWay.OTHER)
    paper = PoliceMediation.of_detail('{"signers": [{"name": "吴", "capacity": "elder"}, 3]}')
    assert paper == PoliceMediation((Signer("吴", C.WITNESS),))


# --- the form ------------------------------------------------------------------------------------


def problems_of(**changes: object) -> list[tuple[IncidentField, IncidentProblem]]:
    sound: dict[str, object] = {
        "title": "酒后打架", "incident_class": IncidentClass.CIVIL, "happened_at": A_MONDAY,
        "place": "鼓楼坪", "has_micro_grid": False, "story": "", "names": ["石某"],
        "now": A_MONDAY,
    }  # fmt: skip
    found = check_incident_draft(**{**sound, **changes})  # type: ignore[arg-type]
    return [(one.field, one.code) for one in found]


F, P = IncidentField, IncidentProblem


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, None),
        ({"names": []}, None),
        ({"place": "", "has_micro_grid": True}, None),
        ({"title": " "}, (F.TITLE, P.TITLE_MISSING)),
        ({"title": "长" * 101}, (F.TITLE, P.TITLE_TOO_LONG)),
        ({"incident_class": None}, (F.INCIDENT_CLASS, P.CLASS_MISSING)),
        ({"happened_at": None}, (F.HAPPENED_AT, P.MOMENT_MISSING)),
        ({"happened_at": A_MONDAY + timedelta(minutes=1)}, (F.HAPPENED_AT, P.MOMENT_IN_FUTURE)),
        ({"place": ""}, (F.PLACE, P.PLACE_MISSING)),
        ({"place": "长" * 201}, (F.PLACE, P.PLACE_TOO_LONG)),
        ({"story": "长" * 4001}, (F.STORY, P.STORY_TOO_LONG)),
        ({"names": ["石某", " "]}, (F.PEOPLE, P.PERSON_NAME_MISSING)),
    ],
)
def test_each_fault_is_named_with_its_field(
    changes: dict[str, object], found: tuple[IncidentField, IncidentProblem] | None
) -> None:
    assert problems_of(**changes) == ([] if found is None else [found])
