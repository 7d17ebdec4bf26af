"""Settling: edit and settlement in one step, reversible, by whoever may write the record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.accounts.vocabulary import Role
from app.conflicts.actions import choose_values, keep_ballot, settle_delete, type_value
from app.conflicts.queries import one_conflict, open_conflicts
from app.conflicts.vocabulary import ConflictKind, ConflictState, SettlementChoice
from app.errors import ErrorCode, UserFacingError
from app.households.vocabulary import IdentityKind, Sex
from app.store import Store, SyncState
from app.undo import undo
from db.tables.conflicts import Conflict, ConflictSettlement
from db.tables.households import Household, Resident
from db.tables.local import OutboxOp
from db.tables.organisations import Account
from tests.helpers.grid_work import a_visit
from tests.helpers.stores import a_household, a_resident, a_store, an_actor
from tests.unit.conflicts.county import HERE, a_conflict, as_json, lay

ZHANG = an_actor()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    made.set_values(install_id=HERE)
    li = Account(id="account-of-li", unit_id=ZHANG.unit_id, name="李某", role=Role.AUXILIARY_POLICE)
    zhang = Account(id="account-of-zhang", unit_id=ZHANG.unit_id, name="张某", role=ZHANG.role)
    lay(made, li, zhang)
    yield made
    made.close()


@pytest.fixture
def home(store: Store) -> Household:
    household = a_household(address="寨中")
    lay(store, household)
    return household


def read(store: Store, model: Any, record_id: str) -> Any:
    with store.reading() as session:
        return session.get(model, record_id)


def written(store: Store) -> list[tuple[str, str]]:
    with store.reading() as session:
        found = session.exec(select(OutboxOp).order_by(col(OutboxOp.op_no)))
        return [(one.entity, one.patch) for one in found]


def test_the_card_shows_base_here_and_there_with_who_and_when(
    store: Store, home: Household
) -> None:
    conflict = a_conflict(store, home)
    lay(store, conflict)
    (row,) = open_conflicts(store, ZHANG)
    assert (row.title, row.field_name, row.names) == ("001 吴某甲", "address", ("李某", "张某"))
    card = one_conflict(store, ZHANG, row.key)
    assert card is not None
    assert [
        (one.values["address"], one.by_name, one.is_here, one.stands) for one in card.candidates
    ] == [("寨脚", "", False, False), ("寨中", "张某", True, True), ("寨头", "李某", False, False)]
    assert read(store, Household, home.id).sync_state is SyncState.CONFLICT


def test_taking_the_other_value_edits_and_settles_in_one_step(
    store: Store, home: Household
) -> None:
    conflict = a_conflict(store, home)
    lay(store, conflict)
    changes = choose_values(store, ZHANG, conflict_ids=[conflict.id], values={"address": "寨头"})
    assert read(store, Household, home.id).address == "寨头"
    assert read(store, Conflict, conflict.id).state is ConflictState.SETTLED
    assert open_conflicts(store, ZHANG) == ()
    with store.reading() as session:
        (settled,) = session.exec(select(ConflictSettlement)).all()
        assert {one.txn for one in session.exec(select(OutboxOp))} == {changes.txn}
    assert (settled.choice, settled.value) == (SettlementChoice.TAKE_OTHER, as_json("寨头"))


def test_keeping_what_stands_edits_nothing_and_takes_the_word_away(
    store: Store, home: Household
) -> None:
    conflict = a_conflict(store, home)
    lay(store, conflict)
    choose_values(store, ZHANG, conflict_ids=[conflict.id], values={"address": "寨中"})
    assert [entity for entity, _ in written(store)] == ["conflict_settlement"]
    assert read(store, Household, home.id).sync_state is SyncState.SYNCED


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_settlement_is_taken_back_and_taken_back_again(
    store: Store, home: Household, times: int
) -> None:
    conflict = a_conflict(store, home)
    lay(store, conflict)
    step = choose_values(store, ZHANG, conflict_ids=[conflict.id], values={"address": "寨头"})
    for _ in range(times):
        outcome = undo(store, account_id=ZHANG.account_id, txn=step.txn or 0)
        assert outcome.left == 0
        step = outcome.changes
    is_open = times % 2 == 1
    assert read(store, Household, home.id).address == ("寨中" if is_open else "寨头")
    assert len(open_conflicts(store, ZHANG)) == is_open


def test_a_typed_value_is_judged_as_the_form_would(store: Store, home: Household) -> None:
    other = a_household(number="002", head_name="杨某")
    conflict = a_conflict(store, home, field_name="number")
    lay(store, other, conflict)
    for typed, code in (
        ("  ", ErrorCode.CONFLICT_VALUE_MISSING),
        ("9" * 21, ErrorCode.CONFLICT_VALUE_TOO_LONG),
        ("002", ErrorCode.HOUSEHOLD_NUMBER_TAKEN),
    ):
        with pytest.raises(UserFacingError) as raised:
            type_value(store, ZHANG, conflict_ids=[conflict.id], field="number", typed=typed)
        assert raised.value.code is code
    assert written(store) == []
    type_value(store, ZHANG, conflict_ids=[conflict.id], field="number", typed=" 003 ")
    assert read(store, Household, home.id).number == "003"


def test_an_identity_is_chosen_whole(store: Store, home: Household) -> None:
    """A number of one and the birthday of the other would be nobody's."""
    person = a_resident(home, identity_number=None, sex=Sex.UNKNOWN, birth_date=None)
    person.identity_kind = IdentityKind.NONE_YET
    numbers = {"identity_number": ("433031197605040119", "433031197605040012")}
    births = {"birth_date": ("1976-05-04", "1976-05-05")}
    conflicts = [
        a_conflict(
            store,
            person,
            field_name=name,
            current_value=as_json(mine),
            other_value=as_json(theirs),
            base_value=None,
        )
        for name, (mine, theirs) in (numbers | births).items()
    ]
    lay(store, person, *conflicts)
    (row,) = open_conflicts(store, ZHANG)
    assert row.field_name == "identity"
    card = one_conflict(store, ZHANG, row.key)
    assert card is not None
    theirs = card.candidates[-1].values
    assert theirs == {"identity_number": "433031197605040012", "birth_date": "1976-05-05"}
    choose_values(store, ZHANG, conflict_ids=row.conflict_ids, values=theirs)
    kept = read(store, Resident, person.id)
    assert (kept.identity_number, str(kept.birth_date)) == ("433031197605040012", "1976-05-05")
    assert open_conflicts(store, ZHANG) == ()


