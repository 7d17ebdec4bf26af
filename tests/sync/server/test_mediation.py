"""The county and mediation: nothing signed is changed, nothing against a refusal, signatures of
two laptops meet."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from app.mediation.vocabulary import SigningProblem
from tests.sync.server.conftest import TOWNSHIP, VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, case_event, made_up_id
from tests.sync.server.test_events import a_case

PROTOCOL = 2
MOMENT = "2026-11-23T08:30:00.000Z"


def a_party(laptop: FakeLaptop, case_id: str, side: str, **other: Any) -> str:
    body = {"case_id": case_id, "side": side, "source": "outside", "name": "吴某", **other}
    return str(laptop.put("case_party", body)["record_id"])


def agreement(case_id: str, account_id: str, parties: list[str], **other: Any) -> dict[str, Any]:
    usual = {
        "case_id": case_id,
        "form": "written",
        "way": "peoples",
        "facts": "界址",
        "terms": "分",
    }
    usual |= {"reached_on": "2026-11-20", "party_ids": json.dumps(parties), "number": "协1"}
    return {**usual, "by_account_id": account_id, "recorded_at": MOMENT, **other}


def item(case_id: str, agreement_id: str, **other: Any) -> dict[str, Any]:
    usual = {"case_id": case_id, "agreement_id": agreement_id, "position": 0, "text": "付款"}
    return {**usual, "performance": "open", **other}


def signature(
    case_id: str, agreement_id: str, account_id: str, party_id: str | None, **other: Any
) -> dict[str, Any]:
    signer = "party" if party_id else "mediator"
    usual = {"case_id": case_id, "agreement_id": agreement_id, "signer": signer, "name": "吴某"}
    usual |= {"party_id": party_id, "manner": "signed", "signed_on": "2026-11-21"}
    return {**usual, "by_account_id": account_id, "recorded_at": MOMENT, **other}


class Scene:
    """A case with two parties and an agreement with one promise, all at the county."""

    def __init__(self, laptop: FakeLaptop, **other: Any) -> None:
        self.laptop = laptop
        self.case_id = a_case(laptop)
        self.parties = [a_party(laptop, self.case_id, side) for side in "ab"]
        laptop.sync()
        made = laptop.put(
            "agreement", agreement(self.case_id, laptop.account_id, self.parties, **other)
        )
        self.agreement_id = str(made["record_id"])
        promised = laptop.put("agreement_item", item(self.case_id, self.agreement_id))
        self.item_id = str(promised["record_id"])
        verdicts = laptop.sync()["verdicts"].values()
        assert [one["verdict"] for one in verdicts] == ["applied"] * 2

    def sign(self, place: int | None = 0, **other: Any) -> dict[str, Any]:
        """By the party of this place, None for the mediator; the verdict."""
        return self.sign_at(self.laptop, place, **other)

    def sign_at(self, laptop: FakeLaptop, place: int | None, **other: Any) -> dict[str, Any]:
        party_id = None if place is None else self.parties[place]
        body = signature(self.case_id, self.agreement_id, laptop.account_id, party_id) | other
        made = laptop.put(
            "agreement_signature", {"unit_id": VILLAGE, **body}, record_id=made_up_id()
        )
        return dict(laptop.sync()["verdicts"][made["op_no"]])

    def edit(self, entity: str, **patch: Any) -> dict[str, Any]:
        record_id = self.agreement_id if entity == "agreement" else self.item_id
        made = self.laptop.edit(entity, record_id, **patch)
        return dict(self.laptop.sync()["verdicts"][made["op_no"]])


@pytest.mark.parametrize(
    ("entity", "patch"),
    [
        ("agreement", {"terms": "改了"}),
        ("agreement", {"party_ids": "[]"}),
        ("agreement_item", {"amount_cents": 100}),
        ("agreement_item", {"due_on": "2026-12-01"}),
    ],
)
def test_what_was_signed_is_not_changed(
    laptop: FakeLaptop, entity: str, patch: dict[str, Any]
) -> None:
    scene = Scene(laptop)
    assert scene.sign()["verdict"] == "applied"
    verdict = scene.edit(entity, **patch)
    assert (verdict["verdict"], verdict["reason"]) == ("not_applied", "event_not_allowed_now")
    record_id = scene.agreement_id if entity == "agreement" else scene.item_id
    (name,) = patch
    assert laptop.rows[entity, record_id].get(name) != patch[name]


def test_what_nobody_signed_is_changed_and_taken_away(laptop: FakeLaptop) -> None:
    scene = Scene(laptop)
    assert scene.edit("agreement", terms="改了")["verdict"] == "applied"
    assert scene.edit("agreement_item", amount_cents=120050)["verdict"] == "applied"
    early = laptop.delete("agreement", scene.agreement_id, version=2)
    assert laptop.sync()["verdicts"][early["op_no"]]["verdict"] == "conflict"
    txn = laptop.last_op_no + 1
    both = [
        laptop.delete("agreement", scene.agreement_id, version=2, txn=txn),
        laptop.delete("agreement_item", scene.item_id, version=2, txn=txn),
    ]
    verdicts = laptop.sync()["verdicts"]
    assert [verdicts[one["op_no"]]["verdict"] for one in both] == ["applied"] * 2


def test_what_was_promised_is_performed_after_it_was_signed(laptop: FakeLaptop) -> None:
    scene = Scene(laptop)
    scene.sign()
    done = scene.edit("agreement_item", performance="done", performed_on="2026-11-22", proof="收条")
    assert done["verdict"] == "applied"
    late = scene.edit("agreement_item", performed_on="2026-11-26")
    assert late["detail"]["fields"] == {"performed_on": "in_future"}
    ended = scene.edit("agreement", ended_on="2026-11-23", end_reason="另行商定")
    assert ended["verdict"] == "applied"
    assert scene.sign(1)["detail"]["fields"] == {"agreement_signature": "ended"}


def test_no_promise_is_added_to_what_was_signed(laptop: FakeLaptop) -> None:
    scene = Scene(laptop)
    scene.sign()
    late = laptop.put("agreement_item", item(scene.case_id, scene.agreement_id, position=1))
    gone = laptop.delete("agreement_item", scene.item_id, version=1)
    verdicts = laptop.sync()["verdicts"]
    assert verdicts[late["op_no"]]["reason"] == "event_not_allowed_now"
    assert verdicts[gone["op_no"]]["verdict"] == "conflict"
    assert {key[1] for key in laptop.rows if key[0] == "agreement_item"} == {scene.item_id}


@pytest.mark.parametrize(
    ("place", "other", "problem"),
    [
        (0, {"party_id": "nobody"}, SigningProblem.NOT_A_PARTY),
        (None, {"signer": "party"}, SigningProblem.NOT_A_PARTY),
        (0, {"signed_on": "2026-11-19"}, SigningProblem.BEFORE_REACHED),
        (0, {"signed_on": "2026-11-25"}, SigningProblem.IN_FUTURE),
        (0, {"name": " "}, SigningProblem.NAME_MISSING),
    ],
)
def test_who_cannot_sign(
    laptop: FakeLaptop, place: int | None, other: dict[str, Any], problem: SigningProblem
) -> None:
    verdict = Scene(laptop).sign(place, **other)
    assert verdict["detail"]["fields"] == {"agreement_signature": problem.value}


def test_a_minor_signs_through_the_guardian(laptop: FakeLaptop) -> None:
    case_id = a_case(laptop)
    child = a_party(laptop, case_id, "a", birth_date="2012-05-04")
    made = laptop.put("agreement", agreement(case_id, laptop.account_id, [child]))
    agreement_id = made["record_id"]
    laptop.sync()
    alone = laptop.put(
        "agreement_signature", signature(case_id, agreement_id, laptop.account_id, child)
    )
    found = laptop.sync()["verdicts"][alone["op_no"]]
    assert found["detail"]["fields"] == {"agreement_signature": "needs_agent"}
    laptop.edit("case_party", child, agent_name="吴某乙", agent_kind="guardian")
    laptop.sync()
    signed = laptop.put(
        "agreement_signature", signature(case_id, agreement_id, laptop.account_id, child)
    )
    assert laptop.sync()["verdicts"][signed["op_no"]]["verdict"] == "applied"


def test_half_is_signed_in_the_village_and_half_at_the_township(people: People) -> None:
    """Also the same signature twice: each laptop was there."""
    village, township = people.laptop(), people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    scene = Scene(village)
    township.sync_all()
    assert scene.sign(0)["verdict"] == "applied"
    assert scene.sign_at(township, 0)["verdict"] == "applied"
    assert scene.sign_at(township, 1)["verdict"] == "applied"
    assert scene.sign_at(township, None)["verdict"] == "applied"
    sealed = scene.sign_at(township, None, signer="seal", name="调委会", manner="sealed")
    assert sealed["verdict"] == "applied"
    village.sync_all()
    township.sync_all()
    held = [
        {key for key in one.rows if key[0] == "agreement_signature"} for one in (village, township)
    ]
    assert held[0] == held[1]
    assert len(held[0]) == 5


def test_nothing_is_agreed_against_a_refusal(laptop: FakeLaptop) -> None:
    case_id = a_case(laptop)
    party = a_party(laptop, case_id, "a")
    detail = json.dumps({"parties": [party]})
    laptop.put("case_event", case_event(case_id, "party_refused", laptop.account_id, detail=detail))
    laptop.sync()
    made = laptop.put("agreement", agreement(case_id, laptop.account_id, [party]))
    held = laptop.put("case_event", case_event(case_id, "mediation_held", laptop.account_id))
    verdicts = laptop.sync()["verdicts"]
    assert verdicts[made["op_no"]]["reason"] == "event_not_allowed_now"
    assert verdicts[held["op_no"]]["verdict"] == "not_applied"
    laptop.outbox.clear()
    laptop.put("case_event", case_event(case_id, "party_agreed", laptop.account_id, detail=detail))
    again = laptop.put("agreement", agreement(case_id, laptop.account_id, [party]))
    assert laptop.sync()["verdicts"][again["op_no"]]["verdict"] == "applied"


@pytest.mark.parametrize(
    ("role", "unit_id", "verdict"),
    [
        (Role.MEDIATOR, VILLAGE, "refused"),
        (Role.TOWNSHIP_CENTRE, TOWNSHIP, "applied"),
    ],
)
def test_who_passes_a_case_on(people: People, role: Role, unit_id: str, verdict: str) -> None:
    """From administrative to judicial: not the village's to say."""
    first = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    village = people.laptop()
    case_id = a_case(village)
    first.sync_all()
    way = json.dumps({"way": "administrative"})
    body = case_event(case_id, "way_changed", first.account_id, detail=way)
    first.put("case_event", {"unit_id": VILLAGE, **body}, record_id=made_up_id())
    first.sync()
    second = people.laptop(unit_id, role)
    second.sync_all()
    way = json.dumps({"way": "judicial"})
    body = case_event(case_id, "way_changed", second.account_id, detail=way)
    made = second.put("case_event", {"unit_id": VILLAGE, **body}, record_id=made_up_id())
    assert second.sync()["verdicts"][made["op_no"]]["verdict"] == verdict


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"chosen_by": "invited"}, "consent_missing"),
        ({"name": " "}, "name_missing"),
        ({"ends_on": "2026-11-19"}, "ends_before_start"),
        ({"starts_on": "2026-11-25"}, "in_future"),
        ({"chosen_by": "invited", "chosen_note": "双方同意"}, None),
    ],
)
def test_who_mediates(laptop: FakeLaptop, other: dict[str, Any], problem: str | None) -> None:
    body = {"case_id": a_case(laptop), "name": "石某", "chosen_by": "assigned", "way": "peoples"}
    made = laptop.put("case_mediator", {**body, "starts_on": "2026-11-20", **other})
    verdict = laptop.sync()["verdicts"][made["op_no"]]
    if problem is None:
        assert verdict["verdict"] == "applied"
    else:
        assert verdict["detail"]["fields"] == {"case_mediator": problem}
