"""The grid desk under attack: what a changed program may send, and what crosses on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from app.cases.vocabulary import RiskAnswer
from app.incidents.vocabulary import PoliceMediation, PoliceReport
from app.votes.tallies import unpack_tally
from sync.server.county import County
from tests.sync.server.conftest import TOWNSHIP, VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, household, resident
from tests.sync.server.test_conflicts import settle, state_of
from tests.sync.server.test_doubles import doubled, merge, two  # noqa: F401
from tests.sync.server.test_grid_work import hazard, service, visit
from tests.sync.server.test_incidents import an_incident, say
from tests.sync.server.test_roster_life import DAY, an_event

PROTOCOL = 2

# --- papers nobody wrote --------------------------------------------------------------------------

HOSTILE = {
    "deep_list": "[" * 7999,
    "deep_object": '{"a":' * 1500,
    "no_object": '["station"]',
    "wrong_types": '{"station": [], "at": {}, "risk": [], "signers": [[], 1], "counts": 3}',
    "outside_of_time": '{"station": "所", "at": "0001-01-01T00:00:00+23:59"}',
    "nothing": "",
}


@pytest.mark.parametrize("detail", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    "read",
    [PoliceReport.of_detail, PoliceMediation.of_detail, RiskAnswer.of_detail, unpack_tally],
)
def test_no_paper_breaks_its_reader(read: Callable[[str], Any], detail: str) -> None:
    """Else nobody could open the record any more that it came with."""
    found = read(detail)
    assert getattr(found, "at", None) is None


@pytest.mark.parametrize("detail", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_paper_is_refused_and_poisons_nothing(laptop: FakeLaptop, detail: str) -> None:
    incident_id = an_incident(laptop)
    assert say(laptop, incident_id, "reported_to_police", detail=detail)["reason"] == "bad_value"
    assert say(laptop, incident_id, "closed")["verdict"] == "applied"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_without_a_day_before_or_after(laptop: FakeLaptop, day: str) -> None:
    """Screens ask for the day after; the county keeps no day that has none."""
    member = {"name": "石某", "post": "policeman", "starts_on": day}
    assert laptop.verdict_of(laptop.put("team_member", member))["reason"] == "bad_value"
    late = {"household_id": laptop.put("household", household())["record_id"]}
    moment = {**late, "recorded_at": f"{day}T23:30:00.000Z"}
    found = laptop.put("roster_event", an_event(late["household_id"], laptop, **moment))
    assert laptop.verdict_of(found)["reason"] == "bad_value"


# --- in whose name --------------------------------------------------------------------------------


def _signed(laptop: FakeLaptop, home: str, signer: str) -> dict[str, dict[str, Any]]:
    return {
        "roster_event": an_event(home, laptop) | {"by_account_id": signer},
        "visit": visit(home, laptop.account_id) | {"by_account_id": signer},
        "micro_service": service(laptop.account_id) | {"by_account_id": signer},
        "hazard": hazard(laptop.account_id) | {"by_account_id": signer},
    }


@pytest.mark.parametrize("entity", ["roster_event", "visit", "micro_service", "hazard"])
def test_nobody_writes_down_work_in_the_name_of_another_unit(people: People, entity: str) -> None:
    laptop = people.laptop()
    home = str(laptop.put("household", household())["record_id"])
    for signer in (people.account(TOWNSHIP, Role.TOWNSHIP_CENTRE), "nobody"):
        forged = laptop.put(entity, _signed(laptop, home, signer)[entity])
        found = laptop.verdict_of(forged)
        assert (found["reason"], found["detail"]["why"]) == ("not_permitted", "by_another_account")
    colleague = people.account(VILLAGE, Role.VILLAGE_SECRETARY)
    mended = laptop.put(entity, _signed(laptop, home, colleague)[entity])
    assert laptop.verdict_of(mended)["verdict"] == "applied", "mended where it was written"


@pytest.mark.parametrize("entity", ["roster_event", "visit", "micro_service", "hazard"])
def test_nobody_rewrites_who_wrote_it_down_and_when(people: People, entity: str) -> None:
    laptop = people.laptop()
    home = str(laptop.put("household", household())["record_id"])
    made = str(laptop.put(entity, _signed(laptop, home, laptop.account_id)[entity])["record_id"])
    laptop.sync()
    for name, value in (
        ("by_account_id", people.account(VILLAGE, Role.VILLAGE_SECRETARY)),
        ("recorded_at", "2020-01-01T00:00:00.000Z"),
    ):
        found = laptop.verdict_of(laptop.edit(entity, made, **{name: value}))
        assert found["detail"] == {"fields": {name: "not_to_be_changed"}}


def test_incidents_of_one_village_are_not_sent_to_another(people: People, county: County) -> None:
    """Nor to a department; and neither writes into them."""
    incident_id = an_incident(people.laptop())
    for unit, role in (
        (other_village(county), Role.VILLAGE_SECRETARY),
        (other_village(county), Role.AUXILIARY_POLICE),
    ):
        stranger = people.laptop(unit, role)
        stranger.sync_all()
        assert not stranger.ids("incident") | stranger.ids("incident_person")
        found = say(stranger, incident_id, "note_added", note="x")
        assert found["verdict"] == "refused"


# --- what crosses ---------------------------------------------------------------------------------


def _merged_away(laptop: FakeLaptop, home: str) -> None:
    laptop.edit("household", home, dissolved_on=DAY)
    laptop.sync()


@pytest.mark.parametrize("is_birth_first", [True, False])
def test_a_child_born_into_a_household_another_laptop_dissolved_is_put_before_a_person(
    two: tuple[FakeLaptop, FakeLaptop],  # noqa: F811
    sql: Connection[Any],
    is_birth_first: bool,
) -> None:
    first, second = two
    home = str(first.put("household", household())["record_id"])
    first.sync()
    second.sync()
    if not is_birth_first:
        _merged_away(first, home)
    second.put("resident", resident(home))
    second.sync()
    if is_birth_first:
        _merged_away(first, home)
    first.sync()
    (conflict,) = first.ids("conflict")
    body = first.rows["conflict", conflict]
    assert (body["subject_id"], body["field_name"]) == (home, "dissolved_on")
    assert [json.loads(body[f"{side}_value"]) for side in ("current", "other")] == [DAY, None]
    edit = first.edit("household", home, dissolved_on=None)
    settle(first, conflict, "take_other", txn=edit["op_no"])
    first.sync()
    assert state_of(sql, conflict) == "settled"


def test_two_households_merged_into_each_other_are_both_put_before_a_person(
    two: tuple[FakeLaptop, FakeLaptop],  # noqa: F811
    sql: Connection[Any],
) -> None:
    first, second = two
    homes = [str(first.put("household", household(number=n))["record_id"]) for n in "12"]
    people = [str(first.put("resident", resident(home))["record_id"]) for home in homes]
    first.sync()
    second.sync()
    for laptop, here, there in ((first, 0, 1), (second, 1, 0)):
        txn = laptop.edit("household", homes[here], dissolved_on=DAY)["op_no"]
        laptop.put(
            "resident",
            {"household_id": homes[there]},
            record_id=people[here],
            base={"household_id": 1},
            txn=txn,
        )
        laptop.sync()
    first.sync()
    found = {first.rows["conflict", one]["subject_id"] for one in first.ids("conflict")}
    assert found == set(homes)
    # Somebody sees it on the household's own page and does not go by the list of conflicts.
    first.edit("household", homes[0], dissolved_on=None)
    first.sync()
    states = {state_of(sql, one) for one in first.ids("conflict")}
    assert states == {"open", "settled"}


def test_what_names_a_household_that_was_there_twice_follows_it(
    doubled: tuple[FakeLaptop, FakeLaptop, str, str, str],  # noqa: F811
) -> None:
    """Services, hazards, the other side of a split: also those the merging laptop never saw."""
    first, second, old, new, conflict = doubled
    named = {
        "micro_service": second.put("micro_service", service(second.account_id, household_id=old)),
        "hazard": second.put("hazard", hazard(second.account_id, household_id=old)),
        "visit": second.put("visit", visit(old, second.account_id)),
    }
    split = an_event(new, second, kind="household_split", other_household_id=old)
    named["roster_event"] = second.put("roster_event", split)
    second.sync()
    merge(first, conflict, old=old, new=new)
    late = second.put("micro_service", service(second.account_id, household_id=old))
    first.sync()
    second.sync()
    for laptop in (first, second):
        laptop.sync_all()
        for entity, op in named.items():
            body = laptop.rows[entity, op["record_id"]]
            field = "other_household_id" if entity == "roster_event" else "household_id"
            assert body[field] == new, entity
        assert laptop.rows["micro_service", late["record_id"]]["household_id"] == new
