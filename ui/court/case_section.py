"""The tab 诉调对接: the way from the parties' consent to what was promised being done, what counts
now with its days, what the court may not confirm, and the likely next steps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.cases.queries import CaseDetail
from app.cases.vocabulary import CaseEventKind, CaseKind
from app.court.actions import COURT_UNIT_ID
from app.court.period_rules import WARNING_SOURCES, Citation
from app.court.proposals import Proposal, proposals
from app.court.queries import AgreementView, CourtView, PathStepView, Progress, court_view
from app.court.vocabulary import ConfirmationState
from app.laptop import today_in_china
from i18n.text import tr
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.court.possible import possible_kinds
from ui.theme import set_style_property
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.steps import Step, StepState, StepStrip
from ui.widgets.tab_order import tab_in_reading_order
from ui.wording_cases import event_button
from ui.wording_court import (
    CourtLine,
    citation_text,
    consent_line,
    headline,
    hearings_line,
    other_ways,
    progress_word,
    step_note,
)
from ui.wording_rules import name_of

_STATES: Final = {
    Progress.DONE: StepState.DONE,
    Progress.CURRENT: StepState.CURRENT,
    Progress.OVERDUE: StepState.OVERDUE,
    Progress.FAILED: StepState.OVERDUE,
    Progress.OPEN: StepState.OPEN,
}
_OVER: Final = frozenset(
    {
        *(ConfirmationState.VALID, ConfirmationState.DISMISSED),
        *(ConfirmationState.TOO_LATE, ConfirmationState.ENDED),
    }
)
"""Nothing is asked of the court any more."""
_COURT_EVENTS: Final = frozenset(
    {
        *(CaseEventKind.CONSENTED, CaseEventKind.COURT_SENT, CaseEventKind.SUIT_FILED),
        *(CaseEventKind.SETTLED, CaseEventKind.NOT_SETTLED, CaseEventKind.CONFIRMATION_APPLIED),
    }
)


def is_for(case: CaseDetail) -> bool:
    """What may go to court; a petition only once it was mediated or sent by the court."""
    if case.kind is not CaseKind.PETITION:
        return True
    return _was_at_court(case)


def has_court_business(case: CaseDetail) -> bool:
    """It came from the court, is going there, or has an outcome to be confirmed or sued over."""
    return case.kind is CaseKind.LAWSUIT_SOURCE or _was_at_court(case)


def _was_at_court(case: CaseDetail) -> bool:
    return any(event.kind in _COURT_EVENTS for event in case.events)


class CourtSection(CaseSection):
    """Reads the way anew whenever the case is shown; a step opens its form, prefilled."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case: CaseDetail | None = None
        self.path = StepStrip()
        self.now = LineBox()
        self.consent = text_label("", "muted", wraps=True)
        self.warnings = WarningBox()
        self.help = QPushButton(tr("请县人民法院协办…"))
        self.help.setAccessibleName(self.help.text())
        self.help.setAutoDefault(True)
        self.help.setToolTip(tr("到“流转”里请县人民法院协办，法院的联络员才看得到这件案子"))
        self.help.clicked.connect(self._on_help)
        self.buttons: list[QPushButton] = []
        self._row = QWidget()
        self._flow = FlowLayout(self._row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 4, 0)
        column.setSpacing(10)
        for part in (self.path, self.now, self._row, self.consent, self.warnings):
            column.addWidget(part)
        column.addStretch(1)

    def show_case(self, case: CaseDetail) -> None:
        self._case = case
        work = partial(_read, self._context, case.case_id)
        self._context.runner.read(work, on_done=self._on_read)

    def _on_read(self, view: CourtView | None) -> None:
        case = self._case
        if case is None or view is None or view.case_id != case.case_id:
            return
        today = today_in_china(self._context.store.clock)
        self.path.show_steps([_step(one) for one in view.steps], name=tr("诉调对接的步骤"))
        self.now.show_line(headline(view, today))
        is_said_above = bool(view.missing_consent) and view.sending is None
        lines = ["" if is_said_above else consent_line(view), hearings_line(view.hearings)]
        self.consent.setText(" ".join(line for line in lines if line))
        self.consent.setVisible(any(lines))
        self._show_warnings(view.current)
        self._show_steps(case, view)

    def _show_warnings(self, found: AgreementView | None) -> None:
        """Loud before the application, for whoever makes it; a quiet reminder while the court has
        it; nothing once it has ruled."""
        state = found.state if found else None
        warnings = found.warnings if found and state not in _OVER else ()
        is_asked = state in (ConfirmationState.APPLIED, ConfirmationState.ACCEPTED)
        self.warnings.setVisible(bool(warnings))
        if not warnings:
            return
        title = tr("法院审查时可能问到") if is_asked else tr("申请司法确认前请注意")
        self.warnings.show_lines(
            title,
            [name_of(warning) for warning in warnings],
            [WARNING_SOURCES[warning] for warning in warnings],
            tone="" if is_asked else "warn",
        )

    def _show_steps(self, case: CaseDetail, view: CourtView) -> None:
        actor = self._context.actor
        court = actor.units.get(COURT_UNIT_ID)
        possible = possible_kinds(self._context, case)
        offered = [
            one
            for one in proposals(
                view,
                case.kind,
                court=court.name if court else "",
                today=today_in_china(self._context.store.clock),
            )
            if one.kind in possible
        ]
        focused = any(button.hasFocus() for button in self.buttons)
        for button in self.buttons:
            button.hide()
            self._flow.removeWidget(button)
            button.deleteLater()
        self.buttons = [self._button(one) for one in offered]
        if self.buttons:
            self.buttons[0].setProperty("role", "primary")
        for button in self.buttons:
            self._flow.addWidget(button)
        if focused and self.buttons:
            self.buttons[0].setFocus()
        self._flow.removeWidget(self.help)
        self._flow.addWidget(self.help)
        self.help.setVisible(self._may_ask_court(case, view))
        self._row.setVisible(bool(self.buttons) or not self.help.isHidden())
        tab_in_reading_order(self)

    def _may_ask_court(self, case: CaseDetail, view: CourtView) -> bool:
        """Something waits for the court, which cannot see the case yet."""
        state = view.current.state if view.current else None
        waits = state in (ConfirmationState.APPLIED, ConfirmationState.ACCEPTED)
        is_known = COURT_UNIT_ID in (*case.holder_unit_ids, self._context.actor.unit_id)
        return waits and not is_known and self._context.actor.may(Permission.HAND_OVER_CASE)

    def _button(self, proposal: Proposal) -> QPushButton:
        button = QPushButton(event_button(proposal.kind))
        button.setAccessibleName(button.text())
        button.setAutoDefault(True)
        button.setProperty("eventKind", proposal.kind.value)
        button.clicked.connect(partial(self._on_step, proposal))
        return button

    def _on_step(self, proposal: Proposal, _checked: bool = False) -> None:
        values = dict(proposal.values)
        if proposal.kind is CaseEventKind.TOLD_OTHER_WAYS:
            values["ways"] = other_ways()
        self.event_wanted.emit(proposal.kind, values)

    def _on_help(self) -> None:
        """Another unit is asked to help where the chain is told."""
        self.section_wanted.emit("flow")


