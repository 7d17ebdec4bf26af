"""People's Mediation Law (2010), Art. 25: nobody passes by the question, nor by the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from app.cases.actions import (
    add_case_event,
    edit_case,
    may_report,
    record_case,
    report_case,
)
from app.cases.editing import case_for_editing
from app.cases.listing import CaseFilter, case_rows
from app.cases.queries import CaseDetail, one_case
from app.cases.rules import (
    ASKS_FOR_RISK,
    WAITS_FOR_REPORT,
    fold,
    fold_with_refusals,
    is_risk_unreported,
    must_report,
)
from app.cases.vocabulary import (
    CaseEventKind,
    CaseKind,
    CaseProblem,
    CaseState,
    Escalation,
    RiskAnswer,
)
from app.errors import ErrorCode, UserFacingError
from app.incidents.vocabulary import PoliceReport, ReportProblem
from app.store import Store
from tests.helpers.cases import steps_of
from tests.helpers.clock import A_MONDAY
from tests.helpers.stores import NO_RISK, a_store, a_unit, an_actor
from tests.unit.cases.drafts_of_cases import a_draft
from ui.wording import error_sentence

K, S = CaseEventKind, CaseState
WORKER = an_actor()
DANGER = RiskAnswer(Escalation.MAY_OFFEND)
REPORT = PoliceReport("坪坦派出所", A_MONDAY, officer="杨警官")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def the_case(store: Store, case_id: str) -> CaseDetail:
    found = one_case(store, case_id)
    assert found is not None
    return found


def refused(call: Any, *args: Any, **named: Any) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        call(*args, **named)
    return caught.value


# --- the rule ------------------------------------------------------------------------------------


def test_only_the_third_answer_asks_for_a_report() -> None:
    assert [must_report(answer) for answer in Escalation] == [False, False, True]


def test_an_end_waits_for_the_report_and_a_failed_mediation_does_not() -> None:
    begun = [K.RECORDED, K.RISK_FOUND]
    assert fold(steps_of([*begun, K.SETTLED])) is S.RECORDED
    assert fold(steps_of([*begun, K.NOT_SETTLED, K.CLOSED])) is S.NOT_SETTLED
    assert fold(steps_of([*begun, K.REPORTED_TO_POLICE, K.SETTLED, K.CLOSED])) is S.CLOSED
    again = [*begun, K.REPORTED_TO_POLICE, K.RISK_FOUND, K.SETTLED]
    (skipped,) = fold_with_refusals(steps_of(again)).refusals
    assert (skipped.position, skipped.kind) == (4, K.SETTLED)


def test_an_end_that_came_before_the_risk_stands() -> None:
    assert fold(steps_of([K.RECORDED, K.SETTLED, K.CLOSED, K.RISK_FOUND])) is S.CLOSED


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        ([], False),
        ([K.RECORDED, K.NOTE_ADDED], False),
        ([K.RISK_FOUND, K.NOTE_ADDED], True),
        ([K.RISK_FOUND, K.REPORTED_TO_POLICE, K.NOTE_ADDED], False),
        ([K.RISK_FOUND, K.REPORTED_TO_POLICE, K.RISK_FOUND], True),
    ],
)
def test_the_last_word_on_the_risk_counts(kinds: list[CaseEventKind], found: bool) -> None:
    assert is_risk_unreported(kinds) is found


def test_an_answer_is_read_back_and_nonsense_is_none() -> None:
    answer = RiskAnswer(Escalation.MAY_ESCALATE, "请寨老看着")
    assert RiskAnswer.of_detail(answer.as_detail()) == answer
    for detail in (None, "", "{", "[]", '{"risk": "x"}', '{"risk": null}'):
        assert RiskAnswer.of_detail(detail) is None


# --- recording -----------------------------------------------------------------------------------


def test_a_dispute_without_an_answer_is_not_recorded(store: Store) -> None:
    error = refused(record_case, store, WORKER, a_draft(risk=None))
    assert error.code is ErrorCode.CASE_DRAFT_WRONG
    assert [one.code for one in error.params["problems"]] == [CaseProblem.RISK_UNANSWERED]
    assert case_rows(store, CaseFilter()).total == 0


def test_the_answer_stays_with_the_event(store: Store) -> None:
    answer = RiskAnswer(Escalation.MAY_ESCALATE, " 请寨老看着 ")
    case = the_case(store, record_case(store, WORKER, a_draft(risk=answer)).case_id)
    (recorded,) = case.events
    assert RiskAnswer.of_detail(recorded.detail) == RiskAnswer(answer.answer, "请寨老看着")
    assert not case.is_risk_unreported


def test_the_risk_is_found_in_the_same_step(store: Store) -> None:
    made = record_case(store, WORKER, a_draft(risk=DANGER))
    case = the_case(store, made.case_id)
    assert [event.kind for event in case.events] == [K.RECORDED, K.RISK_FOUND]
    assert RiskAnswer.of_detail(case.events[1].detail) == DANGER
    assert case.is_risk_unreported
    assert case.state is S.RECORDED


def test_old_cases_and_corrections_are_not_asked(store: Store) -> None:
    case_id = record_case(store, WORKER, a_draft()).case_id
    before = case_for_editing(store, WORKER, case_id).draft
    after = a_draft(title="改了名称", parties=before.parties, risk=None)
    assert before.risk is None
    edit_case(store, WORKER, case_id=case_id, before=before, after=after)
    assert the_case(store, case_id).title == "改了名称"


@pytest.mark.parametrize("kind", sorted(ASKS_FOR_RISK - {K.RECORDED}))
def test_a_mediation_asks_again(store: Store, kind: CaseEventKind) -> None:
    case_id = record_case(store, WORKER, a_draft()).case_id
    told: dict[str, Any] = {"case_id": case_id, "kind": kind, "note": "谈了"}
    assert refused(add_case_event, store, WORKER, **told).code is ErrorCode.CASE_RISK_UNANSWERED
    add_case_event(store, WORKER, **told, risk=DANGER)
    assert [event.kind for event in the_case(store, case_id).events][1:] == [kind, K.RISK_FOUND]


# --- the report ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(WAITS_FOR_REPORT))
def test_it_is_neither_settled_nor_closed_before_the_report(
    store: Store, kind: CaseEventKind
) -> None:
    case_id = record_case(store, WORKER, a_draft()).case_id
    if kind is K.CLOSED:
        failed: dict[str, Any] = {"kind": K.NOT_SETTLED, "note": "不成", "risk": DANGER}
        add_case_event(store, WORKER, case_id=case_id, **failed)
    else:
        add_case_event(store, WORKER, case_id=case_id, kind=K.RISK_FOUND, note="扬言动刀")
    error = refused(add_case_event, store, WORKER, case_id=case_id, kind=kind)
    assert error.code is ErrorCode.CASE_RISK_UNREPORTED
    assert "第二十五条" in error_sentence(error)

    report_case(store, WORKER, case_id=case_id, report=REPORT, note="民警已到")
    add_case_event(store, WORKER, case_id=case_id, kind=kind)

    case = the_case(store, case_id)
    assert case.state is (S.CLOSED if kind is K.CLOSED else S.SETTLED)
    reported = next(one for one in case.events if one.kind is K.REPORTED_TO_POLICE)
    assert PoliceReport.of_detail(reported.detail) == REPORT
    assert not case.is_risk_unreported


def test_a_report_says_where(store: Store) -> None:
    case_id = record_case(store, WORKER, a_draft(risk=DANGER)).case_id
    error = refused(report_case, store, WORKER, case_id=case_id, report=PoliceReport(" ", A_MONDAY))
    assert error.params == {"problem": ReportProblem.STATION_MISSING}
    assert the_case(store, case_id).is_risk_unreported


@pytest.mark.parametrize("role", list(Role))
def test_who_may_say_that_the_police_know(store: Store, role: Role) -> None:
    case_id = record_case(store, WORKER, a_draft(risk=DANGER)).case_id
    actor = an_actor(role, account_id="account-of-x")
    may = role in {
        Role.GRID_WORKER, Role.AUXILIARY_POLICE, Role.MEDIATOR, Role.VILLAGE_SECRETARY,
        Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE, Role.SPONSOR_LEADER,
    }  # fmt: skip
    assert may_report(actor, unit_id=a_unit().id) is may
    if may:
        report_case(store, actor, case_id=case_id, report=REPORT)
    else:
        error = refused(report_case, store, actor, case_id=case_id, report=REPORT)
        assert error.code is ErrorCode.NOT_ALLOWED


def test_the_list_is_narrowed_by_where_a_case_comes_from(store: Store) -> None:
    record_case(store, WORKER, a_draft(risk=NO_RISK))
    born = CaseFilter(kinds=frozenset({CaseKind.INCIDENT_BORN}))
    assert case_rows(store, born).total == 0
    disputes = CaseFilter(kinds=frozenset({CaseKind.DISPUTE}))
    assert [row.kind for row in case_rows(store, disputes).rows] == [CaseKind.DISPUTE]
