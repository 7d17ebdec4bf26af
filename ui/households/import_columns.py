"""Which column of the sheet holds what: a guess that a person can correct."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.exchange.roster_columns import ColumnGuess, RosterColumn
from i18n.text import tr
from ui.households.record_form import combo
from ui.widgets.forms import FormField, calm_wheel
from ui.widgets.labels import text_label
from ui.wording_roster import roster_sentence

COLUMNS_OF_FIELDS = 3


class ColumnChoices(QWidget):
    """A combo for each kind of column; `corrected(ColumnGuess)` when the person changes one."""

    corrected = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._guess: ColumnGuess | None = None
        self.combos: dict[RosterColumn, QComboBox] = {}
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
        wanted = [each for each in RosterColumn if each is not RosterColumn.SEQUENCE]
        for place, column in enumerate(wanted):
            editor = combo()
            calm_wheel(editor)
            editor.activated.connect(self._on_chosen)
            self.combos[column] = editor
            field = FormField(roster_sentence(column), editor)
            row, at = divmod(place, COLUMNS_OF_FIELDS)
            grid.addWidget(field, row + 1, at)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def show_guess(self, guess: ColumnGuess) -> None:
        """Fill the combos with the headings of the sheet."""
        self._guess = guess
        for column, editor in self.combos.items():
            editor.clear()
            editor.addItem(tr("（没有这一列）"), 0)
            for position, heading in enumerate(guess.headings, start=1):
                if heading:
                    words = tr("{letter} 列 {heading}", letter=_letter(position), heading=heading)
                    editor.addItem(words, position)
            editor.setCurrentIndex(max(0, editor.findData(guess.position(column) or 0)))

    def _on_chosen(self, _place: int) -> None:
        if self._guess is None:
            return
        editor = self.sender()
        column = next(kind for kind, each in self.combos.items() if each is editor)
        position = self.combos[column].currentData() or None
        if position != self._guess.position(column):
            self.corrected.emit(self._guess.corrected(column, position))


def _letter(position: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
