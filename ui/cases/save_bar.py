"""The foot of the case form: what is wrong with the whole, and the three ways out of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from i18n.text import tr
from ui.theme import icon
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormKeys
from ui.widgets.labels import text_label


class SaveBar(QWidget):
    """`save_asked(is_next)` and `leave_asked`, from buttons and from their keys."""

    save_asked = Signal(bool)
    leave_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.error = text_label("", "error", wraps=True)
        self.save = QPushButton(icon("check", "white"), tr("保存 (Ctrl+Enter)"))
        self.save_next = QPushButton(tr("保存，登记下一件"))
        self.leave = QPushButton(tr("返回 (Esc)"))
        self.draft_line = text_label("", "muted", wraps=True)
        self._build()
        keys = FormKeys(self)
        for button in (self.save, self.save_next, self.leave):
            keys.watch(button)
        for source in (keys.save_asked, self.save.clicked):
            source.connect(self._on_save)
        for source in (keys.save_and_next_asked, self.save_next.clicked):
            source.connect(self._on_save_next)
        self.leave.clicked.connect(self.leave_asked)

    def start(self, *, has_next: bool) -> None:
        """Ready for another form."""
        self.save_next.setVisible(has_next)
        self.draft_line.setText("")
        self.show_error("")

    def set_ready(self, is_ready: bool) -> None:
        """Whether saving is possible now; leaving always is."""
        for button in (self.save, self.save_next):
            button.setEnabled(is_ready)

    def show_error(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def _build(self) -> None:
        self.save.setProperty("role", "primary")
        for button, key in (
            (self.save, tr("Ctrl+Enter")),
            (self.save_next, tr("Ctrl+Shift+Enter")),
            (self.leave, tr("草稿留着")),
        ):
            button.setAccessibleName(button.text())
            button.setToolTip(key)
        self.draft_line.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        under = QWidget()
        flow = FlowLayout(under)
        for part in (self.save, self.save_next, self.leave, self.draft_line):
            flow.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.error)
        column.addWidget(under)

    def _on_save(self) -> None:
        self.save_asked.emit(False)

    def _on_save_next(self) -> None:
        self.save_asked.emit(True)
