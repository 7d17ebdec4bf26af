"""The page 警情: the list, the chosen incident beside it, and the form in their place."""

from __future__ import annotations

from functools import cached_property, partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.cases.finding import find_residents
from app.cases.queries import units_seen
from app.drafts import SavedDraft
from app.errors import ErrorCode, UserFacingError
from app.exchange.table_forms import TableKind
from app.exchange.table_out import export_incidents
from app.incidents.actions import INCIDENT_FORM, may_edit_incident
from app.incidents.detail import IncidentDetail, one_incident
from app.incidents.queries import PAGE_SIZE, IncidentList, incident_rows
from app.organisations.rules import display_name
from app.organisations.vocabulary import UnitKind
from app.store import Changes
from i18n.text import tr
from ui.attachments.viewer import AttachmentViewer
from ui.cases.draft_bar import DraftBar
from ui.cases.draft_keeper import DraftKeeper
from ui.cases.searching_picker import Search
from ui.conflicts.word import ConflictLead
from ui.context import PageContext
from ui.exchange.list_out import ListOut, excel_button
from ui.exchange.table_import_page import TableImportPage
from ui.incidents.editor import IncidentEditor
from ui.incidents.incident_card import IncidentCard
from ui.incidents.list_card import IncidentListCard, in_conflict
from ui.theme import icon
from ui.widgets.side_panel import SidePanelHost
from ui.wording import error_sentence
from ui.wording_incidents import draft_found
from ui.wording_tables import export_file_name, export_title
from ui.wording_time import short_moment, village_day
from ui.work.paged_reader import PagedReader

SHOWN_ENTITIES = (
    *("incident", "incident_person", "incident_event", "record_link", "case_file"),
    *("account", "unit", "micro_grid"),
)
ATTACHED_ENTITIES = ("attachment", "attachment_withdrawal")
"""These are read by themselves: an original that is on its way speaks several times a minute."""