def test_three_laptops_make_one_line_with_all_values(store: Store, home: Household) -> None:
    first = a_conflict(store, home)
    second = a_conflict(
        store,
        home,
        current_value=as_json("寨尾"),
        current_by="account-of-nobody",
        current_install="third",
        current_at=store.clock.now(),
        other_value=first.current_value,
        other_by=first.current_by,
        other_install=first.current_install,
        other_at=first.current_at,
    )
    lay(store, first, second)
    (row,) = open_conflicts(store, ZHANG)
    card = one_conflict(store, ZHANG, row.key)
    assert card is not None
    values = [one.values["address"] for one in card.candidates]
    assert values == ["寨脚", "寨中", "寨头", "寨尾"]
    choose_values(store, ZHANG, conflict_ids=row.conflict_ids, values={"address": "寨头"})
    assert open_conflicts(store, ZHANG) == ()


def test_what_somebody_else_settled_first_is_said(store: Store, home: Household) -> None:
    conflict = a_conflict(store, home)
    lay(store, conflict)
    choose_values(store, ZHANG, conflict_ids=[conflict.id], values={"address": "寨头"})
    with pytest.raises(UserFacingError) as raised:
        choose_values(store, ZHANG, conflict_ids=[conflict.id], values={"address": "寨中"})
    assert raised.value.code is ErrorCode.CONFLICT_SETTLED_BEFORE
    assert read(store, Household, home.id).address == "寨头"


def test_who_may_not_write_the_record_sees_but_does_not_settle(
    store: Store, home: Household
) -> None:
    conflict = a_conflict(store, home)
    lay(store, conflict)
    township = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
    (row,) = open_conflicts(store, township)
    assert not row.may_settle
    with pytest.raises(UserFacingError) as raised:
        choose_values(store, township, conflict_ids=[conflict.id], values={"address": "寨头"})
    assert raised.value.code is ErrorCode.NOT_ALLOWED
    assert open_conflicts(store, an_actor(unit="独坡村")) == ()


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_delete_is_carried_out_after_all_or_not(
    store: Store, home: Household, is_deleted: bool
) -> None:
    person = a_resident(home)
    conflict = a_conflict(store, home, kind=ConflictKind.DELETE, field_name=None)
    lay(store, person, conflict)
    step = settle_delete(store, ZHANG, conflict_ids=[conflict.id], is_deleted=is_deleted)
    assert (read(store, Household, home.id) is None) is is_deleted
    assert (read(store, Resident, person.id) is None) is is_deleted
    undo(store, account_id=ZHANG.account_id, txn=step.txn or 0)
    assert read(store, Household, home.id) is not None
    assert len(open_conflicts(store, ZHANG)) == 1


def test_a_household_that_is_history_is_not_deleted(store: Store, home: Household) -> None:
    conflict = a_conflict(store, home, kind=ConflictKind.DELETE, field_name=None)
    lay(store, a_resident(home), conflict, a_visit(home))
    with pytest.raises(UserFacingError) as raised:
        settle_delete(store, ZHANG, conflict_ids=[conflict.id], is_deleted=True)
    assert raised.value.code is ErrorCode.HOUSEHOLD_HAS_HISTORY
    assert len(open_conflicts(store, ZHANG)) == 1


def test_a_ballot_that_is_not_there_is_not_kept(store: Store, home: Household) -> None:
    conflict = a_conflict(store, "ballot", kind=ConflictKind.BALLOT_DOUBLE, subject_entity="ballot")
    lay(store, conflict)
    secretary = an_actor(Role.VILLAGE_SECRETARY)
    with pytest.raises(UserFacingError) as raised:
        keep_ballot(store, secretary, conflict_ids=[conflict.id], ballot_id="gone", reason="重复")
    assert raised.value.code is ErrorCode.BALLOT_GONE
