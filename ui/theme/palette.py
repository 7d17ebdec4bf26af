"""The named colours: one place, so that a screen never invents a shade.

Every text colour reaches a contrast of 4.5:1 on the ground it is meant for
(`tests/gui/test_palette.py`). A colour always has a word or a sign beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# The indigo of Dong cloth: navigation and the one primary button of a screen.
INDIGO_DEEP = "#1F2A52"
INDIGO = "#2C3A6E"
INDIGO_BRIGHT = "#38488A"
NAV_TEXT = "#EEF1FA"
NAV_MUTED = "#B4BCDA"

PAPER = "#F6F4EF"
CARD = "#FFFFFF"
LINE = "#E4E0D6"
FIELD_LINE = "#8B8D96"
INK = "#22242B"
MUTED = "#6E7280"
MUTED_TEXT = "#5D616E"
SELECTION = "#E6ECF8"
HOVER = "#F1F3F9"

RED = "#B3312C"
AMBER = "#B7791F"
AMBER_TEXT = "#85570F"
GREEN = "#2F7D4F"
GREEN_TEXT = "#256B42"
BLUE = "#2B5CA8"
GREY = "#A9ACB8"

# Micro-grids side by side, to tell them apart; each carries its number as well.
GRID_HUES = (
    *("#8FA2D8", "#6DB59A", "#DBA865", "#C08FC0", "#7DB6D4", "#D98C82", "#A9B66A", "#A3A6B4"),
)

RED_SOFT = "#FBE9E7"
AMBER_SOFT = "#FCF2DD"
GREEN_SOFT = "#E4F2E8"
BLUE_SOFT = "#E6ECF8"
GREY_SOFT = "#EFEDE7"

# On indigo, in the sync box.
RED_ON_INDIGO = "#FF9D94"
AMBER_ON_INDIGO = "#F2C46D"
GREEN_ON_INDIGO = "#8FD6A5"
BLUE_ON_INDIGO = "#A9C6F5"


class Tone(StrEnum):
    """What a colour says; a word says it too."""

    DANGER = "danger"
    WARN = "warn"
    OK = "ok"
    INFO = "info"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class ToneColors:
    """`fill` for shapes, `text` for words on white or on `soft`, `nav` for words on indigo."""

    fill: str
    text: str
    soft: str
    nav: str


_TONES = {
    Tone.DANGER: ToneColors(RED, RED, RED_SOFT, RED_ON_INDIGO),
    Tone.WARN: ToneColors(AMBER, AMBER_TEXT, AMBER_SOFT, AMBER_ON_INDIGO),
    Tone.OK: ToneColors(GREEN, GREEN_TEXT, GREEN_SOFT, GREEN_ON_INDIGO),
    Tone.INFO: ToneColors(BLUE, BLUE, BLUE_SOFT, BLUE_ON_INDIGO),
    Tone.NEUTRAL: ToneColors(GREY, MUTED_TEXT, GREY_SOFT, NAV_MUTED),
}


def colors_of(tone: Tone | str) -> ToneColors:
    """The colours of a tone; a plain string such as "danger" will do."""
    return _TONES[Tone(tone)]
