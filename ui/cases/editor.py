"""Recording a dispute, or correcting one: the form, its draft on disk, and saving.

A draft goes to disk a second after the last key. A draft found on opening is asked about before
anything can be typed over it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.cases.actions import (
    CASE_FORM,
    CaseDraft,
    Recorded,
    edit_case,
    problems_of,
    record_case,
)
from app.cases.queries import CaseToEdit, case_for_editing
from app.cases.rules import must_report
from app.drafts import SavedDraft
from app.errors import ErrorCode, UserFacingError
from app.incidents.actions import turn_into_case
from app.incidents.crossing import case_draft_of
from app.incidents.detail import IncidentToEdit, incident_for_editing
from app.looks.actions import reveal_phone
from app.store import Changes
from i18n.text import tr
from ui.cases.case_form import CaseForm
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.form_body import Body, body_of, draft_of, empty_body
from ui.cases.save_bar import SaveBar
from ui.cases.searching_picker import Search
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_cases import draft_found, recorded_line
from ui.wording_time import short_moment, village_day

OPENED = "opened"
"""In the draft of a correction: the case as it was when the correction began."""


@dataclass(frozen=True)
class _Saved:
    """What came back from the writer thread, and whether the next form is wanted."""

    done: Recorded | Changes
    is_next: bool

    @property
    def records(self) -> frozenset[tuple[str, str]]:
        return self.done.records

    @property
    def txn(self) -> int | None:
        return self.done.txn if isinstance(self.done, Changes) else self.done.changes.txn

    def touches(self, *entities: str) -> bool:
        return self.done.touches(*entities)


class CaseEditor(Card):
    """`closed` without a case, or `finished(case_id)` after saving; before that
    `report_wanted(case_id)` where the police must hear of it at once."""

    closed = Signal()
    finished = Signal(str)
    report_wanted = Signal(str)

    def __init__(
        self, context: PageContext, *, search_residents: Search, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("登记纠纷"), parent=parent)
        self._context = context
        self._drafts = DraftKeeper(context, CASE_FORM, self)
        self._case_id = ""
        self._incident_id = ""
        self._goes_on = False
        self._first_field = ""
        self._opened: Body | None = None
        self._dropped: Body | None = None
        self.draft_bar = DraftBar()
        self.done_line = text_label("", "tinted", wraps=True)
        self.done_line.setProperty("tone", "ok")
        self.form = CaseForm(
            actor=context.actor,
            runner=context.runner,
            search_residents=search_residents,
            phone_of=partial(reveal_phone, context.store, context.actor),
            today=village_day(context.store.clock.now()),
        )
        self.foot = SaveBar()
        self._build()
        self._connect()

    @property
    def case_id(self) -> str:
        """The case being corrected; empty for a new one."""
        return self._case_id

    def open_new(self, *, goes_on: bool = False) -> None:
        """An empty form; asks first if a draft was left, or goes on with it at once."""
        self._goes_on = goes_on
        self._first_field = ""
        self._start("", body=self._empty(), opened=None)
        self._look_for_draft()

    def open_from_incident(self, incident_id: str) -> None:
        """A new form with what is known of the incident it grew out of."""
        self._goes_on = False
        self._first_field = ""
        self._start("", body=self._empty(), opened=None, incident_id=incident_id)
        self._set_busy(True)
        self._context.runner.write(
            partial(incident_for_editing, self._context.store, self._context.actor, incident_id),
            on_done=self._on_incident_read,
            on_failed=self._on_case_not_opened,
        )

    def open_case(self, case_id: str, *, field: str = "") -> None:
        """The form filled with a case to correct; the cursor at ``field`` if it is named."""
        self._goes_on = False
        self._first_field = field
        self._start(case_id, body=self._empty(), opened=None)
        self._set_busy(True)
        self._context.runner.write(
            partial(case_for_editing, self._context.store, self._context.actor, case_id),
            on_done=self._on_case_opened,
            on_failed=self._on_case_not_opened,
        )

    def flush_draft(self) -> None:
        """Write a draft that is waiting for its second to pass."""
        self.form.flush_draft()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._on_leave()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(2, 0, 10, 0)
        column.addWidget(self.form)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inside)
        self._area.setMinimumHeight(text_px(120))
        # As high as there is room, not as the form would like: the page itself does not scroll.
        self._area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.add(self.draft_bar)
        self.add(self.done_line)
        self.add(self._area, 1)
        self.add(self.foot)
        self.done_line.hide()

    def _connect(self) -> None:
        self.form.saved.connect(self._on_save)
        self.form.saved_and_next.connect(self._on_save_next)
        self.foot.save_asked.connect(self._write)
        self.foot.leave_asked.connect(self._on_leave)
        self.form.draft_due.connect(self._save_draft)
        self._drafts.looked.connect(self._on_draft_looked)
        self._drafts.saved.connect(self._on_draft_saved)
        self.form.edited.connect(self._on_edited)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._on_draft_discarded)
        self.draft_bar.restored.connect(self._on_draft_continued)

    def _on_case_opened(self, case: CaseToEdit) -> None:
        if case.case_id == self._case_id and self._opened is None:
            body = body_of(case.draft)
            self._start(case.case_id, body=body, opened=body)
            self._look_for_draft()

    def _on_case_not_opened(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))
        self.closed.emit()

    def _start(
        self, case_id: str, *, body: Body, opened: Body | None, incident_id: str = ""
    ) -> None:
        self._case_id, self._opened, self._dropped = case_id, opened, None
        self._incident_id = incident_id
        title = tr("警情转为纠纷") if incident_id else tr("登记纠纷")
        self.set_title(tr("更正案件") if case_id else title)
        self.foot.start(has_next=not (case_id or incident_id))
        self.form.set_is_new(not case_id)
        self.form.fill(body)
        self.form.discard_draft_clock()
        self.draft_bar.hide()
        self._show_done("")
        self._area.verticalScrollBar().setValue(0)

    def _empty(self) -> Body:
        today = village_day(self._context.store.clock.now())
        return empty_body(unit_id=self._context.actor.unit_id, today=today)

    def _on_incident_read(self, opened: IncidentToEdit) -> None:
        if opened.incident_id == self._incident_id:  # else the form has gone on to something else
            self.form.fill(body_of(case_draft_of(opened.draft, opened.micro_grid_name)))
            self._look_for_draft()

    # --- drafts ---------------------------------------------------------------------------------

    def _look_for_draft(self) -> None:
        self._set_busy(True)
        self._drafts.look(self._case_id or self._incident_id)

    def _on_draft_looked(self, draft: SavedDraft | None) -> None:
        if draft is None:
            self._set_busy(False)
            self._focus_begun()
            return
        self._dropped = draft.body
        if self._goes_on:
            self._on_draft_continued()
            return
        when = short_moment(draft.saved_at)
        self.draft_bar.ask(draft_found(draft.body["title"].strip(), when), takes_focus=True)

    def _on_draft_continued(self) -> None:
        if self._dropped is not None:
            self._opened = self._dropped.get(OPENED, self._opened)
            self.form.fill(self._dropped)
            self._dropped = None
            self._save_draft()
        self._set_busy(False)
        self._focus_begun()

    def _on_draft_discarded(self) -> None:
        self._drafts.discard()
        self._set_busy(False)
        self._focus_begun()

    def _focus_begun(self) -> None:
        """Where the person was sent to mend something, else at the first field."""
        self.form.focus_field(self._first_field)

    def _on_edited(self) -> None:
        self.foot.draft_line.setText("")
        self._show_done("")
        if self._dropped is not None:
            self._dropped = None
            self.draft_bar.hide()

    def _save_draft(self) -> None:
        body = self.form.body()
        if self._opened is not None:
            body[OPENED] = self._opened
        self._drafts.save(body)

    def _on_draft_saved(self) -> None:
        self.foot.draft_line.setText(tr("草稿已存好"))

    # --- saving ---------------------------------------------------------------------------------

    def _on_save(self) -> None:
        self._write(False)

    def _on_save_next(self) -> None:
        self._write(True)

    def _write(self, is_next: bool) -> None:
        if not self.form.isEnabled():
            return
        draft = draft_of(self.form.body())
        today = village_day(self._context.store.clock.now())
        problems = problems_of(draft, today=today, is_new=not self._case_id)
        self.form.show_problems(problems)
        self.foot.show_error(tr("有几处要先填好，见红字。") if problems else "")
        if problems:
            return
        self.form.discard_draft_clock()
        self._set_busy(True)
        self._context.runner.write(
            partial(_save, self._action(draft), is_next and not self._case_id),
            on_done=self._on_written,
            on_failed=self._on_failed,
        )

    def _action(self, draft: CaseDraft) -> Callable[[], Recorded | Changes]:
        store, actor = self._context.store, self._context.actor
        if self._incident_id:
            return partial(turn_into_case, store, actor, incident_id=self._incident_id, draft=draft)
        if self._opened is None:
            return partial(record_case, store, actor, draft)
        before = draft_of(self._opened)
        return partial(edit_case, store, actor, case_id=self._case_id, before=before, after=draft)

    def _on_written(self, saved: _Saved) -> None:
        self._set_busy(False)
        self._context.wrote()
        if not isinstance(saved.done, Recorded):
            if saved.txn is not None:
                self._context.offer_undo(tr("案件已更正。"), saved.txn)
            self.finished.emit(self._case_id)
        elif self._is_dangerous():
            self.report_wanted.emit(saved.done.case_id)
            self.finished.emit(saved.done.case_id)
        elif saved.is_next:
            title = self.form.title.text().strip()
            self._start("", body=self._empty(), opened=None)
            self._show_done(recorded_line(saved.done.number, title))
            self.form.focus_first()
        else:
            self.finished.emit(saved.done.case_id)

    def _is_dangerous(self) -> bool:
        answer = self.form.risk.answer()
        return answer is not None and must_report(answer.answer)

    def _on_failed(self, error: UserFacingError) -> None:
        self._set_busy(False)
        self.foot.show_error(error_sentence(error))
        if error.code is ErrorCode.CASE_DRAFT_WRONG:
            self.form.show_problems(error.params["problems"])
        self._save_draft()

    def _on_leave(self) -> None:
        self.form.flush_draft()
        self.closed.emit()

    def _set_busy(self, is_busy: bool) -> None:
        self.form.setEnabled(not is_busy)
        self.foot.set_ready(not is_busy)

    def _show_done(self, sentence: str) -> None:
        self.done_line.setText(sentence)
        self.done_line.setVisible(bool(sentence))


def _save(action: Callable[[], Any], is_next: bool) -> _Saved:
    return _Saved(action(), is_next)
