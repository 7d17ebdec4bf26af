"""谁看过: every look at a masked number, for those who answer for the unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from app.errors import UserFacingError
from app.exchange.sheet_out import OutSheet, write_workbook
from app.laptop import today_in_china
from app.looks.queries import (
    LookFilter,
    LookRow,
    LooksOfRecord,
    LooksView,
    looks_of_record,
    looks_view,
)
from app.looks.vocabulary import LookedAt
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.exchange.list_out import sheet_title
from ui.looks.noting import look_at_rows, looked_first
from ui.printing import print_for
from ui.theme import icon, text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import text_label
from ui.widgets.paper import table_html
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.save_dialog import ask_workbook
from ui.wording import error_sentence
from ui.wording_looks import (
    look_cells,
    look_columns,
    looker_name,
    lookers_line,
    looks_exported,
    looks_title,
)
from ui.wording_rules import name_of

KIND = "looks_of"
"""What ``open_record`` calls the looks at one record."""

_WIDTHS = (150, 200, 104, 0, 64, 104, 0)
_LESS_WANTED, WIDE_PX = (4, 5, 6), 900
_EXCEL_WIDTHS = (18, 20, 14, 28, 8, 18, 30)
_DAYS = (1, 7, 30, 365)


class LooksPage(QWidget):
    """Of a time, by who and what; or opened for one record, all there ever were."""

    def __init__(
        self,
        context: PageContext,
        parent: QWidget | None = None,
        *,
        ask_path: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = tr("谁看过")
        self._context = context
        self._ask_path = ask_path or self._ask_where
        self._record_id = ""
        self._written_to = ""
        self._rows: tuple[LookRow, ...] = ()
        self.period = _combo(tr("时间"), [(day, _days_word(day)) for day in _DAYS])
        self.period.setCurrentIndex(2)
        self.person = _combo(tr("谁看的"), [(None, tr("所有人"))])
        self.what = _combo(
            tr("看了什么"),
            [(None, tr("所有内容")), *((each.value, name_of(each)) for each in LookedAt)],
        )
        self.whole = QPushButton(tr("看全部"))
        self.export = QPushButton(icon("export"), tr("导出 Excel…"))
        self.print_button = QPushButton(icon("print"), tr("打印…"))
        self.table: RecordTable = RecordTable(
            RowsModel(_columns(), key=lambda row: row.look_id), name=tr("查看记录")
        )
        self.line = text_label("", "muted", wraps=True)
        self.card = Card(tr("谁看过"), is_flush=True)
        self._build()
        self._connect()

    def load(self) -> None:
        """Read the list again."""
        store, actor = self._context.store, self._context.actor
        if self._record_id:
            of_record = partial(looks_of_record, store, actor, self._record_id)
            self._context.runner.read(
                of_record, on_done=self._on_of_record, on_failed=self._on_failed
            )
            return
        today, what = today_in_china(self._context.store.clock), self.what.currentData()
        wanted = LookFilter(
            first_day=_first_day(today, int(self.period.currentData())),
            last_day=today,
            account_id=self.person.currentData(),
            looked_at=LookedAt(what) if what else None,
        )
        self._context.runner.read(
            partial(looks_view, store, actor, wanted),
            on_done=self._on_view,
            on_failed=self._on_failed,
        )

    def open(self, record_id: str) -> None:
        """Who looked at this record and its people."""
        self._record_id = record_id
        self._show_filters(are_shown=False)
        self.load()

    def on_changes(self, changes: Changes) -> None:
        """A look was written here, or came with a sync round."""
        if self.isVisible() and changes.touches("look"):
            self.load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for place in _LESS_WANTED:
            self.table.setColumnHidden(place, self.width() < text_px(WIDE_PX))

    # --- showing -----------------------------------------------------------------------------

    def _on_view(self, view: LooksView) -> None:
        if self._record_id:
            return
        self._show_people(view)
        self._show(view.rows)
        self.card.set_title(looks_title(""))
        self.line.setText(lookers_line(view.lookers, shown=len(view.rows)))
        self.line.setVisible(bool(view.lookers))

    def _on_of_record(self, found: LooksOfRecord | None) -> None:
        if found is None or found.record_id != self._record_id:
            self._show(())
            return
        self.card.set_title(looks_title(found.title))
        self._show(found.rows)
        self.line.hide()

    def _show(self, rows: tuple[LookRow, ...]) -> None:
        self._rows = rows
        self.table.show_rows(rows)
        for button in (self.export, self.print_button):
            button.setEnabled(bool(rows))

    def _show_people(self, view: LooksView) -> None:
        """Those who looked in this time, the one chosen kept."""
        chosen = self.person.currentData()
        self.person.blockSignals(True)
        self.person.clear()
        self.person.addItem(tr("所有人"), None)
        for one in view.lookers:
            self.person.addItem(looker_name(one), one.account_id)
        self.person.setCurrentIndex(max(0, self.person.findData(chosen)))
        self.person.blockSignals(False)

    def _show_filters(self, *, are_shown: bool) -> None:
        for filter_ in (self.period, self.person, self.what):
            filter_.setVisible(are_shown)
        self.whole.setVisible(not are_shown)

    # --- working -----------------------------------------------------------------------------

    def _on_filter(self) -> None:
        self.load()

    def _on_whole(self) -> None:
        self._record_id = ""
        self._show_filters(are_shown=True)
        self.load()

    def _on_export(self) -> None:
        title = self.card.title.text()
        chosen = self._ask_path(f"{title}.xlsx")
        if not chosen:
            return
        path = Path(chosen)
        self._written_to = path.name
        columns = tuple(zip(look_columns(), _EXCEL_WIDTHS, strict=True))
        head = sheet_title(self._context, title)
        sheet = OutSheet(title, columns, [look_cells(row) for row in self._rows], head)
        write = partial(write_workbook, path, [sheet])
        self._context.runner.write(
            partial(looked_first, self._look(LookedAt.EXPORT), write),
            on_done=self._on_exported,
            on_failed=self._on_failed,
        )

    def _on_exported(self, _nothing: object) -> None:
        self._context.notify(looks_exported(self._written_to))

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _on_print(self) -> None:
        print_for(
            self._context,
            self.print_button,
            title=self.card.title.text(),
            html=self.html(),
            landscape=True,
            is_headed=True,
            look=self._look(LookedAt.PRINT),
        )

    def _look(self, looked_at: LookedAt) -> Callable[[], None]:
        """Whose records they are leaves the screen with it."""
        people, reason = len(self._rows), self.card.title.text()
        return look_at_rows(self._context, looked_at, people=people, reason=reason)

    def html(self) -> str:
        """The list as it is printed."""
        return table_html(look_columns(), [look_cells(row) for row in self._rows])

    def _ask_where(self, name: str) -> str:
        return ask_workbook(self, name)

    # --- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        self.table.set_empty_text(
            tr("没有查看记录。"), tr("谁显示、导出或打印了隐去的号码，都会列在这里。")
        )
        row = QWidget()
        flow = FlowLayout(row)
        parts = (self.period, self.person, self.what, self.whole, self.export, self.print_button)
        for part in parts:
            flow.addWidget(part)
        self.whole.hide()
        self.line.setContentsMargins(16, 6, 16, 0)
        self.card.add(self.table, 1)
        self.card.add(self.line)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(row)
        layout.addWidget(self.card, 1)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        for filter_ in (self.period, self.person, self.what):
            filter_.currentIndexChanged.connect(self._on_filter)
        for button, slot in (
            (self.whole, self._on_whole),
            (self.export, self._on_export),
            (self.print_button, self._on_print),
        ):
            button.setAccessibleName(button.text())
            button.clicked.connect(slot)


class LooksCard(Card):
    """In the settings: the way to the list."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("谁看过隐去的号码"), parent=parent)
        self._context = context
        words = tr(
            "身份证号和电话平时隐去一部分。每次显示、打开修改、导出或打印，都记下是谁、什么时候，"
            "并随资料上报；记录不能改，也不能删。"
        )
        self.button = QPushButton(tr("查看记录"))
        self.button.setAccessibleName(self.button.text())
        self.add(text_label(words, "muted", wraps=True))
        self.body.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.button.clicked.connect(self._on_pressed)

    def _on_pressed(self) -> None:
        self._context.open_page("looks")


def _columns() -> list[Column[LookRow]]:
    return [
        Column(title, partial(_cell, place), width=_WIDTHS[place], is_right=place == 4)
        for place, title in enumerate(look_columns())
    ]


def _cell(place: int, row: LookRow) -> str:
    return look_cells(row)[place]


def _combo(name: str, choices: list[tuple[object, str]]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    for value, words in choices:
        made.addItem(words, value)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    calm_wheel(made)
    return made


def _days_word(days: int) -> str:
    if days == 1:
        return tr("今天")
    if days == 365:
        return tr("今年")
    return tr("近 {days} 天", days=days)


def _first_day(today: date, days: int) -> date:
    if days == 365:
        return today.replace(month=1, day=1)
    return today - timedelta(days=days - 1)
