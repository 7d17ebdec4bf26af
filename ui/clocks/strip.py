"""The two or three limits of a case that end first, on one line."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from app.cases.queries import CaseDetail
from app.clocks.queries import limits_of_case
from app.clocks.rules import RUNNING, Limit
from app.clocks.vocabulary import ClockState
from app.laptop import today_in_china
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
        today = today_in_china(self._context.store.clock)
        work = partial(limits_of_case, self._context.store, case.case_id, today)
        self._context.runner.read(work, on_done=partial(self._on_read, case.case_id, today))

    def _on_read(self, case_id: str, _today: date, limits: tuple[Limit, ...]) -> None:
        if case_id != self._case_id:
            return
        shown = [one for one in limits if one.state in _SHOWN][:MOST]
        for place, pill in enumerate(self.pills):
            pill.setVisible(place < len(shown))
            if place < len(shown):
                pill.set_state(strip_words(shown[place]), tone_of(shown[place]))
                pill.setToolTip(span_line(shown[place]))
        self.setVisible(bool(shown))
