"""A part of a card that is as high as its content, and scrolls where the card has less room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import text_px

LEAST_PX = 96
FOCUS_MARGIN_PX = 8


class ScrolledBox(QScrollArea):
    """Put things into `column`."""

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside = QWidget()
        self._inside.setProperty("role", "scrolled")
        self.column = QVBoxLayout(self._inside)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(10)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(name)
        self.setWidget(self._inside)
        self._inside.installEventFilter(self)

    def sizeHint(self) -> QSize:
        width = max(1, self.viewport().width())
        least = self.column.totalMinimumSize().height()
        return QSize(200, max(self.column.totalHeightForWidth(width), least))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, min(text_px(LEAST_PX), self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
        focus = QApplication.focusWidget()
        if focus is not None and self._inside.isAncestorOf(focus):
            self.ensureWidgetVisible(focus, 0, FOCUS_MARGIN_PX)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Other content wants another height."""
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
