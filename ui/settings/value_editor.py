"""The editor of one value, by its type: a line, a number, a choice, several numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from app.settings.rules import SETTINGS
from app.settings.vocabulary import SettingKey, SettingType
from i18n.text import tr
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow, FormField
from ui.wording_rules import name_of
from ui.wording_settings import choice_names, part_names


class ValueEditor(QWidget):
    """Made for one key; `value()` is what `change_setting` takes."""

    def __init__(self, key: SettingKey, value: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = FlowLayout(self)
        self._read: Callable[[], Any] = partial(_nothing, value)
        spec = SETTINGS[key]
        match spec.type:
            case SettingType.TEXT:
                line = self._text(name_of(key), str(value), spec.most)
                self._read = line.text
            case SettingType.NUMBER:
                spin = self._number(name_of(key), value, spec.least, spec.most)
                self._read = spin.value
            case SettingType.NUMBERS:
                names = part_names()
                spins = {
                    part: self._number(names[part], value[part], spec.least, spec.most)
                    for part in spec.names
                }
                self._read = partial(_numbers, spins)
            case SettingType.NUMBER_FORMAT:
                prefix = self._text(tr("编号前面的字"), value["prefix"], spec.most)
                digits = self._number(tr("编号位数"), value["digits"], 4, 9)
                self._read = partial(_format, prefix, digits)
            case SettingType.CHOICE | SettingType.YES_NO:
                row = ChoiceRow(list(choice_names(key).items()))
                row.set_value(str(value).lower() if isinstance(value, bool) else str(value))
                self._line.addWidget(FormField(name_of(key), row))
                is_yes_no = spec.type is SettingType.YES_NO
                self._read = partial(_choice, row, is_yes_no=is_yes_no)

    def value(self) -> Any:
        """As typed so far."""
        return self._read()

    def _text(self, label: str, text: str, most: int) -> QLineEdit:
        editor = QLineEdit(text)
        editor.setMaxLength(most)
        self._line.addWidget(FormField(label, editor))
        return editor

    def _number(self, label: str, value: int, least: int, most: int) -> QSpinBox:
        editor = QSpinBox()
        editor.setRange(least, most)
        editor.setValue(value)
        self._line.addWidget(FormField(label, editor))
        return editor


def _nothing(value: Any) -> Any:
    return value


def _numbers(spins: dict[str, QSpinBox]) -> dict[str, int]:
    return {part: spin.value() for part, spin in spins.items()}


def _format(prefix: QLineEdit, digits: QSpinBox) -> dict[str, Any]:
    return {"prefix": prefix.text().strip(), "digits": digits.value()}


def _choice(row: ChoiceRow, *, is_yes_no: bool) -> Any:
    return row.value() == "true" if is_yes_no else row.value()
