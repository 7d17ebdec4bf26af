"""A hazard: where and what, how bad, by when it should be gone; and what was done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QLineEdit

from app.grid_work.finding import found_household
from app.grid_work.hazards import add_measure, edit_hazard, record_hazard
from app.grid_work.parts import HAZARD_FORM, MEASURE_FORM, HazardFields
from app.grid_work.queries import one_hazard
from app.grid_work.rules import (
    LONGEST,
    LONGEST_HAZARD_TEXT,
    LONGEST_MEASURE_TEXT,
    hazard_due_on,
    hazard_problems,
    measure_problems,
)
from app.grid_work.vocabulary import HazardKind, HazardLevel, WorkField
from app.settings.queries import setting_facts
from app.settings.rules import SettingFact
from app.settings.vocabulary import SettingKey
from app.store import Changes
from i18n.text import tr
from ui.grid_work.service_form import changes_of
from ui.grid_work.work_form import (
    HOUSEHOLD,
    HOUSEHOLD_NAME,
    WorkForm,
    day_of,
    short_text,
)
from ui.households.record_form import FormLoad, Texts
from ui.widgets.forms import ChoiceRow, FormField, date_edit

KIND_KEYS: Final = "12345678"
LEVEL_KEYS: Final = "GZD"
"""高, 中, 低."""
_STILL, _GONE = "still", "gone"


class HazardForm(WorkForm):
    """`begin_new(unit_id, household_id)` or `begin_edit(unit_id, hazard_id)`."""

    FORM = HAZARD_FORM
    _hazard_id: str | None = None
    _household_id = ""
    _patrol_id: str | None = None
    _micro_grid_id: str | None = None
    _days: Sequence[SettingFact] = ()

    def begin_new(
        self, unit_id: str, household_id: str = "", *, patrol_id: str | None = None
    ) -> None:
        self._unit_id, self._hazard_id, self._household_id = unit_id, None, household_id
        self._patrol_id, self._micro_grid_id = patrol_id, None
        self.set_title(tr("登记隐患"))
        if household_id:
            self.begin_at("kind")
        self.begin(household_id or patrol_id or "")

    def begin_edit(self, unit_id: str, hazard_id: str, *, field: str = "") -> None:
        self._unit_id, self._hazard_id, self._household_id = unit_id, hazard_id, ""
        self.set_title(tr("修改隐患"))
        self.begin_at(field or "text")
        self.begin(hazard_id)

    def _build_fields(self) -> None:
        home = self.panel.add_field(
            tr("户"), self._picker(), hint=tr("路上、水边等公共地方的，可以不填。")
        )
        self._add(HOUSEHOLD, home)
        kinds = self._choices(tr("哪一类"), HazardKind, KIND_KEYS)
        self._add("kind", self.panel.add_field(tr("哪一类"), kinds))
        levels = self._choices(tr("等级"), HazardLevel, LEVEL_KEYS)
        self._add("level", self.panel.add_field(tr("等级"), levels))
        place = QLineEdit()
        place.setMaxLength(LONGEST[WorkField.PLACE])
        self._add("place", self.panel.add_field(tr("在哪里"), place, is_required=True))
        text = short_text(LONGEST_HAZARD_TEXT)
        self._add("text", self.panel.add_field(tr("是什么隐患"), text, is_required=True))
        self._add("found_on", FormField(tr("发现日期"), date_edit(self.today)))
        self._add("due_on", FormField(tr("期限"), date_edit(self.today)))
        self.panel.add_row(self.field("found_on"), self.field("due_on"))
        levels.chosen.connect(self._propose_due)

    def _propose_due(self, _level: str = "") -> None:
        """Another level, another last day; it may still be changed."""
        texts = self.texts()
        due = hazard_due_on(HazardLevel(texts["level"]), day_of(texts, "found_on"), self._days)
        editor = self.editor("due_on")
        if isinstance(editor, QDateEdit):
            editor.setDate(QDate(due.year, due.month, due.day))

    def _load(self) -> FormLoad:
        store = self._context.store
        self._days = setting_facts(store, SettingKey.HAZARD_DAYS)
        if self._hazard_id is None:
            home = found_household(store, self._household_id) if self._household_id else None
            due = hazard_due_on(HazardLevel.MEDIUM, self.today, self._days)
            return FormLoad(
                {
                    HOUSEHOLD: self._household_id if home else "",
                    HOUSEHOLD_NAME: home.title if home else "",
                    "kind": HazardKind.FIRE.value,
                    "level": HazardLevel.MEDIUM.value,
                    "place": tr("家中") if home else "",
                    "found_on": self.today.isoformat(),
                    "due_on": due.isoformat(),
                }
            )
        found = one_hazard(store, self._context.actor, self._hazard_id)
        if found is None:
            return FormLoad(None)
        hazard = found.hazard
        self._micro_grid_id = hazard.micro_grid_id
        return FormLoad(
            {
                HOUSEHOLD: hazard.household_id or "",
                HOUSEHOLD_NAME: f"{hazard.number} {hazard.head_name}".strip(),
                "kind": hazard.kind.value,
                "level": hazard.level.value,
                "place": hazard.place,
                "text": hazard.text,
                "found_on": hazard.found_on.isoformat(),
                "due_on": hazard.due_on.isoformat(),
            }
        )

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        given = HazardFields(
            kind=HazardKind(texts["kind"]),
            level=HazardLevel(texts["level"]),
            place=texts["place"],
            text=texts["text"],
            found_on=day_of(texts, "found_on"),
            due_on=day_of(texts, "due_on"),
            household_id=texts[HOUSEHOLD] or None,
            micro_grid_id=self._micro_grid_id,
            patrol_id=self._patrol_id,
        )
        self._refuse_unpicked(texts)
        self._refuse(
            hazard_problems(
                place=given.place,
                text=given.text,
                found_on=given.found_on,
                due_on=given.due_on,
                today=self.today,
            )
        )
        store, actor, draft_id = self._context.store, self._context.actor, self._draft_id
        if self._hazard_id is not None:
            return partial(
                edit_hazard,
                store,
                actor,
                hazard_id=self._hazard_id,
                given=given,
                draft_id=draft_id,
            )
        new = partial(
            record_hazard, store, actor, unit_id=self._unit_id, given=given, draft_id=draft_id
        )
        return partial(changes_of, new)


class MeasureForm(WorkForm):
    """`begin_measure(hazard_id)`: what was done, when, and whether the hazard is gone with it."""

    FORM = MEASURE_FORM
    _hazard_id = ""
    _found_on = date.min

    def begin_measure(self, hazard_id: str, *, is_gone: bool = False) -> None:
        self._hazard_id, self._is_gone = hazard_id, is_gone
        self.set_title(tr("整改措施"))
        self.begin(hazard_id)

    def _build_fields(self) -> None:
        text = short_text(LONGEST_MEASURE_TEXT)
        self._add("text", self.panel.add_field(tr("做了什么"), text, is_required=True))
        self._add("done_on", FormField(tr("日期"), date_edit(self.today)))
        after = ChoiceRow([(_STILL, tr("还没有消除")), (_GONE, tr("已经消除"))])
        self._add("after", FormField(tr("现在"), after))
        self.panel.add_row(self.field("done_on"), self.field("after"))

    def _load(self) -> FormLoad:
        found = one_hazard(self._context.store, self._context.actor, self._hazard_id)
        if found is None:
            return FormLoad(None)
        self._found_on = found.hazard.found_on
        after = _GONE if self._is_gone else _STILL
        return FormLoad({"done_on": self.today.isoformat(), "after": after})

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        done_on = day_of(texts, "done_on")
        self._refuse(
            measure_problems(
                text=texts["text"], found_on=self._found_on, done_on=done_on, today=self.today
            )
        )
        return partial(
            add_measure,
            self._context.store,
            self._context.actor,
            hazard_id=self._hazard_id,
            done_on=done_on,
            text=texts["text"],
            is_resolved=texts["after"] == _GONE,
            draft_id=self._draft_id,
        )
