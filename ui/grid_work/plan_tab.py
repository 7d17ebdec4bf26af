"""本周计划: who is to be visited and why. Enter writes the visit down, and on to the next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.grid_work.plan import VisitDue, WeekPlan, due_fits, week_plan
from app.grid_work.rules import week_of
from app.grid_work.vocabulary import PlanPlace
from app.households.vocabulary import CareLevel
from app.laptop import today_in_china
from app.looks.vocabulary import LookedAt
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.grid_work.plan_paper import plan_html
from ui.grid_work.visit_form import VisitForm
from ui.households.side import only_current_counts
from ui.looks.noting import look_at_rows
from ui.printing import print_for
from ui.theme import icon, text_px
from ui.widgets.cards import Card
from ui.widgets.composing import CompositionWatch
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow
from ui.widgets.labels import text_label
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.side_panel import SidePanelHost
from ui.widgets.slim import SlimTable
from ui.wording import error_sentence
from ui.wording_grid_work import (
    PLACE_TONES,
    due_reason_text,
    due_text,
    household_words,
    plan_summary,
    recorded_visit,
    week_words,
)
from ui.wording_rules import name_of

ENTITIES = ("visit", "household", "resident", "micro_grid", "roster_event", "account")
NARROW_PX = 560
MINE, VILLAGE = "mine", "village"
_CARE_TONES = {CareLevel.HIGH: "danger", CareLevel.MEDIUM: "warn"}


class PlanTab(QWidget):
    """The week of the village; who has micro-grids of their own sees those first."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._plan = WeekPlan()
        self._asked = 0
        self.may_record = context.actor.may(Permission.RECORD_GRID_WORK)
        self.scope = ChoiceRow([(MINE, tr("我的微网格")), (VILLAGE, tr("全村"))])
        self.scope.set_value(MINE)
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("筛选：户主、拼音或户号"))
        self.words.setAccessibleName(tr("筛选本周计划"))
        self.words.setClearButtonEnabled(True)
        self.words.setMinimumWidth(text_px(170))
        self.print_button = QPushButton(icon("print"), tr("打印"))
        self.summary = text_label("", "muted", wraps=True)
        self.table = SlimTable(
            RowsModel(_columns(), key=lambda due: due.household_id, parent=self),
            name=tr("本周计划"),
        )
        self.table.set_filter_field(self.words)
        self._composition = CompositionWatch(self)
        self._composition.watch(self.words)
        self.card = self._build_card()
        self.side = QStackedWidget()
        self.host = SidePanelHost(self.card, self.side, main_share=1, side_share=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.host)
        self.setFocusProxy(self.table)
        self.scope.chosen.connect(self._on_scope_chosen)
        self.words.textChanged.connect(self._on_words_changed)
        self.words.returnPressed.connect(self._on_words_entered)
        self.table.row_opened.connect(self._on_row_opened)
        self.host.closed.connect(self._focus_list)
        self.print_button.clicked.connect(self._on_print)

    @cached_property
    def form(self) -> VisitForm:
        """Made when it is first needed."""
        form = VisitForm(self._context)
        form.saved.connect(self._on_saved)
        form.next_asked.connect(self._on_next)
        form.closed.connect(self._on_form_closed)
        self.side.addWidget(form)
        only_current_counts(self.side)
        return form

    # --- for the page ----------------------------------------

    def show_unit(self, unit_id: str) -> None:
        if unit_id != self._unit_id:
            self._leave()
        self._unit_id = unit_id
        self.load()

    def load(self) -> None:
        """Read the plan again."""
        if not self._unit_id:
            return
        self._asked += 1
        work = partial(self._read, self._asked, self._unit_id)
        self._context.runner.read(work, on_done=self._on_read, on_failed=self._on_failed)

    def on_changes(self, changes: Changes) -> None:
        if changes.touches(*ENTITIES):
            self.load()

    def flush_draft(self) -> None:
        if "form" in self.__dict__:
            self.form.flush_draft()

    def begin(self, household_id: str = "") -> None:
        """The form of a visit, to this household or to one that is found by typing."""
        due = next((one for one in self._plan.due if one.household_id == household_id), None)
        why = due_reason_text(due) if due else ""
        self.side.setCurrentWidget(self.form)
        only_current_counts(self.side)
        self.form.begin_new(self._unit_id, household_id, why=why)
        self.host.open_side()

    # --- building ----------------------------------------

    def _build_card(self) -> Card:
        card = _PlanCard(self.table)
        self.print_button.setAccessibleName(tr("打印本周计划"))
        bar = QWidget()
        flow = FlowLayout(bar)
        around = QVBoxLayout()
        around.setContentsMargins(15, 8, 15, 2)
        around.addWidget(bar)
        flow.addWidget(self.scope)
        flow.addWidget(self.words)
        flow.addWidget(self.print_button)
        self.summary.setContentsMargins(16, 2, 16, 6)
        card.body.addLayout(around)
        card.add(self.summary)
        card.add(self.table, 1)
        card.setMinimumWidth(text_px(240))
        return card

    # --- reading ----------------------------------------

    def _read(self, asked: int, unit_id: str) -> tuple[int, WeekPlan]:
        today = today_in_china(self._context.store.clock)
        plan = week_plan(self._context.store, self._context.actor, today, unit_id=unit_id)
        return asked, plan

    def _on_read(self, answer: tuple[int, WeekPlan]) -> None:
        asked, plan = answer
        if asked != self._asked:
            return
        self._plan = plan
        has_own = any(one.is_mine for one in plan.due) or bool(plan.done(self._me))
        self.scope.setVisible(has_own)
        self._show()

    def _show(self) -> None:
        due = self.due()
        self._show_rows()
        done = self._plan.done(self._me if self._is_mine else None)
        self.summary.setText(plan_summary(due, done=done))
        monday, sunday = week_of(today_in_china(self._context.store.clock))
        self.card.set_aside(week_words(monday, sunday))
        if self.words.text().strip():
            self.table.set_empty_text(tr("计划里没有这一户"), tr("没有到期的户，按 Ctrl+N 登记。"))
        elif done:
            self.table.set_empty_text(tr("本周该走访的都走访了"), tr("也可以再登记别的走访。"))
        else:
            self.table.set_empty_text(
                tr("本周没有到期的走访"), tr("名册里有了户，计划自己排出来。")
            )

    def _show_rows(self) -> None:
        typed = self.words.text().strip()
        rows = [one for one in self.due() if due_fits(one, typed)]
        self.table.show_rows(rows)
        if rows and self.table.current_row() is None:
            self.table.choose_position(0)

    @property
    def _me(self) -> str:
        return self._context.actor.account_id

    @property
    def _is_mine(self) -> bool:
        return self.scope.isVisibleTo(self) and self.scope.value() == MINE

    def due(self) -> tuple[VisitDue, ...]:
        """What is listed: one's own micro-grids, or all of the village."""
        if self._is_mine:
            return tuple(one for one in self._plan.due if one.is_mine)
        return self._plan.due

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    # --- the visit ----------------------------------------

    def _on_row_opened(self, due: VisitDue) -> None:
        if self.may_record:
            self.begin(due.household_id)
        else:
            self._context.open_record("household", due.household_id)

    def _on_saved(self, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(recorded_visit(self.form.visited[1]), changes.txn)

    def _on_next(self) -> None:
        """The one after the household just visited, as the list stood."""
        following = _following(self.table.rows.rows(), self.form.visited[0])
        if following is None:
            self._on_form_closed()
            return
        self.table.choose(following.household_id)
        self.begin(following.household_id)

    def _on_form_closed(self) -> None:
        self.host.close_side()
        self._focus_list()

    def _leave(self) -> None:
        if "form" in self.__dict__ and self.form.is_open:
            self.form.leave()

    def _focus_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_words_changed(self, _text: str) -> None:
        self._show()

    def _on_words_entered(self) -> None:
        """What was typed found somebody: to the visit."""
        row = self.table.current_row()
        if isinstance(row, VisitDue):
            self._on_row_opened(row)

    def _on_scope_chosen(self, _key: str) -> None:
        self._show()

    def _on_print(self) -> None:
        monday, sunday = week_of(today_in_china(self._context.store.clock))
        print_for(
            self._context,
            self.print_button,
            title=tr("走访计划 {week}", week=week_words(monday, sunday)),
            html=plan_html(self.due(), self.summary.text()),
            look=look_at_rows(
                self._context, LookedAt.PRINT, people=len(self.due()), reason=tr("走访计划")
            ),
        )


class _PlanCard(Card):
    """Beside the form on a small screen the reason needs the room; what is late is red anyway."""

    def __init__(self, table: SlimTable) -> None:
        super().__init__(tr("本周计划"), aside=" ", is_flush=True)
        self._table = table

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < text_px(NARROW_PX)
        for place in (0, len(self._table.rows.columns) - 1):
            self._table.setColumnHidden(place, is_narrow)


def _following(rows: Sequence[VisitDue], household_id: str) -> VisitDue | None:
    """The row after this household's, or the first; None when there is no other."""
    others = [one for one in rows if one.household_id != household_id]
    places = [place for place, one in enumerate(rows) if one.household_id == household_id]
    if places and places[0] + 1 < len(rows):
        return rows[places[0] + 1]
    return others[0] if others else None


def _columns() -> list[Column[VisitDue]]:
    return [
        Column(
            tr("本周"),
            lambda due: name_of(due.place),
            tone=lambda due: PLACE_TONES[due.place],
            width=88,
            is_pill=True,
        ),
        Column(tr("户"), lambda due: household_words(due.number, due.head_name), width=130),
        Column(
            tr("为什么"),
            due_reason_text,
            tone=lambda due: _CARE_TONES.get(due.care) if due.care else None,
        ),
        Column(
            tr("期限"),
            due_text,
            tone=lambda due: "danger" if due.place is PlanPlace.OVERDUE else None,
            width=90,
        ),
        Column(tr("微网格"), lambda due: due.micro_grid_name, width=110),
    ]
