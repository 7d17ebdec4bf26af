"""Enter presses the focused button in a window as it does in a dialog."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from ui.widgets.enter import EnterPresses


@pytest.fixture
def pressed(qtbot):
    watch = EnterPresses(QApplication.instance())
    host, button = QWidget(), QPushButton("打开")
    QVBoxLayout(host).addWidget(button)
    qtbot.addWidget(host)
    host.button, host.presses = button, []
    button.clicked.connect(lambda: host.presses.append(True))
    host.show()
    qtbot.waitExposed(host)
    host.activateWindow()
    button.setFocus()
    yield host
    QApplication.instance().focusChanged.disconnect(watch._on_focus_changed)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_once(pressed, qtbot, key) -> None:
    qtbot.keyClick(pressed.button, key)
    assert pressed.presses == [True]


def test_control_enter_is_for_the_form(pressed, qtbot) -> None:
    qtbot.keyClick(pressed.button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert pressed.presses == []


def test_a_choice_is_not_pressed(pressed, qtbot) -> None:
    pressed.button.setCheckable(True)
    qtbot.keyClick(pressed.button, Qt.Key.Key_Return)
    assert pressed.presses == []


def test_a_disabled_button_stays_unpressed(pressed, qtbot) -> None:
    pressed.button.setEnabled(False)
    qtbot.keyClick(pressed.button, Qt.Key.Key_Return)
    assert pressed.presses == []
