"""The tab 流转: the five stages, who has the case, and the buttons that move it on."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.cases.queries import CaseDetail
from app.cases.vocabulary import CaseEventKind
from app.errors import UserFacingError
from app.flow.actions import take_back, take_on, urge
from app.flow.queries import flow_of
from app.flow.rows import FlowView
from app.flow.vocabulary import FlowAct, Wait
from app.handovers.vocabulary import HandoverPurpose
from app.store import Changes
from i18n.text import tr
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.flow.path import PathPicture
from ui.flow.send_form import SendForm
from ui.flow.stage_strip import StageStrip
from ui.flow.turn_lines import TurnLines
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.tab_order import tab_in_reading_order
from ui.wording import error_sentence
from ui.wording_rules import name_of
from ui.wording_time import village_day

_EVENTS = {
    FlowAct.ACCEPT: CaseEventKind.ACCEPTED,
    FlowAct.REFUSE: CaseEventKind.REFUSED,
    FlowAct.REPORT_BACK: CaseEventKind.REPORTED_BACK,
    FlowAct.FEEDBACK: CaseEventKind.FEEDBACK_GIVEN,
    FlowAct.REOPEN: CaseEventKind.REOPENED,
}
"""What is told in the form of the first tab."""


class FlowSection(CaseSection):
    """Buttons stand in the order of the moment: what is waited for first, and in colour."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id = ""
        self._sentence = ""
        self._held: FlowAct | None = None
        self._view: FlowView | None = None
        self.buttons: dict[FlowAct, QPushButton] = {}
        self.strip = StageStrip()
        self.path = PathPicture()
        self.turns = TurnLines()
        self.loop = text_label("", "muted", wraps=True)
        self.problem = text_label("", "error", wraps=True)
        self.form = SendForm(context)
        self.empty = EmptyState(tr("这件案子已经不在本机。"))
        self._row = QWidget()
        self._flow = FlowLayout(self._row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(10)
        doing = (self._row, self.problem, self.form)
        for part in (self.strip, self.path, *doing, self.turns, self.loop):
            column.addWidget(part)
        column.addWidget(self.empty)
        column.addStretch()
        self.empty.hide()
        self.problem.hide()
        self.form.sent.connect(self._on_sent)
        self.form.left.connect(self._on_left)
        self.turns.taken_back.connect(self._on_taken_back)

    def show_case(self, case: CaseDetail) -> None:
        if case.case_id != self._case_id:
            self.problem.hide()
            self.path.is_whole = False
        self._case_id = case.case_id
        self._read()

    def flush_draft(self) -> None:
        self.form.flush_draft()

    def _read(self) -> None:
        work = partial(flow_of, self._context.store, self._context.actor, self._case_id)
        self._context.runner.read(partial(_found, self._case_id, work), on_done=self._on_read)

    def _on_read(self, answer: tuple[str, FlowView | None]) -> None:
        case_id, view = answer
        if case_id != self._case_id:
            return
        self._view = view
        for part in (self._row, self.form):
            part.setVisible(view is not None)
        self.empty.setVisible(view is None)
        self.loop.setText("")
        self._make_room()
        if view is None:
            return
        self.strip.show_stages(view.stages)
        today = village_day(self._context.store.clock.now())
        self.path.show_stops(view.path)
        self.turns.show_view(view, today=today)
        self.loop.setText(_loop_words(view))
        self._offer(view)
        tab_in_reading_order(self)
        self.form.show_view(view)
        self._make_room()

    def _make_room(self) -> None:
        """While the form is open it has the tab to itself, on a low screen too: its fields scroll
        above its buttons, and the chain comes back."""
        is_asking = self.form.is_asking
        is_shown = self._view is not None and not is_asking
        self.strip.setVisible(is_shown)
        self.path.setVisible(is_shown and len(self.path.stops) > 1)
        self.turns.setVisible(is_shown)
        self.loop.setVisible(is_shown and bool(self.loop.text()))
        self._row.setVisible(bool(self.buttons) and not is_asking)

    def _offer(self, view: FlowView) -> None:
        had_focus = next((act for act, one in self.buttons.items() if one.hasFocus()), None)
        for old in self.buttons.values():
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.buttons = {}
        for act in view.acts:
            button = QPushButton(name_of(act))
            button.setAccessibleName(name_of(act))
            button.setAutoDefault(True)
            button.clicked.connect(partial(self.act, act))
            if act is view.asked_for:
                button.setProperty("role", "primary")
            self.buttons[act] = button
            self._flow.addWidget(button)
            button.show()  # what is not seen yet does not take the keys
        if had_focus in self.buttons:
            self.buttons[had_focus].setFocus(Qt.FocusReason.OtherFocusReason)

    # --- acting ---------------------------------------------------------------------------------

    def act(self, act: FlowAct, _checked: bool = False) -> None:
        """Do it, or open the form it needs."""
        self.problem.hide()
        if act in _EVENTS:
            self.event_wanted.emit(_EVENTS[act], None)
        elif act is FlowAct.TAKE_ON:
            self._write(tr("已签收。"), partial(take_on, **self._about()))
        elif act is FlowAct.URGE:
            self._write(tr("已催办。"), partial(urge, unit_ids=self._slow(), **self._about()))
        else:
            self.form.ask(act)
            self._make_room()

    def _about(self) -> dict[str, Any]:
        context = self._context
        return {"store": context.store, "actor": context.actor, "case_id": self._case_id}

    def _slow(self) -> tuple[str, ...]:
        """The units that are waited for, the person's own left aside."""
        view = self._view
        if view is None:
            return ()
        present = (*((view.lead_turn,) if view.lead_turn else ()), *view.helpers)
        return tuple(
            row.unit_id for row in present if row.waits_for is not Wait.NOTHING and not row.is_own
        )

    def _write(self, sentence: str, work: partial[Changes]) -> None:
        self._held = next((act for act, one in self.buttons.items() if one.hasFocus()), None)
        self._row.setEnabled(False)
        self._sentence = sentence
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_failed)

    def _wake(self) -> None:
        """The buttons again, and the keys at the one that was pressed."""
        self._row.setEnabled(True)
        if self._held is not None and self._held in self.buttons:
            self.buttons[self._held].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_written(self, _changes: Changes) -> None:
        self._wake()
        self._context.notify(self._sentence)
        self._context.wrote()
        self._read()

    def _on_failed(self, error: UserFacingError) -> None:
        self._wake()
        self.problem.setText(error_sentence(error))
        self.problem.show()

    def _on_sent(self, changes: Changes, sentence: str, act: FlowAct) -> None:
        self._context.wrote()
        if changes.txn is not None and act is not FlowAct.RETURN:
            self._context.offer_undo(sentence, changes.txn)
        else:
            self._context.notify(sentence)
        self._on_left()
        self._read()

    def _on_taken_back(self, handover_id: str) -> None:
        context = self._context
        work = partial(take_back, context.store, context.actor, handover_id=handover_id)
        self._write(tr("已请求收回，等县里办理。"), work)

    def _on_left(self) -> None:
        self._make_room()
        first = next(iter(self.buttons.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)


def mark(case: CaseDetail) -> str:
    """On the tab: how many units help."""
    helpers = len(case.holder_unit_ids - {case.holder_unit_id})
    return tr("协办 {count}", count=helpers) if helpers else ""


def _found(case_id: str, work: partial[FlowView | None]) -> tuple[str, FlowView | None]:
    return case_id, work()


def _loop_words(view: FlowView) -> str:
    """Why it cannot be closed yet, where that is so."""
    if not view.is_loop_open or view.stage.value == "ended":
        return ""
    owing = [
        row.unit
        for row in (view.lead_turn, *view.helpers)
        if row is not None
        and row.reported_on is None
        and row.purpose in (HandoverPurpose.DISPATCHED, HandoverPurpose.HELP_ASKED)
    ]
    if owing:
        return tr("办结之前：{units}还要办理回复，再反馈当事人。", units="、".join(owing))
    return tr("办结之前：还要反馈当事人。")
