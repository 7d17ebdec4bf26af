"""A question under the list, instead of a dialog: one line, a reason where one is needed.

Its text field is part of the page, so an input method has nothing to fight with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget

from i18n.text import tr
from ui.widgets.composing import CompositionWatch, is_composing
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow
from ui.widgets.labels import text_label

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class Question:
    """What is asked. `choices` are (key, words); `reasons` are offered, any other may be typed."""

    text: str
    yes: str
    no: str
    choices: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()


class AskBar(QFrame):
    """`answered(choice, reason)` or `refused()`; Enter says yes, Escape no."""

    answered = Signal(str, str)
    refused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setProperty("tone", "warn")
        self._choices: ChoiceRow | None = None
        self._presets: list[QPushButton] = []
        self._question = text_label("", "strong", wraps=True)
        self.reason = QLineEdit()
        self.reason.setMaxLength(200)
        self.reason.setAccessibleName(tr("原因"))
        self.yes = QPushButton()
        self.yes.setProperty("role", "primary")
        self.no = QPushButton()
        self._preset_row = QWidget()
        self._preset_flow = FlowLayout(self._preset_row)
        self._button_row = QWidget()
        buttons = FlowLayout(self._button_row)
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 8, 14, 10)
        self._column.setSpacing(6)
        for widget in (self._question, self._preset_row, self.reason, self._button_row):
            self._column.addWidget(widget)
        self._composition = CompositionWatch(self)
        self._composition.watch(self.reason)
        for watched in (self.reason, self.yes, self.no):
            watched.installEventFilter(self)
        self.yes.clicked.connect(self._on_yes)
        self.no.clicked.connect(self.close_question)
        self.hide()

    def ask(self, question: Question) -> None:
        """Show the question; the first usual reason stands ready."""
        self._question.setText(question.text)
        self.setAccessibleName(question.text)
        self.yes.setText(question.yes)
        self.no.setText(question.no)
        self._show_choices(question.choices)
        self._show_reasons(question.reasons)
        self.show()
        if question.reasons:
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            self.reason.selectAll()
        else:
            self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_question(self) -> None:
        """No, or not now."""
        if not self.isHidden():
            self.hide()
            self.refused.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Escape, unless a candidate is being composed."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if is_composing(watched):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.close_question()
            return True
        if event.key() in _ENTER:
            (self.no if watched is self.no else self.yes).click()
            return True
        return False

    def _show_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        if self._choices is not None:
            self._choices.hide()
            self._column.removeWidget(self._choices)
            self._choices.deleteLater()
            self._choices = None
        if choices:
            self._choices = ChoiceRow(list(choices))
            self._choices.set_value(choices[-1][0])
            self._column.insertWidget(1, self._choices)

    def _show_reasons(self, reasons: Sequence[str]) -> None:
        for button in self._presets:
            self._preset_flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._presets = [self._preset(words) for words in reasons]
        self._preset_row.setVisible(bool(reasons))
        self.reason.setVisible(bool(reasons))
        self.reason.setText(reasons[0] if reasons else "")

    def _preset(self, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("role", "quiet")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self._on_preset_clicked)
        self._preset_flow.addWidget(button)
        button.show()
        return button

    def _on_preset_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.reason.setText(button.text())
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_yes(self) -> None:
        choice = self._choices.value() if self._choices is not None else ""
        if not self.reason.isHidden() and not self.reason.text().strip():
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.hide()
        self.answered.emit(choice, self.reason.text().strip())
