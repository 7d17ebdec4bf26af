"""Recording an incident, or correcting one: the form, its draft on disk, and saving.

A draft goes to disk a second after the last key. One that was begun from a dispute is kept by
itself, so that neither hides the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.cases.queries import CaseToEdit, case_for_editing
from app.drafts import SavedDraft
from app.errors import ErrorCode, UserFacingError
from app.incidents.actions import (
    INCIDENT_FORM,
    IncidentDraft,
    RecordedIncident,
    edit_incident,
    problems_of,
    record_incident,
)
from app.incidents.crossing import incident_draft_of
from app.incidents.detail import IncidentToEdit, incident_for_editing
from app.incidents.finding import find_micro_grids
from app.incidents.vocabulary import IncidentSource
from app.looks.actions import reveal_phone
from app.store import Changes
from i18n.text import tr
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.form_body import Body
from ui.cases.save_bar import SaveBar
from ui.cases.searching_picker import Search
from ui.context import PageContext
from ui.incidents.form_body import body_of, draft_of, empty_body
from ui.incidents.incident_form import IncidentForm
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_incidents import draft_found, recorded_line
from ui.wording_time import short_moment

OPENED = "opened"
"""In the draft of a correction: the incident as it was when the correction began."""


@dataclass(frozen=True)
class _Saved:
    """What came back from the writer thread, and whether the next form is wanted."""

    done: RecordedIncident | Changes
    is_next: bool

    @property
    def records(self) -> frozenset[tuple[str, str]]:
        return self.done.records

    @property
    def txn(self) -> int | None:
        return self.done.txn

    def touches(self, *entities: str) -> bool:
        return self.done.touches(*entities)


class IncidentEditor(Card):
    """`closed` without an incident, or `finished(incident_id)` after saving."""

    closed = Signal()
    finished = Signal(str)

    def __init__(
        self,
        context: PageContext,
        *,
        search_residents: Search,
        unit_ids: frozenset[str] | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("登记警情"), parent=parent)
        self._context = context
        self._drafts = DraftKeeper(context, INCIDENT_FORM, self)
        self._incident_id = ""
        self._case_id = ""
        self._goes_on = False
        self._first_field = ""
        self._opened: Body | None = None
        self._dropped: Body | None = None
        self.draft_bar = DraftBar()
        self.done_line = text_label("", "tinted", wraps=True)
        self.done_line.setProperty("tone", "ok")
        self.form = IncidentForm(
            runner=context.runner,
            search_residents=search_residents,
            search_micro_grids=partial(find_micro_grids, context.store, unit_ids=unit_ids),
            phone_of=partial(reveal_phone, context.store, context.actor),
        )
        self.foot = SaveBar()
        self._build()
        self._connect()

    @property
    def incident_id(self) -> str:
        """The incident being corrected; empty for a new one."""
        return self._incident_id

    def open_new(self, *, goes_on: bool = False) -> None:
        """An empty form; asks first if a draft was left, or goes on with it at once."""
        self._goes_on = goes_on
        self._first_field = ""
        self._start("")
        self._look_for_draft()

    def open_from_case(self, case_id: str) -> None:
        """A new form with what is known of the dispute that broke out."""
        self._goes_on = False
        self._first_field = ""
        self._start("", case_id=case_id)
        self._read(case_for_editing, case_id, self._on_case_read)

    def open_from_patrol(self, patrol_id: str) -> None:
        """A new form for what was found on a patrol."""
        self._goes_on = False
        self._first_field = ""
        self._start("")
        now = self._context.store.clock.now()
        body = empty_body(unit_id=self._context.actor.unit_id, now=now)
        self._fill({**body, "patrol_id": patrol_id, "source": IncidentSource.PATROL.value})
        self.form.discard_draft_clock()
        self._look_for_draft()

    def open_incident(self, incident_id: str, *, field: str = "") -> None:
        """The form filled with an incident to correct; the cursor at ``field`` if it is named."""
        self._goes_on = False
        self._first_field = field
        self._start(incident_id)
        self._read(incident_for_editing, incident_id, self._on_incident_read)

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

    def _start(self, incident_id: str, *, case_id: str = "") -> None:
        self._incident_id, self._case_id = incident_id, case_id
        self._opened, self._dropped = None, None
        title = tr("纠纷引发的警情") if case_id else tr("登记警情")
        self.set_title(tr("更正警情") if incident_id else title)
        self.foot.start(has_next=not (incident_id or case_id))
        now = self._context.store.clock.now()
        self._fill(empty_body(unit_id=self._context.actor.unit_id, now=now))
        self.form.discard_draft_clock()
        self.draft_bar.hide()
        self._show_done("")
        self._area.verticalScrollBar().setValue(0)

    def _fill(self, body: Body) -> None:
        self.form.fill(body, now=self._context.store.clock.now())

    def _read(self, work: Callable[..., Any], record_id: str, on_done: Callable[..., None]) -> None:
        """Whole telephones leave the file by the writer: the look is written down."""
        self._set_busy(True)
        self._context.runner.write(
            partial(work, self._context.store, self._context.actor, record_id),
            on_done=on_done,
            on_failed=self._on_not_opened,
        )

    def _on_case_read(self, opened: CaseToEdit) -> None:
        if opened.case_id == self._case_id:  # else the form has gone on to something else
            now = self._context.store.clock.now()
            self._fill(body_of(incident_draft_of(opened.draft, now=now)))
            self._look_for_draft()

    def _on_incident_read(self, opened: IncidentToEdit) -> None:
        if opened.incident_id == self._incident_id:
            self._opened = body_of(opened.draft, micro_grid_name=opened.micro_grid_name)
            self._fill(self._opened)
            self._look_for_draft()

    def _on_not_opened(self, error: UserFacingError) -> None:
        self._set_busy(False)
        self._context.notify(error_sentence(error))
        self.closed.emit()

    # --- drafts ---------------------------------------------------------------------------------

    def _look_for_draft(self) -> None:
        self._set_busy(True)
        self._drafts.look(self._incident_id or self._case_id)

    def _on_draft_looked(self, draft: SavedDraft | None) -> None:
        if draft is None:
            self._set_busy(False)
            self.form.focus_field(self._first_field)
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
            self._fill(self._dropped)
            self._dropped = None
            self._save_draft()
        self._set_busy(False)
        self.form.focus_field(self._first_field)

    def _on_draft_discarded(self) -> None:
        self._drafts.discard()
        self._set_busy(False)
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
        problems = problems_of(draft, now=self._context.store.clock.now())
        self.form.show_problems(problems)
        self.foot.show_error(tr("有几处要先填好，见红字。") if problems else "")
        if problems:
            return
        self.form.discard_draft_clock()
        self._set_busy(True)
        is_plain = not (self._incident_id or self._case_id)
        self._context.runner.write(
            partial(_save, self._action(draft), is_next and is_plain),
            on_done=self._on_written,
            on_failed=self._on_failed,
        )

    def _action(self, draft: IncidentDraft) -> Callable[[], RecordedIncident | Changes]:
        store, actor = self._context.store, self._context.actor
        if self._opened is None:
            return partial(record_incident, store, actor, draft, from_case_id=self._case_id or None)
        return partial(
            edit_incident,
            store,
            actor,
            incident_id=self._incident_id,
            before=draft_of(self._opened),
            after=draft,
        )

    def _on_written(self, saved: _Saved) -> None:
        self._set_busy(False)
        self._context.wrote()
        if not isinstance(saved.done, RecordedIncident):
            if saved.txn is not None:
                self._context.offer_undo(tr("警情已更正。"), saved.txn)
            self.finished.emit(self._incident_id)
            return
        line = recorded_line(saved.done.number, self.form.title.text().strip())
        if saved.done.txn is not None:
            self._context.offer_undo(line, saved.done.txn)
        if saved.is_next:
            self._start("")
            self._show_done(line)
            self.form.focus_first()
        else:
            self.finished.emit(saved.done.incident_id)

    def _on_failed(self, error: UserFacingError) -> None:
        self._set_busy(False)
        self.foot.show_error(error_sentence(error))
        if error.code is ErrorCode.INCIDENT_DRAFT_WRONG:
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
