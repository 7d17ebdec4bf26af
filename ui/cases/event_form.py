"""Telling what happened to a case: one text under the timeline, never a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.cases.actions import EVENT_FORM, add_case_event
from app.cases.vocabulary import CaseEventKind
from app.drafts import SavedDraft
from app.errors import UserFacingError
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField, FormPanel
from ui.wording import error_sentence
from ui.wording_cases import event_button, event_question, event_template, note_draft_found
from ui.wording_time import short_moment


class EventForm(QWidget):
    """A button for each event that may happen now; pressing one asks for the words.

    `asking_changed(bool)` while the words are asked for, so that the page can make room.
    """

    asking_changed = Signal(bool)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._drafts = DraftKeeper(context, EVENT_FORM, self)
        self._draft: dict[str, Any] | None = None
        self._case_id = ""
        self._kind = CaseEventKind.NOTE_ADDED
        self.buttons: dict[CaseEventKind, QPushButton] = {}
        self.draft_bar = DraftBar()
        self.note = QPlainTextEdit()
        self.note.setFixedHeight(text_px(84))
        self.save = QPushButton(tr("保存"))
        self.cancel = QPushButton(tr("取消"))
        self._panel = FormPanel()
        self._field = FormField(tr("情况"), self.note)
        self._button_row = QWidget()
        self._build()
        self._connect()

    @property
    def is_asking(self) -> bool:
        return self._panel.isVisibleTo(self)

    def show_case(self, case_id: str, *, possible: Sequence[CaseEventKind]) -> None:
        """Offer what may happen to this case; words being written for it stay."""
        for kind, button in self.buttons.items():
            button.setVisible(kind in possible)
        if case_id != self._case_id:
            self.flush_draft()
            self._case_id = case_id
            self._close()
            self.draft_bar.hide()
            self._drafts.look(case_id)

    def flush_draft(self) -> None:
        """Write words that are waiting for their second to pass."""
        self._panel.flush_draft()

    def ask(self, kind: CaseEventKind) -> None:
        """Open the text for this event, ready to type."""
        self._open(kind, event_template(kind))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_asking:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        flow = FlowLayout(self._button_row)
        for kind in CaseEventKind:
            if kind is CaseEventKind.RECORDED:
                continue
            button = QPushButton(event_button(kind))
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            button.setProperty("eventKind", kind.value)
            button.clicked.connect(self._on_button)
            self.buttons[kind] = button
            flow.addWidget(button)
        self.buttons[CaseEventKind.NOTE_ADDED].setProperty("role", "primary")
        self.save.setProperty("role", "primary")
        self.save.setToolTip(tr("Ctrl+Enter"))
        self.cancel.setToolTip(tr("Esc"))
        under = QWidget()
        line = FlowLayout(under)
        for button in (self.save, self.cancel):
            button.setAccessibleName(button.text())
            line.addWidget(button)
        self._panel.add_widget(self._field)
        self._panel.add_widget(under)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.draft_bar, self._panel, self._button_row):
            column.addWidget(part)
        self._panel.hide()

    def _connect(self) -> None:
        self.save.clicked.connect(self._on_save)
        self.cancel.clicked.connect(self._on_cancel)
        self._panel.saved.connect(self._on_save)
        self._panel.draft_due.connect(self._on_draft_due)
        self._panel.edited.connect(self._on_edited)
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.restored.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._drafts.discard)

    def _open(self, kind: CaseEventKind, text: str) -> None:
        self._kind = kind
        question = event_question(kind)
        self._field.label.set_text(question)
        self.note.setAccessibleName(question)
        self._field.set_error("")
        with self._panel.filling():
            self.note.setPlainText(text)
        self.draft_bar.hide()
        self._panel.show()
        self._button_row.hide()
        self.asking_changed.emit(True)
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)
        self.note.moveCursor(self.note.textCursor().MoveOperation.End)

    def _close(self) -> None:
        self._panel.discard_draft_clock()
        self._panel.setEnabled(True)
        self._panel.hide()
        self._button_row.show()
        self.asking_changed.emit(False)

    def _on_button(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.ask(CaseEventKind(button.property("eventKind")))

    def _on_edited(self) -> None:
        self._field.set_error("")

    def _on_draft_due(self) -> None:
        self._drafts.save({"kind": self._kind.value, "note": self.note.toPlainText()})

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        self._draft = found.body if found else None
        if found is not None and not self.is_asking:
            self.draft_bar.ask(note_draft_found(short_moment(found.saved_at)), takes_focus=False)

    def _on_draft_continued(self) -> None:
        if self._draft is not None:
            self._open(CaseEventKind(self._draft["kind"]), self._draft["note"])
            self._on_draft_due()

    def _on_cancel(self) -> None:
        """Put the words away; what was typed can be had back at once."""
        typed = self.note.toPlainText().strip()
        self._close()
        self._drafts.discard()
        if typed and typed != event_template(self._kind):
            self._draft = {"kind": self._kind.value, "note": typed}
            self.draft_bar.say_discarded()
        self._focus_buttons()

    def _on_save(self) -> None:
        if not self._panel.isEnabled():
            return
        self._panel.discard_draft_clock()
        self._panel.setEnabled(False)
        work = partial(
            add_case_event,
            self._context.store,
            self._context.actor,
            case_id=self._case_id,
            kind=self._kind,
            note=self.note.toPlainText(),
        )
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_failed)

    def _on_written(self, _changes: object) -> None:
        self._close()
        self._context.wrote()
        self._focus_buttons()

    def _on_failed(self, error: UserFacingError) -> None:
        self._panel.setEnabled(True)
        self._field.set_error(error_sentence(error))
        self._on_draft_due()
        self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_buttons(self) -> None:
        shown = (each for each in self.buttons.values() if each.isVisibleTo(self))
        first = next(shown, None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
