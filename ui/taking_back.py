"""The line that offers to take the last step back, and to do again what was taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from app.accounts.session import Actor
from app.store import Store
from app.undo import UndoOutcome, undo
from i18n.text import tr
from ui.shell.main_window import MainWindow
from ui.theme import Tone
from ui.widgets.notice_bar import NoticeAction
from ui.work.runner import Runner


class TakingBack(QObject):
    """`wrote()` when a step was taken back or done again, by whoever ``who()`` says is there."""

    wrote = Signal()

    def __init__(
        self,
        store: Store,
        runner: Runner,
        window: MainWindow,
        *,
        who: Callable[[], Actor | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._runner = runner
        self._window = window
        self._who = who
        self._offered: tuple[str, int] | None = None
        self._taken_back = ""
        """What the step said that was taken back last."""

    def offer(self, sentence: str, txn: int) -> None:
        """Only the last step can be taken back at a click: what came after may rest on it."""
        self.withdraw(but=txn)
        take_back = partial(self._undo, txn)
        self._show(
            sentence, txn, NoticeAction(tr("撤销"), take_back, QKeySequence.StandardKey.Undo)
        )

    def withdraw(self, *, but: int | None) -> None:
        """Another step than the one offered has been written."""
        if self._offered is not None and self._offered[1] != but:
            self._window.notices.forget(self._offered[0])
            self._offered = None

    def forget(self) -> None:
        """Another person comes; the line goes with the pages."""
        self._offered = None

    def _undo(self, txn: int) -> None:
        self._taken_back = self._offered[0] if self._offered is not None else ""
        self._write(txn, self._on_undone)

    def _redo(self, txn: int) -> None:
        """Taking back what took a step back; the step can then be taken back again."""
        self._write(txn, self._on_redone)

    def _write(self, txn: int, on_done: Callable[[UndoOutcome], None]) -> None:
        actor = self._who()
        if actor is not None:
            work = partial(undo, self._store, account_id=actor.account_id, txn=txn)
            self._runner.write(work, on_done=on_done)

    def _on_redone(self, outcome: UndoOutcome) -> None:
        self._window.pages.tell_changes(outcome.changes)
        if outcome.changes.txn is not None:
            self.offer(self._taken_back, outcome.changes.txn)
        self.wrote.emit()

    def _on_undone(self, outcome: UndoOutcome) -> None:
        self._window.pages.tell_changes(outcome.changes)
        said = (
            tr("已撤销。")
            if outcome.left == 0
            else tr("已撤销；有 {count} 条后来又改过，保留原样。", count=outcome.left)
        )
        if self._taken_back and outcome.may_redo and outcome.txn is not None:
            again = partial(self._redo, outcome.txn)
            action = NoticeAction(tr("重做"), again, QKeySequence.StandardKey.Redo)
            self._show(said, outcome.txn, action)
        else:
            self._window.notices.show_notice(said, tone=Tone.OK)
        self.wrote.emit()

    def _show(self, sentence: str, txn: int, action: NoticeAction) -> None:
        self._offered = (sentence, txn)
        self._window.notices.show_notice(sentence, tone=Tone.OK, actions=(action,))
