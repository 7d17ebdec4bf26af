"""One household: who lives there, in which micro-grid, how to reach it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.households.queries import HouseholdDetail, ResidentRow
from i18n.text import tr
from ui.context import PageContext
from ui.handovers.desk import HandoverDesk
from ui.looks.reveal import LooksLink, MaskedText, RevealRow
from ui.theme import icon, text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import StatePill, text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.sync_column import sync_column
from ui.wording_households import age_words, closed_grid_words, short_number
from ui.wording_sync import sync_state_word

LOW_PX = 400
"""Below this the numbers and the buttons need the room of the line about the person."""


def _resident_columns() -> list[Column[ResidentRow]]:
    return [
        Column(tr("姓名"), lambda one: one.name, width=76),
        Column(tr("关系"), lambda one: one.relation_name, width=56),
        Column(tr("年龄"), lambda one: age_words(one.age), width=58),
        Column(tr("身份证号"), lambda one: short_number(one.masked_number) or tr("（没有）")),
        sync_column(tr("状态"), width=90, is_pill=True),
    ]


class HouseholdPanel(Card):
    """Without `may_edit` there is only the way to the page, and Enter on a resident does nothing.

    `page_asked` and `step_asked` carry the household's id, the latter also that of the person
    chosen; `resident_opened(ResidentRow)`.
    """

    edit_asked = Signal()
    add_resident_asked = Signal()
    page_asked = Signal(str)
    step_asked = Signal(str, str)
    resident_opened = Signal(object)

    def __init__(
        self,
        context: PageContext,
        *,
        may_edit: bool,
        handover: HandoverDesk | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(" ", is_flush=True, parent=parent)
        self._may_edit = may_edit
        self.handover = handover
        self._detail: HouseholdDetail | None = None
        self.pill = StatePill("", parent=self)
        self.looks = LooksLink(context, self)
        self.header.addWidget(self.looks)
        self.header.addWidget(self.pill)
        self.place = text_label("", "muted", wraps=True)
        self.place.setContentsMargins(16, 8, 16, 6)
        self.add(self.place)
        if handover is not None:
            handover.line.setContentsMargins(16, 0, 16, 6)
            self.add(handover.line)
        self.table = RecordTable(
            RowsModel(_resident_columns(), key=lambda one: one.id),
            name=tr("家庭成员"),
            empty=tr("这一户还没有登记人员。"),
        )
        self.table.setMinimumHeight(72)  # on a low screen the numbers and buttons come first
        self.add(self.table, 1)
        self.line = text_label("", "muted", wraps=True)
        self.line.setContentsMargins(16, 6, 16, 4)
        self.add(self.line)
        self.numbers = RevealRow(context, self)
        self.add(_indented(self.numbers))
        self.add(self._build_buttons())
        if handover is not None:
            self.add(_handing_over(handover))
        self.table.row_chosen.connect(self._on_resident_chosen)
        self.table.row_opened.connect(self._on_resident_opened)

    @property
    def detail(self) -> HouseholdDetail | None:
        return self._detail

    def show_household(self, detail: HouseholdDetail) -> None:
        is_other = self._detail is None or self._detail.id != detail.id
        self._detail = detail
        self.set_title(f"{detail.number} {detail.head_name}".strip())
        self.looks.show_for(detail.id)
        self.pill.set_state(*sync_state_word(detail.sync_state))
        self.place.setText(" · ".join(place_words(detail)))
        if self.handover is not None:
            self.handover.show_subject(detail.id)
        self.table.show_rows(detail.residents)
        if is_other and detail.residents:
            self.table.choose_position(0)
        if not detail.residents:
            self.line.clear()
        self._show_numbers()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.line.setVisible(self.height() >= text_px(LOW_PX))

    def _build_buttons(self) -> QWidget:
        outer = QWidget()
        frame = QVBoxLayout(outer)
        frame.setContentsMargins(14, 4, 14, 4)
        row = QWidget()
        flow = FlowLayout(row, spacing=6)
        frame.addWidget(row)
        self.page_button = QPushButton(icon("household"), tr("打开户页"))
        self.step_button = QPushButton(icon("activity"), tr("登记变动"))
        self.edit_resident_button = QPushButton(tr("修改此人"))
        self.edit_button = QPushButton(icon("edit"), tr("修改这一户"))
        self.add_resident_button = QPushButton(icon("add"), tr("补登人员"))
        for button in (
            self.page_button,
            self.step_button,
            self.edit_resident_button,
            self.edit_button,
            self.add_resident_button,
        ):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)  # Enter presses it
            flow.addWidget(button)
            button.setVisible(self._may_edit or button is self.page_button)
        self.page_button.setToolTip(tr("Ctrl+O"))
        self.step_button.setToolTip(tr("出生、去世、迁入、迁出、分户等（Ctrl+E）"))
        self.page_button.clicked.connect(self._on_page)
        self.step_button.clicked.connect(self._on_step)
        self.add_resident_button.clicked.connect(self.add_resident_asked)
        self.edit_button.clicked.connect(self.edit_asked)
        self.edit_resident_button.clicked.connect(self._on_edit_resident)
        return outer

    def _on_resident_chosen(self, one: ResidentRow) -> None:
        self.line.setText(" · ".join(_resident_words(one)))
        self._show_numbers()

    def _show_numbers(self) -> None:
        """Those of the person chosen, and the household's telephone."""
        one = self.table.current_row()
        texts = resident_numbers(one) if isinstance(one, ResidentRow) else []
        if self._detail is not None:
            texts += household_numbers(self._detail)
        self.numbers.show_texts(texts)

    def _on_resident_opened(self, one: ResidentRow) -> None:
        if self._may_edit:
            self.resident_opened.emit(one)

    def _on_edit_resident(self) -> None:
        one = self.table.current_row()
        if isinstance(one, ResidentRow):
            self._on_resident_opened(one)

    def _on_page(self) -> None:
        if self._detail is not None:
            self.page_asked.emit(self._detail.id)

    def _on_step(self) -> None:
        one = self.table.current_row()
        if self._detail is not None:
            person = one.id if isinstance(one, ResidentRow) else ""
            self.step_asked.emit(self._detail.id, person)