class IncidentsPage(QWidget):
    """Builds, connects and loads; what may be done is decided by rules and queries."""

    def __init__(
        self,
        context: PageContext,
        parent: QWidget | None = None,
        *,
        search_residents: Search | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = tr("警情")
        self._context = context
        self._units = units_seen(context.actor, Permission.SEE_INCIDENTS)
        self._may_record = context.actor.may(Permission.RECORD_INCIDENT)
        self._wanted = ""
        self._to_mend = ("", "")
        roster = units_seen(context.actor, Permission.SEE_ROSTER)
        self._roster = roster
        self._search = search_residents or partial(find_residents, context.store, unit_ids=roster)
        self._reader = PagedReader(
            context.store,
            context.runner,
            read_list=incident_rows,
            read_one=one_incident,
            missed=ErrorCode.INCIDENT_NOT_FOUND,
            page_size=PAGE_SIZE,
            unit_ids=self._units,
            parent=self,
        )
        self.list = IncidentListCard(
            has_village=self._units is None or len(self._units) > 1,
            may_record=self._may_record,
            today=village_day(context.store.clock.now()),
        )
        self.list.know_person(context)
        self.card = IncidentCard(context)
        self.draft_bar = DraftBar()
        self._drafts = DraftKeeper(context, INCIDENT_FORM, self)
        self._screens = QStackedWidget(self)
        self._reading = QWidget(self._screens)
        self.host = SidePanelHost(self.list, self.card, parent=self._reading)
        self.new_button = QPushButton(icon("add", "white"), tr("登记警情"))
        self.import_button = excel_button(tr("导入 Excel"), "import")
        self.export_button = excel_button(tr("导出 Excel"), "export")
        own = context.actor.units.get(context.actor.unit_id)
        is_village = own is not None and own.kind is UnitKind.VILLAGE
        self._village_id = context.actor.unit_id if is_village else None
        self._out = ListOut(context, self)
        self._build()
        self._connect()

    def header_buttons(self) -> list[QPushButton]:
        """登记警情 for who may record, 导入 for who records in one village, 导出 for all."""
        may_import = self._may_record and self._village_id is not None
        shown = (
            (self.export_button, True),
            (self.import_button, may_import),
            (self.new_button, self._may_record),
        )
        return [button for button, is_shown in shown if is_shown]

    def load(self) -> None:
        """Read the list again, as far as it was read, and the incident shown."""
        shown = self.list.model.rowCount()
        self._reader.read_list(self.list.wanted(self._units), limit=shown)
        if self.card.incident_id:
            self._reader.read_one(self._reader.last_asked or self.card.incident_id)
        if self._may_record and not self.is_editing:
            self._drafts.look("")

    def on_changes(self, changes: Changes) -> None:
        """After a write or a sync round."""
        if changes.touches(*SHOWN_ENTITIES):
            self.load()
        elif changes.touches(*ATTACHED_ENTITIES):
            self.card.attachments.load()

    def open(self, record_id: str) -> None:
        """Show this incident (or that of this person) beside the list."""
        self._leave_editor()
        self._reader.read_one(record_id)

    def mend(self, record_id: str, field: str) -> None:
        """The form of the incident that is being opened, at this field."""
        self._to_mend = (record_id, field)

    def open_new(self, *, from_case_id: str = "", from_patrol_id: str = "") -> None:
        """The empty form, or one with what is known of the dispute that broke out, or of a
        patrol."""
        if not self._may_record or self.is_editing:
            return
        self.draft_bar.hide()
        self._screens.setCurrentWidget(self.editor)
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
        self.card.events.flush_draft()
        self.card.attachments.flush_draft()

    @cached_property
    def editor(self) -> IncidentEditor:
        """The form, made when it is first wanted: who only reads does not wait for it."""
        editor = IncidentEditor(self._context, search_residents=self._search, unit_ids=self._roster)
        self._screens.addWidget(editor)
        editor.closed.connect(self._on_editor_closed)
        editor.finished.connect(self._on_editor_finished)
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
        return isinstance(self._screens.currentWidget(), IncidentEditor)

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
        self.new_button.clicked.connect(self._on_new)
        self.import_button.clicked.connect(self.begin_import)
        self.export_button.clicked.connect(self.begin_export)
        self._screens.currentChanged.connect(self._on_screen_changed)
        self.list.filter_changed.connect(self._on_filter_changed)
        self.list.more_wanted.connect(self._on_more_wanted)
        self.list.incident_chosen.connect(self._on_chosen)
        ConflictLead(self._context, self.list.table, record_of=in_conflict)
        self.list.incident_opened.connect(self._reader.read_one)
        self._reader.list_read.connect(self._on_list_read)
        self._reader.more_read.connect(self.list.show_more)
        self._reader.one_read.connect(self._on_incident_read)
        self._reader.one_missed.connect(self._on_missed)
        self.host.closed.connect(self.list.focus_list)
        self.card.attachments.opened.connect(self._on_attachment_opened)
        self.card.edit_asked.connect(self._on_edit_asked)
        self._drafts.looked.connect(self._on_draft_looked)
        self.draft_bar.continued.connect(self._on_draft_continued)
        self.draft_bar.discarded.connect(self._drafts.discard)
        self.draft_bar.restored.connect(self._on_draft_restored)
        QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self._on_new)

    # --- reading --------------------------------------------------------------------------------

    def _on_list_read(self, found: IncidentList) -> None:
        chosen = self._wanted or self.card.incident_id
        self._wanted = ""
        self.list.show_list(found)
        if chosen:
            self.list.choose(chosen)

    def _on_filter_changed(self) -> None:
        self._reader.read_list(self.list.wanted(self._units))

    def _on_more_wanted(self) -> None:
        rows = self.list.model.rows()
        if rows:
            self._reader.read_more(self.list.wanted(self._units), rows[-1])

    def _on_chosen(self, incident_id: str) -> None:
        """Where both fit, the incident follows the cursor."""
        if self.host.is_side_open and incident_id != self.card.incident_id:
            self._reader.read_one(incident_id)

    def _on_incident_read(self, incident: IncidentDetail) -> None:
        self.card.show_incident(incident)
        self.host.open_side()
        self.list.choose(incident.incident_id)
        (record_id, field), self._to_mend = self._to_mend, ("", "")
        if record_id and may_edit_incident(self._context.actor, unit_id=incident.unit_id):
            self._screens.setCurrentWidget(self.editor)
            self.editor.open_incident(incident.incident_id, field=field)

    def _on_missed(self, error: UserFacingError) -> None:
        self.host.close_side()
        self._context.notify(error_sentence(error))

    def _on_attachment_opened(self, attachment_id: str) -> None:
        if not self.is_editing:
            self._screens.setCurrentWidget(self.viewer)
            self.viewer.open(attachment_id)

    def _on_viewer_closed(self) -> None:
        if self._screens.currentWidget() is self.viewer:
            self._screens.setCurrentIndex(0)
            self.card.attachments.take_focus(self.viewer.attachment_id)

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
            title=export_title(kind, name),
        )
        day = village_day(store.clock.now()).isoformat()
        self._out.ask(export_file_name(kind, name, day), work)

    def _on_import_closed(self) -> None:
        self._screens.setCurrentIndex(0)
        self.load()
        self.list.focus_list()

    # --- the form -------------------------------------------------------------------------------

    def _on_new(self) -> None:
        self.open_new()

    def _on_screen_changed(self) -> None:
        """One form at a time."""
        is_list = self._screens.currentIndex() == 0
        self.new_button.setDisabled(self.is_editing)
        self.import_button.setEnabled(is_list)
        self.export_button.setEnabled(is_list)

    def _leave_editor(self) -> None:
        if self.is_editing:
            self.editor.flush_draft()
        self._screens.setCurrentIndex(0)

    def _on_edit_asked(self, incident_id: str) -> None:
        self._screens.setCurrentWidget(self.editor)
        self.editor.open_incident(incident_id)

    def _on_editor_closed(self) -> None:
        self._leave_editor()
        self.list.focus_list()
        self._drafts.look("")

    def _on_editor_finished(self, incident_id: str) -> None:
        self._screens.setCurrentIndex(0)
        self.list.reset_filter()
        self._wanted = incident_id
        self._reader.read_list(self.list.wanted(self._units))
        self._reader.read_one(incident_id)
        self.list.focus_list()

    def _on_draft_looked(self, found: SavedDraft | None) -> None:
        if found is None or self.is_editing:
            self.draft_bar.hide()
            return
        self._draft = found
        sentence = draft_found(found.body["title"].strip(), short_moment(found.saved_at))
        self.draft_bar.ask(sentence, takes_focus=False)

    def _on_draft_continued(self) -> None:
        self._screens.setCurrentWidget(self.editor)
        self.editor.open_new(goes_on=True)

    def _on_draft_restored(self) -> None:
        self._drafts.save(self._draft.body)
        self._on_draft_continued()
