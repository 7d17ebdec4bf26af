"""The tab 包案 of a case: the five ones, what is missing of them, who was in charge before."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.cases.queries import CaseDetail
from app.errors import UserFacingError
from app.laptop import today_in_china
from app.petitions.sponsor_actions import end_sponsorship
from app.petitions.sponsor_queries import SponsorRow, SponsorView, sponsors_of
from app.petitions.sponsor_rules import ENDED_STATES
from app.store import Changes
from i18n.text import tr
from ui.cases.section import CaseSection
from ui.context import PageContext
from ui.petitions.sponsor_form import SponsorForm
from ui.theme import Tone, icon, set_style_property
from ui.theme.palette import BLUE
from ui.widgets.fact_box import FactBox
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.wording import error_sentence
from ui.wording_cases import day_text
from ui.wording_petitions import former_sponsor, missing_words, sponsor_field, sponsor_saved


class SponsorSection(CaseSection):
    """Reads by itself; the form stands in the place of what is shown."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._case: CaseDetail | None = None
        self._view: SponsorView | None = None
        self.missing = text_label("", wraps=True)
        self.facts = FactBox(name=tr("包案情况"))
        self.former = text_label("", "muted", wraps=True)
        self.name_button = QPushButton(icon("person", "white"), tr("确定包案领导"))
        self.edit_button = QPushButton(icon("edit", BLUE), tr("修改专班和方案"))
        self.end_button = QPushButton(tr("结束包案"))
        self.form = SponsorForm(context)
        self._reading = QWidget()
        self._build()
        self.name_button.clicked.connect(self._on_name)
        self.edit_button.clicked.connect(self._on_edit)
        self.end_button.clicked.connect(self._on_end)
        self.form.saved.connect(self._on_saved)
        self.form.closed.connect(self._on_closed)

    def show_case(self, case: CaseDetail) -> None:
        is_other = self._case is None or self._case.case_id != case.case_id
        self._case = case
        if is_other and self.form.is_open:
            self.form.leave()
        self._context.runner.read(
            partial(sponsors_of, self._context.store, self._context.actor, case.case_id),
            on_done=self._on_read,
        )

    def flush_draft(self) -> None:
        self.form.flush_draft()

    def _on_read(self, view: SponsorView) -> None:
        if self._case is None or view.case_id != self._case.case_id:
            return
        self._view = view
        active = view.active
        self.missing.setText(
            missing_words(active.missing)
            if active
            else tr(
                "还没有领导包案。难案、积案按“五个一”办：一件事、一名领导、一个专班、一套方案、一包到底。"
            )
        )
        self._show_facts(active)
        is_lacking = active is not None and bool(active.missing)
        set_style_property(self.missing, "role", "tinted")
        set_style_property(self.missing, "tone", (Tone.WARN if is_lacking else Tone.NEUTRAL).value)
        before = [row for row in view.rows if not row.is_active]
        self.former.setText("\n".join(former_sponsor(row.fields) for row in before))
        self.former.setVisible(bool(before))
        is_ended = self._case.state in ENDED_STATES
        self.name_button.setVisible(view.may_name and active is None and not is_ended)
        self.edit_button.setVisible(view.may_name and active is not None)
        self.end_button.setVisible(view.may_name and active is not None)

    def _show_facts(self, active: SponsorRow | None) -> None:
        self.facts.setVisible(active is not None)
        if active is None or self._case is None:
            return
        given = active.fields
        leader = " · ".join(each for each in (given.leader_name, given.leader_post) if each)
        self.facts.begin()
        self.facts.add_words(tr("一件事"), self._case.title)
        self.facts.add_words(sponsor_field("leader_name"), leader)
        self.facts.add_words(sponsor_field("task_force"), given.task_force)
        self.facts.add_words(sponsor_field("plan"), given.plan)
        if given.plan_due_on is not None:
            self.facts.add_fact(sponsor_field("plan_due_on"), self._due_label(given.plan_due_on))
        self.facts.add_words(sponsor_field("handler_name"), given.handler_name)
        self.facts.add_words(sponsor_field("starts_on"), day_text(given.starts_on))
        self.facts.finish()

    def _due_label(self, due_on: date) -> QLabel:
        """Red while the plan is overdue and the case not done."""
        late = (today_in_china(self._context.store.clock) - due_on).days
        is_open = self._case is not None and self._case.state not in ENDED_STATES
        if late <= 0 or not is_open:
            return text_label(day_text(due_on), wraps=True)
        words = tr("{day}，超期 {days} 天", day=day_text(due_on), days=late)
        label = text_label(words, "tinted", wraps=True)
        label.setProperty("tone", Tone.DANGER.value)
        return label

    # --- doing ----------------------------------------

    def _on_name(self) -> None:
        if self._view is not None:
            self._show_form(True)
            self.form.begin_new(self._view.case_id, self._view.people)

    def _on_edit(self) -> None:
        if self._view is not None and self._view.active is not None:
            self._show_form(True)
            self.form.begin_edit(self._view.active, self._view.people)

    def _on_end(self) -> None:
        if self._view is None or self._view.active is None:
            return
        self._ended = self._view.active.fields.leader_name
        store, actor = self._context.store, self._context.actor
        work = partial(
            end_sponsorship,
            store,
            actor,
            sponsorship_id=self._view.active.sponsorship_id,
            ended_on=today_in_china(store.clock),
        )
        self._context.runner.write(work, on_done=self._on_ended, on_failed=self._on_failed)

    def _on_ended(self, changes: Changes) -> None:
        self._tell(tr("{name} 不再包这件案子。", name=self._ended), changes)

    def _on_saved(self, changes: Changes) -> None:
        self._tell(sponsor_saved(), changes)

    def _tell(self, sentence: str, changes: Changes) -> None:
        if changes.txn is not None:
            self._context.offer_undo(sentence, changes.txn)
        self._context.wrote()
        if self._case is not None:
            self.show_case(self._case)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _on_closed(self) -> None:
        self._show_form(False)
        shown = (one for one in (self.name_button, self.edit_button) if not one.isHidden())
        button = next(shown, None)
        if button is not None:
            button.setFocus()

    def _show_form(self, is_form: bool) -> None:
        """Not by a stack: that is as high as the form, and what is read would scroll."""
        self.form.setVisible(is_form)
        self._reading.setVisible(not is_form)

    def _build(self) -> None:
        self.name_button.setProperty("role", "primary")
        self.edit_button.setProperty("role", "quiet")
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.name_button, self.edit_button, self.end_button):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            button.hide()
            flow.addWidget(button)
        column = QVBoxLayout(self._reading)
        column.setContentsMargins(0, 4, 4, 4)
        column.setSpacing(8)
        for part in (self.missing, self.facts, buttons, self.former):
            column.addWidget(part)
        column.addStretch(1)
        both = QVBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(self._reading)
        both.addWidget(self.form)
        self.form.hide()
