"""An accusation reaches neither a village nor the accused: every page of their disks, and the
county's own refusals; 信访工作条例 (2022-02-25), Art. 30 (3) and 46 (5)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from app.cases.actions import add_case_event, record_case
from app.cases.case_draft import CaseDraft
from app.cases.listing import CaseFilter, case_rows
from app.cases.parties import PartyEntry
from app.cases.vocabulary import CaseEventKind, CaseKind, PartySide, Urgency
from app.demo.scene import LAPTOPS, PEOPLE, Scene
from app.errors import UserFacingError
from app.handovers.actions import hand_over
from app.handovers.vocabulary import HandoverSubject
from app.petitions.sponsor_actions import name_sponsor
from app.petitions.sponsor_rules import SponsorFields
from app.petitions.vocabulary import PetitionForm, PetitionPurpose
from db.clock import today_in_china
from db.tables.cases import CaseFile
from db.tables.desk import Sponsorship
from db.tables.handovers import Handover
from db.tables.local import OpState, OutboxOp
from tests.helpers.stores import NO_RISK, a_case, save
from tests.sync.test_scope_on_disk import on_disk, sync_all

UNIT = {one.key: one.unit_id for one in PEOPLE}
PARTS = ("检举标记", "事实标记", "举报人标记", "请求标记", "后续标记")


def marks_of(own: str) -> tuple[str, ...]:
    """The words of one test's accusation."""
    return tuple(f"{part}{own}" for part in PARTS)


def accuse(scene: Scene, laptop: str, accused: str | None, own: str) -> str:
    """Somebody at the county or in a township takes an accusation down, and looks into it."""
    marks = marks_of(own)
    store, actor = scene.laptops[laptop].laptop.store, scene.actor(laptop, laptop)
    today = today_in_china(store.clock)
    case = record_case(
        store,
        actor,
        CaseDraft(
            title=marks[0],
            class_code="1501",
            happened_on=today,
            place="",
            story=marks[1],
            urgency=Urgency.MEDIUM,
            parties=(PartyEntry(marks[2], PartySide.A),),
            unit_id=actor.unit_id,
            risk=NO_RISK,
            kind=CaseKind.PETITION,
            received_on=today,
            wanted=marks[3],
            petition_purpose=PetitionPurpose.ACCUSATION,
            petition_form=PetitionForm.LETTER,
            accused_unit_id=accused,
            is_confidential=True,
        ),
    )
    note = CaseEventKind.NOTE_ADDED
    add_case_event(store, actor, case_id=case.case_id, kind=note, note=marks[4])
    scene.laptops[laptop].sync()
    return case.case_id


def refusals(scene: Scene, laptop: str) -> list[dict[str, Any]]:
    """What the county said to whatever this laptop sent and was refused."""
    with scene.laptops[laptop].laptop.store.reading() as session:
        found = session.exec(
            select(OutboxOp).where(col(OutboxOp.state) == OpState.REFUSED).order_by(OutboxOp.op_no)
        )
        return [{"entity": one.entity, "detail": one.detail or ""} for one in found]


def send(scene: Scene, laptop: str, *records: Any) -> list[dict[str, Any]]:
    """As a program would that asks no rules; what was refused."""
    actor = scene.actor(LAPTOPS[laptop], laptop)
    save(scene.laptops[laptop].laptop.store, *records, account_id=actor.account_id)
    scene.laptops[laptop].sync()
    return refusals(scene, laptop)


def test_no_byte_of_it_reaches_a_village_or_the_accused(scene: Scene) -> None:
    case_id = accuse(scene, "county", UNIT["township"], "甲")
    marks = marks_of("甲")
    sync_all(scene)
    for laptop in ("village", "township", "other_village", "forestry"):
        for mark in (*marks, case_id):
            assert on_disk(scene.laptops[laptop], mark) == [], (laptop, mark)
    assert all(on_disk(scene.laptops["county"], mark) for mark in marks)
    everything = CaseFilter(sees_confidential=True)
    rows = case_rows(scene.laptops["county"].laptop.store, everything).rows
    assert marks[0] in [row.title for row in rows]


