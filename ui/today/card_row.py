"""The cards of figures: side by side, or two by two where room is short."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui.theme import text_px
from ui.widgets.cards import StatCard

CARD_PX = 172


class CardRow(QWidget):
    """Holds cards of one width, each of at least ``card_px`` at 100 % where they stand in a row."""

    def __init__(
        self, cards: Sequence[StatCard], parent: QWidget | None = None, *, card_px: int = CARD_PX
    ) -> None:
        super().__init__(parent)
        self._card_px = card_px
        self._cards = tuple(cards)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(12)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._arrange(len(self._cards))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        count = max(1, len(self._cards))
        is_wide = self.width() >= count * (text_px(self._card_px) + 12)
        self._arrange(count if is_wide else 2)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for place, card in enumerate(self._cards):
            self._grid.removeWidget(card)
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
