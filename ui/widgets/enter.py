"""Enter presses the button that has the focus, everywhere.

Qt does so in dialogs only; a person who has tabbed to a button does not know the difference.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class EnterPresses(QObject):
    """Watches each button from its first focus on; choices (checkable) are left alone."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._watched = "enterPresses"
        app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in _ENTER or event.modifiers() & ~_KEYPAD:
            return False
        if not isinstance(watched, QAbstractButton) or watched.isCheckable():
            return False
        if not event.isAutoRepeat():
            watched.click()
        return True

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not isinstance(now, QAbstractButton) or isinstance(now.window(), QDialog):
            return
        if not now.property(self._watched):
            now.setProperty(self._watched, True)
            now.installEventFilter(self)
