"""The fields of a dispute, in the order in which they are asked at the door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget

from app.accounts.session import Actor
from app.cases.case_draft import problems_of
from app.cases.file_rules import RECORDED_BY_HAND
from app.cases.finding import Found, find_classes, find_units
from app.cases.rules import Problem
from app.cases.vocabulary import CaseField, CaseKind, Urgency, class_name
from app.organisations.rules import display_name, subtree
from app.organisations.vocabulary import UnitKind
from app.petitions.vocabulary import PetitionProblem
from i18n.text import tr
from ui.cases.form_blocks import BLOCKS
from ui.cases.form_body import Body, draft_of
from ui.cases.kind_fields import KindFields
from ui.cases.party_rows import PartiesEditor, PartyLine, PhoneOf, parties
from ui.cases.risk_question import RiskQuestion
from ui.cases.scrolling import bring_into_view
from ui.cases.searching_picker import Search, SearchingPicker
from ui.theme import text_px
from ui.widgets.forms import ChoiceRow, FormField, FormPanel, date_edit
from ui.wording_cases import risk_question
from ui.wording_rules import name_of
from ui.work.runner import Runner

_PARTY_FIELDS = frozenset({"name", "side", "sex", "identity_number", "phone", "address"})


def _kind_hint(*, is_new: bool) -> str:
    """A number is given once: its letter stays when the kind is corrected."""
    if is_new:
        return tr("Ctrl+1 到 Ctrl+4 选择")
    return tr("Ctrl+1 到 Ctrl+4 改正。编号不变，字母也不跟着改；文书上写的是改正后的来源。")


class CaseForm(FormPanel):
    """Fields, and what is wrong with each; the owner saves."""

    def __init__(
        self,
        *,
        actor: Actor,
        runner: Runner,
        search_residents: Search,
        phone_of: PhoneOf,
        search_accounts: Search,
        today: date,
    ) -> None:
        super().__init__()
        self._today = today
        self._unit_id = actor.unit_id
        self.kind = ChoiceRow([(each.value, name_of(each)) for each in RECORDED_BY_HAND])
        self.title = QLineEdit()
        self.class_code = SearchingPicker(
            name=tr("类别"),
            placeholder=tr("写几个字或拼音首字母，按 ↓ 看全部"),
            runner=runner,
            search=find_classes,
        )
        self.happened_on = date_edit(today)
        self.village = SearchingPicker(
            name=tr("所属村"),
            placeholder=tr("村名或拼音，按 ↓ 看全部"),
            runner=runner,
            search=partial(find_units, _units_of(actor)),
        )
        self.place = QLineEdit()
        self.urgency = ChoiceRow([(each.value, name_of(each)) for each in Urgency])
        self.parties = PartiesEditor(
            runner=runner, search=search_residents, phone_of=phone_of, today=today
        )
        self.story = QPlainTextEdit()
        self.story.setMinimumHeight(text_px(96))
        self.risk = RiskQuestion()
        self.own = KindFields(runner=runner, search_accounts=search_accounts, today=today)
        self.blocks = [(spec.kinds, spec.make(actor, runner)) for spec in BLOCKS]
        self._kind = CaseKind.DISPUTE
        self._may_choose_kind = True
        self._is_new = True
        self._units = actor.units
        self._own_unit_id = actor.unit_id
        self._has_village = _may_choose_village(actor)
        self.problem_fields = self._build()
        self._connect()

    def body(self) -> Body:
        """The form as the draft keeps it."""
        chosen, village = self.class_code.value(), self.village.value()
        return {
            "title": self.title.text(),
            "class_code": chosen.record_id if chosen else "",
            "happened_on": self.happened_on.date().toString(Qt.DateFormat.ISODate),
            "place": self.place.text(),
            "urgency": self.urgency.value(),
            "story": self.story.toPlainText(),
            "unit_id": village.record_id if village else self._unit_id,
            "parties": self.parties.body(),
            **self.risk.body(),
            **self.own.body(),
            **{name: value for _, block in self.blocks for name, value in block.body().items()},
            "kind": self._kind.value,
        }

    def fill(self, body: Mapping[str, Any]) -> None:
        """Show a draft; nothing of it counts as edited."""
        with self.filling():
            self.title.setText(body["title"])
            self.title.setCursorPosition(0)
            self.class_code.set_value(_class_hit(body["class_code"]))
            self.happened_on.setDate(QDate.fromString(body["happened_on"], Qt.DateFormat.ISODate))
            self.place.setText(body["place"])
            self.place.setCursorPosition(0)
            self.urgency.set_value(body["urgency"])
            self.story.setPlainText(body["story"])
            self.parties.fill(body["parties"])
            self.risk.fill(body)
            self.own.fill(body)
            for _kinds, block in self.blocks:
                block.fill(dict(body))
            self._show_village(body["unit_id"])
            self.choose_kind(CaseKind(body.get("kind") or CaseKind.DISPUTE))
        self.show_problems([])

    def set_is_new(self, is_new: bool) -> None:
        """A case once recorded stays with its village; what it is can be corrected until somebody
        has done something about it."""
        self._is_new = is_new
        self.set_kind_open(is_new)
        self._village_field.setVisible(self._has_village and is_new)
        self.problem_fields[CaseField.RISK].setVisible(is_new)

    def set_kind_open(self, is_open: bool) -> None:
        """Whether the kind may still be chosen."""
        self._may_choose_kind = is_open
        self._kind_field.set_hint(_kind_hint(is_new=self._is_new))
        self._kind_field.setVisible(is_open)

    def choose_kind(self, kind: CaseKind) -> None:
        """Only the fields that a case of this kind has."""
        self._kind = kind
        if kind in RECORDED_BY_HAND:
            self.kind.set_value(kind.value)
        else:
            self._kind_field.hide()
        self.own.show_kind(kind)
        self.parties.show_kind(parties(kind))
        for kinds, block in self.blocks:
            block.setVisible(kind in kinds)

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """One sentence under each field that is wrong; the first of them gets the focus."""
        first: dict[CaseField, Problem] = {}
        for problem in problems:
            first.setdefault(problem.field, problem)
        for field, shown in self.problem_fields.items():
            shown.set_error(name_of(first[field].code) if field in first else "")
        if not first:
            return
        field = next(field for field in self.problem_fields if field in first)
        self._focus_on(field)
        if first[field].code is PetitionProblem.ADDRESS_MISSING:
            self.parties.first_without_address().setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_first(self) -> None:
        """To the name; above the village, where all kinds come in, to the kind."""
        if self._has_village and self._kind_field.isVisibleTo(self):
            self._focus_kind()
            return
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focus_kind(self) -> None:
        buttons = self.kind.findChildren(QAbstractButton)
        stop = next((each for each in buttons if each.isChecked()), buttons[0])
        stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_field(self, name: str) -> None:
        """The field of this name; of a party: the parties; else the first."""
        if name in _PARTY_FIELDS:
            self._focus_on(CaseField.PARTIES)
        elif name in {field.value for field in self.problem_fields}:
            self._focus_on(CaseField(name))
        else:
            self.focus_first()

    def editors(self) -> list[QWidget]:
        """Every editor in tab order."""
        return [
            *self.kind.findChildren(QAbstractButton),
            self.title,
            self.class_code.edit,
            self.happened_on,
            self.village.edit,
            self.place,
            *self.urgency.findChildren(QAbstractButton),
            self.own.received_on,
            self.own.first_contact.edit,
            *(editor for _, block in self.blocks for editor in block.editors()),
            *self.parties.editors(),
            self.own.head_count,
            self.own.region,
            self.own.wanted,
            self.story,
            *self.risk.editors(),
        ]

    def _build(self) -> dict[CaseField, FormField]:
        self._kind_field = self.add_field(tr("来源"), self.kind, hint=_kind_hint(is_new=True))
        title = self.add_field(
            tr("名称"), self.title, hint=tr("一句话写明是什么事"), is_required=True
        )
        kind = FormField(tr("类别"), self.class_code, is_required=True)
        day = FormField(tr("发生日期"), self.happened_on, is_required=True)
        self.add_row(kind, day)
        self._village_field = self.add_field(tr("所属村"), self.village)
        self._village_field.setVisible(self._has_village)
        place = FormField(tr("发生地点"), self.place)
        self.add_row(place, FormField(tr("紧急程度"), self.urgency))
        self.add_widget(self.own.came)
        for _kinds, block in self.blocks:
            self.add_widget(block)
        parties = self.add_field(tr("当事人"), self.parties, is_required=True)
        self.add_widget(self.own.spread)
        self.add_widget(self.own.wanted_field)
        story = self.add_field(
            tr("简要情况"),
            self.story,
            hint=tr("谁、为什么事、到了哪一步；可以先写几个字，以后再补"),
        )
        risk = self.add_field(risk_question(), self.risk, is_required=True)
        return {
            CaseField.TITLE: title,
            CaseField.KIND: self._kind_field,
            CaseField.CLASS_CODE: kind,
            CaseField.HAPPENED_ON: day,
            CaseField.PLACE: place,
            CaseField.PARTIES: parties,
            CaseField.STORY: story,
            **self.own.problem_fields(),
            **{
                name: one
                for _, block in self.blocks
                for name, one in block.problem_fields().items()
            },
            CaseField.RISK: risk,
        }

    def _connect(self) -> None:
        self.kind.chosen.connect(self._on_kind_chosen)
        for place, kind in enumerate(RECORDED_BY_HAND, start=1):
            key = QShortcut(QKeySequence(f"Ctrl+{place}"), self)
            key.activated.connect(partial(self._on_kind_key, kind))
        self.own.first_contact.picked.connect(self._on_contact_picked)
        self.class_code.picked.connect(self._on_class_picked)
        self.class_code.cleared.connect(self._on_edited)
        self.village.cleared.connect(self._on_village_cleared)
        self.parties.row_added.connect(self._on_row_added)
        self.parties.rows_changed.connect(self._on_rows_changed)
        self.edited.connect(self._drop_solved_problems)

    def _on_kind_chosen(self, key: str) -> None:
        self.choose_kind(CaseKind(key))

    def _on_kind_key(self, kind: CaseKind) -> None:
        if self._may_choose_kind and self._kind in RECORDED_BY_HAND and kind is not self._kind:
            self.choose_kind(kind)
            self.note_edit()

    def _on_contact_picked(self, _hit: object) -> None:
        self._keys.focus_next(self.own.first_contact.edit)

    def _on_class_picked(self, _hit: object) -> None:
        self._keys.focus_next(self.class_code.edit)

    def _on_village_cleared(self) -> None:
        self._unit_id = self._own_unit_id

    def _on_row_added(self, row: PartyLine) -> None:
        self._keys.watch(row)
        row.picked.connect(self._keys.focus_next)

    def _on_rows_changed(self) -> None:
        for earlier, later in pairwise(self.editors()):
            QWidget.setTabOrder(earlier, later)
        self._on_edited()

    def _drop_solved_problems(self) -> None:
        """A sentence goes as soon as its field is right; none appears while one types."""
        shown = {field for field, each in self.problem_fields.items() if each.error}
        if not shown:
            return
        draft = draft_of(self.body())
        problems = problems_of(draft, today=self._today, is_new=self._is_new)
        left = {problem.field for problem in problems}
        for field in shown - left:
            self.problem_fields[field].set_error("")

    def _focus_on(self, field: CaseField) -> None:
        editor = self.problem_fields[field].editor
        target = self.parties.first_gap() if editor is self.parties else editor
        if isinstance(editor, ChoiceRow):
            target = editor.findChildren(QAbstractButton)[0]
        if editor is self.risk:
            target = self.risk.editors()[0]
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_view(self.problem_fields[field])

    def _show_village(self, unit_id: str) -> None:
        self._unit_id = unit_id
        unit = self._units.get(unit_id)
        is_village = unit is not None and unit.kind is UnitKind.VILLAGE
        self.village.set_value(
            Found("unit", unit_id, display_name(unit, self._units), "")
            if unit is not None and is_village
            else None
        )


def _class_hit(code: str) -> Found | None:
    return Found("class", code, class_name(code), code) if code else None


def _may_choose_village(actor: Actor) -> bool:
    unit = actor.units.get(actor.unit_id)
    return unit is not None and unit.kind is not UnitKind.VILLAGE


def _units_of(actor: Actor) -> list[Any]:
    inside = subtree(actor.unit_id, actor.units.values())
    return [unit for unit in actor.units.values() if unit.id in inside]
