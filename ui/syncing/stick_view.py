"""用U盘交换: write out, carry, read in, and the receipts of what was carried."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import UserFacingError
from i18n.text import tr
from sync.client.stick import StickRead, StickRow, StickWritten
from ui.context import PageContext
from ui.syncing.stick_desk import StickDesk, suggested_folder
from ui.theme import icon, set_style_property
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.wording import error_sentence
from ui.wording_sticks import (
    stick_moment,
    stick_read_sentence,
    stick_state_sentence,
    stick_state_word,
    stick_written_sentence,
)


class StickView(QWidget):
    """``closed`` when the person goes back to the list."""

    closed = Signal()

    def __init__(
        self, context: PageContext, desk: StickDesk, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._desk = desk
        self.back = QPushButton(icon("back"), tr("返回"))
        self.out = QPushButton(icon("export", "white"), tr("写出到U盘"))
        self.in_ = QPushButton(icon("import"), tr("从U盘读入"))
        self.stop = QPushButton(icon("close"), tr("停下"))
        self.progress = QProgressBar()
        self.said = text_label("", wraps=True)
        self._model: RowsModel[StickRow] = RowsModel(_columns(), key=lambda row: row.number)
        self.table = RecordTable(self._model, name=tr("回执"))
        self.meaning = text_label("", "muted", wraps=True)
        self._build()
        self._connect()

    def load(self) -> None:
        """Reads the receipts."""
        self._context.runner.read(self._desk.receipts, on_done=self._on_receipts)

    def write_to(self, folder: Path) -> None:
        """Writes out, off the main thread."""
        self._begin(tr("正在写出…"))
        self._context.runner.write(
            partial(self._desk.write, folder), on_done=self._on_written, on_failed=self._on_failed
        )

    def read_from(self, folder: Path) -> None:
        """Reads in, off the main thread."""
        self._begin(tr("正在读入…"))
        self._context.runner.write(
            partial(self._desk.read, folder), on_done=self._on_read, on_failed=self._on_failed
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    # --- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.out.setProperty("role", "primary")
        self.back.setProperty("role", "quiet")
        for button in (self.back, self.out, self.in_, self.stop):
            button.setAccessibleName(button.text())
        self.progress.setTextVisible(True)
        self.progress.setFormat(tr("%v / %m"))
        self.progress.setAccessibleName(tr("进度"))
        steps = Card(tr("没有网的村，用U盘和县里交换"))
        steps.add(
            text_label(
                tr(
                    "先写出到U盘，送到乡镇或县里读入；带回来以后再从U盘读入回执。"
                    "文件是加密的，只有县里和这台电脑打得开。可以随时再写一次，不会重复。"
                ),
                "muted",
                wraps=True,
            )
        )
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.out, self.in_, self.back):
            flow.addWidget(button)
        steps.add(buttons)
        self._under_way = QWidget()
        row = QHBoxLayout(self._under_way)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.progress, 1)
        row.addWidget(self.stop)
        steps.add(self._under_way)
        steps.add(self.said)
        self._under_way.hide()
        self.said.hide()
        receipts = Card(tr("回执"), is_flush=True)
        self.table.set_empty_text(tr("还没有用U盘写出过。"))
        self.meaning.setContentsMargins(16, 8, 16, 4)
        receipts.add(self.meaning)  # above the list: what to do next is read without scrolling
        receipts.add(self.table, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(steps)
        layout.addWidget(receipts, 1)
        self.setFocusProxy(self.out)

    def _connect(self) -> None:
        self.back.clicked.connect(self.closed)
        self.out.clicked.connect(self._on_out_asked)
        self.in_.clicked.connect(self._on_in_asked)
        self.stop.clicked.connect(self._desk.stop)
        self._desk.progressed.connect(self._on_progressed)
        self.table.row_chosen.connect(self._on_row_chosen)

    # --- asking ------------------------------------------------------------------------------

    def _on_out_asked(self) -> None:
        self._ask_folder(tr("选择U盘：写出到这里")).fileSelected.connect(self._on_out_chosen)

    def _on_in_asked(self) -> None:
        self._ask_folder(tr("选择U盘：从这里读入回执")).fileSelected.connect(self._on_in_chosen)

    def _ask_folder(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, suggested_folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def _on_out_chosen(self, folder: str) -> None:
        self.write_to(Path(folder))

    def _on_in_chosen(self, folder: str) -> None:
        self.read_from(Path(folder))

    # --- showing -----------------------------------------------------------------------------

    def _begin(self, words: str) -> None:
        self._say(words)
        self.progress.setRange(0, 0)
        self._under_way.show()
        self._set_enabled(False)
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end(self, sentence: str, *, is_error: bool = False) -> None:
        self._under_way.hide()
        self._set_enabled(True)
        self._say(sentence, is_error=is_error)
        self.out.setFocus(Qt.FocusReason.OtherFocusReason)
        self.load()

    def _say(self, sentence: str, *, is_error: bool = False) -> None:
        set_style_property(self.said, "role", "error" if is_error else "strong")
        self.said.setText(sentence)
        self.said.show()

    def _set_enabled(self, is_enabled: bool) -> None:
        for button in (self.out, self.in_):
            button.setEnabled(is_enabled)

    def _on_progressed(self, done: int, whole: int) -> None:
        self.progress.setRange(0, max(whole, 1))
        self.progress.setValue(done)

    def _on_written(self, written: StickWritten) -> None:
        self._end(stick_written_sentence(written))

    def _on_read(self, read: StickRead) -> None:
        self._end(stick_read_sentence(read))

    def _on_failed(self, error: UserFacingError) -> None:
        self._end(error_sentence(error), is_error=True)

    def _on_receipts(self, rows: tuple[StickRow, ...]) -> None:
        self.table.show_rows(rows)
        if self.table.current_row() is None and rows:
            self.table.choose_position(0)
        self._on_row_chosen(self.table.current_row())

    def _on_row_chosen(self, row: object) -> None:
        is_row = isinstance(row, StickRow)
        self.meaning.setText(stick_state_sentence(row) if isinstance(row, StickRow) else "")
        self.meaning.setVisible(is_row)


def _columns() -> list[Column[StickRow]]:
    return [
        Column(tr("次数"), lambda row: tr("第 {number} 次", number=row.number), width=90),
        Column(tr("写出时间"), lambda row: stick_moment(row.written_at)),
        Column(tr("写出几条"), lambda row: str(row.operations), is_right=True, width=90),
        Column(tr("读入时间"), lambda row: stick_moment(row.read_at)),
        Column(
            tr("回执"),
            lambda row: stick_state_word(row.state)[0],
            tone=lambda row: stick_state_word(row.state)[1],
            width=110,
            is_pill=True,
        ),
    ]
