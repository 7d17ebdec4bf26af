"""包案: every leader's cases, how old they are, what moved this month; the overdue first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from app.errors import UserFacingError
from app.exchange.sheet_out import OutSheet, write_workbook
from app.looks.vocabulary import LookedAt
from app.petitions.sponsor_queries import BoardRow, LeadersBoard, leaders_board
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.exchange.list_out import sheet_title
from ui.looks.noting import look_at_rows, looked_first
from ui.printing import print_for
from ui.theme import Tone, icon, text_px
from ui.today.card_row import CardRow
from ui.widgets.cards import Card, StatCard
from ui.widgets.forms import calm_wheel
from ui.widgets.labels import text_label
from ui.widgets.paper import table_html, text_html
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.save_dialog import ask_workbook
from ui.widgets.slim import SlimTable
from ui.wording import error_sentence
from ui.wording_petitions import (
    board_columns,
    board_method,
    board_paper_columns,
    board_paper_row,
    board_row,
    late_words,
    leader_choice,
    moved_words,
    short_missing,
)

SHOWN_ENTITIES = ("sponsorship", "case_file", "case_event", "account")
_LEAST_TABLE_PX = 170
_WIDE_PX = {3: 1000, 7: 800}
"""Columns that go where room is short: the title comes before its place and who carries it."""
Test = Callable[[BoardRow], bool]


class LeadersPage(QWidget):
    """Enter opens the case; a leader's own cases are chosen at first. A figure shows its cases
    alone, and pressed again all of them."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = tr("包案")
        self._context = context
        self.board: LeadersBoard | None = None
        self.cases = StatCard(tr("包案"))
        self.late = StatCard(tr("超期"), leads_on=True)
        self.still = StatCard(tr("本月没有动"), leads_on=True)
        self.lacking = StatCard(tr("五个一不齐"), leads_on=True)
        self._tests: Mapping[StatCard, Test] = {
            self.late: _is_late,
            self.still: _is_still,
            self.lacking: _is_lacking,
        }
        self._only: StatCard | None = None
        self.leaders = QComboBox()
        self.export_button = QPushButton(icon("export"), tr("导出 Excel…"))
        self.print_button = QPushButton(icon("print"), tr("打印…"))
        self.model: RowsModel[BoardRow] = RowsModel(
            self._columns(), key=lambda row: row.sponsorship_id
        )
        self.table = SlimTable(self.model, name=tr("领导包案"))
        self.card = Card(tr("领导包案"), is_flush=True)
        self.method = text_label(board_method(), "muted", wraps=True)
        self._ask_path = self._ask_where
        self._build()
        self._connect()

    def load(self) -> None:
        """Read the board again."""
        self._context.runner.read(
            partial(leaders_board, self._context.store, self._context.actor), on_done=self._on_read
        )

    def on_changes(self, changes: Changes) -> None:
        if changes.touches(*SHOWN_ENTITIES):
            self.load()

    def header_buttons(self) -> list[QPushButton]:
        return [self.export_button, self.print_button]

    def rows(self) -> tuple[BoardRow, ...]:
        """What the table shows, the pressing first."""
        rows = self._of_leader()
        return rows if self._only is None else tuple(filter(self._tests[self._only], rows))

    def _of_leader(self) -> tuple[BoardRow, ...]:
        if self.board is None:
            return ()
        wanted = self.leaders.currentData()
        return tuple(row for row in self.board.rows if not wanted or row.leader_key == wanted)

    def html(self) -> str:
        """As it is printed."""
        titles, widths = zip(*board_paper_columns(), strict=True)
        rows = [board_paper_row(row, self._late_words(row)) for row in self.model.rows()]
        table = table_html(titles, rows, widths=widths)
        return f"{table}<p>{text_html(board_method())}</p>"

    def _on_read(self, board: LeadersBoard) -> None:
        is_first = self.board is None
        self.board = board
        own = self._context.actor.account_id
        self._fill_leaders(own if is_first else self.leaders.currentData() or "")
        self._show()

    def _fill_leaders(self, chosen: str) -> None:
        found = () if self.board is None else self.board.leaders
        self.leaders.blockSignals(True)
        self.leaders.clear()
        self.leaders.addItem(tr("全部领导"), "")
        for one in found:
            self.leaders.addItem(leader_choice(one), one.key)
        self.leaders.setCurrentIndex(max(0, self.leaders.findData(chosen)))
        self.leaders.blockSignals(False)

    def _show(self, *_ignored: object) -> None:
        of_leader, rows = self._of_leader(), self.rows()
        self.table.show_rows(rows)
        if not self.table.currentIndex().isValid() and rows:
            self.table.choose_position(0)
        leaders = len({row.leader_key for row in of_leader})
        self.cases.show_figure(
            str(len(of_leader)), line=tr("{count} 名领导", count=leaders), tone=Tone.INFO
        )
        for card, test in self._tests.items():
            count = sum(map(test, of_leader))
            tone = Tone.DANGER if card is self.late else Tone.WARN
            line = tr("再按看全部") if card is self._only else tr("只看这些")
            card.show_figure(str(count), line=line, tone=tone if count else Tone.NEUTRAL)
        only = "" if self._only is None else self._only.title.text()
        self.card.set_aside(
            tr("只看{which}：{count} 件", which=only, count=len(rows)) if only else ""
        )
        if of_leader:
            self.table.set_empty_text(tr("没有这样的案子。"), tr("再按一次上面的数，看全部。"))
        else:
            self.table.set_empty_text(
                tr("还没有领导包的案子。"), tr("在案件的“包案”一栏确定包案领导，这里就有了。")
            )

    def _on_figure(self) -> None:
        """The figure's cases alone, or all again."""
        card = self.sender()
        found = next((one for one in self._tests if one is card), None)
        self._only = None if found is self._only else found
        self._show()
        self.table.setFocus()

    def _columns(self) -> list[Column[BoardRow]]:
        return [
            Column(
                tr("期限"),
                self._late_words,
                tone=_late_tone,
                width=110,
                is_pill=True,
                sort_key=lambda row: -row.urgency.days_late,
            ),
            Column(tr("包案领导"), lambda row: row.leader, width=110),
            Column(tr("案件"), lambda row: row.title),
            Column(tr("地方"), lambda row: row.village, width=150),
            Column(tr("多少天"), lambda row: row.urgency.days_old, width=75, is_right=True),
            Column(
                tr("本月动了"),
                lambda row: moved_words(row.urgency.moved),
                width=90,
                tone=lambda row: None if row.urgency.moved else Tone.WARN,
                sort_key=lambda row: row.urgency.moved,
            ),
            Column(
                tr("五个一"),
                lambda row: short_missing(row.missing),
                width=90,
                tone=lambda row: Tone.WARN if row.missing else Tone.OK,
                sort_key=lambda row: len(row.missing),
            ),
            Column(tr("一包到底"), lambda row: row.handler, width=110),
        ]

    def _late_words(self, row: BoardRow) -> str:
        today = row.starts_on if self.board is None else self.board.today
        return late_words(row.urgency.days_late, row.due_on, today)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short, the title of the case comes before its place."""
        super().resizeEvent(event)
        for place, wide in _WIDE_PX.items():
            self.table.setColumnHidden(place, self.width() < text_px(wide))

    # --- out ----------------------------------------

    def _table_rows(self) -> list[tuple[str, ...]]:
        return [board_row(row, self._late_words(row)) for row in self.model.rows()]

    def _on_print(self) -> None:
        print_for(
            self._context,
            self.print_button,
            title=tr("领导包案"),
            html=self.html(),
            landscape=True,
            is_headed=True,
            look=self._look(LookedAt.PRINT),
        )

    def _on_export(self) -> None:
        chosen = self._ask_path(tr("领导包案.xlsx"))
        if not chosen:
            return
        path = Path(chosen)
        self._written_to = path.name
        sheet = OutSheet(
            self.title,
            board_columns(),
            self._table_rows(),
            title=sheet_title(self._context, tr("领导包案")),
        )
        look = self._look(LookedAt.EXPORT)
        work = partial(looked_first, look, partial(write_workbook, path, [sheet]))
        self._context.runner.write(work, on_done=self._on_exported, on_failed=self._on_failed)

    def _on_exported(self, _nothing: object) -> None:
        self._context.notify(tr("已导出：{file}", file=self._written_to))

    def _look(self, looked_at: LookedAt) -> Callable[[], None]:
        """Names of cases leave the program."""
        rows = self.model.rowCount()
        return look_at_rows(self._context, looked_at, people=rows, reason=self.title)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _ask_where(self, name: str) -> str:
        return ask_workbook(self, name)

    # --- building ----------------------------------------

    def _build(self) -> None:
        self.leaders.setAccessibleName(tr("哪位领导"))
        self.leaders.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        calm_wheel(self.leaders)
        self.table.setMinimumHeight(text_px(_LEAST_TABLE_PX))
        self.leaders.setMaximumWidth(text_px(260))
        self.card.header.addWidget(self.leaders)
        self.card.add(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(CardRow((self.cases, self.late, self.still, self.lacking)))
        column.addWidget(self.card, 1)
        column.addWidget(self.method)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.leaders.activated.connect(self._show)
        for card in self._tests:
            card.opened.connect(self._on_figure)
        self.table.row_opened.connect(self._on_opened)
        self.export_button.clicked.connect(self._on_export)
        self.print_button.clicked.connect(self._on_print)

    def _on_opened(self, row: object) -> None:
        if isinstance(row, BoardRow):
            self._context.open_record("case_file", row.case_id)


def _is_late(row: BoardRow) -> bool:
    return row.is_late


def _is_still(row: BoardRow) -> bool:
    return not row.urgency.moved


def _is_lacking(row: BoardRow) -> bool:
    return bool(row.missing)


def _late_tone(row: BoardRow) -> Tone:
    return Tone.DANGER if row.is_late else Tone.NEUTRAL
