"""What the county refused is mended in the village and taken the second time."""

from __future__ import annotations

import psycopg
import pytest
from sqlmodel import select

from app.demo.scene import Scene
from app.outbox_rows import outbox_rows
from db.tables.base import SyncState
from db.tables.households import Household, Resident
from tests.helpers.stores import a_household, a_resident

pytestmark = pytest.mark.county

WRONG, RIGHT = "433031198001010018", "433031198001010010"
"""Made up; the check digit of the first is wrong."""


def at_the_county(scene: Scene, entity: str) -> int:
    with psycopg.connect(scene.county.url) as connection:
        row = connection.execute(f"SELECT count(*) FROM {entity}").fetchone()
    assert row is not None
    return int(row[0])


def test_a_refused_household_is_mended_and_taken(scene: Scene) -> None:
    village = scene.laptops["village"]
    store = village.laptop.store
    actor = scene.actor("grid_worker", "village")
    household = a_household(unit_id=actor.unit_id)
    with store.transaction(account_id=actor.account_id, action="import_roster") as tx:
        tx.session.add(household)
        tx.session.add(a_resident(household, identity_number=WRONG))

    village.sync()

    assert at_the_county(scene, "household") == 0
    rows = outbox_rows(store)
    assert {row.reason for row in rows} == {"bad_value", "group_refused"}
    with store.reading() as session:
        assert session.exec(select(Household)).one().sync_state is SyncState.REFUSED

    with store.transaction(account_id=actor.account_id, action="edit_resident") as tx:
        tx.session.exec(select(Resident)).one().identity_number = RIGHT
    village.sync()

    assert (at_the_county(scene, "household"), at_the_county(scene, "resident")) == (1, 1)
    assert outbox_rows(store) == ()
    with store.reading() as session:
        assert session.exec(select(Household)).one().sync_state is SyncState.SYNCED
        assert session.exec(select(Resident)).one().sync_state is SyncState.SYNCED
