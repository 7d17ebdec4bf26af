"""Tabs on one line, for a row of them that grows with the record it turns over.

As `ui.widgets.tabs.TabRow` to the hand and the eye: one stop of the Tab key, arrows turn, the mouse
wheel does not. A tab may carry a short mark after its word. What does not fit is for the button at
the end to offer: see `fitting`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from i18n.text import tr

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}
_KEY = "tabKey"
GAP = 2
BOLD_PX = 6
"""The tab in front is bold, and so a little wider than it says before."""


class TabLine(QWidget):
    """`chosen(key)` when a person turns to another tab, not for `set_value`."""

    chosen = Signal(str)

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(GAP)
        self._line.addStretch(1)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        self._words: dict[str, str] = {}
        self._last: QPushButton | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group.buttonClicked.connect(self._on_clicked)
        self._group.buttonToggled.connect(self._keep_one_stop)

    def minimumSizeHint(self) -> QSize:
        """However many there are, a page may be narrow."""
        return QSize(120, super().minimumSizeHint().height())

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
        self._line.insertWidget(len(self._buttons) - 1, button)
        self._keep_one_stop()

    def add_last(self, button: QPushButton) -> None:
        """A button after all tabs that turns nothing by itself; a stop of its own."""
        button.setProperty("role", "tab")
        button.installEventFilter(self)
        self._last = button
        self._line.insertWidget(len(self._buttons), button)

    def offer(self, keys: Sequence[str]) -> None:
        """Show only these tabs; a tool tip says which number turns to each."""
        for key, button in self._buttons.items():
            button.setVisible(key in keys)
        for place, key in enumerate(keys, start=1):
            self._buttons[key].setToolTip(tr("Ctrl+{place}", place=place) if place < 10 else "")
        self._keep_one_stop()

    def fitting(self, keys: Sequence[str], *, kept: Collection[str], room: int) -> list[str]:
        """Those of ``keys`` that fit beside the last button into ``room`` px, in their order.

        Those in ``kept`` always stay; of the others those with a mark stay longest, then the first.
        """
        last = self._last.sizeHint().width() + GAP if self._last is not None else 0
        wide = {key: self._buttons[key].sizeHint().width() + GAP for key in keys}
        left = room - last - BOLD_PX - sum(wide.values())
        dropped: set[str] = set()
        plain = [key for key in keys if self._buttons[key].text() == self._words[key]]
        marked = [key for key in keys if key not in plain]
        for key in (*reversed(plain), *reversed(marked)):
            if left >= 0:
                break
            if key not in kept:
                dropped.add(key)
                left += wide[key]
        return [key for key in keys if key not in dropped]

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
        shown: list[QPushButton] = [b for b in self._buttons.values() if b.isVisibleTo(self)]
        if watched is self._last:
            return self._leave_last(shown, event)
        place = [*shown].index(watched) + step  # type: ignore[arg-type]
        if place == len(shown) and self._last is not None and self._last.isVisibleTo(self):
            self._last.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        _turn_to(shown[max(0, min(len(shown) - 1, place))])
        return True

    def _leave_last(self, shown: Sequence[QPushButton], event: QKeyEvent) -> bool:
        """Left goes back among the tabs, Down opens what the button offers."""
        if event.key() == Qt.Key.Key_Left and shown:
            _turn_to(shown[-1])
        elif event.key() == Qt.Key.Key_Down and self._last is not None:
            self._last.click()
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


def _turn_to(button: QPushButton) -> None:
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    if not button.isChecked():
        button.click()
