"""A line that breaks again and again, with real TLS: everything arrives, little goes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from app.demo.scene import DemoLaptop, Scene
from app.refolding import refold
from sync.client.batches import BatchSize
from sync.client.identity import authority_file, load_device
from sync.client.round import Exchanger, waiting_count
from sync.client.transport import CountyAddress, HttpsTransport, OfflineError
from tests.helpers.poor_line import PoorLine
from tests.sync.test_breaks import assert_all_there_once, write_households

pytestmark = pytest.mark.county

_CUT_EVERY = 14_000
_HANDSHAKE = 6_000
"""Bytes of a new connection before anything of ours passes."""


@dataclass
class Laptop:
    """A laptop at the end of a poor line, that tries again whenever it was cut."""

    demo: DemoLaptop
    line: PoorLine
    batch: BatchSize
    again: list[int] = field(default_factory=list)
    """After each cut: bytes the line had carried since the last whole exchange."""
    allowed: list[int] = field(default_factory=list)
    """Beside it, the most a page or batch might have been."""

    def sync(self) -> None:
        """Until a whole round went through."""
        store, keys = self.demo.laptop.store, self.demo.laptop.keys
        device = load_device(store, keys, secret_name=self.demo.laptop.device_secret)
        assert device is not None
        address = CountyAddress(f"https://127.0.0.1:{self.line.port}", authority_file(store))
        transport = HttpsTransport(address, device)
        exchange = transport.exchange
        whole = self.line.carried

        def watched(body: bytes) -> bytes:
            nonlocal whole
            answer = exchange(body)
            whole = self.line.carried
            return answer

        transport.exchange = watched  # type: ignore[method-assign]
        exchanger = Exchanger(
            store,
            transport,
            install_id=device.install_id,
            after_laying=refold,
            batch=self.batch,
        )
        while True:
            most = self.batch.most_bytes
            try:
                exchanger.run_round()
                break
            except OfflineError:
                self.again.append(self.line.carried - whole)
                self.allowed.append(_CUT_EVERY if most is None else most)
                whole = self.line.carried
        transport.close()


@pytest.fixture
def line(scene: Scene) -> Iterator[PoorLine]:
    with PoorLine(
        scene.process.port, bits_per_s=40_000_000, round_trip_s=0.004, cut_every=_CUT_EVERY
    ) as made:
        yield made


def test_a_days_edits_arrive_over_a_line_that_is_cut_again_and_again(
    scene: Scene, line: PoorLine
) -> None:
    ids = write_households(scene, "p", 500)
    laptop = Laptop(scene.laptops["village"], line, BatchSize())
    laptop.sync()
    assert line.cuts >= 1
    assert_all_there_once(scene, ids)
    assert_one_page_per_cut(laptop)


def test_a_page_is_no_larger_than_what_the_line_carries(scene: Scene, line: PoorLine) -> None:
    """The township fetches many rows; its page of 10,000 alone would never come through."""
    write_households(scene, "q", 500)
    scene.laptops["village"].sync()
    township = Laptop(scene.laptops["township"], line, BatchSize(rows=10_000))
    township.sync()
    assert line.cuts >= 2
    assert_one_page_per_cut(township)
    assert waiting_count(township.demo.laptop.store) == 0


def assert_one_page_per_cut(laptop: Laptop) -> None:
    """What was carried in vain at each cut is at most one page or batch, and a handshake."""
    assert len(laptop.again) == laptop.line.cuts > 0
    for again, allowed in zip(laptop.again, laptop.allowed, strict=True):
        assert again <= allowed + _HANDSHAKE, (laptop.again, laptop.allowed)
