"""A county put back to yesterday: what laptops had sent since comes again, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import select

from app.demo.scene import PEOPLE, DemoLaptop, Scene, build_scene
from db.tables.base import SyncState
from db.tables.households import Household
from sync.client.round import waiting_count
from sync.client.sending_again import BACKED_UP
from tests.helpers.stores import a_household, save

VILLAGE, OTHER = (
    next(one for one in PEOPLE if one.key == key) for key in ("grid_worker", "other_village")
)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("county") / "scene"
    made = build_scene(folder, laptops=("village", "township", "other_village"))
    yield made
    made.close()


@pytest.fixture
def put_back(scene: Scene, tmp_path: Path) -> Callable[[], None]:
    """Makes a backup at once; called, puts the county back to it."""
    file = tmp_path / "county.zip"
    scene.county.back_up(file)

    def put_back() -> None:
        scene.process.stop()
        scene.county.restore(file)
        scene.restart_county()

    return put_back


def add(scene: Scene, demo: DemoLaptop, number: str) -> str:
    person = OTHER if demo.name == "other_village" else VILLAGE
    home = a_household(unit_id=person.unit_id, number=number)
    save(demo.laptop.store, home, account_id=scene.account_ids[person.key])
    return home.id


def edit(scene: Scene, demo: DemoLaptop, record_id: str, head_name: str) -> None:
    person = OTHER if demo.name == "other_village" else VILLAGE
    account_id = scene.account_ids[person.key]
    with demo.laptop.store.transaction(account_id=account_id, action="edit") as tx:
        tx.session.get_one(Household, record_id).head_name = head_name


def heads(demo: DemoLaptop) -> dict[str, str]:
    with demo.laptop.store.reading() as session:
        rows = session.exec(select(Household.id, Household.head_name)).all()
        return {row[0]: row[1] for row in rows}


def heads_at_county(scene: Scene) -> dict[str, str]:
    with psycopg.connect(scene.county.url) as connection:
        return dict(connection.execute("SELECT id, head_name FROM household").fetchall())


def states(demo: DemoLaptop) -> set[str]:
    with demo.laptop.store.reading() as session:
        return set(session.connection().scalars(text("SELECT DISTINCT state FROM outbox")))


def test_a_county_restored_from_yesterday_loses_no_operation(scene: Scene, tmp_path: Path) -> None:
    """Two laptops that had synced since, and one that was offline the whole time."""
    village, township = scene.laptops["village"], scene.laptops["township"]
    offline = scene.laptops["other_village"]
    before = add(scene, village, "001")
    for demo in (village, offline, township):
        demo.sync()
    file = tmp_path / "yesterday.zip"
    scene.county.back_up(file)

    after = add(scene, village, "002")
    edit(scene, village, before, "改名之后")
    village.sync()
    waiting_there = add(scene, offline, "003")  # never reached the county
    still_here = add(scene, village, "004")
    scene.process.stop()
    scene.county.restore(file)
    scene.restart_county()
    assert after not in heads_at_county(scene), "the county has really forgotten"

    village.sync()
    assert heads(village)[before] == "改名之后"
    offline.sync()
    for demo in (village, offline, township):
        demo.sync()
        assert waiting_count(demo.laptop.store) == 0
        assert states(demo) <= {"applied", "merged"}
    county = heads_at_county(scene)
    assert {before, after, waiting_there, still_here} <= county.keys()
    assert county[before] == "改名之后"
    assert heads(village).items() <= county.items()
    assert heads(township)[before] == "改名之后"
    with village.laptop.store.reading() as session:
        found = set(session.exec(select(Household.sync_state)))
    assert found == {SyncState.SYNCED}


def test_only_what_the_backup_has_not_seen_is_sent_again(
    scene: Scene, put_back: Callable[[], None]
) -> None:
    village = scene.laptops["village"]
    village.sync()
    assert village.laptop.store.value(BACKED_UP) == village.laptop.store.value("last_op_no")
    add(scene, village, "101")
    village.sync()
    put_back()
    result = village.sync()
    assert result.sent == 1


def test_a_delete_after_the_backup_is_done_again(
    scene: Scene, put_back: Callable[[], None]
) -> None:
    village = scene.laptops["village"]
    record_id = add(scene, village, "102")
    village.sync()
    put_back()  # the backup is from before: the county forgets it
    village.sync()
    assert record_id in heads_at_county(scene)
    with village.laptop.store.transaction(
        account_id=scene.account_ids["grid_worker"], action="remove"
    ) as tx:
        tx.session.delete(tx.session.get_one(Household, record_id))
    village.sync()
    put_back()
    village.sync()
    assert record_id not in heads(village)
    assert record_id not in heads_at_county(scene)


def test_a_county_put_back_without_a_new_epoch_is_noticed_too(scene: Scene) -> None:
    """Somebody used PostgreSQL's own tools: the laptop sees that the county knows less than it
    was told."""
    village = scene.laptops["village"]
    village.sync()
    scene.process.stop()
    with psycopg.connect(scene.county.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT * FROM install")
        rest = (
            connection.execute("SELECT coalesce(max(seq), 0) FROM feed").fetchone(),
            connection.execute("SELECT count(*) FROM op_raw").fetchone(),
        )
    scene.restart_county()
    lost = add(scene, village, "201")
    edit(scene, village, lost, "后来的名字")
    village.sync()
    scene.process.stop()
    with psycopg.connect(scene.county.url) as connection:
        head = rest[0][0] if rest[0] else 0
        connection.execute("DELETE FROM feed WHERE seq > %s", (head,))
        connection.execute("DELETE FROM record WHERE id = %s", (lost,))
        for table in ("op_verdict", "op_raw"):
            connection.execute(
                f"DELETE FROM {table} o USING kept k "  # type: ignore[arg-type]
                "WHERE k.id = o.install_id AND o.op_no > k.last_op_no"
            )
        connection.execute(
            "UPDATE install i SET last_op_no = k.last_op_no FROM kept k WHERE k.id = i.id"
        )
        connection.execute("DROP TABLE kept")
    scene.restart_county()
    assert lost not in heads_at_county(scene)
    village.sync()
    assert heads_at_county(scene)[lost] == heads(village)[lost] == "后来的名字"
    assert waiting_count(village.laptop.store) == 0
    assert states(village) <= {"applied", "merged"}
