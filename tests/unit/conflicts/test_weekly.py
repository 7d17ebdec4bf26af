"""每周合并清单: what was merged without asking, village by village, for whoever may see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.conflicts.actions import choose_values
from app.conflicts.weekly import MergeKind, merges_of_week, monday_of
from app.store import Store
from db.clock import today_in_china
from db.tables.households import Household
from db.tables.local import OpState, OutboxOp
from tests.helpers.stores import a_household, a_store, a_unit, an_actor
from tests.unit.conflicts.county import a_conflict, lay

ZHANG = an_actor()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    yield made
    made.close()


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2026, 11, 29)) == date(2026, 11, 23)
    assert monday_of(date(2026, 11, 30)) == date(2026, 11, 30)


def test_what_was_merged_beside_another_edit_and_what_stands_for_now(store: Store) -> None:
    home = a_household(address="寨中")
    conflict = a_conflict(store, home)
    lay(store, home, conflict)
    with store.transaction(account_id=ZHANG.account_id, action="edit") as tx:
        tx.session.get_one(Household, home.id).phone = "13800000001"
    with store.local_writing() as session:
        for one in session.exec(select(OutboxOp)):
            one.state, one.judged_at = OpState.MERGED, store.clock.now()
    monday = monday_of(today_in_china(store.clock))
    week = merges_of_week(store, ZHANG, monday=monday)
    found = {(one.kind, one.field_name, one.value, one.lost) for one in week.lines}
    assert found == {
        (MergeKind.BESIDE, "phone", "13800000001", None),
        (MergeKind.PROVISIONAL, "address", "寨中", "寨头"),
    }
    choose_values(store, ZHANG, conflict_ids=[conflict.id], values={"address": "寨头"})
    kinds = {one.kind for one in merges_of_week(store, ZHANG, monday=monday).lines}
    assert kinds == {MergeKind.BESIDE, MergeKind.SETTLED}
    assert merges_of_week(store, ZHANG, monday=monday - timedelta(days=7)).lines == ()


def test_a_township_reads_of_all_its_villages_and_a_village_of_its_own(store: Store) -> None:
    other = a_unit("坪坦村")
    sibling = next(
        unit
        for unit in ZHANG.units.values()
        if unit.parent_id == other.parent_id and unit.id != other.id
    )
    homes = [a_household(), a_household(unit_id=sibling.id)]
    lay(store, *homes, *(a_conflict(store, one, unit_id=one.unit_id) for one in homes))
    monday = monday_of(today_in_china(store.clock))
    township = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
    assert len(merges_of_week(store, township, monday=monday).lines) == 2
    assert len(merges_of_week(store, ZHANG, monday=monday).lines) == 1
    assert merges_of_week(store, an_actor(unit="独坡村"), monday=monday).lines == ()
