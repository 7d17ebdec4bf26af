"""Undo is for what has gone up as well: the county and the township follow."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlmodel import col, select

from app.demo.scene import Scene
from app.households.actions import remove_household
from app.outbox_rows import outbox_rows
from app.typical.actions import check_typical, publish_typical, take_back_typical, write_typical
from app.typical.queries import published_cases
from app.undo import undo
from db.tables.households import Household, Resident
from db.tables.local import OpState, OutboxOp
from tests.helpers.desk_actions import CLEAN, DEEDS, Undone, laid_by
from tests.helpers.stores import a_household, a_resident, save


def at_the_county(scene: Scene) -> tuple[int, int]:
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM household), (SELECT count(*) FROM resident)"
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def held_by(scene: Scene, name: str) -> tuple[set[str], set[str]]:
    laptop = scene.laptops[name]
    laptop.sync()
    with laptop.laptop.store.reading() as session:
        return set(session.exec(select(Household.id))), set(session.exec(select(Resident.id)))


def test_a_delete_that_had_gone_up_is_taken_back_everywhere(scene: Scene) -> None:
    village = scene.laptops["village"]
    store, actor = village.laptop.store, scene.actor("grid_worker", "village")
    home = a_household(unit_id=actor.unit_id)
    people = [a_resident(home), a_resident(home, name="吴某乙", identity_number=None)]
    with store.transaction(account_id=actor.account_id, action="import_roster") as tx:
        tx.session.add_all([home, *people])
    village.sync()
    here = ({home.id}, {one.id for one in people})

    step = remove_household(store, actor, household_id=home.id, with_residents=True)
    for expected in [(0, 0), (1, 2), (0, 0), (1, 2)]:
        village.sync()
        assert at_the_county(scene) == expected
        assert held_by(scene, "township") == (here if expected == (1, 2) else (set(), set()))
        assert outbox_rows(store) == ()
        # First the delete is taken back, then that undo, and so on.
        outcome = undo(store, account_id=actor.account_id, txn=step.txn or 0)
        assert outcome.left == 0
        step = outcome.changes


# --- the case desk -------------------------------------------------------------------------------

DONE_HERE = [
    name
    for name, deed in DEEDS.items()
    if deed.undone is Undone.WHOLE and deed.of_case and "typical" not in name
]


@pytest.fixture(scope="module")
def township(scene: Scene) -> Any:
    """The township's laptop, whose cases the county has."""
    laptop = scene.laptops["township"]
    store, actor = laptop.laptop.store, scene.actor("township", "township")
    save(store, *laid_by(store, actor.account_id), account_id=actor.account_id)
    laptop.sync()
    assert not_taken(laptop) == []
    return laptop, store, actor


def not_taken(laptop: Any) -> list[Any]:
    with laptop.laptop.store.reading() as session:
        found = session.exec(select(OutboxOp).where(col(OutboxOp.state) != OpState.APPLIED))
        return [(one.entity, one.record_id, one.reason, one.detail) for one in found]


def last_step(laptop: Any) -> int:
    with laptop.laptop.store.reading() as session:
        return session.exec(select(OutboxOp.txn).order_by(-col(OutboxOp.op_no))).first() or 0


@pytest.mark.parametrize("name", DONE_HERE)
def test_it_went_up_and_came_back(township: Any, name: str) -> None:
    laptop, store, actor = township
    DEEDS[name].do(store, actor, "plain")
    laptop.sync()
    assert undo(store, account_id=actor.account_id, txn=last_step(laptop)).left == 0
    laptop.sync()
    assert not_taken(laptop) == []


def test_a_text_that_was_published_and_taken_back_by_undo(scene: Scene, township: Any) -> None:
    laptop, store, actor = township
    county = scene.laptops["county"]
    centre, store_of_centre = scene.actor("county", "county"), county.laptop.store
    text_id = write_typical(store, actor, case_id="plain-closed", text=CLEAN).typical_id
    check_typical(store, actor, typical_id=text_id)
    laptop.sync()
    for step, shown in ((publish_typical, 1), (take_back_typical, 0)):
        county.sync()
        step(store_of_centre, centre, typical_id=text_id)
        assert there(scene) == shown
        assert published_in(scene, "county") == [text_id] * shown, "to be taken back from the list"
        undo(store_of_centre, account_id=centre.account_id, txn=last_step(county))
        assert there(scene) == 1 - shown
        step(store_of_centre, centre, typical_id=text_id)
    assert there(scene) == 0
    assert not_taken(county) == []


def there(scene: Scene) -> int:
    """How many typical cases another village reads, once all have called."""
    scene.laptops["county"].sync()
    scene.laptops["other_village"].sync()
    return len(published_in(scene, "other_village"))


def published_in(scene: Scene, laptop: str) -> list[str]:
    """What is read there, each by the text whoever publishes may take back."""
    centre, store = scene.actor("county", "county"), scene.laptops[laptop].laptop.store
    return [row.typical_id for row in published_cases(store, centre)]
