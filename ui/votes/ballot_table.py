"""The households of a vote, worked with one hand: arrows choose, 1 2 3 take the ballot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from app.votes.views import EntryView
from app.votes.vocabulary import BallotChoice, BallotMethod
from i18n.text import tr
from ui.widgets.rows_model import Column, RowsModel
from ui.widgets.slim import SlimTable
from ui.wording_sync import sync_state_word
from ui.wording_votes import entry_choice, entry_collector, entry_method

CHOICE_KEYS = {
    Qt.Key.Key_1: BallotChoice.AGREE,
    Qt.Key.Key_2: BallotChoice.OPPOSE,
    Qt.Key.Key_3: BallotChoice.ABSTAIN,
}
METHOD_KEYS = {
    Qt.Key.Key_S: BallotMethod.SIGNATURE,
    Qt.Key.Key_R: BallotMethod.ORAL_RECORDED,
    Qt.Key.Key_P: BallotMethod.PROXY,
    Qt.Key.Key_H: BallotMethod.SHOW_OF_HANDS,
}
_WITHDRAW_KEYS = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_FIND_KEYS = (Qt.Key.Key_Slash,)
_PLAIN = Qt.KeyboardModifier.NoModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class BallotTable(SlimTable):
    """`choice_pressed(BallotChoice)` and the like speak of the row under the cursor."""

    choice_pressed = Signal(object)
    method_pressed = Signal(object)
    withdraw_pressed = Signal()
    find_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            RowsModel(_columns(), key=lambda entry: entry.household_id),
            name=tr("应到名册"),
            empty=tr("没有符合的户。请改一改筛选。"),
            parent=parent,
        )

    def current_entry(self) -> EntryView | None:
        """The household under the cursor."""
        row = self.current_row()
        return row if isinstance(row, EntryView) else None

    def show_entries(self, entries: Sequence[EntryView]) -> None:
        """New rows; where only some have changed, only those are drawn anew."""
        shown = self.rows.rows()
        if [one.household_id for one in shown] != [one.household_id for one in entries]:
            self.show_rows(entries)
            return
        for old, new in zip(shown, entries, strict=True):
            if old != new:
                self.rows.replace_row(new)

    def choose_next_missing(self) -> None:
        """Go on to the next household nobody has heard, around the end; stay if there is none."""
        rows: Sequence[EntryView] = self.rows.rows()
        here = self.currentIndex().row()
        around = [*range(here + 1, len(rows)), *range(here)]
        following = next((place for place in around if rows[place].is_missing), None)
        if following is not None:
            self._go_to(following)

    def choose_first_missing(self) -> None:
        """Where work goes on when the screen is opened."""
        rows: Sequence[EntryView] = self.rows.rows()
        if rows:
            first = next((place for place, row in enumerate(rows) if row.is_missing), 0)
            self._go_to(first)

    def _go_to(self, position: int) -> None:
        """With the neighbours of the row in sight."""
        self.choose_position(position)
        self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the ballot; everything else is the table's own."""
        if event.modifiers() in (_PLAIN, _KEYPAD) and self._took(Qt.Key(event.key())):
            return
        super().keyPressEvent(event)

    def _took(self, key: Qt.Key) -> bool:
        if key in CHOICE_KEYS:
            self.choice_pressed.emit(CHOICE_KEYS[key])
        elif key in METHOD_KEYS:
            self.method_pressed.emit(METHOD_KEYS[key])
        elif key in _WITHDRAW_KEYS:
            self.withdraw_pressed.emit()
        elif key in _FIND_KEYS:
            self.find_pressed.emit()
        else:
            return False
        return True


def _columns() -> list[Column[EntryView]]:
    return [
        Column(tr("户号"), lambda entry: entry.household_number, width=72),
        Column(tr("户主"), lambda entry: entry.head_name, width=92),
        Column(
            tr("表决"),
            lambda entry: entry_choice(entry)[0],
            tone=lambda entry: entry_choice(entry)[1],
        ),
        Column(tr("方式"), entry_method, width=84),
        Column(tr("收票人 / 时间"), entry_collector, width=168),
        Column(
            tr("上报"),
            lambda entry: _sync_word(entry)[0],
            tone=lambda entry: _sync_word(entry)[1],
            width=96,
            is_pill=True,
        ),
    ]


def _sync_word(entry: EntryView) -> tuple[str, str]:
    """The state of the household's ballots; nothing while there are none."""
    if not entry.ballots:
        return "", "neutral"
    if not all(ballot.is_saved for ballot in entry.ballots):
        return tr("保存中"), "neutral"
    return sync_state_word(entry.sync_state)
