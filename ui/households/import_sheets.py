"""Which sheets of the workbook are read and which micro-grid each stands for; a person decides."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.exchange.roster_report import RosterReport, SheetSkip
from i18n.text import tr
from ui.theme import Tone, text_px
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.wording_roster import roster_sentence

_FIXED = (SheetSkip.EMPTY, SheetSkip.HIDDEN, SheetSkip.NO_HEADER)
"""Sheets of which nothing can be read, whatever a person wishes."""


@dataclass(frozen=True)
class SheetRow:
    """A sheet of the workbook, read or not."""

    name: str
    micro_grid: str
    households: int
    people: int
    sentence: str
    is_read: bool
    is_fixed: bool = False


def sheet_rows(report: RosterReport) -> list[SheetRow]:
    """The sheets that are read, then all others with the reason."""
    read = [
        SheetRow(
            name=sheet.name,
            micro_grid=sheet.micro_grid,
            households=sheet.totals.households_found,
            people=sheet.totals.residents_found,
            sentence=tr("已读，表头在第 {row} 行", row=sheet.header_row),
            is_read=True,
        )
        for sheet in report.sheets
    ]
    return read + [
        SheetRow(
            name=one.name,
            micro_grid="",
            households=0,
            people=one.people,
            sentence=roster_sentence(one.reason),
            is_read=False,
            is_fixed=one.reason in _FIXED,
        )
        for one in report.skipped_sheets
    ]


class SheetChoices(QWidget):
    """The list of sheets; `read_changed(sheet, is_read)` and `micro_grid_changed(sheet, name)`."""

    read_changed = Signal(str, bool)
    micro_grid_changed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns = [
            Column[SheetRow](tr("工作表"), lambda row: row.name, width=150),
            Column[SheetRow](
                tr("读不读"),
                lambda row: tr("读") if row.is_read else tr("不读"),
                tone=lambda row: Tone.OK if row.is_read else Tone.NEUTRAL,
                width=76,
                is_pill=True,
            ),
            Column[SheetRow](tr("微网格"), _grid_words, width=130),
            Column[SheetRow](tr("户"), lambda row: row.households or "", width=56, is_right=True),
            Column[SheetRow](tr("人"), lambda row: row.people or "", width=56, is_right=True),
            Column[SheetRow](tr("说明"), lambda row: row.sentence),
        ]
        self._model: RowsModel[SheetRow] = RowsModel(columns, key=lambda row: row.name)
        self.table = RecordTable(self._model, name=tr("工作表"), empty=tr("还没有读文件。"))
        self.name_label = text_label(tr("这张表归到微网格："))
        self.grid_name = QLineEdit()
        self.grid_name.setMaxLength(50)
        self.grid_name.setMinimumWidth(text_px(150))
        self.grid_name.setPlaceholderText(tr("按各行所写"))
        self.grid_name.setAccessibleName(tr("这张表归到的微网格"))
        self.name_label.setBuddy(self.grid_name)
        self.use_button = QPushButton(tr("用这个名字"))
        self.read_button = QPushButton(tr("不读这张表"))
        self._build()

    def show_report(self, report: RosterReport) -> None:
        """Show the sheets of what was read."""
        self.table.show_rows(sheet_rows(report))
        if self.table.current_row() is None and self._model.rowCount():
            self.table.selectRow(0)
        self._on_chosen(self.table.current_row())

    def _build(self) -> None:
        line = QWidget()
        flow = FlowLayout(line)
        flow.setContentsMargins(14, 8, 14, 8)
        for widget in (self.name_label, self.grid_name, self.use_button, self.read_button):
            flow.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.table, 1)
        layout.addWidget(line)
        self.table.row_chosen.connect(self._on_chosen)
        self.table.row_opened.connect(lambda _row: self.grid_name.setFocus())
        self.grid_name.returnPressed.connect(self._on_named)
        self.use_button.clicked.connect(self._on_named)
        self.read_button.clicked.connect(self._on_read_turned)

    def _current(self) -> SheetRow | None:
        row = self.table.current_row()
        return row if isinstance(row, SheetRow) else None

    def _on_chosen(self, _row: object) -> None:
        row = self._current()
        is_read = row is not None and row.is_read
        self.grid_name.setText(row.micro_grid if row is not None else "")
        self.grid_name.setEnabled(is_read)
        self.use_button.setEnabled(is_read)
        self.read_button.setEnabled(row is not None and not row.is_fixed)
        self.read_button.setText(tr("不读这张表") if is_read else tr("也读这张表"))

    def _on_named(self) -> None:
        row = self._current()
        if row is not None and row.is_read and self.grid_name.text().strip() != row.micro_grid:
            self.micro_grid_changed.emit(row.name, self.grid_name.text().strip())

    def _on_read_turned(self) -> None:
        row = self._current()
        if row is not None and not row.is_fixed:
            self.read_changed.emit(row.name, not row.is_read)


def _grid_words(row: SheetRow) -> str:
    if not row.is_read:
        return ""
    return row.micro_grid or tr("（按各行所写）")
