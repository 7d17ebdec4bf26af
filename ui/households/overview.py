"""The village at a glance: its micro-grids with their sizes, and who lives where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.households.queries import (
    NO_MICRO_GRID,
    HouseholdRow,
    MicroGridRow,
    RosterPlace,
    RosterTotalsRow,
    household_rows,
    micro_grid_rows,
    residents_count,
)
from app.households.vocabulary import MicroGridSize, Past
from app.store import Changes, SyncState
from i18n.text import tr
from ui.conflicts.word import ConflictLead
from ui.context import PageContext
from ui.households.columns_view import ColumnsView
from ui.households.grid_list import GridLine, GridList
from ui.households.grid_worker import GridWorkerRow
from ui.households.side import HouseholdSide
from ui.theme import Tone
from ui.widgets.cards import Card, StatCard
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.wording_households import size_sentence, size_word
from ui.wording_rules import name_of
from ui.wording_sync import sync_state_word

ALL = "all"
NONE = "none"
FILTER_DELAY_MS = 120


@dataclass(frozen=True)
class _Overview:
    unit_id: str
    grids: Sequence[MicroGridRow]
    totals: RosterTotalsRow


@dataclass(frozen=True)
class _Found:
    asked: tuple[str, str, str]
    rows: Sequence[HouseholdRow]


class RosterOverview(QWidget):
    """One village. `is_empty_changed(bool)` tells whether it has any household."""

    is_empty_changed = Signal(bool)
    page_asked = Signal(str)
    """The page of this household is wanted."""
    step_asked = Signal(str, str)
    """The form of a step in this household, for this person."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._unit_id = ""
        self._grids: dict[str, MicroGridRow] = {}
        self._wanted: RosterPlace | None = None
        self._is_filling = False
        self._asked = 0
        """How often the village was asked for: only the last answer is shown."""
        self._may_edit = context.actor.may(Permission.EDIT_ROSTER)
        self._build()
        self._connect()

    # --- what the page asks ----------------------------------------

    @property
    def grids(self) -> Sequence[MicroGridRow]:
        """The village's micro-grids as they were read last."""
        return tuple(self._grids.values())

    def show_unit(self, unit_id: str) -> None:
        """Another village."""
        self._take_unit(unit_id)
        self.load()

    def load(self) -> None:
        if self._unit_id:
            self._asked += 1
            work = partial(self._read_overview, self._unit_id, self._asked)
            self._context.runner.read(work, on_done=self._on_overview)

    def show_place(self, place: RosterPlace) -> None:
        """Open a household, or choose a micro-grid, of this village or another."""
        self._take_unit(place.unit_id)
        self._wanted = place
        self.filter.clear()
        self.load()

    def on_changes(self, changes: Changes) -> None:
        if changes.touches("micro_grid", "household", "resident", "account", "handover"):
            self.load()
            if not self.side.is_editing:
                self.side.reload()

    def begin_new_household(self) -> None:
        key = self.grid_list.chosen_key() or ALL
        self.side.begin_new_household("" if key in (ALL, NONE) else key)

    def flush_draft(self) -> None:
        self.side.flush_draft()

    def _take_unit(self, unit_id: str) -> None:
        if unit_id != self._unit_id:
            self._unit_id = unit_id
            self.side.set_unit(unit_id)
            self.columns.close_side()
            self.filter.clear()

    # --- reading ----------------------------------------

    def _read_overview(self, unit_id: str, asked: int) -> _Overview | None:
        """On the reader thread; None where it was asked for again before its turn came."""
        if asked != self._asked:
            return None
        store = self._context.store
        return _Overview(
            unit_id,
            micro_grid_rows(store, unit_id),
            residents_count(store, unit_id),
        )

    def _on_overview(self, overview: _Overview | None) -> None:
        if overview is None or overview.unit_id != self._unit_id:
            return
        self._grids = {row.id or NONE: row for row in overview.grids}
        self._show_totals(overview)
        lines = [_all_line(overview.totals), *(_grid_line(row) for row in overview.grids)]
        self.grid_list.show_lines(lines, chosen=self._key_to_choose())
        self._open_wanted()
        self._on_line_chosen()
        self.is_empty_changed.emit(overview.totals.households == 0)

    def _key_to_choose(self) -> str:
        """The row asked for, else the present one, else one's own micro-grid, else all."""
        wanted = self._wanted.micro_grid_id if self._wanted else None
        own = (
            key
            for key, row in self._grids.items()
            if row.worker_id == self._context.actor.account_id
        )
        for key in (wanted, self.grid_list.chosen_key(), next(own, None)):
            if key is not None and (key in self._grids or key == ALL):
                return key
        return ALL

    def _open_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted.household_id is not None:
            self.side.show_household(wanted.household_id, takes_focus=True)

    def _read_households(self) -> None:
        typed = self.filter.text().strip()
        key = ALL if typed else self.grid_list.chosen_key() or ALL
        asked = (self._unit_id, key, typed)
        self._context.runner.read(partial(self._find, asked), on_done=self._on_households)

    def _find(self, asked: tuple[str, str, str]) -> _Found:
        """On the reader thread."""
        unit_id, key, typed = asked
        grid = None if key == ALL else NO_MICRO_GRID if key == NONE else key
        rows = household_rows(self._context.store, unit_id, micro_grid_id=grid, typed=typed)
        return _Found(asked, rows)

    def _on_households(self, found: _Found) -> None:
        unit_id, key, typed = found.asked
        if unit_id != self._unit_id or typed != self.filter.text().strip():
            return
        self._is_filling = True
        self.table.show_rows(found.rows)
        title = tr("找到的户") if typed else self._grid_title(key)
        self.households_card.set_title(title)
        self.households_card.set_aside(tr("{count} 户", count=len(found.rows)))
        self._show_empty_text(typed)
        if self.side.household_id:
            self.table.choose(self.side.household_id)
        elif found.rows and self.columns.is_wide and not self.side.is_editing:
            near = self.table.current_row()
            self.side.show_household(
                near.id if isinstance(near, HouseholdRow) else found.rows[0].id
            )
        self._is_filling = False

    # --- showing ----------------------------------------

    def _show_totals(self, overview: _Overview) -> None:
        totals = overview.totals
        outside = [
            row for row in overview.grids if row.id and row.finding is not MicroGridSize.FITS
        ]
        self.grid_card.show_figure(
            str(totals.micro_grids), tone=Tone.INFO, line=tr("每格 15 至 20 户")
        )
        none = self._grids.get(NONE)
        placed = tr("全部编入微网格") if totals.households else tr("还没有登记")
        lost = tr("{count} 户未编入", count=none.household_count) if none else placed
        self.household_card.show_figure(str(totals.households), tone=Tone.INFO, line=lost)
        self.resident_card.show_figure(str(totals.residents), tone=Tone.INFO)
        names = "、".join(row.name for row in outside[:3])
        fits = tr("都在 15 至 20 户之间") if totals.micro_grids else ""
        tone = Tone.WARN if outside else Tone.OK if totals.micro_grids else Tone.NEUTRAL
        self.size_card.show_figure(str(len(outside)), tone=tone, line=names or fits)

    def _show_chosen_worker(self) -> None:
        row = self._grids.get(self.grid_list.chosen_key() or "")
        self.worker_row.show_grid(row if row is not None and row.id else None)

    def _grid_title(self, key: str) -> str:
        if key == ALL:
            return tr("全村各户")
        if key == NONE:
            return tr("未编入微网格的户")
        row = self._grids.get(key)
        return row.name if row else ""

    def _show_empty_text(self, typed: str) -> None:
        if typed:
            hint = tr("试试姓名的拼音首字母、户号或电话后四位。")
            self.table.set_empty_text(tr("没有找到“{typed}”。", typed=typed), hint)
        elif self._may_edit:
            hint = tr("可以从 Excel 导入花名册，也可以一户一户新增。")
            self.table.set_empty_text(tr("这里还没有户。"), hint)
        else:
            self.table.set_empty_text(tr("这里还没有户。"), tr("名册由村里登记，同步后显示。"))

    # --- slots ----------------------------------------

    def _on_line_chosen(self, _line: object = None) -> None:
        self._show_chosen_worker()
        self._read_households()

    def _on_grid_opened(self, _line: object) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.table.rows.rowCount() and not self.table.currentIndex().isValid():
            self.table.choose_position(0)

    def _on_row_opened(self, row: HouseholdRow) -> None:
        self.side.show_household(row.id, takes_focus=True)

    def _on_row_chosen(self, row: HouseholdRow) -> None:
        """With the household open beside the list, the arrows leaf through."""
        is_other = self.side.household_id != row.id
        is_leafing = not self._is_filling and not self.side.is_editing
        if self.columns.is_side_open and is_other and is_leafing:
            self.side.show_household(row.id)

    def _on_arranged(self) -> None:
        """On a small screen the household needs the room of the figures."""
        self._cards.setVisible(self.columns.is_wide or not self.columns.is_side_open)

    def _on_side_gone(self) -> None:
        self.columns.close_side()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- building ----------------------------------------

    def _build(self) -> None:
        self.grid_card = StatCard(tr("微网格"))
        self.household_card = StatCard(tr("户"))
        self.resident_card = StatCard(tr("人"))
        may_redraw = self._context.actor.may(Permission.REDRAW_GRIDS)
        self.size_card = StatCard(tr("户数要调整的"), leads_on=may_redraw)
        self._cards = QWidget()
        cards = QHBoxLayout(self._cards)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(12)
        for card in (self.grid_card, self.household_card, self.resident_card, self.size_card):
            cards.addWidget(card, 1)
        self.columns = ColumnsView(self)
        self.side = HouseholdSide(self._context, self.columns.side_room)
        self.columns.put(self._build_grids(), self._build_households(), self.side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._cards)
        layout.addWidget(self.columns, 1)

    def _build_grids(self) -> Card:
        card = Card(tr("微网格"), aside=tr("15–20 户"), is_flush=True, parent=self.columns)
        self.redraw_button = QPushButton(tr("调整微网格"))
        self.redraw_button.setProperty("role", "quiet")
        self.redraw_button.setAccessibleName(tr("调整微网格"))
        self.redraw_button.setToolTip(tr("拆分、合并、移动，先看后改"))
        card.header.addWidget(self.redraw_button)
        self.redraw_button.setVisible(self._context.actor.may(Permission.REDRAW_GRIDS))
        self.grid_list = GridList(name=tr("微网格"))
        card.add(self.grid_list, 1)
        self.worker_row = GridWorkerRow(self._context)
        card.add(self.worker_row)
        return card

    def _build_households(self) -> Card:
        self.households_card = Card(tr("全村各户"), aside=" ", is_flush=True, parent=self.columns)
        self.changes_button = QPushButton(tr("变动"))
        self.changes_button.setProperty("role", "quiet")
        self.changes_button.setAccessibleName(tr("全村变动"))
        self.changes_button.setToolTip(tr("出生、去世、迁入、迁出、分户等，按月看"))
        self.households_card.header.addWidget(self.changes_button)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("户主、家人、拼音、户号、电话"))
        self.filter.setAccessibleName(tr("按户主、家人、拼音、户号或电话找户"))
        self.filter.setClearButtonEnabled(True)
        frame = QWidget()
        inside = QHBoxLayout(frame)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.addWidget(self.filter)
        self.households_card.add(frame)
        self.table = RecordTable(
            RowsModel(_household_columns(), key=lambda row: row.id), name=tr("各户")
        )
        self.table.set_filter_field(self.filter)
        self.households_card.add(self.table, 1)
        return self.households_card

    def _connect(self) -> None:
        self._filter_timer = QTimer(self)
        self._filter_timer.setSingleShot(True)
        self._filter_timer.setInterval(FILTER_DELAY_MS)
        self._filter_timer.timeout.connect(self._read_households)
        self.filter.textChanged.connect(self._filter_timer.start)
        self.grid_list.line_chosen.connect(self._on_line_chosen)
        self.grid_list.line_opened.connect(self._on_grid_opened)
        self.table.row_opened.connect(self._on_row_opened)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.worker_row.handover_asked.connect(self.side.begin_handover)
        self.side.opened.connect(self.columns.open_side)
        self.columns.arranged.connect(self._on_arranged)
        self.side.gone.connect(self._on_side_gone)
        self.side.page_asked.connect(self.page_asked)
        self.side.step_asked.connect(self.step_asked)
        for keys, button in (("Ctrl+O", "page_button"), ("Ctrl+E", "step_button")):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(getattr(self.side.panel, button).click)
        renumber = QShortcut(QKeySequence("Ctrl+R"), self)
        renumber.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        renumber.activated.connect(self.worker_row.renumber)
        ConflictLead(self._context, self.table, record_of=_in_conflict)


