"""Incidents at the county: the fold, who may close, whose signature a mediation stands on; and
disputes that are not closed before the police have heard of them."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import Connection

from app.accounts.vocabulary import Role
from app.incidents.vocabulary import PoliceMediation, PoliceReport, Signer, SignerCapacity
from tests.helpers.clock import A_MONDAY
from tests.sync.server.conftest import People
from tests.sync.server.laptops import FakeLaptop, case_event, case_file
from tests.sync.server.test_events import NOT_NOW, a_case, state_of

PROTOCOL = 2

REPORT = PoliceReport("坪坦派出所", A_MONDAY).as_detail()
PARTIES = (Signer("石某", SignerCapacity.PARTY), Signer("龙某", SignerCapacity.PARTY))
POLICEMAN = Signer("杨警官", SignerCapacity.POLICEMAN)
AUXILIARY = Signer("李某", SignerCapacity.AUXILIARY_POLICE)


def paper(*signers: Signer) -> str:
    return PoliceMediation((*signers, *PARTIES)).as_detail()


def incident_event(incident_id: str, kind: str, account_id: str, **other: Any) -> dict[str, Any]:
    return {
        "incident_id": incident_id,
        "kind": kind,
        "by_account_id": account_id,
        "happened_at": "2026-11-23T08:30:00.000Z",
        **other,
    }


def an_incident(laptop: FakeLaptop) -> str:
    """A recorded incident with somebody in it, at the county already."""
    made = laptop.put(
        "incident",
        {
            "number": "警2026-216200-K3-001",
            "incident_class": "01",
            "source": "told_by_villager",
            "title": "酒后打架",
            "story": "",
            "place": "鼓楼坪",
            "happened_at": "2026-11-23T06:30:00.000Z",
            "recorded_by": laptop.account_id,
            "recorded_at": "2026-11-23T08:30:00.000Z",
        },
    )
    incident_id = str(made["record_id"])
    person = {"incident_id": incident_id, "role": "involved", "source": "outside", "name": "石某"}
    laptop.put("incident_person", person, txn=made["op_no"])
    recorded = incident_event(incident_id, "recorded", laptop.account_id)
    laptop.put("incident_event", recorded, txn=made["op_no"])
    verdicts = laptop.sync()["verdicts"]
    assert {row["verdict"] for row in verdicts.values()} == {"applied"}
    return incident_id


def say(laptop: FakeLaptop, incident_id: str, kind: str, **other: Any) -> dict[str, Any]:
    """The verdict on an event of the incident."""
    event = incident_event(incident_id, kind, laptop.account_id, **other)
    return laptop.verdict_of(laptop.put("incident_event", event))


def test_the_events_of_an_incident_fold_into_its_state(
    laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    incident_id = an_incident(laptop)
    assert state_of(sql, "incident", incident_id) == "open"
    assert say(laptop, incident_id, "reported_to_police", detail=REPORT)["verdict"] == "applied"
    assert say(laptop, incident_id, "closed") == NOT_NOW
    assert say(laptop, incident_id, "police_result", note="拘五日")["verdict"] == "applied"
    assert say(laptop, incident_id, "closed")["verdict"] == "applied"
    assert state_of(sql, "incident", incident_id) == "closed"


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.VILLAGE_SECRETARY, Role.AUXILIARY_POLICE])
def test_an_auxiliary_policeman_records_and_does_not_close(people: People, role: Role) -> None:
    laptop = people.laptop(role=role)
    incident_id = an_incident(laptop)
    closed = say(laptop, incident_id, "closed")
    if role is Role.AUXILIARY_POLICE:
        assert closed["reason"] == "not_permitted"
    else:
        assert closed["verdict"] == "applied"


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.DEPARTMENT_HANDLER])
def test_who_records_no_incident_is_refused(people: People, role: Role) -> None:
    incident_id = an_incident(people.laptop())
    laptop = people.laptop(role=role)
    laptop.sync()
    assert say(laptop, incident_id, "note_added", note="x")["reason"] == "not_permitted"


def test_what_was_withdrawn_goes_back_where_it_was(
    laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    """As on a laptop: through a withdrawal of what was closed, and past what did not fit."""
    incident_id = an_incident(laptop)
    for kind in ("police_result", "closed", "withdrawn"):
        assert say(laptop, incident_id, kind)["verdict"] == "applied"
    assert state_of(sql, "incident", incident_id) == "withdrawn"
    assert say(laptop, incident_id, "grid_acted") == NOT_NOW
    for state in ("closed", "answered"):
        assert say(laptop, incident_id, "reopened")["verdict"] == "applied"
        assert state_of(sql, "incident", incident_id) == state
    assert say(laptop, incident_id, "reopened") == NOT_NOW


def test_an_auxiliary_policeman_withdraws_his_own_before_the_police_know(people: People) -> None:
    police, worker = people.laptop(role=Role.AUXILIARY_POLICE), people.laptop()
    others = an_incident(worker)
    assert say(police, others, "withdrawn")["reason"] == "not_permitted"
    own, known = an_incident(police), an_incident(police)
    assert say(police, own, "withdrawn")["verdict"] == "applied"
    assert say(police, own, "reopened")["verdict"] == "applied"
    assert say(worker, own, "withdrawn")["verdict"] == "applied"
    assert say(police, own, "reopened")["reason"] == "not_permitted"
    assert say(worker, known, "reported_to_police", detail=REPORT)["verdict"] == "applied"
    assert say(police, known, "withdrawn")["reason"] == "not_permitted"


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.AUXILIARY_POLICE])
def test_a_police_mediation_needs_a_policeman(people: People, role: Role) -> None:
    laptop = people.laptop(role=role)
    incident_id = an_incident(laptop)
    alone = say(laptop, incident_id, "police_mediated", detail=paper(AUXILIARY))
    assert (alone["verdict"], alone["reason"]) == ("refused", "bad_value")
    assert alone["detail"]["fields"] == {"detail": "policeman_missing"}
    assert say(laptop, incident_id, "police_mediated")["reason"] == "bad_value"
    whole = say(laptop, incident_id, "police_mediated", detail=paper(POLICEMAN, AUXILIARY))
    assert whole["verdict"] == "applied"


def test_an_auxiliary_policeman_is_not_taken_for_a_policeman(people: People) -> None:
    laptop = people.laptop(role=Role.AUXILIARY_POLICE)  # its account is called 杨某某
    incident_id = an_incident(laptop)
    himself = Signer("杨某某", SignerCapacity.POLICEMAN)
    found = say(laptop, incident_id, "police_mediated", detail=paper(himself))
    assert found["detail"]["fields"] == {"detail": "recorder_as_policeman"}


def test_a_report_without_a_station_is_refused(laptop: FakeLaptop) -> None:
    incident_id = an_incident(laptop)
    nowhere = PoliceReport("", A_MONDAY).as_detail()
    found = say(laptop, incident_id, "reported_to_police", detail=nowhere)
    assert found["detail"]["fields"] == {"detail": "station_missing"}


def test_an_incident_with_people_is_not_deleted(laptop: FakeLaptop) -> None:
    incident_id = an_incident(laptop)
    gone = laptop.delete("incident", incident_id, version=1)
    assert laptop.verdict_of(gone)["verdict"] == "conflict"


def test_photographs_go_with_their_incident(people: People) -> None:
    """Whoever may record may attach, and an incident with photographs is not deleted."""
    laptop = people.laptop(role=Role.AUXILIARY_POLICE)
    incident_id = an_incident(laptop)
    photo = {
        "subject_entity": "incident",
        "subject_id": incident_id,
        "sha256": "a" * 64,
        "size": 20,
        "media_type": "image/jpeg",
        "name": "现场.jpg",
        "by_account_id": laptop.account_id,
        "happened_at": "2026-11-23T08:30:00.000Z",
    }
    assert laptop.verdict_of(laptop.put("attachment", photo))["verdict"] == "applied"
    mediator = people.laptop(role=Role.MEDIATOR)
    mediator.sync()
    theirs = {**photo, "by_account_id": mediator.account_id}
    assert mediator.verdict_of(mediator.put("attachment", theirs))["reason"] == "not_permitted"


# --- a dispute the police must hear of -----------------------------------------------------------


def test_nobody_closes_what_the_police_have_not_heard_of(
    laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    case_id = a_case(laptop)

    def tell(kind: str, **other: Any) -> dict[str, Any]:
        event = case_event(case_id, kind, laptop.account_id, **other)
        return laptop.verdict_of(laptop.put("case_event", event))

    assert tell("risk_found")["verdict"] == "applied"
    assert tell("settled") == NOT_NOW
    assert tell("not_settled", note="x")["verdict"] == "applied"
    assert tell("closed") == NOT_NOW
    assert tell("reported_to_police")["reason"] == "bad_value"
    assert tell("reported_to_police", detail=REPORT)["verdict"] == "applied"
    assert tell("closed")["verdict"] == "applied"
    assert state_of(sql, "case_file", case_id) == "closed"


def test_risk_report_and_end_may_come_in_one_request(
    laptop: FakeLaptop, sql: Connection[Any]
) -> None:
    made = laptop.put("case_file", case_file(laptop.account_id))
    case_id = str(made["record_id"])
    for kind, detail in (("recorded", None), ("risk_found", None)):
        event = case_event(case_id, kind, laptop.account_id, detail=detail)
        laptop.put("case_event", event, txn=made["op_no"])
    early = laptop.put("case_event", case_event(case_id, "settled", laptop.account_id))
    told = case_event(case_id, "reported_to_police", laptop.account_id, detail=REPORT)
    laptop.put("case_event", told)
    late = laptop.put("case_event", case_event(case_id, "settled", laptop.account_id))
    verdicts = laptop.sync()["verdicts"]
    assert verdicts[early["op_no"]]["reason"] == "event_not_allowed_now"
    assert verdicts[late["op_no"]]["verdict"] == "applied"
    assert state_of(sql, "case_file", case_id) == "settled"


def test_whoever_did_not_know_of_the_risk_closed_too_early(
    people: People, sql: Connection[Any]
) -> None:
    first = people.laptop()
    case_id = a_case(first)
    second = people.laptop(role=Role.MEDIATOR)
    second.sync()
    first.put("case_event", case_event(case_id, "risk_found", first.account_id))
    first.sync()
    settled = second.put("case_event", case_event(case_id, "settled", second.account_id))
    assert second.verdict_of(settled) == NOT_NOW
    assert state_of(sql, "case_file", case_id) == "recorded"
