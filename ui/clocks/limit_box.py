"""One limit: its name, how far it is as a bar, and what was done to it."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.cases.vocabulary import CaseEventKind
from app.clocks.rules import Limit
from app.clocks.vocabulary import ClockState
from ui.theme import Tone
from ui.widgets.bars import Mark, Segment, SegmentBar
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.wording_clocks import change_lines, left_words, span_line
from ui.wording_rules import name_of

_K = CaseEventKind


def tone_of(limit: Limit) -> Tone:
    """Red for what has passed and is not done, whoever set it; amber for soon and done late."""
    match limit.state:
        case ClockState.OVERDUE:
            return Tone.DANGER
        case ClockState.DUE_SOON:
            return Tone.WARN
        case ClockState.RUNNING:
            return Tone.INFO
        case ClockState.MET:
            return Tone.OK
        case ClockState.MET_LATE:
            return Tone.WARN
    return Tone.NEUTRAL


class LimitBox(QFrame):
    """`step_wanted(kind, values)` when a limit is to be extended, stopped or let run on."""

    step_wanted = Signal(object, object)

    def __init__(
        self,
        limit: Limit,
        *,
        title: str,
        today: date,
        steps: tuple[CaseEventKind, ...] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.limit = limit
        self.buttons: dict[CaseEventKind, QPushButton] = {}
        self.setProperty("role", "card")
        self.state = StatePill(left_words(limit), tone_of(limit))
        self.source = StatePill(name_of(limit.source), Tone.NEUTRAL)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(3)
        head = QWidget()
        line = FlowLayout(head)
        for part in (text_label(title, "strong"), self.source, self.state, *self._links(steps)):
            line.addWidget(part)
        column.addWidget(head)
        column.addWidget(self._bar(today))
        column.addWidget(text_label(span_line(limit), "muted", wraps=True))
        for words in change_lines(limit):
            column.addWidget(text_label(words, "muted", wraps=True))
        column.addStretch(1)

    def _bar(self, today: date) -> SegmentBar:
        limit = self.limit
        until = limit.done_on or today
        is_late = limit.state is ClockState.OVERDUE
        gone = max(1 if is_late else 0, (until - limit.anchor_on).days)
        span = (limit.due_on - limit.anchor_on).days
        bar = SegmentBar()
        bar.show_segments(
            [Segment(left_words(limit), gone, tone_of(limit))],
            total=max(1, span, gone),
            mark=Mark(span) if gone > span else None,
            name=f"{span_line(limit)} {left_words(limit)}",
        )
        return bar

    def _links(self, steps: tuple[CaseEventKind, ...]) -> list[QPushButton]:
        for kind in steps:
            button = QPushButton(name_of(kind))
            button.setProperty("role", "link")
            button.setAutoDefault(True)
            button.setAccessibleName(f"{name_of(self.limit.key)}：{name_of(kind)}")
            button.clicked.connect(lambda _=False, kind=kind: self._on_step(kind))
            self.buttons[kind] = button
        return list(self.buttons.values())

    def _on_step(self, kind: CaseEventKind) -> None:
        self.step_wanted.emit(kind, {"limit": self.limit.key})
