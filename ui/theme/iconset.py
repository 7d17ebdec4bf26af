"""Bundled icons, drawn for this program: 24x24 line drawings that take the colour asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme.palette import INDIGO_DEEP, INK, NAV_TEXT

FOLDER = Path(__file__).parent / "icons"
_SIZES = (16, 20, 24, 32, 48)
_WINDOW_SIZES = (16, 24, 32, 48, 64, 128)


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


@cache
def window_icon() -> QIcon:
    """The tower on indigo, for the title bar and the task bar; light and dark ones alike."""
    result = QIcon()
    for size in _WINDOW_SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(INDIGO_DEEP))
        painter.drawRoundedRect(pixmap.rect(), size / 5, size / 5)
        inner = round(size * 0.8)
        edge = (size - inner) // 2
        painter.drawPixmap(edge, edge, icon_pixmap("tower", color=NAV_TEXT, size=inner))
        painter.end()
        result.addPixmap(pixmap)
    return result


def icon_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.svg"))
