"""待办: the board of what is late, due, and waiting; and the month of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.board.queries import Board, Month, board, month_of
from app.board.rules import BoardTask, TaskKind
from app.clocks.vocabulary import LimitKey
from app.flow.vocabulary import Wait
from app.laptop import today_in_china
from app.looks.vocabulary import LookedAt
from app.store import Changes
from i18n.text import tr
from ui.board.columns import BoardColumns
from ui.board.month_view import MonthView
from ui.board.paper import board_html, month_html, write_board
from ui.board.task_list import TaskNames
from ui.context import PageContext
from ui.exchange.list_out import ListOut, excel_button, sheet_title
from ui.looks.noting import look_at_rows
from ui.printing import print_for
from ui.theme import icon
from ui.widgets.fitting import FittingStack
from ui.widgets.tabs import TabRow
from ui.wording_board import month_title

_BOARD, _MONTH = "board", "month"
_COURT = frozenset(
    {
        LimitKey.COURT_SENT_MEDIATION,
        LimitKey.CONFIRMATION_APPLICATION,
        LimitKey.CONFIRMATION_RULING,
        LimitKey.ENFORCEMENT,
    }
)


class BoardPage(QWidget):
    """Enter opens the thing itself, a case at the part that is due."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = tr("待办")
        self._context = context
        self._board: Board | None = None
        today = today_in_china(context.store.clock)
        self.tabs = TabRow(((_BOARD, tr("看板")), (_MONTH, tr("月历"))), name=tr("待办的样子"))
        self.names = TaskNames(self.turn_of, self.home_of)
        self.columns = BoardColumns(self.names)
        self.month = MonthView(today, self.names)
        self._screens = FittingStack()
        self._screens.setProperty("role", "paper")
        self._screens.addWidget(self.columns)
        self._screens.addWidget(self.month)
        self.print_button = QPushButton(icon("print"), tr("打印"))
        self.print_button.setAccessibleName(tr("打印待办"))
        self.export_button = excel_button(tr("导出 Excel"), "export")
        self._out = ListOut(context, self, self.export_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.tabs)
        layout.addWidget(self._screens, 1)
        self.setFocusProxy(self.columns)
        self.tabs.chosen.connect(self._on_tab)
        self.columns.opened.connect(self._on_opened)
        self.month.opened.connect(self._on_opened)
        self.month.month_wanted.connect(self._read_month)
        self.print_button.clicked.connect(self._on_print)
        self.export_button.clicked.connect(self._on_export)

    def header_buttons(self) -> list[QPushButton]:
        return [self.print_button, self.export_button]

    def load(self) -> None:
        """Read what is in front."""
        if self.tabs.value() == _BOARD:
            read = partial(board, self._context.store, self._context.actor, self._today())
            self._context.runner.read(read, on_done=self._on_board)
        else:
            self._read_month(self.month.grid.day)

    def on_changes(self, _changes: Changes) -> None:
        """Anything written or synced may change what there is to do."""
        if self.isVisible():
            self.load()

    def turn_of(self, task: BoardTask) -> str:
        """Whose turn it is: the reader's own, his unit's, or another unit by name."""
        actor = self._context.actor
        if task.account_id == actor.account_id:
            return tr("等你")
        if task.account_id is None and task.unit_id == actor.unit_id:
            return tr("等本单位")
        unit = actor.units.get(task.unit_id)
        return tr("等{unit}", unit=unit.name) if unit is not None else ""

    def home_of(self, task: BoardTask) -> str:
        """The village or office it is of; nothing for one's own."""
        actor = self._context.actor
        unit = actor.units.get(task.home_id)
        return "" if unit is None or unit.id == actor.unit_id else unit.name

    def _today(self) -> date:
        return today_in_china(self._context.store.clock)

    def _read_month(self, day: date) -> None:
        read = partial(month_of, self._context.store, self._context.actor, day, self._today())
        self._context.runner.read(read, on_done=self._on_month)

    def _on_board(self, found: Board) -> None:
        self._board = found
        self.columns.show_board(found)

    def _on_month(self, found: Month) -> None:
        middle = self.month.grid.day
        if found.first <= middle <= found.last:
            self.month.show_month(found)

    def _on_tab(self, key: str) -> None:
        screen = self.columns if key == _BOARD else self.month
        self._screens.setCurrentWidget(screen)
        self.setFocusProxy(screen)
        self.load()

    def _on_opened(self, task: BoardTask) -> None:
        if task.entity == "case_file":
            self._context.open_case_at(task.record_id, section_of(task))
        else:
            self._context.open_record(task.entity, task.record_id)

    # --- out -------------------------------------------------------------------------------------

    def _on_print(self) -> None:
        if self.tabs.value() == _MONTH and self.month.month is not None:
            day = self.month.grid.day
            html = month_html(self.month.month)
            title = tr("待办月历 {month}", month=month_title(day))
        elif self._board is not None:
            html, title = board_html(self._board, self.names), tr("待办")
        else:
            return
        print_for(
            self._context,
            self.print_button,
            title=title,
            html=html,
            is_headed=True,
            landscape=True,
            look=self._look(LookedAt.PRINT),
        )

    def _look(self, looked_at: LookedAt) -> Callable[[], None]:
        """Names leave the screen with it."""
        count = sum(len(tasks) for tasks in self._board.columns.values()) if self._board else 0
        return look_at_rows(self._context, looked_at, people=count, reason=tr("待办"))

    def _on_export(self) -> None:
        if self._board is not None:
            name = f"{tr('待办')} {self._board.day.isoformat()}.xlsx"
            look = self._look(LookedAt.EXPORT)
            title = partial(sheet_title, self._context)
            write = partial(write_board, self._board, self.names, title)
            self._out.ask(name, write, look=look)


def section_of(task: BoardTask) -> str:
    """The tab of the case where the thing that is due is done; empty for the first."""
    if task.kind is TaskKind.PLAN:
        return "sponsor"
    if task.kind is TaskKind.LEGAL_AID:
        return "legal_aid"
    if task.limit in _COURT:
        return "court"
    if task.limit in (LimitKey.AGREEMENT_ITEM, LimitKey.FOLLOW_UP):
        return "agreement"
    if task.wait is not Wait.NOTHING:
        return "flow"
    return "clocks" if task.limit else ""
