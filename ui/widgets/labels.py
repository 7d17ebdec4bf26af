"""Small words on a screen: two-language labels, state pills, lines that may be cut short."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from i18n.dong import dong_for
from ui.theme import Tone, set_style_property


class BilingualMode(QObject):
    """Whether Dong lines are shown; every label listens to the one instance."""

    changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._is_on = False

    @property
    def is_on(self) -> bool:
        return self._is_on

    def set_on(self, is_on: bool) -> None:
        if is_on != self._is_on:
            self._is_on = is_on
            self.changed.emit(is_on)


bilingual_mode = BilingualMode()


def shown_dong(term: str) -> str | None:
    """The attested Dong word for a label, while 双语 is on."""
    return dong_for(term) if bilingual_mode.is_on else None


def text_label(text: str, role: str = "", *, wraps: bool = False) -> QLabel:
    """A plain-text label with a role of style.qss (pageTitle, sectionTitle, muted, error ...)."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if role:
        label.setProperty("role", role)
    return label


class BilingualLabel(QWidget):
    """Mandarin, and under it the attested Dong word, if there is one and 双语 is on.

    `term` is the glossary label when it is not the shown text itself.
    """

    def __init__(
        self,
        text: str,
        *,
        term: str | None = None,
        role: str = "",
        wraps: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.mandarin = text_label(text, role, wraps=wraps)
        self.dong = text_label("", "dong")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.mandarin)
        layout.addWidget(self.dong)
        self._term = term
        bilingual_mode.changed.connect(self._on_mode_changed)
        self.set_text(text, term=term)

    def set_text(self, text: str, *, term: str | None = None) -> None:
        self._term = term
        self.mandarin.setText(text)
        self._show_dong()

    def text(self) -> str:
        return self.mandarin.text()

    def _show_dong(self) -> None:
        word = shown_dong(self._term or self.text())
        self.dong.setText(word or "")
        self.dong.setVisible(word is not None)
        self.setAccessibleName(f"{self.text()} {word}" if word else self.text())

    def _on_mode_changed(self, _is_on: bool) -> None:
        self._show_dong()


class StatePill(QLabel):
    """A word on a tinted ground: the state of a record, never colour alone."""

    def __init__(
        self, text: str = "", tone: Tone | str = Tone.NEUTRAL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "pill")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.set_state(text, tone)

    def set_state(self, text: str, tone: Tone | str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        if self.parentWidget() is not None or not text:
            self.setVisible(bool(text))
        set_style_property(self, "tone", Tone(tone).value)


class ElidedLabel(QLabel):
    """One line that ends in … where the room ends; the whole text is its tool tip."""

    def __init__(self, text: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("elides", True)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)
        self._tell_whole_text()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell_whole_text()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(self.font())
        painter.drawText(self.contentsRect(), int(self.alignment()), self._cut_text())

    def _cut_text(self) -> str:
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def _tell_whole_text(self) -> None:
        self.setToolTip(self.text() if self._cut_text() != self.text() else "")
