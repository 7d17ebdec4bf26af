"""每周合并清单 on screen: week by week, to Excel or on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.conflicts.weekly import MergeLine, WeekOfMerges, merges_of_week, monday_of
from app.errors import UserFacingError
from app.exchange.sheet_out import OutSheet, write_workbook
from app.laptop import today_in_china
from app.looks.vocabulary import LookedAt
from i18n.text import tr
from ui.context import PageContext
from ui.exchange.list_out import sheet_title
from ui.looks.noting import look_at_rows, looked_first
from ui.printing import print_for
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.paper import table_html, text_html
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.save_dialog import ask_workbook
from ui.wording import error_sentence
from ui.wording_conflicts import (
    merge_kind_word,
    week_empty,
    week_headers,
    week_row,
    week_title,
    week_whole,
    week_written,
)

_WIDTHS = (130, 0, 90, 0, 0, 110, 110, 110)
_EXCEL_WIDTHS = (18, 24, 14, 40, 40, 14, 14, 18)
_KIND_COLUMN = 6
_LESS_WANTED, WIDE_PX = (0, 7), 1000
"""Village and time give way on a narrow screen; the line under the list has them."""


class WeekScreen(QWidget):
    """``left`` to go back to the conflicts."""

    left = Signal()

    def __init__(
        self,
        context: PageContext,
        *,
        ask_path: Callable[[str], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._ask_path = ask_path or self._ask_where
        self._written_to = ""
        self.monday = monday_of(today_in_china(context.store.clock))
        self.week = WeekOfMerges(self.monday, ())
        self._model: RowsModel[MergeLine] = RowsModel(self._columns())
        self.table = RecordTable(self._model, name=tr("每周合并清单"))
        self.card = Card(tr("每周合并清单"), is_flush=True)
        self.back = QPushButton(tr("返回冲突"))
        self.earlier = QPushButton(tr("上一周"))
        self.later = QPushButton(tr("下一周"))
        self.export = QPushButton(tr("导出 Excel…"))
        self.print_button = QPushButton(tr("打印…"))
        self.whole = text_label("", "muted", wraps=True)
        self.whole.setContentsMargins(16, 6, 16, 0)
        self.whole.hide()
        self.table.row_chosen.connect(self._on_row_chosen)
        self._build()

    def load(self) -> None:
        """Reads the week."""
        self._context.runner.read(
            partial(merges_of_week, self._context.store, self._context.actor, monday=self.monday),
            on_done=self._on_week,
        )

    def html(self) -> str:
        """The list as it is printed."""
        if not self.week.lines:
            return f"<p>{text_html(week_empty(self.week))}</p>"
        return table_html(week_headers(), self._rows())

    def _rows(self) -> list[tuple[str, ...]]:
        return [week_row(line) for line in self.week.lines]

    def _columns(self) -> list[Column[MergeLine]]:
        return [
            Column(
                title,
                partial(self._cell, place),
                tone=_tone if place == _KIND_COLUMN else None,
                width=_WIDTHS[place],
                is_pill=place == _KIND_COLUMN,
            )
            for place, title in enumerate(week_headers())
        ]

    def _cell(self, place: int, line: MergeLine) -> str:
        return week_row(line)[place]

    def _on_week(self, week: WeekOfMerges) -> None:
        if week.monday != self.monday:
            return
        self.week = week
        self.card.set_title(week_title(week))
        self.table.set_empty_text(week_empty(week))
        self.table.show_rows(week.lines)
        self._on_row_chosen(self.table.current_row())
        for button in (self.export, self.print_button):
            button.setEnabled(bool(week.lines))

    def _on_row_chosen(self, line: object) -> None:
        """What the cells have no room for."""
        is_line = isinstance(line, MergeLine)
        if isinstance(line, MergeLine):
            self.whole.setText(week_whole(line))
        self.whole.setVisible(is_line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for place in _LESS_WANTED:
            self.table.setColumnHidden(place, self.width() < text_px(WIDE_PX))

    def _turn(self, weeks: int) -> None:
        self.monday += timedelta(weeks=weeks)
        is_past = self.monday < monday_of(_today(self._context))
        self.later.setEnabled(is_past)
        self.load()

    def _on_earlier(self) -> None:
        self._turn(-1)

    def _on_later(self) -> None:
        self._turn(1)

    def _on_export(self) -> None:
        chosen = self._ask_path(f"{week_title(self.week)}.xlsx")
        if not chosen:
            return
        path = Path(chosen)
        title = week_title(self.week)
        columns = tuple(zip(week_headers(), _EXCEL_WIDTHS, strict=True))
        head = sheet_title(self._context, title)
        work = partial(write_workbook, path, [OutSheet(title, columns, self._rows(), head)])
        first = partial(looked_first, self._look(LookedAt.EXPORT), work)
        self._written_to = path.name
        self._context.runner.write(first, on_done=self._on_exported, on_failed=self._on_failed)

    def _on_exported(self, _nothing: object) -> None:
        self._context.notify(week_written(self._written_to))

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _on_print(self) -> None:
        print_for(
            self._context,
            self.print_button,
            title=week_title(self.week),
            html=self.html(),
            landscape=True,
            is_headed=True,
            look=self._look(LookedAt.PRINT),
        )

    def _look(self, looked_at: LookedAt) -> Callable[[], None]:
        """What was known of people leaves the screen with it."""
        people, reason = len(self.week.lines), week_title(self.week)
        return look_at_rows(self._context, looked_at, people=people, reason=reason)

    def _ask_where(self, name: str) -> str:
        return ask_workbook(self, name)

    def _build(self) -> None:
        self.later.setEnabled(False)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button, slot in (
            (self.back, self.left),
            (self.earlier, self._on_earlier),
            (self.later, self._on_later),
            (self.export, self._on_export),
            (self.print_button, self._on_print),
        ):
            flow.addWidget(button)
            button.clicked.connect(slot)
        self.card.add(self.table, 1)
        self.card.add(self.whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(buttons)
        layout.addWidget(self.card, 1)
        self.setFocusProxy(self.table)


def _tone(line: MergeLine) -> str:
    return merge_kind_word(line.kind)[1]


def _today(context: PageContext) -> date:
    return today_in_china(context.store.clock)
