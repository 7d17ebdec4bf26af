"""Sending a case on asks the county; nothing moves here."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.accounts.vocabulary import Role
from app.cases.actions import add_case_event
from app.cases.listing import CaseFilter, case_rows
from app.cases.queries import one_case, units_seen
from app.cases.vocabulary import CaseBlock, CaseEventKind, CaseKind
from app.errors import ErrorCode, UserFacingError
from app.flow.actions import dispatch, end_help, escalate, return_case, take_back, urge
from app.flow.queries import flow_of
from app.flow.vocabulary import TurnPart
from app.handovers.vocabulary import HandoverProblem, HandoverPurpose
from app.store import Store
from app.undo import undo
from db.tables.handovers import Handover
from tests.helpers.flow import FORESTRY, HOUSING, TOWNSHIP, VILLAGE, Chain
from tests.helpers.stores import a_store, an_actor

P, K = HandoverPurpose, CaseEventKind
WORKER = an_actor(Role.GRID_WORKER)
FORESTER = an_actor(Role.DEPARTMENT_HANDLER, "县林业局")
HELPER = an_actor(Role.DEPARTMENT_HANDLER, "县住房和城乡建设局")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path)


@pytest.fixture
def chain(store: Store) -> Chain:
    made = Chain(store)
    made.event(K.RECORDED)
    return made


def handovers(store: Store) -> list[tuple[P, str, str]]:
    with store.reading() as session:
        found = session.exec(select(Handover).order_by(text("rowid"))).all()
        return [(one.purpose, one.from_unit_id, one.to_unit_id) for one in found]


def problem_of(error: pytest.ExceptionInfo[UserFacingError]) -> object:
    return error.value.params.get("problem", error.value.code)


def test_one_change_of_the_lead_waits_at_a_time_and_helpers_beside_it(
    store: Store, chain: Chain
) -> None:
    changes = dispatch(
        store, WORKER, case_id=chain.case_id, to_unit_id=FORESTRY, due_on=date(2026, 12, 1)
    )
    dispatch(
        store, WORKER, case_id=chain.case_id, to_unit_id=HOUSING, part=TurnPart.HELPER, note=" 请 "
    )
    for again in (
        lambda: escalate(store, WORKER, case_id=chain.case_id, reason="办不了"),
        lambda: dispatch(
            store, WORKER, case_id=chain.case_id, to_unit_id=HOUSING, part=TurnPart.HELPER
        ),
    ):
        with pytest.raises(UserFacingError) as error:
            again()
        assert error.value.code is ErrorCode.HANDOVER_PENDING
    assert handovers(store) == [
        (P.DISPATCHED, VILLAGE, FORESTRY),
        (P.HELP_ASKED, VILLAGE, HOUSING),
    ]
    view = flow_of(store, WORKER, chain.case_id)
    assert view is not None
    assert (view.lead_unit_id, view.helpers) == (VILLAGE, ())
    assert changes.txn is not None
    undo(store, account_id=WORKER.account_id, txn=changes.txn)
    assert handovers(store)[-1] == (P.HANDED_OVER, FORESTRY, VILLAGE)


def test_what_is_only_asked_for_is_asked_back_once(store: Store, chain: Chain) -> None:
    dispatch(store, WORKER, case_id=chain.case_id, to_unit_id=HOUSING, part=TurnPart.HELPER)
    view = flow_of(store, WORKER, chain.case_id)
    assert view is not None
    (asked,) = view.asked
    assert asked.may_take_back
    take_back(store, WORKER, handover_id=asked.handover_id)
    assert handovers(store)[-1] == (P.HELP_ENDED, HOUSING, VILLAGE)
    with pytest.raises(UserFacingError) as error:
        take_back(store, WORKER, handover_id=asked.handover_id)
    assert error.value.code is ErrorCode.UNDO_TOO_LATE


def test_a_return_is_not_undone(store: Store, chain: Chain) -> None:
    chain.hand(P.DISPATCHED, VILLAGE, FORESTRY)
    changes = return_case(store, FORESTER, case_id=chain.case_id, reason="不归我们管")
    assert handovers(store)[-1] == (P.RETURNED, FORESTRY, VILLAGE)
    assert changes.txn is not None
    with pytest.raises(UserFacingError) as error:
        undo(store, account_id=FORESTER.account_id, txn=changes.txn)
    assert error.value.code is ErrorCode.UNDO_TOO_LATE


def test_a_helper_gives_its_help_back_to_who_leads(store: Store, chain: Chain) -> None:
    chain.hand(P.DISPATCHED, VILLAGE, FORESTRY)
    chain.hand(P.HELP_ASKED, FORESTRY, HOUSING)
    return_case(store, HELPER, case_id=chain.case_id, reason="不归我们管")
    assert handovers(store)[-1] == (P.HELP_ENDED, HOUSING, FORESTRY)
    with pytest.raises(UserFacingError) as error:
        end_help(store, WORKER, case_id=chain.case_id, unit_id=HOUSING)
    assert problem_of(error) is HandoverProblem.NOT_LEADING


def test_what_is_wrong_is_said_and_nothing_written(store: Store, chain: Chain) -> None:
    about = {"case_id": chain.case_id, "to_unit_id": FORESTRY}
    with pytest.raises(UserFacingError) as error:
        dispatch(store, WORKER, **about, due_on=date(2026, 11, 22))
    assert problem_of(error) is HandoverProblem.DUE_IN_THE_PAST
    with pytest.raises(UserFacingError) as error:
        dispatch(store, WORKER, **about, note="字" * 1001)
    assert error.value.code is ErrorCode.HANDOVER_NOTE_TOO_LONG
    with pytest.raises(UserFacingError) as error:
        dispatch(store, WORKER, case_id="gone", to_unit_id=FORESTRY)
    assert error.value.code is ErrorCode.CASE_NOT_FOUND
    chain.event(K.REFUSED)
    with pytest.raises(UserFacingError) as error:
        dispatch(store, WORKER, **about)
    assert problem_of(error) is HandoverProblem.ENDED
    assert handovers(store) == []


def test_who_waits_reminds_each_once_a_day(store: Store, chain: Chain) -> None:
    chain.hand(P.DISPATCHED, VILLAGE, FORESTRY)
    chain.hand(P.HELP_ASKED, FORESTRY, HOUSING)
    urge(store, WORKER, case_id=chain.case_id, unit_ids=[FORESTRY])
    urge(store, WORKER, case_id=chain.case_id, unit_ids=[FORESTRY, HOUSING])
    with pytest.raises(UserFacingError) as error:
        urge(store, WORKER, case_id=chain.case_id, unit_ids=[FORESTRY, HOUSING])
    assert error.value.params == {"unit": "县林业局"}


def test_a_helper_sees_and_reports_and_nothing_is_closed_without_it(
    store: Store, chain: Chain
) -> None:
    chain.hand(P.DISPATCHED, VILLAGE, FORESTRY)
    chain.hand(P.HELP_ASKED, FORESTRY, HOUSING)
    seen = units_seen(HELPER)
    assert seen is not None
    assert [row.case_id for row in case_rows(store, CaseFilter(unit_ids=seen)).rows]
    found = one_case(store, chain.case_id, unit_ids=seen, reader=HELPER)
    assert found is not None
    assert found.holder_unit_ids == {FORESTRY, HOUSING}
    for kind, values in (
        (K.SETTLED, {}),
        (K.FEEDBACK_GIVEN, {"given_on": date(2026, 11, 23)}),
    ):
        add_case_event(store, WORKER, case_id=chain.case_id, kind=kind, values=values)
    for actor in (FORESTER, HELPER):
        with pytest.raises(UserFacingError) as error:
            add_case_event(store, WORKER, case_id=chain.case_id, kind=K.CLOSED)
        assert error.value.params["block"] is CaseBlock.LOOP_OPEN
        add_case_event(
            store, actor, case_id=chain.case_id, kind=K.REPORTED_BACK, values={"result": "办好了"}
        )
    add_case_event(store, WORKER, case_id=chain.case_id, kind=K.CLOSED)


def test_a_stranger_neither_sees_nor_sends(store: Store, chain: Chain) -> None:
    assert one_case(store, chain.case_id, unit_ids=units_seen(FORESTER), reader=FORESTER) is None
    with pytest.raises(UserFacingError) as error:
        dispatch(store, FORESTER, case_id=chain.case_id, to_unit_id=HOUSING)
    assert error.value.code is ErrorCode.NOT_ALLOWED


def test_a_confidential_case_is_not_sent_to_a_village(store: Store) -> None:
    chain = Chain(store, kind=CaseKind.PETITION, unit_id=TOWNSHIP, is_confidential=True)
    centre = an_actor(Role.TOWNSHIP_CENTRE, "坪坦乡")
    with pytest.raises(UserFacingError) as error:
        dispatch(store, centre, case_id=chain.case_id, to_unit_id=VILLAGE)
    assert problem_of(error) is HandoverProblem.CONFIDENTIAL
