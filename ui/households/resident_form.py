"""A new resident, or a correction of one: what they are, where registered, where they live and
work, and who cares for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.errors import ErrorCode
from app.households.actions import add_resident, edit_resident
from app.households.filling import ResidentFields
from app.households.queries import resident_for_editing
from app.households.vocabulary import (
    CareLevel,
    Education,
    LeftBehindKind,
    MaritalStatus,
    PoliticalStatus,
    Registration,
    Relation,
)
from app.store import Changes
from i18n.text import tr
from ui.households.person_fields import (
    NEW_PERSON,
    PERSON_KEYS,
    PersonForm,
    line,
    person_given,
    relation_choices,
)
from ui.households.record_form import FormLoad, Texts, combo
from ui.theme import text_px
from ui.widgets.forms import FormField
from ui.widgets.labels import text_label
from ui.wording_fields import roster_field

_TEXTS = (
    *("note", "former_name", "occupation", "workplace", "registered_place", "away_place"),
    *("carer_name", "carer_phone", "needs", "support"),
)
_CODES = {
    "marital": MaritalStatus,
    "political": PoliticalStatus,
    "education": Education,
    "registration": Registration,
    "left_behind": LeftBehindKind,
    "care_level": CareLevel,
    "carer_relation": Relation,
}


class ResidentForm(PersonForm):
    """`begin_new(household_id)` or `begin_edit(resident_id)`."""

    FORM = "resident"
    FIELD_OF_ERROR = {
        ErrorCode.PERSON_NAME_MISSING: "name",
        ErrorCode.IDENTITY_NUMBER_WRONG: "identity_number",
        ErrorCode.IDENTITY_NUMBER_TAKEN: "identity_number",
    }

    _household_id = ""
    _resident_id: str | None = None

    def begin_new(self, household_id: str) -> None:
        self._household_id, self._resident_id = household_id, None
        self.set_title(tr("新增人员"))
        self.begin(household_id)

    def begin_edit(self, resident_id: str) -> None:
        self._resident_id = resident_id
        self.set_title(tr("修改人员"))
        self.begin(resident_id)

    @property
    def household_id(self) -> str:
        """The household a new resident goes into."""
        return self._household_id

    def _build_fields(self) -> None:
        self._heading(tr("基本"))
        self._add_person_fields()
        self._pair("former_name", "marital")
        self._pair("education", "political")
        self._heading(tr("户籍"))
        self._pair("registration", "registered_place")
        self._heading(tr("去向"))
        self._pair("occupation", "workplace")
        self._single("away_place")
        self._heading(tr("留守和关爱"))
        self._pair("left_behind", "care_level")
        self._pair("carer_name", "carer_relation")
        self._single("carer_phone")
        self._single("needs", is_long=True)
        self._single("support", is_long=True)
        self._single("note")

    def _heading(self, words: str) -> None:
        label = text_label(words, "sectionTitle")
        label.setContentsMargins(0, 8, 0, 0)
        self.panel.add_widget(label)

    def _pair(self, *keys: str) -> None:
        self.panel.add_row(*(self._field(key) for key in keys))

    def _single(self, key: str, *, is_long: bool = False) -> None:
        self.panel.add_widget(self._field(key, is_long=is_long))

    def _field(self, key: str, *, is_long: bool = False) -> FormField:
        editor = _paragraph() if is_long else _editor(key)
        return self._add(key, FormField(roster_field(key), editor))

    def _load(self) -> FormLoad:
        if self._resident_id is None:
            return FormLoad(dict(NEW_PERSON))
        store, actor = self._context.store, self._context.actor
        fields = resident_for_editing(store, actor, self._resident_id)
        return FormLoad(None if fields is None else _texts(fields))

    def _on_filled(self) -> None:
        self._on_number_changed(self.texts()["identity_number"])

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        store, actor = self._context.store, self._context.actor
        given = _given(texts)
        if self._resident_id is None:
            household_id = self._household_id
            return partial(add_resident, store, actor, household_id=household_id, given=given)
        resident_id = self._resident_id
        return partial(edit_resident, store, actor, resident_id=resident_id, given=given)


class _Named(Protocol):
    @property
    def value(self) -> str: ...
    @property
    def chinese_name(self) -> str: ...


def _editor(key: str) -> QWidget:
    if key == "carer_relation":
        return combo(relation_choices())
    if key in _CODES:
        return combo(_code_choices(_CODES[key]))
    return line(key)


def _code_choices(codes: Iterable[_Named]) -> list[tuple[str, str]]:
    return [("", tr("（没有写）")), *((each.value, each.chinese_name) for each in codes)]


def _paragraph() -> QPlainTextEdit:
    edit = QPlainTextEdit()
    edit.setMinimumHeight(text_px(48))
    edit.setMaximumHeight(text_px(84))
    return edit


def _given(texts: Texts) -> ResidentFields:
    given = person_given(texts) | {key: texts[key] for key in _TEXTS}
    for key, codes in _CODES.items():
        given[key] = codes(texts[key]) if texts[key] else None
    return ResidentFields(**given)


def _texts(fields: ResidentFields) -> Texts:
    texts = {key: getattr(fields, key) or "" for key in (*PERSON_KEYS, *_TEXTS, *_CODES)}
    texts["birth_date"] = fields.birth_date.isoformat() if fields.birth_date else ""
    return texts