def _handing_over(handover: HandoverDesk) -> QWidget:
    row = QWidget()
    row.setContentsMargins(14, 0, 14, 4)
    flow = FlowLayout(row, spacing=8)
    flow.addWidget(handover.button)
    flow.addWidget(handover.back)
    return row


def _indented(widget: QWidget) -> QWidget:
    """With the margin of a flush card's words."""
    outer = QWidget()
    frame = QVBoxLayout(outer)
    frame.setContentsMargins(16, 0, 16, 2)
    frame.addWidget(widget)
    return outer


def household_numbers(detail: HouseholdDetail) -> list[MaskedText]:
    """The telephone of the household."""
    return [MaskedText(tr("户电话"), detail.phone, "household", detail.id, "phone")]


def resident_numbers(one: ResidentRow) -> list[MaskedText]:
    """Identity number and telephone of a person."""
    number = short_number(one.masked_number)
    return [
        MaskedText(tr("身份证号"), number, "resident", one.id, "identity_number"),
        MaskedText(tr("电话"), one.masked_phone, "resident", one.id, "phone"),
    ]


def place_words(detail: HouseholdDetail) -> list[str]:
    """Where the household is, and what is noted of it."""
    grid = detail.micro_grid_name or tr("未编入微网格")
    if detail.closed_grid_name and detail.dissolved_on is None:
        grid = closed_grid_words(detail.closed_grid_name)
    worker = tr("网格员 {name}", name=detail.worker_name) if detail.worker_name else ""
    count = tr("{count} 人", count=len(detail.residents))
    words = (grid, detail.group_name, worker, count, detail.address, detail.note)
    return [word for word in words if word]


def _resident_words(one: ResidentRow) -> list[str]:
    group = one.ethnic_group.chinese_name if one.ethnic_group else ""
    born = one.birth_date.isoformat() if one.birth_date else ""
    words = (one.name, one.sex.chinese_name, born, group, one.note)
    return [word for word in words if word]
