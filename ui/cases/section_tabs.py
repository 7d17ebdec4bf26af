"""The tabs of the case page: one that is always there, and those the case has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.cases.queries import CaseDetail
from app.store import Changes
from i18n.text import tr
from ui.cases.section import CaseSection, SectionSpec
from ui.context import PageContext
from ui.widgets.fitting import FittingStack
from ui.widgets.room import keep_room
from ui.widgets.tab_flow import TabFlow

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
        course: QWidget,
        specs: Sequence[SectionSpec],
        parent: QWidget | None = None,
    ) -> None:
        """``course`` is the inside of the first tab."""
        super().__init__(parent)
        self._context = context
        self._specs = {spec.key: spec for spec in specs}
        self._case: CaseDetail | None = None
        self._offered: list[str] = [FIRST]
        self._wanted = FIRST
        self._is_tight = False
        self.made: dict[str, CaseSection] = {}
        self._places: dict[str, QWidget] = {FIRST: course}
        self._stale: set[str] = set()
        self.tabs = TabFlow(name=tr("这件案子的几个部分"))
        self.tabs.add(FIRST, tr("经过"))
        for spec in specs:
            self.tabs.add(spec.key, spec.title())
        self.tabs.set_value(FIRST)
        self._stack = FittingStack()
        self._stack.addWidget(course)
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
        keep_room(self.tabs)

    def value(self) -> str:
        """The key of the tab in front."""
        return self.tabs.value()

    @property
    def offered(self) -> tuple[str, ...]:
        """The keys of the tabs this case has, in their order."""
        return tuple(self._offered)

    def show_case(self, case: CaseDetail) -> None:
        """Offer the tabs this case has; the one in front shows it at once, the others in turn."""
        self._case = case
        self._stale = set(self._specs)
        self._offered = [FIRST, *(key for key, spec in self._specs.items() if spec.is_for(case))]
        self.tabs.offer(self._offered)
        self._show_tabs()
        for key in self._offered[1:]:
            self.tabs.mark(key, self._specs[key].mark(case))
        self._bring(self._wanted if self._wanted in self._offered else FIRST)

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
        is_other = key != self.tabs.value()
        self.tabs.set_value(key)
        if key not in self._places:
            self._make(key)
        if key in self._stale and self._case is not None:
            self._stale.discard(key)
            self.made[key].show_case(self._case)
        self._stack.setCurrentWidget(self._places[key])
        if is_other:
            self.turned.emit(key)

    def _make(self, key: str) -> None:
        section = self._specs[key].make(self._context)
        section.event_wanted.connect(self.event_wanted)
        section.section_wanted.connect(self.turn_to)
        section.setProperty("role", "scrolled")
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(self._specs[key].title())
        area.setWidget(section)
        self.made[key] = section
        self._places[key] = area
        self._stack.addWidget(area)

    def _on_digit(self, digit: int) -> None:
        if digit <= len(self._offered):
            self.turn_to(self._offered[digit - 1])
            self.tabs.setFocus()
