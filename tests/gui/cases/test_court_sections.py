"""The tabs 诉调对接, 法律援助 and 普法 of a case, worked by their keys at both sizes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseEventKind
from app.legal_aid.queries import aid_of_case
from app.legal_aid.vocabulary import LegalAidStage, LegalAidStep
from tests.gui.cases.conftest import Desk
from tests.gui.cases.scenes import a_scene
from tests.gui.clipping import clipped
from tests.gui.conftest import LARGE, SMALL
from tests.unit.court.agreed import TOWNSHIP, a_recorded_case, agree, say, send, settle
from ui.court.case_section import CourtSection
from ui.court.law_section import LawSection
from ui.legal_aid.case_section import LegalAidSection
from ui.work.runner import Runner

K = CaseEventKind
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(make_desk: Callable[..., Desk], runner: Runner, tmp_path: Path) -> Desk:
    """The township at a case that the court sent and that was settled three days ago."""
    scene = a_scene(tmp_path, runner, role=Role.TOWNSHIP_CENTRE)
    scene.actor = TOWNSHIP
    case_id, parties = a_recorded_case(scene.store, class_code="0903")
    say(scene.store, case_id, K.CONSENTED, parties=parties)
    send(scene.store, case_id)
    say(scene.store, case_id, K.LAW_EXPLAINED, law="森林法", note="讲林权证")
    settle(scene.store, case_id)
    agree(scene.store, case_id, parties, signed_on=date(2026, 11, 20))
    made = make_desk(scene=scene)
    made.page.open(case_id)
    made.wait()
    return made


def case_id(desk: Desk) -> str:
    return desk.page.card.case_id


def turn(desk: Desk, key: str) -> object:
    desk.page.card.sections.turn_to(key)
    desk.wait()
    return desk.page.card.sections.made[key]


def test_the_court_tab_says_what_counts_and_opens_the_step_prefilled(desk: Desk) -> None:
    section = turn(desk, "court")
    assert isinstance(section, CourtSection)
    assert "2026-12-21" in section.now.text.text()
    assert "还剩 28 天" in section.now.text.text()
    assert "第二百零五条" in section.now.source.text()
    assert not section.warnings.isHidden()  # it is about a wood
    section.buttons[0].setFocus()
    desk.press(Qt.Key.Key_Return)
    form = desk.page.card.events
    assert form.is_asking
    assert form.details.body()["court"] == "通道侗族自治县人民法院"
    assert {"effective_on", "last_day"}.isdisjoint(form.details.fields)
    form.details.editors["is_joint"].set_value(True)
    desk.press(Qt.Key.Key_Return, CTRL)
    assert not form.is_asking
    turn(desk, "court")
    assert section.now.text.text().startswith("2026-11-23 双方已申请司法确认")
    assert section.warnings.property("role") != "notice"  # a quiet reminder now


def test_one_side_alone_is_told_why_and_keeps_what_was_filled_in(desk: Desk) -> None:
    section = turn(desk, "court")
    assert isinstance(section, CourtSection)
    section.buttons[0].click()
    desk.wait()
    form = desk.page.card.events
    form.details.editors["is_joint"].set_value(False)
    desk.press(Qt.Key.Key_Return, CTRL)
    assert form.is_asking
    assert form.details.body()["court"] == "通道侗族自治县人民法院"
    assert "共同申请" in form._field.error


def test_the_law_tab_shows_which_stage_is_empty(desk: Desk) -> None:
    section = turn(desk, "law")
    assert isinstance(section, LawSection)
    before, during, after = section.boxes.values()
    assert "《森林法》" in before.lines.text()
    assert during.lines.text() == "调解中讲明了什么法？"
    assert (before.state.text(), after.state.text()) == ("讲过 1 次", "还没有记")
    section.buttons[0].click()
    desk.wait()
    assert desk.page.card.events.details.body()["law"] == "森林法"


def test_a_need_is_written_with_the_keys_and_its_steps_follow(desk: Desk) -> None:
    section = turn(desk, "legal_aid")
    assert isinstance(section, LegalAidSection)
    assert not section.empty.isHidden()
    section.add.setFocus()
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return, CTRL)
    assert section.form.fields["need"].error  # nothing was written, the form stays
    desk.type("追讨工钱，请不起律师")
    desk.press(Qt.Key.Key_Return, CTRL)
    assert section.form.isHidden()
    (box,) = section.boxes
    assert box.row.stage is LegalAidStage.SEEN
    box.buttons[0].click()
    desk.wait()
    assert section.form.step == LegalAidStep.APPLY.value
    desk.press(Qt.Key.Key_Return, CTRL)
    (row,) = aid_of_case(desk.scene.store, TOWNSHIP, case_id(desk)).rows
    assert row.due_on == date(2026, 11, 30)
    assert [sentence for sentence, _ in desk.scene.undos] == [
        "已记法律援助需要",
        "已记法律援助申请",
    ]


def test_what_was_typed_comes_back_after_the_program_was_closed(desk: Desk) -> None:
    section = turn(desk, "legal_aid")
    assert isinstance(section, LegalAidSection)
    section.add.click()
    desk.type("请不起律师")
    desk.page.flush_draft()
    desk.wait()
    section.form.hide()
    section._drafts.look(case_id(desk))
    desk.wait()
    section.draft_bar.go_on.click()
    desk.wait()
    assert section.form.need.toPlainText() == "请不起律师"


@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_nothing_is_cut_off(desk: Desk, size: tuple[int, int]) -> None:
    desk.page.resize(*size)
    for key in ("court", "law", "legal_aid"):
        section = turn(desk, key)
        if isinstance(section, LegalAidSection):
            section.add.click()
            desk.wait()
        assert clipped(desk.page) == [], key
