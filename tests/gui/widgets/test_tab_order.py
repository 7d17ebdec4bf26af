"""Where the keys are when what held them is gone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from tests.gui.conftest import settle
from ui.widgets.tab_order import step_focus


class _Window(QWidget):
    def focusNextPrevChild(self, next: bool) -> bool:
        return step_focus(self, is_forward=next)


@pytest.mark.parametrize("is_disabled", [False, True])
def test_a_form_that_goes_leaves_the_keys_where_it_was(qtbot, is_disabled: bool) -> None:
    window = _Window()
    qtbot.addWidget(window)
    page, form = QWidget(), QWidget()
    before, stays, typed, last = QPushButton(), QPushButton(), QLineEdit(), QPushButton()
    for inside, parts in (
        (form, [typed]),
        (page, [stays, form]),
        (window, [before, page, last]),  # made last, as the 撤销 of a notice is
    ):
        column = QVBoxLayout(inside)
        for part in parts:
            column.addWidget(part)
    window.show()
    window.activateWindow()
    typed.setFocus()
    settle()
    assert typed.hasFocus()

    typed.setDisabled(True) if is_disabled else form.hide()

    assert stays.hasFocus()
