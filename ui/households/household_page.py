"""The page of one household: who lives there, what happened to them, what was done for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.handovers.vocabulary import HandoverSubject
from app.households.actions import remove_household, remove_resident
from app.households.life import restore_resident
from app.households.life_queries import HouseholdCase, HouseholdPageView, household_page
from app.households.vocabulary import RosterEventKind
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.grid_work.household_section import HouseholdWork
from ui.handovers.desk import HandoverDesk
from ui.households.household_form import HouseholdForm
from ui.households.household_panel import place_words
from ui.households.life_form import LifeForm
from ui.households.members_card import MembersCard
from ui.households.record_form import RecordForm
from ui.households.resident_form import ResidentForm
from ui.households.side import only_current_counts
from ui.theme import icon, set_style_property, text_px
from ui.widgets.cards import Card
from ui.widgets.labels import StatePill, text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.tabs import TabPages
from ui.widgets.timeline import TimelineEntry, TimelineView
from ui.wording import error_sentence
from ui.wording_cases import STATE_TONES
from ui.wording_life import EVENT_TONES, event_words, moved_to_words
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word

Form = TypeVar("Form", bound=RecordForm)
TWO_COLUMNS_FROM = 980
SHOWN_ENTITIES = (
    *("household", "resident", "roster_event", "micro_grid", "case_file", "case_party"),
    "handover",
)


class HouseholdPage(QWidget):
    """`begin(household_id)` shows it; `closed` when the person goes back to the list.

    `titled(text)` when the household is known.
    """

    closed = Signal()
    titled = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._household_id = ""
        self._then: tuple[RosterEventKind | None, str] | None = None
        self._view: HouseholdPageView | None = None
        self._said = ""
        self._is_removed_here = self._takes_focus = False
        self._may_edit = context.actor.may(Permission.EDIT_ROSTER)
        self._may_move = context.actor.may(Permission.MOVE_RECORDS)
        self._forms: list[RecordForm] = []
        self._build()
        self._connect()
        self._arrange()

    # --- what the pages around it ask ----------------------------------------

    def begin(self, household_id: str) -> None:
        """Another household; a form that is open is left, its text kept as a draft."""
        self._leave_forms()
        self._household_id = household_id
        self._then = None
        self._takes_focus = True
        self.reload()

    def begin_step(
        self, household_id: str, kind: RosterEventKind | None = None, resident_id: str = ""
    ) -> None:
        """As ``begin``, with the form of a step open."""
        self.begin(household_id)
        self._then = (kind, resident_id)

    def reload(self) -> None:
        if self._household_id:
            work = partial(
                household_page, self._context.store, self._context.actor, self._household_id
            )
            self._context.runner.read(work, on_done=self._on_read)

    def on_changes(self, changes: Changes) -> None:
        """After a write or a sync round."""
        if changes.touches(*SHOWN_ENTITIES):
            self.reload()
        self.work.on_changes(changes)

    def flush_draft(self) -> None:
        for form in self._forms:
            form.flush_draft()

    @property
    def household_id(self) -> str:
        return self._household_id

    @property
    def title(self) -> str:
        """号 and head, empty while nothing is shown."""
        if self._view is None:
            return ""
        detail = self._view.detail
        return f"{detail.number} {detail.head_name}".strip()

    @property
    def is_editing(self) -> bool:
        return self._stack.currentWidget() is not self._reading

    # --- the forms, made when they are first needed ----------------------------------------

    @cached_property
    def life_form(self) -> LifeForm:
        form = LifeForm(self._context)
        form.next_asked.connect(self.ask_step)
        return self._take_in(form, self._on_step_saved)

    @cached_property
    def resident_form(self) -> ResidentForm:
        form = ResidentForm(self._context)
        form.next_asked.connect(self._on_add_resident)
        return self._take_in(form, self._on_saved)

    @cached_property
    def household_form(self) -> HouseholdForm:
        return self._take_in(HouseholdForm(self._context), self._on_saved)

    def ask_step(self, kind: RosterEventKind | None = None, resident_id: str = "") -> None:
        """登记变动, for the person chosen in the list unless another is named."""
        if self._may_edit and self._view is not None:
            chosen = self.members.chosen()
            person = resident_id or (chosen.id if chosen and chosen.status.is_member else "")
            self._show_form(self.life_form)
            self.life_form.begin_step(self._household_id, kind, person)

    # --- building ----------------------------------------

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._reading = QWidget()
        self._build_reading()
        self._stack.addWidget(self._reading)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)

    def _build_reading(self) -> None:
        self.back = QPushButton(icon("back"), tr("返回列表"))
        self.back.setProperty("role", "quiet")
        self.back.setAccessibleName(self.back.text())
        self.name = text_label("", "sectionTitle")
        self.pill = StatePill("")
        self.state = StatePill("")
        self.place = text_label("", "muted", wraps=True)
        head = QHBoxLayout()
        for widget in (self.back, self.name, self.pill, self.state):
            head.addWidget(widget)
        head.addWidget(self.place, 1)
        self.members = MembersCard(self._context, may_edit=self._may_edit)
        self.tabs = TabPages(name=tr("这一户的几个部分"))
        self.history = TimelineView()
        self.work = HouseholdWork(self._context)
        self.cases = RecordTable(
            RowsModel(_case_columns(), key=lambda one: one.case_id),
            name=tr("涉及的案件"),
            empty=tr("家里没有人是案件的当事人。"),
        )
        self._about = Card("", is_flush=True)
        self._about.add(self.tabs, 1)
        for page, words in (
            (_framed(self.history, fills=True), tr("变动")),
            (_framed(self.work), tr("走访和服务")),
            (self.cases, tr("案件")),
        ):
            self.tabs.addTab(page, words)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(12)
        self._columns.addWidget(self.members, 6)
        self._columns.addWidget(self._about, 5)
        column = QVBoxLayout(self._reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._build_moving())
        column.addLayout(self._columns, 1)

    def _build_moving(self) -> QWidget:
        """To another village: only for who settles which village a household belongs to."""
        self.handover = HandoverDesk(
            self._context, HandoverSubject.HOUSEHOLD, self, words=tr("移交给别村…")
        )
        self.moved_to = text_label("", "doubt", wraps=True)
        self.moved_to.hide()
        self._moving = QWidget()
        row = QHBoxLayout(self._moving)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.moved_to, 1)
        row.addWidget(self.handover.line, 1)
        row.addWidget(self.handover.button)
        row.addWidget(self.handover.back)
        row.addStretch()
        self._moving.setVisible(self._may_move)
        return self._moving

    def _show_moving(self, view: HouseholdPageView) -> None:
        moved = view.moved_to
        self.moved_to.setText(moved_to_words(moved) if moved else "")
        self.moved_to.setVisible(moved is not None)
        if self._may_move:
            self.handover.propose(moved.unit_id if moved else "")
            self.handover.show_subject(view.detail.id)

    def _take_in(self, form: Form, on_saved: Callable[[Changes], None]) -> Form:
        form.closed.connect(self._on_form_closed)
        form.saved.connect(on_saved)
        self._forms.append(form)
        self._stack.addWidget(form)
        return form

    def _connect(self) -> None:
        self.back.clicked.connect(self.closed)
        leave = QShortcut(QKeySequence("Alt+Left"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self._on_leave)
        step = QShortcut(QKeySequence("Ctrl+E"), self)
        step.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        step.activated.connect(self.ask_step)
        self._stack.currentChanged.connect(self._on_current_changed)
        self.members.step_asked.connect(self.ask_step)
        self.members.edit_resident_asked.connect(self._on_edit_resident)
        self.members.add_resident_asked.connect(self._on_add_resident)
        self.members.edit_household_asked.connect(self._on_edit_household)
        self.members.remove_resident_asked.connect(self._on_remove_resident)
        self.members.remove_household_asked.connect(self._on_remove_household)
        self.members.restore_asked.connect(self._on_restore)
        self.cases.row_opened.connect(self._on_case_opened)

    # --- showing ----------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Side by side where there is room; else the members are the first tab."""
        is_wide = self.width() >= text_px(TWO_COLUMNS_FROM)
        is_tab = self.tabs.indexOf(self.members) >= 0
        had_focus = self.members.table.hasFocus()
        if is_wide and is_tab:
            self.tabs.removeTab(self.tabs.indexOf(self.members))
            self._columns.insertWidget(0, self.members, 6)
            self.members.show()
        elif not is_wide and not is_tab:
            self._columns.removeWidget(self.members)
            self.tabs.insertTab(0, self.members, tr("家庭成员"))
            self.tabs.setCurrentIndex(0)
        self.members.set_title("" if not is_wide else tr("家庭成员"))
        set_style_property(self.members, "role", "card" if is_wide else "")
        if had_focus and not self.members.table.hasFocus():
            self.members.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_read(self, view: HouseholdPageView | None) -> None:
        if view is None:
            self._on_gone()
            return
        if view.detail.id != self._household_id:
            return
        self._view = view
        detail = view.detail
        self.name.setText(self.title)
        self.pill.set_state(*sync_state_word(detail.sync_state))
        ended = detail.dissolved_on
        self.state.setVisible(ended is not None)
        if ended is not None:
            self.state.set_state(tr("{day} 销户", day=ended.isoformat()), "neutral")
        self.place.setText(" · ".join(place_words(detail)))
        self._show_moving(view)
        self.members.show_household(view)
        self.history.show_entries(
            [
                TimelineEntry(
                    event.happened_on.isoformat(),
                    event_words(event),
                    event.by_name,
                    EVENT_TONES.get(event.kind),
                )
                for event in view.history
            ],
            name=tr("这一户的变动"),
        )
        self.cases.show_rows(view.cases)
        self.tabs.setTabText(self.tabs.indexOf(self.cases), _counted(tr("案件"), len(view.cases)))
        self.work.show_household(detail.id)
        self.titled.emit(self.title)
        then, self._then = self._then, None
        if then is not None:
            self.ask_step(*then)
        elif self._takes_focus and not self.is_editing:
            self.members.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._takes_focus = False

    def _on_gone(self) -> None:
        """Removed, here or elsewhere, or handed to another village; a form is left alone."""
        if self.is_editing:
            return
        if not self._is_removed_here:
            self._context.notify(tr("名册里没有这一户了，可能已被删去或移交。"))
        self._household_id, self._view, self._is_removed_here = "", None, False
        self.closed.emit()

    # --- slots ----------------------------------------

    def _on_current_changed(self) -> None:
        only_current_counts(self._stack)

    def _show_form(self, form: RecordForm) -> None:
        self._stack.setCurrentWidget(form)

    def _leave_forms(self) -> None:
        for form in self._forms:
            if form.is_open:
                form.leave()

    def _on_leave(self) -> None:
        if self.is_editing:
            self._leave_forms()
        else:
            self.closed.emit()

    def _on_form_closed(self) -> None:
        self._stack.setCurrentWidget(self._reading)
        self.reload()
        self.members.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_saved(self, _changes: Changes) -> None:
        self._context.wrote()

    def _on_step_saved(self, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(self.life_form.said, changes.txn)

    def _on_edit_resident(self, resident_id: str, field: str) -> None:
        self._show_form(self.resident_form)
        if field:
            self.resident_form.begin_at(field)
        self.resident_form.begin_edit(resident_id)

    def _on_add_resident(self) -> None:
        self._show_form(self.resident_form)
        self.resident_form.begin_new(self._household_id)

    def _on_edit_household(self) -> None:
        if self._view is not None:
            self._show_form(self.household_form)
            self.household_form.begin_edit(self._view.detail.unit_id, self._household_id)

    def _on_case_opened(self, case: HouseholdCase) -> None:
        self._context.open_record("case_file", case.case_id)

    # --- what was entered by mistake: done at once, taken back with one press -----------------

    def _write(self, work: Callable[[], Changes], sentence: str) -> None:
        self._said = sentence
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_failed)

    def _on_written(self, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(self._said, changes.txn)

    def _on_remove_resident(self, resident_id: str, name: str) -> None:
        store, actor = self._context.store, self._context.actor
        work = partial(remove_resident, store, actor, resident_id=resident_id)
        self._write(work, tr("已把{name}移出名册。", name=name))

    def _on_remove_household(self) -> None:
        store, actor, home = self._context.store, self._context.actor, self._household_id
        self._is_removed_here = True
        work = partial(remove_household, store, actor, household_id=home, with_residents=True)
        self._write(work, tr("已删去“{name}”户。", name=self.title))

    def _on_restore(self, resident_id: str, name: str) -> None:
        store, actor = self._context.store, self._context.actor
        work = partial(restore_resident, store, actor, resident_id=resident_id)
        self._write(work, tr("已恢复{name}在册，登记错的那一条已去掉。", name=name))

    def _on_failed(self, error: UserFacingError) -> None:
        self._is_removed_here = False
        self._context.notify(error_sentence(error))
        self.reload()


def _counted(words: str, count: int) -> str:
    return tr("{words} {count}", words=words, count=count) if count else words


def _framed(widget: QWidget, *, fills: bool = False) -> QWidget:
    """With the margins of a card's words."""
    outer = QWidget()
    column = QVBoxLayout(outer)
    column.setContentsMargins(14, 8, 12, 4)
    column.addWidget(widget, int(fills))
    if not fills:
        column.addStretch()
    return outer


def _case_columns() -> list[Column[HouseholdCase]]:
    return [
        Column(tr("案件"), lambda one: one.title),
        Column(tr("当事人"), lambda one: one.names, width=96),
        Column(
            tr("状态"),
            lambda one: name_of(one.state),
            tone=lambda one: STATE_TONES[one.state],
            width=92,
            is_pill=True,
        ),
    ]
