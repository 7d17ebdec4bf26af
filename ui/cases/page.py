"""The page 案件: the list, the chosen case beside it, and the form in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from app.accounts.rules import HELD_ONLY_ROLES
from app.accounts.vocabulary import Permission
from app.cases.actions import CASE_FORM, may_edit_case
from app.cases.editing import look_at_confidential
from app.cases.finding import find_residents
from app.cases.listing import (
    PAGE_SIZE,
    CaseFilter,
    case_rows,
)
from app.cases.queries import CaseDetail, one_case, units_seen
from app.cases.secrecy import sees_confidential
from app.errors import ErrorCode, UserFacingError
from app.exchange.cases_out import export_cases
from app.organisations.rules import display_name
from app.store import Changes
from i18n.text import tr
from ui.attachments.strip import ATTACHED_ENTITIES
from ui.cases.case_card import CaseCard
from ui.cases.editor import CaseEditor
from ui.cases.list_card import CONFLICT_COLUMN, CaseListCard, in_conflict
from ui.cases.record_page import RecordPage
from ui.cases.searching_picker import Search
from ui.cases.sections import entities_read
from ui.conflicts.word import ConflictLead
from ui.context import PageContext
from ui.exchange.list_out import ListOut, excel_button, sheet_title
from ui.widgets.fitting import FittingStack
from ui.widgets.side_panel import SidePanelHost
from ui.wording_cases import case_words, draft_found
from ui.wording_life import marked_hits
from ui.wording_time import village_day
from ui.work.paged_reader import PagedReader

SHOWN_ENTITIES = (
    *("case_file", "case_party", "case_event", "account", "unit", "handover"),
    *("record_link", "incident"),
)
ALONE_PX = 960
"""Below this a case stands alone: its parts need the width of the page."""


class CasesPage(RecordPage):
    """Cases may be confidential, and a form may be begun from what is known elsewhere."""

    list: CaseListCard

    def __init__(
        self,
        context: PageContext,
        parent: QWidget | None = None,
        *,
        search_residents: Search | None = None,
    ) -> None:
        super().__init__(
            context,
            parent,
            screens=FittingStack(),
            new_words=tr("登记案件"),
            may_record=context.actor.may(Permission.RECORD_CASE),
            drafts_of=CASE_FORM,
            draft_found=draft_found,
        )
        self.title = tr("案件")
        self._units = units_seen(context.actor)
        self._to_turn = ""
        self._to_report = ""
        self._looked_at = ""
        roster = units_seen(context.actor, Permission.SEE_ROSTER)
        found = partial(find_residents, context.store, unit_ids=roster)
        self._search = search_residents or partial(marked_hits, found)
        self._reader = self._paged_reader()
        sees_many = self._units is None or len(self._units) > 1
        is_held = context.actor.role in HELD_ONLY_ROLES
        self.host = SidePanelHost(
            main_share=1, side_share=1, narrow_px=ALONE_PX, parent=self._reading
        )
        self.list = CaseListCard(has_village=sees_many or is_held, parent=self.host)
        self.list.know_person(context)
        self.host.put_main(self.list)
        self.typical_button = QPushButton(tr("典型案例"))
        self.typical_button.setAccessibleName(tr("看各村的典型案例"))
        self.export_button = excel_button(tr("导出 Excel"), "export")
        self._out = ListOut(context, self, self.export_button)
        self._put_together()
        self._connect()

    def header_buttons(self) -> Sequence[QPushButton]:
        """典型案例 and 导出 for all, 登记案件 for who may record."""
        mine = [self.new_button] if self._may_record else []
        return [self.typical_button, self.export_button, *mine]

    def on_changes(self, changes: Changes) -> None:
        """After a write or a sync round."""
        if changes.touches(*SHOWN_ENTITIES, *(entities_read() - set(ATTACHED_ENTITIES))):
            self.load()
        elif self._has_card and changes.touches(*ATTACHED_ENTITIES):
            self.card.attachments.load()
            self.card.sections.read_again(changes)

    def open_at(self, record_id: str, section: str) -> None:
        """As ``open``, with this tab of the case in front."""
        self._to_turn = section
        self.open(record_id)

    def open_new(self) -> None:
        """The empty form."""
        self._begin(CaseEditor.open_new)

    def open_from_incident(self, incident_id: str) -> None:
        """The form with what is known of an incident."""
        self._begin(partial(CaseEditor.open_from_incident, incident_id=incident_id))

    def open_flare_up(self, case_id: str) -> None:
        """The form of a new case, with what is known of this one, which had ended."""
        self._begin(partial(CaseEditor.open_flare_up, case_id=case_id))

    def open_from_finding(self, finding_id: str) -> None:
        """The form with what was found on a round."""
        self._begin(partial(CaseEditor.open_from_finding, finding_id=finding_id))

    def _begin(self, open_form: Callable[[CaseEditor], None]) -> None:
        """One form at a time, and only for who may record."""
        if self._may_record and not self.is_editing:
            self.draft_bar.hide()
            self._show_editor()
            open_form(self.editor)

    def flush_draft(self) -> None:
        """Before the screen locks or closes."""
        if self.is_editing:
            self.editor.flush_draft()
        if self._has_card:
            self.card.flush_draft()

    @cached_property
    def card(self) -> CaseCard:
        """The case beside the list, made when one is first opened."""
        card = CaseCard(self._context, parent=self.host.side_room)
        self._keep_card(card, back_into=card.header)
        card.flare_asked.connect(self.open_flare_up)
        return card

    @cached_property
    def editor(self) -> CaseEditor:
        """The form, made when it is first wanted: who only reads does not wait for it."""
        editor = CaseEditor(self._context, search_residents=self._search)
        self._keep_editor(editor)
        editor.report_wanted.connect(self._on_report_wanted)
        return editor

    def _paged_reader(self) -> PagedReader:
        return PagedReader(
            self._context.store,
            self._context.runner,
            read_list=case_rows,
            read_one=partial(one_case, reader=self._context.actor),
            missed=ErrorCode.CASE_NOT_FOUND,
            page_size=PAGE_SIZE,
            unit_ids=self._units,
            parent=self,
        )

    def _connect(self) -> None:
        self.export_button.clicked.connect(self.begin_export)
        self.typical_button.clicked.connect(partial(self._context.open_page, "typical"))
        self.list.case_chosen.connect(self._on_chosen)
        self.list.case_opened.connect(self._reader.read_one)
        ConflictLead(self._context, self.list.table, record_of=in_conflict, column=CONFLICT_COLUMN)
        self._reader.one_read.connect(self._on_case_read)

    # --- reading --------------------------------------------------------------------------------

    def _shown_id(self) -> str:
        return self.card.case_id if self._has_card else ""

    def _list_wanted(self) -> CaseFilter:
        sees_all = sees_confidential(self._context.actor)
        unit_id = self._context.actor.unit_id
        wanted = self.list.wanted(self._units)
        return replace(wanted, sees_confidential=sees_all, reader_unit_id=unit_id)

    def _on_case_read(self, case: CaseDetail) -> None:
        was_in_list = self.list.table.hasFocus()
        self.card.show_case(case)
        self.host.open_side()
        self.list.choose(case.case_id)
        if was_in_list and not self.list.isVisibleTo(self):
            self.card.sections.tabs.setFocus(Qt.FocusReason.OtherFocusReason)
        section, self._to_turn = self._to_turn, ""
        if section:
            self.card.sections.turn_to(section)
        if case.case_id == self._to_report and case.is_risk_unreported:
            self._to_report = ""
            self.card.ask_for_report()
        record_id, field = self._take_mending()
        if record_id and may_edit_case(self._context.actor, unit_id=case.unit_id):
            self._show_editor()
            self.editor.open_case(case.case_id, field=field)

    def _on_missed(self, error: UserFacingError) -> None:
        if error.code is ErrorCode.CASE_LOOK_FIRST:
            self._look_first(error.params["case_id"])
        else:
            super()._on_missed(error)

    def _look_first(self, case_id: str) -> None:
        """A confidential case is shown once that look is written down."""
        self._looked_at = case_id
        self._context.runner.write(
            partial(look_at_confidential, self._context.store, self._context.actor, case_id),
            on_done=self._on_looked,
        )

    def _on_looked(self, _changes: Changes) -> None:
        self._reader.read_one(self._looked_at)

    def begin_export(self) -> None:
        """The list as it is filtered, and in the standard's form, into a file; never what is
        confidential, whoever asks."""
        actor, store = self._context.actor, self._context.store
        place = display_name(actor.units[actor.unit_id], actor.units)
        day = village_day(store.clock.now()).isoformat().replace("-", "")
        work = partial(
            export_cases,
            store,
            actor,
            wanted=replace(self.list.wanted(self._units), reader_unit_id=actor.unit_id),
            words=case_words(),
            title=sheet_title(self._context, tr("案件")),
        )
        self._out.ask(tr("{unit}案件{day}.xlsx", unit=place, day=day), work)

    # --- the form -------------------------------------------------------------------------------

    def _on_edit_asked(self, case: CaseDetail) -> None:
        self._show_editor()
        self.editor.open_case(case.case_id)

    def _on_report_wanted(self, case_id: str) -> None:
        """As soon as the case is shown: nobody passes by the report."""
        self._to_report = case_id

    def _on_editor_finished(self, record_id: str) -> None:
        """Who is asked for the report of a risk stays there; else back to the list."""
        self._show_saved(record_id)
        if not self._to_report:
            self.list.focus_list()
