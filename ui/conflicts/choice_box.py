"""One of the things to choose from: its key, whose it is, what it says, who wrote it when."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import Tone, text_px
from ui.theme.palette import MUTED_TEXT
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label

BESIDE_FROM_PX = 150
"""What one box needs beside another; below that they stand under each other."""

MANY_LINES, LONG_TEXT = 4, 160


class ChoiceBox(QFrame):
    """``chosen(key)`` when its button is pressed or the box is double-clicked."""

    chosen = Signal(int)

    def __init__(
        self,
        key: int,
        heading: str,
        *,
        lines: list[tuple[str, str]],
        who: str,
        button: str,
        mark: str = "",
        is_enabled: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.key = key
        self.setProperty("role", "card")
        self._is_enabled = is_enabled
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(6)
        top = QWidget()
        flow = FlowLayout(top)
        flow.addWidget(text_label(heading, "sectionTitle"))
        if mark:
            flow.addWidget(StatePill(mark, Tone.INFO, top))
        layout.addWidget(top)
        self.button = QPushButton(button)
        self.is_long = len(lines) > MANY_LINES or sum(len(html) for _, html in lines) > LONG_TEXT
        for name, html in lines:
            label = f'<span style="color:{MUTED_TEXT}">{escape(name)}</span> ' if name else ""
            layout.addWidget(_value_label(label + html))
        layout.addStretch(1)
        if who:
            layout.addWidget(text_label(who, "muted", wraps=True))
        self.button.setAccessibleName(f"{key} {heading} {button}")
        self.button.setVisible(is_enabled)
        self.button.clicked.connect(self._on_clicked)
        layout.addWidget(self.button)
        self._column = layout
        self.setAccessibleName(heading)

    def lift_button(self) -> None:
        """Under the heading, where it stays in sight above words that scroll."""
        self._column.removeWidget(self.button)
        self._column.insertWidget(1, self.button)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self._on_clicked()

    def _on_clicked(self) -> None:
        if self._is_enabled:
            self.chosen.emit(self.key)


def _value_label(html: str) -> QLabel:
    label = QLabel(html)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


class ChoiceRow(QWidget):
    """Boxes side by side, or under each other where the room is narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: list[ChoiceBox] = []
        self._least = BESIDE_FROM_PX
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)

    def show_boxes(self, boxes: list[ChoiceBox], *, least: int = BESIDE_FROM_PX) -> None:
        """In place of those there were; each is at least so wide beside the others."""
        self._least = least
        for old in self.boxes:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.boxes = boxes
        is_long = any(box.is_long for box in boxes)
        for box in boxes:
            if is_long:
                box.lift_button()
            self._row.addWidget(box, 1)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= len(self.boxes) * text_px(self._least)
        way = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != way:
            self._row.setDirection(way)
