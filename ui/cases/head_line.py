"""The line under the title of a case: its number, its limits, and what may be done with the file.

One row where all of it fits; where it does not, the limits have a row of their own, or on a low
window only as many are shown as find room in the one row.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from ui.clocks.strip import MOST, ClockStrip

GAP = 10


class HeadLine(QWidget):
    """`chips` may hide itself, and comes and goes with what it has to show."""

    def __init__(
        self,
        number: QLabel,
        chips: ClockStrip,
        buttons: Sequence[QPushButton],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._number, self._chips, self._buttons = number, chips, tuple(buttons)
        self._is_one_row: bool | None = None
        self._is_low = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(4)
        self._grid.addWidget(number, 0, 0)
        for place, button in enumerate(self._buttons, start=2):
            self._grid.addWidget(button, 0, place)
        self._arrange()

    def set_low(self, is_low: bool) -> None:
        """Whether every line counts."""
        if is_low != self._is_low:
            self._is_low = is_low
            self._arrange()

    def event(self, event: QEvent) -> bool:
        """Other words, or chips that came, want another room."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        words = self._number.fontMetrics().horizontalAdvance(self._number.text()) + 4
        buttons = [each.sizeHint().width() for each in self._buttons if not each.isHidden()]
        used = [words, *buttons]
        room = self.width() - sum(used) - GAP * (len(used) + 1)
        widths = [] if self._chips.isHidden() else self._chips.widths()
        fitting = sum(width <= room for width in widths)
        is_one_row = fitting == len(widths) or (self._is_low and fitting > 0)
        self._chips.show_most(fitting if self._is_low and fitting else MOST)
        least = words if is_one_row else 0
        if self._number.minimumWidth() != least:
            self._number.setMinimumWidth(least)
        if is_one_row == self._is_one_row:
            return
        self._is_one_row = is_one_row
        self._grid.removeWidget(self._chips)
        if is_one_row:
            self._grid.addWidget(self._chips, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        else:
            self._grid.addWidget(self._chips, 1, 0, 1, 2 + len(self._buttons))
        self._grid.setColumnStretch(0, 0 if is_one_row else 1)
        self._grid.setColumnStretch(1, 1 if is_one_row else 0)
