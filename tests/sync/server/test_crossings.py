"""A case closed in the village while somebody else hands it on: both facts, put before a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from sync.server.county import County
from tests.helpers.clock import FakeClock
from tests.sync.server.conftest import FORESTRY, TOWNSHIP, VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, case_event, case_file
from tests.sync.server.test_conflicts import settle, state_of
from tests.sync.server.test_scope_moves import handover


@pytest.fixture
def met(people: People, county: County, clock: FakeClock) -> Iterator[tuple[FakeLaptop, ...]]:
    """The village and its township; both hold a case that is settled but not closed."""
    village = people.laptop(VILLAGE, Role.VILLAGE_SECRETARY)
    township = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    yield village, township
    for laptop in (village, township):
        laptop.sync_all()
        laptop.assert_equal()
    assert county.check() == []


def a_settled_case(village: FakeLaptop, township: FakeLaptop, clock: FakeClock) -> str:
    case = village.put("case_file", case_file(village.account_id))["record_id"]
    for kind in ("recorded", "settled"):
        village.put("case_event", case_event(case, kind, village.account_id))
        village.sync()
    township.sync_all()
    clock.advance(timedelta(hours=1))
    return str(case)


def close(laptop: FakeLaptop, case: str) -> dict[str, Any]:
    body = case_event(case, "closed", laptop.account_id, note="双方签字")
    return laptop.put("case_event", {**body, "unit_id": VILLAGE})


@pytest.mark.parametrize("is_closed_first", [True, False])
def test_a_case_closed_and_sent_at_once_is_put_before_a_person(
    met: tuple[FakeLaptop, FakeLaptop],
    people: People,
    clock: FakeClock,
    sql: Connection[Any],
    is_closed_first: bool,
) -> None:
    village, township = met
    case = a_settled_case(village, township, clock)
    close(village, case)
    handover(township, "case_file", case, target=FORESTRY)
    for laptop in (village, township) if is_closed_first else (township, village):
        answer = laptop.sync()
        assert {row["verdict"] for row in answer["verdicts"].values()} == {"applied"}
        clock.advance(timedelta(minutes=1))
    village.sync()
    (conflict,) = village.ids("conflict")
    body = village.rows["conflict", conflict]
    assert (body["kind"], body["subject_id"]) == ("case_closed_and_sent", case)
    assert (body["current_by"], body["other_by"]) == (village.account_id, township.account_id)
    assert json.loads(body["detail"]) == {"closing_note": "双方签字", "to_unit_id": FORESTRY}
    forestry = people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER)
    forestry.sync_all()
    assert forestry.ids("conflict") == {conflict}, "whoever has the case now sees it as well"
    settled = settle(village, conflict, "reopen_case")
    event = case_event(case, "reopened", village.account_id)
    again = village.put("case_event", event, txn=settled["op_no"])
    assert village.verdict_of(again)["verdict"] == "applied"
    assert state_of(sql, conflict) == "settled"


def test_a_closed_case_that_is_handed_on_knowingly_crosses_nothing(
    met: tuple[FakeLaptop, FakeLaptop], clock: FakeClock
) -> None:
    village, township = met
    case = a_settled_case(village, township, clock)
    close(village, case)
    village.sync()
    clock.advance(timedelta(minutes=1))
    township.sync_all()
    clock.advance(timedelta(minutes=1))
    asked = handover(township, "case_file", case, target=FORESTRY)
    assert township.verdict_of(asked)["verdict"] == "applied"
    village.sync()
    assert village.ids("conflict") == set()


def test_help_asked_for_crosses_no_closing(
    met: tuple[FakeLaptop, FakeLaptop], clock: FakeClock
) -> None:
    """Who leads is another question than who helps: the case stays where it is."""
    village, township = met
    case = a_settled_case(village, township, clock)
    close(village, case)
    village.sync()
    clock.advance(timedelta(minutes=1))
    asked = handover(township, "case_file", case, target=FORESTRY, purpose="help_asked")
    assert township.verdict_of(asked)["verdict"] == "applied"
    village.sync()
    assert village.ids("conflict") == set()
