"""调解成功率: what has an outcome counts once, by its last; what is open is in neither number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.cases.vocabulary import CaseEventKind
from app.mediation.counting import MediationReport, mediation_report
from app.petitions.count_rules import Rate
from app.statistics.rules import Span, SpanKind
from app.store import Store
from tests.helpers.stores import a_store
from tests.unit.court.agreed import TOWNSHIP, a_recorded_case, say, settle

K = CaseEventKind
NOVEMBER = Span(SpanKind.FREE, date(2026, 11, 1), date(2026, 11, 30))
YEAR_ON = Span(SpanKind.FREE, date(2027, 11, 1), date(2027, 11, 30))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


def counted(store: Store, span: Span = NOVEMBER) -> MediationReport:
    with store.laying_down() as session:
        for table, number in (
            ("case_event", "sync_seq = rowid"),
            ("case_file", "sync_version = 1"),
        ):
            session.connection().exec_driver_sql(f"UPDATE {table} SET {number}")
    return mediation_report(store, TOWNSHIP, span)


def test_the_countys_own_figure() -> None:
    """885 起，成功 859 起，97.1%."""
    assert Rate(859, 885).percent == Decimal("97.1")


def test_outcomes_are_counted_once_and_by_the_last_that_counts(store: Store) -> None:
    assert mediation_report(store, TOWNSHIP, NOVEMBER).now == Rate(0, 0)
    cases = [a_recorded_case(store)[0] for _ in range(5)]
    settle(store, cases[0])
    say(store, cases[1], K.NOT_SETTLED, note="已告知可以起诉")
    say(store, cases[2], K.NOT_SETTLED, note="已告知可以起诉")
    say(store, cases[2], K.SETTLED)
    say(store, cases[2], K.CLOSED)
    settle(store, cases[3])
    say(store, cases[3], K.REOPENED, note="又吵起来")
    report = counted(store)
    assert (report.now, report.before) == (Rate(2, 3), Rate(0, 0))
    assert [(row.now, row.before) for row in report.classes] == [(Rate(2, 3), Rate(0, 0))]
    assert len(report.classes[0].class_code) == 2
    later = counted(store, YEAR_ON)
    assert (later.now, later.before) == (Rate(0, 0), Rate(2, 3))
    assert [row.before for row in later.classes] == [Rate(2, 3)]
