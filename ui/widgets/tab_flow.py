"""Tabs that wrap like words, for a row of them that grows with the record it turns over.

As `ui.widgets.tabs.TabRow` to the hand and the eye: one stop of the Tab key, arrows turn, the mouse
wheel does not. A tab may carry a short mark after its word.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QPushButton, QSizePolicy, QWidget

from i18n.text import tr
from ui.widgets.flow import FlowLayout

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}
_KEY = "tabKey"


class TabFlow(QWidget):
    """`chosen(key)` when a person turns to another tab, not for `set_value`."""

    chosen = Signal(str)

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._flow = FlowLayout(self, spacing=2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        self._words: dict[str, str] = {}
        self._last: QPushButton | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._group.buttonClicked.connect(self._on_clicked)
        self._group.buttonToggled.connect(self._keep_one_stop)

    def add(self, key: str, words: str) -> None:
        """One more tab at the end."""
        button = QPushButton(words)
        button.setCheckable(True)
        button.setProperty("role", "tab")
        button.setProperty(_KEY, key)
        button.setAccessibleName(words)
        button.installEventFilter(self)
        self._buttons[key] = button
        self._words[key] = words
        self._group.addButton(button)
        self._flow.addWidget(button)
        self._keep_one_stop()

    def add_last(self, button: QPushButton) -> None:
        """A button after all tabs that turns nothing by itself; a stop of its own."""
        button.setProperty("role", "tab")
        self._last = button
        self._flow.addWidget(button)

    def offer(self, keys: Sequence[str]) -> None:
        """Show only these tabs; a tool tip says which number turns to each."""
        for key, button in self._buttons.items():
            button.setVisible(key in keys)
        for place, key in enumerate(keys, start=1):
            self._buttons[key].setToolTip(tr("Ctrl+{place}", place=place) if place < 10 else "")
        self._keep_one_stop()

    def mark(self, key: str, words: str) -> None:
        """A word or a number after the tab's own; empty for none."""
        said = tr("{tab} {mark}", tab=self._words[key], mark=words) if words else self._words[key]
        self._buttons[key].setText(said)
        self._buttons[key].setAccessibleName(said)

    def value(self) -> str:
        """The key of the tab in front, or an empty string."""
        return next((key for key, each in self._buttons.items() if each.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Bring this tab to the front without anybody having turned to it."""
        self._buttons[key].setChecked(True)

    def button(self, key: str) -> QPushButton:
        return self._buttons[key]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if not step or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        shown = [each for each in self._buttons.values() if each.isVisibleTo(self)]
        place = [*shown].index(watched) + step  # type: ignore[arg-type]
        if place == len(shown) and self._last is not None and self._last.isVisibleTo(self):
            self._last.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        button = shown[max(0, min(len(shown) - 1, place))]
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setFocus(Qt.FocusReason.TabFocusReason)
        if not button.isChecked():
            button.click()
        return True

    def _on_clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(str(button.property(_KEY)))

    def _keep_one_stop(self, *_ignored: object) -> None:
        shown = [each for each in self._buttons.values() if not each.isHidden()]
        stop = self._group.checkedButton() or next(iter(shown), None)
        for button in self._buttons.values():
            is_stop = button is stop
            policy = Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(policy)
        if stop is not None:
            self.setFocusProxy(stop)
