"""A typical case on its way through the county: judged again, sent to all, taken back from all."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.vocabulary import Role
from sync.server.county import County
from tests.sync.server.conftest import COUNTY, VILLAGE, People, other_village
from tests.sync.server.laptops import FakeLaptop, case_file

MOMENT = "2026-11-23T08:30:00.000Z"
TEXT = {"title": "水渠用水", "story": "甲某与乙某争水，轮流放水。", "law": None, "lesson": None}


def party(case_id: str) -> dict[str, Any]:
    return {"case_id": case_id, "side": "a", "source": "outside", "name": "吴文永"}


def a_text(case_id: str, account_id: str, **other: Any) -> dict[str, Any]:
    signed = {"by_account_id": account_id, "recorded_at": MOMENT}
    return {"case_id": case_id, **TEXT, "state": "draft", **signed, **other}


def begun(laptop: FakeLaptop) -> tuple[str, str]:
    """A case and the draft of its text, at the county."""
    case_id = laptop.put("case_file", case_file(laptop.account_id))["record_id"]
    laptop.put("case_party", party(case_id))
    text_id = laptop.put("typical_case", a_text(case_id, laptop.account_id))["record_id"]
    assert {one["verdict"] for one in laptop.sync()["verdicts"].values()} == {"applied"}
    return case_id, text_id


def test_published_it_lies_in_every_village_and_names_no_case(
    county: County, people: People
) -> None:
    village = people.laptop(VILLAGE, Role.VILLAGE_SECRETARY)
    case_id, text_id = begun(village)
    early = village.edit("typical_case", text_id, state="published")
    assert village.sync()["verdicts"][early["op_no"]]["verdict"] == "refused"
    village.edit("typical_case", text_id, state="checked")
    village.sync()
    centre = people.laptop(COUNTY, Role.COUNTY_CENTRE)
    centre.sync_all()
    published = centre.edit("typical_case", text_id, state="published")
    assert centre.sync()["verdicts"][published["op_no"]]["verdict"] == "applied"

    elsewhere = people.laptop(other_village(county))
    elsewhere.sync_all()
    (copy_id,) = elsewhere.ids("published_case")
    body = elsewhere.rows["published_case", copy_id]
    assert body["story"] == TEXT["story"]
    assert case_id not in str(body)
    assert text_id not in str(body)
    assert elsewhere.ids("typical_case") == set()

    back = centre.edit("typical_case", text_id, state="taken_back")
    assert centre.sync()["verdicts"][back["op_no"]]["verdict"] == "applied"
    elsewhere.sync_all()
    assert elsewhere.ids("published_case") == set()


def test_only_who_publishes_sends_a_text_to_the_county_or_takes_it_back(people: People) -> None:
    """A village's program that was changed would speak to every village."""
    village = people.laptop(VILLAGE, Role.MEDIATOR)
    _, text_id = begun(village)
    village.edit("typical_case", text_id, state="checked")
    village.sync()
    early = village.edit("typical_case", text_id, state="published")
    found = village.sync()["verdicts"][early["op_no"]]
    assert (found["verdict"], found["reason"]) == ("refused", "not_permitted")
    centre = people.laptop(COUNTY, Role.COUNTY_CENTRE)
    centre.sync_all()
    centre.edit("typical_case", text_id, state="published")
    centre.sync()
    village.sync_all()
    for state in ("checked", "taken_back"):
        back = village.edit("typical_case", text_id, state=state)
        found = village.sync()["verdicts"][back["op_no"]]
        assert (found["verdict"], found["reason"]) == ("refused", "not_permitted"), state


@pytest.mark.parametrize(
    "patch",
    [
        {"story": "吴文永与乙某争水", "state": "checked"},
        {"story": "改了", "state": "checked"},
        {"title": ""},
    ],
)
def test_what_names_somebody_or_was_not_read_again_is_refused(
    people: People, patch: dict[str, Any]
) -> None:
    village = people.laptop(VILLAGE, Role.VILLAGE_SECRETARY)
    _, text_id = begun(village)
    wrong = village.edit("typical_case", text_id, **patch)
    verdict = village.sync()["verdicts"][wrong["op_no"]]
    assert (verdict["verdict"], verdict["reason"]) == ("refused", "bad_value")


def test_a_round_of_tomorrow_and_a_finding_without_its_end_are_refused(people: People) -> None:
    laptop = people.laptop(VILLAGE)
    signed = {"by_account_id": laptop.account_id, "recorded_at": MOMENT}
    usual = {"title": "用水", "held_on": "2026-11-20", "place": "下寨", "members": "吴某", **signed}
    sound = laptop.put("outreach_round", usual)
    late = laptop.put("outreach_round", {**usual, "held_on": "2026-12-01"})
    told = {"round_id": sound["record_id"], "text": "水渠", "end": "passed_on", **signed}
    unsaid = laptop.put("outreach_finding", told)
    said = laptop.put("outreach_finding", {**told, "end_note": "水利站"})
    verdicts = laptop.sync()["verdicts"]
    found = [verdicts[one["op_no"]]["verdict"] for one in (sound, late, unsaid, said)]
    assert found == ["applied", "refused", "refused", "applied"]
