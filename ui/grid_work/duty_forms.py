"""The forms of a shift and of a round: a few keys for who, when and where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget

from app.duty.actions import (
    PATROL_FORM,
    SHIFT_FORM,
    PatrolFields,
    ShiftFields,
    add_shift,
    edit_patrol,
    edit_shift,
    record_patrol,
)
from app.duty.queries import DutyPerson, PatrolRow, ShiftRow, duty_people, former_routes
from app.duty.rules import LONGEST
from app.exchange.typed_dates import full_date
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.households.record_form import FieldWrongError, FormLoad, RecordForm, Texts, combo
from ui.theme import icon, text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField
from ui.widgets.labels import text_label
from ui.wording_fields import field_word


class _DutyForm(RecordForm):
    """A form that offers the village's people in a list beside what is typed."""

    removed = Signal(str)
    """The id of what was asked to be removed."""
    ENTITY = ""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        self._unit_id = ""
        self._record_id: str | None = None
        self._people: dict[str, DutyPerson] = {}
        super().__init__(context, parent)
        self.remove_button = QPushButton(icon("trash"), tr("删去"))
        self.remove_button.setProperty("role", "quiet")
        self.remove_button.setAccessibleName(tr("删去"))
        self.remove_button.clicked.connect(self._on_remove)
        self.foot = QWidget()
        flow = FlowLayout(self.foot)
        for button in self._own_buttons():
            flow.addWidget(button)
        flow.addWidget(self.remove_button)
        self.add(self.foot)

    @property
    def record_id(self) -> str | None:
        """What is being corrected; None for a new one."""
        return self._record_id

    def _own_buttons(self) -> list[QPushButton]:
        return []

    def _field(self, name: str, editor: QWidget, *, is_required: bool = False) -> FormField:
        made = FormField(field_word(self.ENTITY, name), editor, is_required=is_required)
        return self._add(name, made)

    def _begin(self, unit_id: str, record_id: str | None, title: str) -> None:
        self._unit_id, self._record_id = unit_id, record_id
        self.set_title(title)
        self.foot.setVisible(record_id is not None)
        self.begin(record_id or unit_id)

    def _load_people(self) -> list[tuple[str, str]]:
        """On the reader thread."""
        found = duty_people(self._context.store, self._context.actor, unit_id=self._unit_id)
        self._people = {f"{place}": person for place, person in enumerate(found)}
        return [(key, person.name) for key, person in self._people.items()]

    def _on_remove(self) -> None:
        if self._record_id is not None:
            self.panel.discard_draft_clock()
            self.removed.emit(self._record_id)


class ShiftForm(_DutyForm):
    """`begin_new(unit_id, day)` or `begin_edit(unit_id, row)`."""

    FORM = SHIFT_FORM
    ENTITY = "duty_shift"
    _row: ShiftRow | None = None
    _day: date
    _hours: tuple[str, str] = ("08:00", "08:00")

    def begin_new(self, unit_id: str, day: date) -> None:
        self._row, self._day = None, day
        self._begin(unit_id, None, tr("排班"))

    def begin_edit(self, unit_id: str, row: ShiftRow) -> None:
        self._row, self._day = row, row.on_date
        self._begin(unit_id, row.shift_id, tr("修改班次"))

    def begin_next(self) -> None:
        """The following day at the same hours."""
        self.begin_new(self._unit_id, self._day + timedelta(days=1))

    def _build_fields(self) -> None:
        self.people = combo()
        self.people.activated.connect(self._on_person_chosen)
        self.panel.add_row(
            self._add("person", FormField(tr("从队员里选"), self.people)),
            self._field("name", _line("name"), is_required=True),
        )
        self.panel.add_row(
            self._field("on_date", _line("on_date"), is_required=True),
            self._field("phone", _line("phone")),
        )
        self.panel.add_row(
            self._field("starts_at", _time("20:00"), is_required=True),
            self._field("ends_at", _time("06:00"), is_required=True),
        )
        hint = tr("到第二天早上的，照写钟点，例如 20:00 到 06:00。")
        self.panel.add_widget(text_label(hint, "muted", wraps=True))
        self.panel.add_widget(self._field("note", _line("note")))

    def _load(self) -> FormLoad:
        people = [("", tr("（不在名单里）")), *self._load_people()]
        if self._row is None:
            start, end = self._hours
            texts = {"on_date": self._day.isoformat(), "starts_at": start, "ends_at": end}
        else:
            row = self._row
            texts = {
                "person": self._key_of(row.account_id, row.name),
                "name": row.name,
                "on_date": row.on_date.isoformat(),
                "starts_at": row.starts_at,
                "ends_at": row.ends_at,
                "phone": row.phone,
                "note": row.note,
            }
        return FormLoad(texts, {"person": people})

    def _key_of(self, account_id: str | None, name: str) -> str:
        fits = (
            key
            for key, person in self._people.items()
            if (person.account_id, person.name) == (account_id, name)
        )
        return next(fits, "")

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        store, actor = self._context.store, self._context.actor
        person = self._people.get(texts["person"])
        is_person = person is not None and person.name == texts["name"].strip()
        self._day = _day(texts)
        self._hours = (texts["starts_at"], texts["ends_at"])
        given = ShiftFields(
            on_date=self._day,
            starts_at=texts["starts_at"],
            ends_at=texts["ends_at"],
            name=texts["name"],
            account_id=person.account_id if is_person and person is not None else None,
            phone=texts["phone"],
            note=texts["note"],
        )
        if self._row is None:
            return partial(add_shift, store, actor, unit_id=self._unit_id, given=given)
        return partial(edit_shift, store, actor, shift_id=self._row.shift_id, given=given)

    def _on_person_chosen(self, _place: int) -> None:
        person = self._people.get(str(self.people.currentData()))
        if person is not None:
            _put(self.editor("name"), person.name)
            _put(self.editor("phone"), person.phone)


