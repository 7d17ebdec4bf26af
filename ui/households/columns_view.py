"""Micro-grids, the households of the chosen one, and the household: side by side where there is
room, one instead of the other where there is not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from i18n.text import tr
from ui.theme import icon, text_px
from ui.widgets.side_panel import set_hidden

TWO_COLUMNS_BELOW = 1020
ONE_COLUMN_BELOW = 700


class ColumnsView(QWidget):
    """Three columns; below 1020 px the third takes the place of the first, below 700 px of both."""

    arranged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_open = False
        self.side_room = QWidget(self)
        self.back = QPushButton(icon("back"), tr("返回列表"), self.side_room)
        self.back.setProperty("role", "quiet")
        self.back.setAccessibleName(tr("返回列表"))
        self._column = QVBoxLayout(self.side_room)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self.back.clicked.connect(self.close_side)
        leave = QShortcut(QKeySequence("Alt+Left"), self)
        leave.activated.connect(self.close_side)

    def put(self, grids: QWidget, households: QWidget, side: QWidget) -> None:
        """The columns, made with this as their parent and ``side`` with ``side_room``: whatever is
        put into another parent is dressed once more with all its parts."""
        self._grids, self._households = grids, households
        self._column.addWidget(side, 1)
        for widget, share in ((grids, 5), (households, 7), (self.side_room, 8)):
            self._row.addWidget(widget, share)
        self._arrange()

    @property
    def is_side_open(self) -> bool:
        return self._is_open

    @property
    def is_wide(self) -> bool:
        """Whether all three columns stand side by side."""
        return self.width() >= text_px(TWO_COLUMNS_BELOW)

    def open_side(self) -> None:
        if not self._is_open:
            self._is_open = True
            self._arrange()

    def close_side(self) -> None:
        if self._is_open:
            self._is_open = False
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_two = not self.is_wide
        is_one = self.width() < text_px(ONE_COLUMN_BELOW)
        set_hidden(self.side_room, not self._is_open)
        set_hidden(self._grids, is_two and self._is_open)
        set_hidden(self._households, is_one and self._is_open)
        set_hidden(self.back, not is_two)
        self.arranged.emit()
