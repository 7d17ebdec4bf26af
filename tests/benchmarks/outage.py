"""The county is back after an outage: every laptop returns with a day's work at the same moment.

Each laptop has an install id, a key and a token of its own and sends what the real client composed
from a real outbox; only its file is not its own, and the names of its records are. They are spread
over the county's villages, and each keeps the slot it is given. One process plays them all on the
same processors, so it is part of what is measured.
"""

from __future__ import annotations

import base64
import heapq
import os
import random
import re
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final

import orjson
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.accounts.pins import hash_pin
from app.accounts.vocabulary import Role
from app.demo.scene import Scene
from app.organisations.vocabulary import UnitKind, shipped_units
from app.store import Store
from db.outbox import from_wire
from db.tables.registry import ENTITIES
from sync.client.acks import acked_numbers
from sync.client.batches import BatchSize
from sync.client.composing import composed, numbers_of, waiting_groups
from sync.client.round import compose_request, parse_answer
from sync.client.transport import (
    CountyAddress,
    CountyBusyError,
    Device,
    HttpsTransport,
    OfflineError,
)
from sync.protocol.messages import PROTOCOL_VERSION, EnrolRequest
from sync.protocol.packing import pack, unpack
from sync.server import sign_in
from sync.server.exchange import utc_now
from sync.server.process import make_desk
from tests.benchmarks.figures import Figure, Goal, Of
from tests.benchmarks.laptops import VILLAGE, enrol_laptop
from tests.benchmarks.peaks import PeakMemory
from tests.benchmarks.people import a_population
from tests.benchmarks.processors import county_seconds

