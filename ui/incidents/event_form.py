"""Telling what happened to an incident: words, a report to the police, or a police mediation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.drafts import SavedDraft
from app.errors import ErrorCode, UserFacingError
from app.incidents.actions import (
    EVENT_FORM,
    add_incident_event,
    record_police_mediation,
    report_incident,
)
from app.incidents.vocabulary import IncidentEventKind
from app.store import Changes
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.context import PageContext
from ui.incidents.report_fields import ReportFields
from ui.incidents.signers_fields import SignersFields
from ui.theme import text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField, FormPanel
from ui.widgets.moments import moment_edit, moment_of, set_moment
from ui.widgets.scrolled_box import ScrolledBox
from ui.wording import error_sentence
from ui.wording_incidents import event_button, event_question, note_draft_found
from ui.wording_time import short_moment

_K = IncidentEventKind
_HAS_MOMENT = frozenset({_K.GRID_ACTED, _K.POLICE_RESULT})
"""Told some time after it was done."""


class IncidentEventForm(QWidget):
    """A button for each event that may happen now; pressing one asks for the words.

    `asking_changed(bool)` while the words are asked for; `case_wanted` where the incident is to
    become a dispute, which has a form of its own; `written(kind, transaction)` after an event was
    kept.
    """

    asking_changed = Signal(bool)
    case_wanted = Signal()
    written = Signal(str, int)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._drafts = DraftKeeper(context, EVENT_FORM, self)
        self._draft: dict[str, Any] | None = None
        self._incident_id = ""
        self._kind = _K.NOTE_ADDED
        self._is_withdrawn = False
        self.buttons: dict[IncidentEventKind, QPushButton] = {}
        self.draft_bar = DraftBar()
        self.note = QPlainTextEdit()
        self.note.setFixedHeight(text_px(84))
        self.at = moment_edit()
        self.report = ReportFields()
        self.signers = SignersFields()
        self.save = QPushButton(tr("保存 (Ctrl+Enter)"))
        self.cancel = QPushButton(tr("取消 (Esc)"))
        self._panel = FormPanel()
        self._moment = FormField(tr("什么时候"), self.at)
        self._field = FormField(tr("情况"), self.note)
        self._button_row = QWidget()
        self._build()
        self._connect()

    @property
    def is_asking(self) -> bool:
        return self._panel.isVisibleTo(self)

    @property
    def error(self) -> str:
        """What is wrong with what was told, as it is shown."""
        fields = (self._field, self.report.station_field, self.signers.signers_field)
        return next((each.error for each in fields if each.error), "")

    def show_incident(
        self,
        incident_id: str,
        *,
        possible: Sequence[IncidentEventKind],
        is_withdrawn: bool = False,
    ) -> None:
        """Offer what may happen to this incident; words being written for it stay."""
        self._is_withdrawn = is_withdrawn
        again = self.buttons[_K.REOPENED]
        again.setText(event_button(_K.REOPENED, is_withdrawn=is_withdrawn))
        again.setAccessibleName(again.text())
        for kind, button in self.buttons.items():
            button.setVisible(kind in possible)
        if incident_id != self._incident_id:
            self.flush_draft()
            self._incident_id = incident_id
            self._close()
            self.draft_bar.hide()
            self._drafts.look(incident_id)

    def flush_draft(self) -> None:
        """Write words that are waiting for their second to pass."""
        self._panel.flush_draft()

    def ask(self, kind: IncidentEventKind) -> None:
        """Open what this event asks for, ready to type; a dispute has a form of its own."""
        if kind is _K.BECAME_CASE:
            self.case_wanted.emit()
        else:
            self._open(kind, self._template())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_asking:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        flow = FlowLayout(self._button_row)
        for kind in IncidentEventKind:
            if kind is _K.RECORDED:
                continue
            button = QPushButton(event_button(kind))
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            button.setProperty("eventKind", kind.value)
            button.clicked.connect(self._on_button)
            self.buttons[kind] = button
            flow.addWidget(button)
        self.buttons[_K.GRID_ACTED].setProperty("role", "primary")
        self.save.setProperty("role", "primary")
        self.save.setToolTip(tr("Ctrl+Enter"))
        self.cancel.setToolTip(tr("Esc"))
        under = QWidget()
        line = FlowLayout(under)
        for button in (self.save, self.cancel):
            button.setAccessibleName(button.text())
            line.addWidget(button)
        told = ScrolledBox(name=tr("情况"))
        told.column.addWidget(self.report)
        told.column.addWidget(self.signers)
        told.column.addWidget(self._moment)
        told.column.addWidget(self._field)
        self._panel.add_widget(told)
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
        self.signers.row_added.connect(self._panel.watch)
        self.signers.changed.connect(self._panel.note_edit)
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.restored.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._drafts.discard)

    def _template(self) -> dict[str, Any]:
        now = self._context.store.clock.now().isoformat()
        return {"note": "", "at": now, "report": {"at": now}, "mediation": {"at": now}}

    def _open(self, kind: IncidentEventKind, body: dict[str, Any]) -> None:
        self._kind = kind
        question = event_question(kind, is_withdrawn=self._is_withdrawn)
        self._field.label.set_text(question)
        self.note.setAccessibleName(question)
        self._show_error("")
        self.report.setVisible(kind is _K.REPORTED_TO_POLICE)
        self.signers.setVisible(kind is _K.POLICE_MEDIATED)
        self._moment.setVisible(kind in _HAS_MOMENT)
        with self._panel.filling():
            self.note.setPlainText(body["note"])
            set_moment(self.at, datetime.fromisoformat(body["at"]))
            self.report.fill(body["report"])
            self.signers.fill(body["mediation"])
        self.draft_bar.hide()
        self._panel.show()
        self._button_row.hide()
        self.asking_changed.emit(True)
        self._focus_begun()

    def _focus_begun(self) -> None:
        if self._kind is _K.REPORTED_TO_POLICE:
            self.report.take_focus()
        elif self._kind is _K.POLICE_MEDIATED:
            self.signers.take_focus()
        else:
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)
            self.note.moveCursor(self.note.textCursor().MoveOperation.End)

    def _close(self) -> None:
        self._panel.discard_draft_clock()
        self._panel.setEnabled(True)
        self._panel.hide()
        self._button_row.show()
        self.asking_changed.emit(False)

    def _show_error(self, sentence: str, code: ErrorCode | None = None) -> None:
        """Under what is wrong; everything else is right."""
        is_report = code is ErrorCode.POLICE_REPORT_WRONG
        is_paper = code is ErrorCode.POLICE_MEDIATION_WRONG
        self.report.station_field.set_error(sentence if is_report else "")
        self.signers.signers_field.set_error(sentence if is_paper else "")
        self._field.set_error("" if is_report or is_paper else sentence)

    def _on_button(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.ask(IncidentEventKind(button.property("eventKind")))

    def _on_edited(self) -> None:
        self._show_error("")

    def _body(self) -> dict[str, Any]:
        """What is being told, as the draft keeps it."""
        return {
            "kind": self._kind.value,
            "note": self.note.toPlainText(),
            "at": moment_of(self.at).isoformat(),
            "report": self.report.body(),
            "mediation": self.signers.body(),
        }

    def _on_draft_due(self) -> None:
        self._drafts.save(self._body())

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        self._draft = found.body if found else None
        if found is not None and not self.is_asking:
            self.draft_bar.ask(note_draft_found(short_moment(found.saved_at)), takes_focus=False)

    def _on_draft_continued(self) -> None:
        if self._draft is not None:
            self._open(IncidentEventKind(self._draft["kind"]), self._draft)
            self._on_draft_due()

    def _on_cancel(self) -> None:
        """Put the words away; what was typed can be had back at once."""
        typed = self._body()
        signers = [name.strip() for _capacity, name in typed["mediation"]["signers"]]
        self._close()
        self._drafts.discard()
        if any((typed["note"].strip(), typed["report"]["station"].strip(), *signers)):
            self._draft = typed
            self.draft_bar.say_discarded()
        self._focus_buttons()

    def _on_save(self) -> None:
        if not self._panel.isEnabled():
            return
        self._panel.discard_draft_clock()
        self._panel.setEnabled(False)
        self._context.runner.write(
            self._action(), on_done=self._on_written, on_failed=self._on_failed
        )

    def _action(self) -> Callable[[], Changes]:
        store, actor, note = self._context.store, self._context.actor, self.note.toPlainText()
        own = {"incident_id": self._incident_id, "note": note}
        if self._kind is _K.REPORTED_TO_POLICE:
            return partial(report_incident, store, actor, report=self.report.report(), **own)
        if self._kind is _K.POLICE_MEDIATED:
            return partial(
                record_police_mediation,
                store,
                actor,
                mediation=self.signers.mediation(),
                done_at=moment_of(self.signers.at),
                **own,
            )
        done_at = moment_of(self.at) if self._kind in _HAS_MOMENT else None
        return partial(add_incident_event, store, actor, kind=self._kind, done_at=done_at, **own)

    def _on_written(self, changes: Changes) -> None:
        self._close()
        self._context.wrote()
        if changes.txn is not None:
            self.written.emit(self._kind.value, changes.txn)
        self._focus_buttons()

    def _on_failed(self, error: UserFacingError) -> None:
        self._panel.setEnabled(True)
        self._show_error(error_sentence(error), error.code)
        self._on_draft_due()
        self._focus_begun()

    def _focus_buttons(self) -> None:
        shown = (each for each in self.buttons.values() if each.isVisibleTo(self))
        first = next(shown, None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
