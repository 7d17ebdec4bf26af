"""The tab 信访 of a case: the way from being received to its evaluation, with the clocks beside it.

What is done next is written in the event form of the first tab, opened here prefilled.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget

from app.cases.actions import possible_events
from app.cases.queries import CaseDetail, counted_steps
from app.cases.rules import block_of
from app.cases.vocabulary import CaseEventKind, CaseStep, Urgency
from app.clocks.rules import Limit
from app.clocks.vocabulary import ClockState, LimitKey, LimitSource
from app.petitions.queries import PathStep, PetitionView, petition_view
from app.petitions.rules import other_ways
from app.petitions.vocabulary import PetitionPurpose
from i18n.text import tr
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.petitions.first_contact import FirstContactBar
from ui.theme import set_style_property
from ui.widgets.fact_box import FactBox
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.steps import Step, StepState, StepStrip
from ui.wording_cases import event_button
from ui.wording_petitions import (
    answer_words,
    due_note,
    earlier_words,
    evaluation_words,
    handling_hint,
    law_limit_words,
    other_way_text,
    path_step_word,
    petition_line,
    review_words,
    short_date,
)
from ui.wording_rules import name_of

_K = CaseEventKind
BUTTONS: Final = (
    *(_K.ACCEPTED, _K.MET, _K.INVESTIGATED, _K.ANSWERED),
    *(_K.EVALUATION_SOUGHT, _K.EVALUATED),
    *(_K.REVIEW_ASKED, _K.REVIEW_DECIDED, _K.RE_REVIEW_ASKED, _K.RE_REVIEW_DECIDED),
)


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
        self.law = text_label("", "muted", wraps=True)
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
        is_urgent = self._case.urgency is Urgency.HIGH
        self.hint.setText(handling_hint(view.purpose, is_urgent=is_urgent))
        self.strip.show_steps(_steps(view), name=tr("信访事项走到哪一步"))
        self._show_law(view)
        self._show_told(view)
        self.contact.show_view(view)
        self._show_buttons(self._case, view)

    def _show_law(self, view: PetitionView) -> None:
        """The law's own limits under the county's clock; all of them stand in the tab 期限."""
        found = [one for limits in view.limits.values() for one in limits]
        shown = [one for one in found if one.source is LimitSource.LAW]
        words = [law_limit_words(one) for one in shown if one.state is not ClockState.ENDED]
        self.law.setText(tr("法定期限：{limits}。", limits="；".join(words)) if words else "")
        self.law.setVisible(bool(words))
        is_late = any(one.state is ClockState.OVERDUE for one in shown)
        set_style_property(self.law, "tone", "danger" if is_late else "neutral")

    def _show_told(self, view: PetitionView) -> None:
        self.told.begin()
        if view.answer is None or view.answer.request != view.wanted:
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
        past = counted_steps(case)
        first = True
        for kind, button in self.buttons.items():
            block = block_of(past, CaseStep(kind))
            button.setVisible(kind in possible and block is None)
            button.setToolTip("" if block is None else name_of(block))
            is_next = not button.isHidden() and first and _is_next(kind, past)
            set_style_property(button, "role", "primary" if is_next else "quiet")
            first = first and not is_next
        self._show_ways(view.purpose, may_refuse=_K.REFUSED in possible)
        shown = (*self.buttons.values(), self.refuse)
        self._row.setVisible(any(not button.isHidden() for button in shown))

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
            case _K.ACCEPTED:
                return {"received_on": view.received_on or day}
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
                return {"asked_on": day, "unit_id": view.review and view.review.unit_above}
        return {"delivered_on": day}

    def _build(self) -> None:
        flow = FlowLayout(self._row)
        for kind in BUTTONS:
            button = QPushButton(event_button(kind))
            button.clicked.connect(partial(self._on_button, kind))
            self.buttons[kind] = button
        for button in (*self.buttons.values(), self.refuse):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            button.hide()
            flow.addWidget(button)
        self.refuse.setMenu(self.ways)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 4, 4)
        column.setSpacing(10)
        for part in (
            self.line,
            self.strip,
            self.law,
            self._row,
            self.contact,
            self.told,
            self.hint,
        ):
            column.addWidget(part)
        column.addStretch(1)


def _is_next(kind: CaseEventKind, past: Sequence[CaseStep]) -> bool:
    """Whether it waits to be done by the desk; to ask for a review is the person's own choice."""
    done = {step.kind for step in past}
    return kind not in done and kind not in (_K.REVIEW_ASKED, _K.RE_REVIEW_ASKED)


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
        limits = [one for one in view.limits[step] if not one.is_right]
        found.append(_step(step, view.done.get(step), limits, is_next=is_next))
        is_next = is_next and found[-1].state is StepState.DONE
        if step is PathStep.ANSWERED:
            found += _closing(limits)
    return found


def _step(step: PathStep, done: date | None, limits: Sequence[Limit], *, is_next: bool) -> Step:
    own = [one for one in limits if one.key not in _OF_CLOSING]
    county = next((one for one in own if one.source is LimitSource.COUNTY), None)
    label = path_step_word(step)
    if county is not None:
        label = tr("{days} 天{step}", days=county.n, step=label)
    if done is not None:
        return Step(label, StepState.DONE, short_date(done), tr("已完成"))
    late = [one for one in own if one.state is ClockState.OVERDUE]
    if late:
        return Step(label, StepState.OVERDUE, due_note(late[0]), tr("已超期"))
    nearest = min(own, key=lambda one: one.due_on, default=None)
    note = "" if nearest is None else due_note(nearest)
    return Step(label, StepState.CURRENT if is_next else StepState.OPEN, note)


def _closing(limits: Sequence[Limit]) -> list[Step]:
    """The county's thirty days, the last of its clock."""
    limit = next((one for one in limits if one.key is LimitKey.COUNTY_CLOSED), None)
    if limit is None:
        return []
    label = tr("{days} 天办结", days=limit.n)
    if limit.done_on is not None:
        return [Step(label, StepState.DONE, short_date(limit.done_on), tr("已完成"))]
    is_late = limit.state is ClockState.OVERDUE
    state = StepState.OVERDUE if is_late else StepState.OPEN
    return [Step(label, state, due_note(limit), tr("已超期") if is_late else "")]


_OF_CLOSING: Final = frozenset({LimitKey.COUNTY_CLOSED, LimitKey.PETITION_HANDLING})
"""What runs until the end, not until the answer."""
