"""Micro-grids, the households of the chosen one, and the household: side by side where there is
room, one instead of the other where there is not."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from i18n.text import tr
from ui.theme import icon, text_px

TWO_COLUMNS_BELOW = 1020
ONE_COLUMN_BELOW = 700


class ColumnsView(QWidget):
    """Three columns; below 1020 px the third takes the place of the first, below 700 px of both."""

    arranged = Signal()

    def __init__(self, grids: QWidget, households: QWidget, side: QWidget) -> None:
        super().__init__()
        self._grids, self._households = grids, households
        self._is_open = False
        self._side = QWidget()
        self.back = QPushButton(icon("back"), tr("返回列表"))
        self.back.setProperty("role", "quiet")
        self.back.setAccessibleName(tr("返回列表"))
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(side, 1)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        for widget, share in ((grids, 5), (households, 7), (self._side, 8)):
            self._row.addWidget(widget, share)
        self.back.clicked.connect(self.close_side)
        leave = QShortcut(QKeySequence("Alt+Left"), self)
        leave.activated.connect(self.close_side)
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
        self._side.setVisible(self._is_open)
        self._grids.setVisible(not (is_two and self._is_open))
        self._households.setVisible(not (is_one and self._is_open))
        self.back.setVisible(is_two)
        self.arranged.emit()
