"""Two hosts, one database, one address: nothing a request needs is in the memory of a process."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.organisations.vocabulary import UnitKind
from db.session import Store
from db.tables.households import Household
from db.tables.organisations import Account
from sync.client.acks import acked_numbers
from sync.client.checking import own_sums
from sync.client.round import Exchanger, waiting_count
from sync.client.transport import CountyAddress, Device, HttpsTransport, OfflineError
from sync.protocol.messages import EnrolRequest
from sync.server import record_table
from sync.server.county import County
from sync.server.process import CountyProcess
from sync.server.rows import FeedRow
from sync.server.sums import read_sums
from tests.helpers.round_robin import RoundRobin
from tests.helpers.stores import a_household, a_store, save
from tests.sync.server.conftest import TOWNSHIP, VILLAGE, Cluster


class Line(HttpsTransport):
    """Hangs up after every answer, so that the next request goes to the other host."""

    def ask(self, path: str, body: bytes) -> bytes:
        try:
            return super().ask(path, body)
        finally:
            self.close()


@dataclass
class Laptop:
    """A real client."""

    store: Store
    line: Line
    exchanger: Exchanger
    account_id: str
    unit_id: str

    def write(self, mark: str, count: int) -> None:
        """So many edits, each its own group."""
        for number in range(count):
            household = a_household(unit_id=self.unit_id, number=f"{mark}{number:03}")
            save(self.store, household, account_id=self.account_id)

    def sync(self) -> None:
        """Rounds until nothing waits; a host that was killed is tried again elsewhere."""
        for _ in range(50):
            try:
                self.exchanger.run_round()
            except OfflineError:
                continue
            if waiting_count(self.store) == 0:
                return
        raise AssertionError("never quiet")

    def numbers(self) -> set[str]:
        """Of the households here."""
        with self.store.reading() as session:
            return set(session.exec(select(Household.number)).all())


@dataclass
class Hosts:
    """A county served twice."""

    county: County
    folder: Path
    proxy: RoundRobin
    processes: list[CountyProcess]
    laptops: list[Laptop]

    def laptop(self, unit_id: str = VILLAGE, *, url: str | None = None) -> Laptop:
        """Enrolled through the one address, or straight at a host."""
        account_id = self.county.add_account(
            unit_id=unit_id, role=Role.GRID_WORKER, name="杨某某", pin_hash="made-up"
        )
        enrolment = self.county.enrolment(unit_id, url or self.proxy.url)
        key = Ed25519PrivateKey.generate()
        address = CountyAddress(enrolment["url"], self.county.certificates.authority)
        line = Line(address)
        enrolled = line.enrol(
            EnrolRequest(
                code=enrolment["code"],
                public_key=base64.b64encode(key.public_key().public_bytes_raw()).decode(),
                device_name="laptop",
                app_version="1",
            )
        )
        line.close()
        store = a_store(self.folder, name=f"laptop-{len(self.laptops)}.db")
        store.set_values(install_id=enrolled.install_id, unit_id=unit_id)
        line = Line(address, Device(enrolled.install_id, key))
        exchanger = Exchanger(
            store,
            line,
            install_id=enrolled.install_id,
            after_laying=lambda _session, _touched: None,
        )
        made = Laptop(store, line, exchanger, account_id, unit_id)
        self.laptops.append(made)
        return made

    def close(self) -> None:
        for one in self.laptops:
            one.line.close()
            one.store.close()
        self.proxy.close()
        for process in self.processes:
            process.stop()


@pytest.fixture(scope="module")
def hosts(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    county = County(data=cluster.data, url=cluster.fresh_url())
    processes = [CountyProcess(county.data, database_url=county.url) for _ in range(2)]
    proxy = RoundRobin([process.port for process in processes])
    made = Hosts(county, tmp_path_factory.mktemp("hosts"), proxy, processes, [])
    yield made
    made.close()


@pytest.fixture
def sql(hosts: Hosts) -> Iterator[Connection[Any]]:
    with psycopg.connect(hosts.county.url, autocommit=True) as connection:
        yield connection


def at_once(*work: Callable[[], None]) -> None:
    """All of these in threads of their own; raises what one of them raised."""
    with ThreadPoolExecutor(len(work)) as pool:
        for done in [pool.submit(one) for one in work]:
            done.result(timeout=120)


def assert_equal(hosts: Hosts, *laptops: Laptop) -> None:
    """Each holds what the county says it should."""
    for one in laptops:
        one.sync()
        with psycopg.connect(hosts.county.url) as connection:
            scope = hosts.county.units().scope_of(one.unit_id)
            wanted = read_sums(connection, scope, None)
        with one.store.reading() as session:
            assert own_sums(session.connection()) == wanted


def test_laptops_whose_requests_alternate_between_hosts_end_up_equal(
    hosts: Hosts, sql: Connection[Any]
) -> None:
    laptops = [hosts.laptop() for _ in range(3)]
    before = dict(hosts.proxy.served)

    def work(place: int) -> None:
        for turn in range(4):
            laptops[place].write(f"a{place}{turn}", 5)
            laptops[place].sync()

    at_once(*(lambda place=place: work(place) for place in range(3)))
    assert_equal(hosts, *laptops)
    assert (
        len(
            laptops[0].numbers()
            & {f"a{p}{t}{n:03}" for p in "012" for t in "0123" for n in range(5)}
        )
        == 60
    )
    served = {port: count - before.get(port, 0) for port, count in hosts.proxy.served.items()}
    assert min(served.values()) >= 5, "one host did all the work: this proves nothing"
    doubled = sql.execute(
        "SELECT count(*) FROM record WHERE entity = 'household' AND version <> 1"
    ).fetchone()
    assert doubled == (0,)


def test_a_token_of_one_host_is_good_at_the_other(hosts: Hosts) -> None:
    laptop = hosts.laptop()
    laptop.exchanger.run_round()
    token = laptop.line._token
    assert token is not None
    before = dict(hosts.proxy.served)
    for _ in range(4):
        laptop.exchanger.run_round()
    assert laptop.line._token == token
    assert all(count - before[port] >= 2 for port, count in hosts.proxy.served.items())


def test_a_new_unit_is_known_to_every_host_at_once(hosts: Hosts) -> None:
    """The tree of units is kept between requests; no host may go by an old one."""
    laptop = hosts.laptop(TOWNSHIP)
    for _ in range(4):
        laptop.sync()  # both hosts have read the tree
    unit_id = hosts.county.add_unit(
        kind=UnitKind.VILLAGE, code="new-village", name="新村", parent_id=TOWNSHIP
    )
    account_id = hosts.county.add_account(
        unit_id=unit_id, role=Role.GRID_WORKER, name="新来的", pin_hash="made-up"
    )
    at_a, at_b = (hosts.laptop(TOWNSHIP, url=process.url) for process in hosts.processes)
    for one in (laptop, at_a, at_b):
        one.sync()
        with one.store.reading() as session:
            assert session.get(Account, account_id) is not None


def test_late_commits_across_hosts_are_not_skipped(hosts: Hosts, sql: Connection[Any]) -> None:
    """A transaction that took its number first and commits last, while another host goes on.

    Without the lock held until commit, the second host's row would be committed and read past it.
    """
    writer, reader = hosts.laptop(), hosts.laptop(url=hosts.processes[1].url)
    writer.write("early", 1)
    writer.sync()
    reader.sync()
    record = "late-household"
    with psycopg.connect(hosts.county.url) as late:
        late.execute(
            "INSERT INTO record (entity, id, unit_id, bucket, body, version, created_by, "
            "created_install, created_at, updated_by, updated_install, updated_at) "
            "SELECT entity, %(id)s, unit_id, bucket, body || %(late)s::jsonb, 1, 'x', 'x', "
            "now(), 'x', 'x', now() FROM record WHERE entity = 'household' LIMIT 1",
            {"id": record, "late": '{"number": "late"}'},
        )
        with late.cursor() as cursor:
            record_table.insert_feed(cursor, [FeedRow(VILLAGE, "household", record, "put", 1)])
        writer.write("late", 1)
        thread = threading.Thread(target=writer.sync)
        thread.start()
        _wait_until_blocked(sql)
        reader.sync()
        assert not reader.numbers() & {"late", "late000"}
        late.commit()
    thread.join(timeout=60)
    reader.sync()
    assert {"late", "late000"} <= reader.numbers()


def _wait_until_blocked(sql: Connection[Any]) -> None:
    """Until somebody waits for the feed's lock."""
    for _ in range(2000):
        row = sql.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        ).fetchone()
        if row is not None and row[0] > 0:
            return
        sql.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits for the lock")


