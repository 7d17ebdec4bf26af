"""The fields an event carries besides its note, built from the one table of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.cases.detail_rules import DETAIL_FIELDS, DetailField, FieldType
from app.cases.parties import PartyRow
from app.cases.vocabulary import CaseEventKind
from app.organisations.rules import display_name
from ui.cases.detail_editors import (
    DIGITS,
    ChoiceEditor,
    DayEditor,
    DetailEditor,
    HiddenEditor,
    LineEditor,
    ListEditor,
    LongEditor,
    PartiesEditor,
    PickEditor,
)
from ui.context import PageContext
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import FormField
from ui.wording_cases import detail_word
from ui.wording_time import village_day


class DetailFields(QWidget):
    """Shows the fields of one kind at a time; `body` and `fill` speak plain JSON values."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: QWidget | None = None
        self.editors: dict[str, DetailEditor] = {}
        self.fields: dict[str, FormField] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def show_kind(
        self, kind: CaseEventKind, *, parties: Sequence[PartyRow], values: Mapping[str, Any]
    ) -> None:
        """Empty fields of this kind, with ``values`` in them where there are some."""
        if self._shown is not None:
            self._shown.hide()
            self._shown.deleteLater()
        self._shown = QWidget()
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.editors, self.fields = {}, {}
        row: FlowLayout | None = None
        for field in DETAIL_FIELDS.get(kind, ()):
            if field.is_derived:
                continue
            editor = self._editor(field, parties)
            editor.set_value(values.get(field.name))
            self.editors[field.name] = editor
            if field.kind is FieldType.RECORD:
                continue
            shown = FormField(detail_word(field.name), editor.widget, is_required=field.is_required)
            self.fields[field.name] = shown
            if not editor.is_short:
                column.addWidget(shown)
                row = None
                continue
            if row is None:
                line = QWidget()
                row = FlowLayout(line, spacing=10)
                column.addWidget(line)
            row.addWidget(shown)
        self._column.addWidget(self._shown)
        self.setVisible(bool(self.fields))

    def body(self) -> dict[str, Any]:
        """What is filled in; empty fields left out."""
        values = {name: editor.value() for name, editor in self.editors.items()}
        return {name: value for name, value in values.items() if value is not None}

    def show_error(self, name: str, sentence: str) -> bool:
        """Under the field of this name, which takes the focus; False where there is none."""
        field = self.fields.get(name)
        if field is None:
            return False
        field.set_error(sentence)
        self.editors[name].take_focus()
        return True

    def clear_errors(self) -> None:
        for field in self.fields.values():
            if field.error:
                field.set_error("")

    def take_focus(self) -> None:
        """To the first field."""
        first = next(iter(self.fields), None)
        if first is not None:
            self.editors[first].take_focus()

    def _editor(self, field: DetailField, parties: Sequence[PartyRow]) -> DetailEditor:
        match field.kind:
            case FieldType.TEXT | FieldType.NUMBER:
                return LineEditor(field, is_number=field.kind is FieldType.NUMBER)
            case FieldType.LONG_TEXT:
                return LongEditor()
            case FieldType.DAY:
                return DayEditor(village_day(self._context.store.clock.now()))
            case FieldType.CHOICE if field.choices is not None and len(field.choices) > DIGITS:
                return ListEditor(field)
            case FieldType.CHOICE | FieldType.YES_NO:
                return ChoiceEditor(field)
            case FieldType.UNIT | FieldType.ACCOUNT:
                return PickEditor(self._context, field, self._name_of_id)
            case FieldType.PARTIES:
                return PartiesEditor(parties)
            case FieldType.RECORD:
                return HiddenEditor()

    def _name_of_id(self, record_id: str) -> str:
        unit = self._context.actor.units.get(record_id)
        return display_name(unit, self._context.actor.units) if unit else record_id
