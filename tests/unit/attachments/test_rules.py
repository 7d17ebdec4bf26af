"""What may be attached."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.attachments.rules import (
    MAX_BYTES,
    MAX_NAME,
    MAX_THUMBNAIL_BYTES,
    attachment_problem,
    is_withdrawn,
    media_type_of,
    plain_name,
)
from app.attachments.vocabulary import AttachmentProblem, MediaType, WithdrawalKind


def problem_of(**changed: Any) -> tuple[str, AttachmentProblem] | None:
    usual: dict[str, Any] = {
        "subject_entity": "case_file",
        "sha256": "a1" * 32,
        "size": 1_000,
        "media_type": "image/jpeg",
        "name": "后山界址.jpg",
        "thumbnail": None,
    }
    return attachment_problem(**{**usual, **changed})


def test_an_ordinary_photo_is_well() -> None:
    assert problem_of() is None
    assert problem_of(size=MAX_BYTES) is None


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("subject_entity", "credential", AttachmentProblem.SUBJECT_UNKNOWN),
        ("media_type", "application/zip", AttachmentProblem.TYPE_UNKNOWN),
        ("size", 0, AttachmentProblem.EMPTY),
        ("size", MAX_BYTES + 1, AttachmentProblem.TOO_LARGE),
        ("sha256", "A1" * 32, AttachmentProblem.SHA256_MALFORMED),
        ("sha256", "a1" * 31, AttachmentProblem.SHA256_MALFORMED),
        ("name", "", AttachmentProblem.NAME_TOO_LONG),
        ("name", "长" * (MAX_NAME + 1), AttachmentProblem.NAME_TOO_LONG),
        ("thumbnail", "not base64", AttachmentProblem.THUMBNAIL_TOO_LARGE),
        (
            "thumbnail",
            base64.b64encode(b"x" * (MAX_THUMBNAIL_BYTES + 1)).decode(),
            AttachmentProblem.THUMBNAIL_TOO_LARGE,
        ),
    ],
)
def test_what_is_wrong_is_named(field: str, value: Any, problem: AttachmentProblem) -> None:
    assert problem_of(**{field: value}) == (field, problem)


@pytest.mark.parametrize(
    ("beginning", "media_type"),
    [
        (b"\xff\xd8\xff\xe0", MediaType.JPEG),
        (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
        (b"%PDF-1.7", MediaType.PDF),
        (b"ID3\x04", MediaType.MP3),
        (b"RIFF\0\0\0\0WAVEfmt ", MediaType.WAV),
        (b"OggS", MediaType.OGG),
        (b"#!AMR\n", MediaType.AMR),
        (b"\0\0\0\x1cftypM4A \0\0", MediaType.MP4_AUDIO),
        (b"\0\0\0\x1cftypmp42\0\0moov....vmhd", None),
        (b"PK\x03\x04", None),
        (b"MZ", None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_beginning(beginning: bytes, media_type: MediaType | None) -> None:
    assert media_type_of(beginning) is media_type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\照片\\后山.jpg", "后山.jpg"),
        ("/home/zhang/a?b.jpg", "a_b.jpg"),
        (" 录音. ", "录音"),
        ("长" * 200 + ".jpeg", "长" * (MAX_NAME - 5) + ".jpeg"),
    ],
)
def test_a_name_is_one_every_system_can_write(given: str, kept: str) -> None:
    assert plain_name(given) == kept


def test_the_newest_word_counts() -> None:
    gone, back = WithdrawalKind.WITHDRAWN, WithdrawalKind.PUT_BACK
    assert not is_withdrawn([])
    assert is_withdrawn([gone])
    assert not is_withdrawn([gone, back])
    assert is_withdrawn([gone, back, gone])
