"""The tab 法律援助: for whom it is needed, how far it has got, by when it is due, the next step."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.cases.queries import CaseDetail
from app.drafts import SavedDraft
from app.errors import UserFacingError
from app.laptop import today_in_china
from app.legal_aid.actions import LEGAL_AID_FORM
from app.legal_aid.queries import AidRow, CaseAid, LawyerRow, aid_of_case, lawyers
from app.legal_aid.vocabulary import LegalAidStage, LegalAidStep
from app.store import Changes
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.legal_aid.form import NEED, AidForm
from ui.theme import set_style_property
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.widgets.steps import Step, StepState, StepStrip
from ui.wording import error_sentence
from ui.wording_legal_aid import aid_facts, aid_steps, draft_found, due_line, undo_words
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word
from ui.wording_time import short_moment

_TONES: Final = {
    LegalAidStage.SEEN: "warn",
    LegalAidStage.APPLIED: "info",
    LegalAidStage.GRANTED: "info",
    LegalAidStage.NOT_GRANTED: "neutral",
    LegalAidStage.NAMED: "ok",
    LegalAidStage.DONE: "ok",
}


def is_for(case: CaseDetail) -> bool:
    """Whoever has a quarrel, a petition or a suit may need it; a report about an official is no
    matter of his own."""
    return not case.is_confidential


class LegalAidSection(CaseSection):
    """One box for each need; one form, opened by the button of a step."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case: CaseDetail | None = None
        self._draft: dict[str, Any] | None = None
        self._drafts = DraftKeeper(context, LEGAL_AID_FORM, self)
        self.draft_bar = DraftBar()
        self.form = AidForm(context)
        self.add = QPushButton(tr("记下法律援助需要"))
        self.add.setAccessibleName(self.add.text())
        self.add.setAutoDefault(True)
        self.empty = text_label(
            tr(
                "还没有人需要法律援助。经济困难、没有请律师的当事人可以申请，不收费"
                "（法律援助法第三十一条）。"
            ),
            "muted",
            wraps=True,
        )
        self.boxes: list[AidBox] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 4, 0)
        column.setSpacing(10)
        column.addWidget(self.draft_bar)
        column.addWidget(self.form)
        column.addLayout(self._list)
        column.addWidget(self.empty)
        row = QWidget()
        FlowLayout(row).addWidget(self.add)
        column.addWidget(row)
        column.addStretch(1)
        self.form.hide()
        self.empty.hide()
        self._connect()

    def _connect(self) -> None:
        self.add.clicked.connect(partial(self._ask, NEED, ""))
        self.form.asked_to_save.connect(self._on_save)
        self.form.cancelled.connect(self._on_cancel)
        self.form.panel.draft_due.connect(self._on_draft_due)
        self.form.panel.edited.connect(partial(self.form.set_error, ""))
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_continued)
        self.draft_bar.restored.connect(self._on_continued)
        self.draft_bar.discarded.connect(self._drafts.discard)

    def show_case(self, case: CaseDetail) -> None:
        if self._case is None or case.case_id != self._case.case_id:
            self.flush_draft()
            self._draft = None
            self._close()
            self.draft_bar.hide()
            self._drafts.look(case.case_id)
        self._case = case
        work = partial(_read, self._context, case.case_id)
        self._context.runner.read(work, on_done=self._on_read)

    def flush_draft(self) -> None:
        self.form.panel.flush_draft()

    # --- showing --------------------------------------------------------------------------------

    def _on_read(self, answer: tuple[str, CaseAid, tuple[LawyerRow, ...]]) -> None:
        case_id, aid, known = answer
        if self._case is None or case_id != self._case.case_id:
            return
        for box in self.boxes:
            box.hide()
            self._list.removeWidget(box)
            box.deleteLater()
        self.boxes = [AidBox(self._context, row) for row in aid.rows]
        for box in self.boxes:
            box.asked = self._ask
            self._list.addWidget(box)
        stops = [*(button for box in self.boxes for button in box.buttons), self.add]
        for one, other in pairwise(stops):
            QWidget.setTabOrder(one, other)
        self.form.show_people(self._case.parties, known)
        self.empty.setVisible(not aid.rows)
        self.add.setVisible(aid.may_add)
        set_style_property(self.add, "role", "quiet" if aid.rows else "primary")

    # --- the form -------------------------------------------------------------------------------

    def _ask(self, step: str, aid_id: str, *_checked: bool, is_decided: bool = True) -> None:
        self.form.open(step, aid_id, is_decided=is_decided)
        self._show_form()

    def _show_form(self) -> None:
        self.draft_bar.hide()
        self.form.show()
        self.add.setEnabled(False)
        self.form.take_focus()

    def _close(self) -> None:
        self.form.panel.discard_draft_clock()
        self.form.setEnabled(True)
        self.form.hide()
        self.add.setEnabled(True)

    def _on_cancel(self) -> None:
        typed, had_words = self.form.body(), bool(self.form.words().strip())
        self._close()
        self._drafts.discard()
        if had_words:
            self._draft = typed
            self.draft_bar.say_discarded()
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_save(self) -> None:
        if self._case is None or not self.form.isEnabled() or self.form.isHidden():
            return
        self.form.panel.discard_draft_clock()
        self.form.setEnabled(False)
        work = self.form.action(self._case.case_id)
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_failed)

    def _on_written(self, changes: Changes) -> None:
        sentence = undo_words(self.form.step)
        self._draft = None
        self._close()
        self._drafts.discard()
        if changes.txn is not None:
            self._context.offer_undo(sentence, changes.txn)
        self._context.wrote()
        if self._case is not None:
            self.show_case(self._case)
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_failed(self, error: UserFacingError) -> None:
        self.form.setEnabled(True)
        self._on_draft_due()
        self.form.set_error(error_sentence(error))
        self.form.take_focus()

    # --- drafts ---------------------------------------------------------------------------------

    def _on_draft_due(self) -> None:
        self._drafts.save(self.form.body())

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        self._draft = found.body if found else None
        if found is not None and self.form.isHidden():
            self.draft_bar.ask(draft_found(short_moment(found.saved_at)), takes_focus=False)

    def _on_continued(self) -> None:
        if self._draft is not None:
            self.form.fill(self._draft)
            self._show_form()
            self._on_draft_due()


