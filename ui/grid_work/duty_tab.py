"""值班巡逻: who is on now, the week's shifts, the rounds; forms stand beside the lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.accounts.vocabulary import Permission
from app.duty.actions import copy_last_week, remove_patrol, remove_shift
from app.duty.queries import (
    DutyNow,
    DutyPlace,
    DutyWeek,
    PatrolRow,
    ShiftRow,
    duty_now,
    duty_week,
    patrol_rows,
    place_of_duty,
)
from app.duty.rules import monday_of
from app.errors import UserFacingError
from app.laptop import today_in_china
from app.organisations.rules import display_name
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.grid_work.duty_forms import PatrolForm, ShiftForm
from ui.grid_work.duty_rounds import RoundsCard
from ui.grid_work.duty_week import WeekCard
from ui.households.record_form import RecordForm
from ui.households.side import only_current_counts
from ui.printing import print_for
from ui.theme import icon
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.widgets.room import keep_room
from ui.widgets.side_panel import SidePanelHost
from ui.widgets.tabs import TabRow
from ui.wording import error_sentence
from ui.wording_duty import (
    copied_sentence,
    now_line,
    now_words,
    round_removed,
    shift_removed,
    under_way_line,
    week_title,
)
from ui.wording_time import clock_time

SHOWN_ENTITIES = ("duty_shift", "patrol", "hazard", "incident", "team_member", "account")
_WEEK, _ROUNDS = "week", "rounds"


class DutyTab(QWidget):
    """One village's duty, one's own first; `show_unit(unit_id)` shows another one's."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.title = tr("值班巡逻")
        actor = context.actor
        self._may_see = actor.may(Permission.SEE_GRID_WORK)
        may_record = actor.may(Permission.RECORD_GRID_WORK)
        self._may_record = may_record
        self._unit_id = actor.unit_id
        self._monday = monday_of(self._today())
        self._open_round: PatrolRow | None = None
        self._wanted = ""
        self._to_mend = ("", "")
        self.now_card = Card()
        self.now_names = text_label("", "bigNumber", wraps=True)
        self.now_line = text_label("", "muted", wraps=True)
        self.round_line = text_label("", wraps=True)
        self.round_button = QPushButton(icon("play"), tr("开始巡逻"))
        halves = ((_WEEK, tr("值班表")), (_ROUNDS, tr("巡逻记录")))
        self.switch = TabRow(halves, name=tr("值班表或巡逻记录"))
        self.week = WeekCard(may_record=may_record)
        self.rounds = RoundsCard(may_record=may_record)
        self.shift_form = ShiftForm(context)
        self.patrol_form = PatrolForm(context)
        self._lists, self._forms = QStackedWidget(), QStackedWidget()
        self.host = SidePanelHost(self._lists, self._forms)
        self._build()
        self._connect()

    # --- what the page asks ----------------------------------------

    def load(self) -> None:
        """Read what is shown."""
        if not self._may_see:
            return
        store, actor, unit_id = self._context.store, self._context.actor, self._unit_id
        read = self._context.runner.read
        read(partial(duty_now, store, actor, unit_id=unit_id), on_done=self._on_now)
        read(
            partial(duty_week, store, actor, unit_id=unit_id, monday=self._monday),
            on_done=self._on_week,
        )
        read(partial(patrol_rows, store, actor, unit_id=unit_id), on_done=self._on_rounds)

    def show_unit(self, unit_id: str) -> None:
        """Another village."""
        if unit_id != self._unit_id:
            self._close_forms()
            self._unit_id = unit_id
        self.load()

    def on_changes(self, changes: Changes) -> None:
        if changes.touches(*SHOWN_ENTITIES):
            self.load()

    def flush_draft(self) -> None:
        for form in (self.shift_form, self.patrol_form):
            form.flush_draft()

    def open(self, record_id: str) -> None:
        """Shows the shift or round of this id, whatever week it is in."""
        self._wanted = record_id
        work = partial(place_of_duty, self._context.store, self._context.actor, record_id)
        self._context.runner.read(work, on_done=self._on_place)

    def mend(self, record_id: str, field: str) -> None:
        """The form of the shift or round that is being opened, at this field."""
        self._to_mend = (record_id, field)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.host.is_side_open:
            self._close_forms()
        else:
            super().keyPressEvent(event)

    # --- reading ----------------------------------------

    def _on_place(self, place: DutyPlace | None) -> None:
        if place is None:
            self._wanted, self._to_mend = "", ("", "")
            self._context.notify(tr("这一条已经不在这里了，可能在别的电脑上删去了。"))
            return
        self._monday = monday_of(place.on_date)
        self.show_unit(place.unit_id)

    def _on_now(self, found: DutyNow) -> None:
        self.now_names.setText(now_words(found))
        self.now_line.setText(now_line(found, self._today()))

    def _on_week(self, week: DutyWeek) -> None:
        if (week.unit_id, week.monday) != (self._unit_id, self._monday):
            return
        self.week.show_week(week, today=self._today())
        if self._wanted and self.week.table.choose(self._wanted):
            shift = next(row for row in week.shifts if row.shift_id == self._wanted)
            self._show_list(_WEEK)
            self._mend_with(partial(self._on_shift_opened, shift), self.shift_form)

    def _on_rounds(self, rows: tuple[PatrolRow, ...]) -> None:
        self.rounds.show_rounds(rows)
        self._open_round = next((row for row in rows if not row.ends_at), None)
        is_out = self._open_round is not None
        self.round_button.setText(tr("结束巡逻") if is_out else tr("开始巡逻"))
        self.round_button.setAccessibleName(self.round_button.text())
        self.round_line.setText(
            under_way_line(self._open_round) if self._open_round else tr("现在没有人在巡逻。")
        )
        if self._wanted and self.rounds.table.choose(self._wanted):
            made = next(row for row in rows if row.patrol_id == self._wanted)
            self._show_list(_ROUNDS)
            self._mend_with(partial(self._on_round_opened, made), self.patrol_form)

    def _show_list(self, which: str) -> None:
        self._wanted = ""
        self.switch.set_value(which)
        self._on_switched(which)

    def _mend_with(self, begin: Callable[[], None], form: RecordForm) -> None:
        (record_id, field), self._to_mend = self._to_mend, ("", "")
        if record_id and self._may_record:
            form.begin_at(field)
            begin()

    # --- the forms ----------------------------------------

    def _show_form(self, form: RecordForm) -> None:
        for other in (self.shift_form, self.patrol_form):
            if other is not form and other.is_open:
                other.leave()
        self._forms.setCurrentWidget(form)
        self.host.open_side()

    def _close_forms(self) -> None:
        for form in (self.shift_form, self.patrol_form):
            if form.is_open:
                form.leave()
        self.host.close_side()

    def _on_form_closed(self) -> None:
        if not self.shift_form.is_open and not self.patrol_form.is_open:
            self.host.close_side()
            self._shown_table().setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_new_shift(self, day: date) -> None:
        self._show_form(self.shift_form)
        self.shift_form.begin_new(self._unit_id, day)

    def _on_shift_opened(self, row: ShiftRow) -> None:
        self._show_form(self.shift_form)
        self.shift_form.begin_edit(self._unit_id, row)

    def _on_next_shift(self) -> None:
        self._show_form(self.shift_form)
        self.shift_form.begin_next()

    def _on_new_round(self) -> None:
        self._show_form(self.patrol_form)
        self.patrol_form.begin_new(self._unit_id, day=self._today(), time=self._time())

    def _on_round_opened(self, row: PatrolRow) -> None:
        if self._may_record:
            self._show_form(self.patrol_form)
            self.patrol_form.begin_edit(self._unit_id, row)

    def _on_round_button(self) -> None:
        """Off now, or back: the form with the time in it."""
        if self._open_round is None:
            self._on_new_round()
        else:
            self._show_form(self.patrol_form)
            self.patrol_form.begin_edit(self._unit_id, self._open_round, ends_at=self._time())

    def _on_saved(self, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(tr("已保存。"), changes.txn)

    # --- one step each ----------------------------------------

    def _on_copy(self) -> None:
        work = partial(
            copy_last_week,
            self._context.store,
            self._context.actor,
            unit_id=self._unit_id,
            monday=self._monday,
        )
        self._context.runner.write(work, on_done=self._on_copied, on_failed=self._on_failed)

    def _on_copied(self, changes: Changes) -> None:
        self._said(copied_sentence(len(changes.records)), changes)

    def _on_remove_shift(self, row: ShiftRow) -> None:
        self._removed = shift_removed(row)
        self._remove(partial(remove_shift, shift_id=row.shift_id))

    def _on_remove_round(self, row: PatrolRow) -> None:
        self._removed = round_removed(row)
        self._remove(partial(remove_patrol, patrol_id=row.patrol_id))

    def _on_form_removes(self, record_id: str) -> None:
        self._close_forms()
        shifts = self.week.week.shifts if self.week.week is not None else ()
        shift = next((row for row in shifts if row.shift_id == record_id), None)
        made = next((row for row in self.rounds.model.rows() if row.patrol_id == record_id), None)
        if shift is not None:
            self._on_remove_shift(shift)
        elif made is not None:
            self._on_remove_round(made)

    def _remove(self, action: partial[Changes]) -> None:
        work = partial(action, self._context.store, self._context.actor)
        self._context.runner.write(work, on_done=self._on_removed, on_failed=self._on_failed)

    def _on_removed(self, changes: Changes) -> None:
        self._said(self._removed, changes)

    def _said(self, sentence: str, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(sentence, changes.txn)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))
        self.load()

    def _on_print(self, button: QWidget) -> None:
        unit = self._context.actor.units.get(self._unit_id)
        place = display_name(unit, self._context.actor.units) if unit is not None else ""
        title = tr("{place}{week}", place=place, week=week_title(self._monday))
        print_for(self._context, button, title=title, html=self.week.html(), look=None)

    # --- moving about ----------------------------------------

    def _on_turned(self, weeks: int) -> None:
        start = self._monday if weeks else self._today()
        self._monday = monday_of(start + timedelta(weeks=weeks))
        self.load()

    def _on_switched(self, which: str) -> None:
        is_week = which == _WEEK
        self._lists.setCurrentWidget(self.week if is_week else self.rounds)
        self.week.tools.setVisible(is_week)
        self.rounds.tools.setVisible(not is_week)
        only_current_counts(self._lists)

    def _shown_table(self) -> QWidget:
        return self.week.table if self._lists.currentWidget() is self.week else self.rounds.table

    def _today(self) -> date:
        return today_in_china(self._context.store.clock)

    def _time(self) -> str:
        return clock_time(self._context.store.clock.now())

    # --- building ----------------------------------------

    def _build(self) -> None:
        self._lists.addWidget(self.week)
        self._lists.addWidget(self.rounds)
        self._forms.addWidget(self.shift_form)
        self._forms.addWidget(self.patrol_form)
        self.switch.set_value(_WEEK)
        only_current_counts(self._lists)
        if not self._may_record:
            self.round_button.hide()
        self.now_card.add(self._build_now())
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.week.tools, 1)
        row.addWidget(self.rounds.tools, 1)
        self.rounds.tools.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.now_card)
        column.addWidget(bar)
        column.addWidget(self.host, 1)
        keep_room(self.now_card, bar)
        self.setFocusProxy(self.week.table)

    def _build_now(self) -> QWidget:
        """Who is on, large; beside it the round that is being made, with its one button."""
        now = QWidget()
        row = QHBoxLayout(now)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.now_names, 2)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self.now_line)
        lines.addWidget(self.round_line)
        row.addLayout(lines, 3)
        row.addWidget(self.round_button, 0, Qt.AlignmentFlag.AlignVCenter)
        return now

    def _connect(self) -> None:
        self.switch.chosen.connect(self._on_switched)
        self.round_button.clicked.connect(self._on_round_button)
        self.week.shift_opened.connect(self._on_shift_opened)
        self.week.new_asked.connect(self._on_new_shift)
        self.week.remove_asked.connect(self._on_remove_shift)
        self.week.turned.connect(self._on_turned)
        self.week.copy_asked.connect(self._on_copy)
        self.week.print_asked.connect(self._on_print)
        self.rounds.round_opened.connect(self._on_round_opened)
        self.rounds.new_asked.connect(self._on_new_round)
        self.rounds.remove_asked.connect(self._on_remove_round)
        self.patrol_form.found_asked.connect(self._context.begin_found)
        self.shift_form.next_asked.connect(self._on_next_shift)
        self.patrol_form.next_asked.connect(self._on_new_round)
        for form in (self.shift_form, self.patrol_form):
            form.saved.connect(self._on_saved)
            form.closed.connect(self._on_form_closed)
            form.removed.connect(self._on_form_removes)
        self.host.closed.connect(self._close_forms)
        new = QShortcut(QKeySequence("Ctrl+N"), self)
        new.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        new.activated.connect(self._on_new)

    def _on_new(self) -> None:
        if not self._may_record:
            return
        if self._lists.currentWidget() is self.week:
            self.week.add_button.click()
        else:
            self._on_new_round()
