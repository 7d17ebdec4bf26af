"""The two or three limits of a case that end first, on one line; of several promises the first."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from app.cases.queries import CaseDetail
from app.clocks.queries import LimitsRead, read_limits
from app.clocks.rules import RUNNING, Limit
from app.clocks.vocabulary import ClockState, LimitKey
from ui.clocks.limit_box import tone_of
from ui.context import PageContext
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill
from ui.wording_clocks import span_line, strip_words

MOST: Final = 3
_SHOWN: Final = RUNNING | {ClockState.PAUSED}


class ClockStrip(QWidget):
    """Reads by itself; takes no room where nothing runs."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = ""
        self.pills: list[StatePill] = []
        self._line = FlowLayout(self)
        for _ in range(MOST):
            pill = StatePill()
            self._line.addWidget(pill)
            self.pills.append(pill)
        self.hide()

    def show_case(self, case: CaseDetail) -> None:
        if case.case_id != self._case_id:
            self.hide()
        self._case_id = case.case_id
        work = partial(read_limits, self._context.store, self._context.actor, case.case_id)
        self._context.runner.read(work, on_done=self._on_read)

    def _on_read(self, found: LimitsRead) -> None:
        if found.case_id != self._case_id:
            return
        nearest: dict[LimitKey, Limit] = {}
        for one in found.limits:
            if one.state in _SHOWN:
                nearest.setdefault(one.key, one)
        shown = list(nearest.values())[:MOST]
        for place, pill in enumerate(self.pills):
            pill.setVisible(place < len(shown))
            if place < len(shown):
                pill.set_state(strip_words(shown[place]), tone_of(shown[place]))
                pill.setToolTip(span_line(shown[place]))
        self.setVisible(bool(shown))
