"""The five stages of the chain as one strip: where the case is, how long it dwelt, who led."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.flow.rows import StageRow
from i18n.text import tr
from ui.theme import text_font, text_px
from ui.theme.palette import CARD, GREEN_SOFT, GREEN_TEXT, GREY_SOFT, INDIGO, LINE, MUTED_TEXT
from ui.wording_flow import dwell_words
from ui.wording_rules import name_of

HEIGHT = 34
LINES = 34
TIP = 10
GAP = 3
"""Of the arrows, of the two lines under them, and between them, in pixels of text size 14."""


class StageStrip(QWidget):
    """Arrows from left to right; those behind are green, the one now indigo, the rest grey.

    Nothing to press: what it shows is its accessible description too.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[StageRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("办到哪一步"))

    def show_stages(self, rows: Sequence[StageRow]) -> None:
        self._rows = tuple(rows)
        self.setAccessibleDescription("；".join(_said(row) for row in self._rows))
        self.setToolTip("\n".join(_said(row) for row in self._rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(text_px(440), text_px(HEIGHT + LINES))

    def minimumSizeHint(self) -> QSize:
        return QSize(text_px(300), text_px(HEIGHT + LINES))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / max(1, len(self._rows))
        for place, row in enumerate(self._rows):
            self._paint(painter, row, place * width, width - text_px(GAP), place)
        painter.end()

    def _paint(
        self, painter: QPainter, row: StageRow, left: float, width: float, place: int
    ) -> None:
        ground, ink = self._colours(row)
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(LINE), 1) if ground == GREY_SOFT else Qt.PenStyle.NoPen)
        painter.drawPolygon(_arrow(left, width, is_first=place == 0))
        inset = 0 if place == 0 else text_px(TIP)
        box = QRectF(left + inset, 0, width - inset - text_px(TIP) / 2, text_px(HEIGHT))
        font = text_font(13)
        font.setBold(row.is_now)
        _write(painter, box, name_of(row.stage), ink, font=font, middle=True)
        under = QRectF(left + text_px(4), text_px(HEIGHT + 1), width - text_px(4), text_px(16))
        if row.began_on is not None:
            words = dwell_words(row.days, is_now=row.is_now)
            _write(painter, under, words, ink if row.is_now else MUTED_TEXT, font=text_font(12))
            under.translate(0, text_px(16))
            _write(painter, under, row.unit, MUTED_TEXT, font=text_font(11))

    def _colours(self, row: StageRow) -> tuple[str, str]:
        if row.is_now:
            return INDIGO, INDIGO
        if row.began_on is not None:
            return GREEN_SOFT, GREEN_TEXT
        return GREY_SOFT, MUTED_TEXT


def _said(row: StageRow) -> str:
    name = name_of(row.stage)
    if row.began_on is None:
        return tr("{stage}：还没有到", stage=name)
    words = dwell_words(row.days, is_now=row.is_now)
    return tr("{stage}：{words}，{unit}", stage=name, words=words, unit=row.unit)


def _arrow(left: float, width: float, *, is_first: bool) -> QPolygonF:
    high, tip = text_px(HEIGHT), text_px(TIP)
    right = left + width
    points = [
        QPointF(left, 0),
        QPointF(right - tip / 2, 0),
        QPointF(right + tip / 2, high / 2),
        QPointF(right - tip / 2, high),
        QPointF(left, high),
    ]
    if not is_first:
        points.append(QPointF(left + tip, high / 2))
    return QPolygonF(points)


def _write(
    painter: QPainter, box: QRectF, words: str, ink: str, *, font: QFont, middle: bool = False
) -> None:
    painter.setFont(font)
    is_light = middle and ink == INDIGO
    painter.setPen(QColor(CARD if is_light else ink))
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    where = Qt.AlignmentFlag.AlignVCenter | (
        Qt.AlignmentFlag.AlignHCenter if middle else Qt.AlignmentFlag.AlignLeft
    )
    painter.drawText(box, int(where), shown)
