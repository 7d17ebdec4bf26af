"""整户迁入: a household and its head in one form; the others follow with 登记变动."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.errors import ErrorCode
from app.households.filling import HouseholdFields, ResidentFields
from app.households.life import move_in_household
from app.households.life_steps import Happening
from app.households.queries import micro_grid_rows, next_household_number
from app.households.vocabulary import Relation
from app.laptop import today_in_china
from app.store import Changes
from i18n.text import tr
from ui.households.person_fields import (
    NEW_PERSON,
    PersonForm,
    day_line,
    line,
    person_given,
    typed_day,
)
from ui.households.record_form import FormLoad, Texts, combo
from ui.widgets.forms import FormField


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
        self.set_title(tr("整户迁入 · 先登记户和户主"))
        self.begin("")

    def _build_fields(self) -> None:
        self.panel.add_row(
            self._add("number", FormField(tr("户号"), line("number"), is_required=True)),
            self._add("micro_grid_id", FormField(tr("微网格"), combo())),
        )
        self._add_person_fields()
        self.field("relation").hide()
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
        self.said = tr("“{name}”户已迁入；家里其他人请在户页用“登记变动”接着登记。", name=name)
        return partial(
            move_in_household,
            self._context.store,
            self._context.actor,
            unit_id=self._unit_id,
            given=given,
            people=[head],
            when=Happening(day, texts["place"], texts["note"]),
        )
