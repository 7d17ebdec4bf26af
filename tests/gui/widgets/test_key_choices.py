"""One press chooses; arrows and Tab do what they do elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from tests.gui.conftest import settle
from ui.widgets.key_choices import KeyChoice, KeyChoices

Key = Qt.Key
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def choices(qtbot) -> KeyChoices:  # type: ignore[no-untyped-def]
    made = KeyChoices(
        [KeyChoice("a", "上门", "S"), KeyChoice("b", "电话", "D"), KeyChoice("c", "回访", "6")],
        name="方式",
    )
    qtbot.addWidget(made)
    made.set_value("a")
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.setFocus()
    settle()
    return made


def key(code: Key, text: str, held: Qt.KeyboardModifier = PLAIN) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, code, held, text)


@pytest.mark.parametrize(("code", "text"), [(Key.Key_D, "d"), (Key.Key_D, "D")])
def test_a_letter_chooses_and_the_focus_goes_along(choices, code, text) -> None:
    said: list[str] = []
    choices.chosen.connect(said.append)
    assert choices.take_key(key(code, text))
    assert (choices.value(), said) == ("b", ["b"])
    assert choices._buttons["b"].hasFocus()


def test_keys_with_ctrl_and_others_are_left_alone(choices) -> None:
    assert not choices.take_key(key(Key.Key_D, "d", Qt.KeyboardModifier.ControlModifier))
    assert not choices.take_key(key(Key.Key_X, "x"))
    assert choices.value() == "a"


def test_the_number_block_counts(choices) -> None:
    assert choices.take_key(key(Key.Key_6, "6", Qt.KeyboardModifier.KeypadModifier))
    assert choices.value() == "c"


def test_arrows_stop_at_the_ends(choices, qtbot) -> None:
    for code, expected in ((Key.Key_Left, "a"), (Key.Key_Right, "b"), (Key.Key_Down, "c")):
        qtbot.keyClick(choices.focusWidget(), code)
        assert choices.value() == expected
    qtbot.keyClick(choices.focusWidget(), Key.Key_Right)
    assert choices.value() == "c"


def test_one_stop_of_the_tab_key(choices) -> None:
    choices.set_value("b")
    stops = [
        value
        for value, button in choices._buttons.items()
        if button.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert stops == ["b"]
