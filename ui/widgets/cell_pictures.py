"""Small pictures in a table's cells: the bars of a past, the hours of a day.

Each says nothing that does not also stand in words in its row; the cell's text is what a screen
reader says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from ui.theme import Tone, colors_of, text_px
from ui.theme.palette import BLUE, GREY, GREY_SOFT
from ui.widgets.record_table import CellDelegate, RecordTable
from ui.widgets.rows_model import ROW, Index

_MINUTES = 24 * 60
_MOST_BAR = 12


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts as bars, the oldest first; the last is the present one and stands out in its tone."""

    past: Sequence[int]
    now: int
    tone: Tone | str = Tone.INFO


@dataclass(frozen=True, slots=True)
class Stretch:
    """Minutes of a day from midnight, and its tone."""

    start: int
    end: int
    tone: Tone | str = Tone.INFO


class _PictureDelegate(CellDelegate):
    """Paints what `picture_of(row)` gives; nothing for None."""

    def __init__(self, table: RecordTable, picture_of: Callable[[Any], Any]) -> None:
        super().__init__(table)
        self._picture_of = picture_of

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        self.paint_ground(painter, option, index)
        picture = self._picture_of(index.data(ROW))
        if picture is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            margin = text_px(9)
            self.draw(painter, self.inner(option, index).adjusted(0, margin, 0, -margin), picture)
        painter.restore()

    def draw(self, painter: QPainter, box: QRect, picture: Any) -> None:
        raise NotImplementedError


class BarsDelegate(_PictureDelegate):
    """`Bars` of each row, each row on its own scale: it is its own past that counts."""

    def draw(self, painter: QPainter, box: QRect, picture: Bars) -> None:
        counts = [*picture.past, picture.now]
        step = min(float(_MOST_BAR), box.width() / max(1, len(counts)))
        highest = max(1, *counts)
        left = box.right() + 1 - step * len(counts)
        for place, count in enumerate(counts):
            is_now = place == len(counts) - 1
            height = max(1.5, box.height() * count / highest)
            color = colors_of(picture.tone).fill if is_now else GREY
            bar = QRectF(left + place * step, box.bottom() + 1 - height, step - 2, height)
            painter.fillRect(bar, QColor(color))


class HoursDelegate(_PictureDelegate):
    """`Stretch`es of each row's day: a band of 24 hours with its quarters marked."""

    def draw(self, painter: QPainter, box: QRect, picture: Sequence[Stretch]) -> None:
        band = QRectF(box).adjusted(0, 1, 0, -1)
        painter.fillRect(band, QColor(GREY_SOFT))
        for stretch in picture:
            left = band.left() + band.width() * stretch.start / _MINUTES
            width = band.width() * (stretch.end - stretch.start) / _MINUTES
            color = QColor(colors_of(stretch.tone).fill)
            painter.fillRect(QRectF(left, band.top(), max(2.0, width), band.height()), color)
        for quarter in (1, 2, 3):
            x = band.left() + band.width() * quarter / 4
            painter.fillRect(QRectF(x, band.bottom() - 3, 1, 3), QColor(BLUE).lighter(170))