class LineBox(QFrame):
    """A sentence on a tinted ground, and under it the law it rests on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.text = text_label("", wraps=True)
        self.source = text_label("", "muted", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2)
        column.addWidget(self.text)
        column.addWidget(self.source)

    def show_line(self, line: CourtLine) -> None:
        self.text.setText(line.text)
        words = citation_text(line.source) if line.source else ""
        self.source.setText(tr("依据：{law}", law=words) if words else "")
        self.source.setVisible(bool(words))
        self.setAccessibleName(line.text)
        set_style_property(self, "tone", line.tone)


class WarningBox(QFrame):
    """What to mind, a line each, and under it the laws it rests on, each once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = text_label("", "strong", wraps=True)
        self.lines = text_label("", wraps=True)
        self.source = text_label("", "muted", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(3)
        for part in (self.title, self.lines, self.source):
            column.addWidget(part)
        self.hide()

    def show_lines(
        self, title: str, lines: Sequence[str], sources: Sequence[Citation], *, tone: str
    ) -> None:
        """Without a tone it is a quiet note."""
        self.title.setText(title)
        self.lines.setText("\n".join(f"· {line}" for line in lines))
        laws = dict.fromkeys(citation_text(source) for source in sources)
        self.source.setText(tr("依据：{law}", law="；".join(laws)))
        self.setAccessibleName(f"{title} {self.lines.text()}")
        set_style_property(self.title, "role", "strong" if tone else "muted")
        set_style_property(self.lines, "role", "" if tone else "muted")
        set_style_property(self, "role", "notice" if tone else "")
        set_style_property(self, "tone", tone)


def _read(context: PageContext, case_id: str) -> CourtView | None:
    today = today_in_china(context.store.clock)
    return court_view(context.store, context.actor, case_id, today)


def _step(one: PathStepView) -> Step:
    return Step(
        label=name_of(one.step),
        state=_STATES[one.progress],
        note=step_note(one),
        said=progress_word(one.progress),
    )
