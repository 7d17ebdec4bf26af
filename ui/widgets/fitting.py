"""A stack that fits itself into the room there is, for parts that scroll by themselves.

Qt asks a page with anything that wraps on it for its height by its width, and counts what every
list and text would like to have. On a small screen those wishes add up: the page scrolls, and its
parts scroll inside it. A stack that tells no such height stands in between; what wraps above it
keeps its lines by `ui.widgets.room.keep_room`.
"""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QWidget


class FittingStack(QStackedWidget):
    """Asks for what the part in front must have, never for what it would like."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self._on_current)

    def hasHeightForWidth(self) -> bool:
        return False

    def minimumSizeHint(self) -> QSize:
        shown = self.currentWidget()
        return QSize() if shown is None else shown.minimumSizeHint()

    def _on_current(self, _place: int) -> None:
        self.updateGeometry()
