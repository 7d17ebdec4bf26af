"""The county is back after an outage: every laptop returns with a day's work at the same moment.

Each laptop has an install id, a key and a token of its own and sends what the real client composed
from a real outbox; only its file is not its own. They are spread over the county's villages, and
each keeps the slot it is given. One process plays them all, so it is half of what is measured.
"""

from __future__ import annotations

import base64
import heapq
import random
import re
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
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
from sync.client.round import compose_request, parse_answer
from sync.client.transport import (
    CountyAddress,
    CountyBusyError,
    Device,
    HttpsTransport,
    OfflineError,
)
from sync.protocol.messages import EnrolRequest
from sync.protocol.packing import pack, unpack
from sync.server import sign_in
from sync.server.process import make_desk
from tests.benchmarks.figures import Figure, Goal, Of
from tests.benchmarks.laptops import VILLAGE, enrol_laptop
from tests.benchmarks.peaks import PeakMemory
from tests.benchmarks.people import a_population

OPERATIONS: Final = 200
_FAMILY: Final = 5
_LINES: Final = 64
"""Connections this process holds open at a time; the other laptops wait before the door."""
_LONGEST_S: Final = 1_800.0
_MIB: Final = 2**20
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def measure_outage(scene: Scene, *, laptops: int) -> Iterator[Figure]:
    """From the moment the county is back to the last verdict of the last laptop.

    Floor: COPY of the same requests, as packed as they came, into a table of the same PostgreSQL.
    """
    returning = list(_laptops(scene, laptops))
    copied = _copy(scene, [one.packed for one in returning])
    before = _database_bytes(scene)
    with PeakMemory(scene.process.pid) as server:
        seconds = _Rush(scene, returning).run()
    total = laptops * OPERATIONS
    _demand_all_judged(scene, total)
    waited = sorted(one.seconds for one in returning)
    name = f"{laptops:,} laptops back with {OPERATIONS} operations each"
    yield Figure(name, seconds, "s", copied)
    yield Figure(f"{name}, rate", total / seconds, "operations/s", total / copied)
    yield Figure(f"{name}, the middle laptop", waited[len(waited) // 2], "s", copied)
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
    judged: int = 0
    tries: int = 0
    seconds: float = 0.0
    """Until its last verdict."""
    request: dict[str, Any] = field(default_factory=dict)


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
                for line in [lines.submit(self._serve) for _ in range(_LINES)]:
                    line.result(_LONGEST_S)
            finally:
                with self._changed:
                    self._open = 0  # interrupted: the lines would go on asking for ever
                    self._changed.notify_all()
        return time.monotonic() - self._begun

    def _serve(self) -> None:
        while (number := self._next()) is not None:
            laptop = self._laptops[number]
            wait = self._attempt(laptop)
            with self._changed:
                if wait is None:
                    self._open -= 1
                else:
                    heapq.heappush(self._due, (self._now() + wait, number))
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
        """One round; seconds to wait before the next, None when everything was judged."""
        laptop.tries += 1
        transport = HttpsTransport(self._address, laptop.device)
        try:
            body = unpack(laptop.packed)
            answer = parse_answer(transport.exchange(body))
            laptop.judged = len(answer["verdicts"]) + len(acked_numbers(answer))
            if laptop.judged < OPERATIONS:
                return 1.0  # the county asked for a second round: it will find the verdicts
            laptop.seconds = self._now()
            _read_on(transport, orjson.loads(body), answer)
            return None
        except CountyBusyError as busy:
            return (busy.retry_after_s or 1) * self._chance.uniform(1.0, 1.1)
        except OfflineError:
            return self._chance.uniform(1.0, 2.0)
        finally:
            transport.close()


def _read_on(transport: HttpsTransport, request: dict[str, Any], answer: dict[str, Any]) -> None:
    """What the neighbours wrote, to its end."""
    while answer["more"]:
        request |= {"operations": [], "protocol": 1, "cursors": answer["cursors"]}
        answer = parse_answer(transport.exchange(orjson.dumps(request)))


def _laptops(scene: Scene, count: int) -> Iterator[_Laptop]:
    """Enrols them and has the real client compose what each sends."""
    villages = [unit.id for unit in shipped_units() if unit.kind is UnitKind.VILLAGE]
    pin = hash_pin("274913")
    workers = {
        village: scene.county.add_account(
            unit_id=village, role=Role.GRID_WORKER, name="网格员", pin_hash=pin, must_change=False
        )
        for village in villages[:count]
    }
    template = enrol_laptop(scene, scene.folder / "template", VILLAGE)
    desk = make_desk(scene.county)
    desk.pool.open(wait=True)
    try:
        template.exchanger.run_round()
        outbox = _write(template.store, scene.account_ids["grid_worker"])
        for number in range(count):
            village = villages[number % len(villages)]
            with desk.pool.connection() as connection:
                device = _enrolled(connection, village)
            changed = {VILLAGE: village, scene.account_ids["grid_worker"]: workers[village]}
            _rename(template.store, outbox, changed)
            request = compose_request(template.store, device.install_id, BatchSize())
            yield _Laptop(device, pack(orjson.dumps(request)))
    finally:
        desk.pool.close()
        template.close()


def _enrolled(connection: psycopg.Connection[Any], village: str) -> Device:
    from sync.server.exchange import utc_now

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


def _write(store: Store, account_id: str) -> list[tuple[str, str, int]]:
    """A day's work; returns what of the outbox differs from laptop to laptop."""
    families = OPERATIONS // _FAMILY
    drafts = list(
        a_population((VILLAGE,), households=families, residents=OPERATIONS - families, seed=7)
    )
    for first in range(0, len(drafts), _FAMILY):
        with store.transaction(account_id=account_id, action="measured") as tx:
            for entity, record_id, body in drafts[first : first + _FAMILY]:
                model = ENTITIES[entity]
                tx.session.add(model(id=record_id, **from_wire(model, body)))
    with store.reading() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT record_id, patch, op_no FROM outbox WHERE state = 'waiting'"
        )
        return [(row[0], row[1], row[2]) for row in rows]


def _rename(store: Store, outbox: Sequence[tuple[str, str, int]], changed: dict[str, str]) -> None:
    """Gives the work to another laptop: new records, its village, its grid worker."""
    new = {record_id: str(uuid.uuid4()) for record_id, _patch, _op_no in outbox} | changed
    account_id = next(reversed(changed.values()))

    def renamed(text: str) -> str:
        return _UUID.sub(lambda found: new.get(found[0], found[0]), text)

    rows = [(renamed(one), renamed(patch), account_id, op_no) for one, patch, op_no in outbox]
    with store.local_writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE outbox SET record_id = ?, patch = ?, account_id = ? WHERE op_no = ?", rows
        )


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
