"""1+X 队伍: a village's team, the auxiliary policeman first; for township and county the villages
before it, those without one on top."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.accounts.vocabulary import Permission
from app.errors import UserFacingError
from app.exchange.sheet_out import write_sheet
from app.grid_work.team_queries import (
    Team,
    TeamPlace,
    TeamRow,
    VillageTeamRow,
    team_contacts,
    village_team,
    village_team_rows,
)
from app.looks.actions import record_look
from app.looks.vocabulary import LookedAt
from app.organisations.rules import display_name
from app.organisations.vocabulary import UnitKind
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.households.side import only_current_counts
from ui.households.team_side import TeamSide
from ui.printing import print_for
from ui.theme import icon, text_px
from ui.widgets.cards import Card
from ui.widgets.flow import FlowLayout
from ui.widgets.labels import text_label
from ui.widgets.paper import table_html, text_html
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.save_dialog import open_workbook_dialog
from ui.widgets.side_panel import SidePanelHost
from ui.widgets.slim import SlimTable
from ui.widgets.tabs import TabRow
from ui.wording import error_sentence
from ui.wording_team import (
    gap_words,
    post_words,
    team_cells,
    team_columns,
    term_word,
    term_words,
    village_cells,
    village_columns,
    villages_words,
)

NOW, FORMER = "now", "former"
TIGHT_BELOW_PX = 1060
PHONE, TERM = 2, 3
"""Columns that give way."""


class TeamPage(QWidget):
    """`closed` when the person goes back."""

    closed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._wanted = ("", "", False)
        self.team: Team | None = None
        self.villages: list[VillageTeamRow] = []
        self._may = context.actor.may(Permission.MANAGE_TEAM)
        unit = context.actor.units.get(context.actor.unit_id)
        self._is_village = unit is not None and unit.kind is UnitKind.VILLAGE
        self._build()
        self._connect()

    # --- opening ----------------------------------------

    def begin(self, unit_id: str) -> None:
        """A village's own team; for township and county the list of villages."""
        if self._is_village:
            self.show_village(unit_id)
        else:
            self._show_villages()

    def show_village(self, unit_id: str) -> None:
        """The team of one village."""
        self._unit_id, self.team = unit_id, None
        self.side.set_unit(unit_id)
        self.host.close_side()
        self.which.set_value(NOW)
        self._stack.setCurrentWidget(self.host)
        self.load()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_member(self, place: TeamPlace, *, field: str = "", is_mended: bool = False) -> None:
        """One member of a village's team, or the form at a field."""
        self.show_village(place.unit_id)
        self._wanted = (place.member_id, field, is_mended)

    def load(self) -> None:
        """Read what is shown again."""
        store, actor = self._context.store, self._context.actor
        if self._stack.currentWidget() is self.host:
            work = partial(village_team, store, actor, self._unit_id)
            self._context.runner.read(work, on_done=self._on_team, on_failed=self._on_failed)
        else:
            work_rows = partial(village_team_rows, store, actor)
            self._context.runner.read(work_rows, on_done=self._on_villages)

    def on_changes(self, changes: Changes) -> None:
        if changes.touches("team_member", "unit"):
            self.load()

    def flush_draft(self) -> None:
        self.side.flush_draft()

    def leave(self) -> None:
        """From a village back to the list of villages, from there back to the page."""
        if self._stack.currentWidget() is self.host and not self._is_village:
            self._show_villages()
        else:
            self.flush_draft()
            self.closed.emit()

    def _show_villages(self) -> None:
        self._stack.setCurrentWidget(self.villages_card)
        self.load()
        self.village_table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- showing ----------------------------------------

    def _on_team(self, team: Team) -> None:
        if team.unit_id != self._unit_id:
            return
        self.team = team
        self.team_card.set_title(tr("{village} 1+X 队伍", village=self._village_name(team.unit_id)))
        self.gap.setText(gap_words(team))
        self.gap.setVisible(bool(gap_words(team)))
        self._show_rows()
        self._open_wanted(team)

    def _open_wanted(self, team: Team) -> None:
        (member_id, field, is_mended), self._wanted = self._wanted, ("", "", False)
        row = next((one for one in (*team.members, *team.former) if one.id == member_id), None)
        if row is None:
            return
        if row in team.former:
            self.which.set_value(FORMER)
            self._show_rows()
        self.table.choose(row.id)
        self.side.show_member(row)
        if is_mended and self._may:
            self.side.begin_edit(field)

    def _show_rows(self) -> None:
        if self.team is None:
            return
        is_former = self.which.value() == FORMER
        rows = self.team.former if is_former else self.team.members
        self.table.show_rows(rows)
        self.team_card.set_aside(tr("{count} 人", count=len(rows)))
        if is_former:
            self.table.set_empty_text(tr("还没有往届的队员。"))
        else:
            hint = tr("先新增辅警（1），再新增其他队员（X）。") if self._may else ""
            self.table.set_empty_text(tr("这个村的队伍还没有登记。"), hint)
        shown = self.side.card.row
        if shown is not None and not self.side.is_editing:
            again = next((row for row in rows if row.id == shown.id), None)
            if again is not None:
                self.side.card.show_member(again)

    def _on_villages(self, rows: list[VillageTeamRow]) -> None:
        self.villages = rows
        self.village_table.show_rows(rows)
        self.villages_summary.setText(villages_words(rows))

    def _village_name(self, unit_id: str) -> str:
        units = self._context.actor.units
        return display_name(units[unit_id], units) if unit_id in units else ""

    # --- slots ----------------------------------------

    def _on_which(self, _key: str) -> None:
        self.host.close_side()
        self._show_rows()

    def _on_member_opened(self, row: TeamRow) -> None:
        self.side.show_member(row)

    def _on_member_chosen(self, row: TeamRow) -> None:
        """With a member open beside the list, the arrows leaf through."""
        shown = self.side.card.row
        if self.host.is_side_open and not self.side.is_editing and shown != row:
            self.side.show_member(row)

    def _on_village_opened(self, row: VillageTeamRow) -> None:
        self.show_village(row.unit_id)

    def _on_filter(self, typed: str) -> None:
        plain = typed.strip()
        self.village_table.rows.set_filter(
            (lambda row: plain in self._village_name(row.unit_id)) if plain else None
        )

    def _on_side_opened(self) -> None:
        self.host.open_side()
        self._arrange()

    def _on_side_gone(self) -> None:
        self.host.close_side()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    # --- paper ----------------------------------------

    def _on_print(self) -> None:
        self._context.runner.read(self._paper, on_done=self._on_paper)

    def _paper(self) -> tuple[str, str, int]:
        """On the reader thread: title, html, of how many people."""
        titles, rows = self._table()
        is_team = self._stack.currentWidget() is self.host
        head = gap_words(self.team) if is_team and self.team else villages_words(self.villages)
        html = (f"<p>{text_html(head)}</p>" if head else "") + table_html(titles, rows)
        return self._paper_title(), html, len(rows) if is_team else 0

    def _on_paper(self, made: tuple[str, str, int]) -> None:
        title, html, people = made
        look = partial(self._log, LookedAt.PRINT, people) if people else None
        print_for(self._context, self.print_button, title=title, html=html, look=look)

    def _on_export(self) -> None:
        dialog = open_workbook_dialog(
            self, title=tr("导出 1+X 队伍"), file_name=f"{self._paper_title()}.xlsx"
        )
        dialog.fileSelected.connect(self.export_to)

    def export_to(self, name: Path | str) -> None:
        """What is shown, as a workbook."""
        work = partial(self._export, Path(name))
        self._context.runner.write(work, on_done=self._on_exported, on_failed=self._on_failed)

    def _export(self, path: Path) -> Path:
        """On the writer thread: whole numbers leave the program, so the look is written down."""
        _titles, rows = self._table()
        is_team = self._stack.currentWidget() is self.host
        columns = team_columns() if is_team else village_columns()
        if is_team and rows:
            self._log(LookedAt.EXPORT, len(rows))
        write_sheet(path, title=tr("1+X 队伍"), columns=columns, rows=rows)
        return path

    def _on_exported(self, path: Path) -> None:
        self._context.notify(tr("已导出到 {file}。", file=str(path)))

    def _table(self) -> tuple[list[str], list[list[str]]]:
        if self._stack.currentWidget() is self.host:
            contacts = team_contacts(self._context.store, self._context.actor, self._unit_id)
            return [title for title, _ in team_columns()], [team_cells(one) for one in contacts]
        rows = [village_cells(row, self._village_name(row.unit_id)) for row in self.villages]
        return [title for title, _ in village_columns()], rows

    def _paper_title(self) -> str:
        if self._stack.currentWidget() is self.host:
            return tr("{village} 1+X 队伍", village=self._village_name(self._unit_id))
        return tr("各村 1+X 队伍")

    def _log(self, looked_at: LookedAt, people: int) -> None:
        record_look(
            self._context.store,
            self._context.actor,
            subject_entity="unit",
            subject_id=self._unit_id,
            unit_id=self._unit_id,
            looked_at=looked_at,
            people=people,
        )

    # --- building ----------------------------------------

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._build_tools())
        self._stack = QStackedWidget()
        self.side = TeamSide(self._context)
        self.host = SidePanelHost(self._build_team(), self.side)
        self.villages_card = self._build_villages()
        for widget in (self.host, self.villages_card):
            self._stack.addWidget(widget)
        self._stack.currentChanged.connect(self._on_part_changed)
        layout.addWidget(self._stack, 1)
        self._on_part_changed()

    def _build_tools(self) -> QWidget:
        tools = QWidget()
        flow = FlowLayout(tools)
        self.add_button = QPushButton(icon("add", "white"), tr("新增队员"))
        self.add_button.setProperty("role", "primary")
        terms = ((NOW, tr("现任")), (FORMER, tr("往届")))
        self.which = TabRow(terms, name=tr("现任或往届"))
        self.which.set_value(NOW)
        self.print_button = QPushButton(icon("print"), tr("打印"))
        self.export_button = QPushButton(icon("export"), tr("导出"))
        self.leave_button = QPushButton(tr("返回"))
        self.leave_button.setToolTip(tr("Esc"))
        for button in (
            *(self.add_button, self.print_button, self.export_button, self.leave_button),
        ):
            button.setAccessibleName(button.text())
        for each in (
            *(self.add_button, self.which, self.print_button),
            *(self.export_button, self.leave_button),
        ):
            flow.addWidget(each)
        return tools

    def _build_team(self) -> Card:
        self.team_card = Card(tr("1+X 队伍"), aside=" ", is_flush=True)
        self.gap = text_label("", "doubt", wraps=True)
        self.gap.setContentsMargins(16, 8, 16, 4)
        self.team_card.add(self.gap)
        self.table = SlimTable(
            RowsModel(_member_columns(), key=lambda row: row.id), name=tr("队员")
        )
        self.team_card.add(self.table, 1)
        return self.team_card

    def _build_villages(self) -> Card:
        card = Card(tr("各村 1+X 队伍"), is_flush=True)
        self.villages_summary = text_label("", "strong", wraps=True)
        self.villages_summary.setContentsMargins(16, 8, 16, 4)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("村名"))
        self.filter.setAccessibleName(tr("按村名找"))
        self.filter.setClearButtonEnabled(True)
        frame = QWidget()
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(12, 4, 12, 8)
        inside.addWidget(self.filter)
        self.village_table = SlimTable(
            RowsModel(self._village_columns(), key=lambda row: row.unit_id), name=tr("各村")
        )
        self.village_table.set_filter_field(self.filter)
        for part in (self.villages_summary, frame):
            card.add(part)
        card.add(self.village_table, 1)
        return card

    def _village_columns(self) -> list[Column[VillageTeamRow]]:
        return [
            Column(tr("村"), lambda row: self._village_name(row.unit_id)),
            Column(
                tr("辅警（1）"),
                lambda row: "、".join(row.leaders) or tr("没有指定"),
                tone=lambda row: None if row.leaders else "warn",
            ),
            Column(tr("其他（X）"), lambda row: row.others, width=104, is_right=True),
            Column(
                tr("快到期"),
                lambda row: row.ending or "",
                tone=lambda _row: "warn",
                width=90,
                is_right=True,
            ),
        ]

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.side.begin_new)
        self.which.chosen.connect(self._on_which)
        self.print_button.clicked.connect(self._on_print)
        self.export_button.clicked.connect(self._on_export)
        self.leave_button.clicked.connect(self.leave)
        self.table.row_opened.connect(self._on_member_opened)
        self.table.row_chosen.connect(self._on_member_chosen)
        self.village_table.row_opened.connect(self._on_village_opened)
        self.filter.textChanged.connect(self._on_filter)
        self.side.opened.connect(self._on_side_opened)
        self.host.closed.connect(self._arrange)
        self.side.gone.connect(self._on_side_gone)
        for part in (self.team_card, self.villages_card):  # in the form Esc leaves the form
            leave = QShortcut(QKeySequence("Esc"), part)
            leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            leave.activated.connect(self.leave)

    def hasHeightForWidth(self) -> bool:
        """No: the lists scroll themselves."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Beside a member the list has room for post, name and state; the rest is in the card."""
        is_tight = self.host.is_side_open and self.width() < text_px(TIGHT_BELOW_PX)
        for column in (PHONE, TERM):
            self.table.setColumnHidden(column, is_tight)

    def _on_part_changed(self) -> None:
        is_team = self._stack.currentWidget() is self.host
        self.add_button.setVisible(is_team and self._may)
        self.which.setVisible(is_team)
        only_current_counts(self._stack)


def _member_columns() -> list[Column[TeamRow]]:
    return [
        Column(tr("岗位"), post_words, tone=lambda row: "info" if row.is_the_one else None),
        Column(tr("姓名"), lambda row: row.name, width=88),
        Column(tr("电话"), lambda row: row.phone, width=112),
        Column(tr("任期"), term_words, width=190),
        Column(
            tr("状态"),
            lambda row: term_word(row.state)[0],
            tone=lambda row: term_word(row.state)[1],
            width=84,
            is_pill=True,
        ),
    ]
