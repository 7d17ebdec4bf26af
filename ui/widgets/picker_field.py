"""Choose a person, a household or a unit by typing: the results stand under the field.

The list is part of the form, not a popup: an input method window and a popup fight over the
keyboard, and a popup closes with every click elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from ui.widgets.composing import CompositionWatch, is_composing
from ui.widgets.forms import KEEPS_ENTER
from ui.widgets.hits import Hit, HitList

QUERY_DELAY_MS = 120


class PickerField(QWidget):
    """`query_changed(text)` asks for results, `show_results(text, hits)` answers, `picked(hit)`.

    What the caller answers to an older text than the present one is dropped. Free text that was
    never picked leaves `value()` None.
    """

    query_changed = Signal(str)
    picked = Signal(object)
    cleared = Signal()

    def __init__(self, *, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Hit | None = None
        self.edit = QLineEdit()
        self.edit.setAccessibleName(name)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setClearButtonEnabled(True)
        self.setFocusProxy(self.edit)
        self._frame = QFrame()
        self._frame.setProperty("role", "overlay")
        self.results = HitList(name=name)
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(3, 3, 3, 3)
        inside.addWidget(self.results)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.edit)
        layout.addWidget(self._frame)
        self._frame.hide()
        self._query_timer = QTimer(self)
        self._query_timer.setSingleShot(True)
        self._query_timer.setInterval(QUERY_DELAY_MS)
        self._query_timer.timeout.connect(self._ask)
        self._composition = CompositionWatch(self)
        self._composition.watch(self.edit)
        self.edit.installEventFilter(self)
        self.edit.textEdited.connect(self._on_text_edited)
        self.edit.textChanged.connect(self._on_text_changed)
        self.results.hit_chosen.connect(self._on_hit_chosen)

    def value(self) -> Hit | None:
        return self._value

    def text(self) -> str:
        return self.edit.text()

    def set_value(self, hit: Hit | None) -> None:
        """Show a choice made earlier, or none."""
        self._value = hit
        self.edit.setText(hit.title if hit else "")
        self.close_results()

    def show_results(self, text: str, hits: Sequence[Hit]) -> None:
        """Answer to `query_changed(text)`; dropped when the person has typed on."""
        if text != self.edit.text().strip() or self._value is not None:
            return
        self.results.show_hits(hits)
        self.results.setFixedHeight(self.results.height_for_hits())
        self._set_open(bool(hits))

    def close_results(self) -> None:
        self._query_timer.stop()
        self._set_open(False)

    def is_open(self) -> bool:
        return self._frame.isVisibleTo(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if not self.is_open() or is_composing(self.edit):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.close_results()
            return True
        return not event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.results.steer(
            event
        )

    def _set_open(self, is_open: bool) -> None:
        self._frame.setVisible(is_open)
        self.edit.setProperty(KEEPS_ENTER, is_open)

    def _on_text_edited(self, _text: str) -> None:
        if self._value is not None:
            self._value = None
            self.cleared.emit()
        self._query_timer.start()

    def _on_text_changed(self, text: str) -> None:
        if not text:
            self.close_results()
            if self._value is not None:
                self._value = None
                self.cleared.emit()

    def _ask(self) -> None:
        text = self.edit.text().strip()
        if text:
            self.query_changed.emit(text)

    def _on_hit_chosen(self, hit: Hit) -> None:
        self.set_value(hit)
        self.picked.emit(hit)
