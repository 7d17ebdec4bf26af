"""今日: the cards, what there is to do, and the chosen thing beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.grid_work.plan import VisitDue
from app.grid_work.rows import HazardRow, ServiceRow
from app.incidents.queries import IncidentRow, UnreportedRisk
from app.laptop import today_in_china
from app.looks.vocabulary import LookedAt
from app.outbox_rows import OutboxRow
from app.store import Changes
from app.today.queries import today_view
from app.today.rows import CaseTodo, GridTodo, PersonTodo, TodayFigures, TodayView, Todo
from app.today.rules import NewRecord, TodoKind, kinds_of, new_records
from app.votes.views import MotionRow
from i18n.text import tr
from ui.context import PageContext
from ui.looks.noting import look_at_rows
from ui.printing import print_for
from ui.theme import icon, text_px
from ui.today.card_row import CardRow
from ui.today.chosen import ChosenCard
from ui.today.paper import today_html
from ui.widgets.cards import Card, StatCard
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.side_panel import SidePanelHost
from ui.widgets.slim import SlimTable
from ui.wording_time import short_moment
from ui.wording_today import (
    cases_card,
    hazards_card,
    incidents_card,
    todo_mark,
    todo_pill,
    todo_reason,
    todo_title,
    visits_card,
    votes_card,
    waiting_card,
)

SIDE_FROM_PX = 760
CARD_PX = 140
"""Room for a number and four characters; a card with more room has a line besides."""
_OPENED_AS = {
    "case_file": "case_file",
    "case_party": "case_party",
    "household": "household",
    "resident": "resident",
    "micro_grid": "micro_grid",
    "motion": "motion",
}
"""Records that have a page of their own; all others are looked at in the list of the sync."""
_PAGE_OF = {
    TodoKind.VISIT: "visits",
    TodoKind.DUTY: "visits",
    TodoKind.VILLAGE: "statistics",
}
"""Lines that stand for no record of their own."""


class TodayPage(QWidget):
    """Arrows choose, Enter opens."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.title = tr("今日")
        self._kinds = kinds_of(context.actor.role)
        in_village = TodoKind.VISIT in self._kinds
        self._view: TodayView | None = None
        self._day = today_in_china(context.store.clock)
        self.visits = StatCard(tr("本周走访"), leads_on=True)
        self.incidents = StatCard(tr("警情") if in_village else tr("要报公安"), leads_on=True)
        self.hazards = StatCard(tr("隐患"), leads_on=True)
        self.cases = StatCard(tr("在办案件"), leads_on=True)
        self.votes = StatCard(tr("表决已收"), leads_on=True)
        self.waiting = StatCard(tr("待上传"), leads_on=True)
        self.print_button = QPushButton(icon("print"), tr("打印今日"))
        self.new_buttons = self._new_buttons()
        self.table = SlimTable(
            RowsModel(_columns(self.today), key=lambda todo: todo.key), name=tr("要办的事")
        )
        self.table.set_empty_text(
            tr("没有要办的事。"), tr("登记案件、开启表决、导入名册后，要办的会列在这里。")
        )
        self.chosen = ChosenCard(context)
        self._build()
        self._connect()

    def today(self) -> date:
        """The day in the village the list was read for."""
        return self._day

    def header_buttons(self) -> list[QPushButton]:
        """打印; what this post records most often, by Ctrl+N as well; and 登记案件 for who may, the
        one thing that cannot wait for the right page."""
        return [self.print_button, *reversed(self.new_buttons)]

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

    def _new_buttons(self) -> list[QPushButton]:
        """What may be begun here, the likeliest first, in colour and on Ctrl+N."""
        words: dict[NewRecord, tuple[str, Callable[[], None]]] = {
            NewRecord.CASE: (tr("登记案件"), self._context.begin_case),
            NewRecord.INCIDENT: (tr("登记警情"), partial(self._context.begin_incident, "")),
            NewRecord.VISIT: (tr("登记走访"), partial(self._context.begin_work, "visit", "")),
        }
        buttons = []
        actor = self._context.actor
        for place, record in enumerate(new_records(actor.role, actor.may)):
            text, begin = words[record]
            button = QPushButton(text)
            button.setAccessibleName(text)
            button.clicked.connect(partial(_without_state, begin))
            if place == 0:
                button.setIcon(icon("add", "white"))
                button.setProperty("role", "primary")
                button.setToolTip(tr("Ctrl+N"))
                QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(button.click)
            buttons.append(button)
        return buttons

    def _build(self) -> None:
        self._card = Card(tr("要办的事"), aside=tr("按轻重和先后"), is_flush=True)
        self._card.add(self.table, 1)
        self.table.horizontalHeader().hide()
        self._side = SidePanelHost(self._card, self.chosen)
        self._row = CardRow((), card_px=CARD_PX)
        for card in (self.visits, self.incidents, self.hazards, self.cases, self.votes):
            card.setParent(self._row)
            card.hide()
        self._row.show_cards((self.waiting,))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._row)
        layout.addWidget(self._side, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)
        self.chosen.opened.connect(self._on_row_opened)
        for card, slot in (
            (self.visits, self._on_visits_opened),
            (self.incidents, self._on_incidents_opened),
            (self.hazards, self._on_hazards_opened),
            (self.cases, self._on_cases_opened),
            (self.votes, self._on_votes_opened),
            (self.waiting, self._on_waiting_opened),
        ):
            card.opened.connect(slot)
        self.print_button.setAccessibleName(self.print_button.text())
        self.print_button.clicked.connect(self._on_print)

    # --- showing -----------------------------------------------------------------------------

    def _on_view(self, view: TodayView) -> None:
        self._view = view
        self._day = view.day
        self._show_figures(view.figures)
        self._card.set_aside(tr("按轻重和先后 · {moment} 的情况", moment=short_moment(view.as_of)))
        had_row = self.table.current_row() is not None
        self.table.show_rows(view.todos)
        if not had_row and view.todos:
            self.table.choose_position(0)
        row = self.table.current_row()
        self.chosen.show_todo(row if isinstance(row, Todo) else None)

    def _show_figures(self, figures: TodayFigures) -> None:
        """What concerns the person; a vote only while one is under way."""
        may = self._context.actor.may
        cards = (
            (self.visits, visits_card, figures.visits is not None),
            (
                self.incidents,
                incidents_card,
                TodoKind.RISK in self._kinds and may(Permission.SEE_INCIDENTS),
            ),
            (self.hazards, hazards_card, figures.hazards is not None),
            (self.cases, cases_card, may(Permission.SEE_CASES)),
            (self.votes, votes_card, bool(figures.open_motions)),
            # The sync's box beside the page says it too: five cards are read at a glance.
            (self.waiting, waiting_card, bool(figures.refused) or not figures.open_motions),
        )
        self._row.show_cards([card for card, _words, is_shown in cards if is_shown])
        for card, words, is_shown in cards:
            if is_shown:
                number, line, tone = words(figures)
                card.show_figure(number, line=line, tone=tone)

    # --- working -----------------------------------------------------------------------------

    def _on_row_chosen(self, row: object) -> None:
        if isinstance(row, Todo):
            self.chosen.show_todo(row)

    def _on_row_opened(self, row: object) -> None:
        if not isinstance(row, Todo):
            return
        place = _opened_as(row)
        if place is not None:
            self._context.open_record(*place)
        else:
            self._context.open_page(_PAGE_OF.get(row.kind, "sync"))

    def _on_cases_opened(self) -> None:
        self._choose_first(TodoKind.CASE, page="cases")

    def _on_votes_opened(self) -> None:
        self._choose_first(TodoKind.MOTION, page="votes")

    def _on_visits_opened(self) -> None:
        self._choose_first(TodoKind.VISIT, page="visits")

    def _on_incidents_opened(self) -> None:
        is_risk = bool(self._view and self._view.figures.risks)
        kind = TodoKind.RISK if is_risk else TodoKind.INCIDENT
        self._choose_first(kind, page="incidents" if TodoKind.INCIDENT in self._kinds else "cases")

    def _on_hazards_opened(self) -> None:
        self._choose_first(TodoKind.HAZARD, page="visits")

    def _on_print(self) -> None:
        """One page; names leave the screen with it, so it is written down."""
        if self._view is not None:
            print_for(
                self._context,
                self.print_button,
                title=tr("今日要办的事"),
                html=today_html(self._view),
                look=self._look(self._view),
            )

    def _look(self, view: TodayView) -> Callable[[], None]:
        people, reason = len(view.todos), tr("今日要办的事")
        return look_at_rows(self._context, LookedAt.PRINT, people=people, reason=reason)

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


