"""Recording an incident, or correcting one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from app.cases.editing import CaseToEdit, case_for_editing
from app.errors import ErrorCode
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
from app.incidents.rules import Problem
from app.incidents.vocabulary import IncidentSource
from app.looks.actions import reveal_phone
from i18n.text import tr
from ui.cases.form_body import Body
from ui.cases.record_editor import RecordEditor, Written
from ui.cases.searching_picker import Search
from ui.context import PageContext
from ui.incidents.form_body import body_of, draft_of, empty_body
from ui.incidents.incident_form import IncidentForm
from ui.wording_cases import recorded_line
from ui.wording_incidents import draft_found


class IncidentEditor(RecordEditor):
    """`closed` without an incident, or `finished(incident_id)` after saving."""

    form: IncidentForm

    def __init__(
        self,
        context: PageContext,
        *,
        search_residents: Search,
        unit_ids: frozenset[str] | None,
        parent: QWidget | None = None,
    ) -> None:
        form = IncidentForm(
            runner=context.runner,
            search_residents=search_residents,
            search_micro_grids=partial(find_micro_grids, context.store, unit_ids=unit_ids),
            phone_of=partial(reveal_phone, context.store, context.actor),
        )
        super().__init__(
            context,
            title=tr("登记警情"),
            form=form,
            drafts_of=INCIDENT_FORM,
            draft_found=draft_found,
            draft_wrong=ErrorCode.INCIDENT_DRAFT_WRONG,
            parent=parent,
        )

    @property
    def incident_id(self) -> str:
        """The incident being corrected; empty for a new one."""
        return self._record_id

    def open_from_case(self, case_id: str) -> None:
        """A new form with what is known of the dispute that broke out."""
        self._begin(origin_id=case_id)
        self._read(case_for_editing, case_id, self._on_case_read)

    def open_from_patrol(self, patrol_id: str) -> None:
        """A new form for what was found on a patrol."""
        self._begin()
        source = IncidentSource.PATROL.value
        self._fill({**self._empty(), "patrol_id": patrol_id, "source": source})
        self.form.discard_draft_clock()
        self._look_for_draft()

    def open_incident(self, incident_id: str, *, field: str = "") -> None:
        """The form filled with an incident to correct; the cursor at ``field`` if it is named."""
        self._begin(incident_id, field=field)
        self._read(incident_for_editing, incident_id, self._on_incident_read)

    def _title(self) -> str:
        if self._record_id:
            return tr("更正警情")
        return tr("纠纷引发的警情") if self._origin_id else tr("登记警情")

    def _empty(self) -> Body:
        now = self._context.store.clock.now()
        return empty_body(unit_id=self._context.actor.unit_id, now=now)

    def _fill(self, body: Body) -> None:
        self.form.fill(body, now=self._context.store.clock.now())

    def _on_case_read(self, opened: CaseToEdit) -> None:
        if opened.case_id == self._origin_id:  # else the form has gone on to something else
            now = self._context.store.clock.now()
            self._fill(body_of(incident_draft_of(opened.draft, now=now)))
            self._look_for_draft()

    def _on_incident_read(self, opened: IncidentToEdit) -> None:
        if opened.incident_id == self._record_id:
            self._opened = body_of(opened.draft, micro_grid_name=opened.micro_grid_name)
            self._fill(self._opened)
            self._look_for_draft()

    def _checked(self) -> tuple[Sequence[Problem], Callable[[], Written]]:
        draft = draft_of(self.form.body())
        problems = problems_of(draft, now=self._context.store.clock.now())
        return problems, self._action(draft)

    def _action(self, draft: IncidentDraft) -> Callable[[], Written]:
        store, actor = self._context.store, self._context.actor
        if self._opened is None:
            origin = self._origin_id or None
            return partial(record_incident, store, actor, draft, from_case_id=origin)
        return partial(
            edit_incident,
            store,
            actor,
            incident_id=self._record_id,
            before=draft_of(self._opened),
            after=draft,
        )

    def _on_done(self, done: Written, *, is_next: bool) -> None:
        if not isinstance(done, RecordedIncident):
            self._on_corrected(done, tr("警情已更正。"))
            return
        line = recorded_line(done.number, self.form.title.text().strip())
        if done.txn is not None:
            self._context.offer_undo(line, done.txn)
        if is_next:
            self._start_next(line)
        else:
            self.finished.emit(done.incident_id)
