"""Which column of each sheet holds what: a guess that a person can correct, for one sheet or for
all that have the same headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.exchange.column_guess import ColumnGuess
from i18n.text import tr
from ui.households.record_form import combo
from ui.widgets.forms import FormField, calm_wheel
from ui.widgets.labels import text_label

COLUMNS_OF_FIELDS = 3


class ColumnChoices(QWidget):
    """A combo for each kind of column; `corrected({sheet: ColumnGuess})` when one is changed."""

    corrected = Signal(object)

    def __init__(
        self, columns: Sequence[tuple[StrEnum, str]], parent: QWidget | None = None
    ) -> None:
        """``columns`` with what they are called."""
        super().__init__(parent)
        self._guesses: dict[str, ColumnGuess] = {}
        self._sheet = ""
        self.sheets = combo()
        calm_wheel(self.sheets)
        self.sheets.activated.connect(self._on_sheet_chosen)
        self.all_alike = QCheckBox(tr("表头一样的工作表一起改"))
        self.all_alike.setChecked(True)
        self.sheet_field = FormField(tr("工作表"), self.sheets)
        self.combos: dict[StrEnum, QComboBox] = {}
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        grid = QGridLayout(inside)
        grid.setContentsMargins(14, 8, 14, 8)
        hint = text_label(
            tr("程序按表头猜了每一列是什么。猜错的请在这里改，改后自动重新读。"),
            "muted",
            wraps=True,
        )
        grid.addWidget(hint, 0, 0, 1, COLUMNS_OF_FIELDS)
        grid.addWidget(self.sheet_field, 1, 0)
        grid.addWidget(self.all_alike, 1, 1, 1, COLUMNS_OF_FIELDS - 1)
        for place, (column, word) in enumerate(columns):
            editor = combo()
            calm_wheel(editor)
            editor.activated.connect(self._on_chosen)
            self.combos[column] = editor
            field = FormField(word, editor)
            row, at = divmod(place, COLUMNS_OF_FIELDS)
            grid.addWidget(field, row + 2, at)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def show_sheets(self, sheets: Mapping[str, ColumnGuess]) -> None:
        """Fill the combos with the headings of the sheet that was shown before, or the first."""
        self._guesses = dict(sheets)
        if self._sheet not in self._guesses:
            self._sheet = next(iter(self._guesses))
        self.sheets.clear()
        self.sheets.addItems(list(self._guesses))
        self.sheets.setCurrentText(self._sheet)
        for widget in (self.sheet_field, self.all_alike):
            widget.setVisible(len(sheets) > 1)
        self._show_guess(self._guesses[self._sheet])

    def _show_guess(self, guess: ColumnGuess) -> None:
        for column, editor in self.combos.items():
            editor.clear()
            editor.addItem(tr("（没有这一列）"), 0)
            for position, heading in enumerate(guess.headings, start=1):
                if heading:
                    words = tr("{letter} 列 {heading}", letter=_letter(position), heading=heading)
                    editor.addItem(words, position)
            editor.setCurrentIndex(max(0, editor.findData(guess.position(column) or 0)))

    def _on_sheet_chosen(self, _place: int) -> None:
        self._sheet = self.sheets.currentText()
        self._show_guess(self._guesses[self._sheet])

    def _on_chosen(self, _place: int) -> None:
        guess = self._guesses.get(self._sheet)
        if guess is None:
            return
        editor = self.sender()
        column = next(kind for kind, each in self.combos.items() if each is editor)
        position = self.combos[column].currentData() or None
        if position != guess.position(column):
            self.corrected.emit(
                {
                    name: self._guesses[name].corrected(column, position)
                    for name in self._sheets_meant(guess)
                }
            )

    def _sheets_meant(self, guess: ColumnGuess) -> list[str]:
        if not self.all_alike.isChecked():
            return [self._sheet]
        return [name for name, each in self._guesses.items() if each.headings == guess.headings]


def _letter(position: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
