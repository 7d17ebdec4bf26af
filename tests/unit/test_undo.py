"""Taking back one's last step: whole, as an ordinary edit, never over what came after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.errors import ErrorCode, UserFacingError
from app.store import Changes, Store
from app.undo import undo
from db.tables.cases import CaseEvent, CaseParty
from db.tables.households import Household, Resident
from db.tables.votes import ElectorateEntry
from tests.helpers.stores import (
    a_case,
    a_household,
    a_micro_grid,
    a_motion,
    a_resident,
    a_store,
)


def add(store: Store, *records: object, action: str = "import_roster") -> Changes:
    with store.transaction(account_id="worker", action=action) as tx:
        tx.session.add_all(records)
    return tx.changes


def households(store: Store) -> list[Household]:
    with store.reading() as session:
        return list(session.exec(select(Household)))


def take_back(store: Store, changes: Changes) -> int:
    assert changes.txn is not None
    return undo(store, account_id="worker", txn=changes.txn).left


def test_everything_one_import_added_is_gone_again(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household = a_household()
    changes = add(store, household, a_resident(household_id=household.id))
    assert take_back(store, changes) == 0
    assert households(store) == []


def test_an_edit_goes_back_to_what_it_was(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household = a_household(note="老木楼")
    add(store, household)
    with store.transaction(account_id="worker", action="edit_household") as tx:
        tx.session.get_one(Household, household.id).note = "新砖房"
    take_back(store, tx.changes)
    assert households(store)[0].note == "老木楼"


def test_a_removed_record_comes_back_as_it_was(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household = a_household(note="老木楼")
    add(store, household)
    with store.transaction(account_id="worker", action="remove_household") as tx:
        tx.session.delete(tx.session.get_one(Household, household.id))
    take_back(store, tx.changes)
    (back,) = households(store)
    assert (back.id, back.note) == (household.id, "老木楼")


def test_what_was_changed_since_is_left_and_counted(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household = a_household(note="甲")
    changes = add(store, household)
    with store.transaction(account_id="other", action="edit_household") as tx:
        tx.session.get_one(Household, household.id).note = "别人改的"
    assert take_back(store, changes) == 1
    assert households(store)[0].note == "别人改的"


def test_undoing_the_undo_brings_everything_back(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household = a_household()
    changes = add(store, household)
    assert changes.txn is not None
    undone = undo(store, account_id="worker", txn=changes.txn)
    take_back(store, undone.changes)
    assert [one.id for one in households(store)] == [household.id]


def test_events_are_not_taken_back_this_way(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    case = a_case()
    event = CaseEvent(
        unit_id=case.unit_id,
        case_id=case.id,
        kind="recorded",
        by_account_id="worker",
        happened_at=store.clock.now(),
    )
    changes = add(store, case, event, action="record_case")
    with pytest.raises(UserFacingError) as raised:
        take_back(store, changes)
    assert raised.value.code is ErrorCode.UNDO_TOO_LATE


def test_a_step_that_is_not_here_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError) as raised:
        undo(a_store(tmp_path), account_id="worker", txn=99)
    assert raised.value.code is ErrorCode.NOTHING_TO_UNDO


def edit(store: Store, model: type[Any], record_id: str, **fields: object) -> Changes:
    with store.transaction(account_id="worker", action="edit") as tx:
        record = tx.session.get_one(model, record_id)
        for name, value in fields.items():
            setattr(record, name, value)
    return tx.changes


def remove(store: Store, *gone: tuple[type[Any], str]) -> Changes:
    with store.transaction(account_id="worker", action="remove") as tx:
        for model, record_id in gone:
            tx.session.delete(tx.session.get_one(model, record_id))
    return tx.changes


def residents(store: Store) -> list[Resident]:
    with store.reading() as session:
        return list(session.exec(select(Resident)))


def test_a_household_stays_for_the_resident_who_was_edited_since(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    home, other = a_household(), a_household(number="002")
    head = a_resident(home)
    changes = add(store, home, head, other, a_resident(other, identity_number=None))
    edit(store, Resident, head.id, phone="13800000000")
    assert take_back(store, changes) == 2
    assert [one.id for one in households(store)] == [home.id]
    assert [one.id for one in residents(store)] == [head.id]


def test_what_others_lean_on_since_stays(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    grid = a_micro_grid()
    home = a_household(micro_grid_id=grid.id)
    changes = add(store, grid, home)
    child = a_resident(home)
    add(store, child, action="add_resident")
    assert take_back(store, changes) == 2
    assert [one.id for one in residents(store)] == [child.id]
    assert households(store)[0].micro_grid_id == grid.id


def test_a_resident_whose_household_is_gone_does_not_come_back_alone(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    home = a_household()
    child = a_resident(home)
    add(store, home, child)
    gone = remove(store, (Resident, child.id))
    remove(store, (Household, home.id))
    assert take_back(store, gone) == 1
    assert residents(store) == []


def test_a_move_out_of_a_household_that_is_gone_stays(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    old, new = a_household(), a_household(number="002")
    child = a_resident(old)
    add(store, old, new, child)
    moved = edit(store, Resident, child.id, household_id=new.id, phone="13800000000")
    remove(store, (Household, old.id))
    assert take_back(store, moved) == 1
    (left,) = residents(store)
    assert (left.household_id, left.phone) == (new.id, None)


def test_a_household_removed_with_its_residents_comes_back_whole(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    homes = [a_household(number=f"{number:03}") for number in range(5)]
    people = [a_resident(home, identity_number=None) for home in homes for _ in range(3)]
    add(store, *homes, *people)
    gone = remove(
        store,
        *((Household, home.id) for home in homes),
        *((Resident, person.id) for person in people),
    )
    assert take_back(store, gone) == 0
    assert {one.id for one in residents(store)} == {one.id for one in people}


def test_a_household_under_an_open_vote_stays(tmp_path: Path) -> None:
    """Undoing the import does not take the electorate's households away."""
    store = a_store(tmp_path)
    voting, idle = a_household(number="001"), a_household(number="002")
    changes = add(store, voting, idle)
    motion = a_motion()
    add(
        store,
        motion,
        ElectorateEntry(
            unit_id=motion.unit_id,
            motion_id=motion.id,
            household_id=voting.id,
            household_number="001",
            head_name=voting.head_name,
        ),
        action="open_motion",
    )
    assert take_back(store, changes) == 1
    assert [one.number for one in households(store)] == ["001"]


def test_a_party_to_a_case_stays(tmp_path: Path) -> None:
    store = a_store(tmp_path)
    household = a_household()
    resident = a_resident(household)
    changes = add(store, household, resident)
    case = a_case()
    party = CaseParty(
        unit_id=case.unit_id,
        case_id=case.id,
        side="a",
        source="roster",
        resident_id=resident.id,
        name=resident.name,
    )
    add(store, case, party, action="record_case")
    assert take_back(store, changes) == 2
    assert len(households(store)) == 1


@pytest.mark.parametrize("step", ["edit", "remove"])
def test_what_was_before_is_gone_with_a_record_that_left_for_a_while(
    tmp_path: Path, step: str
) -> None:
    """It is not guessed: the record stays as it is, and nobody is told that it went back."""
    store = a_store(tmp_path)
    household = a_household(note="甲")
    add(store, household)
    changes = (
        edit(store, Household, household.id, note="乙")
        if step == "edit"
        else remove(store, (Household, household.id))
    )
    with store.local_writing() as session:
        session.connection().exec_driver_sql("UPDATE outbox SET before = '{}'")
    assert take_back(store, changes) == 1
    assert [one.note for one in households(store)] == (["乙"] if step == "edit" else [])
