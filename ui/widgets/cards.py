"""White cards on paper, and the card of one big number."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ui.theme import Tone, set_style_property, text_px
from ui.widgets.labels import BilingualLabel, ElidedLabel, text_label

LINE_FROM_PX = 150


class Card(QFrame):
    """A titled white box; put things into `body`, and pills or buttons into `header`.

    A flush card has no inner margins and a line under its title: for tables.
    """

    def __init__(
        self,
        title: str = "",
        *,
        aside: str = "",
        is_flush: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        side = 0 if is_flush else 16
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 0, 1, 8 if is_flush else 14)
        outer.setSpacing(0)
        self._header_row = QWidget(self)
        self.title = BilingualLabel(title, role="sectionTitle", parent=self._header_row)
        self.aside = ElidedLabel(aside, "muted", self._header_row)
        self.aside.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.header = QHBoxLayout(self._header_row)
        self.header.setContentsMargins(16, 10, 16, 8)
        self.header.addWidget(self.title, 3)
        self.header.addWidget(self.aside, 2)
        self._divider = divider()
        outer.addWidget(self._header_row)
        outer.addWidget(self._divider)
        self.body = QVBoxLayout()
        self.body.setSpacing(0 if is_flush else 8)
        self.body.setContentsMargins(side, 0 if title or is_flush else 14, side, 0)
        outer.addLayout(self.body, 1)
        # Only hidden, never shown: what is shown is dressed at once, and again in each new parent.
        for part, is_shown in (
            (self._divider, is_flush and title),
            (self._header_row, title),
            (self.aside, aside),
        ):
            if not is_shown:
                part.hide()
        self.setAccessibleName(title)

    def set_title(self, title: str) -> None:
        self.title.set_text(title)
        self._header_row.setVisible(bool(title))
        self.setAccessibleName(title)

    def set_aside(self, text: str) -> None:
        self.aside.setText(text)
        self.aside.setVisible(bool(text))

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        self.body.addWidget(widget, stretch)


class StatCard(QFrame):
    """A big number with its title and one line; `opened` when it leads somewhere."""

    opened = Signal()

    def __init__(
        self,
        title: str,
        *,
        number: str = "–",
        line: str = "",
        tone: Tone | str = Tone.NEUTRAL,
        leads_on: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._leads_on = leads_on
        self.setProperty("role", "card")
        self.setProperty("open", "true" if leads_on else "false")
        self.number = text_label("", "bigNumber")
        self.title = BilingualLabel(title, role="sectionTitle")
        self.line = ElidedLabel("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self.number)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch()
        words.addWidget(self.title)
        words.addWidget(self.line)
        words.addStretch()
        row.addLayout(words, 1)
        # Not within the resize: showing a label lays out the row anew while it is being laid out.
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(0)
        self._resized.timeout.connect(self._show_line)
        if leads_on:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.show_figure(number, line=line, tone=tone)

    def show_figure(self, number: str, *, line: str = "", tone: Tone | str = Tone.NEUTRAL) -> None:
        self.number.setText(number)
        self.line.setText(line)
        self.setToolTip(line)
        self._show_line()
        set_style_property(self.number, "tone", Tone(tone).value)
        self.setAccessibleName(f"{self.title.text()} {number}")
        self.setAccessibleDescription(line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resized.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._leads_on and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if self._leads_on and event.key() in keys:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def _show_line(self) -> None:
        """On a narrow card the number and its title count; the line is the tool tip."""
        is_narrow = self.width() < text_px(LINE_FROM_PX)
        self.line.setVisible(bool(self.line.text()) and not is_narrow)


class NumberLabel(QWidget):
    """A coloured number with a small word beside it, as over the quorum bar."""

    def __init__(
        self,
        word: str,
        number: str = "–",
        tone: Tone | str = Tone.NEUTRAL,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._number: QLabel = text_label(number, "bigNumber")
        self._word = BilingualLabel(word, wraps=False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 14, 0)
        row.setSpacing(6)
        row.addWidget(self._number)
        row.addWidget(self._word)
        self.show_number(number, tone)

    def show_number(self, number: str, tone: Tone | str) -> None:
        self._number.setText(number)
        set_style_property(self._number, "tone", Tone(tone).value)
        self.setAccessibleName(f"{self._word.text()} {number}")


def divider() -> QFrame:
    """A thin line across."""
    line = QFrame()
    line.setProperty("role", "divider")
    return line
