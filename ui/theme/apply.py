"""Dress the application: Fusion, our palette, our style sheet, our text size.

`apply_theme` may be called again at any time; a change of the text size reaches open windows.
"""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme import palette
from ui.theme.text import set_text_scale, text_font, text_px

HERE = Path(__file__).parent


def apply_theme(app: QApplication, text_scale: float = 1.0) -> None:
    """Set style, palette, fonts and style sheet; `text_scale` 1.0 is 100 %."""
    set_text_scale(text_scale)
    QLocale.setDefault(QLocale("zh_CN"))
    app.setStyle("Fusion")
    app.setPalette(_fusion_palette())
    app.setFont(text_font())
    app.setStyleSheet(style_sheet())


def style_sheet() -> str:
    """style.qss with the colours and the scaled sizes filled in."""
    sheet = (HERE / "style.qss").read_text(encoding="utf-8")
    sheet = sheet.replace("@ICONS", (HERE / "icons").as_posix())
    sheet = re.sub(r"@([A-Z_]+)", lambda found: str(getattr(palette, found[1])), sheet)
    return re.sub(r"\b(\d+)sp\b", lambda found: f"{text_px(int(found[1]))}px", sheet)


def set_style_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property that style.qss selects on, and let the look follow; a widget that
    was never dressed is dressed when it is first shown."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _fusion_palette() -> QPalette:
    roles = QPalette.ColorRole
    colors = {
        roles.Window: palette.PAPER,
        roles.WindowText: palette.INK,
        roles.Base: palette.CARD,
        roles.AlternateBase: palette.HOVER,
        roles.Text: palette.INK,
        roles.PlaceholderText: palette.MUTED,
        roles.Button: palette.CARD,
        roles.ButtonText: palette.INK,
        roles.ToolTipBase: palette.CARD,
        roles.ToolTipText: palette.INK,
        roles.Highlight: palette.BLUE,
        roles.HighlightedText: palette.CARD,
        roles.Accent: palette.INDIGO,
        roles.Link: palette.BLUE,
    }
    result = QPalette()
    for role, color in colors.items():
        result.setColor(role, QColor(color))
    return result
