"""Who has a case in hand and what each waits for; and what was asked of the county."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from app.flow.rows import AskedRow, FlowView, TurnRow
from app.flow.vocabulary import TurnPart, Wait
from app.handovers.vocabulary import HandoverState
from i18n.text import tr
from ui.theme import text_px
from ui.widgets.cards import divider
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.wording_flow import asked_line, asked_state, asked_words, past_line, said_line, turn_line
from ui.wording_rules import name_of

_SAID = 4
"""How many of the newest words of hand-overs are shown; the rest is in the file of the case."""

_WAIT_TONES = {
    Wait.ACCEPT: "warn",
    Wait.TAKE_ON: "warn",
    Wait.REPORT: "info",
    Wait.FEEDBACK: "info",
    Wait.NOTHING: "ok",
}


class TurnLines(QWidget):
    """In one frame the lead and, below, the helpers; then what waits for the county under a dashed
    line. Filled anew each time: there are never more than a handful.

    `taken_back(handover_id)` where somebody takes back what is only asked for.
    """

    taken_back = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_view(self, view: FlowView, *, today: date) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._column.addWidget(_present(view, today))
        for asked in view.asked:
            self._column.addWidget(self._asked(asked))
        for said in view.said[:_SAID]:
            self._column.addWidget(text_label(said_line(said), wraps=True))
        helped = [row for row in view.past if row.part is TurnPart.HELPER]
        if helped:
            words = tr("以前：{turns}", turns="；".join(past_line(row) for row in helped))
            self._column.addWidget(text_label(words, "muted", wraps=True))

    def _asked(self, row: AskedRow) -> QWidget:
        """Only asked for: a dashed frame, until the county has carried it out."""
        is_open = row.state is HandoverState.REQUESTED
        words = asked_words(row.purpose, to_unit=row.to_unit, from_unit=row.from_unit)
        state = asked_state(row.state, instead=row.instead)
        parts: list[QWidget] = [
            text_label(words, "strong", wraps=False),
            StatePill(tr("已请求") if is_open else tr("未生效"), "warn" if is_open else "danger"),
        ]
        if row.may_take_back:
            back = QPushButton(tr("收回"))
            back.setProperty("role", "link")
            back.setAccessibleName(tr("收回：{what}", what=words))
            back.clicked.connect(partial(self.taken_back.emit, row.handover_id))
            parts.append(back)
        frame = QFrame()
        frame.setProperty("role", "asked")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(text_px(10), text_px(6), text_px(10), text_px(6))
        inner.addWidget(_line(parts, f"{state}\n{asked_line(row)}"))
        frame.setAccessibleName(f"{words} {state}")
        return frame


def _present(view: FlowView, today: date) -> QWidget:
    """Who has it in hand: the lead, and the helpers under it."""
    frame = QFrame()
    frame.setProperty("role", "card")
    column = QVBoxLayout(frame)
    column.setContentsMargins(text_px(12), text_px(8), text_px(12), text_px(8))
    column.setSpacing(text_px(6))
    column.addWidget(_lead(view, today))
    for row in view.helpers:
        column.addWidget(divider())
        column.addWidget(_turn(row, row.waits_for, today))
    return frame


def _lead(view: FlowView, today: date) -> QWidget:
    """Its own unit has no turn while nobody sent the case there."""
    if view.lead_turn is not None:
        waits = view.lead_turn.waits_for
        return _turn(view.lead_turn, view.waits_for if waits is Wait.NOTHING else waits, today)
    return _line(
        [StatePill(name_of(TurnPart.LEAD), "info"), text_label(view.lead, "strong"), *_pill(view)],
        tr("案件所在单位，一直由它办理。") if not view.past else tr("案件所在单位。"),
    )


def _pill(view: FlowView) -> Iterable[QLabel]:
    waits = view.waits_for
    return () if waits is Wait.NOTHING else (StatePill(name_of(waits), _WAIT_TONES[waits]),)


def _turn(row: TurnRow, waits: Wait, today: date) -> QWidget:
    is_waited_for = row.due_on is not None and row.reported_on is None
    late = (today - row.due_on).days if row.due_on is not None and is_waited_for else 0
    words = tr("已回复") if row.reported_on is not None else name_of(waits)
    pills: list[QLabel] = [
        StatePill(name_of(row.part), "info" if row.part is TurnPart.LEAD else "neutral"),
        text_label(row.unit, "strong"),
    ]
    if row.reported_on is not None or waits is not Wait.NOTHING:
        pills.append(StatePill(words, "ok" if row.reported_on else _WAIT_TONES[waits]))
    if late > 0:
        pills.append(StatePill(tr("超期 {days} 天", days=late), "danger"))
    return _line(pills, turn_line(row))


def _line(parts: Iterable[QWidget], under: str) -> QWidget:
    line = QWidget()
    column = QVBoxLayout(line)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    head = QWidget()
    flow = FlowLayout(head, spacing=8)
    for part in parts:
        flow.addWidget(part)
    column.addWidget(head)
    if under:
        column.addWidget(text_label(under, "muted", wraps=True))
    return line
