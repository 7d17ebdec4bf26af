"""The page 冲突: what two laptops wrote at once, one after another, a key for each."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.conflicts.queries import one_conflict, open_conflicts
from app.conflicts.views import ConflictCard, ConflictRow
from app.errors import UserFacingError
from app.looks.rules import MASKED
from app.store import Changes
from i18n.text import tr
from ui.conflicts.choices import Decision
from ui.conflicts.panel import ConflictPanel
from ui.conflicts.week import WeekScreen
from ui.context import PageContext
from ui.looks.noting import note_look
from ui.theme import text_px
from ui.widgets.cards import Card
from ui.widgets.record_table import RecordTable
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.side_panel import SidePanelHost
from ui.wording import error_sentence
from ui.wording_conflicts import (
    age_words,
    left_words,
    part_words,
    record_words,
    settled_sentence,
    who_words,
)

AGE_FROM_PX, WHO_FROM_PX = 330, 560
_DIGITS = range(Qt.Key.Key_1, Qt.Key.Key_9 + 1)


class ConflictsPage(QWidget):
    """Builds, connects and loads; what can be chosen is decided by the rules."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = tr("冲突")
        self._context = context
        self._wanted = ""
        self._deciding: tuple[ConflictRow, Decision] | None = None
        self._model: RowsModel[ConflictRow] = RowsModel(_columns(context), key=lambda row: row.key)
        self.table = RecordTable(self._model, name=tr("还没有定下的冲突"))
        self.table.set_empty_text(
            tr("没有冲突。"),
            tr("两台电脑把同一项改成不一样的，或一户有了两张票，会列在这里，请人来定。"),
        )
        self.screens = QStackedWidget(self)
        self.host = SidePanelHost(main_share=1, side_share=2, parent=self.screens)
        self.panel = ConflictPanel(context, self.host.side_room)
        self.list = _ListCard(self.table)
        self.host.put_main(self.list)
        self.host.put_side(self.panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.week = WeekScreen(context, parent=self.screens)
        self.screens.setProperty("role", "paper")
        self.screens.addWidget(self.host)
        self.screens.addWidget(self.week)
        self.week_button = QPushButton(tr("每周合并清单"))
        layout.addWidget(self.screens)
        self.setFocusProxy(self.table)
        self.table.row_chosen.connect(self._on_row_chosen)
        self.table.row_opened.connect(self._on_row_opened)
        self.table.typed.connect(self._on_typed)
        self.panel.decided.connect(self._on_decided)
        self.panel.record_asked.connect(self._on_record_asked)
        self.panel.left_asking.connect(self._focus_list)
        self.week_button.clicked.connect(self._on_week_asked)
        self.week.left.connect(self._on_week_left)

    def header_buttons(self) -> list[QPushButton]:
        """每周合并清单: what nobody was asked about."""
        return [self.week_button]

    def load(self) -> None:
        """Reads what is open, or the week that is shown."""
        if self.screens.currentWidget() is self.week:
            self.week.load()
        self._context.runner.read(
            partial(open_conflicts, self._context.store, self._context.actor),
            on_done=self._on_rows,
        )

    def open(self, record_id: str) -> None:
        """Shows a conflict by its id, or by the record it is about; an empty id: the first."""
        self._wanted = record_id
        self._on_week_left()
        self.load()

    def on_changes(self, changes: Changes) -> None:
        """Another write or a sync round may have settled some, or brought new ones."""
        shown = ("conflict", "conflict_settlement", "ballot", "ballot_withdrawal")
        if self.isVisible() and changes.touches(*shown):
            self.load()

    def hasHeightForWidth(self) -> bool:
        """The boxes scroll themselves, so on a small screen the page need not."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.screens.currentWidget() is self.week:
            if event.key() == Qt.Key.Key_Escape:
                self._on_week_left()
            else:
                super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape and self.panel.is_typing:
            self.panel.leave_typing()
        elif event.key() == Qt.Key.Key_Escape and self.panel.is_asking:
            self.panel.ask_bar.close_question()
        elif event.key() == Qt.Key.Key_Escape and self.host.is_side_open:
            self.host.close_side()
        elif event.key() in _DIGITS and not event.modifiers():
            self.panel.press(event.key() - Qt.Key.Key_0)
        else:
            super().keyPressEvent(event)

    # --- showing ---------------------------------------------------------------------------------

    def _on_rows(self, rows: tuple[ConflictRow, ...]) -> None:
        self.table.show_rows(rows)
        self.list.set_aside(left_words(len(rows)) if rows else "")
        if not rows:
            self.panel.show_card(None)
            self.host.close_side()
            return
        if self._wanted:
            self._choose_wanted(rows)
        elif self.table.current_row() is None:
            self.table.choose_position(0)
        else:
            self._read_current()

    def _choose_wanted(self, rows: tuple[ConflictRow, ...]) -> None:
        wanted, self._wanted = self._wanted, ""
        row = next((one for one in rows if wanted in (*one.conflict_ids, one.subject_id)), rows[0])
        self.table.choose(row.key)
        self._read_current()
        self.host.open_side()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read_current(self) -> None:
        row = self.table.current_row()
        if isinstance(row, ConflictRow):
            self._context.runner.read(
                partial(one_conflict, self._context.store, self._context.actor, row.key),
                on_done=self._on_card,
            )

    def _on_card(self, card: ConflictCard | None) -> None:
        row = self.table.current_row()
        if card is None or not isinstance(row, ConflictRow) or card.row.key != row.key:
            return
        self.panel.show_card(card)
        self._note_look(card)
        if not self.host.is_side_open:
            self.host.open_side()

    def _note_look(self, card: ConflictCard) -> None:
        """Two numbers cannot be told apart while they are masked: whoever is shown them has
        looked."""
        row, actor = card.row, self._context.actor
        names = {name for one in card.candidates for name, value in one.values.items() if value}
        for name in sorted(names):
            masked = MASKED.get((row.subject_entity, name))
            if masked is not None and actor.may(masked.permission):
                note_look(
                    self._context,
                    subject_entity=row.subject_entity,
                    subject_id=row.subject_id,
                    unit_id=row.unit_id,
                    looked_at=masked.looked_at,
                )

    def _on_row_chosen(self, _row: object) -> None:
        self._read_current()

    def _on_row_opened(self, _row: object) -> None:
        self.host.open_side()
        self._read_current()

    def _on_typed(self, text: str) -> None:
        if text.isdecimal():
            self.panel.press(int(text[0]))

    # --- deciding --------------------------------------------------------------------------------

    def _on_decided(self, decision: Decision) -> None:
        if self.panel.card is None or self._deciding is not None:
            return  # the key before this one is still being written
        self._deciding = (self.panel.card.row, decision)
        self._context.runner.write(
            decision.work, on_done=self._on_settled, on_failed=self._on_failed
        )

    def _on_settled(self, changes: Changes) -> None:
        if self._deciding is None:
            return
        (row, decision), self._deciding = self._deciding, None
        if decision.may_be_undone and changes.txn is not None:
            self._context.offer_undo(settled_sentence(row), changes.txn)
        self._context.wrote()
        self.load()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_failed(self, error: UserFacingError) -> None:
        self._deciding = None
        self._context.notify(error_sentence(error))
        self.load()

    def _focus_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_week_asked(self) -> None:
        self.screens.setCurrentWidget(self.week)
        self.week.load()
        self.week.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_week_left(self) -> None:
        self.screens.setCurrentWidget(self.host)

    def _on_record_asked(self, entity: str, record_id: str) -> None:
        self._context.open_record(entity, record_id)


class _ListCard(Card):
    """Beside an open conflict the record and what of it need the room; the rest is on the card."""

    def __init__(self, table: RecordTable) -> None:
        super().__init__(tr("要定的"), is_flush=True)
        self._table = table
        self.add(table, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._table.setColumnHidden(2, self.width() < text_px(WHO_FROM_PX))
        self._table.setColumnHidden(3, self.width() < text_px(AGE_FROM_PX))


def _columns(context: PageContext) -> list[Column[ConflictRow]]:
    now = context.store.clock.now
    return [
        Column(tr("什么"), record_words),
        Column(tr("哪一项"), part_words, width=116),
        Column(tr("谁写的"), lambda row: who_words(row.names), width=150),
        Column(
            tr("放了多久"),
            lambda row: age_words(row.found_at, now()),
            width=92,
        ),
    ]
