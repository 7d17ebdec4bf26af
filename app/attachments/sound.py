"""Speech as it is kept and played: Opus in an Ogg box, written and read in memory.

16,000 samples a second and one channel are enough for a voice; an hour is about 13 megabytes,
the twenty minutes that may be attached are four and a half. Nothing touches the disk in the clear.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Final

import soundfile

from app.attachments.actions import NewFile
from app.attachments.vocabulary import MediaType
from app.errors import ErrorCode, UserFacingError

RATE: Final = 16_000
"""Samples a second."""
MAX_SECONDS: Final = 20 * 60
BYTES_PER_SAMPLE: Final = 2


class SpeechBuffer:
    """Takes samples as they come (16 bit, one channel, little-endian) and keeps them encoded."""

    def __init__(self) -> None:
        self._box = io.BytesIO()
        self._file = soundfile.SoundFile(
            self._box, "w", samplerate=RATE, channels=1, format="OGG", subtype="OPUS"
        )
        self._samples = 0

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self._samples / RATE

    def add(self, samples: bytes) -> None:
        """More of it; what is beyond the longest that may be attached is left out."""
        room = (MAX_SECONDS * RATE - self._samples) * BYTES_PER_SAMPLE
        taken = samples[:room]
        if taken:
            self._file.buffer_write(taken, dtype="int16")
            self._samples += len(taken) // BYTES_PER_SAMPLE

    def so_far(self) -> bytes:
        """What could be played if it ended here, up to a second less than was spoken."""
        self._file.flush()
        return self._box.getvalue()

    def finish(self) -> bytes:
        """The whole; nothing can be added any more."""
        if not self._file.closed:
            self._file.close()
        return self._box.getvalue()


def speech_file(data: bytes, *, name: str, taken_at: datetime) -> NewFile:
    """A recording as it is attached."""
    return NewFile(data=data, media_type=MediaType.OGG, name=name, taken_at=taken_at)


class SoundReader:
    """A recording that is played block by block; 16 bit samples, channels side by side.

    Raises ``UserFacingError`` SOUND_NOT_PLAYABLE for what the program cannot decode.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._file = soundfile.SoundFile(io.BytesIO(data))
        except soundfile.LibsndfileError as problem:
            raise UserFacingError(ErrorCode.SOUND_NOT_PLAYABLE) from problem
        self.rate: int = self._file.samplerate
        self.channels: int = self._file.channels

    @property
    def seconds(self) -> float:
        """How long the whole is."""
        return float(self._file.frames) / self.rate

    @property
    def at(self) -> float:
        """Where the next block begins, in seconds."""
        return float(self._file.tell()) / self.rate

    def read(self, samples: int) -> bytes:
        """The next so many samples of each channel; fewer, or none, at the end."""
        return bytes(self._file.buffer_read(samples, dtype="int16"))

    def go_to(self, seconds: float) -> None:
        """Reads on from there; before the beginning is the beginning."""
        last = max(0, self._file.frames - 1)
        self._file.seek(min(last, max(0, round(seconds * self.rate))))
