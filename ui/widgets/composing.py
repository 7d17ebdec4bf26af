"""Is a Chinese candidate being composed? Then Enter belongs to the input method, not to us."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

COMPOSING = "isComposing"
_KEPT = frozenset(
    {
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Escape,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
    }
)


def is_composing(widget: QObject) -> bool:
    """True while `widget`, watched by a `CompositionWatch`, holds an unfinished candidate."""
    return bool(widget.property(COMPOSING))


class CompositionWatch(QObject):
    """Marks watched widgets while a preedit is open, and keeps Enter and the like from them.

    Some input methods hand on the Enter that picked the candidate; without this it would jump to
    the next field or save half a name.
    """

    def watch(self, widget: QWidget) -> None:
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            watched.setProperty(COMPOSING, bool(event.preeditString()))
        elif event.type() == QEvent.Type.FocusOut:
            watched.setProperty(COMPOSING, False)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return event.key() in _KEPT and is_composing(watched)
        return False