class PatrolForm(_DutyForm):
    """`begin_new(unit_id, …)`, `begin_edit(unit_id, row)` or `end(unit_id, row, at)`.

    From a round that is kept a hazard or an incident is recorded: `found_asked(kind, patrol_id)`.
    """

    found_asked = Signal(str, str)
    FORM = PATROL_FORM
    ENTITY = "patrol"
    _row: PatrolRow | None = None
    _first: Texts = {}

    def begin_new(self, unit_id: str, *, day: date, time: str) -> None:
        self._row = None
        self._first = {"on_date": day.isoformat(), "starts_at": time}
        self._begin(unit_id, None, tr("登记巡逻"))

    def begin_edit(self, unit_id: str, row: PatrolRow, *, ends_at: str = "") -> None:
        """``ends_at`` is put in where the round has no end yet."""
        self._row = row
        self._first = {
            "on_date": row.on_date.isoformat(),
            "starts_at": row.starts_at,
            "ends_at": row.ends_at or ends_at,
            "route": row.route,
            "members": row.members,
            "found": row.found,
        }
        self._begin(unit_id, row.patrol_id, tr("修改巡逻"))
        if ends_at and not row.ends_at:
            self.begin_at("found")

    def _own_buttons(self) -> list[QPushButton]:
        self.hazard_button = QPushButton(icon("warning"), tr("登记隐患 (Ctrl+1)"))
        self.incident_button = QPushButton(icon("incident"), tr("登记警情 (Ctrl+2)"))
        for place, (kind, button) in enumerate(
            (("hazard", self.hazard_button), ("incident", self.incident_button)), start=1
        ):
            button.setAccessibleName(button.text())
            key = QShortcut(QKeySequence(f"Ctrl+{place}"), self)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.activated.connect(button.click)
            button.clicked.connect(partial(self._on_found, kind))
        return [self.hazard_button, self.incident_button]

    def _build_fields(self) -> None:
        self.panel.add_row(
            self._field("on_date", _line("on_date"), is_required=True),
            self._field("starts_at", _time("20:00"), is_required=True),
        )
        self.routes, self.people = combo(), combo()
        self.routes.activated.connect(self._on_route_chosen)
        self.people.activated.connect(self._on_person_chosen)
        self.panel.add_row(
            self._field("ends_at", _time(tr("还没有结束"))),
            self._add("former", FormField(tr("以前的路线"), self.routes)),
        )
        self.panel.add_widget(self._field("route", _line("route"), is_required=True))
        self.panel.add_row(
            self._field("members", _line("members"), is_required=True),
            self._add("person", FormField(tr("从队员里加"), self.people)),
        )
        found = QPlainTextEdit()
        found.setMinimumHeight(text_px(56))
        found.setMaximumHeight(text_px(110))
        self.panel.add_widget(self._field("found", found))

    def _load(self) -> FormLoad:
        store, actor = self._context.store, self._context.actor
        people = [("", tr("（选一位）")), *self._load_people()]
        known = former_routes(store, actor, unit_id=self._unit_id)
        routes = [("", tr("（选一条）")), *((route, route) for route in known)]
        texts = dict(self._first)
        if self._row is None:
            texts |= {"route": known[0] if known else "", "members": actor.name}
        return FormLoad(texts, {"former": routes, "person": people})

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        store, actor = self._context.store, self._context.actor
        given = PatrolFields(
            on_date=_day(texts),
            starts_at=texts["starts_at"],
            ends_at=texts["ends_at"],
            route=texts["route"],
            members=texts["members"],
            found=texts["found"],
        )
        if self._row is None:
            return partial(record_patrol, store, actor, unit_id=self._unit_id, given=given)
        return partial(edit_patrol, store, actor, patrol_id=self._row.patrol_id, given=given)

    def _on_route_chosen(self, _place: int) -> None:
        route = str(self.routes.currentData() or "")
        if route:
            _put(self.editor("route"), route)

    def _on_person_chosen(self, _place: int) -> None:
        """Adds somebody to those who walk; once each."""
        person = self._people.get(str(self.people.currentData()))
        members = self.editor("members")
        if person is None or not isinstance(members, QLineEdit):
            return
        present = [name.strip() for name in members.text().split("、") if name.strip()]
        if person.name not in present:
            _put(members, "、".join([*present, person.name]))

    def _on_found(self, kind: str, *_ignored: object) -> None:
        if self._row is not None:
            self.found_asked.emit(kind, self._row.patrol_id)


def _day(texts: Texts) -> date:
    typed = texts["on_date"].strip()
    found = full_date(typed) if typed else None
    if found is None:
        raise FieldWrongError(
            "on_date", tr("日期看不明白，没有保存。填好的内容都在，请写成 2026-11-23 这样。")
        )
    return found


def _line(field: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setMaxLength(LONGEST.get(field, 20))
    if field == "on_date":
        edit.setPlaceholderText("2026-11-23")
    return edit


def _time(example: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setMaxLength(10)
    edit.setPlaceholderText(example)
    return edit


def _put(editor: QWidget, text: str) -> None:
    if isinstance(editor, QLineEdit):
        editor.setText(text)
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
