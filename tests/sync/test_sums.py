"""Both sides add up what they hold; what a stray hand changed is found and put right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import psycopg
import pytest
from psycopg import Connection
from sqlmodel import select

from app.demo.scene import DemoLaptop, Scene, build_scene
from db.session import Store
from db.tables.households import Household
from db.tables.local import DeadLetter, SyncIncident
from sync.client import checking
from sync.client.checking import own_sums
from sync.client.transport import OfflineError
from sync.protocol.packing import pack, unpack
from sync.protocol.sums import Sum, range_of, row_hash
from sync.server import repair
from sync.server.api import make_pool
from sync.server.exchange import CountyDesk
from sync.server.sums import read_sums
from tests.helpers.stores import a_household, a_resident, save

pytestmark = pytest.mark.county


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A village, its township and the county, with a small roster."""
    made = build_scene(
        tmp_path_factory.mktemp("sums") / "scene", laptops=("village", "township", "county")
    )
    village = made.laptops["village"]
    actor = made.actor("grid_worker", "village")
    for number in range(5):
        home = a_household(unit_id=actor.unit_id, number=f"{number:03}")
        people = [a_resident(home, unit_id=actor.unit_id, identity_number=None)]
        save(village.laptop.store, home, *people, account_id=actor.account_id)
    for name in ("village", "township", "county"):
        made.laptops[name].sync()
    yield made
    made.close()


@pytest.fixture
def sql(scene: Scene) -> Iterator[Connection[Any]]:
    with psycopg.connect(scene.county.url, autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def settled(scene: Scene) -> None:
    """Every test begins with laptops that have all there is."""
    for name in ("village", "township"):
        check(scene.laptops[name])
        assert sums_of(scene.laptops[name]) == countys(scene, scene.laptops[name])


@pytest.fixture
def village(scene: Scene) -> DemoLaptop:
    return scene.laptops["village"]


def check(laptop: DemoLaptop) -> None:
    """A round that compares, whenever the last one was."""
    laptop.laptop.store.set_values(sums_due="1")
    laptop.sync()


def sums_of(laptop: DemoLaptop) -> dict[str, Sum]:
    with laptop.laptop.store.reading() as session:
        return own_sums(session.connection())


def countys(scene: Scene, laptop: DemoLaptop) -> dict[str, Sum]:
    """What the county says this laptop should hold."""
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(
            "SELECT unit_id FROM install WHERE county_id = current_setting('gulou.county') "
            "AND id = %s",
            (laptop.laptop.store.value("install_id"),),
        ).fetchone()
        assert row is not None
        return read_sums(connection, scene.county.units().scope_of(row[0]), None)


def damage(store: Store, statement: str, *values: Any) -> int:
    """What no action of ours would do."""
    with store.laying_down(checks_parents=False) as session:
        return session.connection().exec_driver_sql(statement, values).rowcount


def a_household_id(store: Store) -> str:
    with store.reading() as session:
        return session.exec(select(Household.id).order_by(Household.number)).first() or ""


def dead_letters(store: Store) -> list[DeadLetter]:
    with store.reading() as session:
        return list(session.exec(select(DeadLetter)).all())


def incidents(store: Store) -> list[SyncIncident]:
    with store.reading() as session:
        return list(session.exec(select(SyncIncident).order_by(SyncIncident.no)).all())


@pytest.mark.parametrize("record_id", ["a", "坪坦", "a|b", "9d7a7c1e-0000-4000-8000-000000000001"])
def test_python_and_postgresql_hash_alike(sql: Connection[Any], record_id: str) -> None:
    row = sql.execute(
        "SELECT lpad(to_hex(('x' || left(md5(%(text)s), 16))::bit(64)::bigint), 16, '0'), "
        "('x' || left(md5(%(id)s), 2))::bit(8)::int",
        {"text": f"household|{record_id}|7", "id": record_id},
    ).fetchone()
    assert row == (f"{row_hash('household', record_id, 7):016x}", range_of(record_id))


@pytest.mark.parametrize("name", ["village", "township", "county"])
def test_after_a_quiet_exchange_everybody_holds_the_same(scene: Scene, name: str) -> None:
    laptop = scene.laptops[name]
    laptop.sync()
    assert sums_of(laptop) == countys(scene, laptop)
    assert sum(one.rows for one in sums_of(laptop).values()) > 10


def test_a_sum_is_asked_for_once_after_something_changed(village: DemoLaptop) -> None:
    village.sync()
    village.sync()
    assert village.laptop.store.value("sums_due") == "0"
    before = incidents(village.laptop.store)
    save(village.laptop.store, a_household(unit_id=village.laptop.store.value("unit_id")))
    village.sync()
    assert village.laptop.store.value("sums_due") == "1"
    village.sync()
    assert village.laptop.store.value("sums_due") == "0"
    assert incidents(village.laptop.store) == before


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM resident WHERE household_id = ?",
        "UPDATE household SET head_name = '被改', sync_version = sync_version - 1 WHERE id = ?",
        "UPDATE household SET id = 'somebody-else' WHERE id = ?",
        "DELETE FROM household WHERE id = ?",
    ],
    ids=["row_missing", "old_version", "another_id", "parent_missing"],
)
def test_damage_on_the_laptop_is_mended(
    scene: Scene, village: DemoLaptop, sql: Connection[Any], statement: str
) -> None:
    store = village.laptop.store
    before, known = sums_of(village), len(incidents(store))
    assert damage(store, statement, a_household_id(store)) > 0
    assert sums_of(village) != before
    check(village)
    assert sums_of(village) == before == countys(scene, village)
    made = incidents(store)[known:]
    assert [(one.is_mended, one.laid > 0) for one in made] == [(True, True)]
    with store.reading() as session:
        assert "被改" not in session.exec(select(Household.head_name)).all()
    village.sync()
    assert all(one.is_reported for one in incidents(store))
    rows = sql.execute(
        "SELECT count(*), bool_and(is_mended) FROM repair WHERE install_id = %s",
        (store.value("install_id"),),
    ).fetchone()
    assert rows == (len(incidents(store)), True)


