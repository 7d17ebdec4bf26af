"""The one kind of tabs: turned by keys, never by the wheel; set without a word."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui.widgets.tabs import TabPages, TabRow


def _shown(qtbot) -> tuple[TabRow, list[str]]:  # type: ignore[no-untyped-def]
    tabs = TabRow((("week", "值班表"), ("rounds", "巡逻记录")), name="值班")
    said: list[str] = []
    tabs.chosen.connect(said.append)
    qtbot.addWidget(tabs)
    tabs.show()
    qtbot.waitExposed(tabs)
    return tabs, said


def test_arrows_turn_the_tabs_and_say_which(qtbot) -> None:
    tabs, said = _shown(qtbot)
    tabs.setFocus()
    QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert (tabs.value(), said) == ("rounds", ["rounds"])


def test_what_is_set_was_chosen_by_nobody(qtbot) -> None:
    tabs, said = _shown(qtbot)
    tabs.set_value("rounds")
    assert (tabs.value(), said) == ("rounds", [])


def test_the_wheel_turns_nothing(qtbot) -> None:
    tabs, said = _shown(qtbot)
    where = QPointF(tabs.rect().center())
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    turned = QWheelEvent(
        *(where, where, QPoint(), QPoint(0, -120), buttons, keys, phase, False),
    )
    QApplication.sendEvent(tabs, turned)
    assert (tabs.value(), said) == ("week", [])


def test_tabs_inside_a_card_are_the_same_and_draw_no_line(qtbot) -> None:
    pages = TabPages(name="这一户")
    qtbot.addWidget(pages)
    pages.addTab(QWidget(), "变动")
    bar = pages.tabBar()
    assert isinstance(bar, TabRow)
    assert not bar.drawBase()
