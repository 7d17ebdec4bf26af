"""What both tabs are built of: banners, rows of buttons, a stack of a view and its forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.cases.queries import CaseDetail, counted_steps
from app.cases.rules import may_follow
from app.cases.vocabulary import CaseEventKind
from app.mediation.rules import standing_refusals
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.households.record_form import RecordForm
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.wording_cases import event_button
from ui.wording_mediation import refusal_words


class Banner(QFrame):
    """A sentence that stays, and one button that answers it."""

    def __init__(self, tone: str, button: str) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.setProperty("tone", tone)
        self.words = text_label("", wraps=True)
        self.button = a_button(button)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self.words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_words(self, words: str, *, has_button: bool = True) -> None:
        """Seen while there is something to say."""
        self.words.setText(words)
        self.setAccessibleName(words)
        self.button.setVisible(has_button)
        self.setVisible(bool(words))


class RefusalBanner(Banner):
    """Who refuses mediation now, by name; `agreed(parties)` with their ids when they are said to
    have come round."""

    agreed = Signal(object)

    def __init__(self) -> None:
        super().__init__("danger", event_button(CaseEventKind.PARTY_AGREED))
        self._refusing: list[str] = []
        self.button.clicked.connect(self._on_pressed)

    def show_case(self, case: CaseDetail, *, may_tell: bool) -> bool:
        """Whether anybody refuses; nothing is mediated and nothing agreed then."""
        refused = standing_refusals(counted_steps(case))
        parties = [party for party in case.parties if party.party_id in refused]
        self._refusing = [party.party_id for party in parties]
        names = [party.name for party in parties]
        has_button = may_tell and may_follow(case.state, CaseEventKind.PARTY_AGREED)
        self.show_words(refusal_words(names) if names else "", has_button=has_button)
        return bool(refused)

    def _on_pressed(self) -> None:
        self.agreed.emit(self._refusing)


class FormStack(QWidget):
    """A view and the forms that take its place while something is written.

    Not a ``QStackedWidget``: that is as high as the highest of its pages, and the view is long.
    """

    def __init__(self, view: QWidget) -> None:
        super().__init__()
        self._view = view
        self._forms: list[RecordForm] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(view)

    @property
    def form(self) -> RecordForm | None:
        """The form in front, if there is one."""
        return next((form for form in self._forms if not form.isHidden()), None)

    def bring(self, form: RecordForm) -> None:
        """The form instead of the view."""
        if form not in self._forms:
            self._forms.append(form)
            self._column.addWidget(form)
        self._show(form)

    def bring_view(self) -> None:
        self._show(self._view)

    def _show(self, page: QWidget) -> None:
        for each in (self._view, *self._forms):
            each.setVisible(each is page)


class MediationTab(CaseSection):
    """What the two tabs share: their stack, leaving a form, and saying what was saved."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self._context = context
        self._case_id = ""
        self._said = ""
        self.stack: FormStack

    def flush_draft(self) -> None:
        form = self.stack.form
        if form is not None:
            form.flush_draft()

    def _open(self, form: RecordForm, said: str) -> None:
        """``said`` stands beside 撤销 once it was saved."""
        self._said = said
        self.stack.bring(form)

    def _listen(self, form: RecordForm) -> None:
        form.saved.connect(self._on_saved)
        form.closed.connect(self._on_closed)

    def _on_saved(self, changes: Any) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(self._said, changes.txn)

    def _on_closed(self) -> None:
        self.stack.bring_view()

    def _turn_to(self, case_id: str) -> None:
        """Another case: what was being typed stays as a draft of its own."""
        if case_id == self._case_id:
            return
        form = self.stack.form
        if form is not None and form.is_open:
            form.leave()
        self._case_id = case_id


def a_button(words: str, *, is_primary: bool = False) -> QPushButton:
    """A button that Enter presses."""
    made = QPushButton(words)
    made.setAccessibleName(words)
    made.setAutoDefault(True)
    if is_primary:
        made.setProperty("role", "primary")
    return made


def button_row(buttons: Sequence[QPushButton]) -> QWidget:
    """Buttons that wrap like words."""
    row = QWidget()
    flow = FlowLayout(row)
    for button in buttons:
        flow.addWidget(button)
    return row
