"""The way of a case from unit to unit as a picture: who had it, how long, who has it now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.flow.rows import LeadRow
from i18n.text import tr
from ui.theme import text_font, text_px
from ui.theme.palette import GREY, MUTED_TEXT
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.wording_flow import dwell_words, sent_word

MOST: Final = 6
"""So many units are shown; of a longer way the first and the last ones, until all are asked for."""
_LAST: Final = 3


class PathPicture(QWidget):
    """Boxes and arrows that wrap like words; hidden while a case never left its unit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stops: tuple[LeadRow, ...] = ()
        self.is_whole = False
        self.more = QPushButton(self)
        self.more.setProperty("role", "link")
        self.more.setAutoDefault(True)
        self.more.clicked.connect(self._on_more)
        self.more.hide()
        self._flow = FlowLayout(self, spacing=4)
        self.setAccessibleName(tr("案件经过哪些单位"))

    def show_stops(self, stops: Sequence[LeadRow]) -> None:
        self.stops = tuple(stops)
        self.setAccessibleDescription("；".join(_said(stop) for stop in self.stops))
        self.setToolTip("\n".join(_said(stop) for stop in self.stops))
        self._draw()
        self.setVisible(len(self.stops) > 1)

    def _draw(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            old = item.widget()
            if old is not None and old is not self.more:
                old.hide()
                old.deleteLater()
        self.more.hide()
        is_cut = len(self.stops) > MOST and not self.is_whole
        left_out = range(1, len(self.stops) - _LAST) if is_cut else range(0)
        for place, stop in enumerate(self.stops):
            if place in left_out:
                if place == 1:
                    self._add_more(len(left_out))
                continue
            if place:
                self._flow.addWidget(Arrow(sent_word(stop.how) if stop.how else ""))
            self._flow.addWidget(_box(stop))
        for place in range(self._flow.count()):
            item = self._flow.itemAt(place)
            if item is not None and (widget := item.widget()) is not None:
                widget.show()

    def _add_more(self, count: int) -> None:
        self.more.setText(tr("…… 中间 {count} 次", count=count))
        self.more.setAccessibleName(tr("看中间的 {count} 次交接", count=count))
        self._flow.addWidget(self.more)

    def _on_more(self) -> None:
        self.focusNextChild()
        self.is_whole = True
        self._draw()


def _said(stop: LeadRow) -> str:
    words = tr("{unit}，{dwell}", unit=stop.unit, dwell=_dwell(stop))
    return words if stop.how is None else f"{sent_word(stop.how)} {words}"


def _dwell(stop: LeadRow) -> str:
    return dwell_words(stop.days, is_now=stop.is_now)


def _box(stop: LeadRow) -> QFrame:
    box = QFrame()
    box.setProperty("role", "stop")
    box.setProperty("now", "true" if stop.is_now else "false")
    box.setAccessibleName(_said(stop))
    column = QVBoxLayout(box)
    column.setContentsMargins(10, 4, 10, 4)
    column.setSpacing(0)
    column.addWidget(text_label(stop.unit, "strong" if stop.is_now else ""))
    column.addWidget(text_label(_dwell(stop), "muted"))
    return box


class Arrow(QWidget):
    """From one unit to the next, with how it went there above it."""

    TIP = 5
    LEAST = 22

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = word
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        width = QFontMetrics(text_font(11)).horizontalAdvance(self._word) + text_px(8)
        return QSize(max(text_px(self.LEAST), width), text_px(36))

    minimumSizeHint = sizeHint

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, tip = self.height() / 2 + text_px(5), text_px(self.TIP)
        right = self.width() - 1.0
        painter.setPen(QPen(QColor(GREY), 2))
        painter.drawLine(QPointF(1, middle), QPointF(right - tip, middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(GREY))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(right, middle),
                    QPointF(right - tip, middle - tip + 1),
                    QPointF(right - tip, middle + tip - 1),
                ]
            )
        )
        painter.setFont(text_font(11))
        painter.setPen(QColor(MUTED_TEXT))
        above = QRectF(0, 0, self.width(), middle - 2)
        where = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
        painter.drawText(above, int(where), self._word)
        painter.end()
