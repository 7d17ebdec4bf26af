"""What is known of a record, word by word; as high as its words, scrolling where room is short."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui.theme import text_px
from ui.widgets.labels import text_label


class FactBox(QScrollArea):
    """`begin()`, then `add_fact` for each, then `finish()`."""

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self._is_small = False
        self._is_whole = False
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("role", "reading")  # the focus is seen
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)
        self.setAccessibleName(name)
        self._inside = QWidget()
        self._inside.setProperty("role", "scrolled")
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(6)
        self._shown: QWidget | None = None
        self._grid = QGridLayout()
        self.setWidget(self._inside)

    def begin(self) -> None:
        """An empty box."""
        if self._shown is not None:
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = QWidget()
        self._grid = QGridLayout(self._shown)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)

    def add_fact(self, word: str, value: QWidget) -> None:
        """One line: the word before it, muted."""
        row = self._grid.rowCount()
        label = text_label(word, "muted")
        label.setContentsMargins(0, 2, 0, 0)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)

    def add_words(self, word: str, words: str) -> None:
        """A fact in words; nothing where there are none."""
        if words:
            self.add_fact(word, text_label(words, wraps=True))

    def finish(self) -> None:
        """Show what was added, from its top."""
        if self._shown is not None:
            self._grid.setRowStretch(self._grid.rowCount(), 1)
            self._column.insertWidget(0, self._shown)
            self._shown.show()  # else it is hidden until the next event, and counts for no height
        self.verticalScrollBar().setValue(0)
        self._fit()

    def set_small(self, is_small: bool) -> None:
        """Whether something beside it needs the room."""
        self._is_small = is_small
        self._fit()

    def set_whole(self) -> None:
        """Always as high as its words, inside something else that scrolls."""
        self._is_whole = True
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit()

    def sizeHint(self) -> QSize:
        width = max(1, self.viewport().width())
        return QSize(200, max(self._inside.heightForWidth(width), text_px(40)) + 2)

    def minimumSizeHint(self) -> QSize:
        if self._is_whole:
            return QSize(120, self.sizeHint().height())
        return QSize(120, text_px(48 if self._is_small else 76))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _on_range_changed(self, _least: int, most: int) -> None:
        """Tab stops here only where there is more to be read than one sees."""
        scrolls = most > 0 and not self._is_whole
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if scrolls else Qt.FocusPolicy.NoFocus)

    def _fit(self) -> None:
        self.setMaximumHeight(self.sizeHint().height())
        self.updateGeometry()
