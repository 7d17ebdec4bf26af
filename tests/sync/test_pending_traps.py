"""Nothing typed is lost: what the county cannot judge, will not take, or sends wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlmodel import select

from app.demo.scene import DemoLaptop, Scene
from app.pending.actions import keep_as_note
from app.pending.queries import PendingRow, pending_list
from app.pending.vocabulary import PendingKind
from db.tables.base import SyncState
from db.tables.households import Household, Resident
from sync.client.status import LineState, read_status
from sync.server.process import make_desk
from sync.server.quarantine import judge_again
from tests.helpers.stores import a_household, a_resident, an_identity_number

pytestmark = pytest.mark.county

WRONG = "433031198001010018"
"""Made up; its check digit is wrong."""
RIGHT = an_identity_number(date(1980, 1, 1), order=1)
OTHER = an_identity_number(date(1980, 1, 1), order=3)


@pytest.fixture
def village(scene: Scene) -> DemoLaptop:
    return scene.laptops["village"]


@pytest.fixture
def poison(scene: Scene) -> Iterator[Any]:
    """The county's database objects to one name; calling it mends the county."""
    with psycopg.connect(scene.county.url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION object() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF NEW.body ->> 'head_name' = '毒' THEN RAISE EXCEPTION 'no'; END IF; "
            "RETURN NEW; END $$"
        )
        connection.execute(
            "CREATE TRIGGER objecting BEFORE INSERT OR UPDATE ON record "
            "FOR EACH ROW EXECUTE FUNCTION object()"
        )
        yield lambda: connection.execute("DROP TRIGGER IF EXISTS objecting ON record")
        connection.execute("DROP TRIGGER IF EXISTS objecting ON record")
        connection.execute("DROP FUNCTION object")


def written(scene: Scene, **fields: Any) -> str:
    store = scene.laptops["village"].laptop.store
    actor = scene.actor("grid_worker", "village")
    with store.transaction(account_id=actor.account_id, action="add_household") as tx:
        household = a_household(unit_id=actor.unit_id, **fields)
        tx.session.add(household)
    return household.id


def rows(scene: Scene, kind: PendingKind | None = None) -> list[PendingRow]:
    actor = scene.actor("grid_worker", "village")
    store = scene.laptops["village"].laptop.store
    return list(pending_list(store, actor, kind=kind).rows)


