"""Who is in the dispute: one row for each party, picked from the roster or written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.cases.vocabulary import CaseKind, PartySide
from app.errors import UserFacingError
from i18n.text import tr
from ui.cases.form_body import Body, empty_party, origins
from ui.cases.party_more import PartyMore
from ui.cases.scrolling import bring_into_view
from ui.cases.searching_picker import Search, SearchingPicker
from ui.theme import icon
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import ChoiceRow
from ui.widgets.hits import Hit
from ui.widgets.labels import text_label
from ui.wording_cases import side_word
from ui.work.runner import Runner

MAX_NAME = 80
MAX_PHONE = 50
MAX_ADDRESS = 160
OUTSIDE = "outside"
PhoneOf = Callable[[str], str]
"""The telephone of a resident by id; on the writer thread, for the look is written down."""


@dataclass(frozen=True)
class PeopleKind:
    """Who the rows are of: one word for them, and what each of them can be (key, words)."""

    word: str
    sides: tuple[tuple[str, str], ...]
    has_more: bool = False
    """Whether a row unfolds to ethnicity, category, language and agent."""


def parties(case_kind: CaseKind = CaseKind.DISPUTE) -> PeopleKind:
    """The parties of such a case."""
    sides = tuple((side.value, side_word(side, case_kind)) for side in PartySide)
    return PeopleKind(tr("当事人"), sides, has_more=True)


@dataclass(frozen=True)
class _Person:
    """A hit of our own: somebody picked earlier, or the offer to take the name as written."""

    kind: str
    record_id: str
    title: str
    subtitle: str


class PartyLine(QFrame):
    """Side, name, telephone, where from. `removed` when the person takes the row away,
    `picked(field)` when its name has been chosen and the next field may be filled."""

    removed = Signal()
    picked = Signal(QWidget)

    def __init__(
        self,
        *,
        number: int,
        kind: PeopleKind,
        runner: Runner,
        search: Search,
        phone_of: PhoneOf,
        today: date | None = None,
    ) -> None:
        """``today`` is needed where the kind of people has more."""
        super().__init__()
        self._kind = kind
        self._runner = runner
        self._phone_of = phone_of
        self._party_id: str | None = None
        self._resident_id: str | None = None
        self._search = search
        self.setProperty("role", "party")
        self.side = ChoiceRow(list(kind.sides))
        self.name = SearchingPicker(
            name=tr("第 {number} 位{word}的姓名", number=number, word=kind.word),
            placeholder=tr("姓名、拼音首字母；名册里没有的直接写"),
            runner=runner,
            search=self._with_outsider,
        )
        self.name.edit.setMaxLength(MAX_NAME)
        self.source = text_label("", "muted", wraps=True)
        self.phone = _line(tr("电话"), MAX_PHONE)
        self.origin = QComboBox()
        self.address = _line(tr("住址"), MAX_ADDRESS)
        self.remove = QPushButton(icon("trash"), "")
        self.more: PartyMore | None = None
        self.unfold = QPushButton(tr("更多"))
        if kind.has_more and today is not None:
            self.more = PartyMore(runner=runner, today=today)
        self._region = ""
        self._build(number)
        self.name.picked.connect(self._on_picked)
        self.name.cleared.connect(self._on_cleared)
        self.name.edit.textChanged.connect(self._show_source)
        self.remove.clicked.connect(self.removed)

    def editors(self) -> list[QWidget]:
        """In tab order."""
        choices: list[QWidget] = list(self.side.findChildren(QAbstractButton))
        more = [self.unfold, *self.more.editors()] if self.more else []
        line = [self.name.edit, self.phone, self.origin, self.address]
        return [*choices, *line, *more, self.remove]

    def body(self) -> Body:
        """The row as the draft keeps it."""
        return {
            "side": self.side.value(),
            "name": self.name.text().strip(),
            "resident_id": self._resident_id,
            "party_id": self._party_id,
            "phone": self.phone.text(),
            "origin": self.origin.currentData() if self._resident_id is None else "",
            "address": self.address.text(),
            "region": self._region,
            **(self.more.body() if self.more else {}),
        }

    def fill(self, body: Body) -> None:
        """Show a row of a draft."""
        self._party_id = body["party_id"]
        self._resident_id = body["resident_id"]
        self.side.set_value(body["side"])
        if self._resident_id:
            self.name.set_value(_Person("resident", self._resident_id, body["name"], ""))
        else:
            self.name.set_text(body["name"])
        self.phone.setText(body["phone"])
        self.origin.setCurrentIndex(max(0, self.origin.findData(body["origin"])))
        self.address.setText(body["address"])
        self.address.setCursorPosition(0)
        self._region = "" if body["origin"] else body.get("region") or ""
        if self.more is not None:
            self.more.fill(body)
        self._show_source()

    def set_unfolded(self, is_unfolded: bool) -> None:
        """Show what is known beyond the two lines, or say it in words."""
        if self.more is not None:
            self.more.setVisible(is_unfolded)
            self.unfold.setText(tr("收起") if is_unfolded else tr("更多"))
            self._show_source()

    def _build(self, number: int) -> None:
        self.origin.addItem(tr("本县或其他地方"), "")
        for each in origins():
            self.origin.addItem(each, each)
        self.origin.setAccessibleName(tr("从哪里来"))
        self.origin.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.origin.setMinimumContentsLength(9)
        self.remove.setAccessibleName(
            tr("删去第 {number} 位{word}", number=number, word=self._kind.word)
        )
        self.remove.setToolTip(self.remove.accessibleName())
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.side, 0, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.name, 1)
        second.setSpacing(8)
        second.addWidget(self.phone, 3)
        second.addWidget(self.origin, 3)
        second.addWidget(self.address, 4)
        second.addWidget(self.unfold)
        second.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(first)
        column.addWidget(self.source)
        column.addLayout(second)
        self.unfold.setVisible(self.more is not None)
        if self.more is not None:
            column.addWidget(self.more)
            self._build_more(number, self.more)

    def _build_more(self, number: int, more: PartyMore) -> None:
        self.unfold.setProperty("role", "quiet")
        self.unfold.setAccessibleName(
            tr("第 {number} 位{word}的更多情况", number=number, word=self._kind.word)
        )
        self.unfold.setToolTip(tr("民族、类别、说什么话、代理人（空格展开）"))
        self.unfold.clicked.connect(self._on_unfold)
        more.changed.connect(self._show_source)
        more.hide()

    def _on_unfold(self) -> None:
        if self.more is None:
            return
        self.set_unfolded(self.more.isHidden())
        if not self.more.isHidden():
            self.more.organisation.setFocus(Qt.FocusReason.OtherFocusReason)
            bring_into_view(self)

    def _with_outsider(self, typed: str) -> list[Hit]:
        """What the roster has, and last the offer to take the name as it is written."""
        found = list(self._search(typed)) if typed else []
        if found and not typed.isascii():  # letters are initials, not a name
            found.append(_Person(OUTSIDE, "", typed, tr("名册外的人，就写这个名字")))
        return found

    def _on_picked(self, hit: Any) -> None:
        if hit.kind == OUTSIDE:
            self.name.set_text(hit.title)
            self.picked.emit(self.name.edit)
            return
        self._resident_id = hit.record_id
        if not self.phone.text():
            work = partial(_phone_of, self._phone_of, hit.record_id)
            self._runner.write(work, on_done=self._on_phone, on_failed=self._on_no_phone)
        if not self.address.text():
            self.address.setText(getattr(hit, "address", None) or "")
        if self.more is not None:
            born, group = getattr(hit, "birth_date", None), getattr(hit, "ethnic_group", None)
            self.more.offer(birth_date=born, ethnicity=group)
        self.origin.setCurrentIndex(0)
        self._show_source(picked=hit.subtitle)
        self.picked.emit(self.name.edit)

    def _on_phone(self, answer: tuple[str, str]) -> None:
        """What the roster has, unless somebody has typed one or picked another person since."""
        resident_id, phone = answer
        if resident_id == self._resident_id and not self.phone.text():
            self.phone.setText(phone)

    def _on_no_phone(self, _error: UserFacingError) -> None:
        """Gone from the roster meanwhile, or not to be seen: it is typed by hand."""

    def _on_cleared(self) -> None:
        self._resident_id = None
        self._show_source()

    def _show_source(self, _text: str = "", *, picked: str = "") -> None:
        is_listed = self._resident_id is not None
        self.origin.setVisible(not is_listed)
        if is_listed and picked:
            self.source.setText(tr("名册内：{household}", household=picked))
        elif is_listed:
            self.source.setText(tr("名册内"))
        else:
            self.source.setText(tr("名册外") if self.name.text().strip() else "")
        if self.more is not None and self.more.isHidden():
            said = [self.source.text(), self.more.words(), self.more.warning.text()]
            self.source.setText(" · ".join(each for each in said if each))
        self.source.setVisible(bool(self.source.text()))


class PartiesEditor(QWidget):
    """The rows, and a button for one more. `row_added(row)`, `rows_changed` after either."""

    row_added = Signal(QWidget)
    rows_changed = Signal()

    def __init__(
        self,
        *,
        runner: Runner,
        search: Search,
        phone_of: PhoneOf,
        kind: PeopleKind | None = None,
        today: date | None = None,
    ) -> None:
        super().__init__()
        self._today = today
        self._kind = kind or parties()
        self._runner = runner
        self._phone_of = phone_of
        self._search = search
        self.rows: list[PartyLine] = []
        self.add = QPushButton(icon("add"), tr("再加一位"))
        self.add.setProperty("role", "quiet")
        self.add.setAccessibleName(tr("再加一位{word}", word=self._kind.word))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        under = QWidget()
        FlowLayout(under).addWidget(self.add)
        self._column.addWidget(under)
        self.add.clicked.connect(self._on_add)

    def body(self) -> list[Body]:
        return [row.body() for row in self.rows]

    def show_kind(self, kind: PeopleKind) -> None:
        """Call the sides as they are called where people are of this kind."""
        self._kind = kind
        for row in self.rows:
            row.side.set_words(kind.sides)

    def fill(self, people: list[Body]) -> None:
        """Show these people, at least one row."""
        while self.rows:
            self._take_off(self.rows[-1])
        for party in people or [empty_party(self._kind.sides[0][0])]:
            self._append(party)
        self.rows_changed.emit()

    def editors(self) -> list[QWidget]:
        """In tab order."""
        return [*(editor for row in self.rows for editor in row.editors()), self.add]

    def first_gap(self) -> QWidget:
        """The first name that is missing, or the first name."""
        gap = next((row for row in self.rows if not row.name.text().strip()), self.rows[0])
        return gap.name.edit

    def first_without_address(self) -> QWidget:
        """Of those that have a name; who brings the matter stands first."""
        named = [row for row in self.rows if row.name.text().strip()]
        return next((row for row in named if not row.address.text().strip()), self.rows[0]).address

    def _append(self, party: Body) -> PartyLine:
        row = PartyLine(
            number=len(self.rows) + 1,
            kind=self._kind,
            runner=self._runner,
            search=self._search,
            phone_of=self._phone_of,
            today=self._today,
        )
        row.removed.connect(self._on_removed)
        self._column.insertWidget(len(self.rows), row)
        self.rows.append(row)
        self.row_added.emit(row)
        row.fill(party)
        return row

    def _take_off(self, row: PartyLine) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _on_add(self) -> None:
        last = self.rows[-1].side.value() if self.rows else ""
        first, second = (key for key, _ in self._kind.sides[:2])
        row = self._append(empty_party(second if last == first else first))
        self.rows_changed.emit()
        row.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_view(row)

    def _on_removed(self) -> None:
        row = self.sender()
        if not isinstance(row, PartyLine):
            return
        place = self.rows.index(row)
        if len(self.rows) == 1:
            row.fill(empty_party(row.side.value()))
        else:
            self._take_off(row)
        self.rows_changed.emit()
        self.rows[min(place, len(self.rows) - 1)].name.edit.setFocus(
            Qt.FocusReason.OtherFocusReason
        )


def _phone_of(ask: PhoneOf, resident_id: str) -> tuple[str, str]:
    return resident_id, ask(resident_id)


def _line(name: str, length: int) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(name)
    field.setAccessibleName(name)
    field.setMaxLength(length)
    return field