OPERATIONS: Final = 200
_FAMILY: Final = 5
_PROCESSORS: Final = os.cpu_count() or 1
_LINES: Final = 64
"""Connections this process holds open at a time; the other laptops wait before the door."""
_LONGEST_S: Final = 1_800.0
_SAY_EVERY_S: Final = 10.0
_MIB: Final = 2**20
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def measure_outage(scene: Scene, *, laptops: int) -> Iterator[Figure]:
    """From the moment the county is back to the last verdict of the last laptop.

    Floor: COPY of the same requests, as packed as they came, into a table of the same PostgreSQL.
    """
    begun = time.monotonic()
    returning = list(_laptops(scene, laptops))
    print(f"outage: {laptops:,} laptops made in {time.monotonic() - begun:.0f} s", flush=True)
    copied = _copy(scene, [one.packed for one in returning])
    before, worked = _database_bytes(scene), county_seconds(scene)
    with PeakMemory(scene.process.pid) as server:
        seconds = _Rush(scene, returning).run()
    worked = county_seconds(scene) - worked
    total = laptops * OPERATIONS
    _demand_all_judged(scene, total)
    waited = sorted(one.seconds for one in returning)
    name = f"{laptops:,} laptops back with {OPERATIONS} operations each"
    yield Figure(name, seconds, "s", copied)
    yield Figure(f"{name}, rate", total / seconds, "operations/s", total / copied)
    yield Figure(f"{name}, processors busy for the county", worked / _PROCESSORS, "s", copied)
    yield Figure(f"{name}, the middle laptop", waited[len(waited) // 2], "s", copied)
    yield Figure(f"{name}, the slowest laptop", waited[-1], "s", copied)
    yield Figure(f"{name}, peak memory of the server", server.mib, "MiB", 128, Goal(Of.VALUE, 1024))
    grown = (_database_bytes(scene) - before) / _MIB
    sent = sum(len(one.packed) for one in returning) / _MIB
    yield Figure(f"{name}, growth of the database", grown, "MiB", sent)


@dataclass
class _Laptop:
    """One that comes back."""

    device: Device
    packed: bytes
    """Its request."""
    transport: HttpsTransport | None = None
    """Keeps its token from one try to the next, as on a laptop that stays switched on."""
    reads_on: dict[str, Any] | None = None
    """Its next request, once everything it brought was judged."""
    refusals: int = 0
    seconds: float = 0.0
    """Until its last verdict."""


class _Rush:
    """All of them at once, each again when its slot has come."""

    def __init__(self, scene: Scene, laptops: Sequence[_Laptop]) -> None:
        authority = scene.county.certificates.authority
        self._address = CountyAddress(scene.process.url, authority)
        self._due = [(0.0, number) for number in range(len(laptops))]
        self._laptops = laptops
        self._open = len(laptops)
        self._changed = threading.Condition()
        self._chance = random.Random(1)
        self._begun = 0.0

    def run(self) -> float:
        """Seconds until nobody waits."""
        self._begun = time.monotonic()
        with ThreadPoolExecutor(_LINES) as lines:
            try:
                busy = {lines.submit(self._serve) for _ in range(_LINES)}
                while busy:
                    done, busy = wait(busy, timeout=_SAY_EVERY_S)
                    for line in done:
                        line.result()
                    self._say()
            finally:
                with self._changed:
                    self._open = 0  # interrupted: the lines would go on asking for ever
                    self._changed.notify_all()
        return self._now()

    def _say(self) -> None:
        judged = sum(one.seconds > 0 for one in self._laptops)
        refusals = sum(one.refusals for one in self._laptops)
        print(
            f"outage: {self._now():.0f} s, {judged:,} of {len(self._laptops):,} laptops judged, "
            f"{refusals:,} times a later slot was given",
            flush=True,
        )
        if self._now() > _LONGEST_S:
            raise TimeoutError("the county does not get through them")

    def _serve(self) -> None:
        while (number := self._next()) is not None:
            later = self._attempt(self._laptops[number])
            with self._changed:
                if later is None:
                    self._open -= 1
                else:
                    heapq.heappush(self._due, (self._now() + later, number))
                self._changed.notify_all()

    def _next(self) -> int | None:
        """The laptop whose time has come; None when all are done."""
        with self._changed:
            while self._open:
                if self._due and self._due[0][0] <= self._now():
                    return heapq.heappop(self._due)[1]
                self._changed.wait(self._due[0][0] - self._now() if self._due else None)
            return None

    def _now(self) -> float:
        return time.monotonic() - self._begun

    def _attempt(self, laptop: _Laptop) -> float | None:
        """One round; seconds to wait before the next, None when nothing is left to do.

        What the county says about coming again is kept as the laptop's own worker keeps it.
        """
        transport = laptop.transport or HttpsTransport(self._address, laptop.device)
        laptop.transport = transport
        try:
            if laptop.reads_on is None:
                request = orjson.loads(unpack(laptop.packed))
                answer = parse_answer(transport.exchange(orjson.dumps(request)))
                if len(answer["verdicts"]) + len(acked_numbers(answer)) < OPERATIONS:
                    return 1.0  # the county asked for a second round: it will find the verdicts
                laptop.seconds = self._now()
                laptop.reads_on = _after(request, answer)
            while laptop.reads_on:
                answer = parse_answer(transport.exchange(orjson.dumps(laptop.reads_on)))
                laptop.reads_on = _after(laptop.reads_on, answer)
            laptop.transport = None
            return None
        except CountyBusyError as busy:
            laptop.refusals += 1
            return busy.retry_after_s * self._chance.uniform(1.0, 1.1)
        except OfflineError:
            return self._chance.uniform(1.0, 2.0)
        finally:
            transport.close()


def _after(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """What fetches the rest of what the neighbours wrote; empty when there is no more."""
    if not answer["more"]:
        return {}
    nothing = composed([], PROTOCOL_VERSION)
    return request | {"operations": nothing, "waiting": 0, "cursors": answer["cursors"]}


def _laptops(scene: Scene, count: int) -> Iterator[_Laptop]:
    """Enrols them, and gives each the day's work that one real laptop wrote and composed."""
    villages = [unit.id for unit in shipped_units() if unit.kind is UnitKind.VILLAGE]
    pin = hash_pin("274913")
    workers = {
        village: scene.county.add_account(
            unit_id=village, role=Role.GRID_WORKER, name="网格员", pin_hash=pin, must_change=False
        )
        for village in villages[:count]
    }
    account_id = scene.account_ids["grid_worker"]
    template = enrol_laptop(scene, scene.folder / "template", VILLAGE)
    try:
        template.exchanger.run_round()
        own = _write(template.store, account_id)
        with template.store.reading() as session:
            waiting = waiting_groups(
                session.connection(), limit=OPERATIONS, size_limit=BatchSize().patch_bytes
            )
        request = compose_request(template.store, "template", BatchSize())
        assert len(waiting) == OPERATIONS == numbers_of(request["operations"])[-1]
        text = orjson.dumps([request | {"operations": None}, waiting]).decode()
    finally:
        template.close()
    for number, device in enumerate(_enrolled(scene, villages, count)):
        village = villages[number % len(villages)]
        changed = {VILLAGE: village, account_id: workers[village]}
        yield _Laptop(device, _renamed(text, own, changed, device.install_id))


def _enrolled(scene: Scene, villages: Sequence[str], count: int) -> list[Device]:
    """Devices with keys and names of their own, in the villages by turns."""
    desk = make_desk(scene.county)
    desk.pool.open(wait=True)
    try:
        with desk.pool.connection() as connection:
            return [_enrol(connection, villages[n % len(villages)]) for n in range(count)]
    finally:
        desk.pool.close()


def _enrol(connection: psycopg.Connection[Any], village: str) -> Device:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    code = sign_in.make_code(connection, village, utc_now())
    request = EnrolRequest(
        code=code,
        public_key=base64.b64encode(public).decode(),
        device_name="returning",
        app_version="0.1.0",
    )
    return Device(sign_in.enrol(connection, request, utc_now())[0], key)


def _write(store: Store, account_id: str) -> list[str]:
    """A day's work; returns the ids of the new records."""
    families = OPERATIONS // _FAMILY
    drafts = list(
        a_population((VILLAGE,), households=families, residents=OPERATIONS - families, seed=7)
    )
    for first in range(0, len(drafts), _FAMILY):
        with store.transaction(account_id=account_id, action="measured") as tx:
            for entity, record_id, body in drafts[first : first + _FAMILY]:
                model = ENTITIES[entity]
                tx.session.add(model(id=record_id, **from_wire(model, body)))
    return [draft.record_id for draft in drafts]


def _renamed(text: str, own: Sequence[str], changed: dict[str, str], install_id: str) -> bytes:
    """The packed request of another laptop: new records, its village, its grid worker."""
    new = {record_id: str(uuid.uuid4()) for record_id in own} | changed
    renamed = _UUID.sub(lambda found: new.get(found[0], found[0]), text)
    request, waiting = orjson.loads(renamed)
    request |= {"install_id": install_id, "operations": composed(waiting, PROTOCOL_VERSION)}
    return pack(orjson.dumps(request))


def _copy(scene: Scene, bodies: Sequence[bytes]) -> float:
    with psycopg.connect(scene.county.url) as connection:
        connection.execute("CREATE TEMP TABLE bench_outage (body bytea)")
        begun = time.perf_counter()
        with connection.cursor().copy("COPY bench_outage (body) FROM STDIN") as copy:
            for body in bodies:
                copy.write_row((body,))
        connection.commit()
        return time.perf_counter() - begun


def _database_bytes(scene: Scene) -> int:
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


def _demand_all_judged(scene: Scene, total: int) -> None:
    """Nothing lost, nothing doubled, nothing refused."""
    with psycopg.connect(scene.county.url) as connection:
        judged = connection.execute(
            "SELECT count(*), count(*) FILTER (WHERE verdict ->> 'verdict' = 'applied') "
            "FROM op_intake"
        ).fetchone()
        made = connection.execute(
            "SELECT count(*) FROM record WHERE entity IN ('household', 'resident') AND version = 1"
        ).fetchone()
    assert judged == (total, total), judged
    assert made == (total,), made
