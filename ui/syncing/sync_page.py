"""What waits, what was refused and why: the place behind the quiet box in the navigation."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.errors import UserFacingError
from app.outbox_rows import OutboxRow, outbox_rows
from app.resend import send_again
from app.store import Changes
from i18n.text import tr
from sync.client.status import SyncStatus
from ui.context import PageContext
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.wording import error_sentence
from ui.wording_sync import (
    clock_banner,
    entity_word,
    line_word,
    op_state_word,
    reason_sentence,
    status_line,
)
from ui.wording_time import short_moment

OPENED_ENTITIES = ("household", "resident", "micro_grid", "case_file", "case_party", "motion")
"""Records that have a page where they can be mended."""


class SyncPage(QWidget):
    """``sync_asked`` when the person wants a round now."""

    sync_asked = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = tr("同步")
        self._context = context
        self._wanted = ""
        self._model: RowsModel[OutboxRow] = RowsModel(_columns(), key=lambda row: str(row.op_no))
        self.table = RecordTable(self._model, name=tr("待上传和未采纳的记录"))
        self.word = text_label("", "sectionTitle", wraps=True)
        self.line = text_label("", "muted", wraps=True)
        self.clock = text_label("", "muted", wraps=True)
        self.why = text_label("", wraps=True)
        self.again = QPushButton(tr("再次上报这一组"))
        self.conflicts = QPushButton(tr("去看冲突"))
        self.open_record = QPushButton(tr("打开去改"))
        self._chosen: OutboxRow | None = None
        self._build()
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)
        self.again.clicked.connect(self._on_again)
        self.open_record.clicked.connect(self._on_open_record)
        self.conflicts.clicked.connect(self._on_conflicts_asked)

    def header_buttons(self) -> list[QPushButton]:
        """现在同步 is the one thing to do here."""
        button = QPushButton(tr("现在同步"))
        button.setProperty("role", "primary")
        button.clicked.connect(self.sync_asked)
        return [button]

    def load(self) -> None:
        """Reads the outbox."""
        self._context.runner.read(partial(outbox_rows, self._context.store), on_done=self._on_rows)

    def open(self, record_id: str) -> None:
        """Chooses this operation, by its number, when the rows have been read."""
        self._wanted = record_id
        self.load()

    def on_changes(self, _changes: Changes) -> None:
        """Any write may wait now, any round may have judged something."""
        if self.isVisible():
            self.load()

    def show_status(self, status: SyncStatus) -> None:
        """The line as it is now."""
        word, _tone = line_word(status.line)
        self.word.setText(word)
        self.line.setText(status_line(status, self._context.store.clock.now()))
        self.clock.setText(clock_banner(status) or "")
        self.clock.setVisible(bool(self.clock.text()))
        self.conflicts.setText(tr("去看冲突（{count} 处）", count=status.conflicts))
        self.conflicts.setVisible(status.conflicts > 0)
        if self.isVisible():
            self.load()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        state = Card()
        for part in (self.word, self.line, self.clock):
            state.add(part)
        state.body.addWidget(self.conflicts, 0, Qt.AlignmentFlag.AlignLeft)
        self.conflicts.hide()
        rows = Card()
        self.table.set_empty_text(tr("没有待上传的，也没有未采纳的。"))
        rows.add(self.table)
        rows.add(self.why)
        buttons = QHBoxLayout()
        buttons.addWidget(self.open_record)
        buttons.addWidget(self.again)
        buttons.addStretch()
        rows.body.addLayout(buttons)
        self._show_chosen()
        layout.addWidget(state)
        layout.addWidget(rows, 1)

    def _on_rows(self, rows: tuple[OutboxRow, ...]) -> None:
        self._model.set_rows(rows)
        if self._wanted and self.table.choose(self._wanted):
            self._wanted = ""

        chosen = self.table.current_row()
        self._chosen = chosen if isinstance(chosen, OutboxRow) else None
        self._show_chosen()

    def _on_row_chosen(self, row: OutboxRow) -> None:
        self._chosen = row
        self._show_chosen()

    def _show_chosen(self) -> None:
        row = self._chosen
        is_refused = row is not None and row.is_refused
        self.why.setText(reason_sentence(row.reason) if row is not None and is_refused else "")
        self.why.setVisible(is_refused)
        self.again.setVisible(row is not None and row.may_be_sent_again)
        self.open_record.setVisible(row is not None and row.entity in OPENED_ENTITIES)

    def _on_row_opened(self, row: OutboxRow) -> None:
        self._on_row_chosen(row)
        self._on_open_record()

    def _on_open_record(self) -> None:
        if self._chosen is not None and self._chosen.entity in OPENED_ENTITIES:
            self._context.open_record(self._chosen.entity, self._chosen.record_id)

    def _on_conflicts_asked(self) -> None:
        self._context.open_page("conflicts")

    def _on_again(self) -> None:
        if self._chosen is not None:
            store, actor = self._context.store, self._context.actor
            self._context.runner.write(
                partial(send_again, store, actor, txn=self._chosen.txn),
                on_done=self._on_sent_again,
                on_failed=self._on_failed,
            )

    def _on_sent_again(self, _changes: Changes) -> None:
        self._context.wrote()
        self.load()

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))
        self.load()


def _columns() -> list[Column[OutboxRow]]:
    return [
        Column(tr("记录"), lambda row: row.title),
        Column(tr("类别"), lambda row: entity_word(row.entity), width=120),
        Column(tr("时间"), lambda row: short_moment(row.written_at), width=130),
        Column(
            tr("状态"),
            lambda row: op_state_word(row.state)[0],
            tone=lambda row: op_state_word(row.state)[1],
            width=110,
            is_pill=True,
        ),
    ]
