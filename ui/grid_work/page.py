"""走访: the week's plan, visits, micro-services, hazards and duty of one village."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TypeVar

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
from app.exchange.table_forms import TableKind
from app.exchange.table_out import export_work
from app.grid_work.queries import place_of_work
from app.households.queries import villages_with_roster
from app.laptop import today_in_china
from app.organisations.rules import display_name, is_within
from app.organisations.vocabulary import UnitKind
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.exchange.list_out import ListOut, excel_button, sheet_title
from ui.exchange.table_import_page import TableImportPage
from ui.grid_work.duty_tab import DutyTab
from ui.grid_work.hazards_tab import HazardsTab
from ui.grid_work.plan_tab import PlanTab
from ui.grid_work.services_tab import ServicesTab
from ui.grid_work.visits_tab import VisitsTab
from ui.grid_work.work_tab import WorkTab
from ui.households.side import only_current_counts
from ui.outreach.outreach_tab import OutreachTab
from ui.theme import icon
from ui.widgets.empty_state import EmptyState
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import BilingualLabel
from ui.widgets.tabs import TabRow
from ui.wording_tables import export_file_name, export_title

DUTY_KINDS = ("duty_shift", "patrol")
OUTREACH_KINDS = ("outreach_round", "outreach_finding")
OWN_BUTTONS = ("duty", "outreach")
"""These have buttons and keys of their own."""
TABS = (PlanTab, WorkTab, DutyTab, OutreachTab)
PLACES = ("plan", "visits", "services", "hazards", "duty", "outreach")
"""The tabs in their order, by the names they have on the page."""
TAB_OF = {"visit": "visits", "micro_service": "services", "hazard": "hazards"}
Tab = TypeVar("Tab", bound=QWidget)


class VisitsPage(QWidget):
    """One village at a time; township and county choose it above the tabs."""

    header_changed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = tr("走访")
        self._context = context
        self._may_see = context.actor.may(Permission.SEE_GRID_WORK)
        self._may_record = context.actor.may(Permission.RECORD_GRID_WORK)
        self._unit_id = context.actor.unit_id if self._is_village(context.actor.unit_id) else ""
        self._to_mend = ("", "")
        self.tabs = TabRow(name=tr("走访的几个部分"))
        self.stack = QStackedWidget()
        self.new_button = QPushButton(icon("add", "white"), tr("登记走访"))
        self.import_button = excel_button(tr("导入 Excel"), "import")
        self.export_button = excel_button(tr("导出 Excel"), "export")
        self._out = ListOut(context, self, self.export_button)
        self._imports: dict[TableKind, TableImportPage] = {}
        self._build()
        self._connect()

    @cached_property
    def plan(self) -> PlanTab:
        """Made when it is first wanted, like the others: one comes to see one of them."""
        return self._put_in("plan", PlanTab(self._context))

    @cached_property
    def visits(self) -> VisitsTab:
        return self._put_in("visits", VisitsTab(self._context))

    @cached_property
    def services(self) -> ServicesTab:
        return self._put_in("services", ServicesTab(self._context))

    @cached_property
    def hazards(self) -> HazardsTab:
        return self._put_in("hazards", HazardsTab(self._context))

    @cached_property
    def duty(self) -> DutyTab:
        return self._put_in("duty", DutyTab(self._context))

    @cached_property
    def outreach(self) -> OutreachTab:
        return self._put_in("outreach", OutreachTab(self._context))

    def header_buttons(self) -> list[QPushButton]:
        """登记走访 and 导入 for who may record, 导出 for who may see."""
        shown = (
            (self.export_button, self._may_see),
            (self.import_button, self._may_record),
            (self.new_button, self._may_record),
        )
        return [button for button, is_shown in shown if is_shown]

    def load(self) -> None:
        """Read what is shown; for township and county the villages first."""
        if not self._may_see:
            return
        if self._is_village(self._context.actor.unit_id):
            self._show_current()
        else:
            work = partial(villages_with_roster, self._context.store)
            self._context.runner.read(work, on_done=self._on_villages)

    def on_changes(self, changes: Changes) -> None:
        """After a write or a sync round; what is not seen is read when it is opened."""
        if self._may_see and self._unit_id:
            current = self.stack.currentWidget()
            if isinstance(current, TABS):
                current.on_changes(changes)

    def open(self, record_id: str) -> None:
        """Show the visit, micro-service or hazard of this id, or the one a measure belongs to."""
        if self._may_see:
            work = partial(place_of_work, self._context.store, record_id)
            self._context.runner.read(work, on_done=self._on_place)

    def mend(self, record_id: str, field: str) -> None:
        """The form of the record that is being opened, at this field."""
        self._to_mend = (record_id, field)

    def begin(self, kind: str, household_id: str = "") -> None:
        """The empty form of a visit, micro-service or hazard of this household."""
        if self._may_record and self._unit_id:
            tab = self._tab_of(kind)
            self._show_tab(tab)
            tab.begin(household_id)

    def begin_found(self, patrol_id: str) -> None:
        """The empty form of a hazard that was found on this patrol."""
        if self._may_record and self._unit_id:
            self._show_tab(self.hazards)
            self.hazards.begin(patrol_id=patrol_id)

    def flush_draft(self) -> None:
        for name in PLACES:
            if name in self.__dict__:
                getattr(self, name).flush_draft()

    def hasHeightForWidth(self) -> bool:
        """No: the lists inside scroll themselves, so on a small screen the page need not."""
        return False

    # --- building ----------------------------------------

    def _build(self) -> None:
        for title in _titles():
            self.tabs.add(title, title)
            self.stack.addWidget(QWidget())
        self.new_button.setProperty("role", "primary")
        self.new_button.setAccessibleName(self.new_button.text())
        self.new_button.setToolTip(tr("Ctrl+N"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        if not self._may_see:
            self.tabs.hide()
            column.addWidget(EmptyState(tr("您的岗位不查看走访和服务。")), 1)
            return
        column.addWidget(self._build_village_row())
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)
        only_current_counts(self.stack)
        self.setFocusProxy(self.plan.table)

    def _put_in(self, name: str, tab: Tab) -> Tab:
        """Takes the place kept for it."""
        place = PLACES.index(name)
        kept = self.stack.widget(place)
        self.stack.insertWidget(place, tab)
        if kept is not None:
            if self.stack.currentWidget() is kept:
                self.stack.setCurrentWidget(tab)
            self.stack.removeWidget(kept)
            kept.deleteLater()
        only_current_counts(self.stack)
        return tab

    def _tab_at(self, place: int) -> QWidget:
        tab: QWidget = getattr(self, PLACES[place])
        return tab

    def _tab_of(self, kind: str) -> WorkTab:
        tab: WorkTab = getattr(self, TAB_OF[kind])
        return tab

    def _build_village_row(self) -> QWidget:
        self._village_row = QWidget()
        row = QHBoxLayout(self._village_row)
        row.setContentsMargins(0, 0, 0, 0)
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
        return self._village_row

    def _connect(self) -> None:
        self.import_button.clicked.connect(self.begin_import)
        self.export_button.clicked.connect(self.begin_export)
        self._enable_excel()
        self.tabs.currentChanged.connect(self._on_tab_changed)
        self.new_button.clicked.connect(self._on_new)
        self._new_keys = QShortcut(QKeySequence("Ctrl+N"), self)
        self._new_keys.setEnabled(self._may_record)
        self._new_keys.activated.connect(self._on_new)
        for place in range(self.tabs.count()):
            keys = QShortcut(QKeySequence(f"Alt+{place + 1}"), self)
            keys.activated.connect(partial(self.tabs.setCurrentIndex, place))

    # --- Excel ----------------------------------------

    @property
    def _kind_shown(self) -> TableKind | None:
        """What the tab in front lists; None for plan and duty, which are no tables."""
        shown = PLACES[self.tabs.currentIndex()]
        return next((TableKind(kind) for kind, name in TAB_OF.items() if name == shown), None)

    @property
    def _is_importing(self) -> bool:
        return isinstance(self.stack.currentWidget(), TableImportPage)

    def begin_import(self) -> None:
        """Choose a table of what is listed, and see what it would do."""
        kind = self._kind_shown
        if kind is None or not self._unit_id:
            return
        if kind not in self._imports:
            page = TableImportPage(self._context, kind)
            page.closed.connect(self._leave_import)
            page.imported.connect(self._leave_import)
            self.stack.addWidget(page)
            self._imports[kind] = page
        self._imports[kind].begin(self._unit_id)
        self.stack.setCurrentWidget(self._imports[kind])
        only_current_counts(self.stack)
        self._enable_excel()

    def begin_export(self) -> None:
        """The list as it is filtered, into a file."""
        kind = self._kind_shown
        if kind is None or not self._unit_id:
            return
        store, actor = self._context.store, self._context.actor
        village = display_name(actor.units[self._unit_id], actor.units)
        work = partial(
            export_work,
            store,
            actor,
            kind=kind,
            wanted=self._tab_of(kind.value).list.wanted(),
            title=sheet_title(self._context, export_title(kind, village), names_unit=False),
        )
        day = today_in_china(store.clock).isoformat()
        self._out.ask(export_file_name(kind, village, day), work)

    def _leave_import(self) -> None:
        self._on_tab_changed(self.tabs.currentIndex())

    def _enable_excel(self) -> None:
        is_table = self._kind_shown is not None and not self._is_importing
        self.import_button.setEnabled(is_table)
        self.export_button.setEnabled(is_table)
        self.new_button.setEnabled(not self._is_importing)
        self.header_changed.emit()

    # --- tabs ----------------------------------------

    def _show_tab(self, tab: QWidget) -> None:
        self.tabs.setCurrentIndex(self.stack.indexOf(tab))

    def _show_current(self) -> None:
        current = self.stack.currentWidget()
        if self._unit_id and isinstance(current, TABS):
            current.show_unit(self._unit_id)

    def _on_tab_changed(self, place: int) -> None:
        current = self._tab_at(place)
        self.stack.setCurrentWidget(current)
        only_current_counts(self.stack)
        self._show_current()
        self._name_new_button()
        self._enable_excel()
        self.setFocusProxy(current)
        if self.isVisible() and not self.tabs.hasFocus():
            current.setFocus(Qt.FocusReason.OtherFocusReason)

    def _name_new_button(self) -> None:
        """What is recorded is what is listed; duty has buttons and keys of its own."""
        shown = PLACES[self.tabs.currentIndex()]
        words = {"services": tr("登记微服务"), "hazards": tr("登记隐患")}
        self.new_button.setText(words.get(shown, tr("登记走访")))
        self.new_button.setAccessibleName(self.new_button.text())
        self.new_button.setToolTip("" if shown in OWN_BUTTONS else tr("Ctrl+N"))
        self._new_keys.setEnabled(self._may_record and shown not in OWN_BUTTONS)

    def _on_new(self) -> None:
        """A new record of the tab that is shown; from plan and duty a visit."""
        current = self.stack.currentWidget()
        if isinstance(current, OutreachTab):
            current.begin()
            return
        if isinstance(current, DutyTab):
            self._show_tab(self.visits)
            current = self.visits
        if self._unit_id and isinstance(current, PlanTab | WorkTab):
            current.begin()

    # --- villages and places ----------------------------------------

    def _is_village(self, unit_id: str) -> bool:
        unit = self._context.actor.units.get(unit_id)
        return unit is not None and unit.kind is UnitKind.VILLAGE

    def _on_villages(self, unit_ids: list[str]) -> None:
        actor = self._context.actor
        known = [
            unit_id
            for unit_id in unit_ids
            if self._is_village(unit_id) and is_within(unit_id, actor.unit_id, actor.units)
        ]
        known.sort(key=lambda unit_id: actor.units[unit_id].code)
        self._list_villages(known)
        self._village_row.setVisible(bool(known))
        if self._unit_id not in known:
            self._unit_id = known[0] if known else ""
        self.village_combo.setCurrentIndex(max(0, self.village_combo.findData(self._unit_id)))
        self._show_current()

    def _list_villages(self, known: list[str]) -> None:
        """They are the same nearly every time the page is opened."""
        combo = self.village_combo
        if known == [combo.itemData(place) for place in range(combo.count())]:
            return
        units = self._context.actor.units
        combo.clear()
        for unit_id in known:
            combo.addItem(display_name(units[unit_id], units), unit_id)

    def _on_village_chosen(self, place: int) -> None:
        self._unit_id = str(self.village_combo.itemData(place))
        self._show_current()

    def _tab_for(self, entity: str) -> WorkTab | DutyTab | OutreachTab:
        if entity in OUTREACH_KINDS:
            return self.outreach
        return self.duty if entity in DUTY_KINDS else self._tab_of(entity)

    def _on_place(self, place: tuple[str, str, str] | None) -> None:
        (mended, field), self._to_mend = self._to_mend, ("", "")
        if place is None:
            self._context.notify(tr("这一条已经不在这里了，可能在别的电脑上删去了。"))
            return
        entity, record_id, unit_id = place
        if unit_id != self._unit_id:
            self._unit_id = unit_id
            self.village_combo.setCurrentIndex(self.village_combo.findData(unit_id))
        tab = self._tab_for(entity)
        if mended:
            tab.mend(record_id, field)
        self._show_tab(tab)
        tab.show_unit(unit_id)
        tab.open(record_id)


def _titles() -> tuple[str, ...]:
    return (tr("本周计划"), tr("走访"), tr("微服务"), tr("隐患"), tr("值班巡逻"), tr("冲锋队"))
