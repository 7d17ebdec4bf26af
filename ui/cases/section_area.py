"""The room a part of the case page has: the part scrolls in it as a whole, a form does not.

A form scrolls its fields itself, above its buttons; if the room around it scrolled as well, two
bars would stand side by side and the buttons would be out of sight.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui.flow.send_form import SendForm
from ui.households.record_form import RecordForm

NO_LIMIT = 16_777_215
"""What Qt takes for no greatest height."""


class SectionArea(QScrollArea):
    """Put the part in with `setWidget`."""

    def __init__(self, inside: QWidget, *, name: str) -> None:
        super().__init__()
        self._inside = inside
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "reading")
        self.setAccessibleName(name)
        self.setWidget(inside)
        # Not within the layout: another height asks for another layout.
        self._changed = QTimer(self)
        self._changed.setSingleShot(True)
        self._changed.setInterval(0)
        self._changed.timeout.connect(self._fit)
        inside.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A form came or went."""
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self._changed.start()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._changed.start()

    def _fit(self) -> None:
        records = self._inside.findChildren(RecordForm)
        sending = self._inside.findChildren(SendForm)
        has_form = any(form.isVisibleTo(self._inside) for form in records) or any(
            form.is_asking for form in sending
        )
        least = max(self.viewport().height(), self._inside.minimumSizeHint().height())
        limit = least if has_form else NO_LIMIT
        if self._inside.maximumHeight() != limit:
            self._inside.setMaximumHeight(limit)
