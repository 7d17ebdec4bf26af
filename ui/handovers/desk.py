"""What a card shows of hand-overs: a button to ask for one, a line on how far the last has got,
and a button to take it back."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QPushButton, QWidget

from app.handovers.actions import hand_back
from app.handovers.queries import Standing, standing_of
from app.handovers.vocabulary import HandoverState, HandoverSubject
from app.store import Changes
from i18n.text import tr
from ui.context import PageContext
from ui.handovers.dialog import HandoverDialog
from ui.theme import icon
from ui.theme.palette import BLUE
from ui.widgets.labels import text_label
from ui.wording_handovers import state_line

_OPEN = (HandoverState.REQUESTED, HandoverState.EFFECTIVE)


class HandoverDesk(QObject):
    """`button`, `back` and `line` are placed by the card; `show_subject` fills them.

    The line stays hidden while there is nothing to say, and the buttons for who may not.
    """

    def __init__(
        self,
        context: PageContext,
        subject: HandoverSubject,
        parent: QWidget,
        *,
        words: str = "",
    ) -> None:
        """`words` are the button's, where the card knows better than 移交… what it will be."""
        super().__init__(parent)
        self._context = context
        self._subject = subject
        self._subject_id = ""
        self._standing: Standing | None = None
        self._proposed = ""
        self.button = QPushButton(icon("send", BLUE), words or tr("移交…"))
        self.back = QPushButton(icon("undo", BLUE), tr("收回移交"))
        self.line = text_label("", "muted", wraps=True)
        for button in (self.button, self.back):
            button.setProperty("role", "quiet")
            button.setAccessibleName(button.text())
            button.setAutoDefault(True)
            button.hide()
        self.line.hide()
        self.button.clicked.connect(self.ask)
        self.back.clicked.connect(self._on_back)

    def show_subject(self, subject_id: str) -> None:
        """Read how it stands with this record and show it."""
        self._subject_id = subject_id
        work = partial(
            standing_of,
            self._context.store,
            self._context.actor,
            subject=self._subject,
            subject_id=subject_id,
        )
        self._context.runner.read(work, on_done=self._on_read)

    def propose(self, unit_id: str) -> None:
        """The unit the dialog begins with, if it may be handed there; empty for none."""
        self._proposed = unit_id

    def ask(self) -> None:
        """Opens the dialog."""
        if self._standing is None or self.button.isHidden():
            return
        dialog = HandoverDialog(self._context, self._standing, self.button.window())
        dialog.propose(self._proposed)
        dialog.asked.connect(self._on_asked)
        dialog.open()

    def _on_read(self, found: Standing | None) -> None:
        if found is None or found.subject_id != self._subject_id:
            if found is None:
                self._standing = None
            return
        self._standing = found
        last = found.last
        is_waiting = last is not None and last.state is HandoverState.REQUESTED
        self.button.setVisible(bool(found.targets) and not is_waiting)
        self.back.setVisible(self._may_take_back(found))
        is_home_again = (
            last is not None
            and last.state is HandoverState.EFFECTIVE
            and last.to_unit_id == found.home_unit_id
        )
        words = ""
        if last is not None and not is_home_again:
            words = state_line(self._subject, last.state, to_unit=last.to_unit)
        self.line.setText(words)
        self.line.setVisible(bool(words))

    def _may_take_back(self, found: Standing) -> bool:
        """Only the last one, and only to where this person could send it now."""
        last = found.last
        if last is None or last.state not in _OPEN:
            return False
        if last.state is HandoverState.REQUESTED:
            return bool(found.targets)
        return any(unit.id == last.from_unit_id for unit in found.targets)

    def _on_asked(self, changes: Changes) -> None:
        self._after(tr("已申请移交，等县里确认。"), changes)

    def _on_back(self) -> None:
        if self._standing is None or self._standing.last is None:
            return
        work = partial(
            hand_back,
            self._context.store,
            self._context.actor,
            handover_id=self._standing.last.handover_id,
        )
        self._context.runner.write(work, on_done=self._on_taken_back)

    def _on_taken_back(self, changes: Changes) -> None:
        self._after(tr("已申请收回，等县里确认。"), changes)

    def _after(self, sentence: str, changes: Changes) -> None:
        self._context.wrote()
        if changes.txn is not None:
            self._context.offer_undo(sentence, changes.txn)
        self.show_subject(self._subject_id)
