"""A list of tasks: what it is, why it stands there with its last day, its number and village."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.board.rules import BoardTask
from ui.theme import colors_of, text_font, text_px
from ui.theme.palette import HOVER, INK, LINE, MUTED_TEXT, SELECTION
from ui.widgets.empty_state import EmptyState
from ui.widgets.record_table import MARK_GAP, draw_mark
from ui.wording_board import day_words, place_words, task_tone, why_words
from ui.wording_cases import secret_mark

Index = QModelIndex | QPersistentModelIndex
TASK = Qt.ItemDataRole.UserRole
_NO_PARENT = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LINE_PX, _SIDE_PX = 22, 12
_WIDE_PX = 420
"""From here on number and village stand beside the title, else on a third line."""
_EMPTY_PX = 130
TaskWords = Callable[[BoardTask], str]


@dataclass(frozen=True, slots=True)
class TaskNames:
    """How a screen names whose turn a task is, and whose it is; both may be empty."""

    turn: TaskWords
    home: TaskWords


class TasksModel(QAbstractListModel):
    """The tasks as they come."""

    def __init__(self, names: TaskNames, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks: Sequence[BoardTask] = ()
        self.today = date.min
        self.remind_days = 0
        self.names = names

    def set_tasks(self, tasks: Sequence[BoardTask], today: date, remind_days: int) -> None:
        self.beginResetModel()
        self.tasks, self.today, self.remind_days = tasks, today, remind_days
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.tasks)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        task = self.tasks[index.row()]
        if role == TASK:
            return task
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            mark = secret_mark(task.is_confidential)
            said = (mark, task.title, self.why(task), day_words(task, self.today), self.place(task))
            return "，".join(part for part in said if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join((task.title, self.why(task), self.place(task)))
        return None

    def why(self, task: BoardTask) -> str:
        return why_words(task, turn=self.names.turn(task))

    def place(self, task: BoardTask) -> str:
        return place_words(task, home=self.names.home(task))


class _TaskDelegate(QStyledItemDelegate):
    """The title, below it the reason with the day at its right, in its colour; number and village
    beside the title where there is room, else on a line of their own."""

    is_wide = False

    @property
    def lines(self) -> int:
        return 2 if self.is_wide else 3

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, self.lines * text_px(_LINE_PX) + 10)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, TasksModel):
            return
        task = model.tasks[index.row()]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(SELECTION))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(HOVER))
        painter.setPen(QColor(LINE))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        tone = colors_of(task_tone(task, model.today, model.remind_days))
        bar = QRect(option.rect.left(), option.rect.top() + 4, 3, option.rect.height() - 8)
        painter.fillRect(bar, QColor(tone.fill))
        row = option.rect.adjusted(_SIDE_PX, 5, -_SIDE_PX, -5)
        first, second, third = (self._line(row, place) for place in range(3))
        if self.is_wide:
            used = _draw(painter, first, model.place(task), 12, MUTED_TEXT, is_right=True)
            first.setRight(first.right() - used - 16)
        else:
            _draw(painter, third, model.place(task), 12, MUTED_TEXT)
        mark = secret_mark(task.is_confidential)
        if mark:
            first.setLeft(first.left() + draw_mark(painter, first, mark) + MARK_GAP)
        _draw(painter, first, task.title, 14, INK)
        day = day_words(task, model.today)
        used = _draw(painter, second, day, 12, tone.text, is_right=True, is_bold=True)
        _draw(painter, second.adjusted(0, 0, -used - 8, 0), model.why(task), 12, MUTED_TEXT)
        painter.restore()

    def _line(self, row: QRect, place: int) -> QRect:
        height = row.height() // self.lines
        return QRect(row.left(), row.top() + place * height, row.width(), height)


class TaskList(QListView):
    """Arrows choose, Enter opens; `opened(task)`; `stepped(1 or -1)` to the list beside it."""

    opened = Signal(object)
    stepped = Signal(int)

    def __init__(self, *, name: str, names: TaskNames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = TasksModel(names, self)
        self._painter = _TaskDelegate(self)
        self._empty = EmptyState("", parent=self.viewport())
        self.setModel(self.rows)
        self.setItemDelegate(self._painter)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(96)
        self.doubleClicked.connect(self._on_double_clicked)

    def sizeHint(self) -> QSize:
        return QSize(160, self.minimumHeight())

    def set_empty_text(self, text: str, hint: str = "") -> None:
        self._empty.set_text(text, hint)
        self._place_empty()

    def show_tasks(self, tasks: Sequence[BoardTask], today: date, remind_days: int) -> None:
        """The cursor stays on the same task, or near where it was."""
        at = self.currentIndex().row()
        task = self.current_task()
        key = task.key if task is not None else ""
        self.rows.set_tasks(tasks, today, remind_days)
        same = next((place for place, one in enumerate(tasks) if one.key == key), at)
        if tasks and at >= 0:
            self.choose(min(same, len(tasks) - 1))
        self._place_empty()

    def choose(self, place: int) -> None:
        self.setCurrentIndex(self.rows.index(place, 0))

    def current_task(self) -> BoardTask | None:
        index = self.currentIndex()
        return index.data(TASK) if index.isValid() else None

    def take_focus(self) -> None:
        if not self.currentIndex().isValid() and self.rows.rowCount():
            self.choose(0)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        task = self.current_task()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and task is not None:
            self.opened.emit(task)
        elif event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= text_px(_WIDE_PX)
        if is_wide != self._painter.is_wide:
            self._painter.is_wide = is_wide
            self.scheduleDelayedItemsLayout()
        self._place_empty()

    def _place_empty(self) -> None:
        """Near the top, where the first task would stand."""
        room = self.viewport().rect()
        room.setHeight(min(room.height(), text_px(_EMPTY_PX)))
        self._empty.setGeometry(room)
        self._empty.setVisible(self.rows.rowCount() == 0 and self._empty.has_text)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(TASK))


def _draw(
    painter: QPainter,
    box: QRect,
    text: str,
    px: int,
    color: str,
    *,
    is_right: bool = False,
    is_bold: bool = False,
) -> int:
    """Draws as much as fits; the width it took."""
    font = text_font(px, is_bold=is_bold)
    painter.setFont(font)
    painter.setPen(QColor(color))
    metrics = QFontMetrics(font)
    cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _RIGHT if is_right else _LEFT, cut)
    return metrics.horizontalAdvance(cut)
