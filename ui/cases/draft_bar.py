"""Something was left half written: go on with it, or put it away (and get it back at once)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from i18n.text import tr
from ui.theme import set_style_property
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label


class DraftBar(QFrame):
    """`continued`, `discarded`, and `restored` when a draft that was put away is wanted back."""

    continued = Signal()
    discarded = Signal()
    restored = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.setProperty("tone", "warn")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._text = text_label("", wraps=True)
        self.go_on = QPushButton(tr("继续填写"))
        self.go_on.setProperty("role", "primary")
        self.drop = QPushButton(tr("丢弃"))
        self.restore = QPushButton(tr("恢复草稿"))
        self.discarded_words = tr("草稿已丢弃。")
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.go_on, self.drop, self.restore):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(self._text)
        column.addWidget(buttons)
        self.go_on.clicked.connect(self._on_continued)
        self.drop.clicked.connect(self._on_discarded)
        self.restore.clicked.connect(self._on_restored)
        self.hide()

    def ask(self, sentence: str, *, takes_focus: bool) -> None:
        """Show what was found; with the focus, Enter goes on with it."""
        self._say(sentence, tone="warn", is_question=True)
        if takes_focus:
            self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def say_discarded(self) -> None:
        """What was typed is put away and may be wanted back."""
        self._say(self.discarded_words, tone="neutral", is_question=False)

    def _say(self, sentence: str, *, tone: str, is_question: bool) -> None:
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        set_style_property(self, "tone", tone)
        self.go_on.setVisible(is_question)
        self.drop.setVisible(is_question)
        self.restore.setVisible(not is_question)
        self.show()

    def _on_continued(self) -> None:
        self.hide()
        self.continued.emit()

    def _on_discarded(self) -> None:
        self.say_discarded()
        self.discarded.emit()

    def _on_restored(self) -> None:
        self.hide()
        self.restored.emit()
