"""Lines that wrap keep their room on a page that does not ask for its height by its width.

A page whose lists scroll themselves tells Qt of no height for its width, so that the page itself
need not scroll. What wraps on it, a row of buttons or a sentence, is then squeezed to one line
where the screen is narrow. Here it holds on to the height it needs.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_CHANGES = (QEvent.Type.Resize, QEvent.Type.LayoutRequest)


class _RoomKeeper(QObject):
    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._widget and event.type() in _CHANGES:
            needed = max(0, self._widget.heightForWidth(self._widget.width()))
            if needed != self._widget.minimumHeight():
                self._widget.setMinimumHeight(needed)
        return False


def keep_room(*widgets: QWidget) -> None:
    """Each of these is never lower than its words need at its width."""
    for widget in widgets:
        _RoomKeeper(widget)
