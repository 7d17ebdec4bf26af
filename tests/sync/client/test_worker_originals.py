"""The background worker and the originals of attachments: after the records, and never before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from db.session import Changes
from sync.client.blobs import Carried
from sync.client.round import RoundResult
from sync.client.status import LineState, SyncStatus, read_status
from sync.client.transport import OfflineError
from sync.client.worker import SyncWorker
from tests.helpers.stores import a_store


class Made:
    """A worker over a made-up round and carrier; ``happened`` is what they did, in order."""

    def __init__(self, tmp_path: Path, *touched: tuple[str, str]) -> None:
        self.happened: list[str] = []
        self.said: list[SyncStatus] = []
        self.arrived: list[Changes] = []
        self.on_moved: Callable[[Changes], None] = self.arrived.append
        self.carried = Carried()
        self.problem: Exception | None = None
        self.goes: list[Carried | None] = []
        """What each go brings over before the line breaks; None for one that ends well."""
        self.writes_meanwhile = False
        self.retry_after_s: int | None = None
        self.touched = set(touched)
        self.store = a_store(tmp_path)
        self.worker = SyncWorker(
            self.store,
            self,  # type: ignore[arg-type]
            on_changes=self.arrived.append,
            on_status=self.said.append,
            carrier=self,  # type: ignore[arg-type]
        )

    def run_round(self) -> RoundResult:
        self.happened.append("round")
        return RoundResult(touched=self.touched, retry_after_s=self.retry_after_s)

    def records_changed(self) -> None:
        self.happened.append("records changed")

    def carry(self, is_interrupted: Callable[[], bool]) -> Carried:
        self.happened.append("carry")
        if self.writes_meanwhile:
            assert not is_interrupted()
            self.worker.wake()
            assert is_interrupted()
        if self.goes:
            go = self.goes.pop(0)
            if go is not None:
                self.carried = go
                raise OfflineError("cut")
        if self.problem is not None:
            raise self.problem
        return self.carried


def test_originals_come_after_the_records(tmp_path: Path) -> None:
    made = Made(tmp_path)
    assert made.worker.run_once() is not None
    assert made.happened == ["round", "carry"]


def test_a_round_that_brought_attachments_lets_refused_ones_try_again(tmp_path: Path) -> None:
    made = Made(tmp_path, ("attachment", "a1"))
    made.worker.run_once()
    assert made.happened == ["round", "records changed", "carry"]


def test_a_county_that_asks_for_time_gets_no_originals(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.retry_after_s = 60
    made.worker.run_once()
    assert made.happened == ["round"]


def test_something_written_interrupts_the_originals(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.writes_meanwhile = True
    assert made.worker.run_once() is not None


def test_a_line_that_breaks_among_originals_is_offline(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.problem = OfflineError("cut")
    assert made.worker.run_once() is None
    assert made.said[-1].line is LineState.OFFLINE


def test_a_line_that_breaks_and_yet_carries_is_gone_on_with_at_once(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.goes = [Carried(up=64_000), Carried(down=8_000), Carried()]
    assert made.worker.run_once() is None
    assert made.happened == ["round", "carry", "carry", "carry"]
    made.goes = [Carried(up=64_000), None]
    made.happened.clear()
    assert made.worker.run_once() is not None
    assert made.happened == ["round", "carry", "carry"]


def test_an_edit_comes_before_going_on_after_a_cut(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.goes, made.writes_meanwhile = [Carried(up=64_000), None], True
    assert made.worker.run_once() is None
    assert made.happened == ["round", "carry"]


def test_the_status_counts_what_the_county_does_not_have(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    assert read_status(store, LineState.ONLINE).originals_waiting == 0
    first = store.blobs.put(b"x" * 100_000)
    second = store.blobs.put(b"y" * 50_000)
    store.blobs.note_sent(first, 30_000)
    status = read_status(store, LineState.ONLINE)
    assert (status.originals_waiting, status.original_bytes_waiting) == (2, 120_000)
    store.blobs.note_at_county(first)
    store.blobs.note_at_county(second)
    assert read_status(store, LineState.ONLINE).originals_waiting == 0
