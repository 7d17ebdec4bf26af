"""The way from a record's 有冲突 to the place where it is settled."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QPushButton, QWidget

from app.store import SyncState
from i18n.text import tr
from ui.context import PageContext


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
