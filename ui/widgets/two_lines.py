"""A table whose rows have two lines: what it is, and small below it what one looks for it by.

As fast as any other: one delegate paints both lines, and only the rows that are seen.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.palette import INK, MUTED_TEXT
from ui.widgets.record_table import CellDelegate, RecordTable
from ui.widgets.rows_model import BELOW, BELOW_TONE, IS_PILL, TONE, Index, RowsModel

ROW_PX = 56
EDGE_PX, LOWER_PX = 7, 20


class TwoLineDelegate(CellDelegate):
    """A cell without a second line stands in the middle of its row."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        self.paint_ground(painter, option, index)
        below = index.data(BELOW)
        upper = QStyleOptionViewItem(option)
        if below:
            edge = text_px(EDGE_PX)
            upper.rect = option.rect.adjusted(0, edge, 0, -(edge + text_px(LOWER_PX)))
            lower = QRect(option.rect)
            lower.setTop(upper.rect.bottom() + 1)
            lower.setBottom(option.rect.bottom() - edge)
            self._paint_below(painter, option, index, below, lower)
        self._paint_upper(painter, upper, index)
        painter.restore()

    def _paint_upper(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        text = index.data()
        if not text:
            return
        tone = index.data(TONE)
        if index.data(IS_PILL):
            self.paint_pill(painter, option, index, text, Tone(tone or Tone.NEUTRAL))
        else:
            painter.setPen(QColor(colors_of(tone).text if tone else INK))
            self.paint_text(painter, option, index, text)

    def _paint_below(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        below: str,
        lower: QRect,
    ) -> None:
        box = self.inner(option, index)
        box.setTop(lower.top())
        box.setBottom(lower.bottom())
        tone = index.data(BELOW_TONE)
        painter.setFont(text_font(12))
        painter.setPen(QColor(colors_of(tone).text if tone else MUTED_TEXT))
        cut = painter.fontMetrics().elidedText(below, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), cut)


class TwoLineTable(RecordTable):
    """As `RecordTable`; the second line is `Column.below`."""

    row_px = ROW_PX

    def __init__(
        self, model: RowsModel[Any], *, name: str, empty: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(model, name=name, empty=empty, parent=parent)
        self.setItemDelegate(TwoLineDelegate(self))