def _household_columns() -> list[Column[HouseholdRow]]:
    return [
        Column(tr("户号"), lambda row: row.number or "–", width=66),
        Column(tr("户主"), lambda row: row.head_name),
        Column(tr("人数"), lambda row: row.resident_count, width=52, is_right=True),
        Column(
            tr("状态"),
            lambda row: _state_word(row)[0],
            tone=lambda row: _state_word(row)[1],
            width=84,
            is_pill=True,
        ),
    ]


def _in_conflict(row: HouseholdRow) -> str:
    is_shown = row.sync_state is SyncState.CONFLICT and not row.is_asked_for
    return row.id if is_shown else ""


def _state_word(row: HouseholdRow) -> tuple[str, str]:
    if row.is_dissolved:
        return name_of(Past.DISSOLVED), "neutral"
    if row.closed_grid_name and not row.is_asked_for and row.sync_state is SyncState.SYNCED:
        return tr("原格已撤并"), "warn"
    return (tr("申请移交"), "warn") if row.is_asked_for else sync_state_word(row.sync_state)


def _all_line(totals: RosterTotalsRow) -> GridLine:
    words = tr("{homes} 户 {people} 人", homes=totals.households, people=totals.residents)
    return GridLine(ALL, tr("全村"), "", words, Tone.NEUTRAL, None)


def _grid_line(row: MicroGridRow) -> GridLine:
    people = tr("{count} 人", count=row.resident_count)
    if not row.id:
        words = tr("{count} 户，请编入", count=row.household_count)
        if row.left_over:
            words = tr(
                "{count} 户，其中 {left} 户原微网格已撤并，请重新编入",
                count=row.household_count,
                left=row.left_over,
            )
        return GridLine(NONE, tr("未编入"), people, words, Tone.WARN, None)
    state, state_tone = sync_state_word(row.sync_state)
    is_fit = row.finding is MicroGridSize.FITS
    words = size_sentence(row.finding, row.household_count)
    tone = Tone.NEUTRAL if is_fit else Tone(size_word(row.finding)[1])
    if row.is_number_twice:
        tone = Tone.WARN
        words = tr("编号 {number} 有两个微网格，请改其中一个", number=row.number)
    worker = row.worker_name or tr("没有网格员")
    return GridLine(
        row.id,
        row.name,
        tr("{worker} · {people}", worker=worker, people=people),
        words,
        tone,
        row.household_count,
        state,
        Tone(state_tone),
    )
