"""Undo is for what has gone up as well: the county and the township follow."""

from __future__ import annotations

import psycopg
from sqlmodel import select

from app.demo.scene import Scene
from app.households.actions import remove_household
from app.outbox_rows import outbox_rows
from app.undo import undo
from db.tables.households import Household, Resident
from tests.helpers.stores import a_household, a_resident


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
