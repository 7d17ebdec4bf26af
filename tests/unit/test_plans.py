"""How SQLite means to answer what people wait for: by an index, never by reading a register from
end to end. A county's file holds 240,000 residents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from app.accounts.vocabulary import Role
from app.board.queries import board, reminders
from app.cases.finding import find_residents
from app.cases.listing import OPEN_STATES, CaseFilter, case_rows
from app.cases.queries import one_case
from app.cases.vocabulary import CaseState, FlowStage, Urgency
from app.flow.waiting import waiting
from app.grid_work.lists import (
    WorkFilter,
    hazard_page,
    recorders,
    service_page,
    visit_page,
)
from app.households.life_queries import household_page
from app.households.queries import (
    NO_MICRO_GRID,
    household_rows,
    micro_grid_rows,
    next_household_number,
    one_household,
    place_of,
    residents_count,
    villages_with_roster,
)
from app.incidents.queries import IncidentFilter, incident_rows
from app.mediation.vocabulary import MediationWay
from app.organisations.vocabulary import UnitKind
from app.outbox_rows import outbox_rows
from app.search import search
from app.statistics.queries import counts_now
from app.store import Store
from app.today.queries import today_view
from tests.helpers.stores import a_store, a_unit, an_actor

VILLAGE = a_unit().id
TODAY = date(2026, 11, 23)
COUNTY = an_actor(Role.COUNTY_CENTRE, a_unit("通道侗族自治县"))
TOWNSHIP = a_unit("坪坦乡", kind=UnitKind.TOWNSHIP)
SMALL = (
    *("account", "a", "unit", "u", "g", "micro_grid"),
    *("rule_set", "motion", "motion_event", "ballot_withdrawal"),
)
"""Tables and their aliases a scan of which costs little: people who sign in, units, micro-grids
(3,400 in the county), the outbox, and what belongs to votes."""
NEWEST_FIRST = ("ix_case_file_newest", "ix_incident_newest", "ix_case_file_confidential")
"""The lists of cases and incidents walk the index and stop after a page; confidential cases are
few."""
MEANT = ("SCAN o USING INDEX ix_outbox_to_mend", "SCAN o")
"""All that is to be mended, and nothing of what waits or was taken; the places of incidents, which
have words in the middle."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Empty: SQLite plans by the indexes there are, nobody runs ANALYZE."""
    made = a_store(tmp_path_factory.mktemp("plans"))
    yield made
    made.close()


@contextmanager
def scans(store: Store) -> Iterator[list[str]]:
    """What is read from end to end by the statements in the block."""
    with plans(store, _scans_of) as found:
        yield found


@contextmanager
def plans(
    store: Store, chosen: Callable[[list[str]], list[str]] = lambda steps: steps
) -> Iterator[list[str]]:
    """The steps of the plans of all statements in the block."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        asked.append((statement, values))

    found: list[str] = []
    event.listen(store.engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)
    with store.engine.connect() as connection:
        for statement, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            found += chosen([row[3] for row in plan])


def _scans_of(steps: list[str]) -> list[str]:
    """A full-text table, a list that was bound and what a subquery made are meant to be read."""
    made = {step.split(" ")[1] for step in steps if step.startswith(("CO-ROUTINE", "MATERIALIZE"))}
    return [
        step
        for step in steps
        if step.startswith("SCAN ")
        and "VIRTUAL TABLE" not in step
        and step.split(" ")[1] not in {*made, *SMALL, "CONSTANT"}
    ]


QUERIES: dict[str, Callable[[Store], object]] = {
    "villages": villages_with_roster,
    "micro-grids": lambda store: micro_grid_rows(store, VILLAGE),
    "totals": lambda store: residents_count(store, VILLAGE),
    "households": lambda store: household_rows(store, VILLAGE),
    "households of a micro-grid": lambda store: household_rows(
        store, VILLAGE, micro_grid_id="grid"
    ),
    "households in none": lambda store: household_rows(store, VILLAGE, micro_grid_id=NO_MICRO_GRID),
    "households found": lambda store: household_rows(store, VILLAGE, typed="yx"),
    "one household": lambda store: one_household(store, "household"),
    "a place": lambda store: place_of(store, "household"),
    "the next number": lambda store: next_household_number(store, VILLAGE),
    "search": lambda store: search(store, "yx"),
    "people for a case": lambda store: find_residents(store, "yx"),
    "incidents found": lambda store: incident_rows(store, IncidentFilter(text="yx")),
    "visits found": lambda store: visit_page(store, COUNTY, WorkFilter(VILLAGE, typed="yx")),
    "services found": lambda store: service_page(store, COUNTY, WorkFilter(VILLAGE, typed="yx")),
    "hazards found": lambda store: hazard_page(store, COUNTY, WorkFilter(VILLAGE, typed="yx")),
    "who visited": lambda store: recorders(store, COUNTY, VILLAGE),
    "the page of a household": lambda store: household_page(store, COUNTY, "household"),
    "what came back": lambda store: outbox_rows(store, only_refused=True),
    "one case": lambda store: one_case(store, "case"),
    "cases found": lambda store: case_rows(store, CaseFilter(text="吴永")),
    "cases of some villages": lambda store: case_rows(
        store, CaseFilter(unit_ids=frozenset({VILLAGE}))
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_no_register_is_read_from_end_to_end(store: Store, name: str) -> None:
    with scans(store) as found:
        QUERIES[name](store)
    assert _unwanted(found) == []


@pytest.mark.parametrize("name", [name for name in QUERIES if name.endswith("found")])
def test_nor_is_it_for_a_single_letter(
    store: Store, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fits a great part of the file is asked the other way round."""
    for module in ("app.incidents.queries", "app.households.matching"):
        monkeypatch.setattr(f"{module}.fits_many", lambda *_, **__: True)
    monkeypatch.setattr("app.cases.listing.fits_more_than", lambda *_: True)
    with scans(store) as found:
        QUERIES[name](store)
    assert _unwanted(found) == []


