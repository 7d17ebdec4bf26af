"""冲锋队: going to people before they come; each round with what was found, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.accounts.session import Actor
from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.outreach.actions import remove_round
from app.outreach.queries import PAGE_SIZE, FindingRow, RoundRow, RoundView, one_round, round_rows
from app.store import Changes, Store
from i18n.text import tr
from ui.attachments.strip import ATTACHED_ENTITIES
from ui.attachments.viewer import AttachmentViewer
from ui.context import PageContext
from ui.households.side import only_current_counts
from ui.outreach.forms import FindingForm, FindingVisitForm, RoundForm
from ui.outreach.round_card import RoundCard
from ui.theme import icon, text_px
from ui.widgets.cards import Card
from ui.widgets.fitting import FittingStack
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.side_panel import SidePanelHost
from ui.widgets.sync_column import sync_column
from ui.wording import error_sentence

ENTITIES = ("outreach_round", "outreach_finding", "record_link", "household")
_NARROW_PX = 900
_SENT_FROM_PX = 420


class RoundsTable(RecordTable):
    """Whether a round was sent goes first where room is short; the card says it as well."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(3, self.width() < text_px(_SENT_FROM_PX))


class OutreachTab(QWidget):
    """The rounds of one village or of the whole reach, newest first; one of them beside."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._view: RoundView | None = None
        self._to_mend = False
        self.may_record = context.actor.may(Permission.RECORD_OUTREACH)
        self.model: RowsModel[RoundRow] = RowsModel(_round_columns(), parent=self)
        self.table = RoundsTable(self.model, name=tr("冲锋队上门"))
        self.new_button = QPushButton(icon("add", "white"), tr("登记上门"))
        self.list = Card(tr("冲锋队上门"), aside=" ", is_flush=True)
        self.card = RoundCard(context)
        self.round_form, self.finding_form = RoundForm(context), FindingForm(context)
        self.visit_form = FindingVisitForm(context)
        self.side = QStackedWidget()
        for part in (self.card, self.round_form, self.finding_form, self.visit_form):
            self.side.addWidget(part)
        self.host = SidePanelHost(
            self.list, self.side, main_share=1, side_share=1, narrow_px=_NARROW_PX
        )
        self.viewer = AttachmentViewer(context, self.card.attachments)
        self._screens = FittingStack()
        self._screens.addWidget(self.host)
        self._screens.addWidget(self.viewer)
        self._build()
        self._connect()

    # --- for the page ---------------------------------------------------------------------------

    def show_unit(self, unit_id: str) -> None:
        """The village whose rounds are listed."""
        if unit_id != self._unit_id:
            self._leave_forms()
            self.host.close_side()
        self._unit_id = unit_id
        self._load()

    def on_changes(self, changes: Changes) -> None:
        if changes.touches(*ENTITIES):
            self._load()
            if self._view is not None and self.host.is_side_open:
                self._read_one(self._view.row.id)
        elif changes.touches(*ATTACHED_ENTITIES):
            self.card.attachments.load()

    def open(self, record_id: str) -> None:
        """This round (or the round of this finding) beside the list."""
        self._leave_forms()
        self._read_one(record_id)

    def mend(self, _record_id: str, _field: str) -> None:
        """The form of the round that is being opened."""
        self._to_mend = True

    def begin(self, _household_id: str = "") -> None:
        """The empty form."""
        if self.may_record and self._unit_id:
            self._show_form(self.round_form)
            self.round_form.begin_new(self._unit_id)

    def flush_draft(self) -> None:
        for form in self._forms:
            form.flush_draft()
        self.card.attachments.flush_draft()

    @property
    def is_editing(self) -> bool:
        return self.side.currentWidget() is not self.card

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.host.is_side_open and not self.is_editing:
            self.host.close_side()
        else:
            super().keyPressEvent(event)

    # --- reading --------------------------------------------------------------------------------

    def _load(self) -> None:
        given = self._context.store, self._context.actor
        read = partial(_rounds_of, *given, self._unit_id)
        self._context.runner.read(read, on_done=self._on_rows)

    def _read_one(self, round_id: str) -> None:
        work = partial(one_round, self._context.store, self._context.actor, round_id)
        self._context.runner.read(work, on_done=self._on_round)

    def _on_rows(self, found: tuple[str, tuple[RoundRow, ...]]) -> None:
        unit_id, rows = found
        if unit_id != self._unit_id:
            return
        self.model.set_rows(rows)
        many = tr("{count} 次以上", count=len(rows))
        whole = tr("共 {count} 次", count=len(rows))
        self.list.set_aside(many if len(rows) == PAGE_SIZE else whole)
        if self._view is not None:
            self.table.choose(self._view.row.id)

    def _on_round(self, view: RoundView | None) -> None:
        if view is None:
            self.host.close_side()
            return
        self._view = view
        self.card.show_round(view)
        if not self.is_editing:
            self.host.open_side()
            self.table.choose(view.row.id)
        if self._to_mend and view.may_record:
            self._on_asked("edit")
        self._to_mend = False

    # --- doing ----------------------------------------------------------------------------------

    def _on_asked(self, key: str) -> None:
        view = self._view
        if view is None:
            return
        if key == "edit":
            self._show_form(self.round_form)
            self.round_form.begin_edit(view.row.unit_id, view.row.id)
        elif key == "add":
            self._show_form(self.finding_form)
            self.finding_form.begin_new(view.row.unit_id, view.row.id)
        elif key == "remove":
            store, actor = self._context.store, self._context.actor
            work = partial(remove_round, store, actor, round_id=view.row.id)
            self._write(work, tr("已删去这次上门。"))

    def _on_finding_asked(self, key: str, finding: FindingRow) -> None:
        if self._view is None:
            return
        unit_id = self._view.row.unit_id
        if key == "case":
            self._context.begin_case_of_finding(finding.id)
        elif key == "visit":
            self._show_form(self.visit_form)
            self.visit_form.begin_visit(
                unit_id, finding.id, finding.household_id or "", finding.text
            )
        elif key == "end":
            self._show_form(self.finding_form)
            self.finding_form.begin_end(finding.id, finding.text)
        elif key == "open" and finding.became is not None:
            self._context.open_record(*finding.became)

    def _write(self, work: Callable[[], Changes], sentence: str) -> None:
        self._sentence = sentence
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_failed)

    def _on_written(self, changes: Changes) -> None:
        self.host.close_side()
        self._view = None
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(self._sentence, changes.txn)

    def _on_saved(self, changes: Any) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(tr("已记下。"), changes.txn)
        round_id = getattr(changes, "round_id", "")
        if round_id:
            self._read_one(round_id)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _on_row_chosen(self, row: RoundRow) -> None:
        if self.host.is_side_open and not self.is_editing:
            self._read_one(row.id)

    def _on_row_opened(self, row: RoundRow) -> None:
        self._leave_forms()
        self._read_one(row.id)

    # --- forms ----------------------------------------------------------------------------------

    @property
    def _forms(self) -> tuple[RoundForm, FindingForm, FindingVisitForm]:
        return (self.round_form, self.finding_form, self.visit_form)

    def _show_form(self, form: QWidget) -> None:
        self._leave_forms()
        self.side.setCurrentWidget(form)
        only_current_counts(self.side)
        self.host.open_side()

    def _leave_forms(self) -> None:
        for form in self._forms:
            if form.is_open:
                form.leave()

    def _on_form_closed(self) -> None:
        self.side.setCurrentWidget(self.card)
        only_current_counts(self.side)
        if self._view is None:
            self.host.close_side()
        self._focus_list()

    def _focus_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.new_button.setProperty("role", "primary")
        self.new_button.setAccessibleName(self.new_button.text())
        self.list.header.addWidget(self.new_button)
        self.new_button.setHidden(not self.may_record)
        self.list.add(self.table, 1)
        self.table.set_empty_text(
            tr("还没有冲锋队上门的记录"),
            tr("主动上门，把问题解决在群众找来之前。按“登记上门”记下一次。")
            if self.may_record
            else "",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._screens)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.new_button.clicked.connect(self._on_new)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)
        self.card.asked.connect(self._on_asked)
        self.card.finding_asked.connect(self._on_finding_asked)
        self.host.closed.connect(self._focus_list)
        self.card.attachments.opened.connect(self._on_attachment_opened)
        self.viewer.closed.connect(self._on_viewer_closed)
        for form in self._forms:
            form.closed.connect(self._on_form_closed)
            form.saved.connect(self._on_saved)

    def _on_new(self) -> None:
        self.begin()

    def _on_attachment_opened(self, attachment_id: str) -> None:
        if not self.is_editing:
            self._screens.setCurrentWidget(self.viewer)
            self.viewer.open(attachment_id)

    def _on_viewer_closed(self) -> None:
        if self._screens.currentWidget() is self.viewer:
            self._screens.setCurrentWidget(self.host)
            self.card.attachments.take_focus(self.viewer.attachment_id)


def _rounds_of(store: Store, actor: Actor, unit_id: str) -> tuple[str, tuple[RoundRow, ...]]:
    return unit_id, round_rows(store, actor, unit_id=unit_id)


def _round_columns() -> list[Column[RoundRow]]:
    return [
        Column(tr("日期"), lambda row: row.held_on.isoformat(), width=112),
        Column(tr("主题"), lambda row: row.title, width=0),
        Column(tr("发现"), _counted, width=116),
        sync_column(tr("上报"), width=76),
    ]


def _counted(row: RoundRow) -> str:
    if row.open_findings:
        return tr("{count} 件，{open} 待办", count=row.findings, open=row.open_findings)
    return tr("{count} 件", count=row.findings)