def test_a_department_gets_it_only_when_it_is_not_the_accused(scene: Scene) -> None:
    case_id = accuse(scene, "township", UNIT["grid_worker"], "乙")
    county = scene.laptops["county"]
    county.sync()
    actor, store = scene.actor("county", "county"), county.laptop.store

    def give(to_unit_id: str) -> None:
        hand_over(
            store, actor, subject=HandoverSubject.CASE, subject_id=case_id, to_unit_id=to_unit_id
        )

    for unit in ("grid_worker", "other_village"):
        with pytest.raises(UserFacingError):
            give(UNIT[unit])
    give(UNIT["forestry"])
    county.sync()
    sync_all(scene)
    assert on_disk(scene.laptops["forestry"], marks_of("乙")[0])
    for laptop in ("village", "other_village"):
        assert on_disk(scene.laptops[laptop], marks_of("乙")[0]) == []


def test_the_county_refuses_what_a_laptop_did_not_ask_for(scene: Scene) -> None:
    store = scene.laptops["county"].laptop.store
    whole = {
        "unit_id": UNIT["county"],
        "kind": CaseKind.PETITION,
        "petition_purpose": PetitionPurpose.ACCUSATION,
        "petition_form": PetitionForm.LETTER,
        "recorded_by": scene.account_ids["county"],
    }
    said = send(scene, "county", a_case(store, number="甲-1", is_confidential=False, **whole))
    assert "not_confidential" in said[-1]["detail"]
    accused = a_case(
        store, number="甲-2", is_confidential=True, accused_unit_id=UNIT["county"], **whole
    )
    assert "reaches_accused" in send(scene, "county", accused)[-1]["detail"]
    in_village = a_case(
        scene.laptops["village"].laptop.store,
        **{
            **whole,
            "number": "甲-3",
            "unit_id": UNIT["grid_worker"],
            "recorded_by": scene.account_ids["grid_worker"],
            "is_confidential": True,
        },
    )
    said = send(scene, "village", in_village)
    assert "not_for_this_post" in said[-1]["detail"]


def test_the_county_hands_it_to_nobody_who_must_not_have_it(scene: Scene) -> None:
    case_id = accuse(scene, "county", UNIT["forestry"], "丙")
    store = scene.laptops["county"].laptop.store
    for unit in ("forestry", "grid_worker"):
        said = send(
            scene,
            "county",
            Handover(
                unit_id=UNIT["county"],
                subject_entity=HandoverSubject.CASE,
                subject_id=case_id,
                from_unit_id=UNIT["county"],
                to_unit_id=UNIT[unit],
                by_account_id=scene.account_ids["county"],
                happened_at=store.clock.now(),
            ),
        )
        assert "confidential" in said[-1]["detail"]
    sync_all(scene)
    assert on_disk(scene.laptops["forestry"], marks_of("丙")[0]) == []


def test_one_leader_at_a_time_also_at_the_county(scene: Scene) -> None:
    county, township = scene.laptops["county"], scene.laptops["township"]
    store, actor = township.laptop.store, scene.actor("township", "township")
    today = today_in_china(store.clock)
    save(
        store,
        a_case(
            store,
            id="hard",
            unit_id=UNIT["township"],
            number="临431230216000-2026-0099",
            recorded_by=actor.account_id,
        ),
        account_id=actor.account_id,
    )
    township.sync()
    county.sync()
    given = SponsorFields("石某", today)
    name_sponsor(store, actor, case_id="hard", given=given)
    name_sponsor(county.laptop.store, scene.actor("county", "county"), case_id="hard", given=given)
    township.sync()
    county.sync()
    assert "another_is_active" in refusals(scene, "county")[-1]["detail"]
    backwards = Sponsorship(
        unit_id=UNIT["township"],
        case_id="hard",
        leader_name="石某",
        starts_on=today,
        ended_on=today.replace(year=today.year - 1),
        by_account_id=actor.account_id,
        recorded_at=store.clock.now(),
    )
    assert "ends_before_start" in send(scene, "township", backwards)[-1]["detail"]
    with store.reading() as session:
        assert session.get(CaseFile, "hard") is not None