class AidBox(QFrame):
    """One need: whose, what, how far, by when, who; and its next steps."""

    def __init__(self, context: PageContext, row: AidRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.asked: Any = None
        self.setProperty("role", "card")
        self.setAccessibleName(row.need)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        head = QWidget()
        flow = FlowLayout(head)
        if row.party:
            flow.addWidget(text_label(row.party, "strong"))
        flow.addWidget(StatePill(name_of(row.stage), _TONES[row.stage]))
        flow.addWidget(StatePill(*sync_state_word(row.sync_state)))
        column.addWidget(head)
        column.addWidget(text_label(row.need, wraps=True))
        strip = StepStrip()
        strip.show_steps([_step(one) for one in aid_steps(row)], name=tr("法律援助的步骤"))
        column.addWidget(strip)
        self._add_lines(column, context)
        self.buttons = [self._button(step) for step in row.steps]
        if self.buttons:
            self.buttons[0].setProperty("role", "primary")
            under = QWidget()
            line = FlowLayout(under)
            for button in self.buttons:
                line.addWidget(button)
            column.addWidget(under)

    def _add_lines(self, column: QVBoxLayout, context: PageContext) -> None:
        today = today_in_china(context.store.clock)
        due = due_line(self.row, today)
        if due:
            label = text_label(due, "tinted", wraps=True)
            is_late = self.row.due_on is not None and self.row.due_on < today
            label.setProperty("tone", "danger" if is_late else "warn")
            column.addWidget(label)
        for fact in aid_facts(self.row):
            column.addWidget(text_label(fact, "muted", wraps=True))

    def _button(self, step: LegalAidStep) -> QPushButton:
        button = QPushButton(name_of(step))
        button.setAccessibleName(button.text())
        button.setAutoDefault(True)
        button.setProperty("aidStep", step.value)
        button.clicked.connect(partial(self._on_step, step))
        return button

    def _on_step(self, step: LegalAidStep, _checked: bool = False) -> None:
        if self.asked is not None:
            is_decided = self.row.decided_on is not None
            self.asked(step.value, self.row.aid_id, is_decided=is_decided)


def _read(context: PageContext, case_id: str) -> tuple[str, CaseAid, tuple[LawyerRow, ...]]:
    aid = aid_of_case(context.store, context.actor, case_id)
    return case_id, aid, lawyers(context.store)


def _step(one: tuple[str, str, bool]) -> Step:
    label, note, is_done = one
    said = tr("已完成") if is_done else tr("还没到")
    return Step(label, StepState.DONE if is_done else StepState.OPEN, note, said)
