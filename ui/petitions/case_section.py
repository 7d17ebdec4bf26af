"""The tab 信访 of a case: the way from being received to its evaluation, with the clocks beside it.

What is done next is written in the event form of the first tab, opened here prefilled.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from app.cases.actions import possible_events
from app.cases.queries import CaseDetail
from app.cases.rules import block_of
from app.cases.vocabulary import CaseEventKind, CaseStep
from app.clocks.rules import Limit
from app.clocks.vocabulary import ClockState, LimitSource
from app.petitions.queries import PathStep, PetitionView, petition_view
from app.petitions.rules import other_ways
from app.petitions.vocabulary import PetitionPurpose
from i18n.text import tr
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.petitions.first_contact import FirstContactBar
from ui.theme import Tone
from ui.widgets.fact_box import FactBox
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.steps import Step, StepState, StepStrip
from ui.wording_cases import day_text
from ui.wording_petitions import (
    answer_words,
    earlier_words,
    evaluation_words,
    limit_words,
    other_way_text,
    path_step_word,
    petition_line,
    purpose_hint,
    review_words,
)
from ui.wording_rules import name_of

_K = CaseEventKind
BUTTONS: Final = (
    *(_K.MET, _K.INVESTIGATED, _K.ANSWERED, _K.EVALUATION_SOUGHT, _K.EVALUATED),
    *(_K.REVIEW_ASKED, _K.REVIEW_DECIDED, _K.RE_REVIEW_ASKED, _K.RE_REVIEW_DECIDED),
)
_LATE: Final = frozenset({ClockState.OVERDUE, ClockState.MET_LATE})


class PetitionSection(CaseSection):
    """Reads by itself; every button leads to the event form."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case: CaseDetail | None = None
        self._view: PetitionView | None = None
        self.line = text_label("", wraps=True)
        self.hint = text_label("", "muted", wraps=True)
        self.strip = StepStrip()
        self.limits = FactBox(name=tr("期限"))
        self.buttons: dict[CaseEventKind, QPushButton] = {}
        self.refuse = QPushButton(tr("不予受理，告知其他途径"))
        self.ways = QMenu(self.refuse)
        self.contact = FirstContactBar(context)
        self.told = FactBox(name=tr("答复、评价和复查"))
        self._row = QWidget()
        self._build()

    def show_case(self, case: CaseDetail) -> None:
        self._case = case
        self._context.runner.read(
            partial(petition_view, self._context.store, self._context.actor, case.case_id),
            on_done=self._on_read,
        )

    def _on_read(self, view: PetitionView | None) -> None:
        if view is None or self._case is None or view.case_id != self._case.case_id:
            return
        self._view = view
        self.line.setText(petition_line(view.purpose, view.form, view.received_on))
        self.hint.setText(purpose_hint(view.purpose))
        self.strip.show_steps(_steps(view), name=tr("信访事项走到哪一步"))
        self._show_limits(view)
        self._show_told(view)
        self.contact.show_view(view)
        self._show_buttons(self._case, view)

    def _show_limits(self, view: PetitionView) -> None:
        """Each running or missed limit beside its step; the law's in red, the county's in amber."""
        self.limits.begin()
        for step, limits in view.limits.items():
            for limit in limits:
                label = text_label(limit_words(limit), wraps=True)
                tone = _tone(limit)
                if tone is not None:
                    label.setProperty("role", "tinted")
                    label.setProperty("tone", tone.value)
                self.limits.add_fact(path_step_word(step), label)
        self.limits.setVisible(any(view.limits.values()))
        self.limits.finish()

    def _show_told(self, view: PetitionView) -> None:
        self.told.begin()
        self.told.add_words(tr("诉求"), view.wanted)
        for word, said in answer_words(view.answer):
            self.told.add_words(word, said)
        evaluation = evaluation_words(view.sought_on, view.why_not_reached, view.satisfaction)
        self.told.add_words(tr("群众评价"), evaluation if view.answer else "")
        self.told.add_words(tr("复查"), review_words(view.review))
        self.told.add_words(tr("复核"), review_words(view.re_review))
        self.told.add_words(tr("以前的信访"), "\n".join(earlier_words(one) for one in view.earlier))
        self.told.finish()

    # --- what may be done ----------------------------------------

    def _show_buttons(self, case: CaseDetail, view: PetitionView) -> None:
        possible = possible_events(
            self._context.actor,
            state=case.state,
            unit_id=case.unit_id,
            holder_unit_ids=case.holder_unit_ids,
        )
        past = [CaseStep(event.kind, event.detail) for event in case.events]
        first = True
        for kind, button in self.buttons.items():
            block = block_of(past, CaseStep(kind))
            button.setVisible(kind in possible and block is None)
            button.setToolTip("" if block is None else name_of(block))
            is_next = button.isVisibleTo(self) and first and kind not in _done_kinds(past)
            button.setProperty("role", "primary" if is_next else "quiet")
            first = first and not is_next
            button.style().polish(button)
        self._show_ways(view.purpose, may_refuse=_K.REFUSED in possible)

    def _show_ways(self, purpose: PetitionPurpose | None, *, may_refuse: bool) -> None:
        self.ways.clear()
        for way in other_ways(purpose):
            action = QAction(name_of(way), self.ways)
            values = {"reason": name_of(way), "other_way": other_way_text(way)}
            action.triggered.connect(partial(self._ask, _K.REFUSED, values))
            self.ways.addAction(action)
        self.refuse.setVisible(may_refuse and not self.ways.isEmpty())

    def _on_button(self, kind: CaseEventKind) -> None:
        self._ask(kind, self.values_for(kind))

    def _ask(self, kind: CaseEventKind, values: dict[str, Any], *_checked: object) -> None:
        self.event_wanted.emit(kind, values)

    def values_for(self, kind: CaseEventKind) -> dict[str, Any]:
        """What the form is opened with."""
        view = self._view
        if view is None:
            return {}
        day = view.today
        match kind:
            case _K.MET:
                return {"met_on": day, "met_by": self._context.actor.name}
            case _K.INVESTIGATED:
                return {"done_on": day, "by": self._context.actor.name}
            case _K.ANSWERED:
                return {
                    "request": view.wanted,
                    "unit_id": view.answering_unit_id,
                    "delivered_on": day,
                }
            case _K.EVALUATION_SOUGHT:
                return {"sought_on": day}
            case _K.EVALUATED:
                return {"given_on": day}
            case _K.REVIEW_ASKED:
                return {"asked_on": day, "unit_id": view.reviewer_id}
            case _K.RE_REVIEW_ASKED:
                return {"asked_on": day}
        return {"delivered_on": day}

    def _build(self) -> None:
        flow = FlowLayout(self._row)
        for kind in BUTTONS:
            button = QPushButton(name_of(kind))
            button.clicked.connect(partial(self._on_button, kind))
            self.buttons[kind] = button
        for button in (*self.buttons.values(), self.refuse):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            button.hide()
            flow.addWidget(button)
        self.refuse.setMenu(self.ways)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.line, self.hint, self.strip, self._row, self.contact):
            column.addWidget(part)
        column.addWidget(self.limits)
        column.addWidget(self.told)
        column.addStretch(1)


