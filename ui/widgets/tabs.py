"""The one kind of tabs: words in a row, the one in front underlined.

A page's parts, a list's halves, a narrow window's pieces are turned over with it; choices that are
stored are a ``ChoiceRow``.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QTabBar, QTabWidget, QWidget


class TabRow(QTabBar):
    """One stop of the Tab key; arrows turn the tabs, the mouse wheel does not.

    `chosen(key)` when a person turns to another tab, not for `set_value`.
    """

    chosen = Signal(str)

    def __init__(
        self, tabs: Sequence[tuple[str, str]] = (), *, name: str, parent: QWidget | None = None
    ) -> None:
        """`tabs` are (key, words)."""
        super().__init__(parent)
        self._is_set = False
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for key, words in tabs:
            self.add(key, words)
        self.currentChanged.connect(self._on_current)

    def add(self, key: str, words: str) -> None:
        """One more tab at the end."""
        place = self.addTab(words)
        self.setTabData(place, key)
        self.setAccessibleTabName(place, words)

    def value(self) -> str:
        """The key of the tab in front."""
        return str(self.tabData(self.currentIndex()) or "")

    def set_value(self, key: str) -> None:
        """Bring this tab to the front without anybody having turned to it."""
        self._is_set = True
        places = (place for place in range(self.count()) if self.tabData(place) == key)
        self.setCurrentIndex(next(places))
        self._is_set = False

    def minimumSizeHint(self) -> QSize:
        """All tabs: an arrow to what does not fit would be one thing more to find."""
        return self.sizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _on_current(self, _place: int) -> None:
        if not self._is_set:
            self.chosen.emit(self.value())


class TabPages(QTabWidget):
    """The same tabs above the pages they turn to, for the inside of a card."""

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabBar(TabRow(name=name))
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self.tabBar().setExpanding(False)
        self.setUsesScrollButtons(False)
