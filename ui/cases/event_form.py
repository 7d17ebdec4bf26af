"""Telling what happened to a case: one text under the timeline, never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.cases.actions import EVENT_FORM, add_case_event, report_case
from app.cases.rules import ASKS_FOR_RISK, RISK_EVENTS, WAITS_FOR_REPORT, must_report
from app.cases.vocabulary import CaseEventKind
from app.drafts import SavedDraft
from app.errors import ErrorCode, UserFacingError
from app.store import Changes
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.risk_question import RiskQuestion
from ui.context import PageContext
from ui.incidents.report_fields import ReportFields
from ui.theme import text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField, FormPanel
from ui.widgets.scrolled_box import ScrolledBox
from ui.wording import error_sentence
from ui.wording_cases import (
    event_button,
    event_question,
    event_template,
    note_draft_found,
    risk_question,
)
from ui.wording_time import short_moment

OFFERED = (
    *(CaseEventKind.NOTE_ADDED, CaseEventKind.MEDIATION_HELD, CaseEventKind.SETTLED),
    *(CaseEventKind.NOT_SETTLED, CaseEventKind.CLOSED, CaseEventKind.REOPENED),
    *(CaseEventKind.RISK_FOUND, CaseEventKind.REPORTED_TO_POLICE),
)


class EventForm(QWidget):
    """A button for each event that may happen now; pressing one asks for the words.

    `asking_changed(bool)` while the words are asked for, so that the page can make room. What the
    police must hear of leads straight on to the report.
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
        self.risk = RiskQuestion()
        self.report = ReportFields()
        self._is_unreported = False
        self.save = QPushButton(tr("保存 (Ctrl+Enter)"))
        self.cancel = QPushButton(tr("取消 (Esc)"))
        self._panel = FormPanel()
        self._field = FormField(tr("情况"), self.note)
        self._risk_field = FormField(risk_question(), self.risk, is_required=True)
        self._button_row = QWidget()
        self._build()
        self._connect()

    @property
    def is_asking(self) -> bool:
        return self._panel.isVisibleTo(self)

    def show_case(
        self,
        case_id: str,
        *,
        possible: Sequence[CaseEventKind],
        may_report: bool = False,
        is_unreported: bool = False,
    ) -> None:
        """Offer what may happen to this case; words being written for it stay.

        `is_unreported` while a risk was found of which the police have not heard.
        """
        offered = {*possible, *(RISK_EVENTS if may_report else ())}
        if is_unreported:
            offered.discard(CaseEventKind.RISK_FOUND)
        self._is_unreported = is_unreported
        for kind, button in self.buttons.items():
            button.setVisible(kind in offered)
        if case_id != self._case_id:
            self.flush_draft()
            self._case_id = case_id
            self._close()
            self.draft_bar.hide()
            self._drafts.look(case_id)

    def add_button(self, button: QPushButton) -> None:
        """One more beside those of the events."""
        self._flow.addWidget(button)

    def flush_draft(self) -> None:
        """Write words that are waiting for their second to pass."""
        self._panel.flush_draft()

    def ask(self, kind: CaseEventKind, *, values: Mapping[str, Any] | None = None) -> None:
        """Open the text for this event, ready to type; what waits for a report asks for that.

        ``values`` fill the fields this kind carries; see ``app.cases.detail_rules``.
        """
        if self._is_unreported and kind in WAITS_FOR_REPORT:
            self._open(CaseEventKind.REPORTED_TO_POLICE, self._template(kind))
            self._report_error(
                error_sentence(UserFacingError(ErrorCode.CASE_RISK_UNREPORTED, kind=kind))
            )
            return
        self._open(kind, self._template(kind))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_asking:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self._flow = flow = FlowLayout(self._button_row)
        for kind in OFFERED:
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
        told = ScrolledBox(name=tr("情况"))
        told.column.addWidget(self.report)
        told.column.addWidget(self._field)
        told.column.addWidget(self._risk_field)
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
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.restored.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._drafts.discard)

    def _template(self, kind: CaseEventKind) -> dict[str, Any]:
        now = self._context.store.clock.now().isoformat()
        return {"note": event_template(kind), "report": {"at": now}}

    def _open(self, kind: CaseEventKind, body: dict[str, Any]) -> None:
        self._kind = kind
        is_report = kind is CaseEventKind.REPORTED_TO_POLICE
        self.report.setVisible(is_report)
        self._risk_field.setVisible(kind in ASKS_FOR_RISK)
        self._risk_field.set_error("")
        self._report_error("")
        question = event_question(kind)
        self._field.label.set_text(question)
        self.note.setAccessibleName(question)
        self._field.set_error("")
        with self._panel.filling():
            self.note.setPlainText(body["note"])
            self.risk.fill(body)
            self.report.fill(body.get("report") or self._template(kind)["report"])
        self.draft_bar.hide()
        self._panel.show()
        self._button_row.hide()
        self.asking_changed.emit(True)
        if is_report:
            self.report.take_focus()
            return
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
        self._report_error("")
        if self.risk.answer() is not None:
            self._risk_field.set_error("")

    def _report_error(self, sentence: str) -> None:
        self.report.station_field.set_error(sentence)

    def _body(self) -> dict[str, Any]:
        """What is being told, as the draft keeps it."""
        return {
            "kind": self._kind.value,
            "note": self.note.toPlainText(),
            **self.risk.body(),
            "report": self.report.body(),
        }

    def _on_draft_due(self) -> None:
        self._drafts.save(self._body())

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        self._draft = found.body if found else None
        if found is not None and not self.is_asking:
            self.draft_bar.ask(note_draft_found(short_moment(found.saved_at)), takes_focus=False)

    def _on_draft_continued(self) -> None:
        if self._draft is not None:
            self._open(CaseEventKind(self._draft["kind"]), self._draft)
            self._on_draft_due()

    def _on_cancel(self) -> None:
        """Put the words away; what was typed can be had back at once."""
        typed = self._body()
        words = (typed["note"].strip(), typed["report"]["station"].strip())
        self._close()
        self._drafts.discard()
        if any(words) and words[0] != event_template(self._kind):
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
        if self._kind is CaseEventKind.REPORTED_TO_POLICE:
            report = self.report.report()
            return partial(
                report_case, store, actor, case_id=self._case_id, report=report, note=note
            )
        return partial(
            add_case_event,
            store,
            actor,
            case_id=self._case_id,
            kind=self._kind,
            note=note,
            risk=self.risk.answer(),
        )

    def _on_written(self, _changes: object) -> None:
        self._close()
        self._context.wrote()
        if self._has_found_risk():
            self.ask(CaseEventKind.REPORTED_TO_POLICE)
        else:
            self._focus_buttons()

    def _has_found_risk(self) -> bool:
        answer = self.risk.answer() if self._kind in ASKS_FOR_RISK else None
        is_dangerous = answer is not None and must_report(answer.answer)
        return is_dangerous or self._kind is CaseEventKind.RISK_FOUND

    def _on_failed(self, error: UserFacingError) -> None:
        self._panel.setEnabled(True)
        self._on_draft_due()
        sentence = error_sentence(error)
        if error.code is ErrorCode.CASE_RISK_UNANSWERED:
            self._risk_field.set_error(sentence)
            self.risk.take_focus()
        elif error.code is ErrorCode.POLICE_REPORT_WRONG:
            self._report_error(sentence)
            self.report.take_focus()
        else:
            self._field.set_error(sentence)
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_buttons(self) -> None:
        shown = (each for each in self.buttons.values() if each.isVisibleTo(self))
        first = next(shown, None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
