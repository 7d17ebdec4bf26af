"""What may be attached, to what and by whom; asked by the laptop and again by the county."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from typing import Final

from app.accounts.vocabulary import Permission
from app.attachments.vocabulary import AttachmentProblem, MediaType, WithdrawalKind

MAX_BYTES: Final = 20 * 1024 * 1024
"""Of one original: twenty minutes of speech, a scan of a long agreement."""
MAX_IMAGE_BYTES: Final = 2 * 1024 * 1024
MAX_IMAGE_EDGE: Final = 2560
"""In pixels. A larger picture is made smaller before it is attached: on a line of 256 kbit/s
two megabytes take a minute, and a page of handwriting is read well at this size."""
MAX_THUMBNAIL_BYTES: Final = 8 * 1024
"""It travels inside the record, so that every laptop has it long before the original."""
MAX_NAME: Final = 120

ATTACH_PERMISSION: Final[Mapping[str, Permission]] = {
    "case_file": Permission.ADD_CASE_EVENT,
    "incident": Permission.RECORD_INCIDENT,
    "hazard": Permission.RECORD_GRID_WORK,
    "household": Permission.EDIT_ROSTER,
    "motion": Permission.PROPOSE_MOTION,
    "outreach_round": Permission.RECORD_OUTREACH,
    "visit": Permission.RECORD_GRID_WORK,
}
"""What attachments may hang on, and what one must be allowed to do there. Always the root of a
record with its events, so that they go wherever it goes; ``part_id`` names the event."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"%PDF-", MediaType.PDF),
    (b"ID3", MediaType.MP3),
    (b"\xff\xfb", MediaType.MP3),
    (b"\xff\xf3", MediaType.MP3),
    (b"OggS", MediaType.OGG),
    (b"#!AMR", MediaType.AMR),
)
_AUDIO_BRANDS: Final = (b"M4A ", b"M4B ", b"3gp", b"mp4", b"iso")


def media_type_of(data: bytes) -> MediaType | None:
    """By the first bytes; None for what may not be attached (a picture may still be converted)."""
    for beginning, media_type in _BEGINNINGS:
        if data.startswith(beginning):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return MediaType.WAV
    # Telephones record sound in the same box as films; a film would have a track for pictures.
    is_box = data[4:8] == b"ftyp" and data[8:12].startswith(_AUDIO_BRANDS)
    if is_box and b"vmhd" not in data:
        return MediaType.MP4_AUDIO
    return None


def attachment_problem(
    *,
    subject_entity: str,
    sha256: str,
    size: int,
    media_type: str,
    name: str,
    thumbnail: str | None,
) -> tuple[str, AttachmentProblem] | None:
    """The first field that is wrong, and why; None when all is well. ``size`` in bytes."""
    checks = (
        ("subject_entity", subject_entity in ATTACH_PERMISSION, AttachmentProblem.SUBJECT_UNKNOWN),
        ("media_type", media_type in set(MediaType), AttachmentProblem.TYPE_UNKNOWN),
        ("size", size > 0, AttachmentProblem.EMPTY),
        ("size", size <= MAX_BYTES, AttachmentProblem.TOO_LARGE),
        ("sha256", is_sha256(sha256), AttachmentProblem.SHA256_MALFORMED),
        ("name", 0 < len(name) <= MAX_NAME, AttachmentProblem.NAME_TOO_LONG),
        ("thumbnail", _is_thumbnail(thumbnail), AttachmentProblem.THUMBNAIL_TOO_LARGE),
    )
    return next(((field, problem) for field, is_well, problem in checks if not is_well), None)


def is_sha256(text: str) -> bool:
    """Whether this is a hash as it is written here: 64 small hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def _is_thumbnail(text: str | None) -> bool:
    if text is None:
        return True
    try:
        return 0 < len(base64.b64decode(text, validate=True)) <= MAX_THUMBNAIL_BYTES
    except (binascii.Error, ValueError):
        return False


def is_withdrawn(kinds: Iterable[WithdrawalKind]) -> bool:
    """Whether an attachment is withdrawn, from its events in county order."""
    found = WithdrawalKind.PUT_BACK
    for kind in kinds:
        found = kind
    return found is WithdrawalKind.WITHDRAWN


def plain_name(name: str) -> str:
    """A file's name without its folders and what no other system could write; never too long."""
    last = re.split(r"[\\/]", name)[-1]
    clean = re.sub(r'[\x00-\x1f<>:"|?*]', "_", last).strip(" .")
    stem, dot, suffix = clean.rpartition(".")
    if len(clean) <= MAX_NAME or not dot:
        return clean[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(suffix) - 1]}.{suffix}"[:MAX_NAME]
