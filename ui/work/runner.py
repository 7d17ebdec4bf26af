"""Run reads and writes off the main thread and bring their results back to it.

One writer thread, because SQLite has one writer and edits must keep their order; one reader
thread, so that a search does not wait for an import; one for the day's check and copy, which take
many seconds of a large file and nobody waits for; one for lists that go out as files, which take
minutes of a large county. A result crosses to the main thread through
a signal of this object, which lives there; a receiver is a bound method of a QObject, because a
plain function would outlive its screen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal

from app.errors import UserFacingError

Receiver = Callable[[Any], object]


class Lane(StrEnum):
    """Which thread does the work."""

    WRITER = "writer"
    READER = "reader"
    CARE = "care"
    OUT = "out"


@dataclass(eq=False)
class _Job:
    work: Callable[[], object]
    on_done: Receiver | None
    on_failed: Receiver | None
    lane: Lane
    result: object = None
    error: BaseException | None = None


class Runner(QObject):
    """`changed(object)` after a write whose result has `records`; `failed(UserFacingError)` when
    work failed and its caller gave no `on_failed`."""

    changed = Signal(object)
    failed = Signal(object)
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {
            lane: ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"gulou-{lane}")
            for lane in Lane
        }
        self._pending: dict[_Job, Future[None]] = {}
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    def read(
        self,
        work: Callable[[], object],
        *,
        on_done: Receiver | None = None,
        on_failed: Receiver | None = None,
    ) -> None:
        """Run a query on the reader thread."""
        self.run(work, on_done=on_done, on_failed=on_failed, lane=Lane.READER)

    def write(
        self,
        work: Callable[[], object],
        *,
        on_done: Receiver | None = None,
        on_failed: Receiver | None = None,
    ) -> None:
        """Run an action on the writer thread, after all writes before it."""
        self.run(work, on_done=on_done, on_failed=on_failed, lane=Lane.WRITER)

    def run(
        self,
        work: Callable[[], object],
        *,
        on_done: Receiver | None = None,
        on_failed: Receiver | None = None,
        lane: Lane = Lane.WRITER,
    ) -> None:
        """Run `work` and hand its result to `on_done`, a UserFacingError to `on_failed`.

        Both are bound methods of QObjects and are called on the main thread; a receiver whose
        object is gone is passed over. Any other exception goes to sys.excepthook.
        """
        for receiver in (on_done, on_failed):
            _demand_bound_method(receiver)
        job = _Job(work, on_done, on_failed, lane)
        self._pending[job] = self._pools[lane].submit(self._work, job)

    @property
    def is_busy(self) -> bool:
        """Whether anything is read or written; nobody waits for the day's care."""
        return any(job.lane is not Lane.CARE for job in self._pending)

    def wait_idle(self, timeout: float = 30.0) -> bool:
        """Wait until all work and all work it led to is done and delivered.

        For tests and for closing; `timeout` in seconds per round; False when it ran out.
        """
        while self._pending:
            _done, late = wait(list(self._pending.values()), timeout=timeout)
            if late:
                return False
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)
        return True

    def close(self, timeout: float = 30.0) -> bool:
        """Finish what was begun, then stop the threads; False when work was still running."""
        is_idle = self.wait_idle(timeout)
        for pool in self._pools.values():
            pool.shutdown(wait=is_idle, cancel_futures=True)
        return is_idle

    def _work(self, job: _Job) -> None:
        """On the worker thread: never raises, never touches a widget."""
        try:
            job.result = job.work()
        except BaseException as error:  # noqa: BLE001 - carried to the main thread, not swallowed
            job.error = error
        self._finished.emit(job)

    def _on_finished(self, job: _Job) -> None:
        del self._pending[job]
        self._deliver(job)

    def _deliver(self, job: _Job) -> None:
        if job.error is None:
            _call(job.on_done, job.result)
            if job.lane is Lane.WRITER and getattr(job.result, "records", None) is not None:
                self.changed.emit(job.result)
        elif isinstance(job.error, UserFacingError):
            if job.on_failed is None:
                self.failed.emit(job.error)
            else:
                _call(job.on_failed, job.error)
        else:
            sys.excepthook(type(job.error), job.error, job.error.__traceback__)


def _demand_bound_method(receiver: Receiver | None) -> None:
    if receiver is not None and not isinstance(getattr(receiver, "__self__", None), QObject):
        raise TypeError("a receiver must be a bound method of a QObject")


def _call(receiver: Receiver | None, value: object) -> None:
    if receiver is None:
        return
    owner = getattr(receiver, "__self__", None)
    if isinstance(owner, QObject) and shiboken6.isValid(owner):
        receiver(value)
