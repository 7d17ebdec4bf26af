"""The county and the court's way: consent of both sides, an application in time and of this case,
enforcement only of what was found valid; legal aid in its order and by whom it may be decided."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from app.accounts.vocabulary import Role
from tests.sync.server.conftest import TOWNSHIP, VILLAGE, People
from tests.sync.server.laptops import FakeLaptop, case_event, made_up_id
from tests.sync.server.test_events import NOT_NOW, a_case
from tests.sync.server.test_mediation import Scene, signature

PROTOCOL = 2
MOMENT = "2026-11-23T08:30:00.000Z"
SIGNED = date(2026, 11, 21)


@pytest.fixture
def township(people: People) -> FakeLaptop:
    return people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)


def say(laptop: FakeLaptop, case_id: str, kind: str, **detail: Any) -> dict[str, Any]:
    """The verdict on a step; the record is the village's."""
    body = case_event(case_id, kind, laptop.account_id, detail=json.dumps(detail))
    made = laptop.put("case_event", {"unit_id": VILLAGE, **body}, record_id=made_up_id())
    return laptop.verdict_of(made)


def send(laptop: FakeLaptop, case_id: str, parties: list[str]) -> dict[str, Any]:
    told = {"court": "县人民法院", "sent_on": "2026-11-23", "days": 30}
    return say(laptop, case_id, "court_sent", sending="before_filing", parties=parties, **told)


def test_the_court_sends_with_both_sides_consent(laptop: FakeLaptop, township: FakeLaptop) -> None:
    scene = Scene(laptop)
    township.sync_all()
    assert send(township, scene.case_id, scene.parties) == NOT_NOW
    assert say(laptop, scene.case_id, "consented", parties=scene.parties)["verdict"] == "applied"
    alone = send(township, scene.case_id, scene.parties[:1])
    assert (alone["verdict"], alone["reason"]) == ("refused", "bad_value")
    assert send(laptop, scene.case_id, scene.parties)["reason"] == "not_permitted"
    assert send(township, scene.case_id, scene.parties)["verdict"] == "applied"


class Agreed(Scene):
    """Settled, signed by all on the same day, and known to the township."""

    def __init__(self, laptop: FakeLaptop) -> None:
        super().__init__(laptop)
        for kind in ("mediation_held", "settled"):
            assert say(laptop, self.case_id, kind)["verdict"] == "applied"
        for place in (0, 1, None):
            assert self.sign(place, signed_on=SIGNED.isoformat())["verdict"] == "applied"

    def seal(self) -> None:
        body = signature(self.case_id, self.agreement_id, self.laptop.account_id, None)
        sealed = {**body, "signer": "seal", "signed_on": SIGNED.isoformat()}
        made = self.laptop.put(
            "agreement_signature", {"unit_id": VILLAGE, **sealed}, record_id=made_up_id()
        )
        assert self.laptop.verdict_of(made)["verdict"] == "applied"

    def apply(self, after: int, **other: Any) -> dict[str, Any]:
        """So many days after it took effect."""
        usual = {
            "agreement_id": self.agreement_id,
            "court": "县人民法院",
            "applied_on": (SIGNED + timedelta(days=after)).isoformat(),
            "is_joint": True,
            "effective_on": SIGNED.isoformat(),
            "last_day": (SIGNED + timedelta(days=30)).isoformat(),
        }
        return say(self.laptop, self.case_id, "confirmation_applied", **{**usual, **other})


def test_an_agreement_is_brought_to_the_court_in_time_by_both(
    laptop: FakeLaptop, township: FakeLaptop
) -> None:
    scene = Agreed(laptop)
    assert scene.apply(3)["reason"] == "bad_value"  # the committee's seal is missing
    scene.seal()
    assert scene.apply(3, agreement_id="another")["reason"] == "bad_value"
    assert scene.apply(3, is_joint=False) == NOT_NOW
    assert scene.apply(31) == NOT_NOW
    later = (SIGNED + timedelta(days=80)).isoformat()
    assert scene.apply(80, last_day=later, effective_on=later)["reason"] == "bad_value"
    assert scene.apply(30)["verdict"] == "applied"
    township.sync_all()
    enforced = {"applied_on": "2027-02-01"}
    assert say(laptop, scene.case_id, "enforcement_applied", **enforced) == NOT_NOW
    ruling = {"outcome": "valid", "ruled_on": "2027-01-10"}
    ruled_here = say(laptop, scene.case_id, "confirmation_ruled", **ruling)
    assert ruled_here["reason"] == "not_permitted"
    assert say(township, scene.case_id, "confirmation_ruled", **ruling)["verdict"] == "applied"
    assert say(township, scene.case_id, "confirmation_ruled", **ruling) == NOT_NOW
    last = say(laptop, scene.case_id, "enforcement_applied", **enforced)
    assert last["verdict"] == "applied"


# --- legal aid -----------------------------------------------------------------------------------


def an_aid(laptop: FakeLaptop, case_id: str, **other: Any) -> dict[str, Any]:
    usual = {"case_id": case_id, "need": "追讨工钱", "seen_on": "2026-11-02", "is_ahead": False}
    by = {"by_account_id": laptop.account_id, "recorded_at": MOMENT}
    return laptop.put("legal_aid", {"unit_id": VILLAGE, **usual, **by, **other})


DECIDED = {"applied_on": "2026-11-03", "decided_on": "2026-11-09", "is_granted": True}
NAMED = {**DECIDED, "named_on": "2026-11-10", "lawyer_name": "龙律师"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"need": " "}, "need_missing"),
        ({"applied_on": "2026-11-01"}, "days_backwards"),
        ({**DECIDED, "applied_on": None}, "not_applied"),
        ({**DECIDED, "is_granted": False}, "reason_missing"),
        ({**NAMED, "lawyer_name": None}, "lawyer_missing"),
        ({**NAMED, "done_on": "2026-11-12"}, "outcome_missing"),
        ({"seen_on": "2026-12-01"}, "day_in_future"),
    ],
)
def test_legal_aid_out_of_order_is_refused(
    laptop: FakeLaptop, township: FakeLaptop, fields: dict[str, Any], problem: str
) -> None:
    case_id = a_case(laptop)
    township.sync_all()
    verdict = township.verdict_of(an_aid(township, case_id, **fields))
    assert verdict["verdict"] == "refused"
    assert verdict["detail"]["fields"] == {"legal_aid": problem}


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.AUXILIARY_POLICE, Role.MEDIATOR])
def test_the_village_applies_and_does_not_decide(people: People, role: Role) -> None:
    laptop = people.laptop()
    case_id = a_case(laptop)
    other = people.laptop(role=role)
    other.sync_all()
    made = an_aid(other, case_id, applied_on="2026-11-03")
    assert other.verdict_of(made)["verdict"] == "applied"
    granted = other.edit("legal_aid", made["record_id"], decided_on="2026-11-04", is_granted=True)
    assert other.verdict_of(granted)["reason"] == "not_permitted"
    township = people.laptop(TOWNSHIP, Role.TOWNSHIP_CENTRE)
    township.sync_all()
    granted = township.edit(
        "legal_aid", made["record_id"], decided_on="2026-11-04", is_granted=True
    )
    assert township.verdict_of(granted)["verdict"] == "applied"


def test_who_has_nothing_to_do_with_the_case_is_refused(people: People) -> None:
    case_id = a_case(people.laptop())
    stranger = people.laptop(role=Role.LEGAL_AID_LAWYER)
    stranger.sync_all()
    verdict = stranger.verdict_of(an_aid(stranger, case_id))
    assert verdict["verdict"] == "refused"
