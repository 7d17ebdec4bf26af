"""Micro-grids as rows of households: each a tile in the hue of the micro-grid it is in now.

A table over frozen rows, so that a screen reader and the arrows find every household by
themselves; the first column names the micro-grid and its size. A line holds 20: what is beyond
goes on in the next line, edged in amber. Places missing to 15 are outlined, a green line marks
the band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.households.rules import MICRO_GRID_LARGEST, MICRO_GRID_SMALLEST
from i18n.text import tr
from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.palette import BLUE, CARD, GRID_HUES, INDIGO_DEEP, INK, LINE, MUTED_TEXT, SELECTION

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
_NO_PARENT = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_LOW, _HIGH = MICRO_GRID_SMALLEST, MICRO_GRID_LARGEST
TITLE_PX, ROW_PX, MORE_PX = 104, 46, 30
LEAST_TILE, MOST_TILE = 6, 24
NUMBER_FROM = 12
"""Tiles at least so wide carry the number of their present micro-grid."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A household; `grid_number` is that of its present micro-grid, 0 for none, and `hue` the
    place of its colour, so that neighbours differ."""

    home_id: str
    words: str
    grid_number: int
    hue: int = 0
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class TileRow:
    """A micro-grid: its name, its size in words, its households."""

    key: str
    title: str
    words: str
    tone: Tone
    tiles: tuple[Tile, ...]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """Up to 20 households of a row; `part` 0 is its first line."""

    row: TileRow
    place: int
    part: int

    @property
    def tiles(self) -> tuple[Tile, ...]:
        first = self.part * _HIGH
        return self.row.tiles[first : first + _HIGH]


class TilesModel(QAbstractTableModel):
    """Column 0 is the micro-grid, the others are its households in neighbour order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[TileRow, ...] = ()
        self._lines: tuple[_Line, ...] = ()

    @property
    def rows(self) -> tuple[TileRow, ...]:
        """The micro-grids."""
        return self._rows

    def set_rows(self, rows: Sequence[TileRow]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self._lines = tuple(
            _Line(row, place, part)
            for place, row in enumerate(rows)
            for part in range(max(1, -(-len(row.tiles) // _HIGH)))
        )
        self.endResetModel()

    def line_at(self, line: int) -> _Line:
        """What a line of the table shows."""
        return self._lines[line]

    def tile_at(self, index: Index) -> Tile | None:
        """The household under a cell; None in the first column and beyond the last."""
        if not index.isValid() or index.column() == 0:
            return None
        tiles = self._lines[index.row()].tiles
        return tiles[index.column() - 1] if index.column() <= len(tiles) else None

    def place_of(self, home_id: str) -> QModelIndex:
        """The cell of a household; an invalid one when it is not shown."""
        for number, line in enumerate(self._lines):
            for column, tile in enumerate(line.tiles, start=1):
                if tile.home_id == home_id:
                    return self.index(number, column)
        return QModelIndex()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else _HIGH + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_place = self.tile_at(index) is not None
        return super().flags(index) if is_place else Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self._lines[index.row()]
        if role == ROW:
            return line
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        if index.column() == 0:
            return tr("{name}，{words}", name=line.row.title, words=line.row.words)
        tile = self.tile_at(index)
        return tile.words if tile is not None else None


class _TileDelegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: _Line = index.data(ROW)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(SELECTION))
        painter.setPen(QPen(QColor(LINE), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.column():
            self._paint_place(painter, option, line, index.column())
        elif line.part == 0:
            self._paint_title(painter, option, line.row)
        painter.restore()

    def _paint_title(self, painter: QPainter, option: QStyleOptionViewItem, row: TileRow) -> None:
        box = option.rect.adjusted(10, 4, -6, -4)
        upper = box.adjusted(0, 0, 0, -box.height() // 2)
        lower = box.adjusted(0, box.height() // 2, 0, 0)
        tone = colors_of(row.tone).text if row.tone is not Tone.NEUTRAL else MUTED_TEXT
        for part, words, px, color, is_bold in (
            (upper, row.title, 13, INK, True),
            (lower, row.words, 12, tone, False),
        ):
            painter.setFont(text_font(px, is_bold=is_bold))
            painter.setPen(QColor(color))
            cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, part.width())
            painter.drawText(part, _LEFT, cut)

    def _paint_place(
        self, painter: QPainter, option: QStyleOptionViewItem, line: _Line, column: int
    ) -> None:
        rect = option.rect
        side = float(min(rect.width() - 2, rect.height() - 14))
        box = QRectF(rect.left() + 1, rect.top() + (rect.height() - side - 6) / 2, side, side)
        if column <= len(line.tiles):
            self._paint_tile(painter, box, line.tiles[column - 1], is_over=line.part > 0)
        elif line.part == 0 and line.row.key:
            self._paint_gap(painter, box, is_missing=column <= _LOW)
        if column >= _LOW and line.part == 0 and line.row.key:
            self._paint_band(painter, rect.left(), rect.right(), box.bottom() + 3, column)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(BLUE), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), 3, 3)

    def _paint_tile(self, painter: QPainter, box: QRectF, tile: Tile, *, is_over: bool) -> None:
        hue = GRID_HUES[tile.hue % len(GRID_HUES)] if tile.grid_number else CARD
        painter.setBrush(QColor(hue))
        if tile.is_moved:
            painter.setPen(QPen(QColor(INDIGO_DEEP), 1.6))
        elif is_over:
            painter.setPen(QPen(QColor(colors_of(Tone.WARN).fill), 1.8))
        elif tile.grid_number:
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            painter.setPen(QPen(QColor(MUTED_TEXT), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(box, 2.5, 2.5)
        if tile.grid_number and box.width() >= NUMBER_FROM:
            painter.setFont(_number_font(text_px(10), tile.is_moved))
            painter.setPen(QColor(INK))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(tile.grid_number))

    def _paint_gap(self, painter: QPainter, box: QRectF, *, is_missing: bool) -> None:
        color = colors_of(Tone.WARN).fill if is_missing else LINE
        style = Qt.PenStyle.DashLine if is_missing else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor(color), 1, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2.5, 2.5)

    def _paint_band(
        self, painter: QPainter, left: float, right: float, top: float, column: int
    ) -> None:
        painter.setPen(QPen(QColor(colors_of(Tone.OK).fill), 1.6))
        painter.drawLine(QPointF(left, top + 3), QPointF(right + 1, top + 3))
        if column in (_LOW, _HIGH):
            x = left if column == _LOW else right
            painter.drawLine(QPointF(x, top), QPointF(x, top + 3))


@cache
def _number_font(px: int, is_bold: bool) -> QFont:
    """Made once for each size: a village has a thousand tiles."""
    font = text_font(10, is_bold=is_bold)
    font.setPixelSize(px)
    return font


class TilesView(QTableView):
    """`tile_chosen(Tile)` when another household becomes current."""

    tile_chosen = Signal(object)

    def __init__(self, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = TilesModel(self)
        self.setModel(self.tiles)
        self.setItemDelegate(_TileDelegate(self))
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setMinimumHeight(110)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(LEAST_TILE)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_rows(self, rows: Sequence[TileRow]) -> None:
        """Show rows and stay on the same household."""
        here = self.current_tile()
        row, column = self.currentIndex().row(), self.currentIndex().column()
        self.tiles.set_rows(rows)
        self._size_cells()
        if here is not None and not self.choose(here.home_id) and rows:
            self._choose_near(min(row, self.tiles.rowCount() - 1), column)

    def current_tile(self) -> Tile | None:
        return self.tiles.tile_at(self.currentIndex())

    def current_row(self) -> int:
        """The micro-grid of the current household, -1 for none."""
        if self.current_tile() is None:
            return -1
        return self.tiles.line_at(self.currentIndex().row()).place

    def choose(self, home_id: str) -> bool:
        """Move to a household; False when it is not shown."""
        place = self.tiles.place_of(home_id)
        if place.isValid():
            self.setCurrentIndex(place)
        return place.isValid()

    def choose_first(self) -> None:
        """The first household, if nothing is chosen."""
        if self.current_tile() is None and self.tiles.rows:
            self._choose_near(0, 1)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Never past the last household of a row."""
        found = super().moveCursor(action, modifiers)
        if not found.isValid():
            return found
        count = len(self.tiles.line_at(found.row()).tiles)
        return self.tiles.index(found.row(), max(1, min(found.column(), count)))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        tile = self.tiles.tile_at(current)
        if tile is not None:
            self.tile_chosen.emit(tile)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size_cells()

    def _choose_near(self, row: int, column: int) -> None:
        count = len(self.tiles.line_at(row).tiles)
        self.setCurrentIndex(self.tiles.index(row, max(1, min(column, count))))

    def _size_cells(self) -> None:
        """As wide as there is room."""
        header = self.horizontalHeader()
        title = text_px(TITLE_PX)
        room = (self.viewport().width() - title - 4) // _HIGH
        header.setDefaultSectionSize(max(LEAST_TILE, min(text_px(MOST_TILE), room)))
        header.resizeSection(0, title)
        self.verticalHeader().setDefaultSectionSize(text_px(ROW_PX))
        for number in range(self.tiles.rowCount()):
            if self.tiles.line_at(number).part:
                self.setRowHeight(number, text_px(MORE_PX))
