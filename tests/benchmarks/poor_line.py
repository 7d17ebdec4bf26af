"""A village's line, 256 kbit/s, 600 ms, cut every 200 kB: a day's edits up, a village down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from app.demo.scene import Scene
from app.refolding import refold
from db.outbox import from_wire
from db.tables.registry import ENTITIES
from sync.client.identity import authority_file, load_device
from sync.client.round import Exchanger, waiting_count
from sync.client.transport import CountyAddress, HttpsTransport, OfflineError
from tests.benchmarks.figures import Figure
from tests.benchmarks.laptops import VILLAGE, EnrolledLaptop, enrol_laptop
from tests.benchmarks.people import a_population
from tests.helpers.poor_line import PoorLine

BITS_PER_S: Final = 256_000
ROUND_TRIP_S: Final = 0.6
CUT_EVERY: Final = 200_000


def measure_poor_line(scene: Scene, *, edits: int) -> Iterator[Figure]:
    """Seconds until everything is there, without the waits between two tries, and bytes carried.

    Floor: the bodies of the exchanges that came through, at the line's rate, and one round trip.
    """
    laptop = enrol_laptop(scene, scene.folder / "poor", VILLAGE)
    try:
        yield from _over(scene, laptop, "a village's first sync on a poor line")
        _write(laptop, scene.account_ids["grid_worker"], edits)
        yield from _over(scene, laptop, f"a day's {edits} edits on a poor line")
        assert waiting_count(laptop.store) == 0
    finally:
        laptop.close()


def _over(scene: Scene, laptop: EnrolledLaptop, name: str) -> Iterator[Figure]:
    with PoorLine(
        scene.process.port,
        bits_per_s=BITS_PER_S,
        round_trip_s=ROUND_TRIP_S,
        cut_every=CUT_EVERY,
    ) as line:
        begun = time.perf_counter()
        useful = _sync(laptop, line)
        seconds = time.perf_counter() - begun
        carried, cuts = line.carried, line.cuts
    yield Figure(name, seconds, "s", useful * 8 / BITS_PER_S + ROUND_TRIP_S)
    yield Figure(f"{name}, bytes carried, cut {cuts} times", carried, "bytes", useful)


def _sync(laptop: EnrolledLaptop, line: PoorLine) -> int:
    """Rounds until one goes through; bytes of the bodies that came whole."""
    device = load_device(laptop.store, laptop.laptop.keys, secret_name=laptop.laptop.device_secret)
    assert device is not None
    address = CountyAddress(f"https://127.0.0.1:{line.port}", authority_file(laptop.store))
    transport = HttpsTransport(address, device)
    exchanger = Exchanger(
        laptop.store, transport, install_id=device.install_id, after_laying=refold
    )
    exchange, useful = transport.exchange, 0

    def counted(body: bytes) -> bytes:
        nonlocal useful
        answer = exchange(body)
        useful += transport.traffic.whole_up + transport.traffic.whole_down
        return answer

    transport.exchange = counted  # type: ignore[method-assign]
    while True:
        try:
            exchanger.run_round()
        except OfflineError:
            continue
        transport.close()
        return useful


def _write(laptop: EnrolledLaptop, account_id: str, edits: int) -> None:
    families = edits // 5
    drafts = a_population((VILLAGE,), households=families, residents=edits - families, seed=9)
    for entity, record_id, body in drafts:
        model = ENTITIES[entity]
        with laptop.store.transaction(account_id=account_id, action="measured") as tx:
            tx.session.add(model(id=record_id, **from_wire(model, body)))
