"""The chain at a real county: dispatched, helped with, returned in time, closed in the end."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from sync.server.county import County
from tests.sync.server.conftest import COUNTY, FORESTRY, TOWNSHIP, VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, case_event, case_file

HOUSING = "县住房和城乡建设局"
Laptops = dict[str, FakeLaptop]


@pytest.fixture
def housing(county: County) -> str:
    return next(one.id for one in county.units().by_id.values() if one.name == HOUSING)


@pytest.fixture
def laptops(people: People, housing: str) -> Laptops:
    return {
        "village": people.laptop(VILLAGE, Role.GRID_WORKER),
        "township": people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE),
        "county": people.laptop(COUNTY, Role.COUNTY_CENTRE),
        "forestry": people.laptop(FORESTRY, Role.DEPARTMENT_HANDLER),
        "housing": people.laptop(housing, Role.DEPARTMENT_HANDLER),
    }


def a_case(village: FakeLaptop, kind: str = "dispute") -> str:
    case = village.put("case_file", {**case_file(village.account_id), "kind": kind})["record_id"]
    village.put("case_event", case_event(case, "recorded", village.account_id))
    village.sync()
    return str(case)


def send(
    laptop: FakeLaptop,
    case: str,
    purpose: str,
    source: str,
    target: str,
    *,
    day: str = "2026-11-23",
    note: str | None = "理由",
) -> dict[str, Any]:
    """The verdict on a hand-over with a purpose."""
    body = {
        "unit_id": VILLAGE,
        "subject_entity": "case_file",
        "subject_id": case,
        "from_unit_id": source,
        "to_unit_id": target,
        "purpose": purpose,
        "note": note,
        "by_account_id": laptop.account_id,
        "happened_at": f"{day}T08:30:00.000Z",
    }
    return laptop.verdict_of(laptop.put("handover", body))


def tell(laptop: FakeLaptop, case: str, kind: str, **detail: Any) -> dict[str, Any]:
    """The verdict on an event."""
    body = {
        **case_event(case, kind, laptop.account_id, note="."),
        "unit_id": VILLAGE,
        "detail": json.dumps(detail) if detail else None,
    }
    return laptop.verdict_of(laptop.put("case_event", body))


def holding(laptops: Laptops, case: str) -> set[str]:
    for one in laptops.values():
        one.sync_all()
    return {name for name, one in laptops.items() if case in one.ids("case_file")}


APPLIED = "applied"
ALWAYS = {"village", "township", "county"}


def test_a_case_goes_to_a_department_with_a_helper_and_is_closed_when_all_have_answered(
    laptops: Laptops, housing: str
) -> None:
    village, township = laptops["village"], laptops["township"]
    case = a_case(village)
    assert send(village, case, "escalated", VILLAGE, TOWNSHIP)["verdict"] == APPLIED
    assert tell(township, case, "taken_on", unit_id=TOWNSHIP)["verdict"] == APPLIED
    assert send(township, case, "dispatched", TOWNSHIP, FORESTRY)["verdict"] == APPLIED
    forestry = laptops["forestry"]
    assert holding(laptops, case) == ALWAYS | {"forestry"}
    assert tell(forestry, case, "taken_on", unit_id=FORESTRY)["verdict"] == APPLIED
    assert send(forestry, case, "help_asked", FORESTRY, housing)["verdict"] == APPLIED
    assert holding(laptops, case) == ALWAYS | {"forestry", "housing"}
    helper = laptops["housing"]
    # A helper sends nothing on.
    assert send(helper, case, "dispatched", FORESTRY, COUNTY)["reason"] == "not_permitted"
    assert tell(village, case, "settled")["verdict"] == APPLIED
    assert (
        tell(forestry, case, "reported_back", unit_id=FORESTRY, result="界已划清")["verdict"]
        == APPLIED
    )
    assert tell(village, case, "feedback_given", given_on="2026-11-23")["verdict"] == APPLIED
    early = tell(village, case, "closed")
    assert (early["verdict"], early["reason"]) == ("not_applied", "event_not_allowed_now")
    assert (
        tell(helper, case, "reported_back", unit_id=housing, result="房屋已查看")["verdict"]
        == APPLIED
    )
    assert tell(village, case, "closed")["verdict"] == APPLIED


def test_nobody_speaks_for_another_unit(laptops: Laptops, housing: str) -> None:
    case = a_case(laptops["village"])
    send(laptops["village"], case, "dispatched", VILLAGE, FORESTRY)
    send(laptops["forestry"], case, "help_asked", FORESTRY, housing)
    for kind in ("taken_on", "reported_back"):
        for_another = tell(laptops["housing"], case, kind, unit_id=FORESTRY, result="好")
        assert for_another["reason"] == "not_permitted"


def test_whose_help_ends_loses_the_case(laptops: Laptops, housing: str) -> None:
    village = laptops["village"]
    case = a_case(village)
    send(village, case, "help_asked", VILLAGE, FORESTRY)
    send(village, case, "help_asked", VILLAGE, housing)
    assert holding(laptops, case) == ALWAYS | {"forestry", "housing"}
    # The village leads still, so what it writes reaches both.
    note = village.put("case_event", case_event(case, "note_added", village.account_id, note="看"))
    village.sync()
    laptops["housing"].sync_all()
    assert note["record_id"] in laptops["housing"].ids("case_event")
    assert send(village, case, "help_ended", FORESTRY, VILLAGE)["verdict"] == APPLIED
    assert holding(laptops, case) == ALWAYS | {"housing"}
    assert not laptops["forestry"].ids("case_event")
    given_back = send(laptops["housing"], case, "help_ended", housing, VILLAGE)
    assert given_back["verdict"] == APPLIED
    assert holding(laptops, case) == ALWAYS


def test_a_case_is_not_deleted_under_who_has_it_in_hand(laptops: Laptops) -> None:
    """Its own village did not know that it was dispatched, and takes its record back."""
    village, forestry = laptops["village"], laptops["forestry"]
    case = a_case(village)
    laptops["township"].sync_all()
    sent = send(laptops["township"], case, "dispatched", VILLAGE, FORESTRY)
    assert sent["verdict"] == APPLIED
    forestry.sync_all()
    gone = village.verdict_of(village.delete("case_file", case, version=1))
    assert gone["verdict"] != APPLIED
    assert holding(laptops, case) == ALWAYS | {"forestry"}
    assert tell(forestry, case, "taken_on", unit_id=FORESTRY)["verdict"] == APPLIED


def test_of_two_dispatches_the_first_in_county_order_counts(laptops: Laptops, housing: str) -> None:
    village, township = laptops["village"], laptops["township"]
    case = a_case(village)
    assert send(village, case, "dispatched", VILLAGE, FORESTRY)["verdict"] == APPLIED
    late = send(township, case, "dispatched", VILLAGE, housing)
    assert (late["verdict"], late["reason"]) == ("not_applied", "moved_meanwhile")
    assert holding(laptops, case) == ALWAYS | {"forestry"}


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(7, APPLIED), (8, "refused")],  # from Monday the fifth working day is the Monday after
)
def test_a_wrong_dispatch_is_returned_within_five_working_days(
    laptops: Laptops, people: People, days: int, verdict: str
) -> None:
    village, forestry = laptops["village"], laptops["forestry"]
    case = a_case(village, "petition")
    send(village, case, "dispatched", VILLAGE, FORESTRY)
    forestry.sync_all()
    people.clock.advance(timedelta(days=days))
    found = send(forestry, case, "returned", FORESTRY, VILLAGE)
    assert found["verdict"] == verdict
    if verdict == APPLIED:
        assert holding(laptops, case) == ALWAYS
    else:
        assert found["detail"]["why"] == "returned_too_late"
        assert holding(laptops, case) == ALWAYS | {"forestry"}


@pytest.mark.parametrize(
    ("who", "purpose", "target", "why"),
    [
        ("forestry", "returned", TOWNSHIP, "not_sent_here"),
        ("village", "returned", VILLAGE, "not_sent_here"),
        ("village", "dispatched", COUNTY, "not_leading"),
        ("forestry", "escalated", TOWNSHIP, "not_above"),
        ("forestry", "dispatched", VILLAGE, "out_of_reach"),
    ],
)
def test_who_may_send_it_where(
    laptops: Laptops, who: str, purpose: str, target: str, why: str
) -> None:
    case = a_case(laptops["village"])
    send(laptops["village"], case, "dispatched", VILLAGE, FORESTRY)
    found = send(laptops[who], case, purpose, FORESTRY, target)
    assert (found["reason"], found["detail"]["why"]) == ("not_permitted", why)


def test_only_a_case_changes_hands_for_a_purpose(laptops: Laptops) -> None:
    township = laptops["township"]
    body = {
        "unit_id": VILLAGE,
        "subject_entity": "account",
        "subject_id": laptops["village"].account_id,
        "from_unit_id": VILLAGE,
        "to_unit_id": TOWNSHIP,
        "purpose": "dispatched",
        "by_account_id": township.account_id,
        "happened_at": "2026-11-23T08:30:00.000Z",
    }
    assert township.verdict_of(township.put("handover", body))["reason"] == "bad_value"


def test_a_petition_is_not_closed_before_its_people_were_told(laptops: Laptops) -> None:
    village = laptops["village"]
    case = a_case(village, "lawsuit_source")
    assert tell(village, case, "settled")["verdict"] == APPLIED
    assert tell(village, case, "closed")["verdict"] == "not_applied"
    tell(village, case, "feedback_given", given_on="2026-11-23")
    assert tell(village, case, "closed")["verdict"] == APPLIED


def test_what_comes_in_one_request_is_judged_in_its_order(laptops: Laptops) -> None:
    """The word given before it was sent up answers nothing that was asked after it."""
    village = laptops["village"]
    case = a_case(village)
    told = json.dumps({"given_on": "2026-11-23"})
    for kind, detail in (("settled", None), ("feedback_given", told)):
        body = {**case_event(case, kind, village.account_id), "detail": detail}
        village.put("case_event", body)
    village.put(
        "handover",
        {
            "unit_id": VILLAGE, "subject_entity": "case_file", "subject_id": case,
            "from_unit_id": VILLAGE, "to_unit_id": TOWNSHIP, "purpose": "escalated",
            "note": "村里说不拢",
            "by_account_id": village.account_id, "happened_at": "2026-11-23T08:30:00.000Z",
        },
    )  # fmt: skip
    closed = village.put("case_event", case_event(case, "closed", village.account_id))
    verdicts = village.sync()["verdicts"]
    assert verdicts[closed["op_no"]]["verdict"] == "not_applied"
