"""The two or three limits of a case that end first, on one line; of several promises the first."""

from __future__ import annotations

from functools import partial
from itertools import accumulate
from typing import Final

from PySide6.QtWidgets import QWidget

from app.cases.queries import CaseDetail
from app.clocks.queries import LimitsRead, read_limits
from app.clocks.rules import RUNNING, Limit
from app.clocks.vocabulary import ClockState, LimitKey
from app.flow.limit_rules import SENT_LIMIT
from i18n.text import tr
from ui.clocks.limit_box import tone_of
from ui.context import PageContext
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill
from ui.wording_clocks import (
    day_words,
    due_tone,
    due_words,
    limit_word,
    span_line,
    strip_words,
)

MOST: Final = 3
_SHOWN: Final = RUNNING | {ClockState.PAUSED}


class ClockStrip(QWidget):
    """Reads by itself; takes no room where nothing runs."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = ""
        self.pills: list[StatePill] = []
        self._shown: list[tuple[str, str, str]] = []
        self._most = MOST
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
        self._shown = _pills(found)[:MOST]
        for pill, (words, tone, _tip) in zip(self.pills, self._shown, strict=False):
            pill.set_state(words, tone)
        self._show()
        self.setVisible(bool(self._shown))

    def widths(self) -> list[int]:
        """What the first, the first two … of them need on one line."""
        each = (pill.sizeHint().width() for pill, _ in zip(self.pills, self._shown, strict=False))
        gap = self._line.spacing()
        return [width + gap * place for place, width in enumerate(accumulate(each))]

    def show_most(self, most: int) -> None:
        """No more than so many; the last of them tells of the rest."""
        if most != self._most:
            self._most = most
            self._show()

    def _show(self) -> None:
        shown = self._shown[: self._most]
        rest = [words for words, _tone, _tip in self._shown[self._most :]]
        for place, pill in enumerate(self.pills):
            pill.setVisible(place < len(shown))
            if place < len(shown):
                is_last = place == len(shown) - 1
                pill.setToolTip("\n".join((shown[place][2], *(rest if is_last else ()))))


def _pills(found: LimitsRead) -> list[tuple[str, str, str]]:
    """Words, colour and the whole of each; the day it was sent with stands where a row of the case
    would show it: first, or after the first."""
    nearest: dict[LimitKey, Limit] = {}
    for one in found.limits:
        if one.state in _SHOWN:
            nearest.setdefault(one.key, one)
    pills = [(strip_words(one), str(tone_of(one)), span_line(one)) for one in nearest.values()]
    sent = next((one for one in found.shown if one.limit == SENT_LIMIT), None)
    if sent is not None:
        words = f"{limit_word(sent.limit)} {due_words(sent.due_on, found.today)}"
        tone = due_tone(sent.due_on, found.today, remind_days=found.remind_days) or "neutral"
        tip = tr("{day}前回复", day=day_words(sent.due_on))
        pills.insert(0 if found.shown[0] is sent else 1, (words, tone, tip))
    return pills
