"""The motions of the village, newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.organisations.vocabulary import Unit
from app.votes.views import MotionRow
from i18n.text import tr
from ui.widgets.cards import Card
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.sync_column import sync_column
from ui.wording_rules import name_of
from ui.wording_time import short_moment
from ui.wording_votes import collected_words, motion_number, motion_state_word


class MotionList(QWidget):
    """Type to filter, Enter opens; `motion_opened(motion_id)`."""

    motion_opened = Signal(str)

    def __init__(
        self,
        *,
        units: dict[str, Unit],
        shows_villages: bool,
        may_propose: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows: Sequence[MotionRow] = ()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("输入名称或号数筛选"))
        self.filter.setAccessibleName(tr("筛选议案"))
        self.filter.setClearButtonEnabled(True)
        self.table = RecordTable(
            RowsModel(_columns(units, shows_villages), key=lambda row: row.motion_id),
            name=tr("议案"),
        )
        hint = (
            tr("点右上角“新提议案”（Ctrl+N），写第一个。")
            if may_propose
            else tr("村里提出后会出现在这里。")
        )
        self.table.set_empty_text(tr("还没有议案。"), hint)
        self.table.set_filter_field(self.filter)
        self._card = Card(tr("议案"), is_flush=True)
        self._card.header.addWidget(self.filter, 1)
        self._card.add(self.table, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._card)
        self.setFocusProxy(self.table)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.table.row_opened.connect(self._on_row_opened)

    def show_motions(self, rows: Sequence[MotionRow]) -> None:
        """The rows as they are now; the cursor stays on its motion."""
        self._rows = rows
        self.table.show_rows(rows)
        if rows and self.table.current_row() is None:
            self.table.choose_position(0)

    def _on_filter_changed(self, typed: str) -> None:
        self.table.rows.set_filter(_matcher(typed) if typed.strip() else None)
        if self.table.rows.rowCount():
            self.table.choose_position(0)

    def _on_row_opened(self, row: object) -> None:
        if isinstance(row, MotionRow):
            self.motion_opened.emit(row.motion_id)


def _matcher(typed: str) -> Callable[[MotionRow], bool]:
    wanted = typed.strip()
    return lambda row: wanted in row.title or wanted == str(row.number)


def _columns(units: dict[str, Unit], shows_villages: bool) -> list[Column[MotionRow]]:
    village: list[Column[MotionRow]] = [
        Column(tr("村"), lambda row: _unit_name(units, row.unit_id), width=110)
    ]
    return [
        Column(
            tr("号数"),
            lambda row: motion_number(row.number),
            width=84,
            sort_key=lambda row: row.number,
        ),
        *(village if shows_villages else []),
        Column(tr("名称"), lambda row: row.title),
        Column(
            tr("状态"),
            lambda row: motion_state_word(row)[0],
            tone=lambda row: motion_state_word(row)[1],
            width=124,
            is_pill=True,
        ),
        Column(tr("已收"), collected_words, width=104, sort_key=lambda row: row.collected),
        Column(tr("事项"), lambda row: name_of(row.matter), width=168),
        Column(tr("提出"), _proposed, width=150, sort_key=lambda row: row.proposed_at),
        sync_column(tr("上报"), width=92, is_pill=True),
    ]


def _proposed(row: MotionRow) -> str:
    return f"{row.proposed_by} {short_moment(row.proposed_at)}".strip()


def _unit_name(units: dict[str, Unit], unit_id: str) -> str:
    return units[unit_id].name if unit_id in units else ""
