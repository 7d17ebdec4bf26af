"""3,500 laptops back at once, in small: real files, clients and TLS, and a county that is busy."""

from __future__ import annotations

import base64
import random
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection

from app.accounts.vocabulary import Role
from db.session import Store
from sync.client.round import Exchanger, waiting_count
from sync.client.transport import CountyAddress, CountyBusyError, Device, HttpsTransport
from sync.protocol.messages import EnrolRequest
from sync.server import process
from sync.server.county import County
from sync.server.exchange import CountyDesk
from sync.server.process import make_desk, serve_in_thread
from sync.server.slots import Slots
from tests.helpers.stores import a_household, a_store, save
from tests.sync.server.conftest import VILLAGE

LAPTOPS = 30
EDITS = 4


class Crowd:
    """Laptops that were offline together, each with its own file, key and unsent edits."""

    def __init__(self, county: County, url: str, folder: Path) -> None:
        self._county, self._url, self._folder = county, url, folder
        self.slots: Counter[int] = Counter()
        self.refusals = 0
        self.failed: list[BaseException] = []
        self._lock = threading.Lock()

    def laptop(self, number: int, account_id: str) -> tuple[Store, HttpsTransport, Exchanger]:
        """Enrolled, with edits that wait."""
        key = Ed25519PrivateKey.generate()
        enrolment = self._county.enrolment(VILLAGE, self._url)
        address = CountyAddress(self._url, self._county.certificates.authority)
        request = EnrolRequest(
            code=enrolment["code"],
            public_key=base64.b64encode(key.public_key().public_bytes_raw()).decode(),
            device_name=f"laptop {number}",
            app_version="1",
        )
        enrolled = HttpsTransport(address).enrol(request)
        store = a_store(self._folder, name=f"laptop-{number}.db")
        for edit in range(EDITS):
            household = a_household(unit_id=VILLAGE, number=f"{number:03}{edit}")
            save(store, household, account_id=account_id)
        transport = HttpsTransport(address, Device(enrolled.install_id, key))
        exchanger = Exchanger(
            store,
            transport,
            install_id=enrolled.install_id,
            after_laying=lambda _session, _touched: None,
        )
        return store, transport, exchanger

    def come_back(self, store: Store, transport: HttpsTransport, exchanger: Exchanger) -> None:
        """Until everything is judged; a slot lasts a fiftieth of its time here."""
        never = threading.Event()
        try:
            while waiting_count(store) > 0:
                try:
                    exchanger.run_round()
                except CountyBusyError as busy:
                    with self._lock:
                        self.refusals += 1
                        self.slots[busy.retry_after_s] += 1
                    never.wait(busy.retry_after_s / 50)
        except BaseException as problem:  # noqa: BLE001 - the test looks at it
            self.failed.append(problem)
        finally:
            transport.close()


@pytest.mark.slow
def test_3500_laptops_back_at_once(
    county: County, sql: Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = Slots(at_once=2, longest_wait_s=0.05, rng=random.Random(7))

    def busy_desk(served: County) -> CountyDesk:
        desk = make_desk(served)
        return CountyDesk(pool=desk.pool, now=desk.now, slots=slots)

    monkeypatch.setattr(process, "make_desk", busy_desk)
    account_id = county.add_account(
        unit_id=VILLAGE, role=Role.GRID_WORKER, name="杨某某", pin_hash="made-up"
    )
    with serve_in_thread(county) as url:
        crowd = Crowd(county, url, tmp_path)
        laptops = [crowd.laptop(number, account_id) for number in range(LAPTOPS)]
        threads = [threading.Thread(target=crowd.come_back, args=one) for one in laptops]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
    assert crowd.failed == []
    assert [waiting_count(store) for store, _, _ in laptops] == [0] * LAPTOPS
    assert crowd.refusals > LAPTOPS / 3, "the county was never too busy: this proves nothing"
    assert slots.here == 0
    judged = sql.execute(
        "SELECT count(*), count(verdict) FILTER (WHERE verdict ->> 'verdict' = 'applied') "
        "FROM op_intake"
    ).fetchone()
    assert judged == (LAPTOPS * EDITS, LAPTOPS * EDITS)
    held = sql.execute("SELECT count(*), max(county_version) FROM household").fetchone()
    assert held == (LAPTOPS * EDITS, 1)
    for store, _, _ in laptops:
        store.close()
