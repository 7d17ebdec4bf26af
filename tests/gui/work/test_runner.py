"""Work runs off the main thread; results, sentences and crashes arrive on it."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QObject

from app.errors import ErrorCode, UserFacingError
from ui.work.runner import Lane, Runner


@dataclass(frozen=True)
class Written:
    records: frozenset[tuple[str, str]] = frozenset({("household", "h1")})


class Screen(QObject):
    """Notes what it is handed, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[object] = []
        self.threads: list[threading.Thread] = []

    def take(self, value: object) -> None:
        self.got.append(value)
        self.threads.append(threading.current_thread())


def test_a_result_arrives_on_the_main_thread(runner: Runner) -> None:
    screen = Screen()
    runner.run(threading.current_thread, on_done=screen.take)
    assert screen.got == []
    assert runner.wait_idle()
    assert screen.got[0] is not threading.main_thread()
    assert screen.threads == [threading.main_thread()]


def test_writes_keep_their_order_on_one_thread(runner: Runner) -> None:
    screen = Screen()
    order: list[int] = []

    def note(place: int) -> threading.Thread:
        order.append(place)
        return threading.current_thread()

    for place in range(50):
        runner.write(lambda place=place: note(place), on_done=screen.take)
    assert runner.wait_idle()
    assert order == list(range(50))
    assert len(set(screen.got)) == 1


@pytest.mark.parametrize("lane", [Lane.WRITER, Lane.CARE, Lane.OUT])
def test_a_read_does_not_wait_for_long_work(runner: Runner, lane: Lane) -> None:
    screen = Screen()
    may_end = threading.Event()
    runner.run(lambda: may_end.wait(10), on_done=screen.take, lane=lane)
    found = threading.Event()
    runner.read(found.set)
    assert found.wait(10)
    may_end.set()
    assert runner.wait_idle()
    assert screen.got == [True]


def test_a_sentence_worthy_error_goes_to_on_failed(runner: Runner) -> None:
    screen = Screen()

    def refuse() -> object:
        raise UserFacingError(ErrorCode.PIN_WRONG, seconds=5)

    runner.run(refuse, on_failed=screen.take)
    assert runner.wait_idle()
    assert isinstance(screen.got[0], UserFacingError)
    assert screen.got[0].params == {"seconds": 5}


def test_without_on_failed_the_error_is_a_signal(runner: Runner) -> None:
    screen = Screen()
    runner.failed.connect(screen.take)

    def refuse() -> object:
        raise UserFacingError(ErrorCode.NOT_ALLOWED)

    runner.run(refuse)
    assert runner.wait_idle()
    assert isinstance(screen.got[0], UserFacingError)


def test_a_bug_reaches_the_crash_hook_and_not_on_failed(runner: Runner, monkeypatch) -> None:
    screen = Screen()
    crashes: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: crashes.append(error))

    def stumble() -> object:
        raise ZeroDivisionError

    runner.run(stumble, on_done=screen.take, on_failed=screen.take)
    assert runner.wait_idle()
    assert isinstance(crashes[0], ZeroDivisionError)
    assert screen.got == []


def test_a_write_tells_what_it_changed_after_its_receiver(runner: Runner) -> None:
    screen = Screen()
    runner.changed.connect(screen.take)
    runner.write(lambda: Written(), on_done=screen.take)
    runner.write(lambda: "no changes")
    runner.read(lambda: Written())
    assert runner.wait_idle()
    assert screen.got == [Written(), Written()]


def test_a_receiver_whose_screen_is_gone_is_passed_over(runner: Runner) -> None:
    import shiboken6

    screen = Screen()
    may_end = threading.Event()
    runner.run(lambda: may_end.wait(10), on_done=screen.take)
    shiboken6.delete(screen)
    may_end.set()
    assert runner.wait_idle()
    assert screen.got == []


def test_only_bound_methods_of_qobjects_receive(runner: Runner) -> None:
    with pytest.raises(TypeError, match="bound method"):
        runner.run(lambda: 1, on_done=print)
    with pytest.raises(TypeError, match="bound method"):
        runner.run(lambda: 1, on_done=[].append)


def test_wait_idle_waits_for_the_work_that_work_leads_to(runner: Runner) -> None:
    class Chain(Screen):
        def take(self, value: object) -> None:
            super().take(value)
            if len(self.got) < 5:
                runner.run(lambda: len(self.got), on_done=self.take, lane=Lane.READER)

    chain = Chain()
    runner.run(lambda: 0, on_done=chain.take)
    assert runner.wait_idle()
    assert chain.got == [0, 1, 2, 3, 4]
    assert not runner.is_busy


def test_nobody_waits_for_the_days_care_but_closing_does(runner: Runner) -> None:
    may_end = threading.Event()
    runner.run(lambda: may_end.wait(10), lane=Lane.CARE)
    assert not runner.is_busy
    assert not runner.wait_idle(timeout=0.01)
    may_end.set()
    assert runner.wait_idle()


def test_wait_idle_says_when_time_ran_out(runner: Runner) -> None:
    may_end = threading.Event()
    runner.run(lambda: may_end.wait(10))
    assert not runner.wait_idle(timeout=0.01)
    may_end.set()
    assert runner.wait_idle()


def test_20_000_results_survive(runner: Runner) -> None:
    """PySide6 6.12 loses a reference to None per void call and dies after about 5,000."""
    screen = Screen()
    for _each in range(20_000):
        runner.read(lambda: None, on_done=screen.take)
    assert runner.wait_idle()
    assert len(screen.got) == 20_000
