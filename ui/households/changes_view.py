"""变动: what happened in the village in a month, counted by kind, and the way to each household."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.exchange.sheet_out import write_sheet
from app.households.life_queries import RosterEventRow, village_events
from app.households.vocabulary import RosterEventKind
from app.laptop import today_in_china
from app.looks.vocabulary import LookedAt
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.households.move_in_form import MoveInForm
from ui.looks.noting import look_at_rows, looked_first
from ui.theme import icon
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import StatePill, text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.save_dialog import ask_workbook
from ui.wording import error_sentence
from ui.wording_life import EVENT_TONES, event_words
from ui.wording_rules import name_of

ALL = ""


@dataclass(frozen=True)
class _Found:
    asked: tuple[str, date]
    rows: Sequence[RosterEventRow]


class ChangesView(QWidget):
    """`begin(unit_id)` shows this month; `household_opened(id)`; `closed`."""

    closed = Signal()
    household_opened = Signal(str)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._month = today_in_china(context.store.clock).replace(day=1)
        self._rows: Sequence[RosterEventRow] = ()
        self._exported = Path()
        self._build()
        self._connect()

    def begin(self, unit_id: str) -> None:
        """The month this day is in, of another village or the same."""
        self._unit_id = unit_id
        self._month = today_in_china(self._context.store.clock).replace(day=1)
        self.reload()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def reload(self) -> None:
        work = partial(self._read, (self._unit_id, self._month))
        self._context.runner.read(work, on_done=self._on_read)

    def on_changes(self, changes: Changes) -> None:
        if changes.touches("roster_event", "household"):
            self.reload()

    def flush_draft(self) -> None:
        self.form.flush_draft()

    @property
    def month(self) -> date:
        """Its first day."""
        return self._month

    def step_month(self, months: int) -> None:
        """So many months on or back."""
        place = self._month.year * 12 + self._month.month - 1 + months
        self._month = date(place // 12, place % 12 + 1, 1)
        self.reload()

    # --- building ----------------------------------------

    def _build(self) -> None:
        self.back = _quiet("back", tr("返回列表"))
        self.earlier = _quiet("", tr("‹ 上个月"))
        self.later = _quiet("", tr("下个月 ›"))
        self.month_label = text_label("", "sectionTitle")
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("只看哪一种变动"))
        self.kind.addItem(tr("全部变动"), ALL)
        for each in RosterEventKind:
            self.kind.addItem(name_of(each), each.value)
        calm_wheel(self.kind)
        self.export = QPushButton(icon("export"), tr("导出 Excel"))
        self.move_in = QPushButton(icon("add"), tr("整户迁入"))
        for button in (self.export, self.move_in):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
        bar = QWidget()
        flow = FlowLayout(bar, spacing=8)
        for widget in (
            *(self.back, self.earlier, self.month_label, self.later),
            *(self.kind, self.export, self.move_in),
        ):
            flow.addWidget(widget)
        self.move_in.setVisible(self._context.actor.may(Permission.EDIT_ROSTER))
        self._pills: dict[RosterEventKind, StatePill] = {
            each: StatePill("", EVENT_TONES.get(each, "info")) for each in RosterEventKind
        }
        self.counts = QWidget()
        counted = FlowLayout(self.counts, spacing=8)
        for pill in self._pills.values():
            counted.addWidget(pill)
        self.table = RecordTable(
            RowsModel(_columns(), key=lambda row: row.id),
            name=tr("本月变动"),
            empty=tr("这个月没有登记变动。"),
        )
        self.card = Card(tr("变动"), aside=" ", is_flush=True)
        self.card.add(self.table, 1)
        self.form = MoveInForm(self._context)
        self.form.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(bar)
        column.addWidget(self.counts)
        column.addWidget(self.card, 1)
        column.addWidget(self.form, 1)
        self._bar = bar

    def _connect(self) -> None:
        self.back.clicked.connect(self.closed)
        self.earlier.clicked.connect(partial(self._on_step, -1))
        self.later.clicked.connect(partial(self._on_step, 1))
        self.kind.activated.connect(self._show)
        self.export.clicked.connect(self._on_export)
        self.move_in.clicked.connect(self._on_move_in)
        self.form.closed.connect(self._on_form_closed)
        self.form.saved.connect(self._on_saved)
        self.table.row_opened.connect(self._on_opened)
        for keys, slot in (
            ("Alt+Left", self._on_leave),
            ("Ctrl+PgUp", partial(self._on_step, -1)),
            ("Ctrl+PgDown", partial(self._on_step, 1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        self.earlier.setToolTip(tr("Ctrl+PgUp"))
        self.later.setToolTip(tr("Ctrl+PgDown"))

    # --- reading and showing ----------------------------------------

    def _read(self, asked: tuple[str, date]) -> _Found:
        """On the reader thread."""
        unit_id, first = asked
        last = first.replace(day=monthrange(first.year, first.month)[1])
        rows = village_events(self._context.store, unit_id, first_day=first, last_day=last)
        return _Found(asked, rows)

    def _on_read(self, found: _Found) -> None:
        if found.asked == (self._unit_id, self._month):
            self._rows = found.rows
            self._show()

    def _show(self, _place: int = 0) -> None:
        month = self._month
        self.month_label.setText(tr("{year}年{month}月", year=month.year, month=month.month))
        today = today_in_china(self._context.store.clock)
        self.later.setEnabled(month < today.replace(day=1))
        counts = Counter(row.kind for row in self._rows)
        for kind, pill in self._pills.items():
            words = tr("{kind} {count}", kind=name_of(kind), count=counts[kind])
            pill.set_state(words if counts[kind] else "", EVENT_TONES.get(kind, "info"))
        self.counts.setVisible(bool(counts) and self.form.isHidden())
        chosen = str(self.kind.currentData())
        shown = tuple(row for row in self._rows if chosen in (ALL, row.kind.value))
        self.table.show_rows(shown)
        self.card.set_aside(tr("{count} 条", count=len(shown)))
        self.export.setEnabled(bool(shown))

    # --- slots ----------------------------------------

    def _on_step(self, months: int) -> None:
        if months < 0 or self.later.isEnabled():
            self.step_month(months)

    def _on_opened(self, row: RosterEventRow) -> None:
        self.household_opened.emit(row.household_id)

    def _on_leave(self) -> None:
        if self.form.isHidden():
            self.closed.emit()
        else:
            self.form.leave()

    def _on_move_in(self) -> None:
        self._show_form(True)
        self.form.begin_new(self._unit_id)

    def _on_form_closed(self) -> None:
        self._show_form(False)
        self.reload()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_form(self, is_shown: bool) -> None:
        self.form.setVisible(is_shown)
        for widget in (self._bar, self.card):
            widget.setVisible(not is_shown)
        self.counts.setVisible(not is_shown and bool(self._rows))

    def _on_saved(self, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(self.form.said, changes.txn)

    def _on_export(self) -> None:
        name = tr("变动 {year}-{month}.xlsx", year=self._month.year, month=f"{self._month:%m}")
        path = ask_workbook(self, name)
        if path:
            self.write_to(Path(path))

    def write_to(self, path: Path) -> None:
        """The rows as they stand, as a workbook."""
        rows = [[str(cell) for cell in _cells(row)] for row in self.table.rows.rows()]
        title = self.month_label.text()
        columns = [(column.title, width) for column, width in zip(_columns(), _WIDTHS, strict=True)]
        write = partial(write_sheet, path, title=title, columns=columns, rows=rows)
        look = look_at_rows(self._context, LookedAt.EXPORT, people=len(rows), reason=title)
        work = partial(looked_first, look, write)
        self._exported = path
        self._context.runner.write(
            work, on_done=self._on_exported, on_failed=self._on_export_failed
        )

    def _on_exported(self, _nothing: object) -> None:
        self._context.notify(tr("已导出到 {path}。", path=self._exported))

    def _on_export_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))


_WIDTHS = (12, 10, 22, 60, 12)


def _cells(row: RosterEventRow) -> list[object]:
    return [column.value(row) for column in _columns()]


def _columns() -> list[Column[RosterEventRow]]:
    return [
        Column(tr("日期"), lambda row: row.happened_on.isoformat(), width=100),
        Column(
            tr("种类"),
            lambda row: name_of(row.kind),
            tone=lambda row: EVENT_TONES.get(row.kind, "info"),
            width=92,
            is_pill=True,
        ),
        Column(tr("户"), lambda row: row.household, width=130),
        Column(tr("情况"), event_words),
        Column(tr("登记人"), lambda row: row.by_name, width=84),
    ]


def _quiet(icon_name: str, words: str) -> QPushButton:
    button = QPushButton(icon(icon_name), words) if icon_name else QPushButton(words)
    button.setProperty("role", "quiet")
    button.setAccessibleName(words)
    button.setAutoDefault(True)
    return button
