"""What happened, newest first or last as the caller orders it: when, what, who."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme import Tone, colors_of, text_font, text_px
from ui.theme.palette import INK, MUTED_TEXT, SELECTION

Index = QModelIndex | QPersistentModelIndex
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class TimelineEntry:
    """`when` as it should read (11-20 16:40), `text` wraps, `who` stands small under it."""

    when: str
    text: str
    who: str = ""
    tone: Tone | str | None = None
    record_id: str = ""


class TimelineModel(QAbstractListModel):
    """The entries; also readable as plain text by a screen reader."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[TimelineEntry, ...] = ()

    def set_entries(self, entries: Sequence[TimelineEntry]) -> None:
        self.beginResetModel()
        self._entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self._entries[index.row()]
        if role == ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(filter(None, (entry.when, entry.text, entry.who)))
        return None


class _EntryDelegate(QStyledItemDelegate):
    """Time on the left; on a narrow view above the text."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        return QSize(width, self._height(index.data(ENTRY), width))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: TimelineEntry = index.data(ENTRY)
        painter.save()
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(option.rect, QColor(SELECTION))
        row = option.rect.adjusted(0, 4, -8, -4)
        painter.setFont(text_font(12))
        painter.setPen(QColor(MUTED_TEXT))
        painter.drawText(row.adjusted(0, text_px(2), 0, 0), _WRAP, entry.when)
        words = self._words_rect(row)
        painter.setFont(text_font(14))
        painter.setPen(QColor(colors_of(entry.tone).text if entry.tone else INK))
        painter.drawText(words, _WRAP, entry.text)
        used = _wrapped_height(entry.text, 14, words.width())
        painter.setFont(text_font(12))
        painter.setPen(QColor(MUTED_TEXT))
        painter.drawText(words.adjusted(0, used, 0, 0), _WRAP, entry.who)
        painter.restore()

    def _height(self, entry: TimelineEntry, width: int) -> int:
        row = QRect(0, 0, width - 8, 1)
        words = self._words_rect(row)
        height = words.top() + _wrapped_height(entry.text, 14, words.width())
        if entry.who:
            height += _wrapped_height(entry.who, 12, words.width())
        return height + 10

    def _words_rect(self, row: QRect) -> QRect:
        if row.width() < text_px(240):
            return row.adjusted(0, text_px(20), 0, 0)
        return row.adjusted(text_px(88), 0, 0, 0)


class TimelineView(QListView):
    """A list of dated entries; Enter or a double click on one with a record emits its id.

    `entry_reached(where)` when the cursor came to an entry, for whatever scrolls around it.
    """

    entry_opened = Signal(str)
    entry_reached = Signal(QRect)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_whole = False
        self._entries = TimelineModel(self)
        self.setModel(self._entries)
        self.setItemDelegate(_EntryDelegate(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMinimumHeight(72)
        self.activated.connect(self._on_activated)

    def set_whole(self) -> None:
        """Always as high as its entries, inside something else that scrolls."""
        self._is_whole = True
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._fit()

    def show_entries(self, entries: Sequence[TimelineEntry], *, name: str = "") -> None:
        self._entries.set_entries(entries)
        self._fit()
        if name:
            self.setAccessibleName(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
            self._fit()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.entry_reached.emit(self.visualRect(current))

    def _fit(self) -> None:
        if self._is_whole:
            rows = self._entries.rowCount()
            self.setFixedHeight(max(1, sum(self.sizeHintForRow(row) for row in range(rows))))

    def _on_activated(self, index: QModelIndex) -> None:
        entry: TimelineEntry = index.data(ENTRY)
        if entry.record_id:
            self.entry_opened.emit(entry.record_id)


def _wrapped_height(text: str, px: int, width: int) -> int:
    box = QRect(0, 0, max(1, width), 100_000)
    return QFontMetrics(text_font(px)).boundingRect(box, _WRAP, text).height()
