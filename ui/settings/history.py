"""What a setting has been, line by line: the value, since when, who, what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.settings.history import PastSetting
from app.settings.vocabulary import SettingKey, SettingStand
from i18n.text import tr
from ui.theme import Tone
from ui.widgets.labels import StatePill, text_label
from ui.wording_rules import name_of
from ui.wording_settings import past_line, value_words

_TONES = {
    SettingStand.IN_FORCE: Tone.OK,
    SettingStand.TO_COME: Tone.INFO,
    SettingStand.WAITING: Tone.WARN,
    SettingStand.REFUSED: Tone.DANGER,
}


class SettingHistory(QWidget):
    """`show_history(key, rows)`; as high as its lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[PastSetting, ...] = ()
        self._lines = QWidget()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 6, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(text_label(tr("历次设定"), "strong"))
        self._column.addWidget(self._lines)

    def show_history(self, key: SettingKey, rows: Sequence[PastSetting]) -> None:
        self.rows = tuple(rows)
        self._column.removeWidget(self._lines)
        self._lines.hide()
        self._lines.deleteLater()
        self._lines = QWidget()
        column = QVBoxLayout(self._lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for row in rows:
            column.addWidget(_line(key, row))
        self._column.addWidget(self._lines)


def _line(key: SettingKey, row: PastSetting) -> QWidget:
    made = QWidget()
    words = QVBoxLayout()
    words.setSpacing(1)
    words.addWidget(text_label(value_words(key, row.value), wraps=True))
    words.addWidget(text_label(past_line(row), "muted", wraps=True))
    pill = StatePill(name_of(row.stand), _TONES.get(row.stand, Tone.NEUTRAL))
    across = QHBoxLayout(made)
    across.setContentsMargins(0, 0, 0, 0)
    across.addLayout(words, 1)
    across.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
    return made
