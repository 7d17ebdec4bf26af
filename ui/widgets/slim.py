"""Lists and texts that ask for no more height than they must have.

Qt gives every scrolling view a wish of 192 pixels. On a small screen those wishes add up, the page
scrolls, and its lists scroll inside it; here they take what is left instead.
"""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QTextEdit

from ui.widgets.record_table import RecordTable
from ui.widgets.timeline import TimelineView

_WIDTH = 256


class SlimTable(RecordTable):
    """A table of at least its minimum height."""

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self.minimumHeight())


class SlimTimeline(TimelineView):
    """A timeline of at least its minimum height."""

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self.minimumHeight())


class SlimText(QTextEdit):
    """A text to read: no frame, no editing, Tab goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QTextEdit.Shape.NoFrame)
        self.document().setDocumentMargin(0)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self.minimumHeight())
