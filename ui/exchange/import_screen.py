"""Choose a file, see what it would do, import it, take it back: what every import shares.

Reading and writing run in the background; both can be cancelled, and neither leaves anything
half done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import ErrorCode, UserFacingError
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.theme import icon, set_style_property
from ui.widgets.cards import Card, StatCard
from ui.widgets.labels import ElidedLabel, text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.tabs import TabPages
from ui.wording import error_sentence

PROGRESS_EVERY = 10
"""Records between two steps of the progress bar."""
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Answer:
    """What reading a file came to; `turn` tells a late answer from the one waited for."""

    turn: int
    plan: Any = None
    error: UserFacingError | None = None


class ImportScreen(QWidget):
    """`closed` when the person goes back, `imported` when the table is in the store.

    A subclass says how a file is read (`_read_plan`) and written (`_write_plan`), what stands in
    the cards and tabs, and what is said. Its plan has `has_work`; its decisions are what a person
    changed of the reading, and empty at first.
    """

    closed = Signal()
    imported = Signal()
    _progressed = Signal(int, int)

    CANCELLED: ErrorCode
    OUTDATED: ErrorCode

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._turn = 0
        self._path: Path | None = None
        self._decisions: Any = {}
        self._tried: Any = {}
        self._is_importing = False
        self._stop = threading.Event()
        self.plan: Any = None
        self._build()
        self._connect()
        self._show_idle()

    # --- for the kinds of table ----------------------------------------

    def _question(self) -> str:
        """What stands beside the button before a file is chosen."""
        raise NotImplementedError

    def _read_plan(self, path: Path, decisions: Any) -> Any:
        """On the reader thread: the dry run."""
        raise NotImplementedError

    def _write_plan(self, plan: Any, on_progress: OnProgress) -> Changes:
        """On the writer thread."""
        raise NotImplementedError

    def _cards(self) -> tuple[StatCard, ...]:
        raise NotImplementedError

    def _tabs(self) -> tuple[QWidget, ...]:
        raise NotImplementedError

    def _show_found(self, plan: Any) -> None:
        """Fill cards, summary and tabs."""
        raise NotImplementedError

    def _progress_words(self, done: int, total: int) -> str:
        raise NotImplementedError

    def _say_imported(self, plan: Any, changes: Changes) -> None:
        raise NotImplementedError

    # --- for the page ----------------------------------------

    def begin(self, unit_id: str) -> None:
        """Start anew for this village, with the question which file."""
        self._unit_id = unit_id
        self._path, self.plan = None, None
        self._decisions = {}
        self._turn += 1
        self.file_label.setText(self._question())
        self._show_idle()
        self._show_error(None)
        self.choose_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_file(self) -> None:
        """Ask for a workbook, without a loop of its own."""
        words = tr("Excel 工作簿 (*.xlsx *.xlsm *.xls)")
        dialog = QFileDialog(self, tr("选择 Excel 文件"), "", words)
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

    def _read(self, decisions: Any) -> None:
        """Read with these decisions; they are kept once a reading with them came to something."""
        if self._path is None or self._is_importing:
            return
        self._turn += 1
        self._tried = decisions
        self._show_error(None)
        self._show_busy(tr("正在读取…"))
        work = partial(self._read_in_background, self._turn, self._path, decisions)
        self._context.runner.read(work, on_done=self._on_read)

    def _read_in_background(self, turn: int, path: Path, decisions: Any) -> Answer:
        try:
            return Answer(turn, self._read_plan(path, decisions))
        except UserFacingError as error:
            return Answer(turn, error=error)

    def _on_read(self, answer: Answer) -> None:
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
        work = partial(self._write_plan, self.plan, self._tell_progress)
        self._context.runner.write(
            work, on_done=self._on_imported, on_failed=self._on_import_failed
        )

    def _tell_progress(self, done: int, total: int) -> None:
        """On the writer thread."""
        if self._stop.is_set():
            raise UserFacingError(self.CANCELLED)
        if done % PROGRESS_EVERY == 0 or done == total:
            self._progressed.emit(done, total)

    def _on_progressed(self, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.busy_label.setText(self._progress_words(done, total))

    def _on_imported(self, changes: Changes) -> None:
        self._is_importing = False
        plan, self.plan = self.plan, None
        self._show_idle()
        if plan is not None and changes.txn is not None:
            self._say_imported(plan, changes)
        self.imported.emit()

    def _on_import_failed(self, error: UserFacingError) -> None:
        self._is_importing = False
        self._show_plan()
        self._show_error(error)
        if error.code is self.OUTDATED:
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
        is_calm = error is not None and error.code is self.CANCELLED
        set_style_property(self._error_bar, "tone", "info" if is_calm else "danger")
        self.error_label.setText("" if error is None else error_sentence(error))
        self._error_bar.setVisible(error is not None)
        self._error_bar.setAccessibleName(self.error_label.text())

    def _show_plan(self) -> None:
        self._show_idle()
        if self.plan is None:
            return
        self._show_found(self.plan)
        self._on_line_chosen()
        (self.import_button if self.plan.has_work else self.back_button).setFocus()

    def _name_tabs(self, words: tuple[str, ...]) -> None:
        for place, each in enumerate(words):
            self.tabs.setTabText(place, each)

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
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for card in self._cards():
            cards.addWidget(card, 1)
        layout.addLayout(cards)
        self.summary = text_label("", "strong", wraps=True)
        layout.addWidget(self.summary)
        self.tabs = TabPages(name=tr("试算的几个部分"))
        self.tabs.setMinimumHeight(170)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        for page in self._tabs():
            self.tabs.addTab(page, "")
        self.whole = text_label("", "muted", wraps=True)
        self.whole.setContentsMargins(16, 4, 16, 0)
        self.whole.hide()
        lists = Card(is_flush=True)
        lists.add(self.tabs, 1)
        lists.add(self.whole)
        layout.addWidget(lists, 1)
        return result

    def _on_line_chosen(self, _line: object = None) -> None:
        """What a narrow cell cuts off stands in full below the list."""
        table = self.tabs.currentWidget()
        line = table.current_row() if isinstance(table, RecordTable) else None
        words = getattr(line, "sentence", "")
        self.whole.setText(words)
        self.whole.setVisible(bool(words))

    def _connect(self) -> None:
        for page in self.tabs.findChildren(RecordTable):
            page.row_chosen.connect(self._on_line_chosen)
        self.tabs.currentChanged.connect(self._on_line_chosen)
        self.choose_button.clicked.connect(self.choose_file)
        self.back_button.clicked.connect(self._on_back)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.import_button.clicked.connect(self.start_import)
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
