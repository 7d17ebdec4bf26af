"""A table whose rows have two lines: what it is, and small below it what one looks for it by.

As fast as any other: one delegate paints both lines, and only the rows that are seen.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from ui.theme import Tone, colors_of, painted_font, text_px
from ui.theme.palette import INK, MUTED_TEXT
from ui.widgets.record_table import CellDelegate, RecordTable
from ui.widgets.rows_model import LEFT, RIGHT, Column, Index, RowsModel

ROW_PX = 56
EDGE_PX, LOWER_PX = 7, 20


class TwoLineDelegate(CellDelegate):
    """A cell without a second line stands in the middle of its row.

    It asks the model for the two lines, and itself for how they look: a question through Qt costs
    as much as a line.
    """

    def __init__(self, table: RecordTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = self._table.rows
        column, row = model.columns[index.column()], model.row_at(index)
        painter.save()
        self.paint_ground(painter, option, index)
        below = column.below(row) if column.below else ""
        upper = QStyleOptionViewItem(option)
        if below:
            edge = text_px(EDGE_PX)
            upper.rect = option.rect.adjusted(0, edge, 0, -(edge + text_px(LOWER_PX)))
            box = self.inner(option, index)
            box.setTop(upper.rect.bottom() + 1)
            box.setBottom(option.rect.bottom() - edge)
            _paint_below(painter, box, column, row, below)
        self._paint_upper(painter, upper, index, column, row)
        painter.restore()

    def _paint_upper(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        column: Column[Any],
        row: Any,
    ) -> None:
        text = str(column.value(row) or "")
        if not text:
            return
        tone = column.tone(row) if column.tone else None
        if column.is_pill:
            self.paint_pill(painter, option, index, text, Tone(tone or Tone.NEUTRAL))
        else:
            mark = column.mark(row) if column.mark else ""
            inside = self.paint_mark(painter, option, index, mark)
            painter.setPen(QColor(colors_of(tone).text if tone else INK))
            self.paint_text(painter, inside, index, text)


def _paint_below(painter: QPainter, box: QRect, column: Column[Any], row: Any, below: str) -> None:
    tone = column.below_tone(row) if column.below_tone else None
    painter.setFont(painted_font(12))
    painter.setPen(QColor(colors_of(tone).text if tone else MUTED_TEXT))
    cut = painter.fontMetrics().elidedText(below, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, RIGHT if column.is_right else LEFT, cut)


class TwoLineTable(RecordTable):
    """As `RecordTable`; the second line is `Column.below`."""

    row_px = ROW_PX

    def __init__(
        self, model: RowsModel[Any], *, name: str, empty: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(model, name=name, empty=empty, parent=parent)
        self.setItemDelegate(TwoLineDelegate(self))
