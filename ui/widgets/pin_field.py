"""The field a PIN is typed into: masked, digits alone, nothing a keyboard would remember."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit

PIN_MAX = 12


def pin_field(name: str) -> QLineEdit:
    """A field with this accessible name."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    digits = QRegularExpression(rf"[0-9]{{0,{PIN_MAX}}}")
    field.setValidator(QRegularExpressionValidator(digits, field))
    field.setInputMethodHints(
        Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhSensitiveData
    )
    field.setAccessibleName(name)
    return field
