"""整户迁入: a household, its head and whoever comes along, in one form and one step."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NoReturn

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.errors import ErrorCode, UserFacingError
from app.exchange.typed_dates import full_date
from app.households.filling import HouseholdFields, ResidentFields
from app.households.life import move_in_household
from app.households.life_steps import Happening
from app.households.queries import identity_preview, micro_grid_rows, next_household_number
from app.households.vocabulary import Relation, Sex
from app.laptop import today_in_china
from app.store import Changes
from i18n.text import tr
from ui.households.members_editor import MembersEditor
from ui.households.person_fields import (
    NEW_PERSON,
    PersonForm,
    day_line,
    line,
    person_given,
    typed_day,
)
from ui.households.record_form import FieldWrongError, FormLoad, Texts, combo
from ui.widgets.forms import FormField
from ui.wording import error_sentence


class MoveInForm(PersonForm):
    """`begin_new(unit_id)`; after a save `said` tells what was done."""

    FORM = "move_in"
    FIELD_OF_ERROR = {
        ErrorCode.PERSON_NAME_MISSING: "name",
        ErrorCode.IDENTITY_NUMBER_WRONG: "identity_number",
        ErrorCode.IDENTITY_NUMBER_TAKEN: "identity_number",
        ErrorCode.HOUSEHOLD_NUMBER_MISSING: "number",
        ErrorCode.HOUSEHOLD_NUMBER_TAKEN: "number",
        ErrorCode.LIFE_DAY_WRONG: "happened_on",
    }

    _unit_id = ""
    said = ""

    def begin_new(self, unit_id: str) -> None:
        self._unit_id = unit_id
        self.set_title(tr("整户迁入 · 先写户主"))
        self.begin("")

    def _build_fields(self) -> None:
        self.panel.add_row(
            self._add("number", FormField(tr("户号"), line("number"), is_required=True)),
            self._add("micro_grid_id", FormField(tr("微网格"), combo())),
        )
        self._add_person_fields()
        self.field("relation").hide()
        self.members = MembersEditor()
        self.panel.add_widget(
            self._add("members", FormField(tr("家里其他人（没有的空着）"), self.members))
        )
        self.members.row_added.connect(self.panel.watch)
        self.members.changed.connect(self.panel.note_edit)
        self.members.passed.connect(self._on_members_passed)
        self.panel.add_row(
            self._add("happened_on", FormField(tr("迁入日期"), day_line("2026-11-01"))),
            self._add("place", FormField(tr("从哪里迁来"), line("place"))),
        )
        self.panel.add_row(
            self._add("group_name", FormField(tr("村民小组"), line("group_name"))),
            self._add("address", FormField(tr("住址"), line("address"))),
        )
        self._add("note", self.panel.add_field(tr("说明（可以不写）"), line("note")))

    def _load(self) -> FormLoad:
        store = self._context.store
        grids = [(row.id, row.name) for row in micro_grid_rows(store, self._unit_id) if row.id]
        texts = {
            **NEW_PERSON,
            "number": next_household_number(store, self._unit_id),
            "relation": Relation.HEAD.value,
            "happened_on": today_in_china(store.clock).isoformat(),
        }
        return FormLoad(texts, {"micro_grid_id": [("", tr("（未编入）")), *grids]})

    def _on_filled(self) -> None:
        self._on_number_changed(self.texts()["identity_number"])

    def _on_members_passed(self) -> None:
        self.editor("happened_on").setFocus(Qt.FocusReason.TabFocusReason)

    def _show_error(self, error: UserFacingError) -> None:
        """Whose number is taken says the sentence; with several people it is none's field."""
        is_taken = error.code is ErrorCode.IDENTITY_NUMBER_TAKEN
        if is_taken and self.members.members():
            self.error.setText(error_sentence(error))
            self.error.show()
            return
        super()._show_error(error)

    def _members(self) -> list[ResidentFields]:
        return [self._member(n, texts) for n, texts in enumerate(self.members.members(), start=1)]

    def _member(self, number: int, texts: Texts) -> ResidentFields:
        """Raises FieldWrongError, with the cursor on what is wrong."""
        where = self.members.line_of(number - 1)
        if not texts["name"].strip():
            self._refuse(where.name, tr("第 {n} 人还没有写姓名，没有保存。", n=number))
        typed = texts["identity_number"].strip()
        finding = identity_preview(self._context.store, typed) if typed else None
        if finding is not None and not finding.is_accepted:
            sentence = tr("第 {n} 人的身份证号码不对，没有保存。请照证件核对。", n=number)
            self._refuse(where.number, sentence)
        day = full_date(texts["birth_date"].strip())
        if not typed and texts["birth_date"].strip() and day is None:
            sentence = tr("第 {n} 人的出生日期看不明白，没有保存。请写年月日。", n=number)
            self._refuse(where.birth, sentence)
        return ResidentFields(
            name=texts["name"],
            relation=Relation(texts["relation"]) if texts["relation"] else None,
            sex=Sex(texts["sex"]) if texts["sex"] else Sex.UNKNOWN,
            birth_date=None if typed else day,
            identity_number=typed,
        )

    def _refuse(self, editor: QWidget, sentence: str) -> NoReturn:
        self.members.setFocusProxy(editor)
        raise FieldWrongError("members", sentence)

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        head = ResidentFields(**(person_given(texts) | {"relation": Relation.HEAD}))
        given = HouseholdFields(
            number=texts["number"],
            head_name=texts["name"],
            micro_grid_id=texts["micro_grid_id"] or None,
            address=texts["address"],
            group_name=texts["group_name"],
        )
        day = typed_day(texts, "happened_on", tr("迁入日期"))
        name = f"{texts['number']} {texts['name']}".strip()
        people = [head, *self._members()]
        self.said = tr("“{name}”户已迁入，共 {count} 人。", name=name, count=len(people))
        return partial(
            move_in_household,
            self._context.store,
            self._context.actor,
            unit_id=self._unit_id,
            given=given,
            people=people,
            when=Happening(day, texts["place"], texts["note"]),
        )
