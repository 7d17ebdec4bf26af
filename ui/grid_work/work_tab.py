"""A list with the chosen record beside it, and the forms in its place: what three tabs share."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.store import Changes
from i18n.text import tr
from ui.attachments.strip import ATTACHED_ENTITIES
from ui.attachments.viewer import AttachmentViewer
from ui.context import PageContext
from ui.grid_work.work_card import CardContent, WorkCard
from ui.grid_work.work_form import WorkForm
from ui.grid_work.work_list import WorkList
from ui.households.side import only_current_counts
from ui.widgets.side_panel import SidePanelHost
from ui.wording import error_sentence


class WorkTab(QWidget):
    """What the three tabs have in common; each says what it lists and what may be done."""

    ENTITIES: tuple[str, ...] = ()
    """A change of these is a reason to read again."""
    SUBJECT: str | None = None
    """Whose attachments the card shows."""
    form: Any
    """Where a record is written; each tab makes its own when it is first wanted."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._to_mend = ("", "")
        self._wants_focus = False
        self._forms: list[WorkForm] = []
        self.may_record = context.actor.may(Permission.RECORD_GRID_WORK)
        self.list = self._make_list()
        self.card = WorkCard(context, subject=self.SUBJECT)
        self.side = QStackedWidget()
        self.side.addWidget(self.card)
        self.host = SidePanelHost(self.list, self.side, main_share=1, side_share=1)
        self._screens = QStackedWidget()
        self._screens.addWidget(self.host)
        self.viewer: AttachmentViewer | None = None
        if self.card.attachments is not None:
            self.viewer = AttachmentViewer(context, self.card.attachments)
            self._screens.addWidget(self.viewer)
            self.viewer.closed.connect(self._on_viewer_closed)
            self.card.attachments.opened.connect(self._on_attachment_opened)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._screens)
        self.setFocusProxy(self.list.table)
        self._connect()

    # --- for the tabs ----------------------------------------

    def _make_list(self) -> WorkList:
        raise NotImplementedError

    def _read_one(self, record_id: str) -> Any:
        """On the reader thread: what the card shows, or None."""
        raise NotImplementedError

    def _content(self, found: Any) -> CardContent:
        raise NotImplementedError

    def begin(self, household_id: str = "") -> None:
        """The empty form."""
        self._show_form(self.form)
        self.form.begin_new(self._unit_id, household_id)

    def begin_edit(self, record_id: str, field: str = "") -> None:
        """The form of a record, at this field."""
        self._show_form(self.form)
        self.form.begin_edit(self._unit_id, record_id, field=field)

    def _on_asked(self, key: str) -> None:
        """A button of the card."""
        raise NotImplementedError

    def _take_in(self, form: WorkForm) -> None:
        """A form of this tab, made when it is first needed."""
        form.closed.connect(self._on_form_closed)
        self._forms.append(form)
        self.side.addWidget(form)

    def _show_form(self, form: WorkForm) -> None:
        self._leave_forms()
        self.side.setCurrentWidget(form)
        only_current_counts(self.side)
        self.host.open_side()

    def _write(self, work: Callable[[], Changes], sentence: str) -> None:
        """A step from a button, with the way to take it back."""
        self._sentence = sentence
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_failed)

    # --- for the page ----------------------------------------

    @property
    def is_editing(self) -> bool:
        return self.side.currentWidget() is not self.card

    def show_unit(self, unit_id: str) -> None:
        """The village whose work is listed."""
        if unit_id != self._unit_id:
            self._leave_forms()
            self.host.close_side()
        self._unit_id = unit_id
        self.list.show_unit(unit_id)
        self.reload()

    def reload(self) -> None:
        """Read the record shown again."""
        if self.card.record_id and self.host.is_side_open:
            self._show(self.card.record_id)

    def open(self, record_id: str) -> None:
        """Show this record beside the list, whatever the filters were."""
        self._leave_forms()
        self.list.show_record(record_id)
        self.list.load()
        self._wants_focus = True
        self._show(record_id)

    def mend(self, record_id: str, field: str) -> None:
        """The form of the record that is being opened, at this field."""
        self._to_mend = (record_id, field)

    def on_changes(self, changes: Changes) -> None:
        if changes.touches(*self.ENTITIES):
            self.list.load()
            self.reload()
        elif changes.touches(*ATTACHED_ENTITIES) and self.card.attachments is not None:
            self.card.attachments.load()

    def flush_draft(self) -> None:
        for form in self._forms:
            form.flush_draft()
        if self.card.attachments is not None:
            self.card.attachments.flush_draft()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.host.is_side_open and not self.is_editing:
            self.host.close_side()
        else:
            super().keyPressEvent(event)

    # --- slots ----------------------------------------

    def _connect(self) -> None:
        self.list.row_chosen.connect(self._on_row_chosen)
        self.list.row_opened.connect(self._on_row_opened)
        self.card.asked.connect(self._on_asked)
        self.host.closed.connect(self.list.focus_list)

    def _show(self, record_id: str) -> None:
        work = partial(self._read_one, record_id)
        self._context.runner.read(work, on_done=self._on_read, on_failed=self._on_failed)

    def _on_row_chosen(self, row: Any) -> None:
        """Where both fit, the record follows the cursor; a form that is open stays."""
        if self.host.is_side_open and not self.is_editing and row.id != self.card.record_id:
            self._show(row.id)

    def _on_row_opened(self, row: Any) -> None:
        self._leave_forms()
        self._show(row.id)

    def _on_read(self, found: Any) -> None:
        if found is None:
            if not self.is_editing:
                self.host.close_side()
            if self._wants_focus:
                self._context.notify(tr("这一条已经不在这里了，可能在别的电脑上删去了。"))
            self._wants_focus = False
            return
        content = self._content(found)
        self.card.show_content(content)
        only_current_counts(self.side)
        self.host.open_side()
        self._wants_focus = False
        (record_id, field), self._to_mend = self._to_mend, ("", "")
        if record_id and self.may_record:
            self.begin_edit(content.record_id, field)

    def _leave_forms(self) -> None:
        for form in self._forms:
            if form.is_open:
                form.leave()

    def _on_form_closed(self) -> None:
        self.side.setCurrentWidget(self.card)
        only_current_counts(self.side)
        if self.card.content is None:
            self.host.close_side()
        self.list.focus_list()

    def _on_written(self, changes: Changes) -> None:
        self._say_done(changes, self._sentence)

    def _say_done(self, changes: Changes, sentence: str) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(sentence, changes.txn)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _on_attachment_opened(self, attachment_id: str) -> None:
        if self.viewer is not None and not self.is_editing:
            self._screens.setCurrentWidget(self.viewer)
            self.viewer.open(attachment_id)

    def _on_viewer_closed(self) -> None:
        if self.viewer is not None and self._screens.currentWidget() is self.viewer:
            self._screens.setCurrentIndex(0)
            if self.card.attachments is not None:
                self.card.attachments.take_focus(self.viewer.attachment_id)
