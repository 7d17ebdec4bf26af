"""The people of a household: a table, everything known of the one chosen, and what to do."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.households.life_queries import HouseholdPageView
from app.households.queries import ResidentRow
from i18n.text import tr
from ui.context import PageContext
from ui.households.household_panel import household_numbers, resident_numbers
from ui.looks.reveal import RevealRow
from ui.theme import icon
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.scrolled_box import ScrolledBox
from ui.widgets.sync_column import sync_column
from ui.wording_households import age_words
from ui.wording_life import STATUS_TONES, care_words, person_lines, suggestion_words
from ui.wording_rules import name_of


class MembersCard(Card):
    """Without `may_edit` there are no buttons, and Enter on a person opens nothing."""

    step_asked = Signal()
    add_resident_asked = Signal()
    edit_household_asked = Signal()
    remove_household_asked = Signal()
    edit_resident_asked = Signal(str, str)
    """Resident and field, which may be empty."""
    remove_resident_asked = Signal(str, str)
    """Resident and name."""
    restore_asked = Signal(str, str)

    def __init__(
        self, context: PageContext, *, may_edit: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("家庭成员"), is_flush=True, parent=parent)
        self._may_edit = may_edit
        self._view: HouseholdPageView | None = None
        self.table = RecordTable(
            RowsModel(_columns(), key=lambda one: one.id),
            name=tr("家庭成员"),
            empty=tr("这一户还没有登记人员。"),
        )
        self.table.setMinimumHeight(96)
        self.add(self.table, 3)
        self.facts = text_label("", wraps=True)
        box = ScrolledBox(name=tr("此人情况"))
        box.column.setContentsMargins(16, 6, 10, 2)
        box.column.addWidget(self.facts)
        self.add(box, 2)
        self.numbers = RevealRow(context, self)
        self.add(_indented(self.numbers))
        self._build_suggestion()
        self._build_buttons()
        self.table.row_chosen.connect(self._on_chosen)
        self.table.row_opened.connect(self._on_opened)

    def chosen(self) -> ResidentRow | None:
        """The person under the cursor."""
        row = self.table.current_row()
        return row if isinstance(row, ResidentRow) else None

    def show_household(self, view: HouseholdPageView) -> None:
        is_other = self._view is None or self._view.detail.id != view.detail.id
        self._view = view
        detail = view.detail
        self.set_aside(tr("{count} 人", count=len(detail.residents)))
        self.table.show_rows((*detail.residents, *detail.former))
        if is_other and self.table.rows.rowCount():
            self.table.choose_position(0)
        self._show_person(self.chosen())

    # --- building ----------------------------------------

    def _build_suggestion(self) -> None:
        self._suggestion = QWidget()
        row = QHBoxLayout(self._suggestion)
        row.setContentsMargins(16, 2, 12, 2)
        self.suggestion = text_label("", "doubt", wraps=True)
        self.suggestion_button = QPushButton(tr("去填写"))
        self.suggestion_button.setProperty("role", "link")
        self.suggestion_button.setAutoDefault(True)
        self.suggestion_button.setAccessibleName(tr("填写留守类型"))
        row.addWidget(self.suggestion, 1)
        row.addWidget(self.suggestion_button)
        self.suggestion_button.clicked.connect(partial(self._edit, "left_behind"))
        self.add(self._suggestion)
        self._suggestion.hide()

    def _build_buttons(self) -> None:
        outer = QWidget()
        frame = QVBoxLayout(outer)
        frame.setContentsMargins(14, 6, 14, 2)
        row = QWidget()
        flow = FlowLayout(row, spacing=8)
        frame.addWidget(row)
        self.step_button = _button(
            "activity", tr("登记变动"), tr("出生、去世、迁入、迁出、分户等（Ctrl+E）")
        )
        self.step_button.setProperty("role", "primary")
        self.step_button.setIcon(icon("activity", "white"))
        self.edit_resident_button = _button("edit", tr("修改此人"), tr("回车"))
        self.restore_button = _button("undo", tr("恢复在册"), tr("登记错了的去世、迁出"))
        self.add_resident_button = _button("add", tr("补登人员"), tr("名册漏登的人"))
        self.edit_household_button = _button("edit", tr("修改这一户"))
        self.remove_resident_button = _button("trash", tr("移除此人"), tr("登记错了的人"))
        self.remove_household_button = _button("trash", tr("删去这一户"), tr("登记错了的户"))
        for button in (
            self.step_button,
            self.edit_resident_button,
            self.restore_button,
            self.add_resident_button,
            self.edit_household_button,
            self.remove_resident_button,
            self.remove_household_button,
        ):
            flow.addWidget(button)
        self.step_button.clicked.connect(self.step_asked)
        self.edit_resident_button.clicked.connect(partial(self._edit, ""))
        self.restore_button.clicked.connect(self._on_restore)
        self.add_resident_button.clicked.connect(self.add_resident_asked)
        self.edit_household_button.clicked.connect(self.edit_household_asked)
        self.remove_resident_button.clicked.connect(self._on_remove)
        self.remove_household_button.clicked.connect(self.remove_household_asked)
        self.add(outer)
        outer.setVisible(self._may_edit)

    # --- showing ----------------------------------------

    def _on_chosen(self, one: ResidentRow) -> None:
        self._show_person(one)

    def _show_person(self, one: ResidentRow | None) -> None:
        view = self._view
        fields = view.people.get(one.id) if view and one else None
        self.facts.setText("\n".join(person_lines(one, fields)) if one and fields else "")
        numbers = resident_numbers(one) if one else []
        if view is not None:
            numbers += household_numbers(view.detail)
        self.numbers.show_texts(numbers)
        kind = view.suggestions.get(one.id) if view and one else None
        self._suggestion.setVisible(kind is not None and self._may_edit)
        self.suggestion.setText(suggestion_words(kind) if kind else "")
        is_gone = one is not None and not one.status.is_member
        self.restore_button.setVisible(is_gone)
        for button in (self.edit_resident_button, self.remove_resident_button):
            button.setEnabled(one is not None)

    def _on_opened(self, one: ResidentRow) -> None:
        if self._may_edit:
            self.edit_resident_asked.emit(one.id, "")

    def _edit(self, field: str, _checked: bool = False) -> None:
        one = self.chosen()
        if one is not None:
            self.edit_resident_asked.emit(one.id, field)

    def _on_restore(self) -> None:
        one = self.chosen()
        if one is not None:
            self.restore_asked.emit(one.id, one.name)

    def _on_remove(self) -> None:
        one = self.chosen()
        if one is not None:
            self.remove_resident_asked.emit(one.id, one.name)


def _button(icon_name: str, words: str, tip: str = "") -> QPushButton:
    button = QPushButton(icon(icon_name), words)
    button.setAccessibleName(words)
    button.setToolTip(tip)
    button.setAutoDefault(True)  # Enter presses it
    return button


def _indented(widget: QWidget) -> QWidget:
    outer = QWidget()
    frame = QVBoxLayout(outer)
    frame.setContentsMargins(16, 0, 16, 2)
    frame.addWidget(widget)
    return outer


def _relation(one: ResidentRow) -> str:
    """What somebody who is gone was."""
    if one.status.is_member or not one.relation_name:
        return one.relation_name
    return tr("原{relation}", relation=one.relation_name)


def _columns() -> list[Column[ResidentRow]]:
    return [
        Column(tr("姓名"), lambda one: one.name, width=88),
        Column(tr("关系"), _relation),
        Column(tr("性别"), lambda one: one.sex.chinese_name, width=52),
        Column(tr("年龄"), lambda one: age_words(one.age), width=62),
        Column(
            tr("在村情况"),
            lambda one: name_of(one.status),
            tone=lambda one: STATUS_TONES[one.status],
            width=84,
            is_pill=True,
        ),
        Column(
            tr("留守和关爱"), lambda one: care_words(one.left_behind, one.care_level), width=118
        ),
        sync_column(tr("状态"), width=84, is_pill=True),
    ]
