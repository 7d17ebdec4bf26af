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


def step_focus(window: QWidget, *, is_forward: bool) -> bool:
    """Gives the focus to the next stop of ``window``, or the one before; False where there is none.

    Qt by itself also stops at a widget that hands its focus on (a page at its list, a field that
    searches at its line): Tab then passes over what stands before the list, or comes back to the
    line from the end of the chain and never leaves the form.
    """
    start = window.focusWidget() or window
    if start is not window and not (start.isVisible() and start.isEnabled()):
        found = _nearest(start, window)
    else:
        found = next(_chain(start, window, is_forward=is_forward), None)
    if found is None:
        return False
    reason = Qt.FocusReason.TabFocusReason if is_forward else Qt.FocusReason.BacktabFocusReason
    found.setFocus(reason)
    return True


def _nearest(gone: QWidget, window: QWidget) -> QWidget | None:
    """Where the focus goes when what held it has disappeared: a form that closes leaves it where
    the form was. What Qt made last, the 撤销 of a notice, is next in the chain and would be
    pressed by the next Enter."""
    stops = list(_chain(gone, window, is_forward=True))
    around = gone.parentWidget()
    while around is not None and around is not window:
        for stop in stops:
            if around.isAncestorOf(stop):
                return stop
        around = around.parentWidget()
    return stops[0] if stops else None


def _chain(start: QWidget, window: QWidget, *, is_forward: bool) -> Iterator[QWidget]:
    """The stops after this one, in the order of Tab, until it comes round."""
    found = _beside(start, is_forward=is_forward)
    while found is not None and found is not start:
        if _is_stop(found, window):
            yield found
        found = _beside(found, is_forward=is_forward)


def _beside(widget: QWidget, *, is_forward: bool) -> QWidget | None:
    return widget.nextInFocusChain() if is_forward else widget.previousInFocusChain()


def _is_stop(widget: QWidget, window: QWidget) -> bool:
    return (
        bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.focusProxy() is None
        and widget.window() is window
        and widget.isVisible()
        and widget.isEnabled()
    )


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
