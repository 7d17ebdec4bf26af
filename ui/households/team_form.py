"""A term in the 1+X team: new, or corrected."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton

from app.errors import ErrorCode
from app.exchange.typed_dates import full_date
from app.grid_work.team_actions import (
    LONGEST,
    TeamFields,
    add_team_member,
    edit_team_member,
    team_member_for_editing,
)
from app.grid_work.team_rules import TERM_HINTS, last_day
from app.grid_work.vocabulary import TeamPost
from app.laptop import today_in_china
from app.mediation.mediator_rules import skills_of, stored_skills
from app.store import Changes
from i18n.text import tr
from ui.households.days import day_line, read_day
from ui.households.record_form import FieldWrongError, FormLoad, RecordForm, Texts, combo
from ui.households.team_fields import ResidentChoice, SkillTicks, resident_text
from ui.widgets.forms import FormField
from ui.widgets.labels import text_label
from ui.wording_rules import name_of
from ui.wording_team import hint_words


class TeamForm(RecordForm):
    """`begin_new(unit_id)` or `begin_edit(unit_id, member_id)`."""

    FORM = "team_member"
    FIELD_OF_ERROR = {
        ErrorCode.PERSON_NAME_MISSING: "name",
        ErrorCode.TEAM_TERM_BACKWARDS: "ends_on",
        ErrorCode.TEAM_TERM_TWICE: "starts_on",
    }
    _unit_id = ""
    _member_id: str | None = None

    def begin_new(self, unit_id: str) -> None:
        self._unit_id, self._member_id = unit_id, None
        self.person.set_unit(unit_id)
        self.set_title(tr("新增队员"))
        self.begin(unit_id)

    def begin_edit(self, unit_id: str, member_id: str) -> None:
        self._unit_id, self._member_id = unit_id, member_id
        self.person.set_unit(unit_id)
        self.set_title(tr("修改队员"))
        self.begin(member_id)

    def _build_fields(self) -> None:
        posts = [(post.value, name_of(post)) for post in TeamPost]
        self.panel.add_row(
            self._add("post", FormField(tr("岗位"), combo(posts), is_required=True)),
            self._add("name", FormField(tr("姓名"), _line("name"), is_required=True)),
        )
        self.panel.add_row(
            self._add("phone", FormField(tr("联系电话"), _line("phone"))),
            self._add("post_name", FormField(tr("职务或片区"), _line("post_name"))),
        )
        self.panel.add_row(
            self._add("starts_on", FormField(tr("任期从"), day_line(), is_required=True)),
            self._add("ends_on", FormField(tr("任期到"), day_line())),
        )
        self.hint = text_label("", "muted", wraps=True)
        self.hint_button = QPushButton(tr("按此填写任期到"))
        self.hint_button.setProperty("role", "quiet")
        self.hint_button.setAccessibleName(tr("按此填写任期到"))
        self.panel.add_widget(self.hint)
        self.panel.add_widget(self.hint_button)
        skills = self.panel.add_field(tr("专长（派调解员时按它找人）"), SkillTicks())
        self._add("skills", skills)
        self.person = ResidentChoice(self._context)
        who = self.panel.add_field(
            tr("花名册里是哪一位"), self.person, hint=tr("用来查调解员与当事人是不是一户。")
        )
        self._add("resident", who)
        self._add("note", self.panel.add_field(tr("说明"), _line("note")))
        self.hint_button.clicked.connect(self._on_hint_taken)
        self.panel.edited.connect(self._show_hint)

    def _load(self) -> FormLoad:
        today = today_in_china(self._context.store.clock)
        if self._member_id is None:
            first = TeamFields("", TeamPost.AUXILIARY_POLICE, today)
            return FormLoad(_texts_of(first))
        found = team_member_for_editing(self._context.store, self._context.actor, self._member_id)
        return FormLoad(None if found is None else _texts_of(found))

    def _on_filled(self) -> None:
        self._show_hint()

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        starts_on = read_day(texts, "starts_on")
        if starts_on is None:
            raise FieldWrongError("starts_on", tr("还没有填任期从哪天起，没有保存。请填上日期。"))
        given = TeamFields(
            name=texts["name"],
            post=TeamPost(texts["post"]),
            starts_on=starts_on,
            ends_on=read_day(texts, "ends_on"),
            phone=texts["phone"],
            post_name=texts["post_name"],
            note=texts["note"],
            skills=skills_of(texts["skills"]),
            resident_id=self.person.resident_id() or None,
        )
        store, actor = self._context.store, self._context.actor
        if self._member_id is None:
            return partial(add_team_member, store, actor, unit_id=self._unit_id, given=given)
        return partial(edit_team_member, store, actor, member_id=self._member_id, given=given)

    # --- the law's hint ----------------------------------------

    def _post(self) -> TeamPost:
        editor = self.editor("post")
        return TeamPost(str(editor.currentData())) if isinstance(editor, QComboBox) else _FIRST

    def _show_hint(self) -> None:
        hint = TERM_HINTS.get(self._post())
        starts_on = full_date(self.texts()["starts_on"].strip())
        self.hint.setVisible(hint is not None)
        self.hint_button.setVisible(hint is not None and starts_on is not None)
        if hint is not None:
            self.hint.setText(hint_words(hint, starts_on))

    def _on_hint_taken(self) -> None:
        hint = TERM_HINTS.get(self._post())
        starts_on = full_date(self.texts()["starts_on"].strip())
        editor = self.editor("ends_on")
        if hint is not None and starts_on is not None and isinstance(editor, QLineEdit):
            editor.setText(last_day(starts_on, hint.years).isoformat())


_FIRST = TeamPost.AUXILIARY_POLICE


def _texts_of(given: TeamFields) -> Texts:
    return {
        "post": given.post.value,
        "name": given.name,
        "phone": given.phone,
        "post_name": given.post_name,
        "starts_on": given.starts_on.isoformat(),
        "ends_on": given.ends_on.isoformat() if given.ends_on else "",
        "note": given.note,
        "skills": stored_skills(given.skills) or "",
        "resident": resident_text(given.resident_id or "", given.resident_name),
    }


def _line(field: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setMaxLength(LONGEST[field])
    return edit
