"""The question of the law cannot be passed by, and the third answer leads to the report."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.cases.actions import EVENT_FORM
from app.cases.queries import one_case
from app.cases.step_rules import StepGroup
from app.cases.vocabulary import CaseEventKind, CaseField
from app.drafts import load_draft
from i18n import text
from tests.gui.cases.conftest import Desk
from tests.gui.cases.test_editor import fill_least
from tests.gui.cases.test_page import timeline
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import SMALL

K = CaseEventKind
ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier


def begin(desk: Desk) -> None:
    """Everything but the answer."""
    desk.page.open_new()
    desk.wait()
    fill_least(desk)
    desk.form.risk.choices.set_value("")


def record_dangerous(desk: Desk) -> None:
    """A dispute of which the police must hear."""
    begin(desk)
    desk.form.risk.take_focus()
    desk.press(Qt.Key.Key_3)
    desk.press(ENTER, CTRL)


def test_without_an_answer_nothing_is_saved_and_all_is_kept(desk: Desk) -> None:
    begin(desk)
    desk.press(ENTER, CTRL)

    assert desk.page.is_editing
    assert "按 1、2 或 3" in desk.form.problem_fields[CaseField.RISK].error
    assert desk.focus() is desk.form.risk.editors()[0]
    assert desk.form.body()["title"] == "田埂改道"
    desk.press(Qt.Key.Key_2)
    assert desk.form.problem_fields[CaseField.RISK].error == ""
    assert desk.form.risk.measures.isVisible()
    assert "预防措施" in desk.form.risk.advice.text()


def test_the_third_answer_leads_straight_to_the_report(desk: Desk) -> None:
    record_dangerous(desk)

    events = desk.page.card.events
    assert not desk.page.is_editing
    assert events.is_asking
    assert not desk.page.card.risk.isVisible(), "the report itself is open"
    assert desk.focus() is events.report.station
    assert timeline(desk) == ["可能引起治安、刑事案件", "登记：可能引起治安、刑事案件"]

    desk.type("坪坦派出所")
    desk.press(ENTER, CTRL)

    assert not desk.page.card.risk.is_needed
    assert timeline(desk)[0] == "报告公安：2026-11-23 16:30 电话报坪坦派出所"
    case = one_case(desk.scene.store, desk.page.card.case_id)
    assert case is not None
    assert not case.is_risk_unreported


def test_the_report_stays_open_where_another_case_was_shown_before(desk: Desk) -> None:
    """What was written makes the page read again, and must not read the case of before."""
    begin(desk)
    desk.form.risk.take_focus()
    desk.press(Qt.Key.Key_1)
    desk.press(ENTER, CTRL)
    before = desk.page.card.case_id
    assert before

    record_dangerous(desk)

    assert desk.page.card.case_id != before
    assert desk.page.card.events.is_asking
    assert desk.focus() is desk.page.card.events.report.station


def test_the_report_left_half_written_is_offered_again(desk: Desk) -> None:
    record_dangerous(desk)
    desk.type("坪坦派")
    desk.page.flush_draft()
    desk.wait()
    mine = {"form": EVENT_FORM, "record_id": desk.page.card.case_id}
    kept = load_draft(desk.scene.store, **mine, account_id=desk.scene.actor.account_id)
    assert kept is not None
    assert kept.body["report"]["station"] == "坪坦派"


def test_a_settlement_leads_to_the_report_first(desk: Desk) -> None:
    record_dangerous(desk)
    events = desk.page.card.events
    desk.press(Qt.Key.Key_Escape)
    assert desk.page.card.risk.isVisible(), "it stays until the police know"

    events.ask(K.SETTLED)

    assert "第二十五条" in events.report.station_field.error
    assert desk.focus() is events.report.station


def test_a_mediation_asks_again_and_keeps_its_words(desk: Desk) -> None:
    begin(desk)
    desk.form.risk.choices.set_value("none")
    desk.press(ENTER, CTRL)
    events = desk.page.card.events
    events.ask(K.MEDIATION_HELD)
    desk.type("在鼓楼谈了")
    desk.press(ENTER, CTRL)
    assert "先回答" in events._risk_field.error
    assert events.note.toPlainText() == "在鼓楼谈了"

    desk.press(Qt.Key.Key_3)
    desk.press(ENTER, CTRL)

    assert events.is_asking
    assert desk.focus() is events.report.station
    assert timeline(desk)[0] == "可能引起治安、刑事案件"


def test_an_outbreak_leads_to_the_form_of_an_incident(desk: Desk) -> None:
    begin(desk)
    desk.form.risk.choices.set_value("none")
    desk.press(ENTER, CTRL)
    desk.page.card.outbreak.trigger()
    assert desk.scene.begun == [("incident", desk.page.card.case_id)]


@pytest.mark.parametrize("stretch", [1.0, 1.5])
def test_nothing_is_clipped_on_a_small_screen(make_desk, stretch: float) -> None:  # type: ignore[no-untyped-def]
    text.set_stretch(stretch)
    desk = make_desk()
    desk.page.resize(*SMALL)
    record_dangerous(desk)
    assert_nothing_clipped(desk.page)
    desk.press(Qt.Key.Key_Escape)
    assert_nothing_clipped(desk.page)
    desk.page.open_new()
    desk.wait()
    desk.page.editor.foot.save.click()
    assert_nothing_clipped(desk.page)


def test_a_case_without_a_risk_has_no_banner(desk: Desk) -> None:
    begin(desk)
    desk.form.risk.choices.set_value("none")
    desk.press(ENTER, CTRL)
    assert not desk.page.card.risk.isVisible()
    assert K.RISK_FOUND in desk.page.card.events.steps.grouped[StepGroup.RISK]
