"""A list of tasks of two lines each: what it is, and why it stands there with its last day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from ui.theme.palette import INK, LINE, MUTED_TEXT, SELECTION
from ui.widgets.empty_state import EmptyState
from ui.wording_board import day_words, task_tone, why_words

Index = QModelIndex | QPersistentModelIndex
TASK = Qt.ItemDataRole.UserRole
_NO_PARENT = QModelIndex()
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LINE_PX, _SIDE_PX = 23, 12
LINES = 2


class TasksModel(QAbstractListModel):
    """The tasks as they come."""

    def __init__(self, unit_of: Callable[[str], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks: Sequence[BoardTask] = ()
        self.today = date.min
        self.remind_days = 0
        self.unit_of = unit_of

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
            return "，".join((task.title, self.why(task), day_words(task, self.today)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (task.title, task.number, self.why(task)) if part)
        return None

    def why(self, task: BoardTask) -> str:
        return why_words(task, unit=self.unit_of(task.unit_id))


class _TaskDelegate(QStyledItemDelegate):
    """The title over the reason; the day at the right of the second line, in its colour."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, LINES * text_px(_LINE_PX) + 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, TasksModel):
            return
        task = model.tasks[index.row()]
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(SELECTION))
        painter.setPen(QColor(LINE))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        tone = colors_of(task_tone(task, model.today, model.remind_days))
        bar = QRect(option.rect.left(), option.rect.top() + 4, 3, option.rect.height() - 8)
        painter.fillRect(bar, QColor(tone.fill))
        row = option.rect.adjusted(_SIDE_PX, 3, -_SIDE_PX, -3)
        half = row.height() // LINES
        _draw(painter, row.adjusted(0, 0, 0, -half), task.title, 14, INK)
        lower = row.adjusted(0, half, 0, 0)
        day = day_words(task, model.today)
        used = _draw(painter, lower, day, 12, tone.text, is_right=True, is_bold=True)
        _draw(painter, lower.adjusted(0, 0, -used - 8, 0), model.why(task), 12, MUTED_TEXT)
        painter.restore()


class TaskList(QListView):
    """Arrows choose, Enter opens; `opened(task)`; `stepped(1 or -1)` to the list beside it."""

    opened = Signal(object)
    stepped = Signal(int)

    def __init__(
        self, *, name: str, unit_of: Callable[[str], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.rows = TasksModel(unit_of, self)
        self._empty = EmptyState("", parent=self.viewport())
        self.setModel(self.rows)
        self.setItemDelegate(_TaskDelegate(self))
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
        self._place_empty()

    def _place_empty(self) -> None:
        self._empty.setGeometry(self.viewport().rect())
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
