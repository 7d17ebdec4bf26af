"""One editor for each type of field an event may carry; all speak plain JSON values.

An empty field is None. The wheel, Enter and the draft's clock are the business of the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QDate, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from app.cases.detail_rules import DetailField, FieldType
from app.cases.finding import find_accounts, find_any_units
from app.cases.parties import PartyRow
from i18n.text import tr
from ui.cases.searching_picker import SearchingPicker
from ui.context import PageContext
from ui.theme import text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow, date_edit
from ui.widgets.hits import Hit
from ui.wording_cases import detail_word
from ui.wording_rules import name_of

YES, NO = "yes", "no"
DIGITS = 9
"""Choices under keys of their own."""
_LONGEST_NAME = 18
"""Characters of a party's name beside its tick; the whole name is its tool tip."""


@dataclass(frozen=True)
class Chosen:
    """A hit for what was chosen before."""

    kind: str
    record_id: str
    title: str
    subtitle: str = ""


class DetailEditor(Protocol):
    """What the fields of an event have in common."""

    @property
    def widget(self) -> QWidget: ...
    @property
    def is_short(self) -> bool:
        """Whether it stands side by side with other short ones."""
        ...

    def value(self) -> Any: ...
    def set_value(self, value: Any) -> None: ...
    def take_focus(self) -> None: ...


class LineEditor:
    """A text of one line; a number is one of digits only."""

    def __init__(self, field: DetailField, *, is_number: bool = False) -> None:
        self._is_number = is_number
        self.widget = QLineEdit()
        if is_number:
            self.widget.setValidator(QIntValidator(0, field.most, self.widget))
        else:
            self.widget.setMaxLength(field.most)
        self.is_short = is_number or field.most <= 100

    def value(self) -> str | int | None:
        typed = self.widget.text().strip()
        if not typed:
            return None
        return int(typed) if self._is_number and typed.isdigit() else typed

    def set_value(self, value: Any) -> None:
        self.widget.setText("" if value is None else str(value))

    def take_focus(self) -> None:
        self.widget.setFocus(Qt.FocusReason.OtherFocusReason)


class LongEditor:
    """A text of several lines."""

    is_short = False

    def __init__(self) -> None:
        self.widget = QPlainTextEdit()
        self.widget.setMinimumHeight(text_px(60))
        self.widget.setMaximumHeight(text_px(84))

    def value(self) -> str | None:
        return self.widget.toPlainText().strip() or None

    def set_value(self, value: Any) -> None:
        self.widget.setPlainText(value or "")

    def take_focus(self) -> None:
        self.widget.setFocus(Qt.FocusReason.OtherFocusReason)


class DayEditor:
    """A day, to begin with today."""

    is_short = True

    def __init__(self, today: date) -> None:
        self._today = today
        self.widget = date_edit(today)

    def value(self) -> str:
        return str(self.widget.date().toString(Qt.DateFormat.ISODate))

    def set_value(self, value: Any) -> None:
        given = value if isinstance(value, date) else None
        day = given.isoformat() if given else value or self._today.isoformat()
        self.widget.setDate(QDate.fromString(day, Qt.DateFormat.ISODate))

    def take_focus(self) -> None:
        self.widget.setFocus(Qt.FocusReason.OtherFocusReason)


class ClearableChoices(ChoiceRow):
    """Choices under digits; Delete takes back the one that was made."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_press = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if is_press and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):  # type: ignore[attr-defined]
            self.set_value("")
            return True
        return super().eventFilter(watched, event)


class ChoiceEditor:
    """A few choices, each under its digit; yes and no are two of them."""

    is_short = False

    def __init__(self, field: DetailField) -> None:
        if field.choices is None:
            choices = [(YES, tr("是")), (NO, tr("否"))]
        else:
            choices = [(each.value, name_of(each)) for each in field.choices]
        self._is_yes_no = field.choices is None
        make = ChoiceRow if field.is_required else ClearableChoices
        self.widget: ChoiceRow = make(choices, has_digits=True)
        if not field.is_required:
            self.widget.setToolTip(tr("按 Delete 取消选择"))

    def value(self) -> str | bool | None:
        chosen = self.widget.value()
        if self._is_yes_no:
            return None if not chosen else chosen == YES
        return chosen or None

    def set_value(self, value: Any) -> None:
        if self._is_yes_no and value is not None:
            value = YES if value else NO
        self.widget.set_value(str(value) if value else "")

    def take_focus(self) -> None:
        buttons = self.widget.findChildren(QAbstractButton)
        stop = next((each for each in buttons if each.isChecked()), buttons[0])
        stop.setFocus(Qt.FocusReason.OtherFocusReason)


class ListEditor:
    """More choices than there are digits."""

    is_short = False

    def __init__(self, field: DetailField) -> None:
        self.widget = QComboBox()
        self.widget.addItem(tr("还没有选"), "")
        for each in field.choices or ():
            self.widget.addItem(name_of(each), each.value)

    def value(self) -> str | None:
        return self.widget.currentData() or None

    def set_value(self, value: Any) -> None:
        self.widget.setCurrentIndex(max(0, self.widget.findData(str(value) if value else "")))

    def take_focus(self) -> None:
        self.widget.setFocus(Qt.FocusReason.OtherFocusReason)


class PickEditor:
    """A unit or a person with an account, found by a part of the name or its pinyin."""

    is_short = False

    def __init__(
        self, context: PageContext, field: DetailField, name_of_id: Callable[[str], str]
    ) -> None:
        self._name_of_id = name_of_id
        self._is_unit = field.kind is FieldType.UNIT
        search: Callable[[str], Sequence[Hit]] = (
            partial(find_any_units, tuple(context.actor.units.values()))
            if self._is_unit
            else partial(find_accounts, context.store)
        )
        self.widget = SearchingPicker(
            name=detail_word(field.name),
            placeholder=tr("名称、拼音或首字母，按 ↓ 看全部"),
            runner=context.runner,
            search=search,
        )

    def value(self) -> str | None:
        chosen = self.widget.value()
        return chosen.record_id if chosen else None

    def set_value(self, value: Any) -> None:
        kind = "unit" if self._is_unit else "account"
        self.widget.set_value(Chosen(kind, value, self._name_of_id(value)) if value else None)

    def take_focus(self) -> None:
        self.widget.setFocus(Qt.FocusReason.OtherFocusReason)


class PartyTicks(QWidget):
    """A tick for each party of the case; `changed` when one is set or taken off."""

    changed = Signal()

    def __init__(self, parties: Sequence[PartyRow]) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        flow = FlowLayout(self, spacing=6)
        for party in parties:
            box = QCheckBox(_short(party.name))
            box.setToolTip(party.name)
            box.setAccessibleName(party.name)
            self.boxes[party.party_id] = box
            flow.addWidget(box)


class PartiesEditor:
    """Some of the case's parties."""

    is_short = False

    def __init__(self, parties: Sequence[PartyRow]) -> None:
        self.widget = PartyTicks(parties)

    def value(self) -> list[str] | None:
        ticked = [each for each, box in self.widget.boxes.items() if box.isChecked()]
        return ticked or None

    def set_value(self, value: Any) -> None:
        for party_id, box in self.widget.boxes.items():
            box.setChecked(party_id in (value or ()))

    def take_focus(self) -> None:
        first = next(iter(self.widget.boxes.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)


class HiddenEditor:
    """The id of a record: not typed by anybody, carried on from where the form was opened."""

    is_short = True

    def __init__(self) -> None:
        self.widget = QWidget()
        self._value: Any = None

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value

    def take_focus(self) -> None:
        """Nothing to type in."""


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
