"""Real image files, painted here: a hillside with a boundary, as a telephone would take it."""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPen, QPolygon


def a_hillside(width: int = 1600, height: int = 1200, *, hue: int = 110) -> QImage:
    """Hills under a sky, with a red line where the boundary is said to be."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sky = QLinearGradient(0, 0, 0, height)
    sky.setColorAt(0, QColor("#B9D2EC"))
    sky.setColorAt(1, QColor("#F3EBD8"))
    painter.fillRect(image.rect(), sky)
    painter.setPen(Qt.PenStyle.NoPen)
    for layer in range(4):
        painter.setBrush(QColor.fromHsv(hue, 60 + 30 * layer, 190 - 35 * layer))
        top = height * (3 + layer) // 8
        points = [
            QPoint(x * width // 8, top + (x * 37 + layer * 53) % 90 * height // 900)
            for x in range(9)
        ]
        painter.drawPolygon(QPolygon([*points, QPoint(width, height), QPoint(0, height)]))
    painter.setPen(QPen(QColor("#B3312C"), max(3, width // 200), Qt.PenStyle.DashLine))
    painter.drawLine(width // 5, height, width * 3 // 5, height * 2 // 5)
    painter.end()
    return image


def noise(width: int, height: int) -> QImage:
    """What no compression makes small."""
    import random

    data = random.Random(1).randbytes(width * height * 4)
    return QImage(data, width, height, QImage.Format.Format_RGB32).copy()


def encoded(image: QImage, kind: str = "JPEG", quality: int = 85) -> bytes:
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind, quality)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def a_file(folder: Path, name: str, image: QImage | None = None, **options: object) -> Path:
    path = folder / name
    path.write_bytes(encoded(image or a_hillside(), **options))  # type: ignore[arg-type]
    return path


def with_exif(jpeg: bytes, taken: str = "2026:11:20 15:04:05", *, orientation: int = 1) -> bytes:
    """The same picture with the EXIF part a telephone writes."""
    text = taken.encode() + b"\0"
    ifd0 = struct.pack("<H", 2)
    ifd0 += struct.pack("<HHII", 0x0112, 3, 1, orientation)
    ifd0 += struct.pack("<HHII", 0x8769, 4, 1, 8 + 2 + 24 + 4) + struct.pack("<I", 0)
    exif = struct.pack("<H", 1)
    exif += struct.pack("<HHII", 0x9003, 2, len(text), 38 + 2 + 12 + 4) + struct.pack("<I", 0)
    tiff = b"II*\0" + struct.pack("<I", 8) + ifd0 + exif + text
    body = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]
