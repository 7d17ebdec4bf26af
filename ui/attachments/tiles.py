"""Attachments as small tiles in one row: thumbnail, name, where the original is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.attachments.queries import AttachmentRow
from app.attachments.vocabulary import BlobState
from i18n.text import tr
from ui.theme import colors_of, text_font, text_px
from ui.theme.iconset import icon_pixmap
from ui.theme.palette import BLUE, GREY_SOFT, INK, LINE, MUTED_TEXT, SELECTION
from ui.wording_attachments import media_word, original_word, size_text

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
_NO_PARENT = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class TileModel(QAbstractListModel):
    """The attachments; also readable as plain words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[AttachmentRow, ...] = ()
        self._pictures: dict[str, QPixmap] = {}

    @property
    def rows(self) -> tuple[AttachmentRow, ...]:
        return self._rows

    def set_rows(self, rows: Sequence[AttachmentRow]) -> None:
        """The same attachments with another state keep their place and the cursor on it."""
        before = [row.attachment_id for row in self._rows]
        if before == [row.attachment_id for row in rows]:
            self._rows = tuple(rows)
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self._pictures.clear()
        self.endResetModel()

    def position_of(self, attachment_id: str) -> int | None:
        ids = [row.attachment_id for row in self._rows]
        return ids.index(attachment_id) if attachment_id in ids else None

    def picture(self, row: AttachmentRow) -> QPixmap:
        """The thumbnail, decoded once; null where there is none."""
        found = self._pictures.get(row.attachment_id)
        if found is None:
            found = QPixmap()
            if row.thumbnail is not None:
                found.loadFromData(row.thumbnail)
            self._pictures[row.attachment_id] = found
        return found

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            words = (row.name, media_word(row.media_type), size_text(row.size))
            return " · ".join(filter(None, (*words, original_word(row)[0])))
        return None


class _TileDelegate(QStyledItemDelegate):
    """Thumbnail on the left, two short lines beside it, a bar while it moves."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(text_px(172), text_px(58))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: AttachmentRow = index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = option.rect.adjusted(2, 2, -4, -2)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QColor(BLUE if has_focus else LINE))
        painter.setBrush(QColor(SELECTION) if has_focus or is_chosen else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 6, 6)
        side = box.height() - 8
        self._paint_picture(painter, row, QRect(box.left() + 4, box.top() + 4, side, side))
        self._paint_words(painter, row, box.adjusted(side + 10, 4, -4, -6))
        if row.original in (BlobState.SENDING, BlobState.ARRIVING) and not row.is_withdrawn:
            part = round((box.width() - 8) * row.moved / max(1, row.size))
            painter.fillRect(box.left() + 4, box.bottom() - 3, box.width() - 8, 3, QColor(LINE))
            painter.fillRect(box.left() + 4, box.bottom() - 3, part, 3, QColor(BLUE))
        painter.restore()

    def _paint_picture(self, painter: QPainter, row: AttachmentRow, place: QRect) -> None:
        """Cut to a square; a withdrawn one is out of sight."""
        model = self.parent()
        picture = model.picture(row) if isinstance(model, TileModel) else QPixmap()
        if picture.isNull() or row.is_withdrawn:
            painter.fillRect(place, QColor(GREY_SOFT))
            size = text_px(24)
            mark = icon_pixmap(icon_name(row), color=MUTED_TEXT, size=size, ratio=2)
            spot = QRect(0, 0, size, size)
            spot.moveCenter(place.center())
            painter.drawPixmap(spot, mark)
            return
        side = min(picture.width(), picture.height())
        source = QRect(0, 0, side, side)
        source.moveCenter(picture.rect().center())
        painter.drawPixmap(place, picture, source)

    def _paint_words(self, painter: QPainter, row: AttachmentRow, place: QRect) -> None:
        word, tone = original_word(row)
        top = QRect(place.left(), place.top(), place.width(), place.height() // 2)
        painter.setFont(text_font(12))
        painter.setPen(QColor(MUTED_TEXT if row.is_withdrawn else INK))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, top.width())
        painter.drawText(top, _LEFT, name)
        painter.setPen(QColor(colors_of(tone).text if word else MUTED_TEXT))
        line = metrics.elidedText(
            word or size_text(row.size), Qt.TextElideMode.ElideRight, top.width()
        )
        painter.drawText(top.translated(0, top.height()), _LEFT, line)


class TileList(QListView):
    """Enter or a double click opens, Delete takes out of sight; the state of each is in words."""

    opened = Signal(str)
    withdrawal_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = TileModel(self)
        self.setModel(self.tiles)
        self.setItemDelegate(_TileDelegate(self.tiles))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("附件"))
        self.setFixedHeight(text_px(58) + 16)
        self.activated.connect(self._on_activated)

    @property
    def current(self) -> AttachmentRow | None:
        index = self.currentIndex()
        return index.data(ROW) if index.isValid() else None

    def choose(self, attachment_id: str) -> None:
        position = self.tiles.position_of(attachment_id)
        if position is not None:
            self.setCurrentIndex(self.tiles.index(position))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current
        if event.key() == Qt.Key.Key_Delete and row is not None:
            self.withdrawal_asked.emit(row.attachment_id)
        else:
            super().keyPressEvent(event)

    def _on_activated(self, index: QModelIndex) -> None:
        row: AttachmentRow = index.data(ROW)
        self.opened.emit(row.attachment_id)


def icon_name(row: AttachmentRow) -> str:
    """The icon for what has no picture."""
    if row.media_type.startswith("audio/"):
        return "record"
    return "photo" if row.media_type.startswith("image/") else "document"
