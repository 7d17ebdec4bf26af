"""Bringing a field into sight when the program, not the Tab key, moved to it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

MARGIN_PX = 12


class IntoView(QTimer):
    """Scrolls to a widget once its layout is done."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.setSingleShot(True)
        self.setInterval(0)
        self.timeout.connect(self._scroll)

    def _scroll(self) -> None:
        above = self._widget.parentWidget()
        while above is not None:
            if isinstance(above, QScrollArea):
                above.ensureWidgetVisible(self._widget, 0, MARGIN_PX)
            above = above.parentWidget()


def bring_into_view(widget: QWidget) -> None:
    """Scroll every area around the widget so that it is seen, as soon as it has its place."""
    known = widget.findChild(IntoView, options=Qt.FindChildOption.FindDirectChildrenOnly)
    (known or IntoView(widget)).start()
