"""Makes a file ready to be attached: pictures small enough for a village's line, with a thumbnail.

Runs on a background thread; makes no widget.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from app.attachments.actions import NewFile
from app.attachments.exif import taken_at
from app.attachments.rules import (
    MAX_BYTES,
    MAX_IMAGE_BYTES,
    MAX_IMAGE_EDGE,
    MAX_THUMBNAIL_BYTES,
    media_type_of,
    plain_name,
)
from app.attachments.vocabulary import AttachmentProblem, MediaType
from app.errors import ErrorCode, UserFacingError

_MOST_READ: Final = 4 * MAX_BYTES
"""A picture out of a good camera may be larger than what is attached of it."""
_CONVERTED: Final = frozenset({"bmp", "gif", "webp", "tiff", "tif"})
_THUMBNAIL_EDGES: Final = (192, 144, 96, 64)
_QUALITIES: Final = (85, 75, 65, 55, 45, 35)


def prepare_files(paths: list[Path]) -> list[NewFile]:
    """All of these; raises for the first that cannot be attached, and then none is."""
    return [prepare_file(path) for path in paths]


def prepare_file(path: Path) -> NewFile:
    """A file of the disk; raises ``UserFacingError`` ATTACHMENT_FILE_NOT_READ or
    ATTACHMENT_NOT_POSSIBLE (name, problem)."""
    try:
        if path.stat().st_size > _MOST_READ:
            raise _not_possible(path.name, AttachmentProblem.TOO_LARGE)
        data = path.read_bytes()
    except OSError as problem:
        raise UserFacingError(
            ErrorCode.ATTACHMENT_FILE_NOT_READ,
            name=path.name,
            problem=problem.strerror or str(problem),
        ) from problem
    return prepare_bytes(data, path.name)


def prepare_bytes(data: bytes, name: str) -> NewFile:
    """The same for what is in memory already."""
    if not data:
        raise _not_possible(name, AttachmentProblem.EMPTY)
    media_type = media_type_of(data)
    if media_type is not None and not media_type.is_image:
        if len(data) > MAX_BYTES:
            raise _not_possible(name, AttachmentProblem.TOO_LARGE)
        return NewFile(data, media_type, plain_name(name))
    image = _read_image(data, name, is_known=media_type is not None)
    thumbnail = _thumbnail(image)
    is_small = max(image.width(), image.height()) <= MAX_IMAGE_EDGE and _is_unscaled(data, image)
    if media_type is not None and is_small and len(data) <= MAX_IMAGE_BYTES:
        return NewFile(data, media_type, plain_name(name), thumbnail, taken_at(data))
    small = _as_jpeg(image, limit=MAX_IMAGE_BYTES)
    if small is None:
        raise _not_possible(name, AttachmentProblem.TOO_LARGE)
    name = plain_name(str(PurePath(name).with_suffix(".jpg")))
    return NewFile(small, MediaType.JPEG, name, thumbnail, taken_at(data))


def prepare_image(image: QImage, name: str) -> NewFile:
    """A picture out of the clipboard."""
    fitting = _fitted(image, MAX_IMAGE_EDGE)
    data = _as_jpeg(fitting, limit=MAX_IMAGE_BYTES)
    if data is None:
        raise _not_possible(name, AttachmentProblem.TOO_LARGE)
    return NewFile(data, MediaType.JPEG, plain_name(name), _thumbnail(fitting))


def _not_possible(name: str, problem: AttachmentProblem) -> UserFacingError:
    return UserFacingError(ErrorCode.ATTACHMENT_NOT_POSSIBLE, name=name, problem=problem)


def _reader(data: bytes) -> tuple[QImageReader, QBuffer]:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    return reader, buffer


def _read_image(data: bytes, name: str, *, is_known: bool) -> QImage:
    """Upright and at most as large as what is attached of it."""
    reader, _buffer = _reader(data)
    if not is_known and bytes(reader.format().data()).decode() not in _CONVERTED:
        raise _not_possible(name, AttachmentProblem.TYPE_UNKNOWN)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > MAX_IMAGE_EDGE:
        edge = QSize(MAX_IMAGE_EDGE, MAX_IMAGE_EDGE)
        reader.setScaledSize(size.scaled(edge, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        raise _not_possible(name, AttachmentProblem.DAMAGED)
    return _fitted(image, MAX_IMAGE_EDGE)


def _is_unscaled(data: bytes, image: QImage) -> bool:
    reader, _buffer = _reader(data)
    size = reader.size()
    return max(size.width(), size.height()) <= max(image.width(), image.height())


def _fitted(image: QImage, edge: int) -> QImage:
    if max(image.width(), image.height()) <= edge:
        return image
    return image.scaled(
        edge,
        edge,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _thumbnail(image: QImage) -> bytes | None:
    for edge in _THUMBNAIL_EDGES:
        found = _as_jpeg(_fitted(image, edge), limit=MAX_THUMBNAIL_BYTES)
        if found is not None:
            return found
    return None


def _as_jpeg(image: QImage, *, limit: int) -> bytes | None:
    """As good as fits into so many bytes; what was see-through becomes white paper."""
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor("white"))
    painter = QPainter(paper)
    painter.drawImage(0, 0, image)
    painter.end()
    for quality in _QUALITIES:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        paper.save(buffer, "JPEG", quality)  # type: ignore[call-overload]
        data = bytes(buffer.data().data())
        if data and len(data) <= limit:
            return data
    return None
