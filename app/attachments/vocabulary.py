"""Photographs, scans and recordings that hang on a record, and where their originals are."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class MediaType(StrEnum):
    """What may be attached; each is known by its first bytes, never by its name."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"
    MP3 = "audio/mpeg"
    MP4_AUDIO = "audio/mp4"
    OGG = "audio/ogg"
    WAV = "audio/wav"
    AMR = "audio/amr"

    @property
    def is_image(self) -> bool:
        """Whether it can be looked at here."""
        return self.value.startswith("image/")

    @property
    def is_audio(self) -> bool:
        """Whether it is a recording."""
        return self.value.startswith("audio/")


class BlobState(StrEnum):
    """Where the original of an attachment is, as this laptop knows it."""

    NOT_HERE = "not_here"
    """Only the thumbnail is; nobody has asked for the original."""
    HERE = "here"
    """Here alone: its record has not been judged, or its turn has not come."""
    SENDING = "sending"
    """A part of it is at the county."""
    AT_COUNTY = "at_county"
    """Here and at the county."""
    WANTED = "wanted"
    """Somebody wants to see it; nothing has arrived."""
    ARRIVING = "arriving"
    """A part of it is here."""


class WithdrawalKind(StrEnum):
    """A withdrawal and its counter-event; the newest in county order counts."""

    WITHDRAWN = "withdrawn"
    PUT_BACK = "put_back"


class AttachmentProblem(StrEnum):
    """Why a file cannot be attached."""

    DAMAGED = "damaged"
    EMPTY = "empty"
    NAME_TOO_LONG = "name_too_long"
    SUBJECT_UNKNOWN = "subject_unknown"
    SHA256_MALFORMED = "sha256_malformed"
    THUMBNAIL_TOO_LARGE = "thumbnail_too_large"
    TOO_LARGE = "too_large"
    TYPE_UNKNOWN = "type_unknown"


class Subject(NamedTuple):
    """What an attachment hangs on: a record, and where it applies one event of it."""

    entity: str
    record_id: str
    part_id: str | None = None
