"""Whose a micro-grid is: the line under the list, and the form that hands it to somebody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.accounts.vocabulary import Permission
from app.errors import ErrorCode, UserFacingError
from app.exchange.typed_dates import full_date
from app.households.grids_actions import LONGEST_NOTE, assign_grid_worker, renumber_micro_grid
from app.households.grids_queries import GridHandover, grid_history
from app.households.queries import MicroGridRow, possible_grid_workers
from app.laptop import today_in_china
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.households.days import day_line
from ui.households.record_form import FieldWrongError, FormLoad, RecordForm, Texts, combo
from ui.theme import text_px
from ui.widgets.labels import ElidedLabel, text_label
from ui.widgets.timeline import TimelineEntry, TimelineView
from ui.wording import error_sentence
from ui.wording_grids import handover_line, since_words


class GridWorkerRow(QWidget):
    """`handover_asked(MicroGridRow)` when the history or a hand-over is wanted."""

    handover_asked = Signal(object)

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._row: MicroGridRow | None = None
        may = context.actor.may(Permission.REDRAW_GRIDS)
        self.words = ElidedLabel("", "muted")
        self.button = QPushButton(tr("交接") if may else tr("交接记录"))
        self.button.setAccessibleName(self.button.text())
        self.number_button = QPushButton(tr("改编号"))
        self.number_button.setAccessibleName(tr("给这个微网格换一个没有用过的编号"))
        self.number_button.setToolTip(tr("换一个没有用过的编号（Ctrl+R）"))
        self._may_redraw = may
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 12, 2)
        row.addWidget(self.words, 1)
        row.addWidget(self.number_button)
        row.addWidget(self.button)
        for button in (self.number_button, self.button):
            button.setAutoDefault(True)  # Enter presses it
        self.number_button.clicked.connect(self.renumber)
        self.button.clicked.connect(self._on_clicked)
        self.hide()

    def show_grid(self, row: MicroGridRow | None) -> None:
        """The micro-grid that is chosen; None for 全村 and 未编入."""
        self._row = row
        self.setVisible(row is not None)
        if row is not None:
            self.words.setText(row.worker_name or tr("没有网格员"))
            self.number_button.setVisible(row.is_number_twice and self._may_redraw)
            work = partial(self._read, row.id)
            self._context.runner.read(work, on_done=self._on_history)

    def renumber(self) -> None:
        """Another number for one of two micro-grids that have the same."""
        row = self._row
        if row is not None and row.is_number_twice and self._may_redraw:
            context = self._context
            work = partial(renumber_micro_grid, context.store, context.actor, micro_grid_id=row.id)
            context.runner.write(work, on_done=self._on_renumbered, on_failed=self._on_failed)

    def _on_renumbered(self, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(tr("已换成没有用过的编号。"), changes.txn)

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))

    def _read(self, grid_id: str) -> tuple[str, list[GridHandover]]:
        """On the reader thread."""
        return grid_id, grid_history(self._context.store, grid_id)

    def _on_history(self, read: tuple[str, list[GridHandover]]) -> None:
        grid_id, history = read
        if self._row is not None and self._row.id == grid_id and history:
            self.words.setText(since_words(history[0]))

    def _on_clicked(self) -> None:
        if self._row is not None:
            self.handover_asked.emit(self._row)


class GridForm(RecordForm):
    """Hands a micro-grid over, its history below; who may not, sees the history alone."""

    FORM = "grid_handover"
    FIELD_OF_ERROR = {
        ErrorCode.GRID_HANDOVER_DATE_WRONG: "starts_on",
        ErrorCode.GRID_WORKER_NOT_HERE: "account",
        ErrorCode.GRID_WORKER_SAME: "account",
    }
    _grid: MicroGridRow | None = None
    _unit_id = ""

    def begin_handover(self, unit_id: str, grid: MicroGridRow) -> None:
        """Open for a micro-grid."""
        self._unit_id, self._grid = unit_id, grid
        self.set_title(tr("{name} · 网格员交接", name=grid.name))
        may = self._context.actor.may(Permission.REDRAW_GRIDS)
        for key in ("account", "starts_on", "note"):
            self.field(key).setVisible(may)
        self._save_button.setVisible(may)
        self.begin(grid.id)
        work = partial(grid_history, self._context.store, grid.id)
        self._context.runner.read(work, on_done=self._on_history)

    @property
    def chosen_worker(self) -> str:
        """Who gets it; empty for nobody."""
        editor = self.editor("account")
        is_somebody = isinstance(editor, QComboBox) and editor.currentData()
        return editor.currentText() if isinstance(editor, QComboBox) and is_somebody else ""

    def _build_fields(self) -> None:
        note = QLineEdit()
        note.setMaxLength(LONGEST_NOTE)
        self._add("account", self.panel.add_field(tr("交给"), combo(), is_required=True))
        self._add("starts_on", self.panel.add_field(tr("从哪天起"), day_line(), is_required=True))
        self._add("note", self.panel.add_field(tr("说明"), note))
        self.history = TimelineView()
        self.history.setMinimumHeight(text_px(120))
        self.no_history = text_label(tr("还没有交接记录。"), "muted", wraps=True)
        self.panel.add_widget(text_label(tr("交接记录"), "sectionTitle"))
        self.panel.add_widget(self.no_history)
        self.panel.add_widget(self.history)

    def _load(self) -> FormLoad:
        store = self._context.store
        people = possible_grid_workers(store, self._unit_id)
        choices = {"account": [("", tr("（没有人）")), *people]}
        today = today_in_china(store.clock).isoformat()
        worker = self._grid.worker_id if self._grid else None
        return FormLoad({"account": worker or "", "starts_on": today, "note": ""}, choices)

    def _writer(self, texts: Texts) -> Callable[[], Changes]:
        day = full_date(texts["starts_on"].strip())
        if day is None:
            raise FieldWrongError(
                "starts_on", tr("日期看不明白，没有保存。请写年月日，例如 2026-11-23。")
            )
        return partial(
            assign_grid_worker,
            self._context.store,
            self._context.actor,
            micro_grid_id=self._grid.id if self._grid else "",
            account_id=texts["account"] or None,
            starts_on=day,
            note=texts["note"],
        )

    def _on_history(self, history: list[GridHandover]) -> None:
        entries = [
            TimelineEntry(one.starts_on.isoformat() if one.starts_on else "", *handover_line(one))
            for one in history
        ]
        self.history.show_entries(entries, name=tr("交接记录"))
        self.history.setVisible(bool(entries))
        self.no_history.setVisible(not entries)
