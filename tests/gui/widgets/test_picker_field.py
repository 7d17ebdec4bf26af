"""Picking by typing: a list under the field, no popup, Enter for the list first."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.gui.conftest import settle
from tests.gui.widgets.test_forms import compose
from ui.widgets.forms import FormPanel
from ui.widgets.picker_field import PickerField


@dataclass(frozen=True)
class Found:
    record_id: str
    title: str
    subtitle: str = ""
    kind: str = "household"


HITS = (Found("1", "吴某甲", "0701"), Found("2", "吴某乙", "0704"))


class Form(FormPanel):
    def __init__(self) -> None:
        super().__init__()
        self.picker, self.after = PickerField(name="户"), QLineEdit()
        self.picker._query_timer.setInterval(0)
        self.add_field("户", self.picker)
        self.add_field("事由", self.after)


@pytest.fixture
def form(qtbot) -> Form:
    form = Form()
    qtbot.addWidget(form)
    form.resize(400, 400)
    form.show()
    form.picker.setFocus()
    settle()
    return form


def search(form: Form, qtbot, text: str = "wm") -> None:
    with qtbot.waitSignal(form.picker.query_changed, timeout=1000) as asked:
        qtbot.keyClicks(form.picker.edit, text)
    assert asked.args == [text]
    form.picker.show_results(text, HITS)
    settle()


def test_results_stand_under_the_field_inside_the_form(form: Form, qtbot) -> None:
    search(form, qtbot)
    results = form.picker.results
    assert results.isVisible()
    assert not results.isWindow()
    assert results.window() is form
    assert QApplication.focusWidget() is form.picker.edit


def test_arrows_choose_and_enter_picks(form: Form, qtbot) -> None:
    search(form, qtbot)
    qtbot.keyClick(form.picker.edit, Qt.Key.Key_Down)
    with qtbot.waitSignal(form.picker.picked, timeout=0) as picked:
        qtbot.keyClick(form.picker.edit, Qt.Key.Key_Return)
    assert picked.args == [HITS[1]]
    assert form.picker.value() == HITS[1]
    assert form.picker.text() == "吴某乙"
    assert QApplication.focusWidget() is form.picker.edit


def test_enter_goes_on_when_the_list_is_closed(form: Form, qtbot) -> None:
    form.picker.set_value(HITS[0])
    qtbot.keyClick(form.picker.edit, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is form.after


def test_control_enter_saves_with_the_list_open(form: Form, qtbot) -> None:
    search(form, qtbot)
    with qtbot.waitSignal(form.saved, timeout=0), qtbot.assertNotEmitted(form.picker.picked):
        qtbot.keyClick(form.picker.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_escape_closes_only_the_list(form: Form, qtbot) -> None:
    search(form, qtbot)
    qtbot.keyClick(form.picker.edit, Qt.Key.Key_Escape)
    assert not form.picker.is_open()
    assert form.picker.text() == "wm"


def test_an_answer_to_an_older_text_is_dropped(form: Form, qtbot) -> None:
    search(form, qtbot)
    qtbot.keyClicks(form.picker.edit, "j")
    form.picker.show_results("wm", (Found("9", "别人"),))
    assert form.picker.results.count() == 2


def test_typing_on_forgets_the_choice(form: Form, qtbot) -> None:
    form.picker.set_value(HITS[0])
    with qtbot.waitSignal(form.picker.cleared, timeout=0):
        qtbot.keyClicks(form.picker.edit, "x")
    assert form.picker.value() is None


def test_a_composed_candidate_neither_searches_nor_picks(form: Form, qtbot) -> None:
    search(form, qtbot)
    with (
        qtbot.assertNotEmitted(form.picker.query_changed, wait=20),
        qtbot.assertNotEmitted(form.picker.picked),
    ):
        compose(form.picker.edit, "wu")
        qtbot.keyClick(form.picker.edit, Qt.Key.Key_Return)
