"""The rounds that were made: when, where, who, and what came of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from app.duty.queries import PatrolRow
from i18n.text import tr
from ui.theme import Tone, icon, text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.slim import SlimTable
from ui.widgets.sync_column import sync_column
from ui.wording_duty import day_line, findings_words, patrol_hours

_MEMBERS, _FOUND, _STATE = 3, 4, 6
_WIDE_PX, _MIDDLE_PX = 900, 740


class RoundsCard(Card):
    """`round_opened(PatrolRow)`, `new_asked`, `remove_asked(PatrolRow)`."""

    round_opened = Signal(object)
    new_asked = Signal()
    remove_asked = Signal(object)

    def __init__(self, *, may_record: bool, parent: QWidget | None = None) -> None:
        super().__init__(tr("巡逻记录"), is_flush=True, parent=parent)
        self._may_record = may_record
        self.model: RowsModel[PatrolRow] = RowsModel(_columns(), key=lambda row: row.patrol_id)
        self.table = SlimTable(self.model, name=tr("巡逻记录"))
        self.table.set_empty_text(
            tr("还没有巡逻记录。"),
            tr("出发时点“开始巡逻”，回来点“结束巡逻”，写上发现的情况。") if may_record else "",
        )
        self.tools = QWidget()
        """Filter and button; they stand wherever the page puts them."""
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("输入路线、人名或情况来筛选"))
        self.filter.setAccessibleName(tr("筛选巡逻记录"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(text_px(220))
        self.add_button = QPushButton(icon("add"), tr("补记巡逻"))
        self._build()

    def show_rounds(self, rows: tuple[PatrolRow, ...]) -> None:
        self.table.show_rows(rows)
        self.set_aside(tr("{count} 次", count=len(rows)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column in (_FOUND, _STATE):
            self.table.setColumnHidden(column, self.width() < text_px(_WIDE_PX))
        self.table.setColumnHidden(_MEMBERS, self.width() < text_px(_MIDDLE_PX))

    def _build(self) -> None:
        flow = FlowLayout(self.tools)
        flow.addWidget(self.filter)
        flow.addWidget(self.add_button)
        self.add_button.setVisible(self._may_record)
        self.add_button.setAccessibleName(self.add_button.text())
        self.add_button.clicked.connect(self.new_asked)
        self.filter.textChanged.connect(self._on_filter)
        self.table.set_filter_field(self.filter)
        self.table.row_opened.connect(self.round_opened)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._on_delete)
        self.add(self.table, 1)

    def _on_filter(self, typed: str) -> None:
        words = typed.strip()
        self.model.set_filter((lambda row: _holds(row, words)) if words else None)

    def _on_delete(self) -> None:
        row = self.table.current_row()
        if isinstance(row, PatrolRow) and self._may_record:
            self.remove_asked.emit(row)


def _holds(row: PatrolRow, words: str) -> bool:
    return any(words in text for text in (row.route, row.members, row.found))


def _columns() -> list[Column[PatrolRow]]:
    return [
        Column(tr("日期"), lambda row: day_line(row.on_date), width=110),
        Column(tr("时间"), patrol_hours, tone=_time_tone, width=170),
        Column(tr("路线"), lambda row: row.route),
        Column(tr("参加人"), lambda row: row.members),
        Column(tr("发现情况"), lambda row: row.found),
        Column(tr("登记了"), findings_words, tone=_findings_tone, width=140),
        sync_column(tr("状态"), width=90, is_pill=True),
    ]


def _time_tone(row: PatrolRow) -> Tone | None:
    return None if row.ends_at else Tone.INFO


def _findings_tone(row: PatrolRow) -> Tone | None:
    return Tone.WARN if row.hazards or row.incidents else None
