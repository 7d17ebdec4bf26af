"""Recording a dispute, or correcting one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.cases.actions import CASE_FORM, RecordedCase, edit_case, record_case
from app.cases.case_draft import CaseDraft, problems_of
from app.cases.editing import CaseToEdit, case_for_editing
from app.cases.finding import find_accounts
from app.cases.relations import flare_draft, flare_key, record_flare_up
from app.cases.rules import Problem, must_report
from app.cases.vocabulary import CaseKind
from app.errors import ErrorCode
from app.incidents.actions import turn_into_case
from app.incidents.crossing import case_draft_of
from app.incidents.detail import IncidentToEdit, incident_for_editing
from app.looks.actions import reveal_phone
from app.outreach.actions import turn_finding_into_case
from app.outreach.queries import case_draft_of_finding
from i18n.text import tr
from ui.cases.case_form import CaseForm
from ui.cases.form_body import Body, body_of, draft_of, empty_body
from ui.cases.record_editor import RecordEditor, Written
from ui.cases.searching_picker import Search
from ui.context import PageContext
from ui.wording_cases import draft_found, recorded_line
from ui.wording_time import village_day


class CaseEditor(RecordEditor):
    """`closed` without a case, or `finished(case_id)` after saving; before that
    `report_wanted(case_id)` where the police must hear of it at once."""

    report_wanted = Signal(str)
    form: CaseForm
    _is_from_finding = False
    _flared_from = ""

    def __init__(
        self, context: PageContext, *, search_residents: Search, parent: QWidget | None = None
    ) -> None:
        form = CaseForm(
            actor=context.actor,
            runner=context.runner,
            search_residents=search_residents,
            phone_of=partial(reveal_phone, context.store, context.actor),
            search_accounts=partial(find_accounts, context.store),
            today=village_day(context.store.clock.now()),
        )
        super().__init__(
            context,
            title=tr("登记案件"),
            form=form,
            drafts_of=CASE_FORM,
            draft_found=draft_found,
            draft_wrong=ErrorCode.CASE_DRAFT_WRONG,
            parent=parent,
        )

    @property
    def case_id(self) -> str:
        """The case being corrected; empty for a new one."""
        return self._record_id

    def open_from_incident(self, incident_id: str) -> None:
        """A new form with what is known of the incident it grew out of."""
        self._begin(origin_id=incident_id)
        self._read(incident_for_editing, incident_id, self._on_incident_read)

    def open_from_finding(self, finding_id: str) -> None:
        """A new form with what a round of the 冲锋队 has found."""
        self._begin(origin_id=finding_id)
        self._is_from_finding = True
        self._set_busy(True)
        work = partial(case_draft_of_finding, self._context.store, self._context.actor, finding_id)
        self._context.runner.read(
            work, on_done=self._on_finding_read, on_failed=self._on_not_opened
        )

    def open_flare_up(self, case_id: str) -> None:
        """A new form with what is known of the case that had ended and flares up again."""
        self._begin(origin_id=flare_key(case_id))
        self._flared_from = case_id
        self.set_title(self._title())
        self._read(flare_draft, case_id, self._on_flare_read)

    def open_case(self, case_id: str, *, field: str = "") -> None:
        """The form filled with a case to correct; the cursor at ``field`` if it is named."""
        self._begin(case_id, field=field)
        self._read(case_for_editing, case_id, self._on_case_read)

    def _begin(
        self, record_id: str = "", *, origin_id: str = "", field: str = "", goes_on: bool = False
    ) -> None:
        self._is_from_finding, self._flared_from = False, ""
        super()._begin(record_id, origin_id=origin_id, field=field, goes_on=goes_on)

    def _title(self) -> str:
        if self._record_id:
            return tr("更正案件")
        if self._flared_from:
            return tr("又闹起来了：另立一件")
        if self._is_from_finding:
            return tr("上门发现转为纠纷")
        return tr("警情转为纠纷") if self._origin_id else tr("登记案件")

    def _empty(self) -> Body:
        today = village_day(self._context.store.clock.now())
        actor = self._context.actor
        body = empty_body(unit_id=actor.unit_id, today=today)
        return body | {"first_contact_id": actor.account_id, "first_contact": actor.name}

    def _fill(self, body: Body) -> None:
        self.form.set_is_new(not self._record_id)
        self.form.fill(body)

    def _on_case_read(self, case: CaseToEdit) -> None:
        if case.case_id == self._record_id and self._opened is None:
            self._opened = body_of(case.draft) | {"first_contact": case.first_contact}
            self._fill(self._opened)
            self.form.set_kind_open(case.may_correct_kind)
            self._look_for_draft()

    def _on_incident_read(self, opened: IncidentToEdit) -> None:
        if opened.incident_id == self._origin_id:  # else the form has gone on to something else
            draft = case_draft_of(opened.draft, opened.micro_grid_name)
            self._fill(body_of(draft) | {"kind": CaseKind.INCIDENT_BORN.value})
            self._look_for_draft()

    def _on_finding_read(self, draft: CaseDraft) -> None:
        self.set_title(self._title())
        self._fill(body_of(draft))
        self._look_for_draft()

    def _on_flare_read(self, draft: CaseDraft) -> None:
        if self._flared_from:  # else the form has gone on to something else
            self._fill(body_of(draft) | {"first_contact": self._context.actor.name})
            self._look_for_draft()

    def _checked(self) -> tuple[Sequence[Problem], Callable[[], Written]]:
        draft = draft_of(self.form.body())
        today = village_day(self._context.store.clock.now())
        problems = problems_of(draft, today=today, is_new=not self._record_id)
        return problems, self._action(draft)

    def _action(self, draft: CaseDraft) -> Callable[[], Written]:
        store, actor = self._context.store, self._context.actor
        if self._flared_from:
            return partial(record_flare_up, store, actor, draft, from_case_id=self._flared_from)
        if self._is_from_finding:
            origin = self._origin_id
            return partial(turn_finding_into_case, store, actor, finding_id=origin, draft=draft)
        if self._origin_id:
            return partial(turn_into_case, store, actor, incident_id=self._origin_id, draft=draft)
        if self._opened is None:
            return partial(record_case, store, actor, draft)
        before = draft_of(self._opened)
        return partial(edit_case, store, actor, case_id=self._record_id, before=before, after=draft)

    def _on_done(self, done: Written, *, is_next: bool) -> None:
        if not isinstance(done, RecordedCase):
            self._on_corrected(done, tr("案件已更正。"))
        elif self._is_dangerous():
            self.report_wanted.emit(done.case_id)
            self.finished.emit(done.case_id)
        elif is_next:
            self._start_next(recorded_line(done.number, self.form.title.text().strip()))
        else:
            self.finished.emit(done.case_id)

    def _is_dangerous(self) -> bool:
        answer = self.form.risk.answer()
        return answer is not None and must_report(answer.answer)
