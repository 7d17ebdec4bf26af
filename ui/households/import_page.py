"""A roster from Excel: choose the file, see what it would do, import it, take it back.

Reading and writing run in the background; both can be cancelled, and neither leaves anything
half done.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import ErrorCode, UserFacingError
from app.exchange.column_guess import ColumnGuess
from app.exchange.roster_apply import import_roster, read_and_plan
from app.exchange.roster_plan import PlanCounts, RosterPlan
from app.exchange.roster_sheets import SheetDecision
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.households.grid_list import GridList
from ui.households.import_columns import ColumnChoices
from ui.households.import_sheets import SheetChoices
from ui.households.import_tables import (
    grid_lines,
    left_lines,
    left_table,
    refused_lines,
    refused_table,
    show_sheet_names,
    warning_lines,
    warning_table,
    work_lines,
    work_table,
)
from ui.theme import Tone, icon, set_style_property
from ui.widgets.cards import Card, StatCard
from ui.widgets.labels import ElidedLabel, text_label
from ui.wording import error_sentence
from ui.wording_households import imported_sentence, plan_sentence

PROGRESS_EVERY = 10
"""Households between two steps of the progress bar."""


@dataclass(frozen=True)
class _Answer:
    """What reading a file came to; `turn` tells a late answer from the one waited for."""

    turn: int
    plan: RosterPlan | None = None
    error: UserFacingError | None = None


class ImportPage(QWidget):
    """`closed` when the person goes back, `imported` when the roster is in the store."""

    closed = Signal()
    imported = Signal()
    _progressed = Signal(int, int)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._turn = 0
        self._path: Path | None = None
        self._decisions: dict[str, SheetDecision] = {}
        self._tried: dict[str, SheetDecision] = {}
        self._is_importing = False
        self._stop = threading.Event()
        self.plan: RosterPlan | None = None
        self._build()
        self._connect()
        self._show_idle()

    def begin(self, unit_id: str) -> None:
        """Start anew for this village, with the question which file."""
        self._unit_id = unit_id
        self._path, self.plan = None, None
        self._decisions = {}
        self._turn += 1
        self.file_label.setText(tr("请选择村里的花名册（.xlsx）。原文件不会被改动。"))
        self._show_idle()
        self._show_error(None)
        self.choose_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_file(self) -> None:
        """Ask for a workbook, without a loop of its own."""
        dialog = QFileDialog(self, tr("选择花名册"), "", tr("Excel 工作簿 (*.xlsx *.xlsm *.xls)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    def read_file(self, path: Path | str) -> None:
        """Read a workbook in the background and show what importing it would do."""
        self._path, self.plan = Path(path), None
        self._decisions = {}
        self._show_idle()
        self.file_label.setText(self._path.name)
        self._read({})

    # --- reading ----------------------------------------

    def _read(self, decisions: dict[str, SheetDecision]) -> None:
        """Read with these decisions; they are kept once a reading with them came to something."""
        if self._path is None or self._is_importing:
            return
        self._turn += 1
        self._tried = decisions
        self._show_error(None)
        self._show_busy(tr("正在读取…"))
        work = partial(self._read_in_background, self._turn, self._path, decisions)
        self._context.runner.read(work, on_done=self._on_read)

    def _read_in_background(
        self, turn: int, path: Path, decisions: dict[str, SheetDecision]
    ) -> _Answer:
        try:
            plan = read_and_plan(
                self._context.store,
                self._context.actor,
                path,
                unit_id=self._unit_id,
                decisions=decisions,
            )
        except UserFacingError as error:
            return _Answer(turn, error=error)
        return _Answer(turn, plan)

    def _decide(self, sheet: str, **decided: object) -> None:
        known = self._decisions.get(sheet, SheetDecision())
        self._read({**self._decisions, sheet: replace(known, **decided)})  # type: ignore[arg-type]

    def _on_columns_corrected(self, columns: dict[str, ColumnGuess]) -> None:
        decisions = dict(self._decisions)
        for sheet, guess in columns.items():
            decisions[sheet] = replace(decisions.get(sheet, SheetDecision()), columns=guess)
        self._read(decisions)

    def _on_read_changed(self, sheet: str, is_read: bool) -> None:
        self._decide(sheet, is_read=is_read)

    def _on_micro_grid_changed(self, sheet: str, name: str) -> None:
        self._decide(sheet, micro_grid=name)

    def _on_read(self, answer: _Answer) -> None:
        if answer.turn != self._turn:
            return
        if answer.error is not None:
            self._show_error(answer.error)
            self._show_plan()
            return
        self.plan = answer.plan
        self._decisions = self._tried
        self._show_plan()

    def _on_cancel(self) -> None:
        """While reading: forget the answer. While writing: stop, and nothing is written."""
        if self._is_importing:
            self._stop.set()
            self.cancel_button.setEnabled(False)
            return
        self._turn += 1
        self.file_label.setText(tr("已取消读取。可以再选一个文件。"))
        self._show_idle()

    # --- importing ----------------------------------------

    def start_import(self) -> None:
        """Write the plan that is shown; does nothing when there is nothing to write."""
        if self.plan is None or not self.import_button.isEnabled():
            return
        self._is_importing = True
        self._stop.clear()
        self._show_error(None)
        self._show_busy(tr("正在写入…"))
        work = partial(
            import_roster,
            self._context.store,
            self._context.actor,
            self.plan,
            on_progress=self._tell_progress,
        )
        self._context.runner.write(
            work, on_done=self._on_imported, on_failed=self._on_import_failed
        )

    def _tell_progress(self, done: int, total: int) -> None:
        """On the writer thread."""
        if self._stop.is_set():
            raise UserFacingError(ErrorCode.ROSTER_IMPORT_CANCELLED)
        if done % PROGRESS_EVERY == 0 or done == total:
            self._progressed.emit(done, total)

    def _on_progressed(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.busy_label.setText(tr("正在写入 {done}/{total} 户", done=done, total=total))

    def _on_imported(self, changes: Changes) -> None:
        self._is_importing = False
        counts = self.plan.counts if self.plan is not None else None
        self.plan = None
        self._show_idle()
        if counts is not None and changes.txn is not None:
            self._context.offer_undo(imported_sentence(counts), changes.txn)
        self.imported.emit()

    def _on_import_failed(self, error: UserFacingError) -> None:
        self._is_importing = False
        self._show_plan()
        self._show_error(error)
        if error.code is ErrorCode.ROSTER_PLAN_OUTDATED:
            self._read(self._decisions)
            self._show_error(error)

    def _on_back(self) -> None:
        if self._is_importing:
            return
        self._turn += 1
        self._show_idle()
        self.closed.emit()

    # --- showing ----------------------------------------

    def _show_idle(self) -> None:
        self._busy_row.hide()
        self.choose_button.setEnabled(True)
        self.back_button.setEnabled(True)
        self._result.setVisible(self.plan is not None)
        self._blank.setVisible(self.plan is None)
        self.import_button.setEnabled(self.plan is not None and self.plan.has_work)

    def _show_busy(self, words: str) -> None:
        self.busy_label.setText(words)
        self.progress.setRange(0, 0)
        self.cancel_button.setEnabled(True)
        self._busy_row.show()
        self.choose_button.setEnabled(False)
        self.import_button.setEnabled(False)
        self.back_button.setEnabled(not self._is_importing)

    def _show_error(self, error: UserFacingError | None) -> None:
        is_calm = error is not None and error.code is ErrorCode.ROSTER_IMPORT_CANCELLED
        set_style_property(self._error_bar, "tone", "info" if is_calm else "danger")
        self.error_label.setText("" if error is None else error_sentence(error))
        self._error_bar.setVisible(error is not None)
        self._error_bar.setAccessibleName(self.error_label.text())

    def _show_plan(self) -> None:
        plan = self.plan
        self._show_idle()
        if plan is None:
            return
        counts = plan.counts
        self.file_label.setText(_file_words(plan))
        self.summary.setText(plan_sentence(counts))
        self._show_counts(counts, len(plan.not_mentioned))
        self.refused.show_rows(refused_lines(plan))
        self.warnings.show_rows(warning_lines(plan))
        self.work.show_rows(work_lines(plan))
        self.left.show_rows(left_lines(plan))
        self.grids.show_lines(grid_lines(plan))
        self.sheets.show_report(plan.report)
        self.columns.show_sheets(plan.report.sheets)
        tables = (self.refused, self.warnings, self.work)
        show_sheet_names(tables, are_many=plan.report.has_many_sheets)
        self._name_tabs(plan)
        (self.import_button if plan.has_work else self.back_button).setFocus()

    def _show_counts(self, counts: PlanCounts, left: int) -> None:
        added = tr(
            "{homes} 户，{grids} 个微网格",
            homes=counts.households_to_add,
            grids=counts.micro_grids_to_add,
        )
        self.add_card.show_figure(str(counts.to_add), line=added, tone=Tone.OK)
        changed = tr("另有 {homes} 户", homes=counts.households_to_change)
        self.change_card.show_figure(str(counts.to_change), line=changed, tone=Tone.INFO)
        said = tr("名册没提到 {left}", left=left)
        if counts.left_alone:
            said = tr("{said}，已去世或迁出 {gone}", said=said, gone=counts.left_alone)
        self.same_card.show_figure(str(counts.same), line=said)
        tone = Tone.DANGER if counts.refused_rows else Tone.OK
        self.refused_card.show_figure(str(counts.refused_rows), line=tr("其余照常导入"), tone=tone)

    def _name_tabs(self, plan: RosterPlan) -> None:
        warnings = len(plan.warnings) + len(plan.report.warnings)
        counts = (
            tr("拒收 {count}", count=len(plan.report.refused)),
            tr("核对 {count}", count=warnings),
            tr("增改 {count}", count=self.work.rows.rowCount()),
            tr("微网格 {count}", count=len(plan.report.micro_grids)),
            tr("没提到 {count}", count=len(plan.not_mentioned)),
            tr("工作表 {count}", count=len(plan.report.sheets)),
            tr("各列"),
        )
        for place, words in enumerate(counts):
            self.tabs.setTabText(place, words)

    # --- building ----------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._build_file_card())
        layout.addWidget(self._build_error_bar())
        self._result = self._build_result()
        layout.addWidget(self._result, 1)
        self._blank = QWidget()
        layout.addWidget(self._blank, 1)

    def _build_file_card(self) -> Card:
        card = Card()
        self.choose_button = QPushButton(icon("import"), tr("选择 Excel 文件…"))
        self.back_button = QPushButton(icon("back"), tr("返回"))
        self.import_button = QPushButton(tr("导入 (Ctrl+Enter)"))
        self.import_button.setProperty("role", "primary")
        self.file_label = ElidedLabel("", "strong")
        first = QHBoxLayout()
        first.addWidget(self.back_button)
        first.addWidget(self.choose_button)
        first.addWidget(self.file_label, 1)
        first.addWidget(self.import_button)
        card.body.addLayout(first)
        self._busy_row = QWidget()
        busy = QHBoxLayout(self._busy_row)
        busy.setContentsMargins(0, 6, 0, 0)
        self.busy_label = text_label("")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("进度"))
        self.cancel_button = QPushButton(tr("取消"))
        busy.addWidget(self.busy_label)
        busy.addWidget(self.progress, 1)
        busy.addWidget(self.cancel_button)
        card.add(self._busy_row)
        for button in (
            self.choose_button,
            self.back_button,
            self.import_button,
            self.cancel_button,
        ):
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)  # Enter presses it
        return card

    def _build_error_bar(self) -> QFrame:
        self._error_bar = QFrame()
        self._error_bar.setProperty("role", "notice")
        self._error_bar.setProperty("tone", "danger")
        row = QHBoxLayout(self._error_bar)
        row.setContentsMargins(12, 8, 12, 8)
        self.error_label = text_label("", wraps=True)
        self.error_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self.error_label)
        self._error_bar.hide()
        return self._error_bar

    def _build_result(self) -> QWidget:
        result = QWidget()
        layout = QVBoxLayout(result)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        self.add_card = StatCard(tr("人要新增"))
        self.change_card = StatCard(tr("人要修改"))
        self.same_card = StatCard(tr("人不变"))
        self.refused_card = StatCard(tr("行拒收"))
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for card in (self.add_card, self.change_card, self.same_card, self.refused_card):
            cards.addWidget(card, 1)
        layout.addLayout(cards)
        self.summary = text_label("", "strong", wraps=True)
        layout.addWidget(self.summary)
        lists = Card(is_flush=True)
        lists.add(self._build_tabs(), 1)
        layout.addWidget(lists, 1)
        return result

    def _build_tabs(self) -> QTabWidget:
        self.refused, self.warnings = refused_table(), warning_table()
        self.work, self.left = work_table(), left_table()
        self.grids = GridList(name=tr("名册里的微网格"))
        self.sheets = SheetChoices()
        self.columns = ColumnChoices()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setMinimumHeight(170)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        lists = (self.refused, self.warnings, self.work, self.grids, self.left)
        for page in (*lists, self.sheets, self.columns):
            self.tabs.addTab(page, "")
        return self.tabs

    def _connect(self) -> None:
        self.choose_button.clicked.connect(self.choose_file)
        self.back_button.clicked.connect(self._on_back)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.import_button.clicked.connect(self.start_import)
        self.columns.corrected.connect(self._on_columns_corrected)
        self.sheets.read_changed.connect(self._on_read_changed)
        self.sheets.micro_grid_changed.connect(self._on_micro_grid_changed)
        self._progressed.connect(self._on_progressed, Qt.ConnectionType.QueuedConnection)
        keys = {
            "Ctrl+Return": self.start_import,
            "Ctrl+Enter": self.start_import,
            "Esc": self._on_escape,
        }
        for key, meaning in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(meaning)

    def _on_escape(self) -> None:
        if self._busy_row.isVisible():
            self._on_cancel()
        else:
            self._on_back()


def _file_words(plan: RosterPlan) -> str:
    report = plan.report
    if report.has_many_sheets:
        names = "、".join(sheet.name for sheet in report.sheets)
        count = len(report.sheets)
        return tr(
            "{file} · {count} 张工作表：{names}", file=report.file_name, count=count, names=names
        )
    return tr(
        "{file} · {sheet} · 表头在第 {row} 行",
        file=report.file_name,
        sheet=report.sheet,
        row=report.header_row,
    )
