"""The background worker: quiet reports, growing waits with jitter, never two rounds at once."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import pytest

from app.errors import ErrorCode, UserFacingError
from db.session import Changes
from sync.client.round import RoundResult
from sync.client.status import LineState, SyncStatus
from sync.client.transport import (
    CountyBusyError,
    CountyRefusedError,
    NotTheCountyError,
    OfflineError,
)
from sync.client.worker import Backoff, SyncWorker
from tests.helpers.stores import a_household, a_store


class Rounds:
    """Rounds with given outcomes."""

    def __init__(self, *outcomes: RoundResult | Exception) -> None:
        self._outcomes = list(outcomes)
        self.so_far = RoundResult()

    def run_round(self) -> RoundResult:
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def a_worker(
    tmp_path: Path, *outcomes: RoundResult | Exception
) -> tuple[SyncWorker, list[SyncStatus], list[Changes]]:
    said: list[SyncStatus] = []
    arrived: list[Changes] = []
    worker = SyncWorker(
        a_store(tmp_path),
        Rounds(*outcomes),  # type: ignore[arg-type]
        on_changes=arrived.append,
        on_status=said.append,
    )
    return worker, said, arrived


def test_a_round_says_what_came(tmp_path: Path) -> None:
    worker, said, arrived = a_worker(tmp_path, RoundResult(touched={("household", "h1")}))
    worker.run_once()
    assert [status.line for status in said] == [LineState.SYNCING, LineState.ONLINE]
    assert arrived == [Changes(frozenset({("household", "h1")}))]


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (OfflineError("x"), LineState.OFFLINE),
        (CountyBusyError(5), LineState.BUSY),
        (NotTheCountyError("x"), LineState.NOT_THE_COUNTY),
        (CountyRefusedError("install_revoked", 403, {}), LineState.REFUSED),
        (UserFacingError(ErrorCode.STORE_NOT_WRITTEN, problem="full"), LineState.OFFLINE),
    ],
)
def test_a_failure_is_a_state_and_never_an_exception(
    tmp_path: Path, problem: Exception, line: LineState
) -> None:
    worker, said, arrived = a_worker(tmp_path, problem)
    assert worker.run_once() is None
    assert said[-1].line is line
    assert arrived == []


def test_a_round_cut_in_the_middle_shows_what_came_and_is_tried_again_soon(tmp_path: Path) -> None:
    """A line that is cut every so often would else wait a quarter of an hour after each page."""
    rounds = Rounds(*(OfflineError("cut") for _ in range(20)))
    arrived: list[Changes] = []
    worker = SyncWorker(
        a_store(tmp_path),
        rounds,  # type: ignore[arg-type]
        on_changes=arrived.append,
        on_status=lambda _status: None,
    )
    for _ in range(10):
        rounds.so_far = RoundResult(touched={("household", "h1")}, exchanges=1)
        assert worker.run_once() is None
        assert worker._next_wait_s(None) <= 2.0
    assert arrived == [Changes(frozenset({("household", "h1")}))] * 10
    rounds.so_far = RoundResult()
    waits = [worker._next_wait_s(worker.run_once()) for _ in range(10)]
    assert max(waits) > 60.0


def test_a_paused_line_sends_nothing(tmp_path: Path) -> None:
    worker, said, _arrived = a_worker(tmp_path)
    worker.pause()
    assert worker.run_once() is None
    assert said[-1].line is LineState.OFFLINE


def test_the_status_counts_what_waits(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    said: list[SyncStatus] = []
    worker = SyncWorker(
        store,
        Rounds(OfflineError("x")),  # type: ignore[arg-type]
        on_changes=lambda _c: None,
        on_status=said.append,
    )
    with store.transaction(account_id="worker", action="add_household") as tx:
        tx.session.add(a_household())
    worker.run_once()
    assert said[-1].waiting == 1


def test_waits_double_with_jitter_up_to_a_quarter_of_an_hour() -> None:
    waits = [Backoff(random.Random(seed)).next_wait_s() for seed in range(50)]
    assert min(waits) >= 1.0
    assert max(waits) <= 2.0
    assert len(set(waits)) > 40

    backoff = Backoff(random.Random(1))
    grown = [backoff.next_wait_s() for _ in range(20)]
    assert grown[-1] <= 15 * 60
    assert grown[-1] >= 15 * 30
    backoff.reset()
    assert backoff.next_wait_s() <= 2.0


def test_a_cable_pulled_during_a_round_stays_pulled(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    said: list[SyncStatus] = []

    class PulledMeanwhile:
        so_far = RoundResult()

        def run_round(self) -> RoundResult:
            worker.pause()
            return RoundResult()

    worker = SyncWorker(
        store,
        PulledMeanwhile(),  # type: ignore[arg-type]
        on_changes=lambda _c: None,
        on_status=said.append,
    )
    worker.run_once()
    assert said[-1].line is LineState.OFFLINE


@pytest.mark.parametrize("outcome", [CountyBusyError(300), RoundResult(retry_after_s=300)])
def test_the_countys_slot_is_kept_on_success_and_on_refusal(
    tmp_path: Path, outcome: RoundResult | Exception
) -> None:
    """A little later by chance, never earlier, whatever the back-off says."""
    waits = []
    for _ in range(20):
        worker, _said, _arrived = a_worker(tmp_path, outcome)
        waits.append(worker._next_wait_s(worker.run_once()))
    assert min(waits) >= 300
    assert max(waits) <= 330
    assert len(set(waits)) > 10


def test_a_slot_is_for_one_wait(tmp_path: Path) -> None:
    worker, _said, _arrived = a_worker(tmp_path, CountyBusyError(300), OfflineError("x"))
    worker.run_once()
    assert worker._next_wait_s(worker.run_once()) <= 15 * 60 / 2


def test_what_is_written_does_not_shorten_the_countys_slot(tmp_path: Path) -> None:
    """Every keystroke wakes the worker; a busy county must not hear each of them."""
    rounds: list[float] = []
    second = threading.Event()

    class Busy:
        so_far = RoundResult()

        def run_round(self) -> RoundResult:
            rounds.append(time.monotonic())
            if len(rounds) == 2:
                second.set()
            raise CountyBusyError(3)

    worker = SyncWorker(
        a_store(tmp_path),
        Busy(),  # type: ignore[arg-type]
        on_changes=lambda _c: None,
        on_status=lambda _s: worker.wake(),
    )
    worker.start()
    assert second.wait(timeout=30)
    worker.stop()
    assert rounds[1] - rounds[0] >= 3.0
