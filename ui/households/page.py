"""微网格: the village's register, and the way in for a roster from Excel."""

from __future__ import annotations

from functools import cached_property, partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.accounts.vocabulary import Permission
from app.grid_work.team_queries import TeamPlace, team_place_of
from app.households.queries import RosterPlace, place_of, villages_with_roster
from app.organisations.rules import display_name, is_within
from app.organisations.vocabulary import UnitKind
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.households.changes_view import ChangesView
from ui.households.export_dialog import RosterExportDialog
from ui.households.household_page import HouseholdPage
from ui.households.import_page import ImportPage
from ui.households.overview import RosterOverview
from ui.households.redraw_page import RedrawPage
from ui.households.side import only_current_counts
from ui.households.team_page import TeamPage
from ui.theme import icon, set_style_property
from ui.theme.palette import CARD, INK
from ui.widgets.empty_state import EmptyState
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import BilingualLabel


class MicroGridsPage(QWidget):
    """The register of one village; above it a choice of village for township and county."""

    header_changed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.title = tr("微网格")
        self._may_see = context.actor.may(Permission.SEE_ROSTER)
        self._may_edit = context.actor.may(Permission.EDIT_ROSTER)
        self._may_import = context.actor.may(Permission.IMPORT_ROSTER)
        self._unit_id = context.actor.unit_id if self._is_village(context.actor.unit_id) else ""
        self._villages: list[str] = []
        self._is_opening = False
        self._to_mend = ("", "")
        self._stack = QStackedWidget(self)
        self.overview = RosterOverview(context, self._stack)
        self._is_from_changes = False
        self._build()
        self.setFocusProxy(self.overview.table)

    @cached_property
    def import_page(self) -> ImportPage:
        """Made when it is first needed: a roster comes once a year."""
        page = ImportPage(self._context)
        page.closed.connect(self._show_overview)
        page.imported.connect(self._show_overview)
        self._stack.addWidget(page)
        return page

    @cached_property
    def redraw_page(self) -> RedrawPage:
        """Made when it is first needed."""
        page = RedrawPage(self._context)
        page.closed.connect(self._show_overview)
        self._stack.addWidget(page)
        return page

    @cached_property
    def team_page(self) -> TeamPage:
        """Made when it is first needed."""
        page = TeamPage(self._context)
        page.closed.connect(self._show_overview)
        self._stack.addWidget(page)
        return page

    @cached_property
    def household_page(self) -> HouseholdPage:
        """Made when it is first needed."""
        page = HouseholdPage(self._context)
        page.closed.connect(self._on_household_closed)
        page.titled.connect(self.header_changed)
        self._stack.addWidget(page)
        return page

    @cached_property
    def changes_view(self) -> ChangesView:
        """Made when it is first needed."""
        page = ChangesView(self._context)
        page.closed.connect(self._show_overview)
        page.household_opened.connect(self.show_household)
        self._stack.addWidget(page)
        return page

    @property
    def subtitle(self) -> str:
        """Where in the page one is; empty for the page itself."""
        inner = self._stack.currentWidget()
        if isinstance(inner, ImportPage):
            return tr("› 导入花名册")
        if isinstance(inner, TeamPage):
            return tr("› 1+X 队伍")
        if isinstance(inner, HouseholdPage):
            return tr("› {name}", name=inner.title)
        if isinstance(inner, ChangesView):
            return tr("› 变动")
        return tr("› 调整微网格") if isinstance(inner, RedrawPage) else ""

    def header_buttons(self) -> list[QPushButton]:
        """What this person may do: team and 导出 are for all who see them."""
        buttons = (*(self.team_button, self.export_button, self.import_button, self.add_button),)
        return [button for button in buttons if button is not None]

    def load(self) -> None:
        """Read what is shown; for township and county the villages first."""
        if not self._may_see:
            return
        if self._is_village(self._context.actor.unit_id):
            self.overview.show_unit(self._unit_id)
        else:
            work = partial(villages_with_roster, self._context.store)
            self._context.runner.read(work, on_done=self._on_villages)

    def open(self, record_id: str) -> None:
        """Show the household, resident, micro-grid or member of the team of this id."""
        if self._may_see:
            self._show_overview()
            self._is_opening = True
            self._to_mend = ("", "")
            work = partial(self._find_place, record_id)
            self._context.runner.read(work, on_done=self._on_place)

    def _find_place(self, record_id: str) -> RosterPlace | TeamPlace | None:
        """On the reader thread."""
        store = self._context.store
        return place_of(store, record_id) or team_place_of(store, record_id)

    def mend(self, record_id: str, field: str) -> None:
        """The form of what is being opened, at this field."""
        if self._may_see and self._may_edit:
            self._to_mend = (record_id, field)
            self.overview.side.mend_when_shown(record_id, field)

    def on_changes(self, changes: Changes) -> None:
        if self._may_see and self._unit_id:
            self.overview.on_changes(changes)
        inner = self._stack.currentWidget()
        if isinstance(inner, RedrawPage | TeamPage | HouseholdPage | ChangesView):
            inner.on_changes(changes)

    def hasHeightForWidth(self) -> bool:
        """No: the lists inside scroll themselves, so on a small screen the page need not."""
        return False

    def flush_draft(self) -> None:
        self.overview.flush_draft()
        inner = self._stack.currentWidget()
        if isinstance(inner, RedrawPage | TeamPage | HouseholdPage | ChangesView):
            inner.flush_draft()

    @property
    def _is_inside(self) -> bool:
        """Whether something stands in place of the overview."""
        inside = ImportPage | RedrawPage | TeamPage | HouseholdPage | ChangesView
        return isinstance(self._stack.currentWidget(), inside)

    def _is_village(self, unit_id: str) -> bool:
        unit = self._context.actor.units.get(unit_id)
        return unit is not None and unit.kind is UnitKind.VILLAGE

    # --- building ----------------------------------------

    def _build(self) -> None:
        self.import_button = self._button(tr("导入花名册"), "import", self._may_import)
        self.add_button = self._button(tr("新增户"), "add", self._may_edit)
        may_see_team = self._context.actor.may(Permission.SEE_GRID_WORK)
        self.team_button = self._button(tr("1+X 队伍"), "person", may_see_team)
        if self.team_button is not None:
            self.team_button.clicked.connect(self.begin_team)
        self.export_button = self._button(tr("导出花名册"), "export", self._may_see)
        if self.export_button is not None:
            self.export_button.clicked.connect(self.begin_export)
        self.changes_button = self.overview.changes_button
        self.redraw_button = self.overview.redraw_button
        self.redraw_button.clicked.connect(self.begin_redraw)
        self.overview.size_card.opened.connect(self.begin_redraw)
        if self.import_button is not None:
            self.import_button.clicked.connect(self.begin_import)
        if self.add_button is not None:
            self.add_button.clicked.connect(self.overview.begin_new_household)
            self.add_button.setToolTip(tr("Ctrl+N"))
            QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self.add_button.click)
        self._build_village_row()
        self._no_roster = EmptyState(
            tr("您的岗位不查看名册。"), tr("案件里的当事人在案件页里可以看到。")
        )
        for widget in (self.overview, self._no_roster):
            self._stack.addWidget(widget)
        self._stack.currentChanged.connect(self._on_page_changed)
        self._stack.setCurrentWidget(self.overview if self._may_see else self._no_roster)
        self._on_page_changed()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._village_row)
        layout.addWidget(self._stack, 1)
        self.overview.is_empty_changed.connect(self._on_empty_changed)
        self.overview.page_asked.connect(self.show_household)
        self.overview.step_asked.connect(self.begin_step)
        self.changes_button.clicked.connect(self.show_changes)

    def _button(self, words: str, icon_name: str, is_allowed: bool) -> QPushButton | None:
        if not is_allowed:
            return None
        button = QPushButton(icon(icon_name), words)
        button.setAccessibleName(words)
        return button

    def _build_village_row(self) -> None:
        self._village_row = QWidget()
        row = QHBoxLayout(self._village_row)
        row.setContentsMargins(0, 0, 0, 4)
        label = BilingualLabel(tr("村"), role="fieldLabel", wraps=False)
        self.village_combo = QComboBox()
        self.village_combo.setAccessibleName(tr("选择村"))
        calm_wheel(self.village_combo)
        label.mandarin.setBuddy(self.village_combo)
        row.addWidget(label)
        row.addWidget(self.village_combo)
        row.addStretch()
        self._village_row.hide()
        self.village_combo.activated.connect(self._on_village_chosen)

    # --- slots ----------------------------------------

    def begin_import(self) -> None:
        """Choose a file and see what it would do."""
        self.import_page.begin(self._unit_id)
        self._stack.setCurrentWidget(self.import_page)
        self._set_buttons_enabled(False)

    def begin_export(self) -> None:
        """Choose what goes out and where to."""
        if not self._unit_id:
            return
        dialog = RosterExportDialog(self._context, self._unit_id, self.overview.grids, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def begin_team(self) -> None:
        """Who is in the village's team; for township and county in each village's."""
        self._stack.setCurrentWidget(self.team_page)
        self.team_page.begin(self._unit_id)
        self._set_buttons_enabled(False)

    def _show_team_member(self, place: TeamPlace) -> None:
        self._show_chosen_village()
        self._stack.setCurrentWidget(self.team_page)
        self._set_buttons_enabled(False)
        mended, field = self._to_mend
        field = field if mended == place.member_id else ""
        is_mended = mended == place.member_id
        self.team_page.show_member(place, field=field, is_mended=is_mended)

    def begin_redraw(self) -> None:
        """The village's micro-grids before and after."""
        self.redraw_page.begin(self._unit_id)
        self._stack.setCurrentWidget(self.redraw_page)
        self._set_buttons_enabled(False)

    def show_household(self, household_id: str) -> None:
        """The page of a household in place of the lists."""
        self._is_from_changes = isinstance(self._stack.currentWidget(), ChangesView)
        self._stack.setCurrentWidget(self.household_page)
        self.household_page.begin(household_id)
        self._set_buttons_enabled(False)

    def begin_step(self, household_id: str, resident_id: str = "") -> None:
        """登记变动 in this household, about this person."""
        self._is_from_changes = False
        self._stack.setCurrentWidget(self.household_page)
        self.household_page.begin_step(household_id, None, resident_id)
        self._set_buttons_enabled(False)

    def show_changes(self) -> None:
        """What happened in the village, month by month."""
        if self._unit_id:
            self._stack.setCurrentWidget(self.changes_view)
            self.changes_view.begin(self._unit_id)
            self._set_buttons_enabled(False)

    def _on_household_closed(self) -> None:
        """Back to where one came from."""
        if self._is_from_changes:
            self._stack.setCurrentWidget(self.changes_view)
            self.changes_view.reload()
            self.changes_view.table.setFocus()
            self.header_changed.emit()
        else:
            self._show_overview()

    def _show_overview(self) -> None:
        if self._may_see and self._is_inside:
            self._stack.setCurrentWidget(self.overview)
            self._set_buttons_enabled(True)
            self.overview.load()
            if self.isVisible():
                self.setFocus()

    def _set_buttons_enabled(self, is_enabled: bool) -> None:
        for button in self.header_buttons():
            button.setEnabled(is_enabled)
        self.header_changed.emit()

    def _on_page_changed(self) -> None:
        only_current_counts(self._stack)
        is_overview = self._stack.currentWidget() is self.overview
        self._village_row.setVisible(is_overview and self.village_combo.count() > 0)

    def _on_empty_changed(self, is_empty: bool) -> None:
        """In an empty village the roster is what to begin with."""
        if self.import_button is not None:
            set_style_property(self.import_button, "role", "primary" if is_empty else "")
            self.import_button.setIcon(icon("import", CARD if is_empty else INK))

    def _on_villages(self, unit_ids: list[str]) -> None:
        actor = self._context.actor
        known = [
            unit_id
            for unit_id in unit_ids
            if self._is_village(unit_id) and is_within(unit_id, actor.unit_id, actor.units)
        ]
        known.sort(key=lambda unit_id: actor.units[unit_id].code)
        if known != self._villages:
            self._villages = known
            self.village_combo.clear()
            for unit_id in known:
                self.village_combo.addItem(display_name(actor.units[unit_id], actor.units), unit_id)
            self._on_page_changed()
        if self._unit_id not in known:
            self._unit_id = known[0] if known else ""
        if not self._is_opening:  # else the village of what is being opened comes next
            self._show_chosen_village()

    def _on_village_chosen(self, place: int) -> None:
        self._unit_id = str(self.village_combo.itemData(place))
        self._show_chosen_village()

    def _show_chosen_village(self) -> None:
        self.village_combo.setCurrentIndex(max(0, self.village_combo.findData(self._unit_id)))
        if self._unit_id:
            self.overview.show_unit(self._unit_id)

    def _on_place(self, place: RosterPlace | TeamPlace | None) -> None:
        self._is_opening = False
        if isinstance(place, TeamPlace):
            self._show_team_member(place)
            return
        if place is None:
            self._context.notify(tr("名册里没有这一条了，可能已被删去。"))
            self._show_chosen_village()
            return
        self._unit_id = place.unit_id
        self.village_combo.setCurrentIndex(max(0, self.village_combo.findData(self._unit_id)))
        self.overview.show_place(place)
