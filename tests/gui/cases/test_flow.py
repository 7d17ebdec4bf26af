"""The tab 流转: what stands in it, and a case sent on by keys alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.vocabulary import CaseEventKind, CaseKind
from app.drafts import load_draft
from app.flow.actions import SEND_FORM
from app.flow.vocabulary import FlowAct
from app.handovers.vocabulary import HandoverPurpose
from db.tables.cases import CaseEvent
from db.tables.handovers import Handover
from i18n import text
from tests.gui.cases.conftest import Desk
from tests.gui.cases.scenes import a_scene
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import SMALL
from tests.helpers.clock import FakeClock
from tests.helpers.flow import COUNTY, FORESTRY, HOUSING, TOWNSHIP, VILLAGE, Chain
from tests.helpers.stores import an_actor
from ui.flow.case_section import FlowSection
from ui.work.runner import Runner

P = HandoverPurpose
Open = Callable[..., tuple[Desk, FlowSection]]


@pytest.fixture
def opened(make_desk: Callable[..., Desk], tmp_path: Path, runner: Runner) -> Open:
    """The tab of a case that `prepare` has brought as far as it is."""

    def opened(
        prepare: Callable[[Chain], object], *, role: Role = Role.GRID_WORKER, unit: str = "坪坦村"
    ) -> tuple[Desk, FlowSection]:
        scene = a_scene(tmp_path, runner)
        scene.actor = an_actor(role, unit)
        chain = Chain(scene.store, kind=CaseKind.DISPUTE)
        chain.event(CaseEventKind.RECORDED)
        prepare(chain)
        desk = make_desk(scene=scene)
        desk.page.open(chain.case_id)
        desk.wait()
        desk.page.card.sections.turn_to("flow")
        desk.wait()
        section = desk.page.card.sections.made["flow"]
        assert isinstance(section, FlowSection)
        return desk, section

    return opened


def words(section: FlowSection) -> str:
    return "\n".join(one.text() for one in section.findChildren(QLabel) if one.isVisible())


def with_everything(chain: Chain) -> None:
    clock = chain.store.clock
    assert isinstance(clock, FakeClock)
    chain.hand(P.ESCALATED, VILLAGE, TOWNSHIP)
    chain.hand(P.DISPATCHED, TOWNSHIP, FORESTRY, due_on=date(2026, 12, 1))
    clock.advance(timedelta(days=3))
    chain.event(CaseEventKind.TAKEN_ON)
    chain.hand(P.HELP_ASKED, FORESTRY, HOUSING)
    chain.hand(P.HELP_ASKED, FORESTRY, COUNTY)
    chain.hand(P.DISPATCHED, TOWNSHIP, HOUSING)


def test_a_case_is_dispatched_by_keys_and_shown_as_asked_for(opened: Open) -> None:
    desk, section = opened(lambda chain: None)
    section.buttons[FlowAct.DISPATCH].setFocus()
    desk.press(Qt.Key.Key_Space)
    desk.type("linyeju")
    desk.qtbot.waitUntil(section.form.unit.is_open, timeout=5000)
    desk.wait()
    desk.press(Qt.Key.Key_Return)  # the first of the list
    desk.press(Qt.Key.Key_Return)  # on to the days
    desk.press(Qt.Key.Key_3)
    section.form.note.setFocus()
    desk.type("界线不清，请到现场看")
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    with desk.scene.store.reading() as session:
        (one,) = session.exec(select(Handover)).all()
    assert (one.purpose, one.to_unit_id, one.due_on) == (P.DISPATCHED, FORESTRY, date(2026, 11, 30))
    assert "等县里办理" in words(section)
    assert not section.form.is_asking
    assert [said for said, _ in desk.scene.undos] == ["已请求交办，等县里办理。"]
    assert FlowAct.DISPATCH not in section.buttons
    assert any(button.hasFocus() for button in section.buttons.values())
    section.turns.taken_back.emit(one.id)
    desk.wait()
    with desk.scene.store.reading() as session:
        assert len(session.exec(select(Handover)).all()) == 2
    section.turns.taken_back.emit(one.id)
    desk.wait()
    assert section.problem.isVisible(), "it is asked back once"


def test_a_helper_is_named_with_the_same_form_and_escape_keeps_what_was_typed(
    opened: Open,
) -> None:
    desk, section = opened(lambda chain: None)
    section.act(FlowAct.DISPATCH)
    section.form.part.set_value("helper")
    section.form.part.chosen.emit("helper")
    assert "协办" in section.form.title.text()
    section.form.note.setFocus()
    desk.type("请一起看房屋")
    section.form.flush_draft()
    desk.wait()
    draft = load_draft(
        desk.scene.store,
        form=SEND_FORM,
        record_id=desk.page.card.case_id,
        account_id=desk.scene.actor.account_id,
    )
    assert draft is not None
    assert draft.body["note"] == "请一起看房屋"
    desk.press(Qt.Key.Key_Escape)
    assert not section.form.is_asking
    section.form.draft_bar.restored.emit()
    assert section.form.note.toPlainText() == "请一起看房屋"
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert section.form.unit_field.error


def test_who_is_asked_signs_for_it_and_sees_by_when_it_may_go_back(opened: Open) -> None:
    desk, section = opened(
        lambda chain: chain.hand(P.DISPATCHED, VILLAGE, FORESTRY),
        role=Role.DEPARTMENT_HANDLER,
        unit="县林业局",
    )
    assert list(section.buttons)[:2] == [FlowAct.TAKE_ON, FlowAct.RETURN]
    section.act(FlowAct.RETURN)
    assert "11月30日" in section.form.hint.text()
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "要写明理由" in section.form.note_field.error
    desk.press(Qt.Key.Key_Escape)
    assert section.buttons[FlowAct.TAKE_ON].property("role") == "primary"
    section.buttons[FlowAct.TAKE_ON].click()
    desk.wait()
    assert FlowAct.TAKE_ON not in section.buttons
    assert "11月23日签收" in words(section)
    section.buttons[FlowAct.REPORT_BACK].click()
    desk.wait()
    assert desk.page.card.sections.value() == "course"
    assert desk.page.card.events.is_asking


def test_who_waits_reminds_once_a_day(opened: Open) -> None:
    desk, section = opened(lambda chain: chain.hand(P.DISPATCHED, VILLAGE, FORESTRY))
    for _ in range(2):
        section.buttons[FlowAct.URGE].setFocus()
        desk.press(Qt.Key.Key_Space)
        assert section.buttons[FlowAct.URGE].hasFocus()
        desk.wait()
    with desk.scene.store.reading() as session:
        kinds = [one.kind for one in session.exec(select(CaseEvent)).all()]
    assert kinds.count(CaseEventKind.URGED) == 1
    assert "今天已经催过" in section.problem.text()


@pytest.mark.parametrize("stretch", [1.0, 1.5])
def test_everything_has_room(opened: Open, stretch: float) -> None:
    text.set_stretch(stretch)
    desk, section = opened(with_everything, role=Role.TOWNSHIP_CENTRE, unit="坪坦乡")
    shown = words(section)
    for sentence in ("等办理回复", "等签收", "未生效", "办结之前"):
        assert sentence in shown
    way = section.path.accessibleDescription().split("；")
    assert [one.split("，")[0].replace("字", "") for one in way] == [
        "坪坦乡坪坦村",
        "上报 坪坦乡",
        "交办 县林业局",
    ]
    assert "已 3 天" in section.strip.toolTip() or "天" in section.strip.toolTip()
    assert desk.page.card.sections.tabs.isVisible()
    desk.page.resize(*SMALL)
    desk.wait()
    assert_nothing_clipped(desk.page)
    assert desk.page.card.sections.places["flow"].height() >= 200
    section.act(FlowAct.ASK_HELP)
    desk.wait()
    assert_nothing_clipped(desk.page)
    area = desk.page.card.sections.places["flow"]
    assert isinstance(area, QScrollArea)
    assert area.verticalScrollBar().maximum() == 0, "the fields scroll above the buttons"
    assert not section.turns.isVisible()
