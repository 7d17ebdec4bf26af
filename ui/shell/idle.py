"""Lock the screen of a laptop that stands open on a village table."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

CHECK_MS = 5000
_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """`idle` once, after `minutes` without a key, a click or a movement; `start` arms it again.

    `now` gives seconds that only go forward.
    """

    idle = Signal()

    def __init__(
        self,
        app: QCoreApplication,
        *,
        minutes: int,
        now: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._now = now
        self._minutes = minutes
        self._last = now()
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_MS)
        self._timer.timeout.connect(self.check)

    def set_minutes(self, minutes: int) -> None:
        self._minutes = minutes

    def start(self) -> None:
        self._last = self._now()
        self._app.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        self._app.removeEventFilter(self)
        self._timer.stop()

    def check(self) -> None:
        """Called by the timer."""
        if self._timer.isActive() and self._now() - self._last >= self._minutes * 60:
            self.stop()
            self.idle.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self._last = self._now()
        return False
