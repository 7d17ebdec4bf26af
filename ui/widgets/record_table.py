"""The one kind of table: rows of 40 px, no grid, worked from the keyboard."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.theme import Tone, colors_of, painted_font, text_font, text_px
from ui.theme.palette import BLUE, INK, LINE, SELECTION
from ui.widgets.composing import CompositionWatch
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import bilingual_mode
from ui.widgets.rows_model import IS_PILL, ROW, TONE, Column, Index, RowsModel

ROW_HEIGHT = 40
PADDING = 10
EDGE_PADDING = 16
MARK_GAP = 6
STRETCH_MIN, LEAST_SHARE = 150, 0.65
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WITH_MODIFIER = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class CellDelegate(QStyledItemDelegate):
    """Text or a pill on white, a thin line below; the current row light blue with a blue edge."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = option.fontMetrics.horizontalAdvance(str(index.data() or ""))
        table = self.parent()
        height = table.row_px if isinstance(table, RecordTable) else ROW_HEIGHT
        return QSize(width + 2 * EDGE_PADDING, text_px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        self.paint_ground(painter, option, index)
        text = index.data()
        if text:
            tone = index.data(TONE)
            if index.data(IS_PILL):
                self.paint_pill(painter, option, index, text, Tone(tone or Tone.NEUTRAL))
            else:
                inside = self.paint_mark(painter, option, index, _mark_of(index))
                painter.setPen(QColor(colors_of(tone).text if tone else INK))
                self.paint_text(painter, inside, index, text)
        painter.restore()

    def paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(option.rect, QColor(SELECTION))
        painter.setPen(QPen(QColor(LINE), 1))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        is_active = bool(option.state & QStyle.StateFlag.State_Active)
        if is_selected and is_active and index.column() == 0:
            edge = QRectF(option.rect)
            edge.setWidth(3)
            painter.fillRect(edge, QColor(BLUE))

    def inner(self, option: QStyleOptionViewItem, index: Index) -> QRect:
        """The cell without its padding; the outer columns keep to the edge of the card's title."""
        table = self.parent()
        column = index.column()
        first, last = table.outer_columns() if isinstance(table, RecordTable) else (column, column)
        is_first, is_last = column == first, column == last
        left = EDGE_PADDING if is_first else PADDING
        return option.rect.adjusted(left, 0, -(EDGE_PADDING if is_last else PADDING), 0)

    def paint_text(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, text: str
    ) -> None:
        box = self.inner(option, index)
        painter.setFont(painted_font())
        flat = text.replace("\n", " ")
        cut = painter.fontMetrics().elidedText(flat, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), cut)

    def paint_mark(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, mark: str
    ) -> QStyleOptionViewItem:
        """A small red word before the text; where the text then has its room."""
        if not mark:
            return option
        box = self.inner(option, index)
        width = draw_mark(painter, box, mark)
        rest = QStyleOptionViewItem(option)
        rest.rect = option.rect.adjusted(width + MARK_GAP, 0, 0, 0)
        return rest

    def paint_pill(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        text: str,
        tone: Tone,
    ) -> None:
        colors = colors_of(tone)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(painted_font(12))
        inner = self.inner(option, index)
        room = inner.width()
        cut = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room - 16)
        width = painter.fontMetrics().horizontalAdvance(cut) + 20
        height = painter.fontMetrics().height() + 5
        top = option.rect.center().y() - height / 2 + 0.5
        box = QRectF(inner.left(), top, min(width, room), height)
        painter.setPen(QPen(QColor(colors.soft).darker(108), 1))
        painter.setBrush(QColor(colors.soft))
        painter.drawRoundedRect(box, min(10, height / 2), min(10, height / 2))
        painter.setPen(QColor(colors.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, cut)


def draw_mark(painter: QPainter, box: QRect, mark: str) -> int:
    """A pill for a word before a text, at the left of ``box`` and in its middle; how wide it is."""
    colors = colors_of(Tone.DANGER)
    painter.setFont(painted_font(12))
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(mark) + 12, metrics.height() + 1
    pill = QRectF(box.left(), box.center().y() - height / 2 + 0.5, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colors.soft).darker(108), 1))
    painter.setBrush(QColor(colors.soft))
    painter.drawRoundedRect(pill, 7, 7)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor(colors.text))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, mark)
    return width


def _mark_of(index: Index) -> str:
    model = index.model()
    if not isinstance(model, RowsModel):
        return ""
    mark = model.columns[index.column()].mark
    return mark(model.row_at(index)) if mark else ""


