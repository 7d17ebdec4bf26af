"""The people below one's own unit, and where each of them works: for township and county."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from app.handovers.queries import PersonRow, people_in_reach
from app.handovers.vocabulary import HandoverSubject
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.handovers.desk import HandoverDesk
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.wording_rules import name_of


def _columns() -> list[Column[PersonRow]]:
    return [
        Column(tr("姓名"), lambda one: one.name, width=120),
        Column(tr("岗位"), lambda one: name_of(one.role), width=120),
        Column(tr("单位"), lambda one: one.unit),
        Column(tr("移交"), _asked, tone=lambda _one: "warn"),
    ]


def _asked(one: PersonRow) -> str:
    return tr("已申请到{unit}", unit=one.asked_for) if one.asked_for else ""


class PeopleCard(Card):
    """A person chosen in the list may be handed to another unit."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("人员调动"), is_flush=True, parent=parent)
        self._context = context
        self.table = RecordTable(
            RowsModel(_columns(), key=lambda one: one.account_id),
            name=tr("人员"),
            empty=tr("下面的单位还没有人员。"),
        )
        self.table.setMinimumHeight(text_px(180))
        self.handover = HandoverDesk(context, HandoverSubject.ACCOUNT, self)
        self.handover.line.setContentsMargins(16, 6, 16, 0)
        self.add(self.table, 1)
        self.add(self.handover.line)
        row = QWidget()
        flow = FlowLayout(row, spacing=8)
        flow.addWidget(self.handover.button)
        flow.addWidget(self.handover.back)
        row.setContentsMargins(14, 4, 14, 4)
        self.add(row)
        self.table.row_chosen.connect(self._on_chosen)
        self.table.row_opened.connect(self._on_opened)
        context.runner.changed.connect(self._on_changed)
        self.load()

    def load(self) -> None:
        """Read the people again."""
        work = partial(people_in_reach, self._context.store, self._context.actor)
        self._context.runner.read(work, on_done=self._on_read)

    def _on_read(self, rows: tuple[PersonRow, ...]) -> None:
        self.table.show_rows(rows)
        chosen = self.table.current_row()
        if chosen is None and rows:
            self.table.choose_position(0)
        elif isinstance(chosen, PersonRow):
            self.handover.show_subject(chosen.account_id)

    def _on_chosen(self, one: PersonRow) -> None:
        self.handover.show_subject(one.account_id)

    def _on_opened(self, _one: PersonRow) -> None:
        self.handover.ask()

    def _on_changed(self, changes: Changes) -> None:
        if changes.touches("account", "handover", "unit"):
            self.load()
