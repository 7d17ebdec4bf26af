"""The keys of forms, the wheel, the draft clock, and the peace of whoever composes Chinese."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QWidget,
)

from tests.gui.conftest import settle
from ui.widgets.forms import ChoiceRow, FormField, FormPanel

ENTER = Qt.Key.Key_Return
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Form(FormPanel):
    def __init__(self) -> None:
        super().__init__()
        self.name, self.phone, self.kind = QLineEdit(), QLineEdit(), QComboBox()
        self.kind.addItems(["邻里", "山林"])
        self.count, self.story, self.is_urgent = QSpinBox(), QPlainTextEdit(), QCheckBox("急")
        self.add_row(FormField("姓名", self.name), FormField("电话", self.phone))
        self.add_field("类别", self.kind)
        self.add_field("户数", self.count)
        self.add_field("事由", self.story)
        self.add_widget(self.is_urgent)


@pytest.fixture
def form(qtbot) -> Form:
    form = Form()
    qtbot.addWidget(form)
    form.resize(500, 500)
    form.show()
    form.activateWindow()
    form.name.setFocus()
    settle()
    return form


def compose(widget: QWidget, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(widget, event)


def wheel(widget: QWidget) -> QWheelEvent:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event


def test_enter_walks_through_the_fields(form: Form, qtbot) -> None:
    for now, after in (
        (form.name, form.phone),
        (form.phone, form.kind),
        (form.kind, form.count),
        (form.count, form.story),
    ):
        qtbot.keyClick(now, ENTER)
        assert QApplication.focusWidget() is after


def test_enter_skips_what_cannot_be_filled(form: Form, qtbot) -> None:
    form.phone.setEnabled(False)
    form.kind.hide()
    qtbot.keyClick(form.name, ENTER)
    assert QApplication.focusWidget() is form.count


def test_enter_in_the_last_field_stays_there(form: Form, qtbot) -> None:
    form.is_urgent.setFocus()
    qtbot.keyClick(form.is_urgent, ENTER)
    assert QApplication.focusWidget() is form.is_urgent


def test_enter_is_a_new_line_in_a_long_text_and_tab_goes_on(form: Form, qtbot) -> None:
    form.story.setFocus()
    qtbot.keyClicks(form.story, "a")
    qtbot.keyClick(form.story, ENTER)
    assert form.story.toPlainText() == "a\n"
    qtbot.keyClick(form.story, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is form.is_urgent


def test_control_enter_saves_from_any_field(form: Form, qtbot) -> None:
    for field in (form.name, form.kind, form.count, form.story):
        with qtbot.waitSignal(form.saved, timeout=0):
            qtbot.keyClick(field, ENTER, CONTROL)
        with (
            qtbot.assertNotEmitted(form.saved),
            qtbot.waitSignal(form.saved_and_next, timeout=0),
        ):
            qtbot.keyClick(field, ENTER, CONTROL | SHIFT)
    assert form.story.toPlainText() == ""


def test_enter_presses_a_focused_button(form: Form, qtbot) -> None:
    button = QPushButton("选户")
    form.add_widget(button)
    button.show()
    button.setFocus()
    with qtbot.waitSignal(button.clicked, timeout=0):
        qtbot.keyClick(button, ENTER)


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.NoModifier, CONTROL, CONTROL | SHIFT])
def test_enter_is_left_alone_while_a_candidate_is_composed(form: Form, qtbot, held) -> None:
    compose(form.name, "wu")
    with qtbot.assertNotEmitted(form.saved), qtbot.assertNotEmitted(form.saved_and_next):
        qtbot.keyClick(form.name, ENTER, held)
    assert QApplication.focusWidget() is form.name


def test_after_the_candidate_is_committed_enter_works_again(form: Form, qtbot) -> None:
    compose(form.name, "wu")
    compose(form.name, "", commit="吴")
    assert form.name.text() == "吴"
    qtbot.keyClick(form.name, ENTER)
    assert QApplication.focusWidget() is form.phone


def test_rare_characters_survive_a_field(form: Form) -> None:
    compose(form.name, "", commit="𠮷𬭎㑇")
    assert form.name.text() == "𠮷𬭎㑇"


def test_the_wheel_leaves_unfocused_fields_alone(form: Form) -> None:
    form.count.setValue(5)
    for field in (form.kind, form.count):
        wheel(field)
    assert form.kind.currentIndex() == 0
    assert form.count.value() == 5
    assert QApplication.focusWidget() is form.name


def test_the_wheel_works_in_the_focused_field(form: Form) -> None:
    form.count.setFocus()
    form.count.setValue(5)
    wheel(form.count)
    assert form.count.value() == 4


def test_the_wheel_over_a_field_is_left_to_the_page(form: Form) -> None:
    """An ignored event goes on to the parents: the scroll area."""
    event = wheel(form.count)
    assert not event.isAccepted()


def test_the_wheel_over_a_field_scrolls_the_page(qtbot) -> None:
    area, form = QScrollArea(), Form()
    qtbot.addWidget(area)
    area.setWidget(form)
    form.resize(300, 900)
    area.resize(320, 200)
    area.show()
    settle()
    place = QPointF(form.kind.mapTo(area, form.kind.rect().center()))
    QTest.wheelEvent(area.windowHandle(), place, QPoint(0, -120))
    settle()
    assert area.verticalScrollBar().value() > 0
    assert form.kind.currentIndex() == 0


def test_a_draft_is_due_after_the_last_key(form: Form, qtbot) -> None:
    form._draft_timer.setInterval(0)
    with qtbot.waitSignal(form.draft_due, timeout=1000):
        qtbot.keyClicks(form.name, "wu")
    assert not form.is_draft_pending()


def test_each_kind_of_editor_counts_as_edited(form: Form, qtbot) -> None:
    for change in (
        lambda: form.name.setText("吴"),
        lambda: form.kind.setCurrentIndex(1),
        lambda: form.count.setValue(3),
        lambda: form.story.setPlainText("争水"),
        lambda: form.is_urgent.setChecked(True),
    ):
        with qtbot.waitSignal(form.edited, timeout=0):
            change()


def test_filling_by_the_program_is_no_edit(form: Form, qtbot) -> None:
    with qtbot.assertNotEmitted(form.edited), form.filling():
        form.name.setText("吴")
    assert not form.is_draft_pending()


def test_a_pending_draft_can_be_flushed_once(form: Form, qtbot) -> None:
    form.name.setText("吴")
    with qtbot.waitSignal(form.draft_due, timeout=0):
        form.flush_draft()
    with qtbot.assertNotEmitted(form.draft_due):
        form.flush_draft()


def test_a_draft_clock_is_forgotten_after_saving(form: Form) -> None:
    form.name.setText("吴")
    assert form.is_draft_pending()
    form.discard_draft_clock()
    assert not form.is_draft_pending()


def test_an_error_stands_under_its_field_and_is_read_out(qtbot) -> None:
    field = FormField("电话", QLineEdit(), hint="十一位")
    qtbot.addWidget(field)
    field.set_error("电话少一位。")
    assert field.error == "电话少一位。"
    assert field.editor.accessibleDescription() == "电话少一位。"
    field.set_error("")
    assert field.error == ""
    assert field.editor.accessibleDescription() == "十一位"
    assert field.editor.accessibleName() == "电话"


def test_choices_in_a_row(qtbot) -> None:
    row = ChoiceRow([("yes", "赞成"), ("no", "反对")])
    qtbot.addWidget(row)
    assert row.value() == ""
    row.set_value("no")
    assert row.value() == "no"
    with qtbot.waitSignal(row.chosen, check_params_cb=lambda key: key == "yes", timeout=0):
        row.findChildren(QPushButton)[0].click()
