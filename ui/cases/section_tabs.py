"""The tabs of the case page on one line: one that is always there, those the case has, and under
更多 what does not fit and what it may come to have: a quarrel at the doorstep needs no tab for the
court."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from app.cases.queries import CaseDetail
from app.store import Changes
from i18n.text import tr
from ui.cases.section import CaseSection, SectionSpec
from ui.cases.section_area import SectionArea
from ui.context import PageContext
from ui.widgets.fitting import FittingStack
from ui.widgets.tab_line import TabLine

FIRST = "course"
"""The key of the tab 经过."""


class SectionTabs(QWidget):
    """Turned by a click, by the arrows, or by Ctrl and a digit; the tab turned to stays when
    another case is shown, if that has it.

    `event_wanted(kind, values)` comes from a section; `turned(key)` when another tab is in front.
    """

    event_wanted = Signal(object, object)
    turned = Signal(str)

    def __init__(
        self,
        context: PageContext,
        specs: Sequence[SectionSpec],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._specs = {spec.key: spec for spec in specs}
        self._case: CaseDetail | None = None
        self._offered: list[str] = [FIRST]
        self._called: set[str] = set()
        self.row: list[str] = [FIRST]
        """The tabs one sees; the rest of those offered is under 更多."""
        self._wanted = FIRST
        self._is_tight = False
        self.made: dict[str, CaseSection] = {}
        self._stack = FittingStack(self)
        self.first = QWidget(self._stack)
        self._stack.addWidget(self.first)  # empty: what is brought to the front is dressed
        self.places: dict[str, QWidget] = {FIRST: self.first}
        self._stale: set[str] = set()
        self.tabs = TabLine(name=tr("这件案子的几个部分"))
        self.tabs.add(FIRST, tr("经过"))
        for spec in specs:
            self.tabs.add(spec.key, spec.title())
        self.menu = QMenu(self)
        self.more = QPushButton(tr("更多 ▾"))
        self.more.setAccessibleName(tr("更多"))
        self.more.setAutoDefault(True)
        self.more.clicked.connect(self._on_more)
        self.tabs.add_last(self.more)
        self.tabs.set_value(FIRST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.tabs)
        column.addWidget(self._stack, 1)
        self.tabs.chosen.connect(self.turn_to)
        for digit in range(1, 10):
            key = QShortcut(QKeySequence(f"Ctrl+{digit}"), self)
            key.activated.connect(partial(self._on_digit, digit))
        self.tabs.hide()

    def put_first(self, course: QWidget) -> None:
        """The inside of the first tab, made with ``first`` as its parent."""
        layout = QVBoxLayout(self.first)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(course)

    def value(self) -> str:
        """The key of the tab in front."""
        return self.tabs.value()

    @property
    def offered(self) -> tuple[str, ...]:
        """The keys of the tabs this case has, in their order."""
        return tuple(self._offered)

    def show_case(self, case: CaseDetail) -> None:
        """Offer the tabs this case has; the one in front shows it at once, the others in turn."""
        if self._case is None or self._case.case_id != case.case_id:
            self._called.clear()
        self._case = case
        self._stale = set(self._specs)
        self._offered = [FIRST, *(key for key, spec in self._specs.items() if self._is_in(spec))]
        for key in self._offered[1:]:
            self.tabs.mark(key, self._specs[key].mark(case))
        self._bring(self._wanted if self._wanted in self._offered else FIRST)

    def _is_in(self, spec: SectionSpec) -> bool:
        case, actor = self._case, self._context.actor
        if case is None or not spec.is_for(case):
            return False
        return spec.needs is None or actor.may(spec.needs) or spec.has(case)

    def _show_row(self) -> None:
        """The tabs with something in them and those taken out of 更多, as far as they fit."""
        case = self._case
        if case is None:
            return
        held = [key for key in self._offered if self._is_held(key, case)]
        kept = {FIRST, self.tabs.value()}
        self.row = self.tabs.fitting(held, kept=kept, room=self.width())
        self.tabs.offer(self.row)
        self._show_tabs()
        self._fill_menu(
            [key for key in held if key not in self.row],
            [key for key in self._offered if key not in held],
        )

    def _is_held(self, key: str, case: CaseDetail) -> bool:
        return key == FIRST or key in self._called or self._specs[key].has(case)

    def _fill_menu(self, crowded: Sequence[str], empty: Sequence[str]) -> None:
        """First what only found no room, then what has nothing in it yet."""
        self.menu.clear()
        for key in crowded:
            self._add_to_menu(key)
        if crowded and empty:
            self.menu.addSeparator()
        for key in empty:
            self._add_to_menu(key)
        self.more.setVisible(not self.menu.isEmpty())

    def _add_to_menu(self, key: str) -> None:
        action = self.menu.addAction(self.tabs.button(key).text())
        action.triggered.connect(partial(self._on_called, key))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._show_row()

    def set_tight(self, is_tight: bool) -> None:
        """Whether what is being written needs their room; Ctrl and a digit still turn."""
        self._is_tight = is_tight
        self._show_tabs()

    def _show_tabs(self) -> None:
        self.tabs.setVisible(len(self._offered) > 1 and not self._is_tight)

    def read_again(self, changes: Changes) -> None:
        """The sections these changes concern, and nothing else of the page."""
        touched = {key for key, spec in self._specs.items() if changes.touches(*spec.reads)}
        self._stale |= touched
        if self.tabs.value() in touched:
            self._bring(self.tabs.value())

    def turn_to(self, key: str) -> None:
        """Bring this tab to the front, if the case has it."""
        if key in self._offered:
            self._wanted = key
            self._bring(key)

    def flush_draft(self) -> None:
        for section in self.made.values():
            section.flush_draft()

    def _bring(self, key: str) -> None:
        if key != FIRST:
            self._called.add(key)
        is_other = key != self.tabs.value()
        self.tabs.set_value(key)
        self._show_row()
        if key not in self.places:
            self._make(key)
        if key in self._stale and self._case is not None:
            self._stale.discard(key)
            self.made[key].show_case(self._case)
        self._stack.setCurrentWidget(self.places[key])
        if is_other:
            self.turned.emit(key)

    def _make(self, key: str) -> None:
        section = self._specs[key].make(self._context)
        section.event_wanted.connect(self.event_wanted)
        section.section_wanted.connect(self.turn_to)
        section.setProperty("role", "scrolled")
        area = SectionArea(section, name=self._specs[key].title())
        self.made[key] = section
        self.places[key] = area
        self._stack.addWidget(area)

    def _on_digit(self, digit: int) -> None:
        if digit <= len(self.row):
            self.turn_to(self.row[digit - 1])
            self.tabs.setFocus()

    def _on_more(self) -> None:
        self.menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))
        self.menu.setActiveAction(self.menu.actions()[0])

    def _on_called(self, key: str, _checked: bool = False) -> None:
        self.turn_to(key)
        self.tabs.setFocus()