def _unwanted(found: list[str]) -> list[str]:
    return [
        step
        for step in found
        if step not in MEANT and not any(index in step for index in NEWEST_FIRST)
    ]


def test_counts_are_answered_by_indexes_alone(store: Store) -> None:
    with scans(store) as found:
        counts_now(store, COUNTY)
    assert [step for step in found if "USING COVERING INDEX" not in step] == []


def test_today_reads_what_is_open_and_nothing_else(store: Store) -> None:
    with scans(store) as found:
        today_view(store, an_actor(Role.TOWNSHIP_CENTRE, TOWNSHIP))
        today_view(store, an_actor(Role.COUNTY_CENTRE, a_unit("通道侗族自治县")))
    few = (
        *("ix_case_file_open", "ix_case_event_risk_open", "ix_hazard_open"),
        *("ix_handover_with_day", "ix_incident_counted", "ix_outbox_to_mend", "ix_outbox_waiting"),
    )
    assert [step for step in found if not any(index in step for index in few)] == []


def test_a_register_read_from_end_to_end_is_noticed(store: Store) -> None:
    """The test of the tests above."""
    with scans(store) as found, store.reading() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM resident WHERE phone = '1'")
    assert found == ["SCAN resident"]


FILTERS = {
    "state": CaseFilter(states=frozenset({CaseState.UNDER_WAY})),
    "way and stage": CaseFilter(
        ways=frozenset({MediationWay.JUDICIAL}), stages=frozenset({FlowStage.JOINT})
    ),
    "urgency and class": CaseFilter(urgencies=frozenset({Urgency.HIGH}), class_code="02"),
    "overdue": CaseFilter(due_last=TODAY),
    "my first contacts": CaseFilter(first_contact_id="account"),
    "in whose hands, of a year": CaseFilter(in_hand_of=frozenset({VILLAGE}), first_day=TODAY),
}


FEW = {
    "open": (CaseFilter(states=OPEN_STATES), "ix_case_file_open"),
    "open, of some villages": (
        CaseFilter(states=OPEN_STATES, unit_ids=frozenset({VILLAGE})),
        "ix_case_file_open",
    ),
    "overdue": (CaseFilter(due_last=TODAY), "ix_case_file_due_open"),
    "overdue, of a class": (CaseFilter(due_last=TODAY, class_code="02"), "ix_case_file_due_open"),
}


@pytest.mark.parametrize("name", FEW)
def test_what_is_open_or_due_is_read_from_the_few(store: Store, name: str) -> None:
    wanted, index = FEW[name]
    with plans(store) as found:
        case_rows(store, wanted)
    walks = [step for step in found if step.split(" ")[1] == "c" and "COVERING INDEX" in step]
    assert [index in step for step in walks] == [True]


def test_what_the_chain_waits_for_is_read_from_the_few(store: Store) -> None:
    with plans(store) as found:
        waiting(store, COUNTY, TODAY)
    of_cases = [step for step in found if step.split(" ")[1] == "c"]
    assert of_cases
    assert all("ix_case_file_open" in step for step in of_cases)
    assert not [step for step in found if step.startswith(("SCAN t", "SCAN h"))]


@pytest.mark.parametrize("name", FILTERS)
def test_the_list_of_cases_is_narrowed_within_its_index(store: Store, name: str) -> None:
    with plans(store) as found:
        case_rows(store, FILTERS[name])
    assert len([step for step in found if " c USING COVERING INDEX " in step]) == 1
    assert [step for step in _scans_of(found) if "USING COVERING INDEX" not in step] == []


WORDS = {
    "one": CaseFilter(text="吴"),
    "two, one of them a class": CaseFilter(text="吴 责任"),
    "of a village": CaseFilter(text="吴", unit_ids=frozenset({VILLAGE})),
    "open": CaseFilter(text="吴", states=OPEN_STATES),
    "of a year": CaseFilter(text="吴", first_day=TODAY),
}


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("is_common", [False, True])
def test_words_are_one_look_however_many_they_are(
    store: Store, name: str, is_common: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of few the cases are read by their row numbers, of many the list is walked as ever."""
    monkeypatch.setattr("app.cases.listing.fits_more_than", lambda *_: is_common)
    with plans(store) as found:
        case_rows(store, WORDS[name])
    of_words = [step for step in found if "search_cases" in step]
    of_cases = next(step for step in found if step.split(" ")[1] == "c")
    assert len(of_words) == 1
    assert ("COVERING INDEX" if is_common else "PRIMARY KEY (rowid=?)") in of_cases


@pytest.mark.parametrize("read", [board, reminders])
def test_the_board_reads_what_is_open_and_nothing_else(store: Store, read: Any) -> None:
    few = (
        *("ix_case_file_open", "ix_case_file_due_open", "ix_case_file_confidential"),
        *(
            "ix_handover_with_day",
            "ix_sponsorship_plan_open",
            "ix_legal_aid_open",
            "ix_outreach_finding_open",
        ),
    )
    with scans(store) as found:
        read(store, an_actor(Role.TOWNSHIP_CENTRE, TOWNSHIP), TODAY)
        read(store, COUNTY, TODAY)
    assert [step for step in found if not any(index in step for index in few)] == []