def a_stray(store: Store, record_id: str) -> None:
    """A row the county has never seen, marked as if it had."""
    copied = "unit_id, micro_grid_id, number, head_name, address, phone, sync_state"
    damage(
        store,
        f"INSERT INTO household (id, {copied}, note, sync_version, sync_seq) "
        f"SELECT ?, {copied}, '谁也没见过', 1, 0 FROM household LIMIT 1",
        record_id,
    )


def test_a_row_the_county_does_not_know_is_kept_as_a_dead_letter(
    scene: Scene, village: DemoLaptop
) -> None:
    store = village.laptop.store
    a_stray(store, "stray")
    check(village)
    assert sums_of(village) == countys(scene, village)
    kept = [one for one in dead_letters(store) if one.record_id == "stray"]
    assert [orjson.loads(one.body)["note"] for one in kept] == ["谁也没见过"]
    assert incidents(store)[-1].removed == 1


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_a_stray_row_that_holds_somebodys_work_stays(village: DemoLaptop, state: str) -> None:
    store = village.laptop.store
    a_stray(store, "stray-with-work")
    checker = checking.Checker(store, "x", lambda _path, _body: b"", lambda _s, _t: None)
    with store.transaction(account_id="worker", action="edit_household") as tx:
        tx.session.get_one(Household, "stray-with-work").note = "县里还没有的话"
    damage(store, "UPDATE outbox SET state = ? WHERE record_id = 'stray-with-work'", state)
    checker._lay_rows([], [("household", "stray-with-work")])
    with store.reading() as session:
        assert session.get_one(Household, "stray-with-work").note == "县里还没有的话"
    damage(store, "DELETE FROM household WHERE id = 'stray-with-work'")
    damage(store, "DELETE FROM outbox WHERE record_id = 'stray-with-work'")


def test_a_row_that_should_have_left_the_laptop_leaves_and_is_not_kept(
    scene: Scene, sql: Connection[Any]
) -> None:
    """Its EVICT was lost: no dead letter may hold what is not this laptop's."""
    township = scene.laptops["township"]
    store = township.laptop.store
    household_id = a_household_id(store)
    elsewhere = scene.account_ids["other_village"]
    other = sql.execute("SELECT unit_id FROM account WHERE id = %s", (elsewhere,)).fetchone()
    assert other is not None
    row = sql.execute("SELECT unit_id FROM household WHERE id = %s", (household_id,)).fetchone()
    assert row is not None
    move = (
        "UPDATE record SET bucket = %(to)s, unit_id = %(to)s, "
        "body = body || jsonb_build_object('unit_id', %(to)s::text) WHERE id = %(id)s"
    )
    line = "UPDATE feed SET bucket = %(to)s WHERE record_id = %(id)s"
    try:
        for statement in (move, line):
            sql.execute(statement, {"to": other[0], "id": household_id})
        check(township)
        assert sums_of(township) == countys(scene, township)
        with store.reading() as session:
            assert session.get(Household, household_id) is None
        assert household_id not in {one.record_id for one in dead_letters(store)}
    finally:
        for statement in (move, line):
            sql.execute(statement, {"to": row[0], "id": household_id})
        check(township)
    assert sums_of(township) == countys(scene, township)


def test_a_line_the_feed_lost_is_found_by_a_laptop_that_lacks_the_row(
    scene: Scene, sql: Connection[Any]
) -> None:
    township = scene.laptops["township"]
    store = township.laptop.store
    household_id = a_household_id(store)
    assert damage(store, "DELETE FROM household WHERE id = ?", household_id) == 1
    assert sql.execute("DELETE FROM feed WHERE record_id = %s", (household_id,)).rowcount == 1
    check(township)
    assert sums_of(township) == countys(scene, township)
    lines = sql.execute(
        "SELECT kind, version FROM feed WHERE record_id = %s", (household_id,)
    ).fetchall()
    assert lines == [("put", 1)]
    noted = sql.execute("SELECT laid FROM repair WHERE install_id = 'county'").fetchall()
    assert noted == [(1,)]


