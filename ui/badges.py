"""The numbers beside 案件 and 待办 in the navigation, and at sign-in the line about what is late.

Whose a number is comes with it: another person may have signed in while it was counted.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from app.accounts.session import Actor
from app.board.queries import Reminders, reminders
from app.incidents.queries import unreported_risks
from app.laptop import today_in_china
from app.store import Store
from i18n.text import tr
from ui.shell.main_window import MainWindow
from ui.theme import Tone
from ui.widgets.notice_bar import NoticeAction
from ui.wording_board import reminder_sentence
from ui.work.runner import Runner

COUNTED_FROM = (
    *("case_event", "case_file", "handover", "agreement", "agreement_item", "sponsorship"),
    "setting",
)
"""What may change the numbers."""


class Badges(QObject):
    """Counts for whoever ``who()`` says is signed in; nothing while nobody is."""

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

    def count(self) -> None:
        """Cases the police must hear of and have not, beside 案件; what is due, beside 待办."""
        actor = self._who()
        if actor is not None:
            self._runner.read(partial(_risks_of, self._store, actor), on_done=self._on_risks)
        self.remind()

    def remind(self, *, is_said: bool = False) -> None:
        """What is this person's and late, or ends soon: a number, and once at sign-in a line
        above the page."""
        actor = self._who()
        if actor is not None:
            work = partial(_reminders_of, self._store, actor, is_said)
            self._runner.read(work, on_done=self._on_reminders)

    def _is_still(self, account_id: str) -> bool:
        actor = self._who()
        return actor is not None and actor.account_id == account_id

    def _on_risks(self, counted: tuple[str, int]) -> None:
        account_id, count = counted
        if self._is_still(account_id):
            self._window.navigation.set_badge("cases", count)

    def _on_reminders(self, read: tuple[str, Reminders, bool]) -> None:
        account_id, found, is_said = read
        if not self._is_still(account_id):
            return
        self._window.navigation.set_badge("board", found.count)
        sentence = reminder_sentence(found)
        if is_said and sentence:
            tone = Tone.DANGER if found.overdue else Tone.WARN
            open_board = NoticeAction(tr("打开待办"), partial(self._window.open_page, "board"))
            self._window.notices.show_notice(sentence, tone=tone, actions=(open_board,))


def _reminders_of(store: Store, actor: Actor, is_said: bool) -> tuple[str, Reminders, bool]:
    return actor.account_id, reminders(store, actor, today_in_china(store.clock)), is_said


def _risks_of(store: Store, actor: Actor) -> tuple[str, int]:
    return actor.account_id, len(unreported_risks(store, actor))
