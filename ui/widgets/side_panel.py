"""A list with the chosen record beside it; on a narrow screen the record covers the list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from i18n.text import tr
from ui.theme import icon, text_px

NARROW_PX = 760


class SidePanelHost(QWidget):
    """`main` fills the page; `side` stands right of it, or instead of it where room is short."""

    closed = Signal()

    def __init__(
        self,
        main: QWidget | None = None,
        side: QWidget | None = None,
        *,
        main_share: int = 3,
        side_share: int = 2,
        narrow_px: int = NARROW_PX,
        back_into: QHBoxLayout | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Below ``narrow_px`` (at the usual size of text) only one of the two is seen.

        What is made inside this one is put in later: whatever is put into another parent is
        dressed once more with all its parts.
        """
        super().__init__(parent)
        self._main: QWidget | None = None
        self._narrow_px = narrow_px
        self._is_open = False
        self._shares = (main_share, side_share)
        self._side = QWidget(self)
        self._back = QPushButton(icon("back"), tr("返回列表"), self._side)
        self._back.setProperty("role", "quiet")
        self._back.setAccessibleName(tr("返回列表"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self._row.addWidget(self._side, side_share)
        self._column = QVBoxLayout(self._side)
        self._column.setContentsMargins(0, 0, 0, 0)
        if main is not None:
            self.put_main(main)
        if side is not None:
            self.put_side(side, back_into=back_into)
        self._back.clicked.connect(self.close_side)
        leave = QShortcut(QKeySequence("Alt+Left"), self)
        leave.activated.connect(self.close_side)
        self._arrange()

    @property
    def side_room(self) -> QWidget:
        """The parent of what stands on the side."""
        return self._side

    def put_main(self, main: QWidget) -> None:
        self._main = main
        self._row.insertWidget(0, main, self._shares[0])

    def put_side(self, side: QWidget, *, back_into: QHBoxLayout | None = None) -> None:
        """The way back stands first in ``back_into``, a row that ``side`` has anyway, or in a row
        of its own above it."""
        if back_into is None:
            self._column.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        else:
            back_into.insertWidget(0, self._back)
        self._column.addWidget(side, 1)

    @property
    def is_side_open(self) -> bool:
        return self._is_open

    def open_side(self) -> None:
        self._is_open = True
        self._arrange()

    def close_side(self) -> None:
        if self._is_open:
            self._is_open = False
            self._arrange()
            self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_narrow = self.width() < text_px(self._narrow_px)
        set_hidden(self._side, not self._is_open)
        if self._main is not None:
            set_hidden(self._main, is_narrow and self._is_open)
        set_hidden(self._back, not is_narrow)


def set_hidden(widget: QWidget, is_hidden: bool) -> None:
    """Only where something changes: showing dresses a widget with all its parts, once more for
    each parent it is put into afterwards."""
    if widget.isHidden() != is_hidden:
        widget.setHidden(is_hidden)
