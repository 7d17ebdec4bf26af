"""A new household, or a correction of one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.errors import ErrorCode
from app.households.actions import add_household, edit_household
from app.households.filling import LONGEST, HouseholdFields
from app.households.queries import (
    household_for_editing,
    micro_grid_rows,
    next_household_number,
)
from app.store import Changes
from i18n.text import tr
from ui.households.record_form import FormLoad, RecordForm, Texts, combo
from ui.theme import text_px
from ui.widgets.forms import FormField


class HouseholdForm(RecordForm):
    """`begin_new(unit_id, micro_grid_id)` or `begin_edit(unit_id, household_id)`."""

    FORM = "household"
    FIELD_OF_ERROR = {
        ErrorCode.HOUSEHOLD_NUMBER_MISSING: "number",
        ErrorCode.HOUSEHOLD_NUMBER_TAKEN: "number",
        ErrorCode.PERSON_NAME_MISSING: "head_name",
    }

    _unit_id = ""
    _household_id: str | None = None
    _micro_grid_id = ""

    def begin_new(self, unit_id: str, micro_grid_id: str) -> None:
        self._unit_id, self._household_id, self._micro_grid_id = unit_id, None, micro_grid_id
        self.set_title(tr("新增户"))
        self.begin("")

    def begin_edit(self, unit_id: str, household_id: str) -> None:
        self._unit_id, self._household_id = unit_id, household_id
        self.set_title(tr("修改这一户"))
        self.begin(household_id)

    @property
    def household_id(self) -> str | None:
        """The household being corrected; None for a new one."""
        return self._household_id

    def _build_fields(self) -> None:
        self.panel.add_row(
            self._add("number", FormField(tr("户号"), _line("number"), is_required=True)),
            self._add("head_name", FormField(tr("户主"), _line("head_name"), is_required=True)),
        )
        self.panel.add_row(
            self._add("micro_grid_id", FormField(tr("微网格"), combo())),
            self._add("phone", FormField(tr("联系电话"), _line("phone"))),
        )
        self._add("group_name", self.panel.add_field(tr("村民小组"), _line("group_name")))
        self._add("address", self.panel.add_field(tr("住址"), _line("address")))
        note = QPlainTextEdit()
        note.setMinimumHeight(text_px(56))
        note.setMaximumHeight(text_px(110))
        self._add("note", self.panel.add_field(tr("备注"), note))

    def _load(self) -> FormLoad:
        store = self._context.store
        grids = [(row.id, row.name) for row in micro_grid_rows(store, self._unit_id) if row.id]
        choices = {"micro_grid_id": [("", tr("（未编入）")), *grids]}
        if self._household_id is None:
            number = next_household_number(store, self._unit_id)
            texts = {"number": number, "micro_grid_id": self._micro_grid_id}
            return FormLoad(texts, choices)
        fields = household_for_editing(store, self._context.actor, self._household_id)
        return FormLoad(None if fields is None else _texts(fields), choices)

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        store, actor = self._context.store, self._context.actor
        given = HouseholdFields(
            number=texts["number"],
            head_name=texts["head_name"],
            micro_grid_id=texts["micro_grid_id"] or None,
            address=texts["address"],
            phone=texts["phone"],
            note=texts["note"],
            group_name=texts["group_name"],
        )
        if self._household_id is None:
            return partial(add_household, store, actor, unit_id=self._unit_id, given=given)
        household_id = self._household_id
        return partial(edit_household, store, actor, household_id=household_id, given=given)


def _texts(fields: HouseholdFields) -> Texts:
    return {
        "number": fields.number,
        "head_name": fields.head_name,
        "micro_grid_id": fields.micro_grid_id or "",
        "address": fields.address,
        "phone": fields.phone,
        "note": fields.note,
        "group_name": fields.group_name,
    }


def _line(field: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setMaxLength(LONGEST[field])
    return edit
