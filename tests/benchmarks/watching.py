"""For the programs that are started to be measured: when a widget was painted, and saying so."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class FirstPaint(QObject):
    """Calls ``then`` once, after the next paint of ``widget`` is done."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._then = then
        widget.installEventFilter(self)
        widget.update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The event comes before the painting; what is due at once comes after it."""
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            QTimer.singleShot(0, self._then)
        return False


def say(word: str) -> None:
    """One line to whoever measures."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def wait_to_end() -> None:
    """Holds still until whoever measures has read what it wants and lets go."""
    sys.stdin.readline()
