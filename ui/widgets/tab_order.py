"""The Tab key follows the eye where a part of a page is drawn anew.

Qt puts a widget at the end of the chain when it is made: what was drawn again would come last,
wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def tab_in_reading_order(whole: QWidget) -> None:
    """Tab goes through `whole` as its layouts have it."""
    layout = whole.layout()
    stops = list(_stops(layout)) if layout is not None else []
    for one, other in pairwise(stops):
        QWidget.setTabOrder(one, other)


def _stops(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if inner is not None:
            yield from _stops(inner)
        if widget is None:
            continue
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        below = widget.layout()
        if below is not None:
            yield from _stops(below)
