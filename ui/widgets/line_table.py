"""A short list in a section of a page: each row a title, a state beside it, and what else is known
under it in small words. Nothing is cut where the room is narrow: words wrap and the row grows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QScrollArea, QStyleOptionViewItem

from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.palette import INK, MUTED_TEXT
from ui.widgets.record_table import EDGE_PADDING, CellDelegate, RecordTable
from ui.widgets.rows_model import ROW, Column, Index, RowsModel

_EMPTY_PX: Final = 52
_PAD, _GAP, _BETWEEN = 8, 10, 2
_LEAST_TITLE_PX: Final = 110
_WRAPS: Final = int(
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `title`, at its right `aside` (a sum, a day) and a pill, `under` a line each."""

    title: str
    under: tuple[str, ...] = ()
    aside: str = ""
    pill: str = ""
    tone: Tone | str = Tone.NEUTRAL

    def said(self) -> str:
        """All of it, for whoever listens."""
        return "，".join(part for part in (self.title, self.aside, self.pill, *self.under) if part)


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Where the parts of a row stand, from its top left."""

    title: QRect
    aside: QRect
    pill: QRect
    under: QRect
    height: int


class LineDelegate(CellDelegate):
    """Paints what `line_of(row)` gives."""

    def __init__(self, table: LineTable, line_of: Callable[[Any], Line]) -> None:
        super().__init__(table)
        self._line_of = line_of

    def height(self, row: object, width: int) -> int:
        """Of a row that is so wide."""
        return self._boxes(self._line_of(row), width).height

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(option.rect.width(), self.height(index.data(ROW), option.rect.width()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        self.paint_ground(painter, option, index)
        line = self._line_of(index.data(ROW))
        boxes = self._boxes(line, option.rect.width())
        painter.translate(option.rect.topLeft())
        _write(painter, boxes.title, line.title, INK, font=_title_font())
        _write(painter, boxes.aside, line.aside, INK, font=text_font())
        _write(painter, boxes.under, "\n".join(line.under), MUTED_TEXT, font=text_font(12))
        if line.pill:
            _paint_pill(painter, boxes.pill, line.pill, Tone(line.tone))
        painter.restore()

    def _boxes(self, line: Line, width: int) -> _Boxes:
        inner = max(1, width - 2 * EDGE_PADDING)
        pill, aside = _pill_size(line.pill), _text_size(line.aside, text_font())
        beside = pill.width() + aside.width() + (_GAP if line.pill and line.aside else 0)
        natural = _text_size(line.title, _title_font()).width()
        room = inner - (beside + _GAP if beside else 0)
        is_stacked = natural > room and room < max(text_px(_LEAST_TITLE_PX), inner * 2 // 5)
        title = _wrapped(line.title, _title_font(), inner if is_stacked else room)
        top = _PAD
        title_box = QRect(QPoint(EDGE_PADDING, top), title)
        right_top = top + title.height() + _BETWEEN if is_stacked else top
        left = EDGE_PADDING if is_stacked else EDGE_PADDING + inner - beside
        high = max(pill.height(), aside.height())
        aside_box = QRect(QPoint(left, right_top + (high - aside.height()) // 2), aside)
        pill_left = left + (aside.width() + _GAP if line.aside else 0)
        pill_box = QRect(QPoint(pill_left, right_top + (high - pill.height()) // 2), pill)
        end = max(title_box.bottom() + 1, right_top + high if beside else 0)
        under = _wrapped("\n".join(line.under), text_font(12), inner)
        under_box = QRect(QPoint(EDGE_PADDING, end + _BETWEEN), under)
        bottom = under_box.bottom() + 1 if line.under else end
        return _Boxes(title_box, aside_box, pill_box, under_box, bottom + _PAD)


class LineTable(RecordTable):
    """As high as its rows: the page around it scrolls, and follows the cursor.

    No row is chosen until somebody chooses one, by the mouse or by coming in with the Tab key.
    """

    def __init__(
        self,
        line_of: Callable[[Any], Line],
        *,
        key: Callable[[Any], Hashable],
        name: str,
        empty: str = "",
    ) -> None:
        said = Column[Any]("", lambda row: line_of(row).said())
        super().__init__(RowsModel([said], key=key), name=name, empty=empty)
        self._delegate = LineDelegate(self, line_of)
        self.setItemDelegate(self._delegate)
        self.horizontalHeader().hide()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit()

    def show_rows(self, rows: Sequence[object]) -> None:
        super().show_rows(rows)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if rows else Qt.FocusPolicy.NoFocus)
        self._fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_mouse = event.reason() is Qt.FocusReason.MouseFocusReason
        if not by_mouse and self.rows.rowCount() and not self.currentIndex().isValid():
            self.choose_position(0)
        self._follow()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self.hasFocus():
            self._follow()

    def _size_sections(self) -> None:
        super()._size_sections()
        self._fit()

    def _fit(self) -> None:
        delegate = getattr(self, "_delegate", None)
        if delegate is None:  # while it is being made
            return
        width, total = self.viewport().width(), 0
        for place, row in enumerate(self.rows.rows()):
            height = delegate.height(row, width)
            self.setRowHeight(place, height)
            total += height
        needed = (total or text_px(_EMPTY_PX)) + 2 * self.frameWidth()
        self.setMinimumHeight(needed)
        self.setMaximumHeight(needed)

    def _follow(self) -> None:
        """The area around shows the row the cursor is on."""
        index, above = self.currentIndex(), self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        inside = above.widget() if above is not None else None
        if above is None or inside is None or not index.isValid():
            return
        box = self.visualRect(QModelIndex(index))
        for corner in (box.bottomLeft(), box.topLeft()):
            at = self.viewport().mapTo(inside, corner)
            above.ensureVisible(at.x(), at.y(), 0, _PAD)


def _title_font() -> QFont:
    return text_font(is_bold=True)


def _text_size(words: str, font: QFont) -> QSize:
    metrics = QFontMetrics(font)
    return QSize(metrics.horizontalAdvance(words) + 1, metrics.height()) if words else QSize(0, 0)


def _pill_size(words: str) -> QSize:
    text = _text_size(words, text_font(12))
    return QSize(text.width() + 20, text.height() + 5) if words else QSize(0, 0)


def _wrapped(words: str, font: QFont, width: int) -> QSize:
    if not words:
        return QSize(0, 0)
    box = QFontMetrics(font).boundingRect(QRect(0, 0, width, 100_000), _WRAPS, words)
    return QSize(width, box.height())


def _write(painter: QPainter, box: QRect, words: str, ink: str, *, font: QFont) -> None:
    if words:
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(box, _WRAPS, words)


def _paint_pill(painter: QPainter, box: QRect, words: str, tone: Tone) -> None:
    colors = colors_of(tone)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(text_font(12))
    painter.setPen(QPen(QColor(colors.soft).darker(108), 1))
    painter.setBrush(QColor(colors.soft))
    radius = min(10.0, box.height() / 2)
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.setPen(QColor(colors.text))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