def _without_state(begin: Callable[[], None], _checked: bool = False) -> None:
    begin()


def _opened_as(todo: Todo) -> tuple[str, str] | None:
    """Kind and id of the record behind a line; None where a page stands for it."""
    what = todo.what
    if isinstance(what, CaseTodo | UnreportedRisk):
        return "case_file", what.case_id
    if isinstance(what, MotionRow):
        return "motion", what.motion_id
    if isinstance(what, GridTodo):
        return "micro_grid", what.micro_grid_id
    if isinstance(what, VisitDue | PersonTodo):
        return "household", what.household_id
    if isinstance(what, ServiceRow):
        return "micro_service", what.id
    if isinstance(what, HazardRow):
        return "hazard", what.id
    if isinstance(what, IncidentRow):
        return "incident", what.incident_id
    if isinstance(what, OutboxRow):
        if what.entity in _OPENED_AS:
            return _OPENED_AS[what.entity], what.record_id
        return "outbox", str(what.op_no)
    return None


def _columns(today: Callable[[], date]) -> list[Column[Todo]]:
    return [
        Column(
            tr("类型"),
            lambda todo: todo_pill(todo)[0],
            tone=lambda todo: todo_pill(todo)[1],
            width=84,
            is_pill=True,
        ),
        Column(tr("要办的事"), todo_title, mark=todo_mark),
        Column(
            tr("为什么"),
            lambda todo: todo_reason(todo, today())[0],
            tone=lambda todo: todo_reason(todo, today())[1],
            width=210,
            is_right=True,
        ),
    ]
