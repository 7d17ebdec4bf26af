"""Each thing the county sets is read where it counts: set otherwise, something else comes out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event, record_case
from app.cases.vocabulary import CaseEventKind, CaseState
from app.mediation.due import case_follow_up
from app.numbering import number_format
from app.papers.queries import paper_facts
from app.papers.vocabulary import PaperKind
from app.petitions.counting import PetitionReport, petition_report
from app.settings.rules import as_json, setting_id
from app.settings.vocabulary import SettingKey
from app.statistics.rules import SpanKind, span_at
from app.store import Store
from db.tables.settings import Setting
from tests.helpers.stores import a_store, a_unit, an_actor
from tests.unit.cases.drafts_of_cases import a_draft
from tests.unit.papers.test_forms import words
from ui.papers.forms import content_of

K = SettingKey
TODAY = date(2026, 11, 23)
MEDIATOR = an_actor(Role.MEDIATOR)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


def set_to(store: Store, key: SettingKey, value: Any) -> None:
    """As the county sends it."""
    with store.laying_down() as session:
        session.add(
            Setting(
                id=setting_id(key.value, date(2026, 1, 1)),
                unit_id=a_unit("通道侗族自治县").id,
                key=key.value,
                value=as_json(value),
                starts_on=date(2026, 1, 1),
                sync_seq=1,
                sync_version=1,
            )
        )


def a_case(store: Store) -> str:
    return record_case(store, MEDIATOR, a_draft()).case_id


def test_the_centre_s_name_and_the_retention_stand_on_paper(store: Store) -> None:
    case_id = a_case(store)

    def told(kind: PaperKind) -> str:
        return words(content_of(kind, paper_facts(store, MEDIATOR, case_id)))

    assert "坪坦村矛盾纠纷调处中心" in told(PaperKind.INTAKE)
    assert "长期" not in told(PaperKind.COVER)
    set_to(store, K.CENTRE_NAME, "综治中心")
    set_to(store, K.RETENTION, "长期")
    assert "坪坦村综治中心" in told(PaperKind.INTAKE)
    assert "长期" in told(PaperKind.COVER)


def test_the_days_to_go_and_see(store: Store) -> None:
    case_id = a_case(store)
    add_case_event(store, MEDIATOR, case_id=case_id, kind=CaseEventKind.SETTLED)
    set_to(store, K.FOLLOW_UP_DAYS, 9)

    plan = case_follow_up(store, case_id, state=CaseState.SETTLED, today=TODAY)
    assert plan == (TODAY, TODAY + timedelta(days=9))


def test_how_old_cases_and_satisfaction_are_counted(store: Store) -> None:
    def report() -> PetitionReport:
        found = petition_report(store, MEDIATOR, span_at(SpanKind.MONTH, TODAY, today=TODAY))
        assert found is not None
        return found

    before = report()
    set_to(store, K.OLD_CASE_DAYS, 45)
    set_to(store, K.SATISFACTION_COUNTS_ROUGHLY, not before.counts_roughly)
    after = report()
    assert (before.old_days, after.old_days) == (90, 45)
    assert after.counts_roughly is not before.counts_roughly


def test_the_words_and_digits_of_a_number(store: Store) -> None:
    set_to(store, K.CASE_NUMBER_FORMAT, {"prefix": "通矛", "digits": 5})

    with store.reading() as session:
        wanted = number_format(session, TODAY)
    assert (wanted.prefix, wanted.digits) == ("通矛", 5)
