"""When a photograph was taken, as its camera wrote it: one date out of a JPEG's EXIF part.

Qt reads how a picture is turned, and nothing else of it; a library for this one date would bring
all the rest.
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta, timezone
from typing import Final

_CHINA: Final = timezone(timedelta(hours=8))
_EXIF: Final = b"Exif\0\0"
_POINTS_TO_EXIF: Final = 0x8769
_TAKEN_AT: Final = 0x9003
_MOST_ENTRIES: Final = 200


def taken_at(data: bytes) -> datetime | None:
    """The moment, if there is one that makes sense; cameras write the time of where they are."""
    try:
        part = _exif_part(data)
        text = None if part is None else _text_of(part)
        if text is None:
            return None
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=_CHINA)
    except (ValueError, struct.error, UnicodeDecodeError):
        return None


def _exif_part(data: bytes) -> bytes | None:
    """The TIFF inside the first APP1 segment that is EXIF."""
    place = 2
    while data[:2] == b"\xff\xd8" and place + 4 <= len(data) and data[place] == 0xFF:
        marker, length = struct.unpack_from(">xBH", data, place)
        segment = data[place + 4 : place + 2 + length]
        if marker == 0xE1 and segment.startswith(_EXIF):
            return segment[len(_EXIF) :]
        if marker == 0xDA:  # the picture itself begins
            return None
        place += 2 + length
    return None


def _text_of(tiff: bytes) -> str | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    pointer = _entry(tiff, order, first, _POINTS_TO_EXIF)
    found = None if pointer is None else _entry(tiff, order, pointer[1], _TAKEN_AT)
    if found is None:
        return None
    count, at = found
    return tiff[at : at + min(count, 19)].decode("ascii")


def _entry(tiff: bytes, order: str, at: int, tag: int) -> tuple[int, int] | None:
    """Count and value (or where it lies) of a tag in the directory at this place."""
    (entries,) = struct.unpack_from(order + "H", tiff, at)
    for number in range(min(entries, _MOST_ENTRIES)):
        found, _kind, count, value = struct.unpack_from(order + "HHII", tiff, at + 2 + 12 * number)
        if found == tag:
            return count, value
    return None
