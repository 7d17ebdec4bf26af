"""How the program looks: colours, text sizes, icons and the one style sheet."""

from ui.theme.apply import apply_theme, set_style_property
from ui.theme.iconset import icon, window_icon
from ui.theme.palette import Tone, colors_of
from ui.theme.text import painted_font, text_font, text_px

__all__ = [
    "Tone",
    "apply_theme",
    "colors_of",
    "icon",
    "painted_font",
    "set_style_property",
    "text_font",
    "text_px",
    "window_icon",
]
