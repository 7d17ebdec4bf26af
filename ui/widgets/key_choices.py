"""A few choices, each with a key of its own: one press chooses, without a list to open.

The keys are letters and digits, so they count only while no text is being typed; the form that
holds the choices passes them on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QPushButton, QSizePolicy, QWidget

from i18n.text import tr
from ui.widgets.flow import FlowLayout

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


@dataclass(frozen=True)
class KeyChoice:
    """One choice: what is stored, the words on the button, and its key."""

    value: str
    words: str
    key: str


class KeyChoices(QWidget):
    """Buttons that wrap like words. One stop of the Tab key, at the choice made; arrows choose.

    `chosen(value)` when a person chooses.
    """

    chosen = Signal(str)

    def __init__(
        self, choices: Sequence[KeyChoice], *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._buttons: dict[str, QPushButton] = {}
        self._by_key = {choice.key.lower(): choice.value for choice in choices}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        flow = FlowLayout(self, spacing=6)
        for choice in choices:
            button = QPushButton(tr("{key} {words}", key=choice.key, words=choice.words))
            button.setCheckable(True)
            button.setAccessibleName(tr("{name}：{words}", name=name, words=choice.words))
            button.setProperty("choiceKey", choice.value)
            button.installEventFilter(self)
            self._group.addButton(button)
            self._buttons[choice.value] = button
            flow.addWidget(button)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._group.buttonClicked.connect(self._on_clicked)
        self._group.buttonToggled.connect(self._keep_one_stop)
        self._keep_one_stop()

    def value(self) -> str:
        """What is chosen, or an empty string."""
        return next((value for value, each in self._buttons.items() if each.isChecked()), "")

    def set_value(self, value: str) -> None:
        self._buttons[value].setChecked(True)

    def take_key(self, event: QKeyEvent) -> bool:
        """Chooses by a plain letter or digit; False when it is none of these."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        value = self._by_key.get(event.text().lower()) if not held else None
        if value is None:
            return False
        self._choose(value)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if not step or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        values = list(self._buttons)
        place = values.index(str(watched.property("choiceKey"))) + step
        value = values[max(0, min(len(values) - 1, place))]
        self._choose(value)
        return True

    def _choose(self, value: str) -> None:
        """The focus goes along, so that Tab leads on from the choice made."""
        button = self._buttons[value]
        if any(each.hasFocus() for each in self._buttons.values()):
            button.setFocus(Qt.FocusReason.TabFocusReason)
        if not button.isChecked():
            button.click()

    def _on_clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(str(button.property("choiceKey")))

    def _keep_one_stop(self, *_ignored: object) -> None:
        stop = self._group.checkedButton() or next(iter(self._buttons.values()))
        for button in self._buttons.values():
            is_stop = button is stop
            policy = Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus
            button.setFocusPolicy(policy)
        self.setFocusProxy(stop)
