"""待处理: the list of pending work with filters, and the chosen piece beside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import UserFacingError
from app.looks.vocabulary import LookedAt
from app.pending.actions import keep_as_note, take_note_back
from app.pending.queries import PendingList, PendingRow, pending_list
from app.pending.vocabulary import PendingKind
from app.resend import send_again
from i18n.text import tr
from ui.context import PageContext
from ui.looks.noting import look_at_rows, looked_first
from ui.printing import print_for
from ui.syncing.pending_card import PendingCard, may_be_mended
from ui.syncing.pending_paper import export_rows, paper_html
from ui.theme import icon, text_px
from ui.widgets.cards import Card
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.save_dialog import open_workbook_dialog
from ui.widgets.side_panel import SidePanelHost
from ui.wording import error_sentence
from ui.wording_pending import filter_words, kind_word, row_title
from ui.wording_sync import entity_word
from ui.wording_time import short_moment

_FILTER_DELAY_MS = 150
SIDE_FROM_PX = 760


class PendingView(QWidget):
    """Arrows choose, Enter opens the record to mend it."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted = ""
        self._kept_op = 0
        self.kinds = QComboBox()
        self.words = QLineEdit()
        self._model: RowsModel[PendingRow] = RowsModel(_columns(), key=lambda row: row.key)
        self.table = RecordTable(self._model, name=tr("待处理"))
        self.card = PendingCard()
        self.list = Card(tr("待处理"), aside=" ", is_flush=True)
        self.host = SidePanelHost(self.list, self.card)
        self.export_button = QPushButton(icon("export"), tr("导出表格"))
        self.print_button = QPushButton(icon("print"), tr("打印"))
        self._done = _DoneBar()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FILTER_DELAY_MS)
        self._build()
        self._connect()

    def load(self) -> None:
        """Reads the list as the filters ask for it."""
        work = partial(
            pending_list,
            self._context.store,
            self._context.actor,
            kind=self._kind(),
            words=self.words.text(),
        )
        self._context.runner.read(work, on_done=self._on_list)

    def choose_operation(self, op_no: str) -> None:
        """Shows this operation when the list has been read."""
        self._wanted = f"op-{op_no}"
        self.kinds.setCurrentIndex(0)
        self.words.clear()
        self.load()

    def export_to(self, path: Path) -> None:
        """The rows shown, as an Excel workbook."""
        rows = tuple(self._model.rows())
        work = partial(looked_first, self._look(LookedAt.EXPORT), partial(export_rows, path, rows))
        self._context.runner.write(work, on_done=self._on_exported, on_failed=self._on_failed)

    def hideEvent(self, event: QHideEvent) -> None:
        """A list that is not seen asks nothing; it is read again when it is shown."""
        super().hideEvent(event)
        self._timer.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.host.is_side_open and self._is_narrow():
            self.host.close_side()
        else:
            super().keyPressEvent(event)

    # --- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.kinds.setAccessibleName(tr("待处理的种类"))
        self.kinds.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        calm_wheel(self.kinds)
        self._fill_kinds({})
        self.words.setPlaceholderText(tr("筛选：记录或内容里的字"))
        self.words.setAccessibleName(tr("筛选待处理"))
        self.words.setClearButtonEnabled(True)
        self.table.set_filter_field(self.words)
        bar = QHBoxLayout()
        bar.setContentsMargins(15, 8, 15, 6)
        bar.setSpacing(8)
        bar.addWidget(self.words, 1)
        bar.addWidget(self.kinds)
        self.list.body.addLayout(bar)
        self.list.add(self.table, 1)
        self.list.add(self._done)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(15, 6, 15, 0)
        buttons.setSpacing(8)
        for button in (self.export_button, self.print_button):
            button.setAccessibleName(button.text())
            buttons.addWidget(button)
        buttons.addStretch()
        self.list.body.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.host)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.words.textChanged.connect(self._timer.start)
        self._timer.timeout.connect(self.load)
        self.kinds.activated.connect(self.load)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)
        self.host.closed.connect(self._focus_list)
        self.card.mend_asked.connect(self._on_mend)
        self.card.again_asked.connect(self._on_again)
        self.card.aside_asked.connect(self._on_aside)
        self.card.back_asked.connect(self._on_back)
        self.export_button.clicked.connect(self._on_export)
        self.print_button.clicked.connect(self._on_print)
        self._done.undo.clicked.connect(self._on_undo)

    def _kind(self) -> PendingKind | None:
        """Qt gives a text back."""
        chosen = self.kinds.currentData()
        return PendingKind(chosen) if chosen else None

    def _is_narrow(self) -> bool:
        return self.width() < text_px(SIDE_FROM_PX)

    def _focus_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- showing -----------------------------------------------------------------------------

    def _on_list(self, found: PendingList) -> None:
        chosen = self._wanted or getattr(self.card.row, "key", "")
        self._fill_kinds(found.counts)
        self._show_empty()
        self.table.show_rows(found.rows)
        self.list.set_aside(tr("共 {count} 条", count=len(found.rows)))
        if self._wanted and self.table.choose(self._wanted):
            self.host.open_side()
        elif not (chosen and self.table.choose(chosen)) and found.rows:
            self.table.choose_position(0)
        self._wanted = ""
        row = self.table.current_row()
        self.card.show_row(row if isinstance(row, PendingRow) else None)
        if not self._is_narrow() and found.rows:
            self.host.open_side()
        elif not found.rows:
            self.host.close_side()
        for button in (self.export_button, self.print_button):
            button.setEnabled(bool(found.rows))

    def _fill_kinds(self, counts: object) -> None:
        known = counts if isinstance(counts, dict) else {}
        chosen = self.kinds.currentData()
        self.kinds.blockSignals(True)
        self.kinds.clear()
        open_ones = sum(number for kind, number in known.items() if kind is not PendingKind.NOTE)
        self.kinds.addItem(filter_words(None, open_ones), None)
        for kind in PendingKind:
            self.kinds.addItem(filter_words(kind, known.get(kind, 0)), kind)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(chosen)))
        self.kinds.blockSignals(False)

    def _show_empty(self) -> None:
        if self.words.text().strip():
            self.table.set_empty_text(tr("没有符合的。"), tr("换几个字，或清空筛选。"))
        elif self._kind() is PendingKind.NOTE:
            self.table.set_empty_text(
                tr("没有备注。"), tr("未采纳的内容可以留作备注，文字不会丢。")
            )
        else:
            self.table.set_empty_text(
                tr("没有要处理的。"), tr("待上传的、未采纳的、收不下的，都会列在这里。")
            )

    def _on_row_chosen(self, row: object) -> None:
        if isinstance(row, PendingRow):
            self.card.show_row(row)

    def _on_row_opened(self, row: object) -> None:
        """Enter shows the piece where it was hidden, and mends it where it was shown."""
        if not isinstance(row, PendingRow):
            return
        self.card.show_row(row)
        if not self.host.is_side_open:
            self.host.open_side()
        elif may_be_mended(row):
            self._on_mend(row)

    # --- doing -------------------------------------------------------------------------------

    def _on_mend(self, row: PendingRow) -> None:
        self._context.mend(row.entity, row.record_id, row.wrong_field)

    def _on_again(self, row: PendingRow) -> None:
        work = partial(send_again, self._context.store, self._context.actor, txn=row.txn)
        self._context.runner.write(work, on_done=self._on_sent, on_failed=self._on_failed)

    def _on_sent(self, _changes: object) -> None:
        self._context.wrote()
        self.load()

    def _on_aside(self, row: PendingRow) -> None:
        self._kept_op = row.op_no
        work = partial(keep_as_note, self._context.store, self._context.actor, txn=row.txn)
        self._context.runner.write(work, on_done=self._on_kept, on_failed=self._on_failed)

    def _on_kept(self, count: int) -> None:
        self._done.say(tr("{count} 条已留作备注，文字一直保存。", count=count))
        self._context.wrote()
        self.load()
        self._focus_list()

    def _on_undo(self) -> None:
        self._take_back(self._kept_op)

    def _on_back(self, row: PendingRow) -> None:
        self._take_back(row.op_no)

    def _take_back(self, op_no: int) -> None:
        work = partial(take_note_back, self._context.store, self._context.actor, op_no=op_no)
        self._context.runner.write(work, on_done=self._on_taken_back, on_failed=self._on_failed)

    def _on_taken_back(self, _count: int) -> None:
        self._done.hide()
        self._context.wrote()
        self.load()
        self._focus_list()

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))
        self.load()

    # --- paper -------------------------------------------------------------------------------

    def _on_export(self) -> None:
        dialog = open_workbook_dialog(self, title=tr("导出待处理表格"), file_name=tr("待处理.xlsx"))
        dialog.fileSelected.connect(self._on_export_named)

    def _on_export_named(self, name: str) -> None:
        self.export_to(Path(name))

    def _on_exported(self, path: Path) -> None:
        self._context.notify(tr("已导出到 {file}。", file=str(path)))

    def _on_print(self) -> None:
        rows = tuple(self._model.rows())
        print_for(
            self._context,
            self.print_button,
            title=tr("待处理"),
            html=paper_html(rows),
            look=self._look(LookedAt.PRINT),
        )

    def _look(self, looked_at: LookedAt) -> Callable[[], None]:
        """What was written of people and cases leaves the screen with it."""
        rows = self._model.rowCount()
        return look_at_rows(self._context, looked_at, people=rows, reason=tr("待处理"))


class _DoneBar(QWidget):
    """What was just put aside, and the way back."""

    def __init__(self) -> None:
        super().__init__()
        self.words = text_label("", wraps=True)
        self.undo = QPushButton(icon("undo"), tr("撤销"))
        self.undo.setAccessibleName(tr("撤销"))
        row = QHBoxLayout(self)
        row.setContentsMargins(15, 6, 15, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.undo)
        self.hide()

    def say(self, sentence: str) -> None:
        """Shown until the next step."""
        self.words.setText(sentence)
        self.show()


def _columns() -> list[Column[PendingRow]]:
    return [
        Column(tr("记录"), row_title),
        Column(tr("类别"), lambda row: entity_word(row.entity), width=96),
        Column(tr("时间"), lambda row: short_moment(row.written_at), width=110),
        Column(
            tr("状态"),
            lambda row: kind_word(row.kind)[0],
            tone=lambda row: kind_word(row.kind)[1],
            width=110,
            is_pill=True,
        ),
    ]
