"""The background thread that keeps laptop and county together, without anyone noticing.

It runs a round on a timer, when something was written, and when the network comes back. After a
failure it waits longer each time, with jitter, so that 3,500 laptops do not return at once.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Collection

from app.errors import UserFacingError
from db.purging import purge_departed
from db.search_catch_up import catch_up_search
from db.session import Changes, Store
from sync.client.blobs import Carried, Carrier
from sync.client.round import Exchanger, KeysDestroyedError, RoundResult
from sync.client.status import LineState, SyncStatus, read_status
from sync.client.transport import (
    CountyBusyError,
    CountyRefusedError,
    NotTheCountyError,
    OfflineError,
)

log = logging.getLogger(__name__)

INTERVAL_S = 60.0
_FIRST_WAIT_S = 2.0
_LONGEST_WAIT_S = 15 * 60.0
_SOON_S = 1.5


class Backoff:
    """Doubling waits with jitter: half to all of the step."""

    def __init__(self, rng: random.Random | None = None) -> None:
        self._rng = rng or random.Random()  # noqa: S311 - spreads load, guards nothing
        self._step = _FIRST_WAIT_S

    def next_wait_s(self) -> float:
        """How long to wait after another failure."""
        wait = self._step * self._rng.uniform(0.5, 1.0)
        self._step = min(self._step * 2, _LONGEST_WAIT_S)
        return wait

    def reset(self) -> None:
        """After a success, or when the network came back."""
        self._step = _FIRST_WAIT_S


class SyncWorker:
    """One thread per laptop. Callbacks run on that thread; the windows pass them on."""

    def __init__(
        self,
        store: Store,
        exchanger: Exchanger,
        *,
        on_changes: Callable[[Changes], None],
        on_status: Callable[[SyncStatus], None],
        interval_s: float = INTERVAL_S,
        backoff: Backoff | None = None,
        rng: random.Random | None = None,
        carrier: Carrier | None = None,
    ) -> None:
        self._store = store
        self._exchanger = exchanger
        exchanger.goes_on = self._after_a_turn
        self._carrier = carrier
        if carrier is not None:
            carrier.on_moved = self._on_moved
        self._on_changes = on_changes
        self._on_status = on_status
        self._interval_s = interval_s
        self._backoff = backoff or Backoff()
        self._rng = rng or random.Random()  # noqa: S311 - spreads load, guards nothing
        self._slot_s = 0.0
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._paused = threading.Event()
        self._telling = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begins with a round at once."""
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Ends after the exchange that is under way."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout_s)

    def wake(self) -> None:
        """Something was written, or the network came back: run soon."""
        self._backoff.reset()
        self._wake.set()

    def pause(self) -> None:
        """The cable is out on purpose (the demo, a metered line): no rounds until resumed."""
        self._paused.set()
        self._tell(LineState.OFFLINE)

    def resume(self) -> None:
        """The cable is in again."""
        self._paused.clear()
        self.wake()

    def run_once(self) -> RoundResult | None:
        """One round with its reports; None when it failed or the line is paused."""
        if self._paused.is_set():
            return None
        self._keep_slot(None)
        self._tell(LineState.SYNCING)
        try:
            result = self._run_round()
        except CountyBusyError as problem:
            log.info("county busy for %s s", problem.retry_after_s)
            self._keep_slot(problem.retry_after_s)
            self._tell(LineState.BUSY)
            return None
        except OfflineError as problem:
            log.info("county not reached: %s", problem)
            self._tell(LineState.OFFLINE)
            return None
        except NotTheCountyError as problem:
            log.warning("not the county: %s", problem)
            self._tell(LineState.NOT_THE_COUNTY)
            return None
        except UserFacingError as problem:  # a full disk: what came will be sent again
            log.warning("answer not laid down: %s", problem)
            self._tell(LineState.OFFLINE, problem.code)
            return None
        except KeysDestroyedError:
            log.warning("this laptop is down as stolen: its keys are gone")
            self._stop.set()
            self._tell(LineState.DESTROYED)
            return None
        except CountyRefusedError as problem:
            log.warning("county refused: %s", problem)
            self._tell(LineState.REFUSED, problem.code)
            return None
        self._keep_slot(result.retry_after_s)
        if result.changes:
            self._on_changes(result.changes)
        self._tell(LineState.ONLINE)
        catch_up_search(self._store)
        purge_departed(self._store)
        return result if self._carry(result.touched) else None

    def _run_round(self) -> RoundResult:
        """A round; of one that is cut in the middle, what came before is shown, and the next try
        comes soon: the line breaks, and yet it carries."""
        try:
            return self._exchanger.run_round()
        except Exception:
            part = self._exchanger.so_far
            if part.exchanges:
                self._backoff.reset()
            if part.changes:
                self._on_changes(part.changes)
            raise

    def _after_a_turn(self) -> bool:
        self._tell(LineState.SYNCING)
        return not self._stop.is_set()

    def _carry(self, touched: Collection[tuple[str, str]]) -> bool:
        """Originals of attachments, until something is written; False when the line broke.

        None while the county asks for time: photographs are what it can wait for longest.
        """
        carrier = self._carrier
        if carrier is None or self._slot_s > 0:
            return True
        if any(entity == "attachment" for entity, _ in touched):
            carrier.records_changed()
        try:
            carried = self._carry_on(carrier)
        except CountyBusyError as problem:
            self._keep_slot(problem.retry_after_s)
            self._tell(LineState.BUSY)
            return False
        except (OfflineError, NotTheCountyError, CountyRefusedError, UserFacingError) as problem:
            log.info("originals: %s", problem)
            code = problem.code if isinstance(problem, UserFacingError) else None
            self._tell(LineState.OFFLINE, code)
            return False
        if carried.up or carried.down:
            self._tell(LineState.ONLINE)
        return True

    def _carry_on(self, carrier: Carrier) -> Carried:
        """A line that breaks and yet carries is gone on with at once: of a village's line there is
        no better one to wait for. Raises what the carrier raised when a go came to nothing."""
        while True:
            try:
                return carrier.carry(self._has_something_to_do)
            except CountyBusyError:
                raise
            except OfflineError:
                came_on = carrier.carried.up or carrier.carried.down
                if not came_on or self._has_something_to_do():
                    raise

    def _has_something_to_do(self) -> bool:
        return self._wake.is_set() or self._stop.is_set() or self._paused.is_set()

    def _on_moved(self, changes: Changes) -> None:
        self._on_changes(changes)
        self._tell(LineState.ONLINE)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                catch_up_search(self._store)  # what a new program left to do needs no line
                result = self.run_once()
            except Exception:
                log.exception("sync round failed")
                threading.excepthook(threading.ExceptHookArgs(_current_error()))
                result = None
            wait_s = self._next_wait_s(result)
            self._stop.wait(self._slot_s)  # the county's word: nothing that is written shortens it
            self._wake.wait(max(0.0, wait_s - self._slot_s))
            if self._wake.is_set() and not self._stop.is_set():
                self._stop.wait(_SOON_S)  # lets a burst of edits travel together

    def _next_wait_s(self, result: RoundResult | None) -> float:
        """At least the county's slot; else the interval, or longer after each failure."""
        if result is None:
            return max(self._slot_s, self._backoff.next_wait_s())
        self._backoff.reset()
        return max(self._slot_s, self._interval_s)

    def _keep_slot(self, seconds: int | None) -> None:
        """Not before then, and a little later by chance: many may have been told the same."""
        self._slot_s = (seconds or 0) * self._rng.uniform(1.0, 1.1)

    def _tell(self, line: LineState, problem: str | None = None) -> None:
        """One at a time: a cable pulled while a round was under way stays pulled."""
        with self._telling:
            shown = LineState.OFFLINE if self._paused.is_set() else line
            self._on_status(read_status(self._store, shown, problem))


def _current_error() -> tuple[object, ...]:
    import sys

    kind, value, trace = sys.exc_info()
    return kind, value, trace, threading.current_thread()
