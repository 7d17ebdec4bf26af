"""One choice of a list's filter: shows its own name until something is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from ui.widgets.forms import calm_wheel

_KEY = Qt.ItemDataRole.UserRole + 1


class ChoiceFilter(QComboBox):
    """``choices`` are (key, words, value); the first is everything and has no key to keep."""

    def __init__(
        self,
        choices: Sequence[tuple[str, str, Any]],
        *,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for key, words, value in choices:
            self.add(key, words, value)
        calm_wheel(self)

    def add(self, key: str, words: str, value: Any) -> None:
        """One more at the end."""
        self.addItem(words, value)
        self.setItemData(self.count() - 1, key, _KEY)

    def key(self) -> str:
        """The key of what is chosen; empty for everything."""
        return "" if self.currentIndex() <= 0 else str(self.currentData(_KEY))

    def choose_key(self, key: str) -> None:
        """Without saying so; a key of another program is everything."""
        places = (at for at in range(1, self.count()) if self.itemData(at, _KEY) == key)
        self.blockSignals(True)
        self.setCurrentIndex(next(places, 0))
        self.blockSignals(False)
