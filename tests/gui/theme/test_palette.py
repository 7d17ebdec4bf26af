"""Words stay readable: contrast of 4.5:1 for text, 3:1 for large figures."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from ui.theme import palette
from ui.theme.apply import style_sheet
from ui.theme.iconset import icon, icon_names
from ui.theme.palette import Tone, colors_of
from ui.theme.text import set_text_scale, text_px


def _luminance(color: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    found = QColor(color)
    parts = (linear(found.redF()), linear(found.greenF()), linear(found.blueF()))
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tone", list(Tone))
def test_tones_are_readable_on_their_grounds(tone: Tone) -> None:
    colors = colors_of(tone)
    for ground in (palette.CARD, palette.PAPER, palette.SELECTION, colors.soft):
        assert contrast(colors.text, ground) >= 4.5, ground
    assert contrast(colors.nav, palette.INDIGO_DEEP) >= 4.5


@pytest.mark.parametrize("hue", palette.GRID_HUES)
def test_the_number_of_a_micro_grid_is_readable_on_its_hue(hue: str) -> None:
    assert contrast(palette.INK, hue) >= 4.5
    assert contrast(hue, palette.CARD) >= 2


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (palette.INK, palette.PAPER),
        (palette.MUTED_TEXT, palette.PAPER),
        (palette.MUTED, palette.CARD),
        (palette.NAV_TEXT, palette.INDIGO),
        (palette.NAV_MUTED, palette.INDIGO_DEEP),
        (palette.NAV_MUTED, palette.INDIGO),
        ("#FFFFFF", palette.INDIGO),
        ("#FFFFFF", palette.RED),
    ],
)
def test_plain_words_are_readable(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("tone", [Tone.DANGER, Tone.WARN, Tone.OK, Tone.INFO])
def test_large_figures_are_readable(tone: Tone) -> None:
    assert contrast(colors_of(tone).fill, palette.CARD) >= 3


def test_the_style_sheet_is_filled_in_and_short(qapp) -> None:
    sheet = style_sheet()
    assert "@" not in sheet
    assert "sp;" not in sheet
    assert len(sheet.splitlines()) < 150


def test_sizes_follow_the_text_scale(qapp) -> None:
    set_text_scale(1.3)
    try:
        assert text_px(14) == 18
        assert "font-size: 27px" in style_sheet()
    finally:
        set_text_scale(1.0)


def test_every_icon_draws_something_in_its_colour(qapp) -> None:
    for name in icon_names():
        image = icon(name, "#B3312C").pixmap(24, 24).toImage()
        shown = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() == 255
        ]
        assert shown, name


def test_an_unknown_icon_is_a_slip_of_ours(qapp) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")
