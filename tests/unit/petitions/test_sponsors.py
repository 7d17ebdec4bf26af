"""The five ones: who may name a leader, one at a time, and the leaders' board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.accounts.rules import may
from app.accounts.vocabulary import Permission, Role
from app.cases.vocabulary import CaseEventKind
from app.errors import ErrorCode, UserFacingError
from app.petitions.sponsor_actions import edit_sponsorship, end_sponsorship, name_sponsor
from app.petitions.sponsor_queries import leaders_board, sponsors_of
from app.petitions.sponsor_rules import (
    LONGEST,
    SponsorFields,
    Urgency,
    missing_of,
    of_wire,
    pressing_first,
    sponsor_problem,
)
from app.petitions.vocabulary import MissingOne, SponsorProblem
from app.store import Store
from app.undo import undo
from db.tables.cases import CaseEvent
from tests.helpers.stores import a_case, a_store, a_unit, an_actor, save, units_by_id

TODAY = date(2026, 11, 23)
VILLAGE = a_unit("坪坦村")
TOWNSHIP = units_by_id()[VILLAGE.parent_id or ""]
AT_TOWNSHIP = an_actor(Role.TOWNSHIP_CENTRE, TOWNSHIP, account_id="township")
WHOLE = SponsorFields(
    leader_name="石某",
    starts_on=TODAY,
    leader_id="leader",
    leader_post="副县长",
    task_force="林业局、司法所、村委会",
    plan="一周内重新踏勘界址，两周内签协议。",
    plan_due_on=TODAY + timedelta(days=14),
    handler_name="杨某",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = a_store(tmp_path)
    save(made, a_case(made, id="case", happened_on=date(2026, 9, 1)))
    yield made
    made.close()


def refused(work: object, *args: object, **more: object) -> UserFacingError:
    with pytest.raises(UserFacingError) as found:
        work(*args, **more)  # type: ignore[operator]
    return found.value


def test_what_is_missing_of_the_five() -> None:
    assert missing_of(None) == tuple(MissingOne)
    assert missing_of(WHOLE) == ()
    assert missing_of(replace(WHOLE, plan=" ", handler_name="")) == (
        MissingOne.PLAN,
        MissingOne.HANDLER,
    )


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, None),
        ({"leader_name": " "}, ("leader_name", SponsorProblem.LEADER_MISSING)),
        ({"plan": "字" * 4001}, ("plan", SponsorProblem.TOO_LONG)),
        ({"plan": "字" * 4000}, None),
        ({"ended_on": TODAY}, None),
        (
            {"ended_on": TODAY - timedelta(days=1)},
            ("ended_on", SponsorProblem.ENDS_BEFORE_START),
        ),
        (
            {"plan_due_on": TODAY - timedelta(days=1)},
            ("plan_due_on", SponsorProblem.PLAN_DUE_BEFORE_START),
        ),
    ],
)
def test_what_a_sponsorship_needs(changed: dict[str, object], found: object) -> None:
    assert sponsor_problem(replace(WHOLE, **changed)) == found  # type: ignore[arg-type]


def test_the_county_judges_every_field_it_is_sent() -> None:
    days = {"starts_on": TODAY.isoformat(), "plan_due_on": (TODAY + timedelta(days=14)).isoformat()}
    words = {name: getattr(WHOLE, name) for name in LONGEST}
    assert of_wire({**words, **days}) == replace(WHOLE, leader_id=None)


@pytest.mark.parametrize("role", Role)
def test_who_names_a_leader(store: Store, role: Role) -> None:
    actor = an_actor(role, TOWNSHIP, account_id=f"account-{role}")
    if may(role, Permission.NAME_SPONSOR):
        assert name_sponsor(store, actor, case_id="case", given=WHOLE).txn is not None
    else:
        error = refused(name_sponsor, store, actor, case_id="case", given=WHOLE)
        assert error.code is ErrorCode.NOT_ALLOWED


def test_one_leader_at_a_time_and_the_next_after_the_first_has_ended(store: Store) -> None:
    name_sponsor(store, AT_TOWNSHIP, case_id="case", given=WHOLE)
    error = refused(name_sponsor, store, AT_TOWNSHIP, case_id="case", given=WHOLE)
    assert error.params["problem"] is SponsorProblem.ANOTHER_IS_ACTIVE
    first = sponsors_of(store, AT_TOWNSHIP, "case").active
    assert first is not None
    end_sponsorship(store, AT_TOWNSHIP, sponsorship_id=first.sponsorship_id, ended_on=TODAY)
    name_sponsor(store, AT_TOWNSHIP, case_id="case", given=replace(WHOLE, leader_name="粟某"))
    view = sponsors_of(store, AT_TOWNSHIP, "case")
    assert [row.fields.leader_name for row in view.rows] == ["粟某", "石某"]
    assert view.active is view.rows[0]


def test_a_closed_case_gets_no_leader(store: Store) -> None:
    with store.laying_down() as session:
        session.connection().exec_driver_sql("UPDATE case_file SET state = 'closed'")
    error = refused(name_sponsor, store, AT_TOWNSHIP, case_id="case", given=WHOLE)
    assert error.params["problem"] is SponsorProblem.CASE_ENDED


def test_a_plan_is_edited_and_taken_back(store: Store) -> None:
    name_sponsor(store, AT_TOWNSHIP, case_id="case", given=replace(WHOLE, plan=""))
    row = sponsors_of(store, AT_TOWNSHIP, "case").active
    assert row is not None
    changes = edit_sponsorship(store, AT_TOWNSHIP, sponsorship_id=row.sponsorship_id, given=WHOLE)
    now = sponsors_of(store, AT_TOWNSHIP, "case").active
    assert now is not None
    assert (now.fields, now.missing) == (WHOLE, ())
    assert changes.txn is not None
    undo(store, account_id="township", txn=changes.txn)
    back = sponsors_of(store, AT_TOWNSHIP, "case").active
    assert back is not None
    assert back.missing == (MissingOne.PLAN,)


def test_nobody_edits_what_is_gone(store: Store) -> None:
    error = refused(end_sponsorship, store, AT_TOWNSHIP, sponsorship_id="gone", ended_on=TODAY)
    assert error.code is ErrorCode.SPONSOR_GONE


def test_the_board_says_how_old_how_late_and_what_moved(store: Store) -> None:
    name_sponsor(store, AT_TOWNSHIP, case_id="case", given=WHOLE)
    late = replace(
        WHOLE, leader_name="粟某", starts_on=date(2026, 10, 1), plan="", plan_due_on=None
    )
    save(
        store,
        a_case(store, id="late", number="TD-2", title="积案", happened_on=date(2025, 11, 23)),
        *(
            CaseEvent(
                unit_id=VILLAGE.id,
                case_id="late",
                kind=CaseEventKind.NOTE_ADDED,
                note="问过",
                by_account_id="township",
                happened_at=store.clock.now() - timedelta(days=days),
            )
            for days in (0, 40)
        ),
    )
    name_sponsor(store, AT_TOWNSHIP, case_id="late", given=late)
    with store.laying_down() as session:
        session.connection().exec_driver_sql(
            "UPDATE case_file SET state = 'under_way', due_on = '2026-11-13' WHERE id = 'late'"
        )
    board = leaders_board(store, AT_TOWNSHIP)
    assert [row.leader for row in board.rows] == ["粟某", "石某"]
    first, second = board.rows
    assert (first.urgency, first.is_late) == (Urgency(10, 365, 1), True)
    assert (second.urgency, second.due_on) == (Urgency(0, 83, 0), WHOLE.plan_due_on)
    assert first.missing == (MissingOne.PLAN,)
    (leader,) = board.leaders
    assert (leader.key, leader.cases, leader.late) == (first.leader_id, 2, 1), "one account"
    with store.laying_down() as session:
        session.connection().exec_driver_sql("UPDATE case_file SET state = 'closed'")
    assert leaders_board(store, AT_TOWNSHIP).rows == ()


@pytest.mark.parametrize("role", Role)
def test_who_sees_the_board(store: Store, role: Role) -> None:
    save(
        store,
        a_case(store, id="secret", unit_id=TOWNSHIP.id, is_confidential=True, number="TD-9"),
    )
    for case_id in ("case", "secret"):
        name_sponsor(store, AT_TOWNSHIP, case_id=case_id, given=WHOLE)
    actor = an_actor(role, TOWNSHIP, account_id=f"account-{role}")
    if not may(role, Permission.SEE_CASES):
        assert refused(leaders_board, store, actor).code is ErrorCode.NOT_ALLOWED
        return
    shown = {row.case_id for row in leaders_board(store, actor).rows}
    assert ("secret" in shown) is may(role, Permission.SEE_CONFIDENTIAL)


def test_the_latest_comes_first_then_what_does_not_move_then_the_oldest() -> None:
    rows = [
        Urgency(0, 9, 1),
        Urgency(0, 5, 0),
        Urgency(0, 90, 0),
        Urgency(2, 1, 4),
        Urgency(8, 1, 0),
    ]
    assert sorted(rows, key=pressing_first) == [
        Urgency(8, 1, 0),
        Urgency(2, 1, 4),
        Urgency(0, 90, 0),
        Urgency(0, 5, 0),
        Urgency(0, 9, 1),
    ]
