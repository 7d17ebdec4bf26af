"""Telling what happened to a case: its fields and one text under the timeline, never a dialog."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.cases.actions import EVENT_FORM, add_case_event, report_case
from app.cases.detail_rules import DETAIL_FIELDS
from app.cases.queries import CaseDetail, counted_steps
from app.cases.rules import ASKS_FOR_RISK, WAITS_FOR_REPORT, must_report
from app.cases.step_rules import step_before
from app.cases.vocabulary import CaseBlock, CaseEventKind
from app.court.actions import apply_for_confirmation
from app.drafts import SavedDraft
from app.errors import ErrorCode, UserFacingError
from app.store import Changes
from i18n.text import tr
from ui.cases.detail_fields import DetailFields
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.risk_question import RiskQuestion
from ui.cases.step_buttons import StepButtons
from ui.context import PageContext
from ui.court.possible import to_consent
from ui.incidents.report_fields import ReportFields
from ui.theme import text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField, FormPanel
from ui.widgets.labels import text_label
from ui.widgets.scrolled_box import ScrolledBox
from ui.wording import error_sentence
from ui.wording_cases import (
    comes_first,
    event_question,
    event_template,
    note_draft_found,
    risk_question,
)
from ui.wording_rules import name_of
from ui.wording_time import short_moment

LONG_FROM = 2
"""With more fields than this the form is long."""
LONGEST_FROM = 4
"""With more than these it fills the card."""


class EventForm(QWidget):
    """Buttons for the events that may happen now; pressing one asks for its fields and the words.

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
        self._case: CaseDetail | None = None
        self._possible: frozenset[CaseEventKind] = frozenset()
        self._kind = CaseEventKind.NOTE_ADDED
        self._opened: dict[str, Any] = {}
        self.steps = StepButtons()
        self.draft_bar = DraftBar()
        self.title = text_label("", "sectionTitle", wraps=True)
        self.note = QPlainTextEdit()
        self.note.setFixedHeight(text_px(84))
        self.details = DetailFields(context)
        self.risk = RiskQuestion()
        self.report = ReportFields()
        self._is_unreported = False
        self.save = QPushButton(tr("保存 (Ctrl+Enter)"))
        self.cancel = QPushButton(tr("取消 (Esc)"))
        self._panel = FormPanel()
        self._field = FormField(tr("情况"), self.note)
        self._risk_field = FormField(risk_question(), self.risk, is_required=True)
        self._build()
        self._connect()

    @property
    def is_asking(self) -> bool:
        return self._panel.isVisibleTo(self)

    @property
    def is_long(self) -> bool:
        """Whether what is asked for needs the room of the file above it."""
        return len(self.details.fields) > LONG_FROM

    @property
    def is_longest(self) -> bool:
        """Whether it needs the room of what happened as well."""
        return len(self.details.fields) > LONGEST_FROM

    def show_case(
        self, case: CaseDetail, *, possible: Sequence[CaseEventKind], may_report: bool = False
    ) -> None:
        """Offer what may happen to this case; words being written for it stay."""
        self._case = case
        self._is_unreported = case.is_risk_unreported
        self._possible = frozenset(possible)
        self.steps.offer(case, possible=possible, may_report=may_report)
        if case.case_id != self._case_id:
            self.flush_draft()
            self._case_id = case.case_id
            self._close()
            self.draft_bar.hide()
            self._drafts.look(case.case_id)

    @property
    def buttons(self) -> dict[CaseEventKind, QPushButton]:
        """Of the events that have one now, in their order."""
        return self.steps.buttons

    def add_button(self, button: QPushButton) -> None:
        """One more beside those of the events."""
        self.steps.add_last(button)

    def add_rare(self, action: QAction) -> None:
        """One more among the other steps."""
        self.steps.add_rare(action)

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
        before = self._step_before(kind)
        if before is not None:
            block, first = before
            self._open(first, self._template(first) | {"values": dict(self._likely(first))})
            self._field.set_error(comes_first(first, before=kind, why=block))
            return
        given = self._likely(kind) if values is None else values
        self._open(kind, self._template(kind) | {"values": dict(given)})

    def _likely(self, kind: CaseEventKind) -> Mapping[str, Any]:
        """What the fields begin with where nobody gave them: consent is asked of who is missing."""
        if kind is CaseEventKind.CONSENTED and self._case is not None:
            return {"parties": to_consent(self._case)}
        return {}

    def _step_before(self, kind: CaseEventKind) -> tuple[CaseBlock, CaseEventKind] | None:
        """What must be told first, where this person may tell it: nobody fills in a whole form to
        hear at its end that it cannot be saved."""
        if self._case is None or kind not in self._possible:
            return None
        found = step_before(counted_steps(self._case), kind)
        return found if found is not None and found[1] in self._possible else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.is_asking:
            self._on_cancel()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.save.setProperty("role", "primary")
        self.save.setToolTip(tr("Ctrl+Enter"))
        self.cancel.setToolTip(tr("Esc"))
        under = QWidget()
        line = FlowLayout(under)
        for button in (self.save, self.cancel):
            button.setAccessibleName(button.text())
            line.addWidget(button)
        told = ScrolledBox(name=tr("情况"))
        self._told = told.column
        asked: list[QWidget] = [
            self.title,
            self.report,
            self.details,
            self._field,
            self._risk_field,
        ]
        for part in asked:
            self._told.addWidget(part)
        self._panel.add_widget(told)
        self._panel.add_widget(under)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.draft_bar)
        column.addWidget(self._panel)
        column.addWidget(self.steps)
        self._panel.hide()

    def _connect(self) -> None:
        self.steps.chosen.connect(self.ask)
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
        return {"note": event_template(kind), "report": {"at": now}, "values": {}}

    def _open(self, kind: CaseEventKind, body: dict[str, Any]) -> None:
        self._kind = kind
        is_report = kind is CaseEventKind.REPORTED_TO_POLICE
        self.title.setText(name_of(kind))
        self.title.setVisible(kind is not CaseEventKind.NOTE_ADDED)
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
            self._show_details(kind, body.get("values") or {})
        self._opened = self._body()
        self.draft_bar.hide()
        self.steps.hide()
        self.asking_changed.emit(True)  # first the room, then what needs it
        self._panel.show()
        if is_report:
            self.report.take_focus()
        elif _has_required(kind):
            self.details.take_focus()
        else:
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)
            self.note.moveCursor(self.note.textCursor().MoveOperation.End)

    def _show_details(self, kind: CaseEventKind, values: Mapping[str, Any]) -> None:
        """What must be filled in stands before the words, what may be after them."""
        parties = self._case.parties if self._case else ()
        self.details.show_kind(kind, parties=parties, values=values)
        self._told.removeWidget(self.details)
        place = self._told.indexOf(self._field) if _has_required(kind) else self._told.count()
        self._told.insertWidget(place, self.details)
        self._panel.watch(self.details)
        _in_tab_order(self._told)

    def _close(self) -> None:
        self._panel.discard_draft_clock()
        self._panel.setEnabled(True)
        self._panel.hide()
        self.steps.show()
        self.asking_changed.emit(False)

    def _on_edited(self) -> None:
        self._field.set_error("")
        self.details.clear_errors()
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
            "values": self.details.body(),
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
            self._opened = {}  # what was typed before is typed, too: Esc must not lose it
            self._on_draft_due()

    def _on_cancel(self) -> None:
        """Put the words away; what was typed can be had back at once."""
        typed = self._body()
        self._close()
        self._drafts.discard()
        if typed != self._opened:
            self._draft = typed
            self.draft_bar.say_discarded()
        self.steps.take_focus()

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
        if self._kind is CaseEventKind.CONFIRMATION_APPLIED:
            values = self.details.body()
            return partial(
                apply_for_confirmation,
                store,
                actor,
                case_id=self._case_id,
                note=note,
                values=values,
            )
        return partial(
            add_case_event,
            store,
            actor,
            case_id=self._case_id,
            kind=self._kind,
            note=note,
            risk=self.risk.answer(),
            values=self.details.body(),
        )

    def _on_written(self, _changes: object) -> None:
        self._close()
        self._context.wrote()
        if self._has_found_risk():
            self.ask(CaseEventKind.REPORTED_TO_POLICE)
        else:
            self.steps.take_focus()

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
        elif error.code is ErrorCode.CASE_DETAIL_WRONG and self.details.show_error(
            error.params["field"], _field_error(error)
        ):
            pass
        else:
            self._field.set_error(sentence)
            self.note.setFocus(Qt.FocusReason.OtherFocusReason)


def _has_required(kind: CaseEventKind) -> bool:
    return any(field.is_required for field in DETAIL_FIELDS.get(kind, ()))


def _field_error(error: UserFacingError) -> str:
    return tr("这里{problem}。写好的都在。", problem=name_of(error.params["problem"]))


def _in_tab_order(column: QBoxLayout) -> None:
    """The Tab key goes from above to below, whatever was built first."""
    items = (column.itemAt(place) for place in range(column.count()))
    parts = [part for item in items if item is not None and (part := item.widget()) is not None]
    stops = [
        each
        for part in parts
        for each in (part, *part.findChildren(QWidget))
        # The list a combo opens is a window of its own.
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.window() is part.window()
    ]
    for earlier, later in pairwise(stops):
        QWidget.setTabOrder(earlier, later)
