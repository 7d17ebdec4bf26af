"""Listening to a recording inside the program: play, pause, five seconds on or back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from app.attachments.actions import original
from app.attachments.sound import SoundReader
from app.errors import UserFacingError
from i18n.text import tr
from ui.context import PageContext
from ui.sound.devices import Loudspeaker
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_attachments import played_line

TURN_MS = 200
STEP_S = 5.0


class Player(QWidget):
    """`failed(sentence)` when it cannot be played; Space plays and pauses."""

    failed = Signal(str)
    _card_ended = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._sha256 = ""
        self._reader: SoundReader | None = None
        self._speaker: Loudspeaker | None = None
        self.play = QPushButton(tr("播放"))
        self.place = QSlider(Qt.Orientation.Horizontal)
        self.time = text_label("")
        self._timer = QTimer(self)
        self._timer.setInterval(TURN_MS)
        self._build()
        self.play.clicked.connect(self.toggle)
        self.place.sliderMoved.connect(self._on_moved)
        self._timer.timeout.connect(self._show_place)
        self._card_ended.connect(self._on_ended)

    @property
    def is_playing(self) -> bool:
        return self._speaker is not None

    def open(self, sha256: str) -> None:
        """Makes a recording ready; nothing sounds yet."""
        if sha256 == self._sha256:
            return
        self.leave()
        self._sha256 = sha256
        work = partial(_reader_of, self._context, sha256)
        self._context.runner.read(work, on_done=self._on_read, on_failed=self._on_failed)

    def leave(self) -> None:
        """Silence, and nothing ready."""
        self.pause()
        self._sha256, self._reader = "", None
        self.setEnabled(False)
        self._show_place()

    def toggle(self) -> None:
        if self.is_playing:
            self.pause()
        elif self._reader is not None:
            self._begin(self._reader)

    def pause(self) -> None:
        self._timer.stop()
        if self._speaker is not None:
            self._speaker.stop()
            self._speaker = None
        self._name_button()

    def step(self, seconds: float) -> None:
        """So much on, or back."""
        if self._reader is not None:
            self._go_to(self._reader.at + seconds)

    def _begin(self, reader: SoundReader) -> None:
        if reader.at >= reader.seconds:
            reader.go_to(0)
        try:
            self._speaker = Loudspeaker(reader, self._card_ended.emit)
        except UserFacingError as error:
            self.failed.emit(error_sentence(error))
            return
        self._timer.start()
        self._name_button()

    def _go_to(self, seconds: float) -> None:
        was_playing = self.is_playing
        self.pause()
        if self._reader is not None:
            self._reader.go_to(seconds)
            if was_playing:
                self._begin(self._reader)
        self._show_place()

    def _on_moved(self, place: int) -> None:
        self._go_to(place / 10)

    def _on_ended(self) -> None:
        """Queued from the card's thread: the end of the recording, or our own pause."""
        if self._reader is not None and self._reader.at >= self._reader.seconds:
            self.pause()
            self._show_place()

    def _on_read(self, answer: tuple[str, SoundReader | None]) -> None:
        sha256, reader = answer
        if sha256 == self._sha256:
            self._reader = reader
            self.setEnabled(reader is not None)
            self._show_place()

    def _on_failed(self, error: UserFacingError) -> None:
        self.failed.emit(error_sentence(error))

    def _show_place(self) -> None:
        at, whole = (self._reader.at, self._reader.seconds) if self._reader else (0.0, 0.0)
        self.place.setRange(0, round(whole * 10))
        if not self.place.isSliderDown():
            self.place.setValue(round(at * 10))
        self.time.setText(played_line(at, whole))

    def _name_button(self) -> None:
        self.play.setText(tr("暂停") if self.is_playing else tr("播放"))
        self.play.setAccessibleName(self.play.text())

    def _build(self) -> None:
        self.play.setProperty("role", "primary")
        self.play.setToolTip(tr("空格"))
        self.place.setAccessibleName(tr("播放到哪里"))
        calm_wheel(self.place)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.play)
        row.addWidget(self.place, 1)
        row.addWidget(self.time)
        self.setEnabled(False)


def _reader_of(context: PageContext, sha256: str) -> tuple[str, SoundReader | None]:
    """In the background: the original, opened for playing; None while it is not here."""
    data = original(context.store, context.actor, sha256=sha256)
    return sha256, None if data is None else SoundReader(data)
