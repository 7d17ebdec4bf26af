"""What stands beside the list: the household, or the form that changes it."""

from __future__ import annotations

from functools import cached_property, partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from app.accounts.vocabulary import Permission
from app.handovers.vocabulary import HandoverSubject
from app.households.queries import HouseholdDetail, MicroGridRow, ResidentRow, one_household
from app.store import Changes
from ui.conflicts.word import ConflictButton
from ui.context import PageContext
from ui.handovers.desk import HandoverDesk
from ui.households.grid_worker import GridForm
from ui.households.household_form import HouseholdForm
from ui.households.household_panel import HouseholdPanel
from ui.households.record_form import RecordForm
from ui.households.resident_form import ResidentForm
from ui.wording_grids import handed_over_sentence


class HouseholdSide(QStackedWidget):
    """Panel and forms. `opened` when there is something to show, `gone` when nothing is left."""

    opened = Signal()
    gone = Signal()
    page_asked = Signal(str)
    """The household's own page; the household's id."""
    step_asked = Signal(str, str)
    """The form of a step; household and person, who may be empty."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown_id = ""
        self._unit_id = ""
        self._wants_focus = False
        self._to_mend = ("", "")
        actor = context.actor
        handover = None
        if actor.may(Permission.MOVE_RECORDS):
            handover = HandoverDesk(context, HandoverSubject.HOUSEHOLD, self)
        self.panel = HouseholdPanel(
            context, may_edit=actor.may(Permission.EDIT_ROSTER), handover=handover
        )
        self.conflict = ConflictButton(context, self.panel)
        self.panel.header.insertWidget(1, self.conflict)
        self._forms: list[RecordForm] = []
        self.addWidget(self.panel)
        self._connect()
        self._on_current_changed()

    @cached_property
    def household_form(self) -> HouseholdForm:
        """Made when it is first needed: most visits only look."""
        form = HouseholdForm(self._context)
        form.saved.connect(self._on_household_saved)
        form.next_asked.connect(self._on_next_household)
        self._take_in(form)
        return form

    @cached_property
    def resident_form(self) -> ResidentForm:
        """Made when it is first needed."""
        form = ResidentForm(self._context)
        form.next_asked.connect(self.begin_new_resident)
        self._take_in(form)
        return form

    @cached_property
    def grid_form(self) -> GridForm:
        """Made when it is first needed."""
        form = GridForm(self._context)
        form.saved.connect(self._on_grid_saved)
        self._take_in(form)
        return form

    def set_unit(self, unit_id: str) -> None:
        """The village whose households are shown."""
        self._unit_id = unit_id

    @property
    def household_id(self) -> str:
        return self._shown_id

    @property
    def is_editing(self) -> bool:
        return self.currentWidget() is not self.panel

    def show_household(self, household_id: str, *, takes_focus: bool = False) -> None:
        """Show another household; a form that is open is left, its text kept as a draft."""
        self._leave_forms()
        self._shown_id = household_id
        self._wants_focus = takes_focus
        self.reload()

    def mend_when_shown(self, record_id: str, field: str) -> None:
        """Opens the form of this household or resident once its household is shown."""
        self._to_mend = (record_id, field)

    def begin_new_household(self, micro_grid_id: str) -> None:
        self._leave_forms()
        self.setCurrentWidget(self.household_form)
        self.household_form.begin_new(self._unit_id, micro_grid_id)
        self.opened.emit()

    def begin_handover(self, grid: MicroGridRow) -> None:
        """The form that hands a micro-grid to somebody else, with its history."""
        self._leave_forms()
        self._handed = grid
        self.setCurrentWidget(self.grid_form)
        self.grid_form.begin_handover(self._unit_id, grid)
        self.opened.emit()

    def _on_grid_saved(self, changes: Changes) -> None:
        worker = self.grid_form.chosen_worker
        if changes.txn is not None:
            self._context.offer_undo(handed_over_sentence(self._handed.name, worker), changes.txn)

    def begin_new_resident(self) -> None:
        if self._shown_id:
            self.setCurrentWidget(self.resident_form)
            self.resident_form.begin_new(self._shown_id)

    def reload(self) -> None:
        """Read the shown household again."""
        if self._shown_id:
            work = partial(one_household, self._context.store, self._shown_id)
            self._context.runner.read(work, on_done=self._on_household)

    def flush_draft(self) -> None:
        for form in self._forms:
            form.flush_draft()

    def _take_in(self, form: RecordForm) -> None:
        form.closed.connect(self._on_form_closed)
        self._forms.append(form)
        self.addWidget(form)
        only_current_counts(self)

    def _connect(self) -> None:
        self.currentChanged.connect(self._on_current_changed)
        self.panel.edit_asked.connect(self._on_edit_asked)
        self.panel.add_resident_asked.connect(self.begin_new_resident)
        self.panel.page_asked.connect(self.page_asked)
        self.panel.step_asked.connect(self.step_asked)
        self.panel.resident_opened.connect(self._on_resident_opened)

    def _on_current_changed(self) -> None:
        only_current_counts(self)

    def _leave_forms(self) -> None:
        for form in self._forms:
            if form.is_open:
                form.leave()

    def _on_household(self, detail: HouseholdDetail | None) -> None:
        if detail is None:
            if not self.is_editing:
                self._shown_id = ""
                self.gone.emit()
            return
        if detail.id != self._shown_id:
            return
        self.panel.show_household(detail)
        members = [(one.id, one.sync_state) for one in detail.residents]
        self.conflict.show_for([(detail.id, detail.sync_state), *members])
        self.opened.emit()
        if self._mend(detail):
            return
        if self._wants_focus and not self.is_editing:
            self._wants_focus = False
            self.panel.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _mend(self, detail: HouseholdDetail) -> bool:
        """Whether a form was asked for this household or one of its people."""
        (record_id, field), self._to_mend = self._to_mend, ("", "")
        if record_id == detail.id:
            self._on_edit_asked()
            self.household_form.begin_at(field)
        elif any(one.id == record_id for one in detail.residents):
            self.setCurrentWidget(self.resident_form)
            self.resident_form.begin_edit(record_id)
            self.resident_form.begin_at(field)
        else:
            return False
        return True

    def _on_form_closed(self) -> None:
        self.setCurrentWidget(self.panel)
        if self._shown_id:
            self._wants_focus = True
            self.reload()
        else:
            self.gone.emit()

    def _on_edit_asked(self) -> None:
        detail = self.panel.detail
        if detail is not None:
            self.setCurrentWidget(self.household_form)
            self.household_form.begin_edit(detail.unit_id, detail.id)

    def _on_resident_opened(self, one: ResidentRow) -> None:
        self.setCurrentWidget(self.resident_form)
        self.resident_form.begin_edit(one.id)

    def _on_household_saved(self, changes: Changes) -> None:
        saved = next((one for kind, one in changes.records if kind == "household"), None)
        if saved is not None:
            self._shown_id = saved

    def _on_next_household(self) -> None:
        self.begin_new_household(self.household_form.texts()["micro_grid_id"])


def only_current_counts(stack: QStackedWidget) -> None:
    """A stack is as large as its largest page; hidden pages need no room on a small screen."""
    for place in range(stack.count()):
        is_current = place == stack.currentIndex()
        policy = QSizePolicy.Policy.Preferred if is_current else QSizePolicy.Policy.Ignored
        page = stack.widget(place)
        if page is not None:
            page.setSizePolicy(policy, policy)
    stack.updateGeometry()
