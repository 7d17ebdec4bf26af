"""Micro-grids as rows with a picture: each household a square, against the band of 15 to 20."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.households.rules import MICRO_GRID_LARGEST, MICRO_GRID_SMALLEST
from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.palette import BLUE, CARD, INK, LINE, MUTED_TEXT, SELECTION

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
_NO_PARENT = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class GridLine:
    """One row: `key` is what is chosen; `count` None draws no picture (全村, 未编入)."""

    key: str
    title: str
    aside: str
    words: str
    tone: Tone
    count: int | None
    state: str = ""
    state_tone: Tone = Tone.NEUTRAL

    @property
    def spoken(self) -> str:
        """The row for a screen reader."""
        return " ".join(filter(None, (self.title, self.words, self.aside, self.state)))


class GridModel(QAbstractListModel):
    """The rows; also readable as plain text by a screen reader."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[GridLine, ...] = ()

    @property
    def lines(self) -> tuple[GridLine, ...]:
        return self._lines

    def set_lines(self, lines: Sequence[GridLine]) -> None:
        self.beginResetModel()
        self._lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        if role == ROW:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.spoken
        return line.words if role == Qt.ItemDataRole.ToolTipRole else None


class _GridDelegate(QStyledItemDelegate):
    """Name and worker, the squares with their band, the size in words."""

    SIDE = 13
    GAP = 2

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        line: GridLine = index.data(ROW)
        return QSize(160, text_px(54) if line.count is None else text_px(52) + self.SIDE + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: GridLine = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        row = option.rect.adjusted(14, 5, -12, -5)
        first = QRect(row.left(), row.top(), row.width(), text_px(20))
        room = self._paint_state(painter, first, line)
        _draw_cut(painter, first.adjusted(0, 0, -room, 0), line.title, 14, INK, is_bold=True)
        below = first.bottom() + 3
        if line.count is not None:
            self._paint_squares(painter, QPointF(row.left(), below + 2), row.width(), line.count)
            below += self.SIDE + 12
        last = QRect(row.left(), below, row.width(), text_px(18))
        color = colors_of(line.tone).text if line.tone is not Tone.NEUTRAL else MUTED_TEXT
        used = _draw_cut(painter, last, line.words, 12, color)
        _draw_cut(painter, last.adjusted(used + 10, 0, 0, 0), line.aside, 12, MUTED_TEXT, _RIGHT)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(SELECTION))
            if option.state & QStyle.StateFlag.State_HasFocus:
                edge = QRect(option.rect.topLeft(), QSize(3, option.rect.height()))
                painter.fillRect(edge, QColor(BLUE))
        painter.setPen(QColor(LINE))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def _paint_state(self, painter: QPainter, box: QRect, line: GridLine) -> int:
        """The word of the record's sync at the right end; returns the room it took."""
        if not line.state:
            return 0
        color = colors_of(line.state_tone).text
        return _draw_cut(painter, box, line.state, 12, color, _RIGHT) + 8

    def _paint_squares(self, painter: QPainter, at: QPointF, width: int, count: int) -> None:
        low, high = MICRO_GRID_SMALLEST, MICRO_GRID_LARGEST
        places = max(count, high)
        step = min(self.SIDE + self.GAP, width / places)
        side = max(1.5, step - self.GAP)
        for place in range(places):
            box = QRectF(at.x() + place * step, at.y(), side, side)
            _paint_square(painter, box, place, count)
        left, right = at.x() + (low - 1) * step, at.x() + high * step - self.GAP
        top = at.y() + side + 3
        painter.setPen(QPen(QColor(colors_of(Tone.OK).fill), 1.6))
        painter.drawPolyline(
            [
                QPointF(left, top),
                QPointF(left, top + 3),
                QPointF(right, top + 3),
                QPointF(right, top),
            ]
        )


class GridList(QListView):
    """`line_chosen(GridLine)` when another row becomes current, `line_opened(GridLine)` on Enter
    or a double click."""

    line_chosen = Signal(object)
    line_opened = Signal(object)

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = GridModel(self)
        self.setModel(self._lines)
        self.setItemDelegate(_GridDelegate(self))
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(150, 110)
        self.doubleClicked.connect(self._on_double_clicked)

    def show_lines(self, lines: Sequence[GridLine], *, chosen: str | None = None) -> None:
        """Show rows and stay on the row with the key `chosen`, or where the cursor was."""
        wanted = chosen if chosen is not None else self.chosen_key()
        was_blocked = self.blockSignals(True)
        self._lines.set_lines(lines)
        self.blockSignals(was_blocked)
        if wanted is not None:
            self.choose(wanted)

    def lines(self) -> tuple[GridLine, ...]:
        return self._lines.lines

    def chosen_key(self) -> str | None:
        index = self.currentIndex()
        return index.data(ROW).key if index.isValid() else None

    def choose(self, key: str) -> bool:
        """Move to the row with this key; False when there is none."""
        for position, line in enumerate(self._lines.lines):
            if line.key == key:
                self.setCurrentIndex(self._lines.index(position, 0))
                return True
        return False

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.line_chosen.emit(current.data(ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._on_double_clicked(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.line_opened.emit(index.data(ROW))


def _paint_square(painter: QPainter, box: QRectF, place: int, count: int) -> None:
    """A household; amber beyond the upper limit, an amber outline where one is missing."""
    if place < count:
        tone = Tone.WARN if place >= MICRO_GRID_LARGEST else Tone.INFO
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors_of(tone).fill))
    else:
        is_missing = place < MICRO_GRID_SMALLEST
        line = QColor(colors_of(Tone.WARN).fill if is_missing else LINE)
        style = Qt.PenStyle.DashLine if is_missing else Qt.PenStyle.SolidLine
        painter.setPen(QPen(line, 1, style))
        painter.setBrush(QColor(CARD))
        box = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(box, 2, 2)


def _draw_cut(
    painter: QPainter,
    box: QRect,
    text: str,
    px: int,
    color: str,
    align: int = _LEFT,
    *,
    is_bold: bool = False,
) -> int:
    """Draw one line, cut where the room ends; returns the width used."""
    font = text_font(px, is_bold=is_bold)
    metrics = QFontMetrics(font)
    cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, box.width()))
    painter.setFont(font)
    painter.setPen(QColor(color))
    painter.drawText(box, align, cut)
    return metrics.horizontalAdvance(cut)
