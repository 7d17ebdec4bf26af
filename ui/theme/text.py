"""Text sizes: one scale for everything, because the reader is fifty and the screen is small.

Widgets give sizes as they are at 100 %; painted ones ask here for their fonts.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont

BASE_PX = 14
FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "SimSun-ExtB",
    "sans-serif",
)

_scale = 1.0


def set_text_scale(scale: float) -> None:
    """1.0 is 100 %; values outside 0.8 to 2.0 are held at the limit."""
    global _scale
    _scale = min(2.0, max(0.8, scale))


def text_scale() -> float:
    return _scale


def text_px(at_100_percent: float) -> int:
    """A text-bound length in pixels at the present scale."""
    return max(1, round(at_100_percent * _scale))


def painted_font(px: float = BASE_PX, *, is_bold: bool = False) -> QFont:
    """As `text_font`, one for all who paint with it: a cell that makes its own is half as fast.
    Nobody may change it."""
    return _painted_font(text_px(px), is_bold)


@cache
def _painted_font(height: int, is_bold: bool) -> QFont:
    return _font(height, is_bold=is_bold)


def text_font(px: float = BASE_PX, *, is_bold: bool = False) -> QFont:
    """A font of our families, `px` high at 100 %."""
    return _font(text_px(px), is_bold=is_bold)


def _font(height: int, *, is_bold: bool) -> QFont:
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(height)
    font.setWeight(QFont.Weight.DemiBold if is_bold else QFont.Weight.Normal)
    return font
