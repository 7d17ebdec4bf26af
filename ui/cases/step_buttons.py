"""What may happen next to a case: a few likely steps as buttons in a row, all others under one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from app.cases.queries import CaseDetail
from app.cases.rules import RISK_EVENTS
from app.cases.step_rules import StepGroup, next_steps, other_steps
from app.cases.vocabulary import CaseEventKind
from i18n.text import tr
from ui.widgets.flow import FlowLayout
from ui.wording_cases import event_button, group_word

_K = CaseEventKind
_ALWAYS = frozenset({_K.NOTE_ADDED, _K.REPORTED_TO_POLICE})


class StepButtons(QWidget):
    """`chosen(kind)`. Enter or the arrows go through the other steps as through any menu."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[CaseEventKind, QPushButton] = {}
        self.grouped: dict[StepGroup, tuple[CaseEventKind, ...]] = {}
        """What the menu holds."""
        self._made: dict[CaseEventKind, QPushButton] = {}
        self._crowded: tuple[CaseEventKind, ...] = ()
        self._last: list[QPushButton] = []
        self._rare: list[QAction] = []
        self._flow = FlowLayout(self)
        self.menu = QMenu(self)
        self.others = QPushButton(tr("其他步骤 ▾"))
        self.others.setAccessibleName(tr("其他步骤"))
        self.others.setAutoDefault(True)
        self.others.clicked.connect(self._on_others)
        self._flow.addWidget(self.others)

    def add_last(self, button: QPushButton) -> None:
        """One more after all others."""
        self._last.append(button)
        self._flow.addWidget(button)

    def add_rare(self, action: QAction) -> None:
        """One more at the end of the menu, while it is visible."""
        self._rare.append(action)

    def offer(
        self, case: CaseDetail, *, possible: Sequence[CaseEventKind], may_report: bool
    ) -> None:
        """What may happen to this case now."""
        risks = set(RISK_EVENTS) if may_report else set()
        if case.is_risk_unreported:
            risks.discard(_K.RISK_FOUND)
        may = {*possible, *risks}
        likely = [_K.REPORTED_TO_POLICE] if case.is_risk_unreported else []
        likely = [_K.NOTE_ADDED, *likely, *next_steps(case.kind, case.state)]
        shown = [kind for kind in likely if kind in may]
        self._show_buttons(shown)
        self.grouped = other_steps(may, case_kind=case.kind, shown=shown)
        self._crowded = self._without_room()
        self._fill_menu()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        crowded = self._without_room()
        if crowded != self._crowded:
            self._crowded = crowded
            self._fill_menu()

    def _without_room(self) -> tuple[CaseEventKind, ...]:
        """The likely steps that find no room on one row, the least likely first to go; a note and
        the report to the police always do."""
        row = [*self.buttons.values(), self.others, *self._last]
        row = [button for button in row if button in self.buttons.values() or not button.isHidden()]
        gap = self._flow.spacing()
        left = self.width() + gap - sum(button.sizeHint().width() + gap for button in row)
        crowded: list[CaseEventKind] = []
        for kind in reversed(self.buttons):
            if left < 0 and kind not in _ALWAYS:
                crowded.append(kind)
                left += self.buttons[kind].sizeHint().width() + gap
        return tuple(reversed(crowded))

    def _fill_menu(self) -> None:
        self.menu.clear()
        for kind, button in self.buttons.items():
            button.setHidden(kind in self._crowded)
        for kind in self._crowded:
            self.menu.addAction(event_button(kind)).triggered.connect(partial(self._choose, kind))
        if self._crowded:
            self.menu.addSeparator()
        for group, kinds in self.grouped.items():
            inside = self.menu.addMenu(group_word(group))
            for kind in kinds:
                inside.addAction(event_button(kind)).triggered.connect(partial(self._choose, kind))
        rare = [action for action in self._rare if action.isVisible()]
        if rare:
            self.menu.addSeparator()
            self.menu.addActions(rare)
        self.others.setVisible(not self.menu.isEmpty())

    def take_focus(self) -> None:
        """To the first button."""
        first = next(iter(self.buttons.values()), self.others)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_buttons(self, kinds: list[CaseEventKind]) -> None:
        if kinds == list(self.buttons):
            return
        for button in (*self.buttons.values(), self.others, *self._last):
            self._flow.removeWidget(button)
        for kind, button in self.buttons.items():
            button.setVisible(kind in kinds)
        self.buttons = {kind: self._button(kind) for kind in kinds}
        before = self.others  # has its place in the order of the page; new ones come at its end
        for button in (*self.buttons.values(), self.others, *self._last):
            self._flow.addWidget(button)
            if button is not before:
                QWidget.setTabOrder(before, button)
            before = button

    def _button(self, kind: CaseEventKind) -> QPushButton:
        if kind not in self._made:
            button = QPushButton(event_button(kind), self)
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            if kind is _K.NOTE_ADDED:
                button.setProperty("role", "primary")
            button.clicked.connect(partial(self._choose, kind))
            self._made[kind] = button
        return self._made[kind]

    def _choose(self, kind: CaseEventKind, _checked: bool = False) -> None:
        self.chosen.emit(kind)

    def _on_others(self) -> None:
        """Above the button: it stands at the lower edge of the window."""
        height = self.menu.sizeHint().height()
        self.menu.popup(self.others.mapToGlobal(QPoint(0, -height)))
        self.menu.setActiveAction(self.menu.actions()[0])
