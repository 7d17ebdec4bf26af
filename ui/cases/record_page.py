"""What the pages of cases and of incidents share: a list, the chosen record beside it, the form or
an original in their place, and the draft that was left of a new record."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.drafts import SavedDraft
from app.errors import UserFacingError
from i18n.text import tr
from ui.attachments.viewer import AttachmentViewer
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.record_editor import RecordEditor
from ui.context import PageContext
from ui.theme import icon
from ui.widgets.side_panel import SidePanelHost
from ui.wording import error_sentence
from ui.wording_time import short_moment
from ui.work.paged_reader import PagedReader


class RecordPage(QWidget):
    """A page sets ``list``, ``host`` and the reader, then calls `_put_together`; ``card`` and
    ``editor`` are made when a record is first opened. What may be done is decided by rules and
    queries."""

    list: Any
    card: Any
    host: SidePanelHost
    editor: Any
    _reader: PagedReader

    def __init__(
        self,
        context: PageContext,
        parent: QWidget | None,
        *,
        screens: QStackedWidget,
        new_words: str,
        may_record: bool,
        drafts_of: str,
        draft_found: Callable[[str, str], str],
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._may_record = may_record
        self._draft_found = draft_found
        self._wanted = ""
        self._to_mend = ("", "")
        self._screens = screens
        self._screens.setParent(self)
        self._reading = QWidget(self._screens)
        self._screens.addWidget(self._reading)  # empty: what is brought to the front is dressed
        self._drafts = DraftKeeper(context, drafts_of, self)
        self.draft_bar = DraftBar(self._reading)
        self.new_button = QPushButton(icon("add", "white"), new_words)

    # --- what is of this kind of record ---------------------------------------------------------

    def _shown_id(self) -> str:
        """The record beside the list; empty when there is none."""
        raise NotImplementedError

    def _list_wanted(self) -> Any:
        """What the filter asks for, within what the person sees."""
        raise NotImplementedError

    def open_new(self) -> None:
        """The empty form."""
        raise NotImplementedError

    def _on_edit_asked(self, record: Any) -> None:
        """The form of the record shown."""
        raise NotImplementedError

    @property
    def _has_card(self) -> bool:
        """Whether a record was opened yet; asking for ``card`` would make it."""
        return "card" in vars(self)

    # --- what other pages ask for ---------------------------------------------------------------

    def load(self) -> None:
        """Read the list again, as far as it was read, and the record shown."""
        self._reader.read_list(self._list_wanted(), limit=self.list.model.rowCount())
        if self._shown_id():
            self._reader.read_one(self._reader.last_asked or self._shown_id())
        if self._may_record and not self.is_editing:
            self._drafts.look("")

    def open(self, record_id: str) -> None:
        """Show this record (or the one this person is part of) beside the list."""
        self._leave_editor()
        self._reader.read_one(record_id)

    def mend(self, record_id: str, field: str) -> None:
        """The form of the record that is being opened (or of this person's), at this field."""
        self._to_mend = (record_id, field)

    @cached_property
    def viewer(self) -> AttachmentViewer:
        """An original in the place of the page."""
        viewer = AttachmentViewer(self._context, self.card.attachments)
        self._screens.addWidget(viewer)
        viewer.closed.connect(self._on_viewer_closed)
        return viewer

    @property
    def is_editing(self) -> bool:
        return isinstance(self._screens.currentWidget(), RecordEditor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.host.is_side_open and not self.is_editing:
            self.host.close_side()
        else:
            super().keyPressEvent(event)

    # --- building -------------------------------------------------------------------------------

    def _put_together(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._screens)
        self._screens.setProperty("role", "paper")
        column = QVBoxLayout(self._reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.draft_bar)
        column.addWidget(self.host, 1)
        self.new_button.setProperty("role", "primary")
        self.new_button.setAccessibleName(self.new_button.text())
        self.new_button.setToolTip(tr("Ctrl+N"))
        self.setFocusProxy(self.list.table)
        self._connect_page()

    def _connect_page(self) -> None:
        self.new_button.clicked.connect(self._on_new)
        QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self._on_new)
        self._screens.currentChanged.connect(self._on_screen_changed)
        self.list.filter_changed.connect(self._on_filter_changed)
        self.list.more_wanted.connect(self._on_more_wanted)
        self._reader.list_read.connect(self._on_list_read)
        self._reader.more_read.connect(self.list.show_more)
        self._reader.one_missed.connect(self._on_missed)
        self.host.closed.connect(self.list.focus_list)
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._drafts.discard)
        self.draft_bar.restored.connect(self._on_draft_restored)

    def _keep_card(self, card: Any, *, back_into: QHBoxLayout | None = None) -> None:
        """What shows a record, just made in the room beside the list."""
        self.host.put_side(card, back_into=back_into)
        card.attachments.opened.connect(self._on_attachment_opened)
        card.edit_asked.connect(self._on_edit_asked)

    def _keep_editor(self, editor: RecordEditor) -> None:
        """A form that was just made: who only reads does not wait for it."""
        self._screens.addWidget(editor)
        editor.closed.connect(self._on_editor_closed)
        editor.finished.connect(self._on_editor_finished)

    # --- reading --------------------------------------------------------------------------------

    def _on_list_read(self, found: Any) -> None:
        chosen = self._wanted or self._shown_id()
        self._wanted = ""
        self.list.show_list(found)
        if chosen:
            self.list.choose(chosen)

    def _on_filter_changed(self) -> None:
        self._reader.read_list(self._list_wanted())

    def _on_more_wanted(self) -> None:
        rows = self.list.model.rows()
        if rows:
            self._reader.read_more(self._list_wanted(), rows[-1])

    def _on_chosen(self, record_id: str) -> None:
        """Where both fit, the record follows the cursor."""
        if self.host.is_side_open and record_id != self._shown_id():
            self._reader.read_one(record_id)

    def _on_missed(self, error: UserFacingError) -> None:
        self.host.close_side()
        self._context.notify(error_sentence(error))

    def _take_mending(self) -> tuple[str, str]:
        """The record and field that were to be corrected once it is shown; asked once."""
        asked, self._to_mend = self._to_mend, ("", "")
        return asked

    def _on_attachment_opened(self, attachment_id: str) -> None:
        if not self.is_editing:
            self._screens.setCurrentWidget(self.viewer)
            self.viewer.open(attachment_id)

    def _on_viewer_closed(self) -> None:
        if self._screens.currentWidget() is self.viewer:
            self._screens.setCurrentIndex(0)
            self.card.attachments.take_focus(self.viewer.attachment_id)

    # --- the form -------------------------------------------------------------------------------

    def _on_new(self) -> None:
        self.open_new()

    def _on_screen_changed(self) -> None:
        """One form at a time."""
        self.new_button.setDisabled(self.is_editing)

    def _show_editor(self) -> None:
        self._screens.setCurrentWidget(self.editor)

    def _leave_editor(self) -> None:
        if self.is_editing:
            self.editor.flush_draft()
        self._screens.setCurrentIndex(0)

    def _on_editor_closed(self) -> None:
        self._leave_editor()
        self.list.focus_list()
        self._drafts.look("")

    def _on_editor_finished(self, record_id: str) -> None:
        self._show_saved(record_id)
        self.list.focus_list()

    def _show_saved(self, record_id: str) -> None:
        """The list again, with what was saved in it whatever the filter was."""
        self._screens.setCurrentIndex(0)
        self.list.reset_filter()
        self._wanted = record_id
        self._reader.read_list(self._list_wanted())
        self._reader.read_one(record_id)

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        if found is None or self.is_editing:
            self.draft_bar.hide()
            return
        self._draft = found
        title, when = found.body["title"].strip(), short_moment(found.saved_at)
        self.draft_bar.ask(self._draft_found(title, when), takes_focus=False)

    def _on_draft_continued(self) -> None:
        self._show_editor()
        self.editor.open_new(goes_on=True)

    def _on_draft_restored(self) -> None:
        self._drafts.save(self._draft.body)
        self._on_draft_continued()
