"""The cards of figures: in one row, or in rows of one length where room is short."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui.theme import text_px
from ui.widgets.cards import StatCard

CARD_PX = 172
_GAP = 12


class CardRow(QWidget):
    """Holds cards of one width, each of at least ``card_px`` at 100 %; two at least in a row."""

    def __init__(
        self, cards: Sequence[StatCard], parent: QWidget | None = None, *, card_px: int = CARD_PX
    ) -> None:
        super().__init__(parent)
        self._card_px = card_px
        self._cards: tuple[StatCard, ...] = ()
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.show_cards(cards)

    def show_cards(self, cards: Sequence[StatCard]) -> None:
        """These and no others, in this order."""
        if tuple(cards) == self._cards:
            return
        for card in self._cards:
            self._grid.removeWidget(card)
            card.setVisible(card in cards)
        for card in cards:
            card.setParent(self)
            card.show()
        self._cards = tuple(cards)
        self._arrange(self._fitting(), is_new=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self._fitting())

    def _fitting(self) -> int:
        """Columns of rows that are as long as one another, or nearly."""
        count = max(1, len(self._cards))
        most = max(2, (self.width() + _GAP) // (text_px(self._card_px) + _GAP))
        rows = -(-count // most)
        return -(-count // rows)

    def _arrange(self, columns: int, *, is_new: bool = False) -> None:
        if columns == self._columns and not is_new:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for place, card in enumerate(self._cards):
            self._grid.removeWidget(card)
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
