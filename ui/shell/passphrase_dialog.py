"""The passphrase of a laptop without a keyring, asked before there is any window.

A new one is typed twice: nobody can find it again, and a slip would lock the file for good.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.laptop import PassphraseNeed
from i18n.text import tr
from ui.theme import text_px
from ui.widgets.labels import text_label
from ui.wording_store import passphrase_question


class PassphraseDialog(QDialog):
    """Accepted with `passphrase`; rejected when the person leaves the program.

    `problem` says why it is asked again.
    """

    def __init__(
        self, need: PassphraseNeed, *, problem: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._is_new = need is PassphraseNeed.NEW
        self.setWindowTitle(tr("鼓楼"))
        self.first = _field(tr("口令"))
        self.second = _field(tr("再输一次"))
        self.second.setVisible(self._is_new)
        self.problem = text_label(problem, "error", wraps=True)
        self.problem.setVisible(bool(problem))
        self.accept_button = QPushButton(tr("打开"))
        self.accept_button.setProperty("role", "primary")
        self.accept_button.setDefault(True)
        self.leave_button = QPushButton(tr("退出"))
        self._build(passphrase_question(need))
        self.accept_button.clicked.connect(self._on_accepted)
        self.leave_button.clicked.connect(self.reject)

    @property
    def passphrase(self) -> str:
        return self.first.text()

    def _build(self, question: str) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(text_label(question, "strong", wraps=True))
        if self._is_new:
            hint = tr("至少 8 个字。口令没有人能替您找回，请记牢，也可以写下来锁好。")
            layout.addWidget(text_label(hint, "muted", wraps=True))
        for part in (self.first, self.second, self.problem):
            layout.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.leave_button)
        row.addStretch()
        row.addWidget(self.accept_button)
        layout.addLayout(row)
        self.leave_button.setAutoDefault(False)
        self.setTabOrder(self.second, self.accept_button)
        self.setTabOrder(self.accept_button, self.leave_button)
        self.setMinimumWidth(text_px(420))
        self.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_accepted(self) -> None:
        if self._is_new and self.first.text() != self.second.text():
            self.problem.setText(tr("两次输入的不一样，还没有建立任何文件。请再输一次。"))
            self.problem.show()
            self.second.clear()
            self.second.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.accept()


def _field(words: str) -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setPlaceholderText(words)
    field.setAccessibleName(words)
    return field
