"""Bundled icons, drawn for this program: 24x24 line drawings that take the colour asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme.palette import INK

FOLDER = Path(__file__).parent / "icons"
_SIZES = (16, 20, 24, 32, 48)


@cache
def icon(name: str, color: str = INK) -> QIcon:
    """The icon `name` in `color`; an unknown name raises, for it is a slip of ours."""
    result = QIcon()
    for size in _SIZES:
        for ratio in (1, 2):
            result.addPixmap(icon_pixmap(name, color=color, size=size, ratio=ratio))
    return result


@cache
def icon_pixmap(name: str, *, color: str, size: int, ratio: float = 1) -> QPixmap:
    """`size` in logical pixels; `ratio` is the screen's device pixel ratio."""
    source = (FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.svg"))
