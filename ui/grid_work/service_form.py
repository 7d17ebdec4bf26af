"""A micro-service: what was asked, by whom; and when it was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtWidgets import QLineEdit

from app.cases.finding import Found
from app.grid_work.actions import edit_service, finish_service, record_service
from app.grid_work.finding import found_household
from app.grid_work.parts import SERVICE_DONE_FORM, SERVICE_FORM, RecordedWork, ServiceFields
from app.grid_work.queries import one_service, service_for_editing
from app.grid_work.rules import (
    LONGEST,
    LONGEST_SERVICE_TEXT,
    service_done_problems,
    service_problems,
)
from app.grid_work.vocabulary import ServiceKind, WorkField
from app.store import Changes
from i18n.text import tr
from ui.grid_work.work_form import (
    HOUSEHOLD,
    HOUSEHOLD_NAME,
    WorkForm,
    day_of,
    short_text,
)
from ui.households.record_form import FormLoad, Texts
from ui.widgets.forms import FormField, date_edit

KIND_KEYS: Final = "1234567"


class ServiceForm(WorkForm):
    """`begin_new(unit_id, household_id)` or `begin_edit(unit_id, service_id)`."""

    FORM = SERVICE_FORM
    _service_id: str | None = None
    _household_id = ""

    def begin_new(self, unit_id: str, household_id: str = "") -> None:
        self._unit_id, self._service_id, self._household_id = unit_id, None, household_id
        self.set_title(tr("登记微服务"))
        if household_id:
            self.begin_at("kind")
        self.begin(household_id)

    def begin_edit(self, unit_id: str, service_id: str, *, field: str = "") -> None:
        self._unit_id, self._service_id, self._household_id = unit_id, service_id, ""
        self.set_title(tr("修改微服务"))
        self.begin_at(field or "text")
        self.begin(service_id)

    def _build_fields(self) -> None:
        home = self.panel.add_field(tr("户"), self._picker(), hint=tr("不是哪一户的事，可以不填。"))
        self._add(HOUSEHOLD, home)
        kinds = self._choices(tr("哪一类"), ServiceKind, KIND_KEYS)
        self._add("kind", self.panel.add_field(tr("哪一类"), kinds))
        text = short_text(LONGEST_SERVICE_TEXT)
        self._add("text", self.panel.add_field(tr("请网格员办什么"), text, is_required=True))
        self._add("asker_name", FormField(tr("谁提出的"), QLineEdit(), is_required=True))
        self._add("asker_phone", FormField(tr("提出人电话"), QLineEdit()))
        self.panel.add_row(self.field("asker_name"), self.field("asker_phone"))
        self._add("asked_on", FormField(tr("提出日期"), date_edit(self.today)))
        due = QLineEdit()
        due.setPlaceholderText(tr("可以不填"))
        self._add("due_on", FormField(tr("期限"), due))
        self.panel.add_row(self.field("asked_on"), self.field("due_on"))

    def _on_picked(self, hit: object) -> None:
        """Usually the head asks."""
        super()._on_picked(hit)
        asker = self.editor("asker_name")
        if isinstance(hit, Found) and isinstance(asker, QLineEdit) and not asker.text():
            asker.setText(hit.title.split(" ")[-1])

    def _load(self) -> FormLoad:
        store = self._context.store
        if self._service_id is None:
            home = found_household(store, self._household_id) if self._household_id else None
            title = home.title if home else ""
            return FormLoad(
                {
                    HOUSEHOLD: self._household_id if home else "",
                    HOUSEHOLD_NAME: title,
                    "kind": ServiceKind.ERRAND.value,
                    "asker_name": title.split(" ")[-1],
                    "asked_on": self.today.isoformat(),
                }
            )
        found = service_for_editing(store, self._context.actor, self._service_id)
        if found is None:
            return FormLoad(None)
        home = found_household(store, found.household_id) if found.household_id else None
        return FormLoad(
            {
                HOUSEHOLD: found.household_id or "",
                HOUSEHOLD_NAME: home.title if home else "",
                "kind": found.kind.value,
                "text": found.text,
                "asker_name": found.asker_name,
                "asker_phone": found.asker_phone,
                "asked_on": found.asked_on.isoformat() if found.asked_on else "",
                "due_on": found.due_on.isoformat() if found.due_on else "",
            }
        )

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        given = ServiceFields(
            asker_name=texts["asker_name"],
            text=texts["text"],
            asked_on=day_of(texts, "asked_on"),
            kind=ServiceKind(texts["kind"]),
            asker_phone=texts["asker_phone"],
            due_on=self._date(texts, "due_on"),
            household_id=texts[HOUSEHOLD] or None,
        )
        self._refuse_unpicked(texts)
        self._refuse(
            service_problems(
                asker_name=given.asker_name,
                asker_phone=given.asker_phone,
                text=given.text,
                asked_on=given.asked_on,
                due_on=given.due_on,
                today=self.today,
            )
        )
        store, actor, draft_id = self._context.store, self._context.actor, self._draft_id
        if self._service_id is not None:
            return partial(
                edit_service,
                store,
                actor,
                service_id=self._service_id,
                given=given,
                draft_id=draft_id,
            )
        new = partial(
            record_service, store, actor, unit_id=self._unit_id, given=given, draft_id=draft_id
        )
        return partial(changes_of, new)


class ServiceDoneForm(WorkForm):
    """`begin_done(service_id)`: on which day it was done, and what came of it."""

    FORM = SERVICE_DONE_FORM
    _service_id = ""
    _asked_on = date.min

    def begin_done(self, service_id: str) -> None:
        self._service_id = service_id
        self.set_title(tr("办完了"))
        self.begin_at("done_note")
        self.begin(service_id)

    def _build_fields(self) -> None:
        self._add("done_on", self.panel.add_field(tr("办理日期"), date_edit(self.today)))
        note = short_text(LONGEST[WorkField.DONE_NOTE])
        self._add("done_note", self.panel.add_field(tr("办理结果"), note))

    def _load(self) -> FormLoad:
        found = one_service(self._context.store, self._context.actor, self._service_id)
        if found is None:
            return FormLoad(None)
        self._asked_on = found.asked_on
        return FormLoad({"done_on": self.today.isoformat()})

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        done_on = day_of(texts, "done_on")
        self._refuse(
            service_done_problems(
                asked_on=self._asked_on,
                done_on=done_on,
                done_note=texts["done_note"],
                today=self.today,
            )
        )
        return partial(
            finish_service,
            self._context.store,
            self._context.actor,
            service_id=self._service_id,
            done_on=done_on,
            done_note=texts["done_note"],
            draft_id=self._draft_id,
        )


def changes_of(work: Callable[[], RecordedWork]) -> Changes:
    """What a recording wrote."""
    return work().changes
