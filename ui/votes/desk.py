"""One motion as it is worked on: what the file says, and the keys that are still being written.

A key changes the view at once; the write follows on the writer thread, in the order of the keys.
What the file says is laid under the keys still under way, so that a reload in between neither
takes a ballot off the screen nor shows it twice. A write that fails puts the row back and says so.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.accounts.session import Actor
from app.errors import UserFacingError
from app.store import Changes, Store, SyncState
from app.votes.actions import take_ballot, withdraw_ballot
from app.votes.queries import one_motion
from app.votes.views import BallotView, MotionView, with_ballot, without_ballot
from app.votes.vocabulary import BallotChoice, BallotMethod
from i18n.text import tr
from ui.context import PageContext
from ui.wording import error_sentence
from ui.wording_votes import household_title


@dataclass(frozen=True)
class Written(Changes):
    """What a write touched, and which key it belongs to."""

    key: str = ""


class WriteFailedError(UserFacingError):
    """A refusal that still knows its key."""

    def __init__(self, cause: UserFacingError, key: str) -> None:
        super().__init__(cause.code, **cause.params)
        self.key = key


class BallotDesk(QObject):
    """`view_changed(MotionView)` whenever there is something new to show."""

    view_changed = Signal(object)
    load_failed = Signal(object)

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._motion_id = ""
        self._loaded: MotionView | None = None
        self._taking: dict[str, BallotView] = {}
        self._withdrawing: dict[str, tuple[str, str]] = {}
        self._landed: set[str] = set()
        """Keys that are on disk, but perhaps not yet in what was read."""
        self._read_after: set[str] = set()
        self._is_loading = False
        self._is_stale = False
        self.view: MotionView | None = None

    @property
    def motion_id(self) -> str:
        """The motion shown; empty when none is."""
        return self._motion_id

    @property
    def is_writing(self) -> bool:
        """Whether a key is still on its way to the disk."""
        return bool((self._taking.keys() | self._withdrawing.keys()) - self._landed)

    def open(self, motion_id: str) -> None:
        """Turn to this motion and read it."""
        if motion_id != self._motion_id:
            self._motion_id = motion_id
            self._loaded = self.view = None
        self.load()

    def close(self) -> None:
        """Turn to none; what is being written is written."""
        self._motion_id = ""
        self._loaded = self.view = None

    def load(self) -> None:
        """Read the motion again; asked while reading, once more afterwards."""
        if not self._motion_id:
            return
        if self._is_loading:
            self._is_stale = True
            return
        self._is_loading, self._is_stale = True, False
        self._read_after = set(self._landed)
        self._context.runner.read(
            partial(one_motion, self._context.store, self._motion_id),
            on_done=self._on_loaded,
            on_failed=self._on_load_failed,
        )

    def take(self, household_id: str, choice: BallotChoice, method: BallotMethod) -> None:
        """Show the ballot now and write it."""
        if self.view is None:
            return
        key = str(uuid.uuid4())
        self._taking[key] = BallotView(
            ballot_id=key,
            household_id=household_id,
            choice=choice,
            method=method,
            by_name=self._context.actor.name,
            taken_at=datetime.now(UTC),
            standing=None,
            sync_state=SyncState.PENDING,
            is_saved=False,
        )
        self.view = with_ballot(self.view, self._taking[key])
        work = partial(
            _take,
            self._context.store,
            self._context.actor,
            key=key,
            motion_id=self.view.motion_id,
            household_id=household_id,
            choice=choice,
            method=method,
        )
        self._write(work)

    def withdraw(self, ballot_id: str, reason: str) -> None:
        """Take a ballot back, now on the screen and then in the file."""
        if self.view is None:
            return
        key = str(uuid.uuid4())
        self._withdrawing[key] = (ballot_id, reason)
        self.view = without_ballot(self.view, ballot_id, reason)
        work = partial(
            _withdraw,
            self._context.store,
            self._context.actor,
            key=key,
            ballot_id=ballot_id,
            reason=reason,
        )
        self._write(work)

    def _write(self, work: partial[Written]) -> None:
        self.view_changed.emit(self.view)
        self._context.runner.write(work, on_done=self._on_written, on_failed=self._on_refused)

    def _on_loaded(self, view: MotionView) -> None:
        self._is_loading = False
        if self._is_stale or view.motion_id != self._motion_id:
            self.load()
            return
        for key in self._read_after:
            self._forget(key)
        self._loaded = view
        self._show()

    def _on_load_failed(self, error: UserFacingError) -> None:
        self._is_loading = False
        self.load_failed.emit(error)

    def _on_written(self, written: Written) -> None:
        self._landed.add(written.key)
        self._context.wrote()
        self.load()

    def _on_refused(self, error: UserFacingError) -> None:
        key = getattr(error, "key", "")
        self._context.notify(self._refusal(key, error))
        self._forget(key)
        self._show()
        self.load()

    def _refusal(self, key: str, error: UserFacingError) -> str:
        """The sentence, with the household it is about."""
        ballot = self._taking.get(key)
        entry = self.view.entry(ballot.household_id) if self.view and ballot else None
        if entry is None:
            return error_sentence(error)
        return tr(
            "{household}：{sentence}",
            household=household_title(entry),
            sentence=error_sentence(error),
        )

    def _forget(self, key: str) -> None:
        self._taking.pop(key, None)
        self._withdrawing.pop(key, None)
        self._landed.discard(key)

    def _show(self) -> None:
        """What the file says, with the keys still under way on top."""
        if self._loaded is None:
            return
        view = self._loaded
        known = {ballot.ballot_id for entry in view.entries for ballot in entry.ballots}
        for ballot in self._taking.values():
            if ballot.ballot_id not in known:
                view = with_ballot(view, ballot)
        for ballot_id, reason in self._withdrawing.values():
            view = without_ballot(view, ballot_id, reason)
        self.view = view
        self.view_changed.emit(view)


def _take(
    store: Store,
    actor: Actor,
    *,
    key: str,
    motion_id: str,
    household_id: str,
    choice: BallotChoice,
    method: BallotMethod,
) -> Written:
    try:
        changes = take_ballot(
            store,
            actor,
            motion_id=motion_id,
            household_id=household_id,
            choice=choice,
            method=method,
            ballot_id=key,
        )
    except UserFacingError as error:
        raise WriteFailedError(error, key) from error
    return Written(changes.records, changes.txn, key)


def _withdraw(store: Store, actor: Actor, *, key: str, ballot_id: str, reason: str) -> Written:
    try:
        changes = withdraw_ballot(store, actor, ballot_id=ballot_id, reason=reason)
    except UserFacingError as error:
        raise WriteFailedError(error, key) from error
    return Written(changes.records, changes.txn, key)
