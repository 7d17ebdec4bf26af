"""今日: the cards, what there is to do, and the chosen thing beside it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.store import Changes
from app.today import TodayFigures, TodayView, Todo, TodoKind, today_view
from i18n.text import tr
from ui.context import PageContext
from ui.theme import icon, text_px
from ui.today.card_row import CardRow
from ui.today.chosen import ChosenCard
from ui.widgets.cards import Card, StatCard
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.side_panel import SidePanelHost
from ui.widgets.slim import SlimTable
from ui.wording_time import short_moment
from ui.wording_today import (
    cases_card,
    grids_card,
    todo_pill,
    todo_reason,
    todo_title,
    votes_card,
    waiting_card,
)

SIDE_FROM_PX = 760
_OPENED_AS = {
    "case_file": "case_file",
    "case_party": "case_party",
    "household": "household",
    "resident": "resident",
    "micro_grid": "micro_grid",
    "motion": "motion",
}
"""Records that have a page of their own; all others are looked at in the list of the sync."""


class TodayPage(QWidget):
    """Arrows choose, Enter opens."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.title = tr("今日")
        self.cases = StatCard(tr("在办案件"), leads_on=True)
        self.votes = StatCard(tr("表决已收"), leads_on=True)
        self.grids = StatCard(tr("微网格规模"), leads_on=True)
        self.waiting = StatCard(tr("待上传"), leads_on=True)
        self.table = SlimTable(
            RowsModel(_columns(), key=lambda todo: todo.key), name=tr("要办的事")
        )
        self.table.set_empty_text(
            tr("没有要办的事。"), tr("登记纠纷、开启表决、导入名册后，要办的会列在这里。")
        )
        self.chosen = ChosenCard(context)
        self._build()
        self._connect()

    def header_buttons(self) -> list[QPushButton]:
        """登记纠纷, the one thing that cannot wait for the right page."""
        if not self._context.actor.may(Permission.RECORD_CASE):
            return []
        button = QPushButton(icon("add", "white"), tr("登记纠纷"))
        button.setProperty("role", "primary")
        button.setAccessibleName(button.text())
        button.clicked.connect(self._on_record_asked)
        return [button]

    def load(self) -> None:
        """Read the figures and the list."""
        self._context.runner.read(
            partial(today_view, self._context.store, self._context.actor), on_done=self._on_view
        )

    def on_changes(self, _changes: Changes) -> None:
        """Anything written or synced may change what there is to do."""
        if self.isVisible():
            self.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.width() >= text_px(SIDE_FROM_PX):
            self._side.open_side()
        else:
            self._side.close_side()

    def _build(self) -> None:
        self._card = Card(tr("要办的事"), aside=tr("按轻重和先后"), is_flush=True)
        self._card.add(self.table, 1)
        self.table.horizontalHeader().hide()
        self._side = SidePanelHost(self._card, self.chosen)
        may = self._context.actor.may
        shown = [
            card
            for card, is_seen in (
                (self.cases, may(Permission.SEE_CASES)),
                (self.votes, may(Permission.SEE_MOTIONS)),
                (self.grids, may(Permission.SEE_ROSTER)),
                (self.waiting, True),
            )
            if is_seen
        ]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(CardRow(shown))
        layout.addWidget(self._side, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)
        self.chosen.opened.connect(self._on_row_opened)
        self.cases.opened.connect(self._on_cases_opened)
        self.votes.opened.connect(self._on_votes_opened)
        self.grids.opened.connect(self._on_grids_opened)
        self.waiting.opened.connect(self._on_waiting_opened)

    # --- showing -----------------------------------------------------------------------------

    def _on_view(self, view: TodayView) -> None:
        self._show_figures(view.figures)
        self._card.set_aside(tr("按轻重和先后 · {moment} 的情况", moment=short_moment(view.as_of)))
        had_row = self.table.current_row() is not None
        self.table.show_rows(view.todos)
        if not had_row and view.todos:
            self.table.choose_position(0)
        row = self.table.current_row()
        self.chosen.show_todo(row if isinstance(row, Todo) else None)

    def _show_figures(self, figures: TodayFigures) -> None:
        for card, (number, line, tone) in (
            (self.cases, cases_card(figures)),
            (self.votes, votes_card(figures)),
            (self.grids, grids_card(figures)),
            (self.waiting, waiting_card(figures)),
        ):
            card.show_figure(number, line=line, tone=tone)

    # --- working -----------------------------------------------------------------------------

    def _on_row_chosen(self, row: object) -> None:
        if isinstance(row, Todo):
            self.chosen.show_todo(row)

    def _on_row_opened(self, row: object) -> None:
        if not isinstance(row, Todo):
            return
        if row.case is not None:
            self._context.open_record("case_file", row.case.case_id)
        elif row.motion is not None:
            self._context.open_record("motion", row.motion.motion_id)
        elif row.grid is not None:
            self._context.open_record("micro_grid", row.grid.micro_grid_id)
        elif row.record is not None and row.record.entity in _OPENED_AS:
            self._context.open_record(_OPENED_AS[row.record.entity], row.record.record_id)
        elif row.record is not None:
            self._context.open_record("outbox", str(row.record.op_no))

    def _on_record_asked(self) -> None:
        self._context.begin_case()

    def _on_cases_opened(self) -> None:
        self._choose_first(TodoKind.CASE, page="cases")

    def _on_votes_opened(self) -> None:
        self._choose_first(TodoKind.MOTION, page="votes")

    def _on_grids_opened(self) -> None:
        self._choose_first(TodoKind.MICRO_GRID, page="grids")

    def _on_waiting_opened(self) -> None:
        self._choose_first(TodoKind.RECORD, page="sync")

    def _choose_first(self, kind: TodoKind, *, page: str) -> None:
        """A card leads to the first line of its kind; where none is, to the page."""
        todos: list[Todo] = list(self.table.rows.rows())
        first = next((place for place, todo in enumerate(todos) if todo.kind is kind), None)
        if first is not None:
            self.table.choose_position(first)
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._context.open_page(page)


def _columns() -> list[Column[Todo]]:
    return [
        Column(
            tr("类型"),
            lambda todo: todo_pill(todo)[0],
            tone=lambda todo: todo_pill(todo)[1],
            width=84,
            is_pill=True,
        ),
        Column(tr("要办的事"), todo_title),
        Column(
            tr("为什么"),
            lambda todo: todo_reason(todo)[0],
            tone=lambda todo: todo_reason(todo)[1],
            width=190,
            is_right=True,
        ),
    ]