def test_the_same_batch_at_both_hosts_at_once_is_judged_once(
    hosts: Hosts, sql: Connection[Any]
) -> None:
    """A lost answer: the line came back to another host while the first was still at work."""
    laptop = hosts.laptop()
    laptop.sync()
    laptop.write("twice", 40)
    request = laptop.exchanger._compose()
    body = orjson.dumps(request)
    device = laptop.line._device
    lines = [
        HttpsTransport(CountyAddress(process.url, hosts.county.certificates.authority), device)
        for process in hosts.processes
    ]
    answers: list[dict[str, Any]] = []
    at_once(
        *(lambda line=line: answers.append(orjson.loads(line.exchange(body))) for line in lines)
    )
    for line in lines:
        line.close()
    assert _judged(answers[0]) == _judged(answers[1]) == set(range(1, 41))
    laptop.sync()
    row = sql.execute(
        "SELECT count(*), max(version) FROM record WHERE body ->> 'number' LIKE 'twice%%'"
    ).fetchone()
    assert row == (40, 1)


def _judged(answer: dict[str, Any]) -> set[int]:
    """The numbers of the operations an answer says stand, in either form."""
    stand = {row["op_no"] for row in answer["verdicts"] if row["verdict"] == "applied"}
    return stand | {*acked_numbers(answer)}


def test_a_host_killed_in_the_middle_loses_nothing(hosts: Hosts, sql: Connection[Any]) -> None:
    laptops = [hosts.laptop() for _ in range(3)]
    begun = threading.Barrier(4)

    def work(place: int) -> None:
        begun.wait()
        for turn in range(6):
            laptops[place].write(f"k{place}{turn}", 4)
            laptops[place].sync()

    def kill() -> None:
        begun.wait()
        _wait_for_households(sql, "k", 12)
        hosts.processes[0].kill()

    at_once(*(lambda place=place: work(place) for place in range(3)), kill)
    assert_equal(hosts, *laptops)
    row = sql.execute(
        "SELECT count(*), max(version) FROM record WHERE body ->> 'number' LIKE 'k%%'"
    ).fetchone()
    assert row == (72, 1)
    hosts.processes[0] = CountyProcess(
        hosts.county.data, port=hosts.processes[0].port, database_url=hosts.county.url
    )
    assert_equal(hosts, *laptops)


def _wait_for_households(sql: Connection[Any], mark: str, count: int) -> None:
    for _ in range(3000):
        row = sql.execute(
            "SELECT count(*) FROM record WHERE body ->> 'number' LIKE %s", (f"{mark}%",)
        ).fetchone()
        if row is not None and row[0] >= count:
            return
        sql.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("the laptops do not get on")
