"""Which column a task stands in, and whose it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.accounts.vocabulary import Role
from app.board.rules import BoardColumn as C
from app.board.rules import BoardTask, Reader, TaskKind, column_of, is_mine, merged
from app.flow.vocabulary import Wait

TODAY = date(2026, 11, 23)
MINE = Reader("zhang", "village", Role.MEDIATOR)


def a_task(**fields: object) -> BoardTask:
    usual = {"kind": TaskKind.CASE, "entity": "case_file", "record_id": "c", "title": "山林"}
    return BoardTask(**{**usual, "unit_id": "village", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "unit_id", "column"),
    [
        (-400, "village", C.OVERDUE),
        (-400, "court", C.OVERDUE),
        (-1, "village", C.OVERDUE),
        (0, "village", C.DUE),
        (3, "court", C.DUE),
        (4, "village", C.FOR_ME),
        (4, "court", C.FOR_OTHERS),
        (None, "village", C.FOR_ME),
        (None, "court", C.FOR_OTHERS),
    ],
)
def test_the_last_day_comes_first_then_whose_turn_it_is(days, unit_id, column) -> None:
    due_on = None if days is None else TODAY + timedelta(days=days)
    task = a_task(due_on=due_on, unit_id=unit_id)

    assert column_of(task, MINE, today=TODAY, remind_days=3) is column


@pytest.mark.parametrize("role", Role)
def test_a_leader_has_his_own_cases_and_no_unit_s(role) -> None:
    reader = Reader("zhang", "village", role)

    assert is_mine(a_task(account_id="zhang", unit_id="other"), reader)
    assert not is_mine(a_task(account_id="li"), reader)
    assert is_mine(a_task(), reader) == (role is not Role.SPONSOR_LEADER)


def test_a_case_is_one_line_with_its_nearest_day_and_whom_it_waits_for() -> None:
    clock = a_task(due_on=TODAY, limit="county_met")
    sent = a_task(unit_id="court", wait=Wait.TAKE_ON, since=TODAY - timedelta(days=2))
    later = a_task(due_on=TODAY + timedelta(days=9), limit="plan")

    (one,) = merged([later, clock, sent])

    assert (one.due_on, one.limit) == (TODAY, "county_met")
    assert (one.unit_id, one.wait) == ("court", Wait.TAKE_ON)
    mine = a_task(wait=Wait.TAKE_ON, since=TODAY, is_help=True)
    (one,) = merged([later, clock, sent, mine], "village")
    assert (one.unit_id, one.limit) == ("village", "county_met")


def test_what_the_court_s_way_gives_stands_beside_the_nearest_day_and_only_once() -> None:
    clock = a_task(due_on=TODAY, limit="county_met")
    right = a_task(kind=TaskKind.COURT, due_on=TODAY, limit="confirmation_application")
    ruling = a_task(kind=TaskKind.COURT, due_on=TODAY, limit="confirmation_ruling")

    assert [one.limit for one in merged([right, clock])] == [
        "county_met",
        "confirmation_application",
    ]
    folded = a_task(due_on=TODAY, limit="confirmation_ruling")
    assert merged([folded, ruling]) == (folded,)


@pytest.mark.parametrize(
    ("reader", "shown", "beside"),
    [
        ("village", "county_closed", "dispatch"),  # leads
        ("centre", "county_closed", "dispatch"),  # waits for it
        ("forestry", "dispatch", "county_closed"),  # helps, and was given a later day
    ],
)
def test_a_row_shows_the_day_that_binds_who_looks_and_names_the_other(reader, shown, beside):
    closing = a_task(due_on=TODAY, limit="county_closed", unit_id="village")
    given = a_task(
        due_on=TODAY + timedelta(days=9), limit="dispatch", unit_id="forestry", is_help=True
    )

    (one,) = merged([given, closing], reader)

    assert (one.limit, one.beside) == (shown, beside)
