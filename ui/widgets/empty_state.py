"""What stands in an empty list: a sentence, and what to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.labels import text_label


class EmptyState(QWidget):
    """Lies over the empty list and lets clicks through."""

    def __init__(self, text: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = text_label("", "strong", wraps=True)
        self._hint = text_label("", "muted", wraps=True)
        layout = QVBoxLayout(self)
        layout.addStretch()
        for label in (self._text, self._hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addStretch()
        self.set_text(text, hint)

    @property
    def has_text(self) -> bool:
        return bool(self._text.text())

    def set_text(self, text: str, hint: str = "") -> None:
        self._text.setText(text)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.setAccessibleName(f"{text} {hint}".strip())
