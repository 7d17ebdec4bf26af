"""Recording a voice: the card's thread hands samples over, this thread keeps them."""

from __future__ import annotations

import struct
from functools import partial
from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, QTimer, Signal

from app.attachments.sound import BYTES_PER_SAMPLE, MAX_SECONDS, RATE, SpeechBuffer
from ui.sound.devices import Microphone

TURN_MS = 100
KEPT_EVERY_S = 30
"""So much of a recording can be lost with the power: what came before lies on the disk."""
_LOUDEST = 32_768


class Recorder(QObject):
    """`heard(seconds, loudness 0..1)` ten times a second, `kept(bytes)` with all so far every
    half minute, `ended()` when the time is up or the microphone is gone."""

    heard = Signal(float, float)
    kept = Signal(bytes)
    ended = Signal()
    _card_ended = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest_s: float = MAX_SECONDS
        """When the time is up."""
        self._blocks: SimpleQueue[bytes] = SimpleQueue()
        self._handed = 0
        self._buffer: SpeechBuffer | None = None
        self._microphone: Microphone | None = None
        self._next_kept = KEPT_EVERY_S
        self._turn = 0
        """Which microphone: what an earlier one says late is not meant."""
        self._timer = QTimer(self)
        self._timer.setInterval(TURN_MS)
        self._timer.timeout.connect(self._take_in)
        self._card_ended.connect(self._on_card_ended)

    @property
    def is_running(self) -> bool:
        """Also while it is paused."""
        return self._buffer is not None

    @property
    def is_paused(self) -> bool:
        return self._buffer is not None and self._microphone is None

    def start(self) -> None:
        """From now on. Raises ``UserFacingError`` as ``Microphone``."""
        self._blocks, self._handed, self._next_kept = SimpleQueue(), 0, KEPT_EVERY_S
        self._listen()
        self._buffer = SpeechBuffer()

    def pause(self) -> None:
        """Nothing is heard until it goes on; what was said is kept."""
        self._hush()
        if self._buffer is not None and self._buffer.seconds:
            self.kept.emit(self._buffer.so_far())

    def go_on(self) -> None:
        """After a pause, in the same recording. Raises ``UserFacingError`` as ``Microphone``."""
        if self.is_paused:
            self._listen()

    def _listen(self) -> None:
        self._turn += 1
        ended = partial(self._card_ended.emit, self._turn)
        self._microphone = Microphone(self._on_samples, ended)
        self._timer.start()

    def _hush(self) -> None:
        self._timer.stop()
        microphone, self._microphone = self._microphone, None
        if microphone is not None:
            microphone.stop()
        self._take_in()

    def stop(self) -> tuple[bytes, float]:
        """The recording, encoded, and how many seconds it is; empty when nothing was heard."""
        self._hush()
        buffer, self._buffer = self._buffer, None
        if buffer is None or buffer.seconds == 0:
            return b"", 0.0
        return buffer.finish(), buffer.seconds

    def _on_samples(self, samples: bytes) -> bool:
        """On the card's thread: False when the time is up."""
        longest = round(self.longest_s * RATE) * BYTES_PER_SAMPLE
        taken = samples[: longest - self._handed]
        self._handed += len(taken)
        self._blocks.put(taken)
        return self._handed < longest

    def _take_in(self) -> None:
        if self._buffer is None:
            return
        last = b""
        while True:
            try:
                last = self._blocks.get_nowait()
            except Empty:
                break
            self._buffer.add(last)
        self.heard.emit(self._buffer.seconds, loudness(last))
        if self._buffer.seconds >= self._next_kept:
            self._next_kept += KEPT_EVERY_S
            self.kept.emit(self._buffer.so_far())

    def _on_card_ended(self, turn: int) -> None:
        """Queued from the card's thread: after a stop of ours nobody waits for it."""
        if self._microphone is not None and turn == self._turn:
            self.ended.emit()


def loudness(samples: bytes) -> float:
    """The loudest of these 16 bit samples, from 0 to 1."""
    if not samples:
        return 0.0
    count = len(samples) // BYTES_PER_SAMPLE
    values = struct.unpack(f"<{count}h", samples[: count * BYTES_PER_SAMPLE])
    return float(max(abs(max(values)), abs(min(values)))) / _LOUDEST
