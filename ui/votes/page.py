"""村务表决: the motions, one motion, or the form of a motion."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.accounts.vocabulary import Permission
from app.cases.queries import units_seen
from app.errors import UserFacingError
from app.organisations.vocabulary import UnitKind
from app.store import Changes
from app.votes.actions import open_motion, tally_motion, withdraw_motion
from app.votes.queries import OpeningCheck, motion_rows
from app.votes.views import MotionRow, MotionView
from app.votes.vocabulary import MotionState
from i18n.text import tr
from ui.context import PageContext
from ui.votes.ballot_screen import BallotScreen
from ui.votes.desk import BallotDesk
from ui.votes.editor import MotionEditor
from ui.votes.motion_list import MotionList
from ui.votes.opening_screen import OpeningScreen
from ui.wording import error_sentence
from ui.wording_votes import motion_heading

_TOUCHED = (
    "motion",
    "motion_event",
    "electorate_entry",
    "ballot",
    "ballot_withdrawal",
    "rule_set",
    "account",
)


class HeaderButton(QPushButton):
    """Stands in the header only while `is_wanted`, whoever shows it."""

    def __init__(self, words: str, *, is_primary: bool = False) -> None:
        super().__init__(words)
        self.is_wanted = False
        self.setAccessibleName(words)
        if is_primary:
            self.setProperty("role", "primary")

    def setVisible(self, is_visible: bool) -> None:
        super().setVisible(is_visible and self.is_wanted)


class VotesPage(QWidget):
    """Builds, connects and loads the three screens."""

    header_changed = Signal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.title = tr("村务表决")
        self.desk = BallotDesk(context, self)
        may = context.actor.may
        self._unit_ids = units_seen(context.actor, Permission.SEE_MOTIONS)
        self.list = MotionList(
            units=dict(context.actor.units),
            shows_villages=self._sees_many_villages(),
            may_propose=may(Permission.PROPOSE_MOTION),
            parent=self,
        )
        self.ballots = BallotScreen(
            self.desk,
            may_take=may(Permission.TAKE_BALLOT),
            may_judge_duplicates=may(Permission.JUDGE_DUPLICATE_BALLOTS),
            parent=self,
        )
        self.opening = OpeningScreen(context, self)
        self.editor = MotionEditor(context, self)
        self._screens = (self.list, self.ballots, self.opening, self.editor)
        self._shown: QWidget = self.list
        self._takes_focus = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for screen in self._screens:
            layout.addWidget(screen, 1)
            if screen is not self.list:
                screen.hide()
        self.setFocusProxy(self.list)
        self._build_buttons()
        self._connect()

    @property
    def subtitle(self) -> str:
        """Which motion is open; empty in the list."""
        if self._is_shown(self.editor):
            return tr("› 修改草案") if self.editor.record_id else tr("› 新提议案")
        view = self.desk.view
        return tr("› {motion}", motion=motion_heading(view)) if view is not None else ""

    def header_buttons(self) -> list[QPushButton]:
        """Every button of the page; each shows itself where it can be used."""
        return [
            self.back,
            self.side,
            self.withdraw,
            self.change,
            self.propose,
            self.open_vote,
            self.tally,
            self.save,
        ]

    def load(self) -> None:
        """Read the list, and the motion that is open."""
        self._context.runner.read(partial(motion_rows, self._context.store), on_done=self._on_rows)
        self.desk.load()
        self._show_buttons()

    def on_changes(self, changes: Changes) -> None:
        """Read again what was touched."""
        if changes.touches(*_TOUCHED):
            self.load()
        elif changes.touches("household") and self._is_shown(self.opening):
            self.opening.look_again()

    def open(self, record_id: str) -> None:
        """Show this motion."""
        if self._is_shown(self.editor):
            self.editor.flush_draft()
            self._shown = self.list
        self._takes_focus = True
        self.desk.open(record_id)

    def flush_draft(self) -> None:
        """The window closes or the screen locks."""
        self.editor.flush_draft()

    def show_list(self) -> None:
        """Back to the motions."""
        if self._is_shown(self.editor):
            self.editor.flush_draft()
        self.desk.close()
        self._show_screen(self.list)

    # --- building ----------------------------------------------------------------------------

    def _build_buttons(self) -> None:
        self.back = HeaderButton(tr("返回列表"))
        self.side = HeaderButton(tr("草案"))
        self.withdraw = HeaderButton(tr("撤回议案"))
        self.change = HeaderButton(tr("修改草案"))
        self.propose = HeaderButton(tr("新提议案"))
        self.open_vote = HeaderButton(tr("开启表决"), is_primary=True)
        self.tally = HeaderButton(tr("截止并计票"), is_primary=True)
        self.save = HeaderButton(tr("保存草案"), is_primary=True)
        self.save.setToolTip(tr("Ctrl+Enter"))
        self.propose.setToolTip(tr("Ctrl+N"))
        self.back.setToolTip(tr("Alt+左"))

    def _connect(self) -> None:
        self.list.motion_opened.connect(self.open)
        self.desk.view_changed.connect(self._on_view)
        self.desk.load_failed.connect(self._on_failed)
        self.opening.checked.connect(self._on_checked)
        self.opening.withdrawal_confirmed.connect(self._on_withdrawal_confirmed)
        self.ballots.withdrawal_confirmed.connect(self._on_withdrawal_confirmed)
        self.ballots.tally_confirmed.connect(self._on_tally_confirmed)
        self.editor.finished.connect(self._on_editor_finished)
        self.back.clicked.connect(self.show_list)
        self.side.clicked.connect(self.ballots.toggle_side)
        self.withdraw.clicked.connect(self._on_withdraw_clicked)
        self.change.clicked.connect(self._on_change_clicked)
        self.propose.clicked.connect(self._on_propose_clicked)
        self.open_vote.clicked.connect(self._on_open_clicked)
        self.tally.clicked.connect(self.ballots.ask_tally)
        self.save.clicked.connect(self.editor.save)
        leave = QShortcut(QKeySequence("Alt+Left"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.show_list)
        QShortcut(QKeySequence("Ctrl+N"), self).activated.connect(self._on_new_key)

    def _sees_many_villages(self) -> bool:
        unit = self._context.actor.units.get(self._context.actor.unit_id)
        return unit is None or unit.kind is not UnitKind.VILLAGE

    # --- showing -----------------------------------------------------------------------------

    def _is_shown(self, screen: QWidget) -> bool:
        return self._shown is screen

    def _show_screen(self, screen: QWidget) -> None:
        is_new = not self._is_shown(screen)
        self._shown = screen
        for each in self._screens:
            each.setVisible(each is screen)
        if is_new or self._takes_focus:
            screen.setFocus(Qt.FocusReason.OtherFocusReason)
        self._takes_focus = False
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Each button only where its step is possible, and only for whoever may take it."""
        view = self.desk.view
        may = self._context.actor.may
        in_list, in_form = self._is_shown(self.list), self._is_shown(self.editor)
        state = view.state if view is not None and not in_list and not in_form else None
        can_withdraw = state in (MotionState.DRAFT, MotionState.OPEN)
        check = self.opening.check
        wanted = {
            self.back: not in_list,
            self.side: state is not None and state is not MotionState.DRAFT,
            self.propose: in_list and may(Permission.PROPOSE_MOTION),
            self.change: state is MotionState.DRAFT and may(Permission.PROPOSE_MOTION),
            self.withdraw: can_withdraw and may(Permission.OPEN_MOTION),
            self.open_vote: state is MotionState.DRAFT and may(Permission.OPEN_MOTION),
            self.tally: state is MotionState.OPEN and may(Permission.TALLY_MOTION),
            self.save: in_form,
        }
        for button, is_wanted in wanted.items():
            button.is_wanted = is_wanted
            button.setVisible(is_wanted and button.parentWidget() is not None)
        self.open_vote.setEnabled(check is not None and not check.problems)
        self.header_changed.emit()

    def _on_rows(self, rows: Sequence[MotionRow]) -> None:
        self.list.show_motions(rows)

    def _on_view(self, view: MotionView) -> None:
        if self._is_shown(self.editor):
            return
        if view.state is MotionState.DRAFT:
            self.opening.show_view(view)
            self._show_screen(self.opening)
        else:
            self._show_screen(self.ballots)

    def _on_checked(self, _check: OpeningCheck) -> None:
        self._show_buttons()

    def _on_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))
        if self.desk.view is None:
            self.show_list()

    # --- working -----------------------------------------------------------------------------

    def _on_new_key(self) -> None:
        if self.propose.is_wanted:
            self._on_propose_clicked()

    def _on_propose_clicked(self) -> None:
        self.editor.write_new()
        self._show_screen(self.editor)

    def _on_change_clicked(self) -> None:
        if self.desk.view is not None:
            self.editor.change(self.desk.view)
            self._show_screen(self.editor)

    def _on_editor_finished(self, motion_id: str) -> None:
        self._shown = self.list
        if motion_id:
            self.desk.open(motion_id)
        else:
            self.show_list()

    def _on_open_clicked(self) -> None:
        work = partial(
            open_motion,
            self._context.store,
            self._context.actor,
            motion_id=self.desk.motion_id,
            notified_on=self.opening.notice_day(),
        )
        self.open_vote.setEnabled(False)
        self._write(work)

    def _on_withdraw_clicked(self) -> None:
        if self._is_shown(self.opening):
            self.opening.show_check()
            self.opening.ask_withdrawal()
        else:
            self.ballots.ask_withdrawal()

    def _on_withdrawal_confirmed(self, reason: str) -> None:
        store, actor = self._context.store, self._context.actor
        self._write(
            partial(withdraw_motion, store, actor, motion_id=self.desk.motion_id, reason=reason)
        )

    def _on_tally_confirmed(self) -> None:
        store, actor = self._context.store, self._context.actor
        self._write(partial(tally_motion, store, actor, motion_id=self.desk.motion_id))

    def _write(self, work: partial[Changes]) -> None:
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_write_failed)

    def _on_written(self, _changes: Changes) -> None:
        self._context.wrote()
        self.load()

    def _on_write_failed(self, error: UserFacingError) -> None:
        self._context.notify(error_sentence(error))
        self.load()