class RecordTable(QTableView):
    """Rows of records. Arrows move, Enter opens, typing goes to the filter field.

    `row_opened(row)` and `row_chosen(row)` carry the frozen row object; `typed(text)` carries
    what is typed when no filter field is set.
    """

    row_px = ROW_HEIGHT
    row_opened = Signal(object)
    row_chosen = Signal(object)
    typed = Signal(str)

    def __init__(
        self, model: RowsModel[Any], *, name: str, empty: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._filter_field: QLineEdit | None = None
        self._composition = CompositionWatch(self)
        self._outer: tuple[int, int] | None = None
        self._empty = EmptyState(empty, parent=self.viewport())
        self.setAccessibleName(name)
        self.setItemDelegate(CellDelegate(self))
        self._set_behaviour()
        self.setModel(model)
        model.modelReset.connect(self._on_model_reset)
        bilingual_mode.changed.connect(self._on_mode_changed)
        self.doubleClicked.connect(self._on_double_clicked)
        self._size_sections()
        self._place_empty_state()

    @property
    def rows(self) -> RowsModel[Any]:
        model = self.model()
        if not isinstance(model, RowsModel):
            raise TypeError("a RecordTable shows a RowsModel")
        return model

    def show_rows(self, rows: Sequence[object]) -> None:
        """Show new rows and stay on the same record, or near where it was."""
        current = self.current_row()
        key = self.rows.key_of(current) if current is not None else None
        position = self.currentIndex().row()
        self.rows.set_rows(rows)
        if key is not None and not self.choose(key) and rows:
            self.choose_position(min(position, len(rows) - 1))

    def current_row(self) -> object | None:
        """The row object under the cursor, or None."""
        index = self.currentIndex()
        return index.data(ROW) if index.isValid() else None

    def choose(self, key: Hashable) -> bool:
        """Move to the row with this key; False when it is not shown."""
        position = self.rows.position_of(key)
        if position is not None:
            self.choose_position(position)
        return position is not None

    def choose_position(self, position: int) -> None:
        column = max(0, self.currentIndex().column())
        self.setCurrentIndex(self.rows.index(position, column))

    def shown_columns(self) -> list[int]:
        """The places of the columns that are not hidden."""
        return [place for place in range(len(self.rows.columns)) if not self.isColumnHidden(place)]

    def outer_columns(self) -> tuple[int, int]:
        """The places of the first and the last column that are not hidden; each cell asks."""
        if self._outer is None:
            shown = self.shown_columns()
            self._outer = (min(shown), max(shown))
        return self._outer

    def setColumnHidden(self, column: int, hide: bool) -> None:
        """The others share the room."""
        if self.isColumnHidden(column) != hide:
            self._outer = None
            super().setColumnHidden(column, hide)
            self._size_sections()

    def set_filter_field(self, field: QLineEdit) -> None:
        """Typing in the table goes on in `field`; Down or Enter there comes back."""
        self._filter_field = field
        field.installEventFilter(self)
        self._composition.watch(field)  # asked first: a candidate is chosen with the arrows, too

    def set_empty_text(self, text: str, hint: str = "") -> None:
        self._empty.set_text(text, hint)
        self._place_empty_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and not event.modifiers() & _WITH_MODIFIER:
            row = self.current_row()
            if row is not None:
                self.row_opened.emit(row)
            return
        if self._is_typing(event):
            self._pass_on_typing(event.text())
            return
        super().keyPressEvent(event)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End go to the first and the last row: a row is chosen whole."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self.rows.rowCount() - 1,
        }
        if action in ends and self.rows.rowCount():
            return self.rows.index(ends[action], max(0, self.currentIndex().column()))
        return super().moveCursor(action, modifiers)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.row_chosen.emit(current.data(ROW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._size_sections()
        self._place_empty_state()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self.model():
            self._size_sections()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Down in the filter field steps into the list."""
        if (
            watched is self._filter_field
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
            and self.rows.rowCount()
        ):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            if not self.currentIndex().isValid():
                self.choose_position(0)
            return True
        return False

    def _set_behaviour(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMinimumHeight(96)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(text_px(64))

    def _size_sections(self) -> None:
        self.verticalHeader().setDefaultSectionSize(text_px(self.row_px))
        header = self.horizontalHeader()
        shown = [self.rows.columns[place] for place in self.shown_columns()]
        share = _share_of_width(shown, self.viewport().width())
        for position, column in enumerate(self.rows.columns):
            _size_section(header, position, column, share)

    def _place_empty_state(self) -> None:
        self._empty.setGeometry(self.viewport().rect())
        self._empty.setVisible(self.rows.rowCount() == 0 and self._empty.has_text)

    def _is_typing(self, event: QKeyEvent) -> bool:
        text = event.text()
        return bool(text) and text.isprintable() and not event.modifiers() & _WITH_MODIFIER

    def _pass_on_typing(self, text: str) -> None:
        if self._filter_field is None:
            self.typed.emit(text)
            return
        self._filter_field.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._filter_field.isReadOnly():
            return
        self._filter_field.end(False)
        self._filter_field.insert(text)

    def _on_mode_changed(self, _is_on: bool) -> None:
        """A Dong word under a column's title needs a higher line."""
        last = len(self.rows.columns) - 1
        self.rows.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
        self.horizontalHeader().updateGeometry()
        self.updateGeometries()

    def _on_model_reset(self) -> None:
        self._place_empty_state()

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.row_opened.emit(index.data(ROW))


def _share_of_width(columns: Sequence[Column[Any]], room: int) -> float:
    """How much of their width the fixed columns keep, so that the stretching ones stay legible."""
    fixed = sum(text_px(column.width) for column in columns if column.width)
    stretching = sum(1 for column in columns if not column.width)
    if not fixed or not stretching:
        return 1.0
    return min(1.0, max(LEAST_SHARE, (room - stretching * text_px(STRETCH_MIN)) / fixed))


def _size_section(header: QHeaderView, position: int, column: Column[Any], share: float) -> None:
    if column.width:
        header.setSectionResizeMode(position, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(
            position, max(round(text_px(column.width) * share), _title_width(column))
        )
    else:
        header.setSectionResizeMode(position, QHeaderView.ResizeMode.Stretch)


def _title_width(column: Column[Any]) -> int:
    title = QFontMetrics(text_font(13, is_bold=True)).horizontalAdvance(column.title)
    return title + 2 * EDGE_PADDING if title else 0
