"""Asking for a hand-over changes nothing here; taking back is asked in its turn."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.cases.listing import CaseFilter, case_rows
from app.errors import ErrorCode, UserFacingError
from app.handovers.actions import hand_back, hand_over
from app.handovers.queries import people_in_reach, standing_of
from app.handovers.rules import MAX_NOTE
from app.handovers.vocabulary import HandoverProblem, HandoverState, HandoverSubject
from app.households.queries import household_rows
from app.store import Store
from app.today.queries import today_view
from app.undo import undo
from db.clock import today_in_china
from db.tables.handovers import Handover
from db.tables.households import Household
from db.tables.organisations import Account, UnitRecord
from tests.helpers.stores import a_case, a_household, a_store, a_unit, an_actor, save
from ui.wording_today import todo_reason

HOUSEHOLD = HandoverSubject.HOUSEHOLD
VILLAGE, NEXT = a_unit("坪坦村").id, a_unit("平日村").id


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


@pytest.fixture
def township() -> Actor:
    return an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")


@pytest.fixture
def home(store: Store) -> Household:
    made = a_household(number="7", head_name="吴某")
    save(store, made)
    return made


def code_of(error: pytest.ExceptionInfo[UserFacingError]) -> ErrorCode:
    return error.value.code


def test_asking_moves_nothing_and_is_shown_as_asked(
    store: Store, township: Actor, home: Household
) -> None:
    changes = hand_over(
        store, township, subject=HOUSEHOLD, subject_id=home.id, to_unit_id=NEXT, note=" 搬家 "
    )
    assert {entity for entity, _ in changes.records} == {"handover"}
    found = standing_of(store, township, subject=HOUSEHOLD, subject_id=home.id)
    assert found is not None
    assert found.last is not None
    assert (found.unit_id, found.title) == (VILLAGE, "7 吴某")
    assert (found.last.state, found.last.note) == (HandoverState.REQUESTED, "搬家")
    with pytest.raises(UserFacingError) as error:
        hand_over(store, township, subject=HOUSEHOLD, subject_id=home.id, to_unit_id=NEXT)
    assert code_of(error) is ErrorCode.HANDOVER_PENDING


def test_undo_asks_for_it_back(store: Store, township: Actor, home: Household) -> None:
    changes = hand_over(store, township, subject=HOUSEHOLD, subject_id=home.id, to_unit_id=NEXT)
    assert changes.txn is not None
    undo(store, account_id=township.account_id, txn=changes.txn)
    with store.reading() as session:
        first, back = session.exec(select(Handover).order_by("sync_dirty")).all()
    assert (first.from_unit_id, first.to_unit_id) == (back.to_unit_id, back.from_unit_id)
    assert back.unit_id == NEXT
    hand_back(store, township, handover_id=back.id)


@pytest.mark.parametrize(
    ("target", "problem"),
    [(VILLAGE, HandoverProblem.SAME_UNIT), ("nowhere", HandoverProblem.UNIT_UNKNOWN)],
)
def test_what_is_not_possible_is_said(
    store: Store, township: Actor, home: Household, target: str, problem: HandoverProblem
) -> None:
    with pytest.raises(UserFacingError) as error:
        hand_over(store, township, subject=HOUSEHOLD, subject_id=home.id, to_unit_id=target)
    assert code_of(error) is ErrorCode.HANDOVER_NOT_POSSIBLE
    assert error.value.params == {"problem": problem}


def test_a_record_that_is_not_here_and_a_note_that_is_too_long(
    store: Store, township: Actor, home: Household
) -> None:
    with pytest.raises(UserFacingError) as error:
        hand_over(store, township, subject=HOUSEHOLD, subject_id="gone", to_unit_id=NEXT)
    assert code_of(error) is ErrorCode.HANDOVER_SUBJECT_GONE
    assert standing_of(store, township, subject=HOUSEHOLD, subject_id="gone") is None
    with pytest.raises(UserFacingError) as error:
        hand_over(
            store, township, subject=HOUSEHOLD, subject_id=home.id, to_unit_id=NEXT,
            note="字" * (MAX_NOTE + 1),
        )  # fmt: skip
    assert code_of(error) is ErrorCode.HANDOVER_NOTE_TOO_LONG
    with store.reading() as session:
        assert not session.exec(select(Handover)).all()


def test_who_may_not_hand_over_is_offered_no_unit(store: Store, home: Household) -> None:
    found = standing_of(store, an_actor(), subject=HOUSEHOLD, subject_id=home.id)
    assert found is not None
    assert found.targets == ()


def test_the_people_of_the_units_below(store: Store, township: Actor) -> None:
    with store.laying_down() as session:
        for name, unit, is_active in (
            ("甲", VILLAGE, True),
            ("乙", NEXT, True),
            ("丙", township.unit_id, True),
            ("丁", VILLAGE, False),
        ):
            session.add(
                Account(
                    id=name, unit_id=unit, name=name, role=Role.GRID_WORKER, is_active=is_active
                )
            )
    hand_over(store, township, subject=HandoverSubject.ACCOUNT, subject_id="甲", to_unit_id=NEXT)
    rows = {row.name: row.asked_for for row in people_in_reach(store, township)}
    assert rows == {"甲": "坪坦乡平日村", "乙": ""}


def test_lists_and_today_show_what_was_asked(store: Store, home: Household) -> None:
    worker = an_actor(account_id="account-of-zhang")
    with store.laying_down() as session:
        for unit in (a_unit("坪坦村"), a_unit("县林业局")):
            session.add(
                UnitRecord(
                    id=unit.id, unit_id=unit.id, kind=unit.kind, code=unit.code,
                    code_system=unit.code_system.value, name=unit.name, parent_id=None,
                )
            )  # fmt: skip
    case = a_case(number="1")
    save(store, case)
    hand_over(
        store, worker, subject=HandoverSubject.CASE, subject_id=case.id,
        to_unit_id=a_unit("县林业局").id,
    )  # fmt: skip
    hand_over(
        store, an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡"), subject=HOUSEHOLD,
        subject_id=home.id, to_unit_id=NEXT,
    )  # fmt: skip
    assert [row.asked_for for row in case_rows(store, CaseFilter()).rows] == ["县林业局"]
    assert [row.is_asked_for for row in household_rows(store, VILLAGE)] == [True]
    todo = next(one for one in today_view(store, worker).todos if one.case is not None)
    assert "已申请移交" in todo_reason(todo, today_in_china(store.clock))[0]
