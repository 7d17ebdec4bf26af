"""The page 警情 by its keys: recording, telling, what is refused, the way into a dispute."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.drafts import load_draft
from app.incidents.actions import EVENT_FORM, INCIDENT_FORM
from app.incidents.vocabulary import IncidentEventKind, IncidentField
from app.looks.vocabulary import LookedAt
from app.undo import undo
from db.tables.looks import Look
from i18n import text
from tests.gui.clipping import assert_nothing_clipped
from tests.gui.conftest import LARGE, SMALL
from tests.gui.incidents.conftest import Desk
from tests.helpers.full_disk import full_disk
from ui.incidents.paper import incident_html
from ui.widgets.paper import PaperDesk
from ui.widgets.timeline import ENTRY

ENTER, TAB, DOWN, ESCAPE = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Down,
    Qt.Key.Key_Escape,
)
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
K = IncidentEventKind


def titles(desk: Desk) -> list[str]:
    return [row.title for row in desk.page.list.model.rows()]


def timeline(desk: Desk) -> list[str]:
    model = desk.page.card.timeline.model()
    return [model.index(place, 0).data(ENTRY).text for place in range(model.rowCount())]


def shown_buttons(desk: Desk) -> list[IncidentEventKind]:
    return [kind for kind, each in desk.page.card.events.buttons.items() if each.isVisible()]


def the_draft(desk: Desk, form: str, record_id: str = "") -> dict[str, object] | None:
    account_id = desk.scene.actor.account_id
    found = load_draft(desk.scene.store, form=form, record_id=record_id, account_id=account_id)
    return found.body if found else None


def fill_least(desk: Desk, title: str = "三组有人吵架") -> None:
    """The least that can be recorded, by keys alone: class, title, time as it is, micro-grid."""
    desk.press(Qt.Key.Key_1)
    desk.press(ENTER)
    desk.type(title)
    for _field in (desk.form.happened_at, desk.form.source, desk.form.micro_grid.edit):
        desk.press(ENTER)
    desk.type("1")
    desk.press(DOWN)
    desk.press(ENTER)


# --- the list ------------------------------------------------------------------------------------


def test_the_newest_stands_first_and_words_narrow(desk: Desk) -> None:
    assert titles(desk) == ["酒后打架", "借钱不还上门堵路", "夜里丢了两只鸡"]
    desk.page.list.words.setText("陆某")
    desk.page.list.filter_changed.emit()
    desk.wait()
    assert titles(desk) == ["借钱不还上门堵路"]


def test_class_state_and_period_narrow(desk: Desk) -> None:
    page = desk.page.list
    for combo, place, left in (
        (page.classes, 2, ["夜里丢了两只鸡"]),
        (page.states, 3, []),
        (page.periods, 1, ["酒后打架"]),
    ):
        combo.setCurrentIndex(place)
        desk.wait()
        assert titles(desk) == left, combo.currentText()
        combo.setCurrentIndex(0)
        desk.wait()
    assert len(titles(desk)) == 3


# --- recording -----------------------------------------------------------------------------------


def test_a_filter_is_kept_under_a_name_renamed_and_taken_again(desk: Desk) -> None:
    card = desk.page.list
    saved = card.saved
    assert saved is not None
    card.states.setCurrentIndex(card.states.findText("未办结"))
    card.words.setText("陆某")
    card.filter_changed.emit()
    desk.wait()
    shown = [row.title for row in card.model.rows()]
    saved.keep.click()
    for begin, name in ((saved.keep, "陆家"), (saved.rename, "陆家没办完的")):
        begin.click()
        saved.name.setText(name)
        desk.qtbot.keyClick(saved.name, Qt.Key.Key_Return)
        desk.wait()
        saved.box.setCurrentIndex(1)
        saved.box.activated.emit(1)
        desk.wait()
    card.show_filter({"state": "of a newer program"})
    desk.wait()
    assert (card.words.text(), card.model.rowCount()) == ("", 3)

    saved.box.activated.emit(1)
    desk.wait()
    assert saved.box.currentText() == "陆家没办完的"
    assert [row.title for row in card.model.rows()] == shown == ["借钱不还上门堵路"]
    assert card.body_of_filter() == {"words": "陆某", "class": "", "state": "open", "period": ""}


def test_an_incident_is_recorded_by_keys_alone(desk: Desk) -> None:
    desk.qtbot.keyClick(desk.page, Qt.Key.Key_N, CTRL)
    desk.wait()
    fill_least(desk)
    assert desk.focus() is desk.form.place
    desk.press(ENTER, CTRL)

    assert not desk.page.is_editing
    assert desk.page.card.title.text() == "三组有人吵架"
    assert titles(desk)[0] == "三组有人吵架"
    assert timeline(desk) == ["登记"]
    assert the_draft(desk, INCIDENT_FORM) is None


def test_the_next_one_begins_at_once(desk: Desk) -> None:
    desk.page.open_new()
    desk.wait()
    fill_least(desk)
    desk.press(ENTER, CTRL | SHIFT)

    assert desk.page.is_editing
    assert desk.form.body()["title"] == ""
    assert "三组有人吵架" in desk.page.editor.done_line.text()
    assert desk.focus() in desk.form.incident_class.findChildren(QAbstractButton)


def test_each_problem_stands_under_its_field(desk: Desk) -> None:
    desk.page.open_new()
    desk.wait()
    desk.press(ENTER, CTRL)

    fields = desk.form.problem_fields
    wrong = {field for field, each in fields.items() if each.error}
    assert wrong == {IncidentField.INCIDENT_CLASS, IncidentField.TITLE, IncidentField.PLACE}
    desk.press(Qt.Key.Key_2)
    assert fields[IncidentField.INCIDENT_CLASS].error == ""
    assert fields[IncidentField.TITLE].error != ""


def test_tab_visits_every_field_in_the_order_of_the_form(desk: Desk) -> None:
    desk.page.open_new()
    desk.wait()
    seen = [desk.focus()]
    while seen[-1] is not desk.form.story:
        desk.press(TAB)
        if desk.focus() is not seen[-1]:  # the parts of a moment are stops too
            assert desk.focus() not in seen, "the tab order turns in a ring"
            seen.append(desk.focus())
    stops = [each for each in desk.form.editors() if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert seen == [each for each in stops if each.isVisible()]


def test_what_was_left_is_offered_again(desk: Desk) -> None:
    desk.page.open_new()
    desk.wait()
    fill_least(desk, "写了一半")
    desk.press(ESCAPE)
    assert not desk.page.is_editing
    kept = the_draft(desk, INCIDENT_FORM)
    assert kept is not None
    assert kept["title"] == "写了一半"
    assert desk.page.draft_bar.isVisible()

    desk.page.draft_bar.go_on.click()
    desk.wait()

    assert desk.form.body()["title"] == "写了一半"
    assert desk.form.body()["micro_grid_name"] == "第1微网格"


def test_a_correction_can_be_taken_back(desk: Desk) -> None:
    desk.open("酒后打架")
    desk.page.card.edit.click()
    desk.wait()
    assert [one["phone"] for one in desk.form.body()["people"]] == ["13800001111", ""]
    desk.form.title.setText("酒后推搡")
    desk.form.title.setFocus()
    desk.press(ENTER, CTRL)

    assert desk.page.card.title.text() == "酒后推搡"
    ((_sentence, txn),) = desk.scene.undos
    changes = undo(desk.scene.store, account_id=desk.scene.actor.account_id, txn=txn).changes
    desk.page.on_changes(changes)
    desk.wait()
    assert desk.page.card.title.text() == "酒后打架"


# --- what happens to it --------------------------------------------------------------------------


def test_a_printed_incident_is_written_down(desk: Desk, tmp_path: Path) -> None:
    desk.open("酒后打架")
    desk.page.card.paper.click()
    paper = desk.page.card.paper.findChild(PaperDesk)
    assert paper is not None
    paper.menu.close()
    with full_disk():
        paper.save_to(tmp_path / "警情.pdf")
        desk.wait()
    assert not (tmp_path / "警情.pdf").exists()
    paper.save_to(tmp_path / "警情.pdf")
    desk.wait()
    with desk.scene.store.reading() as session:
        (look,) = session.exec(select(Look)).all()
    assert (look.looked_at, look.subject_id, look.people) == (
        LookedAt.PRINT,
        desk.page.card.incident_id,
        2,
    )


def test_telephones_are_masked_on_the_card_and_on_paper(desk: Desk) -> None:
    desk.open("酒后打架")
    labels = desk.page.card.facts.findChildren(QLabel)
    words = " ".join(label.text() for label in labels)
    assert "138****1111" in words
    assert "13800001111" not in words
    assert desk.page.card._incident is not None
    html = incident_html(desk.page.card._incident)
    assert "138****1111" in html
    assert "13800001111" not in html


def test_the_police_are_told_and_the_end_waits_for_their_answer(desk: Desk) -> None:
    desk.open("酒后打架")
    events = desk.page.card.events
    events.ask(K.REPORTED_TO_POLICE)
    assert desk.focus() is events.report.station
    desk.press(ENTER, CTRL)
    assert "派出所" in events.error

    desk.type("坪坦派出所")
    assert events.error == ""
    desk.press(ENTER, CTRL)

    assert timeline(desk)[0] == "报公安：2026-11-23 16:30 电话报坪坦派出所"
    assert K.CLOSED not in shown_buttons(desk)
    assert desk.page.card.state.text() == "已报公安"


def test_a_police_mediation_without_a_policeman_is_said_and_kept(desk: Desk) -> None:
    desk.open("酒后打架")
    events = desk.page.card.events
    events.ask(K.POLICE_MEDIATED)
    policeman, *parties = events.signers.rows
    for row, name in zip(parties, ("石某", "龙某"), strict=True):
        row.name.setText(name)
    desk.press(ENTER, CTRL)
    assert "辅警不能单独签" in events.error
    assert [row.name.text() for row in events.signers.rows] == ["", "石某", "龙某"]
    assert the_draft(desk, EVENT_FORM, desk.page.card.incident_id) is not None

    policeman.name.setText("杨警官")
    policeman.name.setFocus()
    desk.press(ENTER, CTRL)

    assert timeline(desk)[0] == "治安调解：签字：杨警官（民警）、石某（当事人）、龙某（当事人）"
    assert the_draft(desk, EVENT_FORM, desk.page.card.incident_id) is None


def test_words_put_away_may_be_had_back(desk: Desk) -> None:
    desk.open("酒后打架")
    events = desk.page.card.events
    events.ask(K.GRID_ACTED)
    desk.type("到场劝开")
    desk.press(ESCAPE)
    assert not events.is_asking
    events.draft_bar.restore.click()
    desk.wait()
    assert events.note.toPlainText() == "到场劝开"
    desk.press(ENTER, CTRL)
    assert timeline(desk)[0] == "网格处置：到场劝开"


def take_back(desk: Desk) -> str:
    """Presses 撤销 in the notice; returns its sentence."""
    sentence, txn = desk.scene.undos[-1]
    changes = undo(desk.scene.store, account_id=desk.scene.actor.account_id, txn=txn).changes
    desk.page.on_changes(changes)
    desk.wait()
    return sentence


def test_an_end_is_taken_back_in_one_press(desk: Desk) -> None:
    desk.open("酒后打架")
    desk.page.card.events.ask(K.CLOSED)
    desk.press(ENTER, CTRL)
    assert K.REOPENED in shown_buttons(desk)
    assert take_back(desk) == "警情已办结。"
    assert K.CLOSED in shown_buttons(desk)
    assert timeline(desk)[0] == "重新办理"


def test_a_mistaken_recording_is_withdrawn_and_brought_back_by_keys(desk: Desk) -> None:
    desk.open("酒后打架")
    events, states = desk.page.card.events, desk.page.list.states
    events.buttons[K.WITHDRAWN].setFocus()
    desk.press(Qt.Key.Key_Space)
    desk.press(ENTER, CTRL)
    assert "写明" in events.error
    desk.type("记成邻村的了")
    desk.press(ENTER, CTRL)
    assert desk.page.card.state.text() == "已撤销"
    assert "酒后打架" not in [row.title for row in desk.page.list.model.rows()]
    states.setCurrentIndex(states.findText("已撤销"))
    desk.wait()
    assert [row.title for row in desk.page.list.model.rows()] == ["酒后打架"]

    assert shown_buttons(desk) == [K.NOTE_ADDED, K.REOPENED]
    assert events.buttons[K.REOPENED].text() == "恢复登记"
    events.buttons[K.REOPENED].click()
    desk.type("没有错")
    desk.press(ENTER, CTRL)
    assert desk.page.card.state.text() == "处置中"


def test_what_was_just_recorded_is_taken_back_in_one_press(desk: Desk) -> None:
    desk.qtbot.keyClick(desk.page, Qt.Key.Key_N, CTRL)
    desk.wait()
    desk.form.incident_class.set_value("01")
    desk.form.title.setText("记错了的")
    desk.form.place.setText("鼓楼")
    desk.form.title.setFocus()
    desk.press(ENTER, CTRL)
    assert "记错了的" in take_back(desk)
    assert desk.page.card.state.text() == "已撤销"


def test_it_leads_into_the_form_of_a_dispute(desk: Desk) -> None:
    desk.open("酒后打架")
    desk.page.card.events.buttons[K.BECAME_CASE].click()
    assert desk.scene.begun == [("case", desk.page.card.incident_id)]


@pytest.mark.parametrize("role", [Role.AUXILIARY_POLICE, Role.MEDIATOR])
def test_a_post_is_offered_what_it_may(make_desk: Callable[..., Desk], role: Role) -> None:
    desk = make_desk(role)
    desk.open("酒后打架")
    is_recorder = role is Role.AUXILIARY_POLICE
    assert K.CLOSED not in shown_buttons(desk)
    assert (K.GRID_ACTED in shown_buttons(desk)) is is_recorder
    assert desk.page.card.edit.isVisible() is is_recorder
    buttons = desk.page.header_buttons()
    assert (desk.page.new_button in buttons) is is_recorder


def test_an_administrator_sees_nothing(make_desk: Callable[..., Desk]) -> None:
    assert titles(make_desk(Role.ADMINISTRATOR)) == []


def test_an_empty_list_says_how_to_begin(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(is_empty=True)
    assert desk.page.list.table._empty.accessibleName().startswith("还没有警情")


# --- small screens -------------------------------------------------------------------------------


def _at_rest(desk: Desk) -> None:
    """The list and an incident."""


def _reporting(desk: Desk) -> None:
    desk.page.card.events.ask(K.REPORTED_TO_POLICE)


def _mediated(desk: Desk) -> None:
    desk.page.card.events.ask(K.POLICE_MEDIATED)


def _recording(desk: Desk) -> None:
    desk.page.open_new()
    desk.wait()
    desk.page.editor.foot.save.click()


@pytest.mark.parametrize("stretch", [1.0, 1.5])
def test_nothing_is_clipped_on_a_small_screen(
    make_desk: Callable[..., Desk], stretch: float
) -> None:
    text.set_stretch(stretch)
    desk = make_desk()
    for size in (SMALL, LARGE):
        for state in (_at_rest, _reporting, _mediated, _recording):
            desk.page.resize(*size)
            desk.open("酒后打架")
            state(desk)
            desk.wait()
            assert_nothing_clipped(desk.page)
            desk.page.card.events._on_cancel()
