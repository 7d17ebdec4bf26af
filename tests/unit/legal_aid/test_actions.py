"""Legal aid on a real file: who takes which step, and that whoever gives it is asked to help."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.session import Actor
from app.accounts.vocabulary import Role
from app.board.queries import board
from app.board.rules import BoardColumn, TaskKind
from app.errors import ErrorCode, UserFacingError
from app.handovers.vocabulary import HandoverPurpose
from app.legal_aid.actions import (
    AID_CENTRE_ID,
    apply_for_aid,
    decide_aid,
    finish_aid,
    name_lawyer,
    see_need,
)
from app.legal_aid.queries import AidRow, aid_due, aid_of_case, lawyers
from app.legal_aid.vocabulary import LegalAidLimit, LegalAidProblem, LegalAidStage
from app.store import Store
from app.undo import undo
from db.tables.cases import CaseFile
from db.tables.desk import LegalAid
from db.tables.handovers import Handover
from db.tables.organisations import Account
from tests.helpers.stores import a_store, an_actor, save
from tests.unit.court.agreed import TOWNSHIP, a_recorded_case

P = LegalAidProblem
TODAY = date(2026, 11, 23)
WORKER = an_actor()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


def a_need(store: Store, actor: Actor = WORKER) -> tuple[str, str]:
    """The case and the legal aid somebody of it needs."""
    case_id, parties = a_recorded_case(store)
    see_need(store, actor, case_id=case_id, need="追讨工钱", seen_on=TODAY, party_id=parties[0])
    return case_id, only(store, case_id).aid_id


def only(store: Store, case_id: str, actor: Actor = TOWNSHIP) -> AidRow:
    (row,) = aid_of_case(store, actor, case_id).rows
    return row


def requests(store: Store) -> list[tuple[HandoverPurpose, str]]:
    with store.reading() as session:
        return [(one.purpose, one.to_unit_id) for one in session.exec(select(Handover))]


def a_lawyer(store: Store) -> str:
    account = Account(
        unit_id=AID_CENTRE_ID, role=Role.LEGAL_AID_LAWYER, name="龙律师", is_active=True
    )
    save(store, account)
    return account.id


def wrong(call: object, *args: object, **named: object) -> object:
    assert callable(call)
    with pytest.raises(UserFacingError) as caught:
        call(*args, **named)
    assert caught.value.code is ErrorCode.LEGAL_AID_WRONG
    return caught.value.params["problem"]


def test_from_need_to_done_with_the_centre_and_the_lawyer_asked(store: Store) -> None:
    case_id, aid_id = a_need(store)
    assert (only(store, case_id).party, only(store, case_id).stage) == ("吴某", LegalAidStage.SEEN)
    apply_for_aid(store, WORKER, aid_id=aid_id, applied_on=TODAY)
    assert requests(store) == [(HandoverPurpose.HELP_ASKED, AID_CENTRE_ID)]
    (due,) = aid_due(store, TOWNSHIP)
    assert (due.limit, due.due_on) == (LegalAidLimit.DECISION, date(2026, 11, 30))
    decide_aid(store, TOWNSHIP, aid_id=aid_id, decided_on=TODAY, is_granted=True)
    lawyer = a_lawyer(store)
    assert [one.account_id for one in lawyers(store)] == [lawyer]
    name_lawyer(store, TOWNSHIP, aid_id=aid_id, named_on=TODAY, lawyer_id=lawyer)
    assert len(requests(store)) == 1  # the same unit is asked once
    assert only(store, case_id).lawyer == "龙律师"
    finish_aid(store, TOWNSHIP, aid_id=aid_id, done_on=TODAY, outcome="工钱已付清")
    assert only(store, case_id).stage is LegalAidStage.DONE
    assert aid_due(store, TOWNSHIP) == ()


def test_a_lawyer_of_a_unit_that_has_not_the_case_is_asked_with_the_naming(store: Store) -> None:
    case_id, aid_id = a_need(store)
    with store.transaction(account_id="x", action="test") as tx:
        row = tx.session.get_one(LegalAid, aid_id)
        row.applied_on, row.decided_on, row.is_granted = TODAY, TODAY, True
    name_lawyer(store, TOWNSHIP, aid_id=aid_id, named_on=TODAY, lawyer_id=a_lawyer(store))
    assert requests(store) == [(HandoverPurpose.HELP_ASKED, AID_CENTRE_ID)]
    assert only(store, case_id).stage is LegalAidStage.NAMED


def test_somebody_without_an_account_is_named_by_name(store: Store) -> None:
    case_id, aid_id = a_need(store)
    apply_for_aid(store, TOWNSHIP, aid_id=aid_id, applied_on=TODAY)
    name_lawyer(
        store, TOWNSHIP, aid_id=aid_id, named_on=TODAY, name="石某", office="基层法律服务所",
        is_ahead=True,
    )  # fmt: skip
    assert (only(store, case_id).lawyer, only(store, case_id).is_ahead) == ("石某", True)


def test_what_is_out_of_order_is_refused_and_nothing_written(store: Store) -> None:
    case_id, aid_id = a_need(store)

    assert wrong(see_need, store, WORKER, case_id=case_id, need="", seen_on=TODAY) is P.NEED_MISSING
    early = {"aid_id": aid_id, "decided_on": TODAY, "is_granted": True}
    assert wrong(decide_aid, store, TOWNSHIP, **early) is P.NOT_APPLIED
    assert wrong(apply_for_aid, store, TOWNSHIP, aid_id=aid_id, applied_on=None) is P.DAY_MISSING
    before = date(2026, 11, 22)
    assert wrong(apply_for_aid, store, WORKER, aid_id=aid_id, applied_on=before) is P.DAYS_BACKWARDS
    assert only(store, case_id).stage is LegalAidStage.SEEN
    assert requests(store) == []


@pytest.mark.parametrize("role", Role)
def test_who_sees_a_need_and_who_decides(store: Store, role: Role) -> None:
    case_id, aid_id = a_need(store)
    apply_for_aid(store, WORKER, aid_id=aid_id, applied_on=TODAY)
    unit = {"township_centre": "坪坦乡", "county_centre": "通道侗族自治县"}.get(role, "坪坦村")
    actor = an_actor(role, unit)
    is_centre = role in (Role.TOWNSHIP_CENTRE, Role.COUNTY_CENTRE)
    in_village = {
        *(Role.GRID_WORKER, Role.AUXILIARY_POLICE, Role.MEDIATOR, Role.VILLAGE_SECRETARY),
        Role.SPONSOR_LEADER,
    }
    view = aid_of_case(store, actor, case_id)
    assert view.may_add is (is_centre or role in in_village)
    assert bool(view.rows) is view.may_add  # who does not see the case sees nothing of it
    assert bool(view.rows and view.rows[0].steps) is is_centre
    if not is_centre:
        with pytest.raises(UserFacingError) as caught:
            decide_aid(store, actor, aid_id=aid_id, decided_on=TODAY, is_granted=True)
        assert caught.value.code is ErrorCode.NOT_ALLOWED
        return
    decide_aid(store, actor, aid_id=aid_id, decided_on=TODAY, is_granted=True)
    assert only(store, case_id).stage is LegalAidStage.GRANTED


def test_what_is_due_stands_on_the_board_and_leads_to_its_tab(store: Store) -> None:
    _case_id, aid_id = a_need(store)
    apply_for_aid(store, WORKER, aid_id=aid_id, applied_on=TODAY)
    tasks = board(store, TOWNSHIP, date(2026, 12, 1)).columns[BoardColumn.OVERDUE]
    (late,) = [task for task in tasks if task.kind is TaskKind.LEGAL_AID]
    assert (late.due_on, late.unit_id) == (date(2026, 11, 30), AID_CENTRE_ID)


def test_a_step_is_taken_back_with_the_request_that_went_with_it(store: Store) -> None:
    case_id, aid_id = a_need(store)
    applied = apply_for_aid(store, WORKER, aid_id=aid_id, applied_on=TODAY)
    assert applied.txn is not None
    undo(store, account_id=WORKER.account_id, txn=applied.txn)
    assert only(store, case_id).stage is LegalAidStage.SEEN
    assert [purpose for purpose, _ in requests(store)] == [
        HandoverPurpose.HELP_ASKED,
        HandoverPurpose.HELP_ENDED,
    ]


def test_legal_aid_of_a_confidential_case_is_shown_to_nobody_in_the_village(store: Store) -> None:
    case_id, aid_id = a_need(store)
    apply_for_aid(store, WORKER, aid_id=aid_id, applied_on=TODAY)
    with store.transaction(account_id="x", action="test") as tx:
        tx.session.get_one(CaseFile, case_id).is_confidential = True
    assert aid_of_case(store, WORKER, case_id).rows == ()
    assert aid_due(store, WORKER) == ()
    with pytest.raises(UserFacingError) as caught:
        see_need(store, WORKER, case_id=case_id, need="x", seen_on=TODAY)
    assert caught.value.code is ErrorCode.CASE_NOT_FOUND
    assert len(aid_due(store, TOWNSHIP)) == 1
