"""The case desk under attack: what a changed program may send is refused, and poisons nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from tests.sync.server.conftest import COUNTY, FORESTRY, VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, case_event
from tests.sync.server.test_mediation import Scene, agreement, item

PROTOCOL = 2
MOMENT = "2026-11-23T08:30:00.000Z"

DETAILS = {
    "no_day_of_this_world": '{"met_on": "9999-12-31"}',
    "before_time": '{"met_on": "0001-01-01"}',
    "half_a_character": '{"met_on": "2026-11-20", "met_by": "\\ud800"}',
    "nul": '{"met_on": "2026-11-20", "met_by": "a\\u0000b"}',
    "deep": "[" * 7999,
    "huge_number": '{"met_on": ' + "9" * 7000 + "}",
    "no_object": '["met_on"]',
    "list_for_a_word": '{"met_on": [], "met_by": [[]]}',
    "ten_megabytes": '{"met_on": "2026-11-20", "place": "' + "x" * 10**7 + '"}',
}


@pytest.fixture
def scene(laptop: FakeLaptop) -> Scene:
    return Scene(laptop)


def is_refused(laptop: FakeLaptop, entity: str, body: dict[str, Any]) -> None:
    """Not kept, not tried again, and what follows it is heard."""
    found = laptop.verdict_of(laptop.put(entity, body))
    assert found["verdict"] == "refused", found


@pytest.mark.parametrize("detail", DETAILS.values(), ids=DETAILS)
def test_what_an_event_carries(scene: Scene, detail: str) -> None:
    """A day of the year 9999 would stop every laptop that counts a limit from it."""
    laptop = scene.laptop
    told = case_event(scene.case_id, "met", laptop.account_id, note="见面")
    is_refused(laptop, "case_event", {**told, "detail": detail})
    well = {**told, "kind": "note_added"}
    assert laptop.verdict_of(laptop.put("case_event", well))["verdict"] == "applied"


@pytest.mark.parametrize(
    "wrong",
    [
        *({"amount_cents": amount} for amount in (-1, 0, 2**63 - 1, 2**63, 1.5, [])),
        *({"due_on": day} for day in ("9999-12-31", "0001-01-01", "2026-02-30", 5)),
        {"text": "x" * 10**5},
        {"party_id": "nobody"},
        {"agreement_id": "none"},
        {"performance": []},
    ],
    ids=str,
)
def test_what_is_promised(scene: Scene, wrong: dict[str, Any]) -> None:
    body = {**item(scene.case_id, scene.agreement_id), **wrong}
    is_refused(scene.laptop, "agreement_item", body)
    assert scene.sign()["verdict"] == "applied"


@pytest.mark.parametrize(
    "party_ids", ["[" * 3000, "{}", '["a", 1]', "[]", "", '["' + "x" * 10**6 + '"]']
)
def test_whom_an_agreement_is_between(scene: Scene, party_ids: str) -> None:
    body = agreement(scene.case_id, scene.laptop.account_id, [], party_ids=party_ids)
    is_refused(scene.laptop, "agreement", body)


@pytest.mark.parametrize(
    "value",
    [
        '{"year": 2027, "days": [{"day": "2027-01-01", "kind": []}]}',
        '{"year": 2027, "days": [{"day": [], "kind": "off"}]}',
        '{"year": 10e400, "days": [1]}',
        "[" * 7999,
    ],
)
def test_what_the_county_sets(people: People, value: str) -> None:
    centre = people.laptop(COUNTY, Role.COUNTY_CENTRE)
    change = {"key": "holidays", "value": value, "starts_on": "2027-01-01", "note": "通知"}
    signed = {"by_account_id": centre.account_id, "happened_at": MOMENT}
    is_refused(centre, "setting_change", {**change, **signed})


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "stolen"},
        {"to_unit_id": "nowhere"},
        {"due_on": "9999-12-31"},
        {"from_unit_id": FORESTRY},
        {"note": "\x00"},
    ],
    ids=str,
)
def test_where_a_case_is_sent(scene: Scene, wrong: dict[str, Any]) -> None:
    laptop = scene.laptop
    sent = {"subject_entity": "case_file", "subject_id": scene.case_id, "from_unit_id": VILLAGE}
    sent |= {"to_unit_id": FORESTRY, "purpose": "dispatched", "note": "请办"}
    sent |= {"by_account_id": laptop.account_id, "happened_at": MOMENT}
    is_refused(laptop, "handover", {**sent, **wrong})
    assert laptop.verdict_of(laptop.put("handover", sent))["verdict"] == "applied"
    assert json.dumps(laptop.sync()["verdicts"]) == "{}"
