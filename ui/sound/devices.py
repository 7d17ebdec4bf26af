"""The sound card, by PortAudio: looked for when somebody wants to record or listen, not before.

A laptop without a sound library, a microphone or a loudspeaker is ordinary; it says so in a
sentence and everything else goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from app.attachments.sound import RATE, SoundReader
from app.errors import ErrorCode, UserFacingError

if TYPE_CHECKING:
    import sounddevice

BLOCK = RATE // 20
"""Samples a callback: a twentieth of a second."""


class Microphone:
    """Calls ``heard(samples)`` on the sound card's thread until it is stopped.

    ``ended()`` on the same thread when the card goes away. Raises ``UserFacingError``
    SOUND_NO_MICROPHONE, SOUND_NOT_POSSIBLE (problem).
    """

    def __init__(self, heard: Callable[[bytes], bool], ended: Callable[[], object]) -> None:
        with _said(ErrorCode.SOUND_NO_MICROPHONE) as sound:
            self._sound = sound
            self._heard = heard
            self._stream = sound.RawInputStream(
                samplerate=RATE,
                channels=1,
                dtype="int16",
                blocksize=BLOCK,
                callback=self._on_block,
                finished_callback=_silent(ended),
            )
            self._stream.start()

    def stop(self) -> None:
        """No more; also when the card went away meanwhile."""
        try:
            self._stream.close()
        except self._sound.PortAudioError:
            return

    def _on_block(self, data: Any, _samples: int, _times: Any, _status: Any) -> None:
        if not self._heard(bytes(data)):
            raise self._sound.CallbackStop


class Loudspeaker:
    """Plays a recording from where its reader stands; ``ended()`` on the sound card's thread.

    Raises ``UserFacingError`` SOUND_NO_LOUDSPEAKER, SOUND_NOT_POSSIBLE (problem).
    """

    def __init__(self, reader: SoundReader, ended: Callable[[], object]) -> None:
        with _said(ErrorCode.SOUND_NO_LOUDSPEAKER) as sound:
            self._sound = sound
            self._reader = reader
            self._stream = sound.RawOutputStream(
                samplerate=reader.rate,
                channels=reader.channels,
                dtype="int16",
                callback=self._on_block,
                finished_callback=_silent(ended),
            )
            self._stream.start()

    def stop(self) -> None:
        """Silence; the reader stays where it was."""
        try:
            self._stream.close()
        except self._sound.PortAudioError:
            return

    def _on_block(self, out: Any, samples: int, _times: Any, _status: Any) -> None:
        block = self._reader.read(samples)
        out[: len(block)] = block
        if len(block) < len(out):
            out[len(block) :] = b"\x00" * (len(out) - len(block))
            raise self._sound.CallbackStop


def _silent(ended: Callable[[], object]) -> Callable[[], None]:
    """The card's thread takes nothing back, and a signal's emit gives something."""

    def tell() -> None:
        ended()

    return tell


@contextmanager
def _said(missing: ErrorCode) -> Iterator[sounddevice]:
    """The library, with its complaints as sentences."""
    try:
        import sounddevice as sound
    except OSError as problem:  # the wheel for Linux leaves PortAudio to the system
        raise UserFacingError(ErrorCode.SOUND_NOT_POSSIBLE, problem="PortAudio") from problem
    try:
        kind = "input" if missing is ErrorCode.SOUND_NO_MICROPHONE else "output"
        sound.query_devices(kind=kind)
    except (sound.PortAudioError, ValueError) as problem:
        raise UserFacingError(missing) from problem
    try:
        yield sound
    except sound.PortAudioError as problem:
        raise UserFacingError(ErrorCode.SOUND_NOT_POSSIBLE, problem=str(problem)) from problem
