"""Files become attachments: small enough, upright, with a thumbnail, or refused with a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from app.attachments.exif import taken_at
from app.attachments.rules import (
    MAX_BYTES,
    MAX_IMAGE_BYTES,
    MAX_IMAGE_EDGE,
    MAX_THUMBNAIL_BYTES,
    media_type_of,
)
from app.attachments.vocabulary import AttachmentProblem, MediaType
from app.errors import ErrorCode, UserFacingError
from tests.gui.attachments.pictures import a_file, a_hillside, encoded, noise, with_exif
from ui.attachments.preparing import prepare_bytes, prepare_file, prepare_image


def size_of(data: bytes) -> tuple[int, int]:
    image = QImage.fromData(data)
    assert not image.isNull()
    return image.width(), image.height()


def test_a_small_photo_stays_as_it_is(tmp_path: Path) -> None:
    path = a_file(tmp_path, "后山.jpg")
    made = prepare_file(path)
    assert made.data == path.read_bytes()
    assert (made.media_type, made.name) == (MediaType.JPEG, "后山.jpg")
    assert made.thumbnail is not None
    assert len(made.thumbnail) <= MAX_THUMBNAIL_BYTES
    assert max(size_of(made.thumbnail)) == 192


def test_a_large_photo_is_made_smaller(tmp_path: Path) -> None:
    path = a_file(tmp_path, "大图.png", a_hillside(4000, 3000), kind="PNG")
    made = prepare_file(path)
    assert size_of(made.data) == (MAX_IMAGE_EDGE, 1920)
    assert len(made.data) <= MAX_IMAGE_BYTES
    assert (made.media_type, made.name) == (MediaType.JPEG, "大图.jpg")


def test_even_noise_fits_and_has_a_thumbnail() -> None:
    made = prepare_bytes(encoded(noise(2400, 1800), quality=98), "n.jpg")
    assert len(made.data) <= MAX_IMAGE_BYTES
    assert made.thumbnail is not None
    assert len(made.thumbnail) <= MAX_THUMBNAIL_BYTES


def test_what_is_see_through_becomes_white_paper() -> None:
    image = QImage(3000, 40, QImage.Format.Format_ARGB32)
    image.fill(QColor(0, 0, 0, 0))
    made = prepare_bytes(encoded(image, "PNG"), "x.png")
    assert QImage.fromData(made.data).pixelColor(5, 5).lightness() > 250


def test_a_photo_taken_sideways_is_shown_upright_and_keeps_its_moment() -> None:
    data = with_exif(encoded(a_hillside(400, 300)), orientation=6)
    made = prepare_bytes(data, "x.jpg")
    assert made.taken_at == datetime(2026, 11, 20, 7, 4, 5, tzinfo=UTC)
    assert made.thumbnail is not None
    width, height = size_of(made.thumbnail)
    assert width < height
    large = prepare_bytes(with_exif(encoded(a_hillside(4000, 3000)), orientation=6), "x.jpg")
    assert size_of(large.data) == (1920, MAX_IMAGE_EDGE)
    assert large.taken_at == made.taken_at


@pytest.mark.parametrize("cut", [3, 10, 24, 30, 40, 60, 80])
def test_a_broken_exif_part_is_no_date_and_no_failure(cut: int) -> None:
    data = with_exif(encoded(a_hillside(40, 30)))
    assert taken_at(data) is not None
    assert taken_at(data[:cut]) is None
    assert taken_at(with_exif(data, "0000:00:00 00:00:00")) is None


@pytest.mark.parametrize("kind", ["BMP", "PPM"])
def test_other_pictures_are_converted_or_refused(kind: str) -> None:
    data = encoded(a_hillside(300, 200), kind)
    if kind == "PPM":
        assert problem_of(data) is AttachmentProblem.TYPE_UNKNOWN
        return
    made = prepare_bytes(data, "扫描.bmp")
    assert (media_type_of(made.data), made.name) == (MediaType.JPEG, "扫描.jpg")


def problem_of(data: bytes) -> AttachmentProblem:
    with pytest.raises(UserFacingError) as raised:
        prepare_bytes(data, "文件")
    assert raised.value.code is ErrorCode.ATTACHMENT_NOT_POSSIBLE
    assert raised.value.params["name"] == "文件"
    return AttachmentProblem(raised.value.params["problem"])


def test_what_cannot_be_attached_is_refused_with_its_reason(qtlog) -> None:  # type: ignore[no-untyped-def]
    assert problem_of(b"") is AttachmentProblem.EMPTY
    assert problem_of(b"PK\x03\x04 a document") is AttachmentProblem.TYPE_UNKNOWN
    assert problem_of(b"%PDF-1.7" + bytes(MAX_BYTES)) is AttachmentProblem.TOO_LARGE
    with qtlog.disabled():  # the decoder says in its own words what is wrong
        assert problem_of(b"\xff\xd8\xff broken") is AttachmentProblem.DAMAGED
        assert problem_of(encoded(a_hillside(200, 100))[:40]) is AttachmentProblem.DAMAGED


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.jpg", tmp_path):
        with pytest.raises(UserFacingError) as raised:
            prepare_file(path)
        assert raised.value.code is ErrorCode.ATTACHMENT_FILE_NOT_READ


def test_paper_and_sound_stay_as_they_are() -> None:
    pdf = prepare_bytes(b"%PDF-1.7 made up", "协议.pdf")
    sound = prepare_bytes(b"ID3\x04 made up", "录音.mp3")
    assert (pdf.media_type, pdf.thumbnail) == (MediaType.PDF, None)
    assert (sound.media_type, sound.data) == (MediaType.MP3, b"ID3\x04 made up")


def test_a_pasted_picture_becomes_a_photo() -> None:
    made = prepare_image(a_hillside(3000, 1000), "粘贴.jpg")
    assert size_of(made.data) == (MAX_IMAGE_EDGE, 853)
    assert made.media_type is MediaType.JPEG