def at_county(scene: Scene, table: str, record_id: str) -> int:
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(
            f"SELECT count(*) FROM {table} WHERE id = %s", (record_id,)
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_poison_record_up_is_kept_shown_and_judged_after_the_repair(
    scene: Scene, village: DemoLaptop, poison: Any
) -> None:
    bad = written(scene, number="Q1", head_name="毒", note="写了很久的话")
    good = written(scene, number="Q2")
    for _ in range(3):
        village.sync()
    (row,) = rows(scene)
    assert (row.kind, row.record_id) == (PendingKind.QUARANTINED, bad)
    assert "写了很久的话" in [field.value for field in row.fields]
    assert at_county(scene, "household", good) == 1, "it blocks nobody"

    poison()
    desk = make_desk(scene.county)
    desk.pool.open(wait=True)
    try:
        judge_again(desk, str(village.laptop.store.value("install_id")), row.op_no)
    finally:
        desk.pool.close()
    village.sync()
    assert at_county(scene, "household", bad) == 1
    assert rows(scene) == []
    assert read_status(village.laptop.store, LineState.ONLINE).refused == 0
    with village.laptop.store.reading() as session:
        assert session.get_one(Household, bad).sync_state is SyncState.SYNCED


def test_poison_record_down_is_kept_and_blocks_nothing(scene: Scene, village: DemoLaptop) -> None:
    """A record of the county that this file cannot hold; what follows it arrives."""
    bad = written(scene, number="P1")
    village.sync()
    good = written(scene, number="P2")
    village.sync()
    with psycopg.connect(scene.county.url) as connection:
        connection.execute(
            "UPDATE record SET body = body - 'number' || '{\"note\": \"县里补的话\"}', "
            "version = version + 1 WHERE id = %s",
            (bad,),
        )
        connection.execute("UPDATE feed SET version = version + 1 WHERE record_id = %s", (bad,))
        connection.execute("UPDATE feed SET version = version WHERE record_id = %s", (good,))
    village.sync()
    (row,) = [one for one in rows(scene, PendingKind.NOT_LAID) if one.record_id == bad]
    assert "县里补的话" in [field.value for field in row.fields]
    with village.laptop.store.reading() as session:
        assert session.get(Household, good) is not None
    with psycopg.connect(scene.county.url) as connection:  # as it was, for the other tests
        connection.execute(
            'UPDATE record SET body = body || \'{"number": "P1"}\', version = version + 1 '
            "WHERE id = %s",
            (bad,),
        )
        connection.execute("UPDATE feed SET version = version + 1 WHERE record_id = %s", (bad,))
    village.sync()


def refused_family(scene: Scene, number: str) -> tuple[str, str]:
    """A household whose head's number is wrong: written in one step, refused in one step."""
    village = scene.laptops["village"]
    actor = scene.actor("grid_worker", "village")
    store = village.laptop.store
    with store.transaction(account_id=actor.account_id, action="import_roster") as tx:
        household = a_household(unit_id=actor.unit_id, number=number, note="全家的情况")
        resident = a_resident(household, identity_number=WRONG)
        tx.session.add_all([household, resident])
    village.sync()
    return household.id, resident.id


def test_a_parent_refused_its_children_too(scene: Scene, village: DemoLaptop) -> None:
    household_id, resident_id = refused_family(scene, "F1")
    later = "F1-child"
    store = village.laptop.store
    actor = scene.actor("grid_worker", "village")
    with store.transaction(account_id=actor.account_id, action="add_resident") as tx:
        parent = tx.session.get_one(Household, household_id)
        child = a_resident(parent, name=later, identity_number=None)
        tx.session.add(child)
    village.sync()
    found = {row.record_id: row for row in rows(scene)}
    assert {row.kind for row in found.values()} == {PendingKind.REFUSED}
    assert found[household_id].reason == "group_refused"
    assert found[resident_id].reason == "bad_value"
    assert found[child.id].reason == "parent_missing"
    assert [
        at_county(scene, "household", household_id),
        at_county(scene, "resident", child.id),
    ] == [
        0,
        0,
    ]
    with store.transaction(account_id=actor.account_id, action="edit_resident") as tx:
        tx.session.get_one(Resident, resident_id).identity_number = RIGHT
        tx.session.get_one(Resident, child.id).note = "补写"
    village.sync()
    assert rows(scene) == []
    assert at_county(scene, "resident", child.id) == 1


def test_refused_text_is_kept_and_mended(scene: Scene, village: DemoLaptop) -> None:
    household_id, resident_id = refused_family(scene, "M1")
    found = {row.record_id: row for row in rows(scene)}
    assert "全家的情况" in [field.value for field in found[household_id].fields]
    assert found[resident_id].wrong_field == "identity_number"
    store = village.laptop.store
    grid_worker = scene.account_ids["grid_worker"]
    with store.transaction(account_id=grid_worker, action="edit_resident") as tx:
        tx.session.get_one(Resident, resident_id).identity_number = OTHER
    village.sync()
    assert rows(scene) == []
    assert at_county(scene, "household", household_id) == 1
    assert at_county(scene, "resident", resident_id) == 1


def test_refused_text_kept_as_a_note_outlives_the_record(scene: Scene, village: DemoLaptop) -> None:
    household_id, _resident_id = refused_family(scene, "N1")
    store = village.laptop.store
    actor = scene.actor("grid_worker", "village")
    row = next(one for one in rows(scene) if one.record_id == household_id)
    assert keep_as_note(store, actor, txn=row.txn) == 2
    assert household_id not in {one.record_id for one in rows(scene)}
    with store.transaction(account_id=actor.account_id, action="remove_household") as tx:
        for one in tx.session.exec(select(Resident).where(Resident.household_id == household_id)):
            tx.session.delete(one)
        tx.session.delete(tx.session.get_one(Household, household_id))
    village.sync()
    notes = {one.record_id: one for one in rows(scene, PendingKind.NOTE)}
    assert "全家的情况" in [field.value for field in notes[household_id].fields]
