"""The month with the list of the chosen day beside it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.board.queries import Month
from i18n.text import tr
from ui.board.month_grid import MonthGrid
from ui.board.task_list import TaskList, TaskNames
from ui.widgets.cards import Card
from ui.wording_board import day_title, month_aside, month_title


class MonthView(QWidget):
    """`month_wanted(date)` when the cursor leaves the month shown, `opened(task)` on Enter."""

    month_wanted = Signal(object)
    opened = Signal(object)

    def __init__(self, today: date, names: TaskNames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.month: Month | None = None
        self.grid = MonthGrid(today)
        self.list = TaskList(name=tr("这一天"), names=names)
        self.list.set_empty_text(tr("这一天没有到期的"))
        self.back = _turning("‹", tr("上个月"))
        self.forward = _turning("›", tr("下个月"))
        self.today = QPushButton(tr("今天"))
        self.today.setAccessibleName(tr("回到今天"))
        self._left = Card(month_title(today), is_flush=True)
        self._right = Card(day_title(today, 0), is_flush=True)
        for button in (self.back, self.today, self.forward):
            self._left.header.addWidget(button)
        self._left.add(self.grid, 1)
        self._right.add(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._left, 5)
        row.addWidget(self._right, 3)
        self.setFocusProxy(self.grid)
        self.grid.day_chosen.connect(self._on_day)
        self.grid.entered.connect(self.list.take_focus)
        self.list.opened.connect(self.opened)
        self.list.stepped.connect(self._on_stepped)
        self.back.clicked.connect(lambda: self.grid.turn(-1))
        self.forward.clicked.connect(lambda: self.grid.turn(1))
        self.today.clicked.connect(self._on_today)

    def show_month(self, month: Month) -> None:
        self.month = month
        self.grid.show_month(month)
        self._show_day()

    def _show_day(self) -> None:
        day, month = self.grid.day, self.month
        tasks = month.days.get(day, ()) if month is not None else ()
        self._left.set_title(month_title(day))
        self._right.set_title(day_title(day, len(tasks)))
        if month is not None:
            self._left.set_aside(month_aside(month))
            self.list.show_tasks(tasks, month.today, 0)

    def _on_day(self, day: date) -> None:
        month = self.month
        middle = month.first.toordinal() + 10 if month is not None else 0
        shown = date.fromordinal(middle) if middle else None
        self._show_day()
        if shown is None or (shown.year, shown.month) != (day.year, day.month):
            self.month_wanted.emit(day)

    def _on_stepped(self, step: int) -> None:
        if step < 0:
            self.grid.setFocus()

    def _on_today(self) -> None:
        if self.month is not None:
            self.grid.choose(self.month.today)


def _turning(sign: str, words: str) -> QPushButton:
    button = QPushButton(sign)
    button.setAccessibleName(words)
    button.setToolTip(words)
    return button
