"""典型案例: what the county has published for every village, to read, to search and to print; who
publishes takes it back here too."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.store import Changes
from app.typical.actions import take_back_typical
from app.typical.queries import PublishedRow, published_cases
from i18n.text import tr
from ui.context import PageContext
from ui.printing import print_for
from ui.theme import icon, text_px
from ui.widgets.cards import Card
from ui.widgets.labels import text_label
from ui.widgets.paper import text_html
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.side_panel import SidePanelHost
from ui.widgets.slim import SlimText
from ui.wording import error_sentence
from ui.wording_cases import day_text
from ui.wording_outreach import typical_taken_back

FILTER_DELAY_MS = 150
_CLASS_FROM_PX = 560


class PublishedTable(RecordTable):
    """The title comes before its class where a text stands beside it."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setColumnHidden(1, self.width() < text_px(_CLASS_FROM_PX))


class TypicalPage(QWidget):
    """A list to narrow by typing, the text beside it."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = tr("典型案例")
        self._context = context
        self._shown: PublishedRow | None = None
        self._may_publish = context.actor.may(Permission.PUBLISH_TYPICAL_CASE)
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("筛选：标题、类别或文中的字"))
        self.words.setAccessibleName(tr("筛选典型案例"))
        self.words.setClearButtonEnabled(True)
        self.model: RowsModel[PublishedRow] = RowsModel(_columns(), parent=self)
        self.table = PublishedTable(self.model, name=tr("典型案例"))
        self.count = text_label("", "muted")
        self.text = SlimText()
        self.text.setAccessibleName(tr("典型案例全文"))
        self.print_button = QPushButton(icon("print"), tr("打印"))
        self.take_back = QPushButton(icon("undo"), tr("收回"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FILTER_DELAY_MS)
        self._build()
        self._connect()

    def header_buttons(self) -> list[QPushButton]:
        """打印, for what is read; 收回 for who may publish."""
        return [self.print_button, *([self.take_back] if self._may_publish else [])]

    def load(self) -> None:
        work = partial(published_cases, self._context.store, self._context.actor, self.words.text())
        self._context.runner.read(work, on_done=self._on_read)

    def on_changes(self, changes: Changes) -> None:
        """After a sync round, and when one is taken back."""
        if changes.touches("published_case", "typical_case"):
            self.load()

    def open(self, record_id: str) -> None:
        """This one beside the list."""
        row = next((one for one in self.model.rows() if one.published_id == record_id), None)
        if row is not None:
            self._on_opened(row)

    def _on_read(self, rows: tuple[PublishedRow, ...]) -> None:
        self.model.set_rows(rows)
        self.count.setText(tr("{count} 篇", count=len(rows)))
        is_narrowed = bool(self.words.text().strip())
        self.table.set_empty_text(
            *(
                (tr("没有符合的典型案例"), tr("换几个字再找。"))
                if is_narrowed
                else (
                    tr("还没有发布的典型案例"),
                    tr("办结的案件可以在“典型案例”里整理，核对后由县里发布。"),
                )
            )
        )
        self._shown = self._again(rows)
        if self._shown is None:
            self.host.close_side()
        self._enable()

    def _again(self, rows: tuple[PublishedRow, ...]) -> PublishedRow | None:
        """What is read, as it is now."""
        shown = "" if self._shown is None else self._shown.published_id
        return next((row for row in rows if row.published_id == shown), None)

    def _enable(self) -> None:
        self.print_button.setEnabled(self._shown is not None)
        self.take_back.setEnabled(self._shown is not None and bool(self._shown.typical_id))

    def _on_chosen(self, row: PublishedRow) -> None:
        if self.host.is_side_open:
            self._show(row)

    def _on_opened(self, row: PublishedRow) -> None:
        self._show(row)
        self.host.open_side()

    def _show(self, row: PublishedRow) -> None:
        self._shown = row
        self.card.set_title(row.title)
        self.text.setHtml(published_html(row))
        self._enable()

    def _on_take_back(self) -> None:
        if self._shown is None or not self._shown.typical_id:
            return
        work = partial(
            take_back_typical,
            self._context.store,
            self._context.actor,
            typical_id=self._shown.typical_id,
        )
        self.take_back.setEnabled(False)
        self._context.runner.write(work, on_done=self._on_taken_back, on_failed=self._on_failed)

    def _on_taken_back(self, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(typical_taken_back(), changes.txn)
        self.load()

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))
        self.load()

    def _on_print(self) -> None:
        if self._shown is not None:
            title = self._shown.title
            html = f"<h2>{text_html(title)}</h2>{published_html(self._shown)}"
            self._desk = print_for(
                self._context, self.print_button, title=title, html=html, look=None
            )

    def _build(self) -> None:
        self.print_button.setAccessibleName(tr("打印典型案例"))
        self.take_back.setAccessibleName(tr("收回典型案例"))
        self._enable()
        self.list = Card(is_flush=True)
        around = QHBoxLayout()
        around.setContentsMargins(15, 10, 15, 8)
        around.setSpacing(12)
        around.addWidget(self.words, 1)
        around.addWidget(self.count)
        self.list.body.addLayout(around)
        self.list.add(self.table, 1)
        self.table.set_filter_field(self.words)
        self.card = Card(" ")
        self.card.add(self.text, 1)
        self.host = SidePanelHost(self.list, self.card, main_share=1, side_share=1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.host)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.words.textChanged.connect(self._on_typed)
        self._timer.timeout.connect(self.load)
        self.table.row_chosen.connect(self._on_chosen)
        self.table.row_opened.connect(self._on_opened)
        self.host.closed.connect(self._on_closed)
        self.print_button.clicked.connect(self._on_print)
        self.take_back.clicked.connect(self._on_take_back)

    def _on_typed(self, _text: str) -> None:
        self._timer.start()

    def _on_closed(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)


def published_html(row: PublishedRow) -> str:
    """The text as it is read and printed."""
    parts = [f"<p><i>{text_html(row.class_name)} · {text_html(day_text(row.published_on))}</i></p>"]
    for word, words in (
        (tr("案情和化解经过"), row.story),
        (tr("适用的法律"), row.law),
        (tr("启示"), row.lesson),
    ):
        if words:
            parts.append(f"<h3>{text_html(word)}</h3>")
            parts += [f"<p>{text_html(line)}</p>" for line in words.splitlines() if line.strip()]
    return "".join(parts)


def _columns() -> list[Column[PublishedRow]]:
    return [
        Column(tr("标题"), lambda row: row.title, width=0),
        Column(tr("类别"), lambda row: row.class_name, width=210),
        Column(tr("发布日期"), lambda row: f"{row.published_on:%Y-%m-%d}", width=110),
    ]