def _done_kinds(past: Sequence[CaseStep]) -> frozenset[CaseEventKind]:
    return frozenset(step.kind for step in past)


_ALWAYS: Final = (
    *(PathStep.RECEIVED, PathStep.MET, PathStep.INVESTIGATED, PathStep.ANSWERED),
    PathStep.EVALUATED,
)


def _steps(view: PetitionView) -> list[Step]:
    """Review and re-review stand in the path once they were asked for."""
    shown = list(_ALWAYS)
    if view.review is not None:
        shown.append(PathStep.REVIEW)
    if view.re_review is not None:
        shown.append(PathStep.RE_REVIEW)
    found = []
    is_next = True
    for step in shown:
        day = view.done.get(step)
        late = any(limit.state in _LATE and not limit.is_right for limit in view.limits[step])
        if day is not None:
            state, note = StepState.DONE, day_text(day)
        else:
            state = StepState.OVERDUE if late else StepState.CURRENT if is_next else StepState.OPEN
            note = _due_note(view.limits[step])
            is_next = False
        found.append(Step(path_step_word(step), state, note))
    return found


def _due_note(limits: Sequence[Limit]) -> str:
    nearest = min((limit.due_on for limit in limits), default=None)
    return "" if nearest is None else tr("{day} 前", day=day_text(nearest))


def _tone(limit: Limit) -> Tone | None:
    """A limit of the law that was missed stays red, one of the county amber."""
    if limit.state in _LATE:
        return Tone.DANGER if limit.source is LimitSource.LAW else Tone.WARN
    if limit.state is ClockState.DUE_SOON:
        return Tone.WARN
    return Tone.OK if limit.state is ClockState.MET else None
