"""The place behind the quiet box in the navigation: the line, pending work, exchange by stick."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.store import Changes
from i18n.text import tr
from sync.client.status import SyncStatus
from ui.context import PageContext
from ui.syncing.pending_view import PendingView
from ui.syncing.stick_desk import StickDesk
from ui.syncing.stick_view import StickView
from ui.theme import icon
from ui.widgets.labels import StatePill, text_label
from ui.wording_sync import clock_banner, line_word, status_line


class SyncPage(QWidget):
    """``sync_asked`` when the person wants a round now."""

    sync_asked = Signal()
    header_changed = Signal()

    def __init__(
        self,
        context: PageContext,
        parent: QWidget | None = None,
        *,
        sticks: StickDesk | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = tr("同步")
        self._context = context
        self.word = StatePill()
        self.line = text_label("", "muted", wraps=True)
        self.clock = text_label("", "muted", wraps=True)
        self.pending = PendingView(context)
        self.sticks = None if sticks is None else StickView(context, sticks)
        self.stick_button = QPushButton(icon("export"), tr("用U盘交换"))
        self.conflicts = QPushButton(tr("去看冲突"))
        self._views = QStackedWidget()
        self._build()

    @property
    def subtitle(self) -> str:
        """Where in the page one is; empty for the list."""
        return tr("› 用U盘交换") if self._is_at_sticks else ""

    def header_buttons(self) -> list[QPushButton]:
        """现在同步 is the one thing to do here."""
        button = QPushButton(tr("现在同步"))
        button.setProperty("role", "primary")
        button.setAccessibleName(button.text())
        button.clicked.connect(self.sync_asked)
        return [button] if self.sticks is None else [self.stick_button, button]

    def load(self) -> None:
        """Reads what is shown."""
        self.pending.load()
        if self.sticks is not None:
            self.sticks.load()

    def open(self, record_id: str) -> None:
        """Chooses this operation, by its number, when the rows have been read."""
        self.show_pending()
        self.pending.choose_operation(record_id)

    def on_changes(self, _changes: Changes) -> None:
        """Any write may wait now, any round may have judged something."""
        if self.isVisible():
            self.load()

    def show_status(self, status: SyncStatus) -> None:
        """The line as it is now."""
        self.word.set_state(*line_word(status.line))
        self.line.setText(status_line(status, self._context.store.clock.now()))
        self.clock.setText(clock_banner(status) or "")
        self.clock.setVisible(bool(self.clock.text()))
        self.conflicts.setText(tr("去看冲突（{count} 处）", count=status.conflicts))
        self.conflicts.setVisible(status.conflicts > 0)
        if self.isVisible():
            self.load()

    def show_sticks(self) -> None:
        """The exchange by stick in the place of the list."""
        if self.sticks is not None:
            self._show(self.sticks)

    def show_pending(self) -> None:
        """The list again."""
        self._show(self.pending)

    def hasHeightForWidth(self) -> bool:
        """Not at the list, which scrolls itself, so on a small screen the page need not."""
        return self._is_at_sticks and super().hasHeightForWidth()

    @property
    def _is_at_sticks(self) -> bool:
        return self._views.currentWidget() is self.sticks

    def _show(self, view: QWidget) -> None:
        self._views.setCurrentWidget(view)
        self.stick_button.setDisabled(self._is_at_sticks)
        self.header_changed.emit()
        if self.isVisible():
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.word)
        row.addWidget(self.line, 1)
        row.addWidget(self.conflicts)
        self.clock.hide()
        self.conflicts.hide()
        self.conflicts.clicked.connect(self._on_conflicts_asked)
        self._views.addWidget(self.pending)
        if self.sticks is not None:
            self._views.addWidget(self.sticks)
            self.sticks.closed.connect(self.show_pending)
        self.stick_button.setAccessibleName(self.stick_button.text())
        self.stick_button.clicked.connect(self.show_sticks)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self.clock)
        layout.addWidget(self._views, 1)
        self.setFocusProxy(self._views)

    def _on_conflicts_asked(self) -> None:
        self._context.open_page("conflicts")
