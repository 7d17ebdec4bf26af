"""The page 案件: the list, the chosen case beside it, and the form in their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.accounts.rules import HELD_ONLY_ROLES
from app.accounts.vocabulary import Permission
from app.cases.actions import CASE_FORM, may_edit_case
from app.cases.editing import look_at_confidential
from app.cases.finding import find_residents
from app.cases.listing import (
    PAGE_SIZE,
    CaseFilter,
    CaseList,
    case_rows,
)
from app.cases.queries import CaseDetail, one_case, units_seen
from app.cases.secrecy import sees_confidential
from app.drafts import SavedDraft
from app.errors import ErrorCode, UserFacingError
from app.exchange.cases_out import export_cases
from app.organisations.rules import display_name
from app.store import Changes
from i18n.text import tr
from ui.attachments.viewer import AttachmentViewer
from ui.cases.case_card import CaseCard
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.editor import CaseEditor
from ui.cases.list_card import CONFLICT_COLUMN, CaseListCard, in_conflict
from ui.cases.searching_picker import Search
from ui.cases.sections import entities_read
from ui.conflicts.word import ConflictLead
from ui.context import PageContext
from ui.exchange.list_out import ListOut, excel_button
from ui.theme import icon
from ui.widgets.fitting import FittingStack
from ui.widgets.side_panel import SidePanelHost
from ui.wording import error_sentence
from ui.wording_cases import case_words, draft_found
from ui.wording_life import marked_hits
from ui.wording_time import short_moment, village_day
from ui.work.paged_reader import PagedReader

SHOWN_ENTITIES = (
    *("case_file", "case_party", "case_event", "account", "unit", "handover"),
    *("record_link", "incident"),
)
ATTACHED_ENTITIES = ("attachment", "attachment_withdrawal")
"""These are read by themselves: an original that is on its way speaks several times a minute."""

ALONE_PX = 960
"""Below this a case stands alone: its parts need the width of the page."""


class CasesPage(QWidget):
    """Builds, connects and loads; what may be done is decided by rules and queries."""

    def __init__(
        self,
        context: PageContext,
        parent: QWidget | None = None,
        *,
        search_residents: Search | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = tr("案件")
        self._context = context
        self._units = units_seen(context.actor)
        self._may_record = context.actor.may(Permission.RECORD_CASE)
        self._wanted_case = ""
        self._to_mend = ("", "")
        self._to_turn = ""
        self._to_report = ""
        self._looked_at = ""
        roster = units_seen(context.actor, Permission.SEE_ROSTER)
        found = partial(find_residents, context.store, unit_ids=roster)
        self._search = search_residents or partial(marked_hits, found)
        self._reader = PagedReader(
            context.store,
            context.runner,
            read_list=case_rows,
            read_one=partial(one_case, reader=context.actor),
            missed=ErrorCode.CASE_NOT_FOUND,
            page_size=PAGE_SIZE,
            unit_ids=self._units,
            parent=self,
        )
        sees_many = self._units is None or len(self._units) > 1
        is_held = context.actor.role in HELD_ONLY_ROLES
        self.list = CaseListCard(has_village=sees_many or is_held)
        self.list.know_person(context)
        self.card = CaseCard(context)
        self.draft_bar = DraftBar()
        self._drafts = DraftKeeper(context, CASE_FORM, self)
        self._screens = FittingStack(self)
        self._reading = QWidget(self._screens)
        self.host = SidePanelHost(
            self.list,
            self.card,
            main_share=1,
            side_share=1,
            narrow_px=ALONE_PX,
            back_into=self.card.header,
            parent=self._reading,
        )
        self.new_button = QPushButton(icon("add", "white"), tr("登记案件"))
        self.typical_button = QPushButton(tr("典型案例"))
        self.export_button = excel_button(tr("导出 Excel"), "export")
        self._out = ListOut(context, self)
        self.typical_button.setAccessibleName(tr("看各村的典型案例"))
        self._build()
        self._connect()

    def header_buttons(self) -> list[QPushButton]:
        """典型案例 and 导出 for all, 登记案件 for who may record."""
        mine = [self.new_button] if self._may_record else []
        return [self.typical_button, self.export_button, *mine]

    def load(self) -> None:
        """Read the list again, as far as it was read, and the case shown."""
        shown = self.list.model.rowCount()
        self._reader.read_list(self._list_wanted(), limit=shown)
        if self.card.case_id:
            self._reader.read_one(self._reader.last_asked or self.card.case_id)
        if self._may_record and not self.is_editing:
            self._drafts.look("")

    def on_changes(self, changes: Changes) -> None:
        """After a write or a sync round."""
        if changes.touches(*SHOWN_ENTITIES, *(entities_read() - set(ATTACHED_ENTITIES))):
            self.load()
        elif changes.touches(*ATTACHED_ENTITIES):
            self.card.attachments.load()
            self.card.sections.read_again(changes)

    def open(self, record_id: str) -> None:
        """Show this case (or the case of this party) beside the list."""
        self._leave_editor()
        self._reader.read_one(record_id)

    def open_at(self, record_id: str, section: str) -> None:
        """As ``open``, with this tab of the case in front."""
        self._to_turn = section
        self.open(record_id)

    def mend(self, record_id: str, field: str) -> None:
        """The form of the case that is being opened (or of this party's case), at this field."""
        self._to_mend = (record_id, field)

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
        self.card.flush_draft()

    @cached_property
    def editor(self) -> CaseEditor:
        """The form, made when it is first wanted: who only reads does not wait for it."""
        editor = CaseEditor(self._context, search_residents=self._search)
        self._screens.addWidget(editor)
        editor.closed.connect(self._on_editor_closed)
        editor.finished.connect(self._on_editor_finished)
        editor.report_wanted.connect(self._on_report_wanted)
        return editor

    @cached_property
    def viewer(self) -> AttachmentViewer:
        """An original in the place of the page."""
        viewer = AttachmentViewer(self._context, self.card.attachments)
        self._screens.addWidget(viewer)
        viewer.closed.connect(self._on_viewer_closed)
        return viewer

    @property
    def is_editing(self) -> bool:
        return isinstance(self._screens.currentWidget(), CaseEditor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.host.is_side_open and not self.is_editing:
            self.host.close_side()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._screens)
        self._screens.addWidget(self._reading)
        column = QVBoxLayout(self._reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.draft_bar)
        column.addWidget(self.host, 1)
        self.new_button.setProperty("role", "primary")
        self.new_button.setAccessibleName(self.new_button.text())
        self.new_button.setToolTip(tr("Ctrl+N"))
        self.setFocusProxy(self.list.table)
        self._screens.setProperty("role", "paper")

    def _connect(self) -> None:
        self.new_button.clicked.connect(self.open_new)
        self.export_button.clicked.connect(self.begin_export)
        self.typical_button.clicked.connect(partial(self._context.open_page, "typical"))
        self._screens.currentChanged.connect(self._on_screen_changed)
        self.list.filter_changed.connect(self._on_filter_changed)
        self.list.more_wanted.connect(self._on_more_wanted)
        self.list.case_chosen.connect(self._on_case_chosen)
        ConflictLead(self._context, self.list.table, record_of=in_conflict, column=CONFLICT_COLUMN)
        self.list.case_opened.connect(self._reader.read_one)
        self._reader.list_read.connect(self._on_list_read)
        self._reader.more_read.connect(self.list.show_more)
        self._reader.one_read.connect(self._on_case_read)
        self._reader.one_missed.connect(self._on_case_missed)
        self.host.closed.connect(self.list.focus_list)
        self.card.attachments.opened.connect(self._on_attachment_opened)
        self.card.edit_asked.connect(self._on_edit_asked)
        self.card.flare_asked.connect(self.open_flare_up)
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._drafts.discard)
        self.draft_bar.restored.connect(self._on_draft_restored)
        QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self.open_new)

    # --- reading --------------------------------------------------------------------------------

    def _on_list_read(self, found: CaseList) -> None:
        chosen = self._wanted_case or self.card.case_id
        self._wanted_case = ""
        self.list.show_list(found)
        if chosen:
            self.list.choose(chosen)

    def _list_wanted(self) -> CaseFilter:
        sees_all = sees_confidential(self._context.actor)
        return replace(self.list.wanted(self._units), sees_confidential=sees_all)

    def _on_filter_changed(self) -> None:
        self._reader.read_list(self._list_wanted())

    def _on_more_wanted(self) -> None:
        rows = self.list.model.rows()
        if rows:
            self._reader.read_more(self._list_wanted(), rows[-1])

    def _on_case_chosen(self, case_id: str) -> None:
        """Where both fit, the case follows the cursor."""
        if self.host.is_side_open and case_id != self.card.case_id:
            self._reader.read_one(case_id)

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
        (record_id, field), self._to_mend = self._to_mend, ("", "")
        if record_id and may_edit_case(self._context.actor, unit_id=case.unit_id):
            self._show_editor()
            self.editor.open_case(case.case_id, field=field)

    def _on_case_missed(self, error: UserFacingError) -> None:
        if error.code is ErrorCode.CASE_LOOK_FIRST:
            self._look_first(error.params["case_id"])
            return
        self.host.close_side()
        self._context.notify(error_sentence(error))

    def _look_first(self, case_id: str) -> None:
        """A confidential case is shown once that look is written down."""
        self._looked_at = case_id
        self._context.runner.write(
            partial(look_at_confidential, self._context.store, self._context.actor, case_id),
            on_done=self._on_looked,
        )

    def _on_looked(self, _changes: Changes) -> None:
        self._reader.read_one(self._looked_at)

    def _on_attachment_opened(self, attachment_id: str) -> None:
        if not self.is_editing:
            self._screens.setCurrentWidget(self.viewer)
            self.viewer.open(attachment_id)

    def _on_viewer_closed(self) -> None:
        if self._screens.currentWidget() is self.viewer:
            self._screens.setCurrentIndex(0)
            self.card.attachments.take_focus(self.viewer.attachment_id)

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
            wanted=self.list.wanted(self._units),
            words=case_words(),
            title=tr("{unit}案件", unit=place),
        )
        self._out.ask(tr("{unit}案件{day}.xlsx", unit=place, day=day), work)

    # --- the form -------------------------------------------------------------------------------

    def _on_screen_changed(self) -> None:
        """One form at a time."""
        self.new_button.setDisabled(self.is_editing)

    def _show_editor(self) -> None:
        self._screens.setCurrentWidget(self.editor)

    def _leave_editor(self) -> None:
        if self.is_editing:
            self.editor.flush_draft()
        self._screens.setCurrentIndex(0)

    def _on_edit_asked(self, case: CaseDetail) -> None:
        self._show_editor()
        self.editor.open_case(case.case_id)

    def _on_editor_closed(self) -> None:
        self._leave_editor()
        self.list.focus_list()
        self._drafts.look("")

    def _on_report_wanted(self, case_id: str) -> None:
        """As soon as the case is shown: nobody passes by the report."""
        self._to_report = case_id

    def _on_editor_finished(self, case_id: str) -> None:
        self._screens.setCurrentIndex(0)
        self.list.reset_filter()
        self._wanted_case = case_id
        self._reader.read_list(self._list_wanted())
        self._reader.read_one(case_id)
        if not self._to_report:
            self.list.focus_list()

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        if found is None or self.is_editing:
            self.draft_bar.hide()
            return
        self._draft = found
        sentence = draft_found(found.body["title"].strip(), short_moment(found.saved_at))
        self.draft_bar.ask(sentence, takes_focus=False)

    def _on_draft_continued(self) -> None:
        self._show_editor()
        self.editor.open_new(goes_on=True)

    def _on_draft_restored(self) -> None:
        self._drafts.save(self._draft.body)
        self._on_draft_continued()
