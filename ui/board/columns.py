"""The four columns side by side; where there is no room, one at a time under tabs."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.board.queries import Board
from app.board.rules import BoardColumn
from i18n.text import tr
from ui.board.task_list import TaskList, TaskNames
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.labels import StatePill
from ui.widgets.tabs import TabRow
from ui.wording_board import COLUMN_TONES, board_line, column_word, count_words, nothing_in

SIDE_BY_SIDE_PX = 900
_FULL, _EMPTY = 5, 2
"""Shares of the width: a column with nothing in it leaves its room to the others."""


class BoardColumns(QWidget):
    """`opened(task)`. Left and Right step from column to column."""

    opened = Signal(object)

    def __init__(self, names: TaskNames, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tabs = TabRow([(one.value, column_word(one)) for one in BoardColumn], name=tr("待办"))
        self.lists: dict[BoardColumn, TaskList] = {}
        self._cards: dict[BoardColumn, Card] = {}
        self._counts: dict[BoardColumn, StatePill] = {}
        self._row = QHBoxLayout()
        self._row.setSpacing(10)
        for column in BoardColumn:
            self._row.addWidget(self._card(column, names), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.tabs)
        layout.addLayout(self._row, 1)
        self.tabs.chosen.connect(self._on_tab)
        self.setFocusProxy(self.lists[BoardColumn.OVERDUE])
        self._arrange()

    def show_board(self, board: Board) -> None:
        """Counts and lists; the first column that has anything is in front at first."""
        is_first = not any(each.rows.rowCount() for each in self.lists.values())
        for place, column in enumerate(BoardColumn):
            tasks = board.columns[column]
            self.lists[column].show_tasks(tasks, board.day, board.remind_days)
            count = count_words(board, column)
            self._counts[column].set_state(count, COLUMN_TONES[column] if tasks else "neutral")
            self._row.setStretch(place, _FULL if tasks else _EMPTY)
            words = tr("{column} {count}", column=column_word(column), count=count)
            self.tabs.setTabText(place, words)
            self.tabs.setAccessibleTabName(place, words)
        due = board.columns[BoardColumn.DUE]  # an empty column has room for its name alone
        self._cards[BoardColumn.DUE].set_aside(board_line(board) if due else "")
        if is_first:
            full = (one for one in BoardColumn if board.columns[one])
            self._bring(next(full, BoardColumn.OVERDUE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _card(self, column: BoardColumn, names: TaskNames) -> Card:
        card = Card(column_word(column), is_flush=True)
        count = StatePill()
        card.header.addWidget(count)
        tasks = TaskList(name=column_word(column), names=names)
        tasks.set_empty_text(*nothing_in(column))
        tasks.opened.connect(self.opened)
        tasks.stepped.connect(self._on_stepped)
        card.add(tasks, 1)
        self._cards[column], self._counts[column], self.lists[column] = card, count, tasks
        return card

    def _arrange(self) -> None:
        is_wide = self.width() >= text_px(SIDE_BY_SIDE_PX)
        self.tabs.setVisible(not is_wide)
        for column, card in self._cards.items():
            card.setVisible(is_wide or column.value == self.tabs.value())
            card.set_title(column_word(column) if is_wide else "")  # the tab says it

    def _bring(self, column: BoardColumn) -> None:
        self.tabs.set_value(column.value)
        self.setFocusProxy(self.lists[column])
        self._arrange()

    def _on_tab(self, key: str) -> None:
        self._bring(BoardColumn(key))

    def _on_stepped(self, step: int) -> None:
        columns = list(BoardColumn)
        sender = self.sender()
        now = next((one for one in columns if self.lists[one] is sender), columns[0])
        place = max(0, min(len(columns) - 1, columns.index(now) + step))
        self._bring(columns[place])
        self.lists[columns[place]].take_focus()
