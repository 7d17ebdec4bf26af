"""A short list of found things, two lines each: for the search panel and the picker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme import text_font, text_px
from ui.theme.palette import INK, LINE, MUTED_TEXT, SELECTION

Index = QModelIndex | QPersistentModelIndex
HIT = Qt.ItemDataRole.UserRole
_NO_PARENT = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class Hit(Protocol):
    """Anything found: frozen rows of the queries fit as they are."""

    @property
    def kind(self) -> str: ...
    @property
    def record_id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def subtitle(self) -> str: ...


class HitsModel(QAbstractListModel):
    """The hits, best first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[Hit, ...] = ()

    def set_hits(self, hits: Sequence[Hit]) -> None:
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self._hits[index.row()]
        if role == HIT:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{hit.title} {hit.subtitle}"
        return None


class _HitDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(200, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit: Hit = index.data(HIT)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(SELECTION))
        painter.setPen(QColor(LINE))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        row = option.rect.adjusted(12, 3, -12, -3)
        half = row.height() // 2
        upper = row.adjusted(0, 0, 0, -half) if hit.subtitle else row
        _draw_cut(painter, upper, hit.title, 14, INK)
        if hit.subtitle:
            _draw_cut(painter, row.adjusted(0, half, 0, 0), hit.subtitle, 12, MUTED_TEXT)
        painter.restore()


class HitList(QListView):
    """Never takes the focus: the text field above it steers it with `steer`."""

    hit_chosen = Signal(object)
    MAX_ROWS = 7

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hits = HitsModel(self)
        self.setModel(self._hits)
        self.setItemDelegate(_HitDelegate(self))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._on_clicked)

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """The first hit is chosen, so that Enter takes it."""
        self._hits.set_hits(hits)
        if hits:
            self.setCurrentIndex(self._hits.index(0, 0))

    def count(self) -> int:
        return self._hits.rowCount()

    def current_hit(self) -> Hit | None:
        index = self.currentIndex()
        return index.data(HIT) if index.isValid() else None

    def height_for_hits(self) -> int:
        """The height that shows up to MAX_ROWS hits."""
        return min(self.count(), self.MAX_ROWS) * row_height() + 2

    def steer(self, event: QKeyEvent) -> bool:
        """Use an arrow or Enter pressed in the text field; False when it is not for the list."""
        if not self.count():
            return False
        steps = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: 5,
            Qt.Key.Key_PageUp: -5,
        }
        step = steps.get(Qt.Key(event.key()))
        if step is not None:
            row = max(0, min(self.count() - 1, self.currentIndex().row() + step))
            self.setCurrentIndex(self._hits.index(row, 0))
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.hit_chosen.emit(self.current_hit())
            return True
        return False

    def _on_clicked(self, index: QModelIndex) -> None:
        self.hit_chosen.emit(index.data(HIT))


def row_height() -> int:
    return text_px(44)


def _draw_cut(painter: QPainter, box: QRect, text: str, px: int, color: str) -> None:
    font = text_font(px)
    painter.setFont(font)
    painter.setPen(QColor(color))
    cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _LEFT, cut)
