"""Old cases to zero, painted: what is open at a month's end as a bar, what was closed beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.petitions.count_rules import MonthOfOldCases
from i18n.text import tr
from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.palette import INK, LINE, MUTED_TEXT
from ui.wording_petitions import month_said, month_word

_HEIGHT_PX = 150


class BurnChart(QWidget):
    """Amber is open, green was closed; the numbers stand on the bars, and all of it is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._months: tuple[MonthOfOldCases, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_months(self, months: Sequence[MonthOfOldCases], *, name: str) -> None:
        self._months = tuple(months)
        said = "；".join(month_said(one) for one in self._months)
        self.setAccessibleName(name)
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, text_px(_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:
        return QSize(260, text_px(_HEIGHT_PX))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._months:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        foot = self.height() - text_px(22)
        painter.setPen(QPen(QColor(LINE), 1))
        painter.drawLine(QPointF(0, foot), QPointF(self.width(), foot))
        if not any(one.open or one.closed for one in self._months):
            painter.setPen(QColor(MUTED_TEXT))
            painter.setFont(text_font(13))
            above = QRectF(0, 0, self.width(), foot)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, tr("这一年没有积案。"))
        room = self.width() / len(self._months)
        most = max(1, *(max(one.open, one.closed) for one in self._months))
        for place, month in enumerate(self._months):
            self._paint_month(painter, month, place * room, room, foot, most)

    def _paint_month(
        self,
        painter: QPainter,
        month: MonthOfOldCases,
        left: float,
        room: float,
        foot: int,
        most: int,
    ) -> None:
        width = min(room * 0.32, text_px(22))
        tallest = foot - text_px(22)
        middle = left + room / 2
        for count, tone, x in (
            (month.open, Tone.WARN, middle - width - 1),
            (month.closed, Tone.OK, middle + 1),
        ):
            height = tallest * count / most
            bar = QRectF(x, foot - height, width, height)
            painter.fillRect(bar, QColor(colors_of(tone).fill))
            if count:
                painter.setPen(QColor(INK))
                painter.setFont(text_font(12))
                box = QRectF(x - width, bar.top() - text_px(18), width * 3, text_px(18))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(count))
        painter.setPen(QColor(MUTED_TEXT))
        painter.setFont(text_font(12))
        words = QRectF(left, foot + 2, room, text_px(20))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, month_word(month))
