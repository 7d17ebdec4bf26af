"""The line is cut, the server is killed: nothing lost, nothing doubled."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import select

from app.demo.scene import DemoLaptop, Scene
from app.refolding import refold
from db.tables.households import Household
from sync.client.batches import BatchSize
from sync.client.round import Exchanger, waiting_count
from sync.client.transport import CountyAddress, HttpsTransport, OfflineError
from tests.helpers.line import BreakingLine
from tests.helpers.stores import a_household

pytestmark = pytest.mark.county

_PER_TEST = 600


@pytest.fixture
def line(scene: Scene) -> Iterator[BreakingLine]:
    made = BreakingLine(scene.process.port)
    yield made
    made.close()


def over(line: BreakingLine, demo: DemoLaptop, scene: Scene, operations: int = 100) -> Exchanger:
    """The laptop's exchanger over a line that can break."""
    from sync.client.identity import authority_file, load_device

    device = load_device(demo.laptop.store, demo.laptop.keys, secret_name=demo.laptop.device_secret)
    assert device is not None
    address = CountyAddress(f"https://127.0.0.1:{line.port}", authority_file(demo.laptop.store))
    return Exchanger(
        demo.laptop.store,
        HttpsTransport(address, device),
        install_id=device.install_id,
        after_laying=refold,
        batch=BatchSize(operations=operations),
    )


def write_households(scene: Scene, mark: str, count: int) -> set[str]:
    """So many edits, each its own transaction group."""
    store = scene.laptops["village"].laptop.store
    actor = scene.actor("grid_worker", "village")
    ids = set()
    for n in range(count):
        with store.transaction(account_id=actor.account_id, action="add_household") as tx:
            household = a_household(unit_id=actor.unit_id, number=f"{mark}{n:04}")
            tx.session.add(household)
        ids.add(household.id)
    return ids


def assert_all_there_once(scene: Scene, ids: set[str]) -> None:
    """In the county and in the village, judged once each."""
    store = scene.laptops["village"].laptop.store
    assert waiting_count(store) == 0
    with psycopg.connect(scene.county.url) as connection:
        found = connection.execute(
            "SELECT id FROM household WHERE id = ANY(%s)", (list(ids),)
        ).fetchall()
        doubled = connection.execute(
            "SELECT count(*) FROM record WHERE entity = 'household' AND id = ANY(%s) "
            "AND version <> 1",
            (list(ids),),
        ).fetchone()
        judged = connection.execute(
            "SELECT count(*), count(verdict) FROM op_intake WHERE install_id = %s",
            (store.value("install_id"),),
        ).fetchone()
    assert {row[0] for row in found} == ids
    assert doubled == (0,)
    assert judged is not None
    assert judged[0] == judged[1] == int(store.value("last_op_no") or 0)
    with store.reading() as session:
        states = set(session.connection().scalars(text("SELECT DISTINCT state FROM outbox")))
        held = set(session.exec(select(Household.id)))
    assert ids <= held
    assert states == {"applied"}


@pytest.mark.parametrize("bytes_up", [2_000, 3_000, 4_500, 6_000])
def test_the_line_is_cut_in_the_middle_of_a_push(
    scene: Scene, line: BreakingLine, bytes_up: int
) -> None:
    ids = write_households(scene, f"u{bytes_up}-", _PER_TEST // 4)
    exchanger = over(line, scene.laptops["village"], scene, operations=50)
    line.up = bytes_up
    with pytest.raises(OfflineError):
        exchanger.run_round()
    assert line.cuts == 1
    assert waiting_count(scene.laptops["village"].laptop.store) > 0
    line.mend()
    exchanger.run_round()
    assert_all_there_once(scene, ids)


@pytest.mark.parametrize("bytes_down", [2_500, 3_000, 3_500])
def test_the_answer_is_lost_and_the_batch_sent_again(
    scene: Scene, line: BreakingLine, bytes_down: int
) -> None:
    """The county has applied everything; the laptop does not know and asks again."""
    ids = write_households(scene, f"d{bytes_down}-", _PER_TEST // 4)
    exchanger = over(line, scene.laptops["village"], scene, operations=20)
    line.down = bytes_down
    with pytest.raises(OfflineError):
        exchanger.run_round()
    assert line.cuts == 1
    line.mend()
    exchanger.run_round()
    assert_all_there_once(scene, ids)


def test_the_server_is_killed_in_the_middle_of_a_push(scene: Scene) -> None:
    """kill -9 on the county while operations arrive; it starts again and nothing is missing."""
    ids = write_households(scene, "k", _PER_TEST)
    village = scene.laptops["village"]
    started = threading.Event()
    broke: list[Exception] = []

    class Watched:
        """Tells when the third batch is on its way."""

        def __init__(self, inner: HttpsTransport) -> None:
            self._inner = inner
            self._sent = 0

        def exchange(self, body: bytes) -> bytes:
            self._sent += 1
            if self._sent == 3:
                started.set()
            return self._inner.exchange(body)

    inner = village.transport
    exchanger = Exchanger(
        village.laptop.store,
        Watched(inner),
        install_id=village.laptop.store.value("install_id") or "",
        after_laying=refold,
        batch=BatchSize(operations=20),
    )

    def push() -> None:
        try:
            exchanger.run_round()
        except OfflineError as problem:
            broke.append(problem)

    pusher = threading.Thread(target=push)
    pusher.start()
    assert started.wait(30)
    scene.process.kill()
    pusher.join(60)
    assert broke
    assert waiting_count(village.laptop.store) > 0

    scene.restart_county()
    village.exchanger.run_round()
    assert_all_there_once(scene, ids)
