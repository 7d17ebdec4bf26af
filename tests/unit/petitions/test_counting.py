"""Old cases at their edges, the burn-down, and the rates with n/N."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.cases.detail_rules import write_detail
from app.cases.vocabulary import CaseEventKind, CaseKind, CaseStep
from app.clocks.vocabulary import LimitKey
from app.petitions.count_rules import (
    CaseSpan,
    MonthOfOldCases,
    Rate,
    burn_down,
    rates_of,
    span_of,
)
from app.petitions.counting import petition_report
from app.petitions.vocabulary import PetitionPurpose, Satisfaction
from app.statistics.rules import SpanKind, span_at
from app.store import Store
from db.clock import CHINA
from db.tables.cases import CaseEvent
from tests.helpers.stores import a_case, a_store, a_unit, an_actor, save, units_by_id

K = CaseEventKind
PETITION = CaseKind.PETITION
TODAY = date(2026, 11, 23)
TOWNSHIP = units_by_id()[a_unit("坪坦村").parent_id or ""]


def a_step(kind: CaseEventKind, day: date, **values: Any) -> CaseStep:
    return CaseStep(kind, write_detail(kind, values), day)


def a_span(came_on: date, *steps: CaseStep, kind: CaseKind = PETITION) -> CaseSpan:
    return span_of("case", kind, came_on, steps)


@pytest.mark.parametrize(("days", "is_old"), [(60, False), (61, True)], ids=["day 60", "day 61"])
def test_a_petition_is_old_after_its_sixty_days(days: int, is_old: bool) -> None:
    accepted = TODAY - timedelta(days=days)
    case = a_span(accepted, a_step(K.ACCEPTED, accepted))
    assert case.is_old(TODAY, old_days=90) is is_old


def test_sixty_days_are_for_appeals_and_not_for_advice() -> None:
    steps = [a_step(K.ACCEPTED, TODAY)]
    appeal, advice = PetitionPurpose.APPEAL, PetitionPurpose.ADVICE
    assert span_of("case", PETITION, TODAY, steps, appeal).law_due_on == TODAY + timedelta(days=60)
    assert span_of("case", PETITION, TODAY, steps, advice).law_due_on is None


@pytest.mark.parametrize(("extended", "days"), [(10, 70), (30, 90), (45, 90)])
def test_an_extension_counts_and_never_more_than_thirty(extended: int, days: int) -> None:
    accepted = TODAY - timedelta(days=100)
    longer = a_step(
        K.EXTENDED,
        accepted,
        limit=LimitKey.PETITION_HANDLING.value,
        days=extended,
        approved_by="杨某",
        reason="案情复杂",
        told_on=accepted,
    )
    case = a_span(accepted, a_step(K.ACCEPTED, accepted), longer)
    assert case.law_due_on == accepted + timedelta(days=days)


@pytest.mark.parametrize(("days", "is_old"), [(90, False), (91, True)])
def test_any_case_is_old_beyond_the_countys_days(days: int, is_old: bool) -> None:
    case = a_span(TODAY - timedelta(days=days), kind=CaseKind.DISPUTE)
    assert case.is_old(TODAY, old_days=90) is is_old


def test_the_burn_down_follows_closing_and_taking_up_again() -> None:
    came = date(2026, 1, 5)
    closed, again = date(2026, 8, 10), date(2026, 10, 2)
    case = a_span(came, a_step(K.CLOSED, closed), a_step(K.REOPENED, again))
    months = {one.first.month: one for one in burn_down([case], today=TODAY, old_days=90)}
    assert [months[month].open for month in (3, 4, 7, 8, 9, 10, 11)] == [0, 1, 1, 0, 0, 1, 1]
    assert months[11] == MonthOfOldCases(date(2026, 11, 1), TODAY, 1, 0)
    assert months[12].first == date(2025, 12, 1)
    ended = a_span(came, a_step(K.CLOSED, closed))
    assert [one.closed for one in burn_down([ended], today=TODAY, old_days=90)].count(1) == 1
    young = a_span(closed - timedelta(days=5), a_step(K.CLOSED, closed))
    assert sum(one.closed for one in burn_down([young], today=TODAY, old_days=90)) == 0


def test_the_last_day_of_a_leap_february_is_its_own() -> None:
    months = burn_down([], today=date(2028, 3, 1), old_days=90)
    assert months[-2].last == date(2028, 2, 29)
    assert len(months) == 12


def answered(days: int, satisfaction: Satisfaction | None = None) -> CaseSpan:
    came = TODAY - timedelta(days=70)
    steps = [a_step(K.ACCEPTED, came), a_step(K.ANSWERED, came + timedelta(days=days))]
    if satisfaction is not None:
        steps.append(a_step(K.EVALUATED, TODAY, satisfaction=satisfaction, given_on=TODAY))
    return a_span(came, *steps)


def test_the_rates_count_what_is_due_or_done() -> None:
    young = a_span(TODAY - timedelta(days=2))
    late = a_span(TODAY - timedelta(days=20))
    known = [answered(60), answered(61), young, late]
    rates = rates_of(known, today=TODAY, counts_roughly=True)
    assert rates.accepted_by_law == Rate(2, 3)
    assert rates.answered_by_law == Rate(1, 2)
    assert rates.closed_by_county == Rate(0, 2)
    assert rates.evaluated == Rate(0, 2)
    assert rates.satisfied == Rate(0, 0)


@pytest.mark.parametrize(("counts_roughly", "done"), [(True, 2), (False, 1)])
def test_whether_roughly_satisfied_counts_is_a_setting(counts_roughly: bool, done: int) -> None:
    known = [answered(1, one) for one in Satisfaction]
    rates = rates_of(known, today=TODAY, counts_roughly=counts_roughly)
    assert rates.evaluated == Rate(3, 4), "no answer is no evaluation"
    assert rates.satisfied == Rate(done, 3)


@pytest.mark.parametrize(
    ("rate", "percent"),
    [
        (Rate(0, 0), None),
        (Rate(1, 3), "33.3"),
        (Rate(2, 3), "66.7"),
        (Rate(1, 8), "12.5"),
        (Rate(3, 3), "100.0"),
    ],
)
def test_a_rate_has_one_decimal_and_none_without_a_base(rate: Rate, percent: str | None) -> None:
    assert rate.percent == (None if percent is None else Decimal(percent))


def test_refused_petitions_are_in_no_rate_of_acceptance() -> None:
    refused = replace(a_span(TODAY - timedelta(days=40)), is_refused=True)
    rates = rates_of([refused], today=TODAY, counts_roughly=True)
    assert rates.accepted_by_law == Rate(0, 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """One petition the county has, one it has not, and a confidential one."""
    made = a_store(tmp_path)
    whole = {"unit_id": TOWNSHIP.id, "kind": PETITION, "received_on": date(2026, 11, 2)}
    cases = [
        a_case(made, id="known", number="1", **whole),
        a_case(made, id="unsent", number="2", **whole),
        a_case(made, id="secret", number="3", is_confidential=True, **whole),
    ]
    events = [
        CaseEvent(
            id=f"{case.id}-{kind}",
            unit_id=TOWNSHIP.id,
            case_id=case.id,
            kind=kind,
            by_account_id="x",
            happened_at=datetime(2026, 11, 3, 9, tzinfo=CHINA),
        )
        for case in cases
        for kind in (K.RECORDED, K.ACCEPTED)
    ]
    save(made, *cases, *events)
    with made.laying_down() as session:
        run = session.connection().exec_driver_sql
        run("UPDATE case_file SET sync_version = 1 WHERE id <> 'unsent'")
        run("UPDATE case_event SET sync_seq = rowid WHERE case_id <> 'unsent'")
    yield made
    made.close()


@pytest.mark.parametrize("role", Role)
def test_who_sees_which_counts(store: Store, role: Role) -> None:
    actor = an_actor(role, TOWNSHIP, account_id=f"account-{role}")
    report = petition_report(store, actor, span_at(SpanKind.MONTH, TODAY, today=TODAY))
    if not (may(role, Permission.SEE_CASES) and may(role, Permission.SEE_STATISTICS)):
        assert report is None
        return
    assert report is not None
    sees = may(role, Permission.SEE_CONFIDENTIAL)
    assert (report.petitions, report.unsent) == (2 if sees else 1, 1)
    assert report.petitions_before == 0
    assert report.rates.accepted_by_law == Rate(report.petitions, report.petitions)
    assert (report.old_days, len(report.months)) == (90, 12)
