"""What the forms of the grid's work have in common: their editors, their keys, their errors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import cast

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDateEdit, QPlainTextEdit, QWidget

from app.cases.finding import Found
from app.errors import ErrorCode, UserFacingError
from app.exchange.typed_dates import full_date
from app.grid_work.finding import find_households
from app.grid_work.rules import Problem
from app.laptop import today_in_china
from app.store import Changes
from i18n.text import tr
from ui.cases.searching_picker import SearchingPicker
from ui.context import PageContext
from ui.households.record_form import (
    FieldWrongError,
    RecordForm,
    Texts,
    fill_editor,
    text_of_editor,
)
from ui.theme import text_px
from ui.widgets.hits import Hit
from ui.widgets.key_choices import KeyChoice, KeyChoices
from ui.widgets.picker_field import PickerField
from ui.wording_grid_work import problem_sentence
from ui.wording_rules import name_of

HOUSEHOLD = "household_id"
HOUSEHOLD_NAME = "household_name"
"""Beside the household's id in a draft: what the picker shows of it."""


class WorkForm(RecordForm):
    """A form of a village's work. One that is chosen from the list knows its household."""

    _unit_id = ""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        self._keyed: list[KeyChoices] = []
        super().__init__(context, parent)

    @property
    def today(self) -> date:
        return today_in_china(self._context.store.clock)

    def texts(self) -> Texts:
        """The fields as they stand, and the name of the household."""
        found = {key: _text_of(each.editor) for key, each in self._fields.items()}
        picker = self._fields.get(HOUSEHOLD)
        if picker is not None:
            found[HOUSEHOLD_NAME] = cast(PickerField, picker.editor).text()
        return found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter or digit that no text field took chooses."""
        if not any(each.isEnabled() and each.take_key(event) for each in self._keyed):
            super().keyPressEvent(event)

    # --- for the form classes ----------------------------------------

    def _picker(self) -> SearchingPicker:
        picker = SearchingPicker(
            name=tr("户"),
            placeholder=tr("户主、家里人、拼音或户号"),
            runner=self._context.runner,
            search=self._find,
        )
        picker.picked.connect(self._on_picked)
        return picker

    def _find(self, typed: str) -> Sequence[Hit]:
        return find_households(self._context.store, typed, unit_id=self._unit_id)

    def _choices(self, name: str, members: Iterable[StrEnum], keys: str) -> KeyChoices:
        made = KeyChoices(
            [
                KeyChoice(member.value, enum_word(member), key)
                for member, key in zip(members, keys, strict=True)
            ],
            name=name,
        )
        self._keyed.append(made)
        return made

    def _on_picked(self, _hit: object) -> None:
        """The household is chosen: on to the next field."""
        following = [key for key in self._fields if key != HOUSEHOLD]
        self.editor(following[0]).setFocus(Qt.FocusReason.OtherFocusReason)

    def _refuse(self, problems: Sequence[Problem], prefix: str = "") -> None:
        """Raises FieldWrongError for the first, after all have been said."""
        for problem in reversed(problems):
            self.field(prefix + problem.field.value).set_error(problem_sentence(problem))
        if problems:
            key = prefix + problems[0].field.value
            raise FieldWrongError(key, problem_sentence(problems[0]))

    def _refuse_unpicked(self, texts: Mapping[str, str]) -> None:
        """Words in the picker that are no household would be lost."""
        if texts[HOUSEHOLD_NAME].strip() and not texts[HOUSEHOLD]:
            raise FieldWrongError(
                HOUSEHOLD,
                tr("没有从名单里选是哪一户，没有保存。请输入后从名单里选，或把这一格清空。"),
            )

    # --- how the base asks ----------------------------------------

    def _fill(self, texts: Texts) -> None:
        for key, each in self._fields.items():
            if isinstance(each.editor, PickerField):
                each.editor.set_value(_household(texts))
            else:
                _set_text(each.editor, texts.get(key, ""))
        self._on_filled()

    def _write_and_forget_draft(self, write: Callable[[], Changes], draft_id: str) -> Changes:
        """The action forgets the draft in its own transaction."""
        return write()

    def _show_error(self, error: UserFacingError) -> None:
        if error.code is not ErrorCode.GRID_WORK_WRONG:
            super()._show_error(error)
            return
        try:
            self._refuse(error.params["problems"])
        except FieldWrongError as wrong:
            self.editor(wrong.field_key).setFocus(Qt.FocusReason.OtherFocusReason)

    def _date(self, texts: Mapping[str, str], key: str) -> date | None:
        """A day that may be left out; raises FieldWrongError for what is none."""
        typed = texts[key].strip()
        if not typed:
            return None
        found = full_date(typed)
        if found is None:
            raise FieldWrongError(
                key, tr("日期看不明白，没有保存。请写年月日，例如 2026-12-01，也可以不填。")
            )
        return found


def day_of(texts: Mapping[str, str], key: str) -> date:
    """The day in a date field; there always is one."""
    return date.fromisoformat(texts[key])


def short_text(limit: int) -> QPlainTextEdit:
    """A few lines of text."""
    made = QPlainTextEdit()
    made.setMinimumHeight(text_px(56))
    made.setMaximumHeight(text_px(96))
    made.setAccessibleDescription(tr("最多 {limit} 个字", limit=limit))
    return made


def enum_word(member: StrEnum) -> str:
    """The standard's own name, or our word."""
    named = getattr(member, "chinese_name", None)
    return named if isinstance(named, str) else name_of(member)


def enum_items(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """For a combo: value and word."""
    return [(member.value, enum_word(member)) for member in members]


def _household(texts: Mapping[str, str]) -> Found | None:
    household_id = texts.get(HOUSEHOLD)
    if not household_id:
        return None
    return Found("household", household_id, texts.get(HOUSEHOLD_NAME, ""), "")


def _text_of(editor: QWidget) -> str:
    if isinstance(editor, PickerField):
        hit = editor.value()
        return hit.record_id if hit else ""
    if isinstance(editor, KeyChoices):
        return editor.value()
    if isinstance(editor, QDateEdit):
        return editor.date().toString("yyyy-MM-dd")
    return text_of_editor(editor)


def _set_text(editor: QWidget, value: str) -> None:
    if isinstance(editor, KeyChoices):
        if value:
            editor.set_value(value)
    elif isinstance(editor, QDateEdit):
        if value:
            editor.setDate(QDate.fromString(value, "yyyy-MM-dd"))
    else:
        fill_editor(editor, value)
