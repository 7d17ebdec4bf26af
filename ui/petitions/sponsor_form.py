"""Who is in charge of a case: named, or task force, plan and handler corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit

from app.accounts.vocabulary import Role
from app.laptop import today_in_china
from app.petitions.sponsor_actions import SPONSOR_FORM, edit_sponsorship, name_sponsor
from app.petitions.sponsor_queries import PersonChoice, SponsorRow
from app.petitions.sponsor_rules import LONGEST, SponsorFields
from app.store import Changes
from i18n.text import tr
from ui.households.days import day_line, read_day
from ui.households.record_form import FieldWrongError, FormLoad, RecordForm, Texts, combo
from ui.theme import text_px
from ui.widgets.forms import FormField
from ui.wording_petitions import sponsor_field


class SponsorForm(RecordForm):
    """`begin_new(case_id, people)` or `begin_edit(row, people)`."""

    FORM = SPONSOR_FORM
    _case_id = ""
    _row: SponsorRow | None = None
    _people: Sequence[PersonChoice] = ()

    def begin_new(self, case_id: str, people: Sequence[PersonChoice]) -> None:
        self._case_id, self._row, self._people = case_id, None, people
        self.set_title(tr("确定包案领导"))
        self.begin(case_id)

    def begin_edit(self, row: SponsorRow, people: Sequence[PersonChoice]) -> None:
        self._row, self._people = row, people
        self.set_title(tr("修改专班和方案"))
        self.begin(row.sponsorship_id)

    def _build_fields(self) -> None:
        self.panel.add_row(
            self._add("leader_id", FormField(tr("从账号里选"), combo())),
            self._add(
                "leader_name",
                FormField(sponsor_field("leader_name"), _line("leader_name"), is_required=True),
            ),
            self._add("leader_post", FormField(sponsor_field("leader_post"), _line("leader_post"))),
        )
        self._add("task_force", self.panel.add_field(sponsor_field("task_force"), _lines()))
        self._add("plan", self.panel.add_field(sponsor_field("plan"), _lines()))
        self.panel.add_row(
            self._add("handler_id", FormField(tr("从账号里选"), combo())),
            self._add(
                "handler_name", FormField(sponsor_field("handler_name"), _line("handler_name"))
            ),
        )
        self.panel.add_row(
            self._add(
                "starts_on", FormField(sponsor_field("starts_on"), day_line(), is_required=True)
            ),
            self._add("plan_due_on", FormField(sponsor_field("plan_due_on"), day_line())),
        )
        for key in ("leader", "handler"):
            editor = self.editor(f"{key}_id")
            if isinstance(editor, QComboBox):
                editor.activated.connect(partial(self._on_picked, key))

    def _load(self) -> FormLoad:
        none = ("", tr("没有账号，写姓名"))
        leaders = [one for one in self._people if one.role is Role.SPONSOR_LEADER]
        choices = {
            "leader_id": [none, *((one.account_id, one.name) for one in leaders)],
            "handler_id": [none, *((one.account_id, one.name) for one in self._people)],
        }
        if self._row is not None:
            return FormLoad(_texts_of(self._row.fields), choices)
        today = today_in_china(self._context.store.clock)
        return FormLoad(_texts_of(SponsorFields("", today)), choices)

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        starts_on = read_day(texts, "starts_on")
        if starts_on is None:
            raise FieldWrongError("starts_on", tr("还没有填从哪天起包案，没有保存。请填上日期。"))
        given = SponsorFields(
            leader_name=texts["leader_name"],
            starts_on=starts_on,
            leader_id=self._account(texts, "leader"),
            leader_post=texts["leader_post"],
            task_force=texts["task_force"],
            plan=texts["plan"],
            plan_due_on=read_day(texts, "plan_due_on"),
            handler_id=self._account(texts, "handler"),
            handler_name=texts["handler_name"],
            ended_on=None if self._row is None else self._row.fields.ended_on,
        )
        store, actor = self._context.store, self._context.actor
        if self._row is None:
            return partial(name_sponsor, store, actor, case_id=self._case_id, given=given)
        row_id = self._row.sponsorship_id
        return partial(edit_sponsorship, store, actor, sponsorship_id=row_id, given=given)

    def _account(self, texts: Texts, key: str) -> str | None:
        """Only while the name is still the account's."""
        chosen = next((one for one in self._people if one.account_id == texts[f"{key}_id"]), None)
        name = texts[f"{key}_name"].strip()
        return chosen.account_id if chosen is not None and chosen.name == name else None

    def _on_picked(self, key: str, _place: int) -> None:
        chosen = self.texts()[f"{key}_id"]
        person = next((one for one in self._people if one.account_id == chosen), None)
        editor = self.editor(f"{key}_name")
        if person is not None and isinstance(editor, QLineEdit):
            editor.setText(person.name)


def _texts_of(given: SponsorFields) -> Texts:
    return {
        "leader_id": given.leader_id or "",
        "leader_name": given.leader_name,
        "leader_post": given.leader_post,
        "task_force": given.task_force,
        "plan": given.plan,
        "handler_id": given.handler_id or "",
        "handler_name": given.handler_name,
        "starts_on": given.starts_on.isoformat(),
        "plan_due_on": given.plan_due_on.isoformat() if given.plan_due_on else "",
    }


def _line(field: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setMaxLength(LONGEST[field])
    return edit


def _lines() -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setMinimumHeight(text_px(56))
    edit.setMaximumHeight(text_px(110))
    return edit
