"""Pictures people read faster than numbers: the segment bar and the size strip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.palette import CARD, INDIGO_DEEP, LINE, MUTED_TEXT


@dataclass(frozen=True)
class Segment:
    """One stretch of the bar: `count` out of the bar's total, named by `word`."""

    word: str
    count: int
    tone: Tone | str


@dataclass(frozen=True)
class Mark:
    """A line across the bar at `value`, with a short label under it."""

    value: float
    label: str = ""


class SegmentBar(QWidget):
    """Coloured segments of one whole with a mark: how far a vote is from its quorum.

    The words and numbers of the segments stand beside it as `NumberLabel`s; here they are the
    accessible description.
    """

    BAR = 12
    OVERHANG = 4

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments: tuple[Segment, ...] = ()
        self._total = 0
        self._mark: Mark | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_segments(
        self, segments: Sequence[Segment], *, total: int, mark: Mark | None = None, name: str = ""
    ) -> None:
        """`total` is the full width; segments beyond it are cut at the edge."""
        self._segments = tuple(segments)
        self._total = total
        self._mark = mark
        said = "、".join(f"{each.word} {each.count}" for each in self._segments)
        self.setAccessibleName(name or said)
        self.setAccessibleDescription(said)
        self.setToolTip(said)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.BAR + 2 * self.OVERHANG + self._label_height())

    minimumSizeHint = sizeHint

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(0, self.OVERHANG, self.width(), self.BAR)
        rounded = QPainterPath()
        rounded.addRoundedRect(bar, self.BAR / 2, self.BAR / 2)
        painter.save()
        painter.setClipPath(rounded)
        painter.fillRect(bar, QColor(LINE))
        self._paint_segments(painter, bar)
        painter.restore()
        if self._mark is not None and self._total > 0:
            self._paint_mark(painter, self._mark)

    def _paint_segments(self, painter: QPainter, bar: QRectF) -> None:
        left = 0.0
        for each in self._segments:
            width = self._x(each.count)
            stretch = QRectF(left, bar.y(), width, bar.height())
            painter.fillRect(stretch, QColor(colors_of(each.tone).fill))
            left += width
            if width >= 1:
                painter.fillRect(QRectF(left - 1, bar.y(), 1, bar.height()), QColor(CARD))

    def _paint_mark(self, painter: QPainter, mark: Mark) -> None:
        x = min(self.width() - 1.0, max(1.0, self._x(mark.value)))
        painter.setPen(QPen(QColor(INDIGO_DEEP), 2))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.BAR + 2 * self.OVERHANG))
        if not mark.label:
            return
        painter.setFont(text_font(12))
        painter.setPen(QColor(MUTED_TEXT))
        width = painter.fontMetrics().horizontalAdvance(mark.label) + 2
        left = min(max(0.0, x - width / 2), max(0.0, self.width() - width))
        box = QRectF(left, self.BAR + 2 * self.OVERHANG, width, self._label_height())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.label)

    def _x(self, count: float) -> float:
        return self.width() * count / self._total if self._total > 0 else 0.0

    def _label_height(self) -> int:
        return text_px(18) if self._mark and self._mark.label else 0


class SizeStrip(QWidget):
    """A group as a row of squares, one per member, against the size it should have.

    Squares up to the upper limit stand in their own tone; those beyond it are amber, and places
    missing to the lower limit are empty outlines. A bracket under the row shows the band.
    """

    MAX_SIDE = 22
    GAP = 3

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tones: tuple[Tone, ...] = ()
        self._low, self._high = 15, 20
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_size(
        self, count: int, *, low: int, high: int, name: str, tones: Sequence[Tone | str] = ()
    ) -> None:
        """`tones` colours the first squares; the rest are the plain indigo of a member."""
        self._low, self._high = low, high
        given = [Tone(tone) for tone in tones[:count]]
        self._tones = tuple(given + [Tone.INFO] * (count - len(given)))
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.updateGeometry()
        self.update()

    @property
    def count(self) -> int:
        return len(self._tones)

    def sizeHint(self) -> QSize:
        return QSize(self._places() * (self.MAX_SIDE + self.GAP), self.MAX_SIDE + text_px(22))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = min(self.MAX_SIDE + self.GAP, self.width() / max(1, self._places()))
        for place in range(self._places()):
            self._paint_place(painter, place, step)
        self._paint_band(painter, step)

    def _paint_place(self, painter: QPainter, place: int, step: float) -> None:
        side = max(2.0, step - self.GAP)
        box = QRectF(place * step + 0.5, 0.5, side - 1, side - 1)
        if place < self.count:
            tone = Tone.WARN if place >= self._high else self._tones[place]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors_of(tone).fill))
        elif place < self._low:
            painter.setPen(QPen(QColor(colors_of(Tone.WARN).fill), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(QPen(QColor(LINE), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)

    def _paint_band(self, painter: QPainter, step: float) -> None:
        """The bracket from the lower to the upper limit, with both numbers."""
        top = min(self.MAX_SIDE + self.GAP, step) + 2.0
        left, right = (self._low - 1) * step, self._high * step - self.GAP
        painter.setPen(QPen(QColor(colors_of(Tone.OK).fill), 2))
        painter.drawPolyline(
            [
                QPointF(left, top),
                QPointF(left, top + 4),
                QPointF(right, top + 4),
                QPointF(right, top),
            ]
        )
        painter.setPen(QColor(MUTED_TEXT))
        painter.setFont(text_font(11))
        words = QRectF(left - 40, top + 5, right - left + 80, text_px(16))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, f"{self._low}–{self._high}")

    def _places(self) -> int:
        return max(self.count, self._high)
