"""A member of the 1+X team beside the list: the phone on request, correct, end, take out."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.grid_work.team_actions import end_term, remove_team_member
from app.grid_work.team_queries import TeamRow
from app.grid_work.team_rules import is_in_office
from app.laptop import today_in_china
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.households.side import only_current_counts
from ui.households.team_form import TeamForm
from ui.looks.reveal import MaskedText, RevealRow
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.wording import error_sentence
from ui.wording_mediation import skill_words
from ui.wording_sync import sync_state_word
from ui.wording_team import post_words, term_word, term_words


class MemberCard(Card):
    """`edit_asked`, `end_asked`, `remove_asked` for those who manage the team."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(" ", parent=parent)
        self._may = context.actor.may(Permission.MANAGE_TEAM)
        self.row: TeamRow | None = None
        self.state = StatePill("", "neutral", self)
        self.header.addWidget(self.state)
        self.post = text_label("", "strong", wraps=True)
        self.term = text_label("", "", wraps=True)
        self.skills = text_label("", "", wraps=True)
        self.phone = RevealRow(context, self)
        self.note = text_label("", "", wraps=True)
        self.sync = text_label("", "muted", wraps=True)
        for part in (self.post, self.term, self.skills, self.phone, self.note, self.sync):
            self.add(part)
        self.body.addStretch(1)
        self.buttons = QWidget()
        flow = FlowLayout(self.buttons)
        self.edit_button = QPushButton(tr("修改"))
        self.end_button = QPushButton(tr("任期结束"))
        self.remove_button = QPushButton(tr("删去"))
        for button in (self.edit_button, self.end_button, self.remove_button):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            flow.addWidget(button)
        self.add(self.buttons)
        self.buttons.setVisible(self._may)

    def show_member(self, row: TeamRow) -> None:
        self.row = row
        self.set_title(row.name)
        self.state.set_state(*term_word(row.state))
        self.post.setText(post_words(row))
        self.term.setText(tr("任期：{term}", term=term_words(row)))
        self.skills.setText(tr("专长：{skills}", skills=skill_words(row.skills)))
        self.skills.setVisible(bool(row.skills))
        phone = MaskedText(tr("电话"), row.phone, "team_member", row.id, "phone")
        self.phone.show_texts([phone])
        self.note.setText(row.note)
        self.note.setVisible(bool(row.note))
        self.sync.setText(sync_state_word(row.sync_state)[0])
        self.end_button.setVisible(is_in_office(row.state))


class TeamSide(QStackedWidget):
    """Card and form. `opened` when there is something to show, `gone` when nothing is left."""

    opened = Signal()
    gone = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._name = ""
        self.card = MemberCard(context)
        self.form = TeamForm(context)
        self.addWidget(self.card)
        self.addWidget(self.form)
        self.currentChanged.connect(self._on_current_changed)
        self.form.closed.connect(self._on_form_closed)
        self.form.next_asked.connect(self._on_next_asked)
        self.card.edit_button.clicked.connect(self._on_edit)
        self.card.end_button.clicked.connect(self._on_end)
        self.card.remove_button.clicked.connect(self._on_remove)
        self._on_current_changed()

    @property
    def is_editing(self) -> bool:
        return self.currentWidget() is self.form

    def set_unit(self, unit_id: str) -> None:
        self._unit_id = unit_id
        self._leave_form()

    def show_member(self, row: TeamRow) -> None:
        self._leave_form()
        self.card.show_member(row)
        self.setCurrentWidget(self.card)
        self.opened.emit()

    def begin_new(self) -> None:
        self._leave_form()
        self.card.row = None
        self.setCurrentWidget(self.form)
        self.form.begin_new(self._unit_id)
        self.opened.emit()

    def flush_draft(self) -> None:
        self.form.flush_draft()

    def _leave_form(self) -> None:
        if self.form.is_open:
            self.form.leave()

    def _on_current_changed(self) -> None:
        only_current_counts(self)

    def _on_form_closed(self) -> None:
        self.setCurrentWidget(self.card)
        if self.card.row is None:
            self.gone.emit()

    def _on_next_asked(self) -> None:
        self.begin_new()

    def begin_edit(self, field: str = "") -> None:
        """The form of the member shown, at a field."""
        row = self.card.row
        if row is not None:
            self.setCurrentWidget(self.form)
            self.form.begin_edit(self._unit_id, row.id)
            self.form.begin_at(field)

    def _on_edit(self) -> None:
        self.begin_edit()

    def _on_end(self) -> None:
        """Done at once, taken back with one press."""
        row = self.card.row
        if row is None:
            return
        on = last_day_in_office(row, today_in_china(self._context.store.clock))
        self._name = row.name
        work = partial(end_term, self._context.store, self._context.actor, member_id=row.id, on=on)
        self._context.runner.write(work, on_done=self._on_ended, on_failed=self._on_failed)

    def _on_ended(self, changes: Changes) -> None:
        self._offer(changes, tr("{name}的任期已结束。", name=self._name))

    def _on_remove(self) -> None:
        row = self.card.row
        if row is None:
            return
        self._name = row.name
        work = partial(
            remove_team_member, self._context.store, self._context.actor, member_id=row.id
        )
        self._context.runner.write(work, on_done=self._on_removed, on_failed=self._on_failed)

    def _on_removed(self, changes: Changes) -> None:
        self._offer(changes, tr("已删去{name}的这一任期。", name=self._name))

    def _offer(self, changes: Changes, sentence: str) -> None:
        self.card.row = None
        self.gone.emit()
        if changes.txn is not None:
            self._context.offer_undo(sentence, changes.txn)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))


def last_day_in_office(row: TeamRow, today: date) -> date:
    """Who is out of office from today on had his last day yesterday."""
    return max(row.starts_on, today - timedelta(days=1))
