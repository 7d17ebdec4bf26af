"""The county judges the file of a case and its parties by the rules of the laptop."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.vocabulary import Role
from tests.sync.server.conftest import VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, case_file


@pytest.fixture
def laptop(people: People) -> FakeLaptop:
    return people.laptop(VILLAGE, Role.VILLAGE_SECRETARY)


def verdict_of(laptop: FakeLaptop, operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = laptop.sync()["verdicts"][operation["op_no"]]
    return found


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"head_count": 12, "place_region": "522631"}, None),
        ({"head_count": 0}, "head_count"),
        ({"place_region": "99"}, "place_region"),
        ({"wanted": "诉求"}, "wanted"),
        ({"kind": "petition", "wanted": "诉求", "received_on": "2026-11-20"}, None),
        ({"kind": "lawsuit_source", "petition_form": "visit"}, "petition_form"),
    ],
)
def test_a_file_is_judged(laptop: FakeLaptop, fields: dict[str, Any], wrong: str | None) -> None:
    operation = laptop.put("case_file", case_file(laptop.account_id, **fields))
    found = verdict_of(laptop, operation)

    assert found["verdict"] == ("refused" if wrong else "applied")
    assert wrong is None or wrong in str(found)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ethnicity": "12", "category": "0102", "language": "dong"}, None),
        ({"ethnicity": "77"}, "ethnicity"),
        ({"agent_kind": "guardian"}, "agent_name"),
        ({"is_organisation": True, "category": "0102"}, "is_organisation"),
    ],
)
def test_a_party_is_judged(laptop: FakeLaptop, fields: dict[str, Any], wrong: str | None) -> None:
    case_id = laptop.put("case_file", case_file(laptop.account_id))["record_id"]
    body = {"case_id": case_id, "side": "a", "source": "outside", "name": "吴某", **fields}
    found = verdict_of(laptop, laptop.put("case_party", body))

    assert found["verdict"] == ("refused" if wrong else "applied")
    assert wrong is None or wrong in str(found)


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, "applied"),
        ({"kind": "flared_up"}, "applied"),
        ({"to_entity": "incident"}, "refused"),
        ({"to_id": "itself"}, "refused"),
    ],
)
def test_a_link_is_judged(laptop: FakeLaptop, fields: dict[str, Any], verdict: str) -> None:
    one, other = (
        laptop.put("case_file", case_file(laptop.account_id))["record_id"] for _ in range(2)
    )
    if fields.get("to_id"):
        fields = {"to_id": one}
    body = {
        "kind": "related",
        "from_entity": "case_file",
        "from_id": one,
        "to_entity": "case_file",
        "to_id": other,
        "by_account_id": laptop.account_id,
        "made_at": "2026-11-23T08:30:00.000Z",
        **fields,
    }
    assert verdict_of(laptop, laptop.put("record_link", body))["verdict"] == verdict


@pytest.mark.parametrize(
    ("recorded", "patch", "wrong"),
    [
        ({"wanted": "诉求"}, {"kind": "dispute", "wanted": None, "received_on": None}, None),
        ({"wanted": "诉求"}, {"kind": "dispute"}, "wanted"),
        ({"kind": "incident_born"}, {"kind": "dispute"}, "kind"),
    ],
)
def test_the_kind_is_corrected_with_what_hangs_on_it(
    laptop: FakeLaptop, recorded: dict[str, Any], patch: dict[str, Any], wrong: str | None
) -> None:
    if "kind" not in recorded:
        recorded = {"kind": "petition", "received_on": "2026-11-20", **recorded}
    made = laptop.put("case_file", case_file(laptop.account_id, **recorded))
    begun = {"case_id": made["record_id"], "kind": "recorded", "by_account_id": laptop.account_id}
    laptop.put("case_event", {**begun, "happened_at": "2026-11-23T08:30:00.000Z"})
    found = verdict_of(laptop, laptop.put("case_file", patch, record_id=made["record_id"]))

    assert found["verdict"] == ("refused" if wrong else "applied")
    assert wrong is None or wrong in str(found)
