"""A picker that asks in the background: the field stays quick while the roster is searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent

from ui.cases.scrolling import IntoView
from ui.widgets.composing import is_composing
from ui.widgets.hits import Hit
from ui.widgets.picker_field import PickerField
from ui.work.runner import Runner

Search = Callable[[str], Sequence[Hit]]


class SearchingPicker(PickerField):
    """Typing searches; Down in a field without a choice lists what fits, also for no text."""

    def __init__(self, *, name: str, placeholder: str, runner: Runner, search: Search) -> None:
        super().__init__(name=name, placeholder=placeholder)
        self._runner = runner
        self._search = search
        self._into_view = IntoView(self)
        self.query_changed.connect(self._on_query)

    def set_text(self, text: str) -> None:
        """Free text that was never picked."""
        self.set_value(None)
        self.edit.setText(text)

    def show_results(self, text: str, hits: Sequence[Hit]) -> None:
        super().show_results(text, hits)
        if self.is_open():
            self._into_view.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_results()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close_results()  # who has gone on asks no more
        if self._asks_for_list(event):
            self._on_query(self.edit.text().strip())
            return True
        return super().eventFilter(watched, event)

    def _asks_for_list(self, event: QEvent) -> bool:
        return (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
            and self.value() is None
            and not self.is_open()
            and not is_composing(self.edit)
        )

    def _on_query(self, typed: str) -> None:
        self._runner.read(partial(_found, self._search, typed), on_done=self._on_found)

    def _on_found(self, answer: tuple[str, Sequence[Hit]]) -> None:
        # A late list does not call anybody back from the next field.
        if self.edit.hasFocus():
            self.show_results(*answer)


def _found(search: Search, typed: str) -> tuple[str, Sequence[Hit]]:
    return typed, search(typed)