def test_taking_over_the_countys_sum_would_hide_a_hole(
    scene: Scene, village: DemoLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shortcut that must never be taken: with it, the damage stays."""
    store = village.laptop.store
    assert damage(store, "DELETE FROM household WHERE id = ?", a_household_id(store)) == 1
    with monkeypatch.context() as patch:
        patch.setattr(checking, "own_sums", lambda _connection: countys(scene, village))
        check(village)
    assert sums_of(village) != countys(scene, village)
    check(village)
    assert sums_of(village) == countys(scene, village)


def test_nothing_is_compared_while_something_waits(
    village: DemoLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = village.laptop.store
    asked: list[str] = []
    a_stray(store, "stray-while-busy")
    ask = village.transport.ask

    def write_meanwhile(path: str, body: bytes) -> bytes:
        answer = ask(path, body)
        asked.append(path)
        if len(asked) == 1:
            save(store, a_household(unit_id=store.value("unit_id"), number="777"))
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(village.transport, "ask", write_meanwhile)
        check(village)
    assert asked == ["/sync"]
    assert store.value("sums_due") == "1"
    village.sync()
    check(village)
    assert "stray-while-busy" in {one.record_id for one in dead_letters(store)}


def test_a_range_that_cannot_be_mended_is_not_asked_for_every_minute(
    scene: Scene, village: DemoLaptop, sql: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row this program cannot lay down: a dead letter, once, and again only after a day."""
    store = village.laptop.store
    household_id = a_household_id(store)
    sql.execute(
        "UPDATE record SET version = version + 1, body = body - 'head_name' WHERE id = %s",
        (household_id,),
    )
    repairs: list[str] = []
    ask = village.transport.ask

    def counted(path: str, body: bytes) -> bytes:
        if path == "/repair":
            repairs.append(path)
        return ask(path, body)

    monkeypatch.setattr(village.transport, "ask", counted)
    known = len(incidents(store))
    for _ in range(3):
        check(village)
    assert len(repairs) == 1
    assert household_id in {one.record_id for one in dead_letters(store)}
    assert [one.is_mended for one in incidents(store)[known:]] == [False]
    stuck = orjson.loads(store.value("sums_stuck") or "{}")
    yesterday = {bucket: [one[0], one[1], one[2] - 86_400_001] for bucket, one in stuck.items()}
    store.set_values(sums_stuck=orjson.dumps(yesterday).decode())
    sql.execute(
        'UPDATE record SET body = body || \'{"head_name": "吴某"}\' WHERE id = %s',
        (household_id,),
    )
    check(village)
    assert len(repairs) == 2
    assert sums_of(village) == countys(scene, village)
    assert store.value("sums_stuck") == "{}"


def test_a_line_that_breaks_during_a_repair_leaves_the_check_due(
    scene: Scene, village: DemoLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = village.laptop.store
    damage(store, "DELETE FROM household WHERE id = ?", a_household_id(store))
    ask = village.transport.ask

    def cut(path: str, body: bytes) -> bytes:
        if path == "/repair":
            raise OfflineError("cut")
        return ask(path, body)

    with monkeypatch.context() as patch:
        patch.setattr(village.transport, "ask", cut)
        check(village)
    assert store.value("sums_due") == "1"
    village.sync()
    assert sums_of(village) == countys(scene, village)


def test_a_large_difference_comes_in_pages(
    scene: Scene, village: DemoLaptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question is about what is still open, so pages come to an end."""
    store = village.laptop.store
    damage(store, "DELETE FROM resident")
    damage(store, "DELETE FROM household")
    asked: list[int] = []
    # The server is another process: what it would answer in pages is answered here.
    monkeypatch.setattr(repair, "MAX_ROWS", 3)
    desk = CountyDesk(pool=make_pool(scene.county.url, size=1), now=scene.county.now)
    desk.pool.open(wait=True)
    ask = village.transport.ask

    def in_pages(path: str, body: bytes) -> bytes:
        if path != "/repair":
            return ask(path, body)
        asked.append(len(body))
        install_id = store.value("install_id") or ""
        return unpack(repair.repair(desk, install_id, pack(body)))

    monkeypatch.setattr(village.transport, "ask", in_pages)
    check(village)
    desk.pool.close()
    assert len(asked) > 2
    assert sums_of(village) == countys(scene, village)


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({}, False),
        ({"cursors": "{}"}, True),
        ({"sums_due": "0", "sums_checked_ms": "0", "sums_rows": "5"}, False),
        ({"sums_due": "1", "sums_checked_ms": "0", "sums_rows": "5"}, True),
        ({"sums_due": "1", "sums_checked_ms": "0", "sums_rows": "100001"}, False),
        ({"sums_due": "1", "sums_checked_ms": "-3600001", "sums_rows": "100001"}, True),
        ({"sums_due": "0", "sums_checked_ms": "-86400000", "sums_rows": "100001"}, True),
        ({"sums_due": "0", "sums_checked_ms": "90000000", "sums_rows": "5"}, True),
    ],
)
def test_when_sums_are_due(values: dict[str, str], due: bool) -> None:
    laid = {"cursors": "{}", **values} if values else {}
    assert checking.are_sums_due(laid, 1_000) is due
