"""The way from a record's 有冲突 to the place where it is settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton, QWidget

from app.store import SyncState
from i18n.text import tr
from ui.context import PageContext
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import ROW, Index


class ConflictButton(QPushButton):
    """Shown beside a record with an open conflict, and nowhere else."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(tr("去定冲突"), parent)
        self.setProperty("role", "quiet")
        self.setAccessibleName(tr("去定冲突"))
        self._context = context
        self._record_id = ""
        self.clicked.connect(self._on_clicked)
        self.hide()

    def show_for(self, records: Iterable[tuple[str, SyncState]]) -> None:
        """The first of these records (id and state) that has a conflict."""
        met = (record_id for record_id, state in records if state is SyncState.CONFLICT)
        self._record_id = next(met, "")
        self.setVisible(bool(self._record_id))

    def _on_clicked(self) -> None:
        self._context.open_record("conflict", self._record_id)


class ConflictLead(QObject):
    """A click on 有冲突 in a column of a list, the last if none is named; by keyboard the record's
    own button leads there. ``record_of(row)`` is the id of a record in conflict, or empty."""

    def __init__(
        self,
        context: PageContext,
        table: RecordTable,
        *,
        record_of: Callable[[Any], str],
        column: int | None = None,
    ) -> None:
        super().__init__(table)
        self._column = len(table.rows.columns) - 1 if column is None else column
        self._context, self._table, self._record_of = context, table, record_of
        table.clicked.connect(self._on_clicked)

    def _on_clicked(self, index: Index) -> None:
        if index.column() != self._column:
            return
        record_id = self._record_of(index.data(ROW))
        if record_id:
            self._context.open_record("conflict", record_id)
