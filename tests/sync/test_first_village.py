"""The main job on real parts: recorded offline in the village, seen by township and county."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import select

from app.demo.scene import Scene
from db.session import Store
from db.tables.cases import CaseEvent, CaseFile
from db.tables.households import Household, Resident
from tests.helpers.stores import a_case, a_household, a_resident

pytestmark = pytest.mark.county

COMPARED = ("household", "resident", "case_file", "case_event")


def rows_of(store: Store, entity: str) -> dict[str, tuple[Any, ...]]:
    """Every row's travelling fields by id."""
    from db.tables.registry import ENTITIES

    names = ENTITIES[entity].wire_fields()
    with store.reading() as session:
        found = session.connection().execute(text(f"SELECT id, {', '.join(names)} FROM {entity}"))
        return {row[0]: tuple(row[1:]) for row in found}


def county_ids(scene: Scene, entity: str) -> set[str]:
    with psycopg.connect(scene.county.url) as connection:
        return {row[0] for row in connection.execute(f"SELECT id FROM {entity}").fetchall()}


@pytest.fixture(scope="module")
def recorded(scene: Scene) -> Scene:
    """A household, a resident and a case, written in the village and synced everywhere."""
    village = scene.laptops["village"]
    actor = scene.actor("grid_worker", "village")
    with village.laptop.store.transaction(account_id=actor.account_id, action="import") as tx:
        household = a_household(unit_id=actor.unit_id)
        tx.session.add(household)
        tx.session.add(a_resident(unit_id=actor.unit_id, household_id=household.id))
        case = a_case(unit_id=actor.unit_id, recorded_by=actor.account_id)
        tx.session.add(case)
        tx.session.add(_recorded_event(case, village.laptop.store))
    for name in ("village", "township", "county", "other_village", "forestry"):
        scene.laptops[name].sync()
    return scene


def _recorded_event(case: CaseFile, store: Store) -> CaseEvent:
    return CaseEvent(
        unit_id=case.unit_id,
        case_id=case.id,
        kind="recorded",
        by_account_id=case.recorded_by,
        happened_at=store.clock.now(),
    )


@pytest.mark.parametrize("entity", COMPARED)
@pytest.mark.parametrize("place", ["township", "county"])
def test_village_and_above_hold_the_same_rows(recorded: Scene, entity: str, place: str) -> None:
    in_village = rows_of(recorded.laptops["village"].laptop.store, entity)
    above = rows_of(recorded.laptops[place].laptop.store, entity)
    assert in_village
    assert above == in_village
    assert county_ids(recorded, entity) == set(in_village)


@pytest.mark.parametrize("entity", COMPARED)
@pytest.mark.parametrize("place", ["other_village", "forestry"])
def test_nobody_holds_what_is_not_theirs(recorded: Scene, entity: str, place: str) -> None:
    assert rows_of(recorded.laptops[place].laptop.store, entity) == {}


def test_pins_stay_in_their_own_unit(recorded: Scene) -> None:
    for name, demo in recorded.laptops.items():
        with demo.laptop.store.reading() as session:
            foreign = session.connection().scalar(
                text("SELECT count(*) FROM credential WHERE unit_id <> :own"),
                {"own": demo.laptop.store.value("unit_id")},
            )
        assert foreign == 0, name


def test_states_are_folded_alike_everywhere(recorded: Scene) -> None:
    states = set()
    for name in ("village", "township", "county"):
        with recorded.laptops[name].laptop.store.reading() as session:
            states |= set(session.connection().scalars(text("SELECT state FROM case_file")))
    assert states == {"recorded"}


def test_an_edit_travels_as_a_field(recorded: Scene) -> None:
    """A note written in the village is what the township reads."""
    village = recorded.laptops["village"].laptop.store
    actor = recorded.actor("grid_worker", "village")
    with village.transaction(account_id=actor.account_id, action="edit_household") as tx:
        household = tx.session.exec(select(Household)).one()
        household.note = "村里写的"
    for name in ("village", "township", "county"):
        recorded.laptops[name].sync()
    with recorded.laptops["township"].laptop.store.reading() as session:
        found = session.get_one(Household, household.id)
        assert found.note == "村里写的"
        assert len(session.exec(select(Resident)).all()) == 1


def test_a_second_sync_moves_nothing(recorded: Scene) -> None:
    recorded.laptops["village"].sync()
    again = recorded.laptops["village"].sync()
    assert (again.sent, again.received) == (0, 0)
