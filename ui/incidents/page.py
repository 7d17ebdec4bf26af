"""The page 警情: the list, the chosen incident beside it, and the form in their place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial

from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from app.accounts.vocabulary import Permission
from app.cases.finding import find_residents
from app.cases.queries import units_seen
from app.errors import ErrorCode
from app.exchange.table_forms import TableKind
from app.exchange.table_out import export_incidents
from app.incidents.actions import INCIDENT_FORM, may_edit_incident
from app.incidents.detail import IncidentDetail, one_incident
from app.incidents.queries import PAGE_SIZE, IncidentFilter, incident_rows
from app.organisations.rules import display_name
from app.organisations.vocabulary import UnitKind
from app.store import Changes
from i18n.text import tr
from ui.attachments.strip import ATTACHED_ENTITIES
from ui.cases.record_page import RecordPage
from ui.cases.searching_picker import Search
from ui.conflicts.word import ConflictLead
from ui.context import PageContext
from ui.exchange.list_out import ListOut, excel_button, sheet_title
from ui.exchange.table_import_page import TableImportPage
from ui.incidents.editor import IncidentEditor
from ui.incidents.incident_card import IncidentCard
from ui.incidents.list_card import IncidentListCard, in_conflict
from ui.widgets.side_panel import SidePanelHost
from ui.wording_incidents import draft_found
from ui.wording_tables import export_file_name, export_title
from ui.wording_time import village_day
from ui.work.paged_reader import PagedReader

SHOWN_ENTITIES = (
    *("incident", "incident_person", "incident_event", "record_link", "case_file"),
    *("account", "unit", "micro_grid"),
)


class IncidentsPage(RecordPage):
    """An incident may be begun from a dispute or a patrol, and a table of them be read in."""

    list: IncidentListCard

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
            screens=QStackedWidget(),
            new_words=tr("登记警情"),
            may_record=context.actor.may(Permission.RECORD_INCIDENT),
            drafts_of=INCIDENT_FORM,
            draft_found=draft_found,
        )
        self.title = tr("警情")
        self._units = units_seen(context.actor, Permission.SEE_INCIDENTS)
        self._roster = units_seen(context.actor, Permission.SEE_ROSTER)
        found = partial(find_residents, context.store, unit_ids=self._roster)
        self._search = search_residents or found
        self._reader = self._paged_reader()
        self.host = SidePanelHost(parent=self._reading)
        self.list = IncidentListCard(
            has_village=self._units is None or len(self._units) > 1,
            may_record=self._may_record,
            today=village_day(context.store.clock.now()),
            parent=self.host,
        )
        self.list.know_person(context)
        self.host.put_main(self.list)
        self.import_button = excel_button(tr("导入 Excel"), "import")
        self.export_button = excel_button(tr("导出 Excel"), "export")
        self._out = ListOut(context, self, self.export_button)
        own = context.actor.units.get(context.actor.unit_id)
        is_village = own is not None and own.kind is UnitKind.VILLAGE
        self._village_id = context.actor.unit_id if is_village else None
        self._put_together()
        self._connect()

    def header_buttons(self) -> Sequence[QPushButton]:
        """登记警情 for who may record, 导入 for who records in one village, 导出 for all."""
        may_import = self._may_record and self._village_id is not None
        shown = (
            (self.export_button, True),
            (self.import_button, may_import),
            (self.new_button, self._may_record),
        )
        return [button for button, is_shown in shown if is_shown]

    def on_changes(self, changes: Changes) -> None:
        """After a write or a sync round."""
        if changes.touches(*SHOWN_ENTITIES):
            self.load()
        elif self._has_card and changes.touches(*ATTACHED_ENTITIES):
            self.card.attachments.load()

    def open_new(self, *, from_case_id: str = "", from_patrol_id: str = "") -> None:
        """The empty form, or one with what is known of the dispute that broke out, or of a
        patrol."""
        if not self._may_record or self.is_editing:
            return
        self.draft_bar.hide()
        self._show_editor()
        if from_case_id:
            self.editor.open_from_case(from_case_id)
        elif from_patrol_id:
            self.editor.open_from_patrol(from_patrol_id)
        else:
            self.editor.open_new()

    def flush_draft(self) -> None:
        """Before the screen locks or closes."""
        if self.is_editing:
            self.editor.flush_draft()
        if self._has_card:
            self.card.events.flush_draft()
            self.card.attachments.flush_draft()

    @cached_property
    def card(self) -> IncidentCard:
        """The incident beside the list, made when one is first opened."""
        card = IncidentCard(self._context, parent=self.host.side_room)
        self._keep_card(card)
        return card

    @cached_property
    def editor(self) -> IncidentEditor:
        """The form, made when it is first wanted: who only reads does not wait for it."""
        editor = IncidentEditor(self._context, search_residents=self._search, unit_ids=self._roster)
        self._keep_editor(editor)
        return editor

    def _paged_reader(self) -> PagedReader:
        return PagedReader(
            self._context.store,
            self._context.runner,
            read_list=incident_rows,
            read_one=one_incident,
            missed=ErrorCode.INCIDENT_NOT_FOUND,
            page_size=PAGE_SIZE,
            unit_ids=self._units,
            parent=self,
        )

    def _connect(self) -> None:
        self.import_button.clicked.connect(self.begin_import)
        self.export_button.clicked.connect(self.begin_export)
        self.list.incident_chosen.connect(self._on_chosen)
        self.list.incident_opened.connect(self._reader.read_one)
        ConflictLead(self._context, self.list.table, record_of=in_conflict)
        self._reader.one_read.connect(self._on_incident_read)

    # --- reading --------------------------------------------------------------------------------

    def _shown_id(self) -> str:
        return self.card.incident_id if self._has_card else ""

    def _list_wanted(self) -> IncidentFilter:
        return self.list.wanted(self._units)

    def _on_incident_read(self, incident: IncidentDetail) -> None:
        self.card.show_incident(incident)
        self.host.open_side()
        self.list.choose(incident.incident_id)
        record_id, field = self._take_mending()
        if record_id and may_edit_incident(self._context.actor, unit_id=incident.unit_id):
            self._show_editor()
            self.editor.open_incident(incident.incident_id, field=field)

    # --- Excel ----------------------------------------------------------------------------------

    @cached_property
    def import_page(self) -> TableImportPage:
        """Made when it is first needed."""
        page = TableImportPage(self._context, TableKind.INCIDENTS)
        page.closed.connect(self._on_import_closed)
        page.imported.connect(self._on_import_closed)
        self._screens.addWidget(page)
        return page

    def begin_import(self) -> None:
        """Choose a table of incidents, and see what it would do."""
        if self._village_id is None or self.is_editing:
            return
        self.import_page.begin(self._village_id)
        self._screens.setCurrentWidget(self.import_page)

    def begin_export(self) -> None:
        """The list as it is filtered, into a file."""
        actor, store = self._context.actor, self._context.store
        place = actor.units[actor.unit_id]
        name = display_name(place, actor.units)
        kind = TableKind.INCIDENTS
        work = partial(
            export_incidents,
            store,
            actor,
            wanted=self.list.wanted(self._units),
            title=sheet_title(self._context, export_title(kind, name), names_unit=False),
        )
        day = village_day(store.clock.now()).isoformat()
        self._out.ask(export_file_name(kind, name, day), work)

    def _on_import_closed(self) -> None:
        self._screens.setCurrentIndex(0)
        self.load()
        self.list.focus_list()

    # --- the form -------------------------------------------------------------------------------

    def _on_screen_changed(self) -> None:
        """While a form or a table is in the list's place, nothing goes in or out."""
        super()._on_screen_changed()
        is_list = self._screens.currentIndex() == 0
        self.import_button.setEnabled(is_list)
        self.export_button.setEnabled(is_list)

    def _on_edit_asked(self, incident_id: str) -> None:
        self._show_editor()
        self.editor.open_incident(incident_id)
