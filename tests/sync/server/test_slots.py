"""When thousands return at once: a few are served, a short queue waits, the rest get a time."""

from __future__ import annotations

import asyncio
import random

import pytest

from sync.protocol.messages import ProblemCode
from sync.server.problems import RequestRefusedError
from sync.server.slots import LATEST_SLOT_S, Slots


class Time:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def some_slots(time: Time, **parts: float) -> Slots:
    return Slots(at_once=2, monotonic=time, rng=random.Random(1), **parts)


async def work(slots: Slots, time: Time, install: str, seconds: float, log: list[str]) -> None:
    async with slots.admitted(), slots.turn(install):
        log.append(f"+{install}")
        await asyncio.sleep(0)
        time.now += seconds
        log.append(f"-{install}")


def teach(slots: Slots, time: Time, seconds: float) -> None:
    """The slots have seen work of this length."""

    async def run() -> None:
        for number in range(60):
            await work(slots, time, f"t{number}", seconds, [])

    asyncio.run(run())


def test_so_many_at_once_and_one_of_an_install() -> None:
    time, log = Time(), []
    slots = some_slots(time)
    running: list[int] = []

    async def one(install: str) -> None:
        async with slots.admitted(), slots.turn(install):
            log.append(install)
            running.append(len(log))
            assert len(log) <= 2
            assert log.count(install) == 1
            await asyncio.sleep(0.001)
            log.remove(install)

    async def run() -> None:
        await asyncio.gather(*(one(install) for install in "aaabbbccc"))

    asyncio.run(run())
    assert (len(running), max(running), slots.here) == (9, 2, 0)


def test_whoever_would_wait_too_long_is_given_a_time() -> None:
    time = Time()
    slots = some_slots(time, longest_wait_s=8.0)
    teach(slots, time, 4.0)

    async def run() -> list[int]:
        times: list[int] = []
        release = asyncio.Event()

        async def hold(install: str) -> None:
            async with slots.admitted(), slots.turn(install):
                await release.wait()

        held = [asyncio.create_task(hold(f"h{number}")) for number in range(6)]
        await asyncio.sleep(0)
        for _ in range(300):
            with pytest.raises(RequestRefusedError) as refused:
                async with slots.admitted():
                    raise AssertionError("let in")
            assert refused.value.code is ProblemCode.TRY_LATER
            times.append(refused.value.params["retry_after_s"])
        release.set()
        await asyncio.gather(*held)
        return times

    times = asyncio.run(run())
    assert min(times) >= 8
    assert max(times) <= LATEST_SLOT_S * 1.25
    # Two at once of 4 s each: about one every 2 s, so nobody's crowd is sent to one moment.
    buckets = [sum(start <= one < start + 60 for one in times) for start in range(0, 600, 60)]
    assert max(buckets) <= 45
    assert len(set(times)) > 150


def test_a_short_queue_waits_and_is_served() -> None:
    time, log = Time(), []
    slots = some_slots(time)
    teach(slots, time, 0.01)

    async def run() -> None:
        await asyncio.gather(*(work(slots, time, f"i{n}", 0.01, log) for n in range(30)))

    asyncio.run(run())
    assert len(log) == 60


def test_in_quiet_times_nobody_is_kept_away() -> None:
    slots = some_slots(Time())
    assert slots.advice_s() is None
    assert slots.expected_wait_s() == 0


def test_who_is_served_in_a_rush_is_asked_to_stay_away_a_little() -> None:
    time = Time()
    slots = some_slots(time)
    teach(slots, time, 2.0)

    async def run() -> list[int | None]:
        async with slots.admitted(), slots.admitted(), slots.admitted(), slots.admitted():
            return [slots.advice_s() for _ in range(50)]

    advice = asyncio.run(run())
    assert all(one is not None and 60 <= one <= 300 for one in advice)
    assert len(set(advice)) > 20


def test_work_that_fails_frees_its_turn() -> None:
    slots = some_slots(Time())

    async def fail() -> None:
        async with slots.admitted(), slots.turn("a"):
            raise KeyError("a")

    async def run() -> None:
        for _ in range(5):
            with pytest.raises(KeyError):
                await fail()

    asyncio.run(run())
    assert slots.here == 0
    assert slots.expected_wait_s() == 0
